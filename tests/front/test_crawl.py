"""Otto follows every link of the site: everything answers, in both languages, and nothing he asks for changes it."""

from __future__ import annotations

import csv
import datetime
import io
import json
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import feedparser
import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from icalendar import Calendar

from manyplaces.core.addresses import is_personal
from manyplaces.core.tables import read_rows
from manyplaces.events.models import Event
from manyplaces.exchange.columns import COLUMNS, header
from manyplaces.exchange.exports import crowds
from manyplaces.front.assets import assets
from tests.front.sample import sample  # noqa: F401 (a fixture)
from tests.front.walking import Walk, ask, own, walk

pytestmark = pytest.mark.django_db

STARTS = ("/", "/es/")
# Nobody links to these, so they are asked for by name: what a search finds as JSON, what the map fetches, the address
# without an action, and searches with words in them.
UNLINKED = (
    *(
        "/favicon.svg",
        "/actions/feb2016/points.bin",
        "/actions/feb2016/points/0.json",
        "/actions/feb2016/tally.json",
        "/colour/b3123f.css",
        "/colour/b3123f.svg",
        "/actions/",
        "/search.json?q=milwaukee",
        "/search/?q=milwaukee",
        "/search/?q=zzzz",
        "/search/",
    ),
    *("/actions/feb2016/?q=high", "/actions/feb2016/?q=zzzz"),
)
# What only an action that lies ahead, its toolkit, a script or a letter leads to; tests/rights asks for each of them.
UNMET = {
    *("actions:material_file", "actions:toolkit", "events:any_paper", "events:commit", "events:committed"),
    *("mail:healthz", "mail:unsubscribe", "places:find", "front:action_poster", "front:event_poster"),
    *(
        "reports:picture",
        "reports:take_down",
        "front:near_ics",
        "rsvps:come",
        "rsvps:letter",
        "rsvps:short",
        "rsvps:texted",
    ),
}
REDIRECTS = {"/actions/": "/", "/es/actions/": "/es/"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
    }


@pytest.fixture(scope="module")
def site(sample: None) -> Iterator[tuple[Walk, bool]]:  # noqa: F811
    """The whole site, and whether the record was the same after the walk as before it."""
    before = everything()
    found = walk([*STARTS, *UNLINKED, *("/es" + path for path in UNLINKED)])
    yield found, everything() == before


