"""Links are asked once a week: what is gone is found after three times, and says what it was all the same."""

from __future__ import annotations

import datetime
import gzip
import html
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from warcio.archiveiterator import ArchiveIterator

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.core.actor import Actor
from manyplaces.journal.models import Entry
from manyplaces.mail.worker.doing import Doer
from manyplaces.record import chores
from manyplaces.record.models import LinkWatch, MediaHit
from manyplaces.record.operations import (
    ask_again,
    bring_media_hit,
    decide_media_hit,
    judge_link,
    take_reading,
)
from manyplaces.record.operations.captures import capture_file
from tests.record.test_media import OTTO, PAUL
from tests.record.trap import Trapped, trap

pytestmark = pytest.mark.django_db(transaction=True)

BEGIN = datetime.datetime(2026, 11, 27, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def november(nia: Any) -> Action:
    return call_action(Action(slug="nov2014", name="November", kind="season", date_edtf="2014-11"), by=nia).row


@pytest.fixture
def site(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trapped]:
    settings.MEDIA_FOLDER = tmp_path / "media"
    settings.LINKS = True
    with trap() as one, trap("127.0.0.2") as other:
        settings.LINKS_OWN = (one.at, other.at)
        one.other = other  # type: ignore[attr-defined]
        monkeypatch.setattr(chores, "PAUSE", 0.0)
        chores._visitor.cache_clear()
        yield one


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(BEGIN, tick=False) as moving:
        yield moving


def brought(action: Action, link: str, **facts: Any) -> MediaHit:
    given = {"outlet": "127.0.0.1", "kind": "earned", "link": link, **facts}
    return bring_media_hit(MediaHit(action=action, **given), by=PAUL).row


def asked() -> int:
    """What the clock and the worker do in a minute; returns how many links were handed out."""
    many = int(chores.ask_links())  # type: ignore[call-overload]
    Doer().do()
    return many


def state_of(hit: MediaHit) -> tuple[str, str, int]:
    watch = LinkWatch.objects.get(hit=hit)
    return MediaHit.every.get(pk=hit.pk).link_state, watch.answer, watch.failures


def test_nothing_is_asked_unless_the_operator_says_so(november: Action, site: Trapped, settings: Any) -> None:
    settings.LINKS = False
    brought(november, f"http://{site.at}/story")
    assert (asked(), site.asked, LinkWatch.objects.count()) == (0, [], 0)


def test_a_page_says_its_headline_and_a_person_takes_it(november: Action, site: Trapped, clock: Any) -> None:
    hit = brought(november, f"http://{site.at}/story")
    assert (asked(), site.pages) == (1, ["/story"])
    assert state_of(hit) == ("live", "live", 0)
    # Nothing of it is public before a person has looked.
    assert "Entran juntos" not in Client().get("/actions/nov2014/media/").content.decode()
    with pytest.raises(PermissionDenied):
        take_reading(hit, wanted=True, by=OTTO)
    take_reading(hit, wanted=True, by=PAUL)
    stored = MediaHit.objects.get()
    told = (stored.outlet, stored.headline, stored.date_edtf, stored.language, stored.link_state)
    assert told == ("El Nuevo Día", "Entran juntos en Mayagüez", "2014-11-14", "es", "live")
    assert LinkWatch.objects.get().has_read is False
    clock.shift(8 * DAY)
    # What somebody has typed is never asked about again.
    assert (asked(), LinkWatch.objects.get().has_read) == (1, False)


def test_what_attackers_write_into_a_page_stays_words(
    november: Action, site: Trapped, clock: Any, shared: Path
) -> None:
    line = (shared / "corpora/xss/XSS_Polyglots.txt").read_text("utf-8", "replace").splitlines()[0]
    page = f"<meta property='og:title' content='{html.escape(line)} <script>alert(1)</script>'>"
    site.says["/evil"] = (200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
    hit = brought(november, f"http://{site.at}/evil")
    asked()
    take_reading(hit, wanted=True, by=PAUL)
    assert "<script>alert" in MediaHit.objects.get().headline
    for address in ("/actions/nov2014/media/", "/search/?q=127", "/actions/nov2014/"):
        assert "<script>alert" not in Client().get(address).content.decode()


def test_a_link_is_gone_after_three_failures_over_days_and_says_what_it_was(
    november: Action, site: Trapped, clock: Any
) -> None:
    path = {"headline": "Parents walk in at Auer", "outlet": "Journal Sentinel", "date_edtf": "2014-11-14"}
    hit = brought(november, f"http://{site.at}/story", **path)
    other = brought(november, f"http://{site.other.at}/story", headline="Another", outlet="Cap Times")  # type: ignore[attr-defined]
    asked()
    site.says["/story"] = (404, {}, b"")
    told = []
    for _day in range(14):
        clock.shift(DAY)
        asked()
        told.append(state_of(hit)[0::2])
    # A week after the first look, two days later, two days later again; in between another site has answered.
    assert told[6:13] == [("live", 1), ("live", 1), ("live", 2), ("live", 2), ("dead", 3), ("dead", 3), ("dead", 3)]
    assert state_of(other)[0] == "live"
    page = Client().get("/actions/nov2014/media/").content.decode()
    assert (f'href="http://{site.at}/story"' in page, "Parents walk in at Auer" in page, "link gone" in page) == (
        False,
        True,
        True,
    )
    said = Entry.objects.filter(subject_id=hit.pk, verb="mediahit.link-changed").order_by("pk")
    assert [(entry.actor, entry.before) for entry in said] == [
        ("clock", {"link_state": "unknown"}),
        ("clock", {"link_state": "live"}),
    ]
    del site.says["/story"]
    clock.shift(8 * DAY)
    asked()
    assert state_of(hit) == ("live", "live", 0)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        *(("/status/403", "refused"), ("/status/429", "refused"), ("/status/503", "refused"), ("/to?/", "home")),
        *(("/to?/404.html", "gone"), ("/status/500", "failed"), ("/to?http://169.254.169.254/x", "unsafe")),
        *(("/private/x", "robots"), ("/status/410", "gone"), ("/round", "failed"), ("/rubbish", "failed")),
    ],
)
def test_what_says_nothing_about_the_page_kills_no_link(
    november: Action, site: Trapped, clock: Any, path: str, answer: str
) -> None:
    site.says["/"] = (200, {}, b"<title>Welcome</title>")
    site.says["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private\n")
    hit = brought(november, f"http://{site.at}{path}", headline="Parents walk in")
    for _day in range(16):
        asked()
        clock.shift(DAY)
    state, said, _failures = state_of(hit)
    assert said == answer
    assert state == ("dead" if answer in ("gone", "failed") else "unknown")


