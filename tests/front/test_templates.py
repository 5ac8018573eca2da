"""What Gil reads on the pages: honest numbers, marks that need no colour, his language, and what to do next."""

from __future__ import annotations

import datetime
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.actions.models import Action, Part
from manyplaces.actions.operations import call_action, describe_action, freeze_action, set_part
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.front.templating import form_of
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import Claim, Correction, MediaHit
from manyplaces.record.operations import add_correction, add_media_hit, describe_media_hit, state_claim, state_turnout

SOURCE = "https://www.example.org/recap"


class Text(HTMLParser):
    """The text of a page with its blanks evened out, and every element with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text in one line."""
        return " ".join(" ".join(self.words).split())

    def links(self) -> dict[str, None]:
        """The addresses that the page links to, in their order."""
        return {str(attrs["href"]): None for tag, attrs in self.elements if tag == "a" and attrs.get("href")}


def read(path: str) -> Text:
    """Read a page as Gil does."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    page = Text()
    page.feed(answer.content.decode())
    return page


def queries(path: str) -> int:
    """How often a page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(path).status_code == 200, path
    return len(asked)


def action(by: Actor, slug: str = "oct2025", **facts: Any) -> Action:
    """Call an action for October 8, 2025."""
    facts = {"name": "National Walk-Ins", "kind": "day", "tactic": "walk-in", "date_edtf": "2025-10-08", **facts}
    return call_action(Action(slug=slug, **facts), by=by).row


def event(of: Action, key: str, by: Actor, **facts: Any) -> Event:
    """List an event in Milwaukee that was held."""
    city = find_or_add_city(facts.pop("city", "Milwaukee"), facts.pop("state", "WI"), by=by)
    return list_event(Event(**{"action": of, "key": key, "city": city, "phase": "held", **facts}), by=by).row


def claim(of: Action, words: str, by: Actor, low: int | None = None, high: int | None = None, **facts: Any) -> Claim:
    """State a figure of schools that was held."""
    given = {"phase": "held", "metric_words": "schools", "claimant": "AFT", "source_url": SOURCE, **facts}
    return state_claim(Claim(action=of, value_words=words, low=low, high=high, **given), by=by).row


def grow(rows: int, by: Actor) -> None:
    """Make a record in which every list of every page has so many rows."""
    for number in range(rows):
        called = action(by, f"action{number}", date_edtf=f"2025-10-0{number + 1}")
        set_part(Part(action=called, slug="local", name="Local actions", date_edtf=called.date_edtf), by=by)
        for turn in range(rows):
            claim(called, f"more than {turn + 2}00", by, low=(turn + 2) * 100)
            held = event(
                *(called, f"E{number}-{turn}", by),
                date_edtf=called.date_edtf,
                venue=f"Lincoln School {turn}" if number else "Lincoln School 0",
                hosts_words="Parents United",
            )
            people = {"phase": "held", "metric_words": "people", "source_url": SOURCE}
            state_turnout(Claim(action=called, event=held, value_words="300", low=300, high=300, **people), by=by)
            event(called, f"C{number}-{turn}", by, city=("Chicago", "Peoria", "Joliet")[turn], state="IL")
            given = {"action": called, "kind": "earned", "city": held.city, "state": "WI", "outlet": "Lincoln Journal"}
            hit = MediaHit(key=f"M{number}-{turn}", headline=f"Walk-in {turn}", link=SOURCE, **given)
            add_media_hit(hit, [held], by=by)
            copy = MediaHit(key=f"K{number}-{turn}", headline=f"Walk-in {turn}", link=SOURCE, **given)
            copy = add_media_hit(copy, by=by).row
            copy.copy_of = MediaHit.objects.get(key=hit.key)
            describe_media_hit(copy, by=by)


