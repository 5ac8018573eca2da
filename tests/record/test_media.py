"""Five headlines of 2014: brought without links, looked at, joined with their copies, corrected, taken down."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import MediaHit
from manyplaces.record.operations import (
    bring_media_hit,
    correct_media_hit,
    decide_media_hit,
    join_story,
    part_stories,
)
from manyplaces.record.queries.media import highlights, shown_hits
from manyplaces.record.rules.lines import Line, read_line, read_lines
from manyplaces.record.rules.links import leads_home, plain_link
from manyplaces.record.rules.stories import Likeness, Said, likenesses
from tests.rsvps.coming import walk_in

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.date(2014, 11, 1)
PAUL = Actor("Paul", "page", person=5, grants=(Grant("press"),))
CARLA = Actor("Carla", "page", person=3, grants=(Grant("coordinator", state="WI", city="milwaukee"),))
RUTH = Actor("Ruth", "page", person=4, grants=(Grant("reviewer", state="WI"),))
OTTO = Actor("Otto", "page", person=9, grants=(Grant("press", action="another"),))
HANA = Actor("a host", "link")


@pytest.fixture
def november(nia: Any) -> Action:
    return call_action(Action(slug="nov2014", name="November", kind="season", date_edtf="2014-11"), by=nia).row


def hit(action: Action, line: str, by: Actor = PAUL, **facts: Any) -> MediaHit:
    """What a person makes of one line."""
    read = read_line(line, DAY)
    given = {"outlet": read.outlet, "headline": read.headline, "date_edtf": read.date_edtf, "link": read.link}
    return bring_media_hit(MediaHit(action=action, kind="earned", **given, **facts), by=by).row


def stand(hit: MediaHit) -> str:
    """What is said of a hit now, as a form that is opened has it."""
    return MediaHit.every.get(pk=hit.pk).said


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (
            "Journal Sentinel: Parents walk in at Auer, November 14, 2014",
            ("Journal Sentinel", "Parents walk in at Auer", "2014-11-14", ""),
        ),
        (
            "Chicago Tribune: “Teachers, parents rally” (Nov. 14)",
            ("Chicago Tribune", "Teachers, parents rally", "2014-11-14", ""),
        ),
        ("https://www.jsonline.com/a?b=1.", ("jsonline.com", "", "", "https://www.jsonline.com/a?b=1")),
        (
            "1. NBC 15: Walk-ins: what they are, 2014-11-14 https://nbc15.com/a",
            ("NBC 15", "Walk-ins: what they are", "2014-11-14", "https://nbc15.com/a"),
        ),
        ("Channel 12 was there", ("Channel 12 was there", "", "", "")),
        ("2014-11-14 Capital Times: A day of walk-ins", ("Capital Times", "A day of walk-ins", "2014-11-14", "")),
        (
            "Cap Times\tWalk-in\t11/14/2014\thttps://cap.com/x",
            ("Cap Times", "Walk-in", "2014-11-14", "https://cap.com/x"),
        ),
        ("The Guardian - Schools in the cold, November 2014", ("The Guardian", "Schools in the cold", "2014-11", "")),
        (
            "Entran juntos (https://elnuevodia.com/a), 14 de noviembre de 2014",
            ("elnuevodia.com", "Entran juntos", "2014-11-14", "https://elnuevodia.com/a"),
        ),
        ("Fox 6: 5,000 walk in", ("Fox 6", "5,000 walk in", "", "")),
        (
            "See https://en.wikipedia.org/wiki/Walk_(in)",
            ("en.wikipedia.org", "See", "", "https://en.wikipedia.org/wiki/Walk_(in)"),
        ),
    ],
)
def test_people_write_what_was_published_a_line_each(typed: str, wanted: tuple[str, ...]) -> None:
    assert read_line(typed, DAY) == Line(*wanted)


def test_empty_lines_are_none_and_a_paste_has_an_end() -> None:
    assert [line.outlet for line in read_lines("\n A: b c\n\n\nD: e f", DAY)] == ["A", "D"]
    assert len(read_lines("A: b\n" * 1_000, DAY)) == 200


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/a/", "https://example.org/a?utm_source=x&fbclid=y#top"),
        ("https://m.example.org/a?id=2&b=1", "https://example.org/a?b=1&id=2"),
        ("https://amp.example.org/a", "https://example.org/a/amp/"),
        ("https://example.org/a/index.html", "https://EXAMPLE.org/a"),
        ("https://example.org/a.amp.html", "https://example.org/a"),
        ("https://example.org/caf%C3%A9", "https://example.org/café"),
    ],
)
def test_two_links_to_one_page_are_one(one: str, other: str) -> None:
    assert plain_link(one) == plain_link(other) != ""


def test_links_to_two_pages_are_two() -> None:
    links = ["https://example.org/a", "https://example.org/b", "https://example.org/a?id=2", "https://m.org/a"]
    assert len({plain_link(link) for link in links}) == 4
    assert [plain_link(link) for link in ("", "no link", "https://[", "http://")] == [""] * 4


@pytest.mark.parametrize(
    ("link", "ended", "wanted"),
    [
        ("https://e.org/2014/walk", "https://e.org/", True),
        ("https://e.org/2014/walk", "https://www.e.org/en/", True),
        ("https://e.org/2014/walk", "https://e.org/404.html", True),
        ("https://e.org/2014/walk", "https://e.org/story/walk-in-at-auer", False),
        ("https://e.org/?p=12", "https://e.org/", False),
        ("https://e.org/", "https://e.org/en/", False),
        ("https://e.org/2014/walk", "https://e.org/?p=2014", False),
    ],
)
def test_a_front_page_instead_of_a_story_is_noticed(link: str, ended: str, wanted: bool) -> None:
    assert leads_home(link, ended) is wanted


def test_copies_are_suggested_and_different_stories_are_not() -> None:
    day = datetime.date(2014, 11, 14)
    items = [
        Said.of(1, "Parents walk in at Auer Avenue School", day, "https://a.org/1"),
        Said.of(2, "Parents Walk In at Auer Avenue School!", day + datetime.timedelta(9), "https://b.org/2"),
        Said.of(3, "At Auer Avenue School, parents walked in", day + datetime.timedelta(1), ""),
        Said.of(4, "Board meets about the budget", day, "http://www.a.org/1?utm_medium=x"),
        Said.of(5, "Walk-in", day, ""),
        Said.of(6, "Walk-in", day, ""),
        Said.of(7, "(a story about the walk-ins)", None, ""),
        Said.of(8, "(a story about the walk-ins)", None, ""),
    ]
    assert list(likenesses(items)) == [
        Likeness(1, 4, "link"),
        Likeness(1, 3, "alike"),
        Likeness(1, 2, "headline"),
    ]


def test_five_headlines_stand_on_the_page_and_copies_count_once(november: Action) -> None:
    first = hit(november, "Journal Sentinel: Parents walk in at Auer, November 14, 2014")
    copy = hit(november, "Wisconsin State Journal: Parents walk in at Auer, November 15, 2014")
    for line in ("Cap Times: A cold morning, 2014-11-14", "Channel 12: Sign of the times, 2014-11", "WUWM: Doors open"):
        hit(november, line)
    join_story(copy, first, by=PAUL)
    told = [(one.outlet, [two.outlet for two in one.copies]) for one in shown_hits(november)]
    assert sorted(told) == [
        ("Cap Times", []),
        ("Channel 12", []),
        ("Journal Sentinel", ["Wisconsin State Journal"]),
        ("WUWM", []),
    ]
    page = Client().get("/actions/nov2014/media/").content.decode()
    assert ("4 stories" in page, "with 1 copy" in page, "link not recovered" in page) == (True, True, True)
    assert [one.outlet for one in highlights(november, most=2)] == ["Channel 12", "Journal Sentinel"]
    part_stories(MediaHit.objects.get(pk=copy.pk), first, by=PAUL)
    assert (len(shown_hits(november)), copy.other_stories.get()) == (5, first)
    verbs = list(
        Entry.objects.filter(subject_id=copy.pk, subject_kind="record.mediahit").values_list("verb", flat=True)
    )
    assert verbs == ["mediahit.added", "mediahit.changed", "mediahit.changed"]


def test_brought_twice_it_is_one_and_nobody_adds_where_he_may_not(november: Action) -> None:
    line = "Journal Sentinel: Parents walk in, November 14, 2014"
    assert hit(november, line) == hit(november, line.replace("Parents", "PARENTS"))
    for stranger in (RUTH, OTTO, CARLA, HANA):
        with pytest.raises(PermissionDenied):
            hit(november, "Cap Times: A cold morning", by=stranger)
    milwaukee = find_or_add_city("Milwaukee", "WI", by=Actor("Nia", "command"))
    assert hit(november, "Cap Times: A cold morning", by=CARLA, city=milwaukee, state="WI").entered_by == "Carla"
    with pytest.raises(ValidationError, match="headline, or a link"):
        hit(november, "Cap Times")
    with pytest.raises(ValidationError, match="who published it"):
        bring_media_hit(MediaHit(action=november, kind="earned", headline="A cold morning"), by=PAUL)
    assert MediaHit.every.count() == 2


def test_what_hana_brings_waits_until_a_person_has_looked() -> None:
    event = walk_in()
    by = Actor("a host", "link", holds=event.key)
    brought = MediaHit(action=event.action, kind="earned", outlet="Channel 12", headline="Walk-in at Auer")
    found = bring_media_hit(brought, event, by=by).row
    assert (found.review, str(found.city), found.entered_by) == ("waiting", "Milwaukee, WI", "")
    addresses = [f"/actions/{event.action.slug}/media/{form}" for form in ("", "json")] + [f"/events/{event.key}/"]
    addresses += ["/search/?q=channel", f"/actions/{event.action.slug}/media.csv"]
    assert [address for address in addresses if "Walk-in at Auer" in Client().get(address).content.decode()] == []
    with pytest.raises(PermissionDenied):
        decide_media_hit(found, "shown", by=OTTO)
    with pytest.raises(PermissionDenied):
        decide_media_hit(found, "taken down", by=RUTH)
    decide_media_hit(found, "shown", by=RUTH)
    assert "Walk-in at Auer" in Client().get(f"/events/{event.key}/").content.decode()
    assert [one.headline for one in shown_hits(event.action, city=event.city)] == ["Walk-in at Auer"]
    # Who may do no more than bring it, changes nothing of it by bringing it again.
    again = MediaHit(action=event.action, kind="paid", outlet="Channel 12", headline="Walk-in at Auer")
    assert bring_media_hit(again, event, by=by).outcome == "unchanged"
    with pytest.raises(PermissionDenied):
        bring_media_hit(MediaHit(outlet="x", headline="y", kind="earned"), walk_in(event.action, "Grant"), by=by)


def test_a_correction_and_a_takedown_are_recorded_and_the_first_copy_stands_for_the_story(november: Action) -> None:
    first = hit(november, "Journal Sentinel: Parents walk in at Auer, 2014-11-14 https://a.org/1")
    copies = [hit(november, f"{outlet}: Parents walk in at Auer, 2014-11-15") for outlet in ("AP", "Cap Times")]
    for copy in copies:
        join_story(copy, first, by=PAUL)
    MediaHit.every.filter(pk=first.pk).update(link_state="dead")
    first.link_state, first.headline = "live", "Parents walk in at Auer Avenue"
    assert correct_media_hit(first, seen=stand(first), by=PAUL).row.link_state == "dead"
    first.archived_link = "https://web.archive.org/web/2014/https://a.org/1"
    assert correct_media_hit(first, seen=stand(first), by=PAUL).row.link_state == "archived"
    first.link = "https://a.org/2"
    assert correct_media_hit(first, seen=stand(first), by=PAUL).row.link_state == "unknown"
    decide_media_hit(first, "taken down", by=PAUL)
    told = [(one.outlet, [two.outlet for two in one.copies]) for one in shown_hits(november)]
    assert told == [("AP", ["Cap Times"])]
    with pytest.raises(NotNow, match="taken down"):
        hit(november, "Journal Sentinel: Parents, 2014-11-14 https://a.org/1")
    entries = Entry.objects.filter(subject_kind="record.mediahit", subject_id=first.pk).order_by("pk")
    assert [(entry.verb, entry.actor) for entry in entries][-2:] == [
        ("mediahit.changed", "Paul"),
        ("mediahit.taken-down", "Paul"),
    ]
    assert entries[1].before == {"headline": "Parents walk in at Auer"}
