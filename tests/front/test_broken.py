"""When the database fails under a page, Gil is told so plainly in his language, and nothing of the inside shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, close_old_connections, connection

from manyplaces.gate.answers import Reply
from manyplaces.gate.behind import Asked, call
from manyplaces.gate.headers import security_headers
from tests.front.reading import read
from tests.front.records import SmallRecord

SECRET = "the disk of db7.internal is on fire"
PAGES = (
    *("/", "/about/data/", "/search/?q=milwaukee", "/actions/oct2025/", "/actions/oct2025/numbers/"),
    *("/actions/oct2025/media/", "/actions/oct2025/wi/", "/actions/oct2025/wi/milwaukee/", "/events/WI1/"),
    *("/places/lincoln-high-school-milwaukee-wi/", "/organisations/parents-united/"),
)
FORMS = (
    *("/index.json", "/index.atom", "/actions/oct2025.ics", "/actions/oct2025.csv", "/actions/oct2025.atom"),
    *("/events/WI1.ics", "/about/data/events.csv", "/actions/oct2025/card.png"),
)


@pytest.fixture(autouse=True)
def connection_of_the_test() -> Iterator[None]:
    """Keep Django from closing the connection that holds the test's transaction when it thinks a request has ended."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def ask(path: str) -> Reply:
    """Ask Django as the gate does."""
    bare, _, query = path.partition("?")
    return call(get_wsgi_application(), Asked("GET", bare, query.encode()), settings.SITE_URL)


@contextmanager
def broken() -> Iterator[None]:
    """Let every question to the database fail."""

    def fail(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        raise OperationalError(SECRET)

    with connection.execute_wrapper(fail):
        yield


@pytest.mark.parametrize("path", [tongue + path for path in (*PAGES, *FORMS) for tongue in ("", "/es")])
def test_every_page_whose_database_fails_says_so_plainly(small_record: SmallRecord, path: str) -> None:
    assert ask(path).status == 200
    with broken():
        answer = ask(path)
    page = answer.body.decode()
    said = read(page)
    assert (answer.status, said.language) == (503, "es" if path.startswith("/es") else "en")
    assert [
        word for word in (SECRET, "Traceback", "OperationalError", "SELECT", "/site-packages/") if word in page
    ] == []
    assert [header for header in security_headers(path.partition("?")[0]) if header not in answer.headers] == []
    assert [name for name, _ in answer.headers if name == b"set-cookie"] == []
    assert len(said.headings) == 1
    assert ask(path).status == 200


def test_a_failing_page_writes_nothing(small_record: SmallRecord) -> None:
    def everything() -> dict[str, list[Any]]:
        return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}

    before = everything()
    with broken():
        assert {ask(path).status for path in PAGES} == {503}
    assert everything() == before
