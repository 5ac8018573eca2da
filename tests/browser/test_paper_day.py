"""Paper day: no signal at the door. A host’s page opens without it and sends once; Carla types twenty paper forms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.coalition import until
from tests.browser.conftest import ROOT, Site, own_database, served, watched
from tests.browser.wire import Wire
from tests.mail.sink import free_port

SITES = 62
SEED = """
import django; django.setup()
import json
from datetime import date
from django.utils import timezone
from zoneinfo import ZoneInfo
from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor, Grant
from manyplaces.events.models import Event
from manyplaces.people.guard import cookie_name
from tests.events.calling import october
from tests.rsvps.coming import of_host, walk_in
from tests.signing import person_with, signed_in
action = october()
events = [walk_in(action, f"School {number + 1:02}", email=f"h{number}@example.org") for number in range(SITES)]
today = timezone.now().astimezone(ZoneInfo("America/Chicago")).date().isoformat()
Action.every.update(date_edtf=today, date_from=today, date_to=today)
Event.every.update(date_edtf=today, date_from=today, date_to=today, time_local=None)
carla = signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))
pages = [of_host(event).replace("/coming/", "/report/") for event in events[-2:]]
print(json.dumps({"cookie": (cookie_name(), carla.cookies[cookie_name()].value), "pages": pages,
                  "keys": [event.key for event in events]}))