# Each page with the number of queries it needs, whatever the length of its lists.
COSTS = {
    "/": 7,
    "/actions/action0/": 18,
    "/actions/action0/?q=lincoln": 20,
    "/actions/action0/numbers/": 8,
    "/actions/action0/media/": 4,
    "/actions/action0/il/": 4,
    "/actions/action0/wi/milwaukee/": 11,
    "/events/E0-0/": 11,
    "/places/lincoln-school-0-milwaukee-wi/": 5,
    "/organisations/parents-united/": 5,
    "/search/?q=lincoln": 6,
    "/search/?q=milwaukee": 8,
    "/about/data/": 10,
}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_the_database_as_often_for_three_rows_as_for_one(db: None, nia: Actor, rows: int) -> None:
    grow(rows, nia)
    assert {path: queries(path) for path in COSTS} == COSTS


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_a_closed_record_say_so_for_one_query_more(db: None, nia: Actor, rows: int) -> None:
    grow(rows, nia)
    called = Action.objects.get(slug="action0")
    freeze_action(called, timezone.now(), by=nia)
    for number in range(rows):
        for key in (f"E0-{number}", f"C0-{number}", None):
            about = Event.objects.get(key=key) if key else None
            note = Correction(action=called, event=about, body=f"Note {number} on {key}.", signed="AROS")
            add_correction(note, by=nia)
    more = ("/actions/action0/", "/actions/action0/?q=lincoln", "/events/E0-0/")
    more += ("/actions/action0/il/", "/actions/action0/wi/milwaukee/")
    assert {path: queries(path) for path in COSTS} == {path: cost + (path in more) for path, cost in COSTS.items()}
    for path, key, other in (("il/", "C0-0", "E0-0"), ("wi/milwaukee/", "E0-0", "C0-0")):
        page = read(f"/actions/action0/{path}")
        assert "This record was closed on" in page.text
        assert (f"Note 0 on {key}. (AROS)" in page.text, f"/events/{key}/" in page.links()) == (True, True)
        assert (f"on {other}." in page.text, "on None." in page.text) == (False, False)
        told = Client().get(f"/es/actions/action0/{path.strip('/')}.json").json()["action"]
        assert told["closed_on"] == timezone.now().date().isoformat()
        assert [one["text"] for one in told["corrections"] if one["event"] == key] == [f"Note 0 on {key}."]


def test_an_action_without_parts_costs_three_queries_less(db: None, nia: Actor) -> None:
    event(action(nia), "A1", nia, venue="Lincoln School")
    assert queries("/actions/oct2025/") == 15


def figures(page: Text) -> list[str]:
    """The addresses behind the large numbers of a page."""
    return [str(attrs["href"]) for tag, attrs in page.elements if tag == "a" and attrs.get("class") == "figure"]


def test_a_large_number_is_the_range_of_its_claims_and_leads_to_them(db: None, nia: Actor) -> None:
    called = action(nia)
    claim(called, "more than 800", nia, low=800)
    claim(called, "1,000", nia, low=1000, high=1000, claimant="UTLA")
    page = read("/")
    assert "800–1,000 800 to 1,000 schools 2 claims" in page.text
    assert figures(page) == ["/actions/oct2025/numbers/#schools"]
    assert "schools" in [attrs.get("id") for _, attrs in read("/actions/oct2025/numbers/").elements]


def test_words_that_are_no_number_are_quoted_and_marked_where_they_are_disputed(db: None, nia: Actor) -> None:
    called = action(nia)
    people = {"metric_words": "people", "basis": "vague word"}
    claim(called, "tens of thousands", nia, low=20_000, **people)
    claim(called, '"millions"', nia, disputed=True, claimant="Past events", **people)
    assert "“tens of thousands” to “millions” people 2 claims disputed" in read("/actions/oct2025/").text


def test_a_number_of_what_was_only_planned_says_so(db: None, nia: Actor) -> None:
    claim(action(nia), "200", nia, low=200, high=200, phase="planned")
    assert "200 200 schools planned 1 claim" in read("/").text