def test_every_link_answers(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    found = {path: answer.location or answer.status for path, answer in walked.answers.items() if answer.status != 200}
    files = {asset.path for asset in assets()}
    assert {path: place for path, place in found.items() if path not in files} == REDIRECTS


def test_every_file_that_a_page_loads_is_served(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    loaded = {own(file) for page in walked.pages.values() for file in page.files}
    answered = {path for path, answer in walked.answers.items() if answer.status == 200}
    assert loaded - answered - {asset.path for asset in assets()} == set()


def test_every_link_into_a_page_finds_its_place(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    pages = walked.pages
    missing = {
        f"{page}#{anchor}": on
        for (page, anchor), on in walked.anchors.items()
        if page in pages and anchor not in pages[page].anchors
    }
    assert missing == {}


def test_reading_everything_changes_nothing(site: tuple[Walk, bool]) -> None:
    _, unchanged = site
    assert unchanged


def test_the_second_walk_finds_what_the_first_found(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    one_each = {(answer.view, path.startswith("/es/")): path for path, answer in walked.answers.items() if answer.view}
    before = everything()
    again = {path: ask(Client(), path) for path in one_each.values()}
    assert again == {path: walked.answers[path] for path in one_each.values()}
    assert everything() == before


def test_nobody_is_given_a_cookie(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    assert [path for path, answer in walked.answers.items() if answer.cookies] == []


def test_every_page_says_its_language_its_title_and_one_heading(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    wrong = {
        path: (said.language, said.titles, said.headings)
        for path, said in walked.pages.items()
        if (said.language, len(said.titles), len(said.headings)) != ("es" if path.startswith("/es/") else "en", 1, 1)
        or not said.titles[0].strip()
        or not said.headings[0].strip()
    }
    assert wrong == {}


def test_every_page_names_itself_in_both_languages_and_they_name_each_other(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    wrong = {}
    for path, said in walked.pages.items():
        place = urlsplit(path).path
        # Searches and signing in are for people, not for search engines: they name no canonical address.
        if place.removeprefix("/es") in ("/search/", "/sign-in/"):
            continue
        english = place.removeprefix("/es")
        found = {code: own(address) for code, address in said.alternates.items()}
        if (found, own(said.canonical)) != ({"en": english, "es": f"/es{english}", "x-default": english}, place):
            wrong[path] = (found, said.canonical)
    assert wrong == {}


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    """The names of all addresses that are for everybody."""
    found = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif not is_personal(f"/{str(pattern.pattern).lstrip('^')}"):
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_kind_of_address_was_asked_for_in_both_languages(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    asked = {(answer.view, path.startswith("/es/")) for path, answer in walked.answers.items() if answer.view}
    known = names(get_resolver().url_patterns)
    assert UNMET - known == set()
    assert {(name, spanish) for name, spanish in asked if name in known} == {
        (name, spanish) for name in known - UNMET for spanish in (False, True)
    }


def starts_of(event: Event) -> list[datetime.datetime | datetime.date | None]:
    """Every start that a calendar may rightly give for an event, worked out from its row alone."""
    if event.time_local and event.date_from and event.date_from == event.date_to:
        local = datetime.datetime.combine(event.date_from, event.time_local, ZoneInfo(event.zone))
        return [local.replace(fold=event.fold or 0).astimezone(datetime.UTC)]
    return [event.date_from or event.action.date_from]


def test_every_calendar_is_read_without_a_warning_and_its_events_start_when_they_did(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    events = {event.key: event for event in Event.objects.select_related("action")}
    wrong, told = {}, set()
    for path, body in walked.of_kind("text/calendar").items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            calendar = Calendar.from_ical(body)
        assert [part.errors for part in calendar.walk() if part.errors] == []
        for entry in calendar.walk("VEVENT"):
            key = str(entry["UID"]).partition("@")[0]
            if key not in events:
                continue
            told.add(key)
            start = entry.decoded("DTSTART")
            start = start.astimezone(datetime.UTC) if isinstance(start, datetime.datetime) else start
            status = "CANCELLED" if events[key].phase == "cancelled" else "other"
            given = "CANCELLED" if entry["STATUS"] == "CANCELLED" else "other"
            if start not in starts_of(events[key]) or status != given:
                wrong[path, key] = (start, starts_of(events[key]), given)
    assert wrong == {}
    assert set(events) - told == {
        key for key, event in events.items() if not within_a_month(event.first_day, event.last_day)
    }


def within_a_month(first: datetime.date | None, last: datetime.date | None) -> bool:
    """Whether a calendar can show the days at all."""
    return first is not None and last is not None and (last - first).days < 31


def test_every_feed_is_read_without_a_complaint(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    feeds = {path: feedparser.parse(body) for path, body in walked.of_kind("application/atom+xml").items()}
    assert {path: str(feed.get("bozo_exception")) for path, feed in feeds.items() if feed.bozo} == {}
    assert {path for path, feed in feeds.items() if feed.version != "atom10" or not feed.entries} == set()
    assert len(feeds) == 2 * (1 + 9)


def test_every_answer_for_programs_can_be_read(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    shapes = {path: json.loads(body) for path, body in walked.of_kind("application/json").items()}
    assert {path for path, shape in shapes.items() if not isinstance(shape, dict) or not shape} == set()
    # That every address in them answers is shown by the walk: it goes on from what stands in these answers too.
    linked = [own(url) for shape in shapes.values() for url in urls_in(shape)]
    assert {url.partition("#")[0] for url in linked if url} - set(walked.answers) == set()


def urls_in(shape: Any) -> Iterator[str]:
    """Every address under a key called url, however deep."""
    if isinstance(shape, dict):
        for key, value in shape.items():
            yield from [value] if key == "url" and isinstance(value, str) else urls_in(value)
    elif isinstance(shape, list):
        for value in shape:
            yield from urls_in(value)


def test_every_table_has_the_columns_of_the_import_and_whole_rows(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    always = {kind: header(kind) for kind in COLUMNS if kind != "details"}
    always["details"] = [column.name for column in COLUMNS["details"]]

    # The columns of those who count protests.
    theirs, after = list(crowds.COLUMNS), list(crowds.AFTER_SOURCES)

    def is_known(first: list[str]) -> bool:
        if first[: len(theirs)] == theirs and first[-len(after) :] == after:
            return True
        # The columns that a kind always has, and those of its extra ones that are filled, in their order.
        every = {kind: [column.name for column in COLUMNS[kind]] for kind in COLUMNS}
        return any(
            set(always[kind]) <= set(first) and first == [name for name in every[kind] if name in first]
            for kind in COLUMNS
        )

    wrong = {}
    for path, body in walked.of_kind("text/csv").items():
        first = next(csv.reader(io.StringIO(body.decode())))
        problems = [row.problem for row in read_rows(io.BytesIO(body)) if row.problem]
        if not is_known(first) or problems:
            wrong[path] = (first, problems)
    assert wrong == {}
    assert walked.of_kind("text/csv") != {}


def test_every_page_that_has_linked_data_says_what_it_is_about(site: tuple[Walk, bool]) -> None:
    walked, _ = site
    linked = {path: said.linked for path, said in walked.pages.items() if said.linked}
    wrong = [path for path, found in linked.items() if [one.get("@context") for one in found] != ["https://schema.org"]]
    assert wrong == []
    assert [path for path, found in linked.items() if not found[0].get("@type")] == []
    views = {walked.answers[path].view.partition(":")[2] for path in linked}
    assert views == {"home", "action", "event", "place", "organisation", "media", "state", "city", "record"}
