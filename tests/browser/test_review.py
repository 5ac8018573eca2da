"""Nia reviews and calls off in a browser: fakes gone in two clicks, the queue by keyboard, a box drawn on the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import watched
from tests.browser.seeded import Seeded

REVIEW = "/desk/review/"
CANCEL = "/desk/actions/oct2030/cancel/"


@pytest.fixture(scope="module")
def cookie(seeded: Seeded) -> Any:
    """What Nia is recognised by."""
    return seeded.sign_in()


@pytest.fixture
def nia(browser: Browser, seeded: Seeded, cookie: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages in which Nia is signed in, and sees at the end that nothing went wrong in them."""
    site = seeded.site
    contexts, visits = [], []

    def opened(width: int = 1280, **options: bool) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site.url, **options)
        context.add_cookies([cookie])
        contexts.append(context)
        visits.append(watched(context, site))
        return visits[-1].page

    yield opened
    for context in contexts:
        context.close()
    assert [(visit.errors, visit.foreign) for visit in visits] == [([], [])] * len(visits)


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


def test_three_are_decided_by_keys_alone(nia: Callable[..., Page], seeded: Seeded) -> None:
    page = nia()
    page.goto(f"{REVIEW}?show=smells")
    page.locator("[data-all]").click()
    assert page.locator("input[name=pick]:not(:checked)").count() == 0
    page.goto(REVIEW)
    shown = page.locator("[data-row]")
    # The last three are no fakes, and the last one has a host who can be asked.
    before = [str(shown.nth(place).get_attribute("data-row")) for place in range(shown.count())]
    shown.nth(len(before) - 3).locator("input[name=pick]").focus()
    for follows in before[-2:]:
        with page.expect_navigation():
            page.keyboard.press("a")
        page.wait_for_function("document.activeElement.name === 'pick'")
        assert page.evaluate("document.activeElement.closest('[data-row]').dataset.row") == follows
    page.keyboard.press("q")
    page.wait_for_url("**/decide/")
    page.keyboard.type("Which door?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".told")
    page.wait_for_function("document.activeElement.name === 'pick'")
    found = dict(seeded.site.rows("SELECT key, review FROM events_commitment"))
    assert [found[key] for key in before[-3:]] == ["approved", "approved", "asked"]


def test_fifteen_fakes_are_gone_in_two_clicks_without_a_script(nia: Callable[..., Page], seeded: Seeded) -> None:
    page = nia(java_script_enabled=False)
    page.goto(REVIEW)
    page.click("button[value='decline 1']")
    page.click("main button.danger")
    page.wait_for_selector(".told")
    assert seeded.site.rows("SELECT count(*) FROM events_commitment WHERE review = 'declined'") == [(15,)]
    page.click("details.recent summary")
    page.locator("details.recent button").first.click()
    page.wait_for_selector(".told >> text=Taken back")
    assert seeded.site.rows("SELECT count(*) FROM events_commitment WHERE review = 'declined'") == [(0,)]


def test_a_box_is_drawn_on_the_map_and_florida_called_off(nia: Callable[..., Page], seeded: Seeded) -> None:
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
    page.wait_for_selector("input[name=out]")
    assert page.locator("input[name=out]").count() == 6
    page.fill("textarea[name=reason]", "Hurricane")
    page.fill("textarea[name=reason_es]", "Huracán")
    page.click("button[value=cancel]")
    seeded.prove_presence()
    page.click("button[value=sure]")
    assert "Done for 6 events" in page.locator(".told").inner_text()
    assert seeded.site.rows("SELECT count(*) FROM events_event WHERE phase = 'cancelled'") == [(6,)]
