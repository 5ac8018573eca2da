"""The pages for what went wrong, seen as Gil would see them: in both languages, wide and narrow, by axe and the W3C."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from playwright.sync_api import Page

from manyplaces.front.views import errors
from tests.browser.conftest import Visit

PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "bad_request": errors.bad_request,
    "not_found": errors.not_found,
    "broken": errors.broken,
}
SHOWN = [(name, path) for name in PAGES for path in ("/lost/", "/es/lost/")]


@pytest.mark.parametrize(("name", "path"), SHOWN)
def test_an_error_page_can_be_used_by_everybody(
    visits: Callable[..., Visit], axe: Callable[[Page], list[str]], name: str, path: str
) -> None:
    html = PAGES[name](RequestFactory().get(path)).content
    for width in (1280, 360):
        page = visits(width=width).page
        # The site's own address, style and letters, with the error page in place of what is found there.
        page.route(f"**{path}", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(path)
        assert axe(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1


def test_the_checker_of_the_w3c_finds_nothing_in_them(tmp_path: Path, vnu: Callable[[Path], list[str]]) -> None:
    for number, (name, path) in enumerate(SHOWN):
        answer: Any = PAGES[name](RequestFactory().get(path))
        (tmp_path / f"{name}-{number}.html").write_bytes(answer.content)
    assert vnu(tmp_path) == []
