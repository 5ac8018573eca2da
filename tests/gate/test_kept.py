"""What somebody typed is given back where it cannot be taken now, without a script, and never at a secret address."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory

from manyplaces.front.views import errors
from manyplaces.gate.answers import FORM_TYPE, Typed, own_reply, with_typed
from tests.gate.conftest import Site

TYPED = urlencode({"people": "3", "name": 'Xóchitl "<Ñ>"'}).encode()
FIELDS = (
    '<input type="hidden" name="people" value="3">\n'
    '<input type="hidden" name="name" value="Xóchitl &quot;&lt;Ñ&gt;&quot;">'
)


def test_the_page_of_a_site_that_cannot_take_a_form_has_the_form_in_it(site: Site) -> None:
    answer = site.get("/closed?day=a%26b", "POST", TYPED, content_type=FORM_TYPE)
    assert (answer.status, answer.headers["cache-control"], "retry-after" in answer.headers) == (503, "no-store", True)
    assert f'<form method="post" action="/closed?day=a%26b" class="kept">\n{FIELDS}\n' in answer.text
    assert ("Send again" in answer.text, "Enviar de nuevo" in answer.text) == (True, True)
    # Who only reads has typed nothing.
    assert "<form" not in site.get("/closed").text


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/host/secret/", FORM_TYPE, TYPED),
        ("/es/coming/secret/", FORM_TYPE, TYPED),
        ("/letters/secret/", FORM_TYPE, TYPED),
        ("/actions/october/commit/with/secret/", FORM_TYPE, TYPED),
        ("/sign-in/", FORM_TYPE, TYPED),
        ("/desk/", FORM_TYPE, TYPED),
        ("/events/x/come/", "multipart/form-data; boundary=x", TYPED),
        ("/events/x/come/", FORM_TYPE, b""),
        ("/events/x/come/", FORM_TYPE, b"note=" + b"x" * 65_536),
        ("/events/x/come/", FORM_TYPE, b"&".join([b"a=1"] * 201)),
        ("/events/x/come/", FORM_TYPE, b"name=%ff"),
        ("/events/x/come/", FORM_TYPE, b"name=\xff"),
        ("/events/x/come/", FORM_TYPE, b"name=%00"),
    ],
)
def test_nothing_is_given_back_at_a_secret_address_or_of_what_is_no_plain_form(
    path: str, content_type: str, body: bytes
) -> None:
    typed = Typed(path, b"", content_type, body)
    assert b"<form" not in with_typed(own_reply(503, path), typed).body


def test_only_a_page_that_says_come_back_gives_the_form_back() -> None:
    typed = Typed("/events/x/come/", b"", FORM_TYPE, TYPED)
    assert [b"<form" in with_typed(own_reply(status), typed).body for status in (503, 500, 413)] == [True, False, False]


@pytest.mark.parametrize("fault", [OperationalError("database is locked"), InterfaceError("connection already closed")])
def test_a_database_that_cannot_be_asked_is_no_error_of_the_page(fault: Exception) -> None:
    try:
        raise fault
    except type(fault):
        answer = errors.broken(RequestFactory().post("/actions/october/commit/"))
    assert (answer.status_code, answer.content, answer["Retry-After"]) == (503, b"", "3")
