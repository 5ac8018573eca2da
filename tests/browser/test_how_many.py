"""“How many in Chicago?” At 9:40 a reporter opens the page of the city; a report is on it within a second."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from manyplaces.actions.rules import DESK_ZONES
from manyplaces.front.shapes.standing import at_place
from tests.browser.conftest import COMMAND, ROOT, Site, own_database, served, watched

SEED = """
import django; django.setup()
import json
from zoneinfo import ZoneInfo
from django.utils import timezone
from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import approve
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
from tests.events.calling import october
from tests.events.cast import committed
from tests.rsvps.coming import of_host
nia, zone = Actor("Nia", "command"), "America/Chicago"
where = {"city_name": "Chicago", "city_slug": "chicago", "state": "IL", "zone": zone}
action = october()
events = []
for number in range(200):
    row = committed(action, f"School {number + 1}", email=f"h{number}@example.org", date_edtf=action.date_edtf, **where)
    events.append(approve(row, version=row.version, by=nia))
today = timezone.now().astimezone(ZoneInfo(zone)).date().isoformat()
Action.every.update(date_edtf=today, date_from=today, date_to=today)
Event.every.update(date_edtf=today, date_from=today, date_to=today, time_local=None)
for number, event in enumerate(events[:118]):
    words = str(54 if number < 78 else 55 if number < 116 else 74)
    take_report(Report(uid=f"report{number:016}", event=event, people_words=words), by=nia)
print(json.dumps({"host": of_host(events[118]), "today": today}))
"""
CLAIMS = (
    ("more than 150", "150", "", "Chicago Teachers Union", "09:05"),
    ("about 120", "120", "120", "Chicago Tribune", "09:21"),
    ("200", "200", "200", "AROS", "09:30"),
    ("90", "90", "90", "the district", "09:36"),
)


@dataclass
class Chicago:
    """The site, the page of the city, and the private page of a host who has not reported."""

    site: Site
    page: str
    host: str


@pytest.fixture(scope="module")
def chicago(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chicago]:
    """Two hundred schools in Chicago on the day itself: 118 have reported, four claims of others are in a table."""
    folder = tmp_path_factory.mktemp("chicago")
    with own_database("chicago") as database, served(folder / "data", database) as site:
        given = {**os.environ, "MANYPLACES_DATA": str(site.data), "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
        given["DJANGO_SETTINGS_MODULE"] = "manyplaces.config.settings"
        seeding = [sys.executable, "-c", SEED]
        done = subprocess.run(seeding, env=given, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        file = folder / "claims.csv"
        file.write_text(as_table(said["today"]), "utf-8")
        subprocess.run([*COMMAND, "import", "claims", str(file)], env=given, check=True, capture_output=True)
        time.sleep(1)
        yield Chicago(site, "/actions/october/il/chicago/", said["host"].replace("/coming/", "/report/"))


def as_table(today: str) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(
        ["action_id", "phase", "metric", "value_text", "low", "high", "claimed_by", "city", "state", "stated_at"]
    )
    for words, low, high, who, clock in CLAIMS:
        rows.writerow(["october", "held", "schools", words, low, high, who, "Chicago", "IL", f"{today}T{clock}"])
    return out.getvalue()


@pytest.fixture
def reporter(chicago: Chicago, browser: Browser) -> Iterator[Page]:
    """A reporter's browser, on a laptop."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, base_url=chicago.site.url, accept_downloads=True
    )
    visit = watched(context, chicago.site)
    yield visit.page
    context.close()
    assert (visit.foreign, visit.errors) == ([], [])


def text_of(page: Page, place: str) -> str:
    return re.sub(r"\s+", " ", page.locator(place).inner_text())


def test_a_reporter_reads_a_range_four_claims_and_our_own_count(chicago: Chicago, reporter: Page) -> None:
    reporter.goto(chicago.page)
    lead = text_of(reporter, "section:has(#now) .lead")
    assert lead == "118 site reports so far, 6,450 people counted, 82 sites unreported."
    claims = reporter.locator("section:has(#figures)")
    assert "90–200" in claims.inner_text().replace("\n", "")
    rows = claims.locator("tbody tr")
    assert rows.count() == 4
    for row, (words, _low, _high, who, clock) in zip(rows.all(), CLAIMS, strict=True):
        said = row.inner_text()
        assert (words in said, who in said, bool(re.search(rf"{clock} C[DS]T", said))) == (True, True, True)
    # Every number leads to what it rests on: 118 figures, one for each site, by who stated it and when.
    reporter.locator("section:has(#now) .lead a").first.click()
    assert reporter.evaluate("location.hash") == "#sites"
    reporter.locator("section:has(#sites) summary").click()
    sites = reporter.locator("section:has(#sites) tbody tr")
    assert sites.count() == 118
    assert sum(int(text.split()[0]) for text in sites.locator("th").all_inner_texts()) == 6450
    assert "report of the site" in sites.first.inner_text()