def test_our_own_count_says_how_it_was_made_and_leaves_summaries_out(db: None, nia: Actor) -> None:
    called = action(nia)
    event(called, "A1", nia, venue="Auer Avenue")
    event(called, "A2", nia, venue="Bay View HS")
    event(called, "A3", nia, venue="city tally: close to 70 schools")
    text = read("/actions/oct2025/numbers/").text
    expected = "Our own count: 2 events in our record are marked “held”; each is counted once. "
    assert expected + "1 summary of a whole city or of several places is left out." in text
    assert "Whole city: close to 70 schools" in read("/actions/oct2025/wi/milwaukee/").text


def test_unknown_turnout_is_left_out_of_our_sum(db: None, nia: Actor) -> None:
    called = action(nia)
    people = {"phase": "held", "metric_words": "people", "source_url": SOURCE}
    for key, count in (("A1", 40), ("A2", 0), ("A3", None)):
        held = event(called, key, nia, venue=f"School {key}")
        if count is not None:
            told = Claim(action=called, event=held, value_words=str(count), low=count, high=count, **people)
            state_turnout(told, by=nia)
    assert "40 Our own sum of one figure an event: of 3 events that were held, 2 have a figure." in (
        read("/actions/oct2025/numbers/").text
    )
    assert "unknown, which is not zero" in read("/events/A3/").text


def test_a_cancelled_event_stays_struck_through_and_labelled(db: None, nia: Actor) -> None:
    event(action(nia), "A1", nia, venue="Booker T. Washington", phase="cancelled")
    page = read("/actions/oct2025/wi/")
    struck = [attrs.get("href") for _, attrs in page.elements if attrs.get("class") == "cancelled-title"]
    assert struck == ["/events/A1/"]
    assert re.findall(r"Booker T\. Washington .* (\w+) Use this page", page.text) == ["cancelled"]


def test_a_time_is_the_local_one_with_its_zone(db: None, nia: Actor) -> None:
    facts = {"venue": "Auer Avenue", "date_edtf": "2025-10-08", "time_local": datetime.time(7, 30)}
    event(action(nia), "A1", nia, **facts)
    assert "October 8, 2025, 7:30 a.m. CDT" in read("/events/A1/").text
    assert "8 de octubre de 2025, 7:30 a. m. CDT" in read("/es/events/A1/").text


def test_what_nobody_translated_is_marked_as_english_on_a_spanish_page(db: None, nia: Actor) -> None:
    action(nia)
    page = Client().get("/es/").content.decode()
    assert '<h3><a href="/es/actions/oct2025/"><span lang="en">National Walk-Ins</span></a></h3>' in page
    called = Action.objects.get()
    called.name_es = "Walk-ins nacionales"
    describe_action(called, by=nia)
    assert '<h3><a href="/es/actions/oct2025/">Walk-ins nacionales</a></h3>' in Client().get("/es/").content.decode()


def test_the_switch_of_language_stays_on_the_page_and_keeps_the_question(db: None, nia: Actor) -> None:
    event(action(nia), "A1", nia, venue="Auer Avenue")
    for path, other in {
        "/actions/oct2025/?q=auer+%26": "/es/actions/oct2025/?q=auer%20%26",
        "/es/actions/oct2025/wi/milwaukee/": "/actions/oct2025/wi/milwaukee/",
        "/es/search/?q=auer": "/search/?q=auer",
    }.items():
        switches = [attrs.get("href") for _, attrs in read(path).elements if attrs.get("class") == "switch"]
        assert switches == [other]


def test_a_search_in_the_page_finds_schools_and_says_what_to_do_where_it_finds_none(db: None, nia: Actor) -> None:
    event(action(nia), "A1", nia, venue="Auer Avenue")
    assert "1 event found for “auer”" in read("/actions/oct2025/?q=auer").text
    nothing = read("/actions/oct2025/?q=zzz").text
    assert "0 events found for “zzz”" in nothing
    assert "Try fewer letters, or the city instead of the school" in nothing


def test_a_hostile_name_is_text(db: None, nia: Actor) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    called = action(nia, name=hostile)
    event(called, "A1", nia, venue=hostile, hosts_words=f"Hosts {hostile}")
    page = read("/actions/oct2025/wi/")
    run = [attrs for tag, attrs in page.elements if tag == "script" and attrs.get("type") != "application/ld+json"]
    assert [set(attrs) for attrs in run] == [{"src", "defer"}]
    assert f"{hostile} October 8, 2025 · walk-in · Hosts {hostile} held" in page.text


