"""Hana commits from a small phone, in Spanish without a script and on a slow network with one, and opens her link."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, served, watched
from tests.browser.looks import CUT, WIDTH
from tests.browser.serving import run

HERE = "/actions/october/commit/"
SEED = """
import django; django.setup()
from manyplaces.core.actor import Actor
from manyplaces.places.models import School
from manyplaces.places.operations import import_schools
from manyplaces.places.operations.registry import Incoming
from tests.events.calling import october
october()
facts = {"name": "Grant Elementary", "street": "2920 W Grant St", "city_name": "Milwaukee", "state": "WI"}
grant = School(number="550960001234", level="elementary", lat=43.0, lon=-87.9, **facts)
rows = [Incoming(2, grant)]
for line in range(3, 16):
    facts = {"name": f"Lincoln {line} Elementary", "street": f"{line} Oak St", "city_name": "Racine", "state": "WI"}
    rows.append(Incoming(line, School(number=f"5509600020{line:02}", level="elementary", lat=42.7, lon=-87.8, **facts)))
import_schools([rows], file_name="a.csv", by=Actor("Nia", "command"), told=lambda taken: None)
"""
LINK = """
import django; django.setup()
from manyplaces.mail.models import Letter
print("/host/" + Letter.objects.order_by("pk")[0].content["body"].partition("/host/")[2].partition("/")[0] + "/")
"""
# Slow 3G as browsers count it: 400 kbit/s, and 400 ms until anything comes.
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with an action that takes commitments, and one school."""
    folder = tmp_path_factory.mktemp("commit") / "data"
    with served(folder, "", MANYPLACES_SAMPLE="no", MANYPLACES_PROCESSES="1") as site:
        run(site, SEED)
        yield site


@pytest.fixture
def phone(browser: Browser, open_site: Site) -> Iterator[Callable[..., Page]]:
    """Opens a page on a phone; at the end nothing went wrong, nothing foreign was asked for, no cookie was left."""
    contexts, seen = [], []

    def opened(**options: bool) -> Page:
        context = browser.new_context(viewport={"width": 360, "height": 740}, base_url=open_site.url, **options)
        contexts.append(context)
        seen.append(watched(context, open_site))
        return seen[-1].page

    yield opened
    cookies = [context.cookies() for context in contexts]
    for context in contexts:
        context.close()
    assert [(visit.errors, visit.foreign) for visit in seen] == [([], [])] * len(seen)
    assert cookies == [[]] * len(contexts)


def test_a_school_commits_in_spanish_without_a_script(phone: Callable[..., Page], open_site: Site) -> None:
    page = phone(java_script_enabled=False)
    page.goto(f"/es{HERE}")
    page.fill("#f_q", "Grant Milwaukee")
    page.fill("#f_time", "antes de clases")
    page.get_by_role("button", name="Buscar", exact=True).last.click()
    page.get_by_label("Grant Elementary").check()
    page.get_by_role("button", name="Inscribir", exact=True).click()
    page.get_by_text("Indique un correo electrónico").first.wait_for()
    assert page.input_value("#f_time") == "antes de clases"
    page.fill("#f_email", "hana@example.org")
    page.get_by_role("button", name="Inscribir", exact=True).click()
    page.get_by_text("Gracias. Ya lo tenemos.").wait_for()
    assert open_site.rows("select venue, language from events_commitment") == [("Grant Elementary", "es")]


def test_a_phone_on_a_slow_network_keeps_what_was_typed(phone: Callable[..., Page], open_site: Site) -> None:
    page = phone()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    weight = [0]
    page.on("response", lambda answer: weight.append(int(answer.headers.get("content-length", "0"))))
    page.goto(HERE)
    assert sum(weight) < 100_000
    page.locator("#f_q").press_sequentially("grant mil")
    page.get_by_role("option", name="Grant Elementary").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # What need not be said takes no room until somebody asks for it.
    more = page.get_by_text("More for those who come")
    assert (page.is_visible("#f_safety"), page.is_visible("#f_address_for_0")) == (False, False)
    page.check("#f_only_city")
    assert page.is_visible("#f_address_for_0")
    page.uncheck("#f_only_city")
    assert page.locator(".welcome input:checked, .asked input:checked").count() == 0
    more.click()
    page.get_by_label("Spanish").check()
    page.fill("#f_note", "Bring a coat")
    page.fill("#f_email", "gil@example.org")
    page.wait_for_timeout(700)
    page.reload()
    assert (page.input_value("#f_note"), page.input_value("#f_email")) == ("Bring a coat", "")
    assert (page.get_by_label("Spanish").is_checked(), page.is_visible("#f_safety")) == (True, True)
    page.context.set_offline(True)
    page.get_by_role("button", name="Commit", exact=True).click()
    page.get_by_text("You are not connected.").wait_for()
    page.context.set_offline(False)
    page.fill("#f_email", "gil@example.org")
    page.get_by_role("button", name="Commit", exact=True).click()
    page.get_by_text("Thank you. We have it.").wait_for()
    page.wait_for_load_state()
    assert page.evaluate("localStorage.length") == 0
    assert open_site.rows("select count(*) from events_commitment where note = 'Bring a coat' and spoken = 'es'") == [
        (1,)
    ]


# Every answer comes late, as in a bus.
LATE = (
    "window.kept = window.fetch;"
    "window.fetch = (...all) => new Promise((done) => setTimeout(done, 600)).then(() => kept(...all)); 0"
)


