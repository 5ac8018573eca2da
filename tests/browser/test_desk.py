"""A coalition of its own, from an empty site: it says who it is, and every page follows; the desk is for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.conftest import served, watched
from tests.browser.looks import CUT, WIDTH

WIDE, NARROW = 1280, 360


def faults(page: Page, axe: Callable[[Page], list[str]]) -> list[str]:
    """What is wrong with the page that is open, wide and narrow."""
    wrong = axe(page)
    page.set_viewport_size({"width": NARROW, "height": 900})
    wrong += [*axe(page), *page.evaluate(CUT)]
    width = page.evaluate(WIDTH)
    page.set_viewport_size({"width": WIDE, "height": 900})
    return [f"{page.url}: {one}" for one in [*wrong, *([f"{width} wide"] if width > NARROW else [])]]


def test_nia_says_who_the_coalition_is_and_every_page_follows(
    browser: Browser, axe: Callable[[Page], list[str]], tmp_path: Path
) -> None:
    with served(tmp_path / "data", "", MANYPLACES_SAMPLE="no", MANYPLACES_PROCESSES="1") as site:
        context = browser.new_context(viewport={"width": WIDE, "height": 900}, base_url=site.url)
        visit = watched(context, site)
        page = visit.page
        gil = browser.new_context(base_url=site.url).new_page()
        gil.goto("/")
        code = re.search(r"7 days\): ([\w-]+)$", (tmp_path / "said").read_text(), re.M)
        assert code is not None
        page.goto("/first-run/")
        for name, text in (("code", code[1]), ("alias", "Nia"), ("email", "nia@example.org")):
            page.fill(f"[name={name}]", text)
        page.click("main form button.primary")
        page.wait_for_url("**/desk/coalition/")
        wrong = faults(page, axe)

        page.fill("[name=name]", "Schools for All")
        page.fill("[name=colour]", "#ffd200")
        page.click("text=Save and go on")
        assert "too light to read on white" in page.inner_text("#errors")
        wrong += faults(page, axe)
        page.fill("[name=colour]", "#00594c")
        page.click("text=Save and go on")
        page.wait_for_url("**/desk/begin/")
        page.wait_for_timeout(1000)
        gil.goto("/")
        assert gil.title() == "Schools for All"
        assert gil.evaluate("getComputedStyle(document.querySelector('.masthead')).backgroundColor") == "rgb(0, 89, 76)"

        page.goto("/desk/organisations/add/")
        page.fill("[name=name]", "Parents United")
        page.click("main form button.primary")
        page.wait_for_url("**/parents-united/")
        page.click("text=Make a link")
        assert page.inner_text(".secret").startswith("with/")
        wrong += faults(page, axe)

        menu = page.eval_on_selector_all(".desk-menu a", "links => links.map(link => link.getAttribute('href'))")
        assert len(menu) == 14
        assert (wrong, visit.foreign, visit.errors) == ([], [], [])
        context.close()