def test_the_parts_of_an_action_are_boxes_that_lead_to_their_place(db: None, nia: Actor) -> None:
    called = action(nia, date_edtf="2025-10-08/2025-10-10")
    kick_off = Part(
        action=called, slug="kick-off", name="October 8: kick-off", date_edtf="2025-10-08", summary="We began."
    )
    set_part(kick_off, by=nia)
    page = read("/")
    assert "October 8 kick-off" in page.text
    assert "/actions/oct2025/#kick-off" in page.links()
    there = read("/actions/oct2025/")
    assert ("h2", {"id": "kick-off"}) in there.elements
    assert "October 8: kick-off We began." in there.text


def test_a_story_stands_once_with_its_copy_under_it_and_without_its_link_when_it_is_dead(db: None, nia: Actor) -> None:
    called = action(nia)
    given = {"action": called, "kind": "earned", "date_edtf": "2025-10-08"}
    story = add_media_hit(
        MediaHit(key="M1", outlet="Herald", headline="They walked in", link=SOURCE, **given), by=nia
    ).row
    copy = MediaHit(key="M2", outlet="Mirror", headline="They walked in", link=f"{SOURCE}/copy", **given)
    copy = add_media_hit(copy, by=nia).row
    copy.copy_of, copy.link_state, copy.archived_link = story, "dead", "https://archive.example/1"
    describe_media_hit(copy, by=nia)
    page = read("/actions/oct2025/media/")
    assert "1 story, with 1 copy of one of them, which counts once." in page.text
    assert [link for link in page.links() if link.startswith("https:")] == [SOURCE, "https://archive.example/1"]
    assert "Copy: They walked in Mirror · October 8, 2025 · news · link gone: example.org · archived copy" in page.text


def test_an_empty_record_says_what_to_do(db: None) -> None:
    assert "The first action is still to be called." in read("/").text
    assert "Write the name of a city, a school, a group" in read("/search/").text
    assert "Nothing in the record fits “zzz”. Try a shorter piece of the name" in read("/search/?q=zzz").text
    assert "Nobody has written notes on this record yet." in read("/about/data/").text


def test_an_action_of_which_nothing_is_known_says_so_on_every_page(db: None, nia: Actor) -> None:
    action(nia)
    assert "No local event of this action is in the record yet." in read("/actions/oct2025/").text
    assert "No media hit of this action is in the record yet." in read("/actions/oct2025/media/").text
    assert "our record has no events of it to count" in read("/actions/oct2025/numbers/").text


def test_a_page_that_is_not_there_helps_in_the_language_of_its_address(db: None) -> None:
    for path, title in {"/nothing/": "This page is not here", "/es/nada/": "Esta página no está aquí"}.items():
        answer = Client().get(path)
        page = Text()
        page.feed(answer.content.decode())
        assert answer.status_code == 404
        assert title in page.text
        prefix = path[: path.index("/n")]
        searches = [attrs.get("action") for tag, attrs in page.elements if tag == "form"]
        assert searches == [f"{prefix}/search/"]
        assert {f"{prefix}/", f"{prefix}/about/data/"} <= set(page.links())


def test_the_page_for_our_own_mistakes_asks_the_database_nothing(rf: Any) -> None:
    # Without the fixture `db` a query would end this test.
    from manyplaces.front.views.errors import bad_request, broken

    assert (broken(rf.get("/es/")).status_code, bad_request(rf.get("/")).status_code) == (500, 400)
    assert "Algo falló de nuestro lado" in broken(rf.get("/es/x")).content.decode()


def test_the_other_forms_of_a_page_have_its_address() -> None:
    assert [form_of(path, "json") for path in ("/", "/es/", "/es/actions/a/")] == [
        "/index.json",
        "/es/index.json",
        "/es/actions/a.json",
    ]
