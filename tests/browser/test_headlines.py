"""Five headlines of 2014: typed without links, copies counted once, a dead link found, and what it said still there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.coalition import until
from tests.browser.conftest import Site, served, watched
from tests.browser.serving import run
from tests.record.trap import Trapped, trap

SEED = """
import django; django.setup()
import json
from manyplaces.actions.models import Action
from manyplaces.core.actor import Grant
from manyplaces.events.models import Event
from manyplaces.people.guard import cookie_name
from tests.events.calling import october
from tests.rsvps.coming import of_host, walk_in
from tests.signing import person_with, signed_in
event = walk_in(october())
november = {"date_edtf": "2014-11", "date_from": "2014-11-01", "date_to": "2014-11-30"}
Action.every.update(**november)
Event.every.update(**november, time_local=None)
paul = signed_in(None, person_with(Grant("press"), alias="Paul"))
carla = signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))
cookies = {name: one.cookies[cookie_name()].value for name, one in (("Paul", paul), ("Carla", carla))}
host = of_host(event).replace("/coming/", "/covered/")
print(json.dumps({"name": cookie_name(), "cookies": cookies, "host": host, "event": event.key}))
"""
FIVE = """Journal Sentinel: Parents walk in at Auer Avenue School, November 14, 2014
Wisconsin State Journal: Parents walk in at Auer Avenue School, November 15, 2014
Cap Times: A cold morning, warm hands, 2014-11-14
WUWM: Sign of the times, November 2014
Channel 12: Walk-in before the first bell, Nov. 14"""
DESK, PUBLIC = "/desk/actions/october/media/", "/actions/october/media/"


@dataclass
class Press:
    """The site, the press on this machine, who is signed in by what cookie, and the host's private page."""

    site: Site
    papers: Trapped
    name: str
    cookies: dict[str, str]
    host: str
    event: str


@pytest.fixture(scope="module")
def press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """A site that asks for links, on which November 2014 has no media hit yet."""
    given = {"MANYPLACES_SAMPLE": "no", "MANYPLACES_LINKS": "yes", "MANYPLACES_CAPTURES": "yes"}
    given["MANYPLACES_WEB_ARCHIVE"] = "https://web.archive.org/web/"
    with trap() as papers:
        given["MANYPLACES_LINKS_OWN"] = papers.at
        with served(tmp_path_factory.mktemp("press") / "data", "", **given) as site:
            yield Press(site, papers, **json.loads(run(site, SEED)))


@pytest.fixture
def opened(press: Press, browser: Browser) -> Iterator[Any]:
    """Opens the site as somebody; at the end nothing went wrong and nobody else was asked."""
    contexts, seen = [], []

    def page_of(who: str = "", width: int = 1280) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=press.site.url)
        if who:
            context.add_cookies([{"name": press.name, "value": press.cookies[who], "url": press.site.url}])
        contexts.append(context)
        seen.append(watched(context, press.site))
        return seen[-1].page

    yield page_of
    for context in contexts:
        context.close()
    assert [(one.foreign, one.errors) for one in seen] == [([], [])] * len(seen)


def test_five_headlines_are_typed_copies_count_once_and_a_dead_link_still_says_what_it_was(
    press: Press, opened: Any
) -> None:
    page = opened("Paul")
    page.goto(DESK)
    page.get_by_role("link", name="Add what was published").first.click()
    story = f"http://{press.papers.at}/story"
    page.get_by_label("What was published").fill(f"{FIVE}\n{story}")
    page.get_by_role("button", name="See how it is read").click()
    assert page.locator("fieldset").count() == 6
    assert page.locator("#headline-4").input_value() == "Walk-in before the first bell"
    page.get_by_role("button", name="Take these 6").click()
    page.get_by_role("link", name=re.compile("Perhaps one story")).click()
    page.get_by_role("button", name="One story: count it once").click()
    assert page.get_by_text("Counted once from now on.").is_visible()

    # The worker reads what the page says of itself; Paul takes it.
    watch = "SELECT answer, read_headline FROM record_linkwatch"
    until(lambda: press.site.rows(watch) == [("live", "Entran juntos en Mayagüez")], 150)
    assert press.papers.pages == ["/story"]
    page.goto(f"{DESK}?show=read")
    page.get_by_role("button", name="Take it").click()

    public = opened()
    public.goto(PUBLIC)
    assert public.get_by_text("5 stories, with 1 copy of one of them, which counts once").is_visible()
    assert public.get_by_role("link", name="Entran juntos").first.get_attribute("href") == story

    # Two failures lie days back; the third is the last.
    press.papers.says["/story"] = (404, {}, b"gone")
    press.site.change(
        "UPDATE record_linkwatch SET failures = 2, failed_since = '2020-01-01 00:00:00', due_at = '2020-01-01 00:00:00'"
    )
    until(lambda: press.site.rows("SELECT link_state FROM record_mediahit WHERE link <> ''") == [("dead",)], 150)
    until(lambda: public.goto(PUBLIC) and "link gone" in public.content(), 10)
    item = public.locator("li.story", has_text="Entran juntos")
    assert item.locator(f'a[href="{story}"]').count() == 0
    said = item.inner_text()
    assert all(words in said for words in ("Entran juntos en Mayagüez", "El Nuevo Día", "November 14, 2014"))
    there = item.get_by_role("link", name="look in the web archive").get_attribute("href")
    assert there == f"https://web.archive.org/web/20141114/{story}"

    # Who keeps the record still reads what the page said; nothing of it runs.
    page.goto(f"{DESK}?show=links")
    page.get_by_role("link", name="Entran juntos").first.click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="its words").click()
    words = coming.value.path().read_text("utf-8")
    assert ("Entran juntos" in words, "<script>" in words) == (True, False)


def test_hana_sends_who_covered_it_from_her_phone_and_carla_shows_it(press: Press, opened: Any) -> None:
    page = opened(width=360)
    page.goto(press.host)
    page.get_by_role("button", name="See how it is read").click()
    assert page.get_by_text("Write at least one line.").is_visible()
    page.get_by_label("Newspapers, radio").fill("Radio Milwaukee: Singing at the door, Nov. 14")
    page.get_by_role("button", name="See how it is read").click()
    page.get_by_role("button", name="Send for a look").click()
    assert page.get_by_text("Somebody looks at it before it is public.").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    public = opened()
    public.goto(f"/events/{press.event}/")
    assert "Singing at the door" not in public.content()
    carla = opened("Carla")
    carla.goto(DESK)
    carla.get_by_role("button", name="Show it").click()
    until(lambda: public.goto(f"/events/{press.event}/") and "Singing at the door" in public.content(), 10)