def test_when_our_own_network_is_down_no_link_is_called_gone(november: Action, site: Trapped, clock: Any) -> None:
    hits = [brought(november, f"http://{one.at}/status/500", headline="Walk in") for one in (site, site.other)]  # type: ignore[attr-defined]
    for _day in range(16):
        asked()
        clock.shift(DAY)
    assert [state_of(hit)[0] for hit in hits] == ["unknown", "unknown"]


def test_a_person_judges_where_a_machine_cannot(november: Action, site: Trapped, clock: Any) -> None:
    hit = brought(november, f"http://{site.at}/to?/", headline="Walk in")
    with pytest.raises(PermissionDenied):
        judge_link(hit, "dead", by=OTTO)
    assert judge_link(hit, "dead", by=PAUL).link_state == "dead"
    MediaHit.every.update(archived_link="https://web.archive.org/web/2014/x")
    assert judge_link(hit, "dead", by=PAUL).link_state == "archived"
    assert judge_link(hit, "live", by=PAUL).link_state == "live"


def test_what_came_in_a_table_is_asked_over_the_week_and_one_page_of_a_site_at_a_time(
    november: Action, site: Trapped, clock: Any
) -> None:
    for number in range(40):
        brought(november, f"http://{site.at}/story?p={number}", headline=f"Walk in {number}")
    MediaHit.every.update(entered_by="")
    assert asked() <= 1
    days = sorted((watch.due_at - BEGIN).days for watch in LinkWatch.objects.all())
    assert (len(days), len(set(days)) > 4, max(days) < 7) == (40, True, True)


