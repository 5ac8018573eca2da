"""Four scenarios with the real files, in a real browser: launch and merge, a city in one paste, hurricane, fakes."""

from __future__ import annotations

import csv
import gzip
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.coalition import EDTF, Coalition, coalition, text_of, until
from tests.browser.conftest import own_database
from tests.browser.partners import as_csv, as_xlsx, partner_rows


@pytest.fixture(scope="module")
def at_work(tmp_path_factory: pytest.TempPathFactory, browser: Browser, shared: Path) -> Iterator[Coalition]:
    """A coalition with the sample record, the whole national registry, and Nia signed in."""
    with (
        own_database("scenarios") as database,
        coalition(
            tmp_path_factory.mktemp("scenarios"), database, browser, shared / "data/schools_us_ccd2019.csv.gz"
        ) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def nia(at_work: Coalition) -> Page:
    """Nia, who has made the first account and called October 6."""
    page = at_work.first_coordinator()
    at_work.call(page, "October 6: Reclaim our schools", "october-6")
    return page


def bring(page: Page, action: str, *, text: str = "", file: Any = None, **where: str) -> None:
    """Bring a list and wait until it was matched."""
    page.goto("/desk/lists/")
    page.select_option("[name=action]", label=action)
    if text:
        page.fill("[name=text]", text)
    if file:
        page.set_input_files("[name=upload]", file)
    page.locator("[name=city_name]").fill(where.get("city", ""))
    page.select_option("[name=state]", where.get("state", ""))
    page.click("main form button.primary")
    page.wait_for_url(re.compile(r"/desk/lists/\w{10}/"))
    settled(page)


def settled(page: Page) -> None:
    """Wait until the worker has done its piece of a list."""
    # Seldom: a page of two thousand rows takes more of the processor than the piece that is waited for.
    until(lambda: not page.reload() or page.locator("progress[aria-label=Progress]").count() == 0, 300, every=2)


def cells(page: Page) -> dict[str, int]:
    """The boxes with numbers on top of a page: how many, by their words."""
    found = {}
    for text in page.locator(".cells > li").all_inner_texts():
        number, _, words = text.replace("\n", " ").partition(" ")
        found[words.strip()] = int(number.replace(",", ""))
    return found


def answer_all(page: Page) -> int:
    """Say of every name that is asked about which school it is: the first that is offered; returns how many."""
    many = 0
    asked = page.locator(".questions > li:not(:has(input:checked))")
    while waiting := asked.count():
        for _each in range(waiting):
            asked.first.locator("input[type=radio]").first.check()
        many += waiting
        with page.expect_navigation():
            page.click("button[value=answer]")
    return many


def public(site: str, path: str) -> Any:
    """What a public page says, as JSON."""
    with urllib.request.urlopen(site + path, timeout=20) as answer:
        return json.load(answer)


def test_a_city_in_one_paste(at_work: Coalition, nia: Page, shared: Path) -> None:
    with (shared / "data/aros/local_actions.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["action_id"] == "oct2016" and row["city"] == "Milwaukee"]
    names = [row["venue"] for row in rows if row["venue"] and row["status"] == "committed"]
    assert len(names) == 71
    at_work.invite(nia, "Carla", "carla@example.org", "coordinator", "WI", "Milwaukee")
    carla = at_work.signed_in("carla@example.org")
    began = time.monotonic()
    bring(carla, "October 6: Reclaim our schools", text="\n".join(names), city="Milwaukee", state="WI")
    found = cells(carla)
    print(f"71 pasted names: {found}")
    parts = ("found in the registry", "to be asked", "there already", "taken as written")
    assert sum(found.get(part, 0) for part in parts) == 71
    assert found["found in the registry"] >= 55
    assert found["return from an earlier action"] >= 10
    printed = carla.locator("a[href$='forms-1.pdf']").first.get_attribute("href")
    forms = carla.request.get(f"{at_work.site.url}{printed}").body()
    assert len(re.findall(rb"/Type ?/Page\b", forms)) == 71
    print(f"71 forms as one PDF of {len(forms):,} bytes {time.monotonic() - began:.1f} s after the paste")
    answer_all(carla)
    carla.click("button[value=commit]")
    carla.wait_for_load_state()
    settled(carla)
    committed = cells(carla)["committed"]
    print(f"committed {committed} in {time.monotonic() - began:.1f} s of the machine's time")
    assert committed >= 66
    page = until(lambda: public(at_work.site.url, "/actions/october-6/wi/milwaukee.json"))
    assert len(page["events"]) == committed


def test_launch_and_merge(at_work: Coalition, nia: Page, shared: Path) -> None:
    at_work.call(nia, "January: In the streets", "january")
    first = as_xlsx(["School", "City", "State"], partner_rows(shared, 98, 1040, 17))
    second = as_csv(["Site name", "Town", "ST"], partner_rows(shared, 238, 2000, 20))
    began = time.monotonic()
    asked = 0
    for name, kind, source in (
        ("first.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", first),
        ("second.csv", "text/csv", second),
    ):
        bring(nia, "January: In the streets", file={"name": name, "mimeType": kind, "buffer": source})
        print(f"{name}: {cells(nia)} after {time.monotonic() - began:.1f} s")
        asked += answer_all(nia)
        nia.click("button[value=commit]")
        nia.wait_for_load_state()
        settled(nia)
        print(f"{name}: {cells(nia)} after {time.monotonic() - began:.1f} s, {asked} names asked about")
    page = until(lambda: public(at_work.site.url, "/actions/january.json"))
    counts = page["counts"]
    print(f"our own counts: {counts['events']} events, {counts['cities']} cities")
    assert counts["cities"] == {"committed": 238}
    assert set(counts["events"]) == {"committed"}
    assert 2000 <= counts["events"]["committed"] < 3040
    assert page["figures"] == []


def florida(shared: Path) -> bytes:
    """Thirty-four schools in nine counties of Florida, each with a host; every third reads Spanish."""
    by_county: dict[str, list[dict[str, str]]] = {}
    with gzip.open(shared / "data/schools_fl_hifld2024.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["level"] == "HIGH":
                by_county.setdefault(row["county"], []).append(row)
    counties = sorted(by_county, key=lambda county: (-len(by_county[county]), county))[:9]
    rows = [by_county[counties[number % 9]][number // 9] for number in range(34)]
    heading = ["School", "NCES", "City", "State", "Email", "Language"]
    return as_csv(
        heading,
        [
            [
                row["name"],
                row["ncessch"],
                row["city"],
                "FL",
                f"host{number}@example.org",
                "es" if number % 3 == 0 else "en",
            ]
            for number, row in enumerate(rows)
        ],
    )


def test_hurricane(at_work: Coalition, nia: Page, shared: Path) -> None:
    at_work.manage("import", "schools", str(shared / "data/schools_fl_hifld2024.csv.gz"))
    at_work.call(nia, "Hurricane day", "hurricane")
    bring(nia, "Hurricane day", file={"name": "florida.csv", "mimeType": "text/csv", "buffer": florida(shared)})
    nia.click("button[value=commit]")
    nia.wait_for_load_state()
    settled(nia)
    assert cells(nia)["committed"] == 34
    before = len(at_work.sink.taken)
    began = time.monotonic()
    nia.goto("/desk/actions/hurricane/cancel/?state=FL")
    nia.fill("[name=reason]", "A hurricane is coming.")
    nia.fill("[name=reason_es]", "Viene un huracán.")
    nia.click("button[value=cancel]")
    nia.wait_for_load_state()
    assert nia.get_by_role("button", name="Cancel: 34 events").is_visible()
    nia.click("button[value=sure]")
    at_work.present(nia)
    told = until(lambda: len(words := called_off(at_work, before)) == 34 and words, 600)
    print(f"34 hosts told {time.monotonic() - began:.1f} s after the page was opened")
    assert (len(set(told)), sum("Viene un huracán" in text for text in told.values())) == (34, 12)
    page = public(at_work.site.url, "/actions/hurricane.json")
    assert page["counts"]["events"] == {"cancelled": 34}
    with urllib.request.urlopen(at_work.site.url + "/actions/hurricane.ics", timeout=20) as answer:
        assert answer.read().decode().count("STATUS:CANCELLED") == 34


def called_off(at_work: Coalition, after: int) -> dict[str, str]:
    """What hosts were told since, by address."""
    letters = [(str(letter["To"]), text_of(letter)) for letter in at_work.sink.taken[after:]]
    return {to: text for to, text in letters if "A hurricane is coming" in text or "Viene un huracán" in text}


def send_form(at_work: Coalition, venue: str, email: str) -> int:
    """Commit a place through the form, as a program would; returns the answer's status."""
    typed = {
        "do": "commit", "school": "none", "venue": venue, "city_name": "Milwaukee", "state": "WI",
        "tactic": "walk-in", "day": EDTF, "time": "7:45", "name": "Mr Fake", "email": email, "language": "en",
    }  # fmt: skip
    address = f"{at_work.site.url}/actions/october-6/commit/"
    request = urllib.request.Request(address, urlencode(typed).encode(), {"Origin": at_work.site.url})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_fake_events(at_work: Coalition, nia: Page) -> None:
    at_work.invite(nia, "Ruth", "ruth@example.org", "reviewer", "WI")
    assert send_form(at_work, "Washington Park", "hana@example.org") == 200
    answers = [send_form(at_work, f"Fake Place {number}", f"fake{number}@example.org") for number in range(15)]
    assert (answers.count(200), answers.count(429)) == (7, 8)
    assert "Fake Place" not in json.dumps(public(at_work.site.url, "/actions/october-6.json"))
    assert at_work.site.rows("SELECT count(*) FROM events_event WHERE venue LIKE 'Fake%'") == [(0,)]
    ruth = at_work.signed_in("ruth@example.org")
    ruth.goto("/desk/review/")
    # Hana's came from the same source as the fakes, so Ruth takes hers out first.
    ruth.get_by_role("button", name="Approve Washington Park").click()
    ruth.wait_for_load_state()
    ruth.get_by_role("button", name=re.compile(r"Decline all 7")).click()
    ruth.wait_for_load_state()
    ruth.locator("main form button.danger, main form button.primary").first.click()
    ruth.wait_for_load_state()
    counted = "SELECT review, count(*) FROM events_commitment WHERE venue LIKE 'Fake%' GROUP BY review"
    assert at_work.site.rows(counted) == [("declined", 7)]
    change_the_time(at_work, ruth)


def change_the_time(at_work: Coalition, ruth: Page) -> None:
    """Hana changes the time of what is online: it goes back to Ruth, and the old time stays online until she agrees."""
    ((key,),) = at_work.site.rows("SELECT key FROM events_event WHERE venue = 'Washington Park'")
    link = re.search(r"/host/[-\w]{10,60}/", text_of(at_work.letter("hana@example.org", "/host/")))
    assert link is not None
    hana = at_work.opened()
    hana.goto(link[0])
    hana.get_by_role("button", name="Yes, this is me").click()
    hana.locator("summary", has_text="Place, day, time").click()
    hana.fill("[name=time]", "9:15 am")
    hana.get_by_role("button", name="Save the changes").click()
    hana.wait_for_load_state()

    def online() -> str:
        return str(at_work.opened().goto(f"/events/{key}/").text())  # type: ignore[union-attr]

    assert ("7:45" in online(), "9:15" in online()) == (True, False)
    ruth.goto("/desk/review/?show=changed")
    shown = ruth.locator(".changes").inner_text()
    assert ("07:45" in shown, "09:15" in shown) == (True, True)
    ruth.get_by_role("button", name="Approve Washington Park").click()
    ruth.wait_for_load_state()
    until(lambda: "9:15" in online())
