"""Gil's feed reader learns of new actions, and of what was published about one."""

from __future__ import annotations

from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.operations import cancel_events, list_event, postpone_events
from manyplaces.front.feeds import action_atom
from manyplaces.front.queries.action import action_page
from manyplaces.journal.models import Entry
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import MediaHit
from tests.front.records import SmallRecord
from tests.front.test_templates import action

SITE = settings.SITE_URL


def subscribe(client: Client, path: str) -> Any:
    """The feed at `path` as a real reader has it, which must not complain."""
    found = client.get(path)
    assert (found.status_code, found["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    feed = feedparser.parse(found.content, response_headers={"content-type": found["Content-Type"]})
    assert (feed.bozo, feed.version) == (0, "atom10")
    return feed


def test_the_archive_has_an_entry_for_every_action_newest_first(small_record: SmallRecord, client: Client) -> None:
    feed = subscribe(client, "/index.atom")
    assert [(entry.title, entry.link) for entry in feed.entries] == [
        ("Walk-Ins for Öur Schools & <b>Yours</b>", f"{SITE}/actions/oct2025/"),
        ("Season of Vigils", f"{SITE}/actions/fall2025/"),
    ]
    assert (feed.feed.language, feed.feed.title, feed.feed.author) == ("en", "Manyplaces", "Manyplaces")
    assert {link.rel: link.href for link in feed.feed.links} == {"alternate": f"{SITE}/", "self": f"{SITE}/index.atom"}


def test_an_entry_tells_the_figures_with_what_they_rest_on(small_record: SmallRecord, client: Client) -> None:
    summary = subscribe(client, "/index.atom").entries[0].summary
    assert "<li>schools, held: 800 to 1,000 or more (2 claims)</li>" in summary
    assert "<li>people, held: “hundreds” (1 claim)</li>" in summary
    assert f'<a href="{SITE}/actions/oct2025/numbers/">' in summary


def test_an_action_has_its_recap_then_stories_and_events_newest_first(
    small_record: SmallRecord, client: Client
) -> None:
    feed = subscribe(client, "/actions/oct2025.atom")
    assert [entry.link.removeprefix(SITE) for entry in feed.entries] == [
        "/actions/oct2025/",
        "/actions/oct2025/media/#M4",
        "/events/PR1/",
        "/events/FL1/",
        "/actions/oct2025/media/#M1",
        "/events/WI2/",
        "/events/WI1/",
        "/actions/oct2025/media/#M3",
    ]
    assert [entry.get("published") for entry in feed.entries if "media" in entry.link] == [
        "2025-10-09T00:00:00+00:00",
        "2025-10-08T00:00:00+00:00",
        None,
    ]


def test_times_are_those_of_the_journal(small_record: SmallRecord, client: Client) -> None:
    story = MediaHit.objects.get(key="M1")
    changed = Entry.objects.filter(subject_kind="record.mediahit", subject_id=story.pk).latest("at").at
    feed = subscribe(client, "/actions/oct2025.atom")
    [updated] = [entry.updated for entry in feed.entries if entry.link.endswith("M1")]
    assert updated == changed.isoformat()
    assert feed.feed.updated == max(entry.updated for entry in feed.entries)


def test_spanish_feeds_are_their_own(small_record: SmallRecord, client: Client) -> None:
    feed = subscribe(client, "/es/actions/oct2025.atom")
    assert (feed.feed.language, feed.feed.title) == ("es", "Entradas juntas por nuestras escuelas")
    assert {entry.link.startswith(f"{SITE}/es/") for entry in feed.entries} == {True}
    assert "<li>escuelas, realizado: de 800 a 1,000 o más (2 afirmaciones)</li>" in feed.entries[0].summary
    english = {entry.id for entry in subscribe(client, "/actions/oct2025.atom").entries}
    assert english & {entry.id for entry in feed.entries} == set()


def test_what_is_called_off_is_told_however_many_events_there_are(db: None, nia: Actor, client: Client) -> None:
    october = action(nia)
    facts = {"action": october, "city": find_or_add_city("Milwaukee", "WI", by=nia), "phase": "committed"}
    dated = {**facts, "date_edtf": "2025-10-08"}
    listed = [list_event(Event(key=f"E{number}", **dated), by=nia).row for number in range(105)]
    cancel_events(listed[:2], reason="A hurricane is coming.", by=nia)
    postpone_events(listed[2:3], reason="Snow.", moved_to="2030-10-17", by=nia)
    entries = subscribe(client, "/actions/oct2025.atom").entries
    told = {
        entry.link.removeprefix(SITE): entry
        for entry in entries
        if entry.title.startswith(("Cancelled: ", "Postponed: "))
    }
    assert {link: entry.title.partition(":")[0] for link, entry in told.items()} == {
        "/events/E0/": "Cancelled",
        "/events/E1/": "Cancelled",
        "/events/E2/": "Postponed",
    }
    assert "A hurricane is coming." in told["/events/E0/"].summary
    assert "Snow. New day: October 17, 2030." in told["/events/E2/"].summary
    assert len({entry.id for entry in entries}) == len(entries) == 100
    assert b"DTSTART;VALUE=DATE:20301017" in client.get("/events/E2.ics").content
    page = client.get("/events/E2/").content.decode()
    assert '"startDate":"2030-10-17"' in page
    assert '"previousStartDate":"2025-10-08"' in page
    assert "102 committed, 1 postponed, 2 cancelled" in client.get("/actions/oct2025/").content.decode()


@pytest.mark.parametrize("path", ["/index.atom", "/actions/oct2025.atom"])
def test_an_unchanged_feed_has_unchanged_bytes(path: str, small_record: SmallRecord, client: Client) -> None:
    assert client.get(path).content == client.get(path).content


def test_an_empty_archive_is_a_feed_without_entries(db: None, client: Client) -> None:
    feed = subscribe(client, "/index.atom")
    assert (feed.entries, feed.feed.updated) == ([], "2000-01-01T00:00:00+00:00")


def test_a_feed_asks_the_database_ten_times(small_record: SmallRecord) -> None:
    page = action_page(small_record.days)
    with CaptureQueriesContext(connection) as queries:
        action_atom(page, "en")
    assert len(queries) == 10


def test_every_feed_of_the_sample_is_read_without_a_complaint(sample_record: None, client: Client) -> None:
    archive = subscribe(client, "/es/index.atom")
    assert len(archive.entries) == 9
    for entry in archive.entries:
        feed = subscribe(client, entry.link.removeprefix(SITE).rstrip("/") + ".atom")
        assert len({item.id for item in feed.entries}) == len(feed.entries) <= 100
