"""Nia reviews and calls off in a browser: fakes gone in two clicks, the queue by keyboard, a box drawn on the map."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, Site, served, watched
from tests.browser.looks import CUT, WIDTH

REVIEW = "/desk/review/"
CANCEL = "/desk/actions/oct2030/cancel/"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """A site where commitments wait, and Nia's cookie."""
    folder = tmp_path_factory.mktemp("review") / "data"
    with served(folder, "", MANYPLACES_SAMPLE="no", MANYPLACES_PROCESSES="1") as site:
        given = {
            "MANYPLACES_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.seeding"], env={**kept, **given}, cwd=ROOT, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        name, value = done.stdout.split()
        yield site, {"name": name, "value": value, "url": site.url}


@pytest.fixture
def nia(browser: Browser, desk: tuple[Site, dict[str, str]]) -> Iterator[Callable[..., Page]]:
    """Opens pages in which Nia is signed in, and sees at the end that nothing went wrong in them."""
    site, cookie = desk
    contexts, visits = [], []

    def opened(width: int = 1280, **options: bool) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site.url, **options)
        context.add_cookies([cookie])  # type: ignore[list-item]
        contexts.append(context)
        visits.append(watched(context, site))
        return visits[-1].page

    yield opened
    for context in contexts:
        context.close()
    assert [(visit.errors, visit.foreign) for visit in visits] == [([], [])] * len(visits)


def test_the_pages_are_for_everybody(
    nia: Callable[..., Page], axe: Callable[[Page], list[str]], vnu: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    page, found = nia(), {}
    page.goto(REVIEW)
    one = str(page.locator(".waiting h3 a").last.get_attribute("href"))
    paths = (REVIEW, f"/es{REVIEW}", one, f"/es{one}", "/desk/review/trust/", f"{CANCEL}?state=FL", f"/es{CANCEL}")
    for number, path in enumerate(paths):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        page.eval_on_selector_all("main details", "found => found.forEach(one => one.open = true)")
        wrong = axe(page)
        page.set_viewport_size({"width": 360, "height": 740})
        wrong += [*axe(page), *page.evaluate(CUT)]
        wrong += ["too wide"] if page.evaluate(WIDTH) > 360 else []
        (tmp_path / f"{number}.html").write_text(page.content(), "utf-8")
        if wrong:
            found[path] = wrong
    assert found == {}
    assert vnu(tmp_path) == []


def test_the_queue_goes_by_keyboard(nia: Callable[..., Page]) -> None:
    page = nia()
    page.goto(REVIEW)
    page.locator("[data-row] input[name=pick]").first.focus()
    for key in "xjx":
        page.keyboard.press(key)
    assert page.locator("input[name=pick]:checked").count() == 2
    assert "2" in page.locator("[data-ticked]").inner_text()
    before = page.evaluate("document.activeElement.id")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") != before
    page.keyboard.press("o")
    page.wait_for_url("**/desk/review/c-*/")


def test_fifteen_fakes_are_gone_in_two_clicks_without_a_script(
    nia: Callable[..., Page], desk: tuple[Site, dict[str, str]]
) -> None:
    page = nia(java_script_enabled=False)
    page.goto(REVIEW)
    page.click("button[value='decline 1']")
    page.click("main button.danger")
    page.wait_for_selector(".told")
    assert desk[0].rows("SELECT count(*) FROM events_commitment WHERE review = 'declined'") == [(15,)]
    page.click("details.recent summary")
    page.locator("details.recent button").first.click()
    page.wait_for_selector(".told >> text=Taken back")
    assert desk[0].rows("SELECT count(*) FROM events_commitment WHERE review = 'declined'") == [(0,)]


def test_a_box_is_drawn_on_the_map_and_florida_called_off(
    nia: Callable[..., Page], desk: tuple[Site, dict[str, str]]
) -> None:
    page = nia()
    page.goto(CANCEL)
    page.locator("summary", has_text="A box on the map").click()
    drawing = page.locator("[data-draw] svg")
    drawing.scroll_into_view_if_needed()
    frame = drawing.bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + frame["width"] * 0.7, frame["y"] + frame["height"] * 0.7)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.95, frame["y"] + frame["height"] * 0.98, steps=4)
    page.mouse.up()
    page.click("button.primary")
    assert page.locator("input[name=out]").count() == 6
    page.fill("textarea[name=reason]", "Hurricane")
    page.fill("textarea[name=reason_es]", "Huracán")
    page.click("button[value=cancel]")
    page.click("button[value=sure]")
    assert "Done for 6 events" in page.locator(".told").inner_text()
    assert desk[0].rows("SELECT count(*) FROM events_event WHERE phase = 'cancelled'") == [(6,)]