def test_a_screen_that_follows_tells_the_time_as_the_page_does(chicago: Chicago, reporter: Page) -> None:
    for start in ("", "/es"):
        reporter.goto(f"{start}/actions/october/")
        shown = reporter.locator("[data-count=at]")
        written = shown.inner_text()
        shown.evaluate("one => { one.textContent = ''; }")
        reporter.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(shown).not_to_be_empty()
        assert (shown.inner_text(), bool(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d E[DS]T", written))) == (written, True)
    # By every clock that an action can have, summer and winter, and in the first hour of a day.
    said = {"held": 1, "reported": 1, "unreported": 0, "committed": 0, "postponed": 0, "cancelled": 0}
    said |= {"people": [1, 1], "at_least": False, "disputed": 0}
    for zone, _words in DESK_ZONES:
        for moment in ("2026-07-01T04:05:06Z", "2026-12-31T07:59:00Z"):
            reporter.unroute_all()
            body = json.dumps({**said, "at": moment})
            reporter.route("**/tally.json", lambda route, _request, body=body: route.fulfill(body=body))
            reporter.evaluate("zone => { document.querySelector('[data-tally]').dataset.zone = zone; }", zone)
            reporter.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            expect(shown).to_have_attribute("datetime", moment)
            assert shown.inner_text() == at_place(datetime.datetime.fromisoformat(moment), zone)


def test_a_reporter_downloads_the_tables_and_the_press_kit(chicago: Chicago, reporter: Page) -> None:
    reporter.goto(chicago.page)
    fetched = {}
    for words in ("Table of all sites", "Table of all figures", "Press kit"):
        with reporter.expect_download() as coming:
            reporter.get_by_role("link", name=words).click()
        fetched[words] = Path(coming.value.path()).read_bytes()
    sites = list(csv.DictReader(io.StringIO(fetched["Table of all sites"].decode("utf-8-sig"))))
    figures = list(csv.DictReader(io.StringIO(fetched["Table of all figures"].decode("utf-8-sig"))))
    assert (len(sites), sum(row["status"] == "held" for row in sites)) == (200, 118)
    assert (len(figures), sum(int(row["low"]) for row in figures if row["event_id"])) == (122, 6450)
    with zipfile.ZipFile(io.BytesIO(fetched["Press kit"])) as kit:
        english, spanish = kit.read("press-kit.txt").decode(), kit.read("comunicado.txt").decode()
    assert "118 site reports so far, 6,450 people counted, 82 sites unreported." in english
    assert "118 reportes de sitios hasta ahora" in spanish


def test_a_report_is_on_the_page_within_a_second(chicago: Chicago) -> None:
    def lead() -> str:
        with urllib.request.urlopen(chicago.site.url + chicago.page, timeout=10) as answer:
            return str(answer.read().decode())

    def until(found: Callable[[], bool]) -> float:
        began = time.monotonic()
        while not found():
            assert time.monotonic() < began + 10
            time.sleep(0.02)
        return time.monotonic() - began

    assert "118 site reports" in lead()
    numbers = chicago.site.url + "/actions/october/tally.json"
    with urllib.request.urlopen(numbers, timeout=10) as answer:
        known, size = answer.headers["ETag"], len(answer.read())
    assert size < 220
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(urllib.request.Request(numbers, headers={"If-None-Match": known}), timeout=10)
    assert unchanged.value.code == 304
    form = {"uid": "x" * 22, "people_words": "50", "how": "counted"}
    sent = urllib.request.Request(
        chicago.site.url + chicago.host, urlencode(form).encode(), {"Origin": chicago.site.url}
    )
    with urllib.request.urlopen(sent, timeout=10):
        pass
    took = until(lambda: "119 site reports" in lead())
    print(f"on the public page {took:.2f} s after the report was acknowledged")
    assert took < 1
    with urllib.request.urlopen(
        urllib.request.Request(numbers, headers={"If-None-Match": known}), timeout=10
    ) as answer:
        assert json.load(answer)["people"] == [6500, 6500]