def test_killed_in_between_it_goes_on_and_asks_nobody_twice(november: Action, site: Trapped, clock: Any) -> None:
    first = brought(november, f"http://{site.at}/story", headline="Walk in")
    second = brought(november, f"http://{site.other.at}/story", headline="Walk out")  # type: ignore[attr-defined]
    chores.ask_links()
    # The worker ends before the second link.
    told = iter((False, True))
    Doer(is_ending=lambda: next(told, True)).do()
    assert sorted(LinkWatch.objects.exclude(answer="").values_list("hit", flat=True)) == [first.pk]
    Doer().do()
    assert sorted(LinkWatch.objects.exclude(answer="").values_list("hit", flat=True)) == [first.pk, second.pk]
    assert (site.pages, site.other.pages) == (["/story"], ["/story"])  # type: ignore[attr-defined]


def test_a_copy_is_kept_once_where_the_operator_wants_it_and_goes_with_a_takedown(
    november: Action, site: Trapped, clock: Any, settings: Any
) -> None:
    settings.CAPTURES = True
    hit = brought(november, f"http://{site.at}/to?/story", headline="Walk in")
    asked()
    watch = LinkWatch.objects.get()
    file = capture_file(watch.capture)
    with file.open("rb") as packed:
        records = [
            (
                record.rec_headers["WARC-Target-URI"],
                record.http_headers.get_statuscode(),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(packed)
        ]
    assert [(address, status) for address, status, _body in records] == [
        (f"http://{site.at}/story", "200"),
        (f"http://{site.at}/to?/story", "302"),
    ]
    assert b"Entran juntos" in records[0][2]
    raw = gzip.decompress(file.read_bytes()).lower()
    assert [word for word in (b"set-cookie", b"warc-ip", b"user-agent") if word in raw] == []
    ask_again(hit, by=PAUL)
    clock.shift(DAY)
    asked()
    assert (LinkWatch.objects.get().capture, [one.name for one in file.parent.iterdir()]) == (file.name, [file.name])
    decide_media_hit(hit, "taken down", by=PAUL)
    assert (list(file.parent.iterdir()), LinkWatch.objects.count(), asked()) == ([], 0, 0)


def test_what_belongs_to_nothing_is_swept_and_another_link_begins_anew(
    november: Action, site: Trapped, clock: Any, settings: Any
) -> None:
    settings.CAPTURES = True
    hit = brought(november, f"http://{site.at}/story", headline="Walk in")
    asked()
    kept = capture_file(LinkWatch.objects.get().capture)
    orphan = kept.with_name("lost.warc.gz")
    orphan.write_bytes(b"x")
    os.utime(orphan, (0, 0))
    assert (chores.sweep(), kept.exists(), orphan.exists()) == (1, True, False)
    MediaHit.every.filter(pk=hit.pk).update(link=f"http://{site.at}/story?new")
    asked()
    assert (kept.exists(), LinkWatch.objects.get().link) == (False, f"http://{site.at}/story?new")


def test_links_of_a_closed_record_are_watched_and_a_story_can_be_taken_down(
    november: Action, site: Trapped, clock: Any
) -> None:
    hit = brought(november, f"http://{site.at}/story", headline="Walk in")
    Action.every.update(frozen_at=timezone.now())
    asked()
    assert state_of(hit)[0] == "live"
    nia = Actor("Nia", "command")
    assert decide_media_hit(hit, "taken down", by=nia).review == "taken down"
