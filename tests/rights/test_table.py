"""Everybody knocks at every page: each gets the answer that the table says, and reading changes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from manyplaces.core.addresses import is_personal
from tests.rights.table import TABLE, Row
from tests.rights.world import CANARY, ROLES, TOKENS, UNBORN, World, build, dump, knock, undone

ROOMS = sorted({row.view.partition(":")[0] for row in TABLE})


def views(resolver: URLResolver, room: str = "") -> Iterator[str]:
    """Every address of the site by the name of its view, such as desk:review."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry, entry.namespace or room)
        else:
            yield f"{room}:{entry.name}"


def without_a_row(resolver: URLResolver) -> set[str]:
    """The addresses that the table does not know, also those that hide behind a name that it knows from another."""
    times = Counter(views(resolver))
    return (set(times) - {row.view for row in TABLE}) | {name for name, many in times.items() if many > 1}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert without_a_row(get_resolver()) == set()
    assert {row.view for row in TABLE} - set(views(get_resolver())) == set()


def test_an_address_without_a_row_is_found() -> None:
    new: list[URLPattern | URLResolver] = [path("leak/", lambda request: None, name="leak")]  # type: ignore[arg-type,return-value]
    resolver: Any = type("Resolver", (), {"url_patterns": new})()
    assert without_a_row(resolver) == {":leak"}
    # One more address under a name that the table knows would hide behind it.
    twice: Any = type("Resolver", (), {"url_patterns": [*get_resolver().url_patterns, get_resolver().url_patterns[0]]})
    assert len(without_a_row(twice)) > 0


def said(statuses: str) -> list[int]:
    """The statuses of a row, one for each role."""
    found = [int(status) for status in statuses.split()]
    return found * len(ROLES) if len(found) == 1 else found


def address(world: World, row: Row, role: str) -> str:
    """The address of a row for somebody."""
    return row.address or reverse(row.view, kwargs=world.filled(role, row.parts))


def content(answer: Any) -> bytes:
    """What came back, as bytes."""
    return answer.getvalue() if answer.streaming else bytes(answer.content)


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """Everybody, and what there is."""
    settings.MEDIA_FOLDER = tmp_path
    return build()


@pytest.mark.parametrize("room", ROOMS)
def test_everybody_gets_the_answer_that_the_table_says_and_nobody_a_contact(world: World, room: str) -> None:
    answered, wanted = defaultdict(dict), defaultdict(dict)
    leaks = []
    for number, row in enumerate(row for row in TABLE if row.view.startswith(f"{room}:")):
        for method, statuses in (("GET", row.get), ("POST", row.post)):
            for role, status in zip(ROLES, said(statuses), strict=True):
                with undone():
                    answer = knock(world, role, method, address(world, row, role))
                    body = content(answer)
                key = f"{number} {method} {row.view} {row.parts or ''}"
                answered[key][role], wanted[key][role] = answer.status_code, status
                if CANARY.encode() in body or (UNBORN.encode() in body and role in ("visitor", "host", "other")):
                    leaks.append(f"{key} {role}")
    assert {key: found for key, found in answered.items() if found != wanted[key]} == {}
    assert leaks == []


def test_reading_everything_twice_changes_nothing(world: World) -> None:
    before = dump()
    for row in TABLE:
        for role in ROLES:
            for _ in range(2):
                knock(world, role, "GET", address(world, row, role))
    assert {table: rows for table, rows in dump().items() if rows != before[table]} == {}


def test_a_form_that_another_site_sends_is_refused_everywhere(world: World) -> None:
    taken = {}
    for row in TABLE:
        for role in ("visitor", "national", "host"):
            browser = world.browsers[role]
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site", "Origin": "null"}):
                with undone():
                    answer = browser.post(address(world, row, role), {}, headers=headers)
                if answer.status_code not in (403, 405):
                    taken[f"{row.view} {role} {headers}"] = answer.status_code
    assert taken == {}


def test_a_form_of_a_session_without_its_token_is_refused_on_every_personal_page(world: World) -> None:
    taken = {}
    for row in TABLE:
        place = address(world, row, "national")
        for form in ({}, {"form_token": "0" * 32}) if is_personal(place) else ():
            with undone():
                answer = knock(world, "national", "POST", place, form, token=False)
            if answer.status_code not in (403, 405):
                taken[f"{row.view} {form}"] = answer.status_code
    assert taken == {}


def test_the_form_of_a_private_link_is_taken_although_its_page_tells_nobody_its_address(world: World) -> None:
    for prefix, step in (("", "pause_commitment"), ("/es", "resume_commitment")):
        place, form = f"{prefix}/host/{TOKENS['host']}/", {"do": step}
        assert world.browsers["host"].post(place, form, headers={"Origin": "null"}).status_code == 302
    elsewhere = world.browsers["visitor"].post("/actions/october/commit/", {}, headers={"Origin": "null"})
    assert elsewhere.status_code == 403