def test_the_list_of_schools_is_quiet_and_true(phone: Callable[..., Page], open_site: Site) -> None:
    page = phone()
    page.goto(HERE)
    field = page.locator("#f_q")
    field.press_sequentially("grant")
    page.get_by_text("1 school found.").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#offers").is_hidden()
    field.fill("lincoln")
    page.get_by_text("The first 10 schools are shown. Add the city").wait_for()
    # A late answer opens nothing over the fields that somebody has gone on to.
    page.evaluate(LATE)
    field.fill("lincoln racine")
    page.wait_for_timeout(300)
    page.focus("#f_address")
    page.wait_for_timeout(900)
    assert page.locator("#offers").is_hidden()
    page.evaluate("window.fetch = kept; 0")
    assert page.locator("#choices").is_hidden()
    field.fill("zzzzzz")
    page.get_by_text("No school found. Try fewer letters").first.wait_for()
    assert page.locator("#choices").is_visible()
    # Enter searches in this field, and commits in every other.
    field.fill("grant")
    field.press("Enter")
    page.get_by_text("Nothing is sent yet.").wait_for()
    page.get_by_label("Grant Elementary").check()
    page.fill("#f_email", "enter@example.org")
    page.locator("#f_email").press("Enter")
    page.get_by_text("Thank you. We have it.").wait_for()


def test_the_pin_is_where_the_phone_is_once_somebody_asks_for_it(browser: Browser, open_site: Site) -> None:
    spot: Any = {"latitude": 43.07123456, "longitude": -87.90123456}
    with browser.new_context(base_url=open_site.url, geolocation=spot, permissions=["geolocation"]) as context:
        page = context.new_page()
        page.goto(HERE)
        page.get_by_text("Describe a place that is not in the list").click()
        page.get_by_text("Set a pin").click()
        page.get_by_role("button", name="Use where I am now").click()
        page.get_by_text("✓ 43.0712, -87.9012").wait_for()
        assert page.input_value("#f_pin") == "43.0712, -87.9012"


def test_the_browser_is_closed_after_every_field_and_nothing_is_lost(browser: Browser, open_site: Site) -> None:
    kept: Any = None
    typed = [("#f_q", "Grant Milwaukee"), ("#f_time", "7:20 am"), ("#f_note", "Bring a coat"), ("#f_expected", "40")]
    private = [("#f_shown_host", "Hana"), ("#f_remark", "My street is Elm"), ("#f_email", "hana@example.org")]
    for number, (where, text) in enumerate([*typed, *private]):
        with browser.new_context(base_url=open_site.url, storage_state=kept) as context:
            page = context.new_page()
            # From the third field on she reads in Spanish, and her letters are to be Spanish too.
            page.goto(HERE if number < 2 else f"/es{HERE}")
            assert [page.input_value(each) for each, _words in typed[:number]] == [words for _, words in typed[:number]]
            page.fill(where, text)
            page.wait_for_timeout(600)
            kept = context.storage_state()
    with browser.new_context(base_url=open_site.url, storage_state=kept) as context:
        page = context.new_page()
        page.goto(f"/es{HERE}")
        assert [page.input_value(each) for each, _words in private] == ["", "", ""]
        assert (page.input_value("#f_language"), page.input_value("#f_expected")) == ("es", "40")
        assert "Elm" not in str(kept)


def test_a_weak_phone_on_a_slow_network_commits_within_three_minutes(browser: Browser, open_site: Site) -> None:
    typed = {"#f_q": "grant mil", "#f_note": "Weak phone", "#f_email": "weak@example.org"}
    with browser.new_context(viewport={"width": 360, "height": 740}, base_url=open_site.url) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        weight = [0.0]
        # What came over the line, headers and all.
        session.on("Network.loadingFinished", lambda done: weight.append(done["encodedDataLength"]))
        began = time.monotonic()
        page.goto(HERE)
        for where, text in typed.items():
            page.locator(where).press_sequentially(text)
            if where == "#f_q":
                page.get_by_role("option", name="Grant Elementary").click()
        page.get_by_role("button", name="Commit", exact=True).click()
        page.get_by_text("Thank you. We have it.").wait_for()
        page.wait_for_load_state("networkidle")
        took = time.monotonic() - began
    # A person needs a second for every sign, and as long again to read and to choose.
    signs = sum(map(len, typed.values()))
    print(f"\n{sum(weight):.0f} bytes, {took:.1f} s beside a person who types {signs} signs")
    assert sum(weight) < 300_000
    assert took + 2 * signs < 180


def test_the_pages_are_for_everybody(
    phone: Callable[..., Page], open_site: Site, axe: Callable[[Page], list[str]], vnu: Callable[[Path], list[str]],
    tmp_path: Path,
) -> None:  # fmt: skip
    page, found = phone(), {}
    there = run(open_site, LINK)
    page.goto(there)
    (tmp_path / "first.html").write_text(page.content(), "utf-8")
    page.get_by_role("button", name="Yes, this is me").click()
    for number, path in enumerate([HERE, f"/es{HERE}done/", there, f"/es{there}", "/host/", "/host/" + "x" * 43 + "/"]):
        page.goto(path)
        page.eval_on_selector_all("main details", "found => found.forEach(one => one.open = true)")
        # What people must not see, so that only programs fill it in, is cut off by intention.
        wrong = [*axe(page), *(cut for cut in page.evaluate(CUT) if not cut.startswith("DIV.trap"))]
        wrong += ["too wide"] if page.evaluate(WIDTH) > 360 else []
        (tmp_path / f"{number}.html").write_text(page.content(), "utf-8")
        if wrong:
            found[path] = wrong
    assert (found, vnu(tmp_path)) == ({}, [])