""".replace("SITES", str(SITES))
GRID = "/desk/actions/october/reports/wi/milwaukee/"


@dataclass
class PaperDay:
    """The site, Carla's cookie, the pages on which two hosts report, the keys of all sites, and the wire to it."""

    site: Site
    cookie: Any
    pages: list[str]
    keys: list[str]
    wire: Wire

    def reports(self, columns: str) -> list[tuple[Any, ...]]:
        """What was reported, in its order."""
        return self.site.rows(f"SELECT {columns} FROM reports_report ORDER BY id")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperDay]:
    """A day with 62 sites in Milwaukee, of which nobody has reported."""
    folder = tmp_path_factory.mktemp("paper")
    wire = Wire(0, port=free_port())
    public = {"MANYPLACES_URL": f"http://127.0.0.1:{wire.port}"}
    with own_database("paper") as database, served(folder / "data", database, **public) as site, wire.listening():
        wire.to = int(site.url.rpartition(":")[2])
        site.url = public["MANYPLACES_URL"]
        given = {**os.environ, "MANYPLACES_DATA": str(site.data), "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
        given["DJANGO_SETTINGS_MODULE"] = "manyplaces.config.settings"
        words = [sys.executable, "-c", SEED]
        done = subprocess.run(words, env=given, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        name, value = said.pop("cookie")
        yield PaperDay(site, {"name": name, "value": value, "url": site.url}, **said, wire=wire)


@pytest.fixture
def phone(day: PaperDay, browser: Browser) -> Iterator[tuple[BrowserContext, Page]]:
    """Hana's phone."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, base_url=day.site.url)
    visit = watched(context, day.site)
    yield context, visit.page
    context.close()
    faults = [text for text in visit.errors if "ERR_INTERNET_DISCONNECTED" not in text]
    assert (visit.foreign, faults) == ([], [])


def kept(page: Page) -> list[str]:
    """The paths that the phone keeps for where there is no signal."""
    found: list[str] = page.evaluate(
        "async () => (await (await caches.open('report')).keys()).map((one) => new URL(one.url).pathname)"
    )
    return found


def stays(page: Page) -> None:
    page.locator("html[data-stays=yes]").wait_for(state="attached")


def test_hana_opens_her_page_without_signal_and_her_report_is_sent_once(
    day: PaperDay, phone: tuple[BrowserContext, Page]
) -> None:
    context, page = phone
    own = day.pages[0]
    page.goto(own)
    stays(page)
    pages = [path for path in kept(page) if not path.startswith(("/static/", "/colour/"))]
    assert pages == [own]
    day.wire.go_down()
    context.set_offline(True)
    page.goto(own)
    page.fill("[name=people_words]", "105")
    page.select_option("[name=how]", "sheets")
    page.fill("[name=happened]", "43 adults and 62 pupils walked in.")
    page.click("main form button.primary")
    until(lambda: "kept on this phone" in page.locator("#kept").inner_text())
    # She closes it, and opens it again, still without signal: what she wrote is there.
    page.close()
    page = context.new_page()
    page.goto(own)
    assert page.input_value("[name=people_words]") == "105"
    assert day.reports("id") == []
    day.wire.come_back()
    context.set_offline(False)
    began = time.monotonic()
    page.wait_for_url("**/report/?did=reported", timeout=30_000)
    print(f"sent {time.monotonic() - began:.1f} s after the signal was back")
    stays(page)
    page.goto(own)
    page.reload()
    assert day.reports("people_words, source, counted_by, entered_by") == [("105", "link", "host", "")]
    stated = day.site.rows("SELECT low, high, claimant FROM record_claim WHERE value_words = '105'")
    assert stated == [(105, 105, "report of the site")]


def test_what_the_phone_keeps_goes_with_the_link(day: PaperDay, phone: tuple[BrowserContext, Page]) -> None:
    _context, page = phone
    own = day.pages[1]
    page.goto(own)
    stays(page)
    assert own in kept(page)
    day.site.change("UPDATE events_host SET link_digest = 'taken-back' || id")
    page.goto(own)
    assert page.locator("h1").inner_text() != "How did it go?"
    until(lambda: page.evaluate("caches.has('report')") is False)


def test_what_the_phone_keeps_goes_with_its_day(day: PaperDay, phone: tuple[BrowserContext, Page]) -> None:
    context, page = phone
    page.goto("/")
    old = "/host/aaaaaaaaaaaaaaaaaaaaaa/report/"
    yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400))
    page.evaluate(
        """async ([until, OLD]) => {
          await navigator.serviceWorker.register("/offline.js", { scope: "/host/" });
          const headers = { "x-kept-until": until, "content-type": "text/html" };
          await (await caches.open("report")).put(OLD, new Response("old", { headers }));
          await new Promise((done) => setTimeout(done, 500));
        }""",
        [yesterday, old],
    )
    context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(old)


def test_carla_types_twenty_paper_forms_by_keyboard(day: PaperDay, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=day.site.url)
    context.add_cookies([day.cookie])
    visit = watched(context, day.site)
    page = visit.page
    page.goto(GRID)
    assert page.locator("tbody tr").count() == 50
    before = len(day.reports("id"))
    page.locator("tbody input:not([type=hidden])").first.focus()
    began, keys = time.monotonic(), page.keyboard
    for number in range(20):
        keys.type(str(43 + number))
        keys.press("Tab")
        keys.type(str(62 + number))
        for _ in range(7):
            keys.press("Tab")
    for _ in range(3):
        keys.press("Shift+Tab")
    page.locator("[name^=covered-]").last.focus()
    keys.press("Enter")
    with page.expect_navigation():
        keys.press("Enter")
    took = time.monotonic() - began
    print(f"20 paper forms, {20 * 9} fields by keys alone: {took:.1f} s of the machine's time")
    assert took < 15 * 60
    rows = day.reports("people_words, adults, pupils, source, counted_by, entered_by")[before:]
    assert rows == [(str(105 + 2 * number), 43 + number, 62 + number, "paper", "host", "Carla") for number in range(20)]
    # What she has not typed yet comes in pieces.
    page.goto(GRID)
    many = page.locator("tbody tr").count()
    assert many == SITES - len(day.reports("id")) <= 50
    context.close()
    assert (visit.foreign, visit.errors) == ([], [])


def test_a_city_with_more_sites_than_one_grid_is_typed_in_pieces(day: PaperDay, browser: Browser) -> None:
    day.site.change("DELETE FROM reports_report")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=day.site.url)
    context.add_cookies([day.cookie])
    page = watched(context, day.site).page
    page.goto(GRID)
    page.get_by_role("link", name="The next ones").click()
    page.wait_for_url("**?page=2")
    assert page.locator("tbody tr").count() == SITES - 50
    page.locator("[name^=people_words-]").last.fill("hundreds")
    page.locator("button.primary").click()
    page.wait_for_load_state()
    assert page.url.endswith("?page=2")
    assert page.locator("tbody tr").count() == SITES - 51
    assert day.reports("people_words, entered_by") == [("hundreds", "Carla")]
    context.close()
