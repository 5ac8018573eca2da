"""The checkers that the other tests rely on find what they are there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

WHOLE = (
    "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>A page</title></head>"
    "<body><main><h1>A page</h1><p>Text.</p>{}</main></body></html>"
)


def test_axe_finds_a_picture_without_words_and_buttons_too_small_to_hit(
    browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page()
    page.set_content(WHOLE.format(""))
    assert axe(page) == []
    page.set_content(WHOLE.format("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"))
    assert axe(page) == ["image-alt: ['img']"]
    small = "<button style='width:9px;height:9px;padding:0;border:0' aria-label='{}'></button>"
    page.set_content(WHOLE.format("<p style='font-size:4px'>" + small.format("a") + small.format("b") + "</p>"))
    assert [line.split(":")[0] for line in axe(page)] == ["target-size"]
    page.close()


def test_vnu_finds_an_element_out_of_place(tmp_path: Path, vnu: Callable[[Path], list[str]]) -> None:
    (tmp_path / "good.html").write_text(WHOLE.format(""))
    assert vnu(tmp_path) == []
    (tmp_path / "bad.html").write_text(WHOLE.format("<ul><p>no item</p></ul>"))
    found = vnu(tmp_path)
    assert [line.split(":")[0] for line in found] == ["bad.html"]
