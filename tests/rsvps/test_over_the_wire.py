"""Over the wire: the short way of a rush reads what is typed as Django does; what is too long has its sentence."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import own_database, served
from tests.gate.rushing import Party, party
from tests.rsvps.hostile import texts

# What was kept under the key of each form, opened.
OPEN = """
import django, json; django.setup()
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.rules.links import uid_of
rows = {row.uid: row for row in Rsvp.objects.all()}
found = [rows.get(uid_of(key)) for key in json.loads('''%s''')]
print(json.dumps([[row.opened("name"), row.opened("needs"), row.people] if row else None for row in found]))
"""


@pytest.fixture(scope="module")
def gil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Party]:
    """A served site behind a proxy, with an event to come to."""
    given = {"MANYPLACES_SAMPLE": "no", "MANYPLACES_PROXIES": "1"}
    with own_database("wire") as database:
        data = tmp_path_factory.mktemp("wire") / "data"
        with served(data, database, **given) as site:
            yield party(site, os.environ | {"MANYPLACES_DATA": str(data), "DATABASE_URL": database} | given)


def kept(gil: Party, forms: list[str]) -> list[list[str | int] | None]:
    """Name, needs and number as they were kept of each form; None where nothing was."""
    keys = json.dumps([form.split("/")[-2] for form in forms])
    found: list[list[str | int] | None] = json.loads(gil.command(OPEN % keys))
    return found


def test_both_ways_keep_and_refuse_the_same_of_every_kind_of_text(gil: Party, shared: Path) -> None:
    typed = [text.encode("utf-8", "replace").decode() for text in texts(shared)[::7]]
    # More fields than the short way reads.
    further = {f"further{number}": "" for number in range(60)}
    forms, codes = ([], []), ([], [])  # type: ignore[var-annotated]
    for number, text in enumerate(typed):
        for way, more in enumerate(({}, further)):
            form = gil.form()
            source = f"192.0.{number // 120}.{2 * (number % 120) + way}"
            forms[way].append(form)
            codes[way].append(gil.send(form, {"people": "2", "name": text, "needs": text, **more}, source).status)
    assert (len(typed) > 120, {*codes[0]}) == (True, {302, 422})
    assert codes[0] == codes[1]
    assert kept(gil, forms[0]) == kept(gil, forms[1])


def test_half_letters_and_bytes_that_are_no_text_are_read_alike(gil: Party) -> None:
    further = b"".join(b"&further%d=" % number for number in range(60))
    bodies = [b"people=2&name=%FF%FE", b"people=2&name=\xff\xfe", b"people=2&name=%C3", b"people=2&name=a%00b",
              b"people=%32&name=+Gil+", b"people=2;name=Gil", b"people=2&&name=Gil&", b"people=2&name", b"=&people=3",
              "people=2&name=Xóchitl".encode(), b"people=2&name=X%F3chitl"]  # fmt: skip
    found = []
    for number, body in enumerate(bodies):
        for more in (b"", further):
            form = gil.form()
            wire = http.client.HTTPConnection(gil.site.url.removeprefix("http://"), timeout=60)
            headers = {"X-Forwarded-For": f"192.0.7.{2 * number + bool(more)}", "Origin": gil.site.url}
            wire.request("POST", form, body + more, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
            answer = wire.getresponse()
            answer.read()
            wire.close()
            found.append((answer.status, kept(gil, [form])))
    assert found[::2] == found[1::2]
    assert {status for status, _kept in found} <= {302, 422}


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("x" * 60_000, 422, "at most 80 fit"),
        ("x" * 900_000, 422, "at most 80 fit"),
        ("a line\r\n" * 10_000, 422, "This must be on one line."),
        ("x" * 1_100_000, 413, "This is more than the site takes at once (1 MB)."),
    ],
)
def test_what_is_too_long_is_told_in_a_sentence(gil: Party, text: str, status: int, sentence: str) -> None:
    form = gil.form()
    answer = gil.send(form, {"people": "2", "name": text}, "192.0.9.1")
    assert (answer.status, sentence in answer.text) == (status, True)
    assert kept(gil, [form]) == [None]
    assert gil.send(gil.form()).status == 200


def test_a_key_of_a_form_with_line_ends_or_markup_reaches_no_header(gil: Party) -> None:
    for key in ("a%0d%0aSet-Cookie:%20x=1%0d%0a", "%3Cscript%3E", "..%2F..%2Fdesk", "%C3%A9" * 11, "%00" * 22):
        path = f"/events/{gil.event}/come/{key}/"
        for typed in (None, {"people": "1"}):
            answer = gil.send(path, typed, "192.0.10.1")
            assert (answer.status in (400, 404), "set-cookie" in answer.headers, "<script>" in answer.text) == (
                True, False, False,
            )  # fmt: skip
