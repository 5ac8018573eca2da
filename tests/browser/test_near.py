"""Gil lets his phone say where he is: rounded, used once, and nowhere written down."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import watched
from tests.browser.seeded import Seeded

HERE = "/actions/oct2030/near/"
MIAMI: Any = {"latitude": 25.77123456, "longitude": -80.19123456}


@pytest.fixture(autouse=True)
def florida_takes_place(seeded: Seeded) -> None:
    """Put back what other tests of the same site may have cancelled."""
    seeded.site.change("UPDATE events_event SET phase = 'committed' WHERE phase = 'cancelled'")


def test_gil_presses_a_button_and_sees_what_is_near_him(browser: Browser, seeded: Seeded) -> None:
    context = browser.new_context(base_url=seeded.site.url, geolocation=MIAMI, permissions=["geolocation"])
    visit = watched(context, seeded.site)
    page, asked, told = visit.page, [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    page.goto(HERE)
    page.get_by_role("button", name="Use where I am now").click()
    page.get_by_role("heading", name="Near where you are").wait_for()
    address = urlsplit(page.url)
    assert dict(parse_qsl(address.query)) == {"lat": "25.77", "lon": "-80.19"}
    assert page.locator("ol.near li").count() == 3
    # He narrows it down and stays where he is; then he types a place, and that one counts.
    page.get_by_text("Only what suits me").click()
    page.get_by_label("no steps").check()
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("heading", name="Nothing within 50 miles yet").wait_for()
    assert dict(parse_qsl(urlsplit(page.url).query)) == {"lat": "25.77", "lon": "-80.19", "access": "step-free"}
    page.get_by_label("no steps").uncheck()
    page.get_by_label("ZIP code or city").fill("Tampa, FL")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("heading", name="Near Tampa, FL").wait_for()
    assert dict(parse_qsl(urlsplit(page.url).query)) == {"zip": "Tampa, FL"}
    # From there on no page learns where he came from.
    page.locator("ol.near li a").first.click()
    page.wait_for_load_state()
    assert not any("25.7712" in url or "80.1912" in url for url in asked)
    assert not any("lat=" in referrer or "zip=" in referrer for referrer in told)
    assert (visit.errors, visit.foreign) == ([], [])
    context.close()
    written = "".join(file.read_text() for file in (seeded.site.data / "logs").iterdir())
    assert "near/" in written
    for trace in ("25.77", "80.19", "Tampa", "lat=", "zip="):
        assert trace not in written, trace


def test_a_phone_that_does_not_say_it_is_answered_in_a_sentence(browser: Browser, seeded: Seeded) -> None:
    with browser.new_context(base_url=seeded.site.url) as context:
        page = context.new_page()
        page.goto(f"/es{HERE}")
        page.locator("[data-near]").click()
        page.get_by_text("Su navegador no dijo dónde está usted.").wait_for()


def test_without_scripts_there_is_no_button_and_all_the_rest(browser: Browser, seeded: Seeded) -> None:
    with browser.new_context(base_url=seeded.site.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(HERE)
        assert page.locator("[data-near]").is_hidden()
        page.get_by_label("ZIP code or city").fill("33101")
        page.get_by_role("button", name="Find", exact=True).click()
        assert page.locator("ol.near li").count() == 3
        assert page.get_by_text("3 events within 50 miles, the nearest first.").is_visible()
