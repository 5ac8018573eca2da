"""Nia writes how it went, Noa reads and publishes it without a script, Gil reads it, and what was wrong is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT, Site, Visit, own_database, served, watched

SEED = """
import django; django.setup()
import datetime, json
from django.utils import timezone
from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor, Grant
from manyplaces.events.models import Event
from manyplaces.people.guard import cookie_name, session_cookie
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.operations import add_media_hit, state_claim
from manyplaces.reports.models import Report
from manyplaces.reports.operations import decide_words, take_report
from tests.reports.photographing import shown
from tests.rsvps.coming import walk_in
from tests.signing import new_session, person_with
by, new = Actor("command line", "command"), walk_in()
day = timezone.localdate() - datetime.timedelta(days=7)
days = {"date_edtf": day.isoformat(), "date_from": day, "date_to": day}
Action.every.filter(pk=new.action_id).update(**days)
Event.every.filter(pk=new.pk).update(**days, time_local=None)
event = Event.every.select_related("action", "city").get(pk=new.pk)
report = Report(uid="r" * 22, event=event, people_words="60-70", happened="We sang at the door, all of us.")
decide_words(take_report(report, by=by), shown=True, by=by)
said = {"metric_words": "schools", "phase": "held", "low": 200, "high": 200, "value_words": "close to 200"}
claim = state_claim(Claim(action=event.action, claimant="NEA", **said), by=by).row
for number, headline in enumerate(("Schools open early", "Hundreds walk in")):
    hit = MediaHit(key=f"hit-{number}", action=event.action, outlet="Journal", headline=headline, kind="earned")
    add_media_hit(hit, by=by)
photo = shown(event)
people = [person_with(Grant("national"), alias=alias) for alias in ("Nia", "Noa")]
cookies = [[cookie_name(), session_cookie(new_session(person))] for person in people]
print(json.dumps({"claim": claim.pk, "photo": photo.key, "cookies": cookies}))
"""
PAGE, DESK = "/actions/october/", "/desk/actions/october/recap/"


@dataclass
class October:
    """The site, what was seeded, and pages of its people."""

    site: Site
    said: dict[str, Any]
    browser: Browser

    def visit(self, who: int | None = None, **options: Any) -> Visit:
        """Open a browser of a visitor, or of one of the two coordinators."""
        context = self.browser.new_context(base_url=self.site.url, **options)
        if who is not None:
            name, value = self.said["cookies"][who]
            context.add_cookies([{"name": name, "value": value, "url": self.site.url}])
        return watched(context, self.site)


@pytest.fixture(scope="module")
def october(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[October]:
    """A walk-in of last week with a report, a claim, two stories and a photo."""
    folder: Path = tmp_path_factory.mktemp("recap")
    with own_database("recap") as database, served(folder / "data", database, MANYPLACES_SAMPLE="no") as site:
        given = {**os.environ, "MANYPLACES_DATA": str(site.data), "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
        given["DJANGO_SETTINGS_MODULE"] = "manyplaces.config.settings"
        seeding = [sys.executable, "-c", SEED]
        done = subprocess.run(seeding, env=given, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        time.sleep(1)
        yield October(site, json.loads(done.stdout.splitlines()[-1]), browser)


def test_a_recap_is_written_published_by_another_and_corrected(
    october: October, axe: Callable[[Page], list[str]]
) -> None:
    nia = october.visit(0).page
    nia.goto(DESK)
    assert axe(nia) == []
    text = nia.get_by_label("Text in English")
    text.fill("# All over Milwaukee\n\nWe walked in at  schools.")
    text.evaluate("it => it.setSelectionRange(it.value.length - 9, it.value.length - 9)")
    nia.locator(".marks li", has_text="close to 200").get_by_role("button").click()
    assert text.input_value() == (f"# All over Milwaukee\n\nWe walked in at [[claim {october.said['claim']}]] schools.")
    nia.locator(f"[name='photo-{october.said['photo']}']").fill("1")
    nia.locator("[name='hit-hit-1']").fill("1")
    nia.get_by_role("button", name="Look at how it reads").click()
    assert nia.locator(".recap-preview .told-at-length").inner_text() == (
        "All over Milwaukee\n\nWe walked in at close to 200 (says NEA) schools."
    )
    assert axe(nia) == []
    nia.get_by_role("button", name="Save the draft").click()
    nia.get_by_role("button", name="Hand in").click()
    assert nia.get_by_role("button", name="Publish it").count() == 0

    gil = october.visit().page
    gil.goto(PAGE)
    assert gil.get_by_text("All over Milwaukee").count() == 0

    noa = october.visit(1, java_script_enabled=False).page
    noa.goto(DESK)
    noa.get_by_role("button", name="Publish it").click()
    assert noa.get_by_text("The recap is public now.").is_visible()
    time.sleep(1)
    gil.reload()
    assert gil.locator(".told-at-length h3").inner_text() == "All over Milwaukee"
    assert gil.locator("[aria-labelledby=media] li").count() == 1
    assert "We sang at the door, all of us." in gil.locator("[aria-labelledby=city-by-city]").inner_text()
    gil.locator(".told-at-length .number a").click()
    assert gil.url == f"{october.site.url}{PAGE}numbers/#schools"

    noa.get_by_label("Text in English").fill("We walked in, all of us.")
    noa.get_by_label("What was wrong, as readers are told").fill("We first said at how many schools.")
    noa.get_by_role("button", name="Save the correction").click()
    assert noa.get_by_text("The correction stands on the page now.").is_visible()
    time.sleep(1)
    for width in (1280, 360):
        gil.set_viewport_size({"width": width, "height": 800})
        gil.goto(f"/es{PAGE}")
        assert gil.locator(".told-at-length").get_attribute("lang") == "en"
        assert gil.locator(".told-at-length").inner_text() == "We walked in, all of us."
        assert "We first said at how many schools." in gil.locator(".corrected").inner_text()
        assert gil.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe(gil) == []
    if folder := os.environ.get("RECAP_PICTURES"):
        look(october, gil, noa, Path(folder))


def look(october: October, gil: Page, noa: Page, folder: Path) -> None:
    """Make pictures of both pages."""
    for name, page, path in (("public", gil, PAGE), ("desk", noa, DESK)):
        for width in (1280, 360):
            for start in ("", "/es"):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(start + path)
                page.screenshot(path=folder / f"{name}{start.strip('/')}-{width}.png", full_page=True)
