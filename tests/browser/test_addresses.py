"""Every page of the table of answers in a real browser: in both languages, wide and narrow, for every eye and hand.

Nobody has to name a page here: it stands in `tests/rights/table.py`, or the tests there fail. What its address speaks
of is made by `tests/browser/seeding.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit, watched
from tests.browser.kinds import KINDS
from tests.browser.looks import CUT, NARROW, WIDE, WIDTH
from tests.browser.seeded import Seeded
from tests.rights.table import TABLE, Row
from tests.rights.test_table import said
from tests.rights.world import ROLES

# Where a page shows more: what is chosen, what is found.
MORE = {
    "desk:stand": "?action=oct2030",
    "desk:cancel": "?state=WI",
    "desk:journal": "?q=commitment.added",
    "events:commit": "?q=Hamilton",
    "front:near": "?zip=53202&access=step-free",
}
# The action with most to show stands for the plain one, where nothing else of the address asks for that.
FULL = (
    *("desk:action", "desk:action_parts", "desk:action_goals", "desk:action_toolkit"),
    *("desk:action_papers", "desk:action_paper", "desk:action_recap", "desk:action_print"),
)
# As whom a page is looked at: as the first of these who may. The words of an address hold the host's own link.
EYES = ("visitor", "national", "host")


def eyes(row: Row) -> str:
    """As whom the page of a row is looked at; empty where nobody of them gets one."""
    status = dict(zip(ROLES, said(row.get), strict=True))
    return next((role for role in EYES if status[role] == 200), "")


def rows() -> list[Any]:
    """Each row whose page somebody gets and test_pages, with a larger record, does not look at; named by its view."""
    elsewhere = {resolve(path.partition("?")[0]).view_name for kind, path in KINDS.items() if kind != "not found"}
    return [pytest.param(row, id=row.view) for row in TABLE if row.view not in elsewhere and eyes(row)]


def addresses(row: Row, words: dict[str, str]) -> list[str]:
    """The address of a row in English and in Spanish."""
    parts = {part: words.get(word, word) for part, word in row.parts.items()}
    if row.view in FULL:
        parts["slug"] = "oct2030"
    path = row.address or reverse(row.view, kwargs=parts)
    return [path + MORE.get(row.view, ""), f"/es{path}{MORE.get(row.view, '')}"]


def faults(page: Page, axe: Callable[[Page], list[str]]) -> list[str]:
    """What is wrong with the page that is open, wide and narrow, with everything unfolded."""
    page.eval_on_selector_all("main details", "found => found.forEach(one => one.open = true)")
    wrong = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        # At its end, where no bar that sticks to the edge of the screen lies over what one can scroll from under it.
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        wrong += axe(page)
    wrong += page.evaluate(CUT)
    return wrong + (["too wide"] if page.evaluate(WIDTH) > NARROW else [])


@pytest.fixture(scope="module")
def saved() -> dict[str, str]:
    """What was answered at each address that was looked at, for the checker of the W3C."""
    return {}


@pytest.fixture(scope="module")
def windows(browser: Browser, seeded: Seeded) -> Iterator[dict[str, Visit]]:
    """A window for each of those who look."""
    opened: dict[str, Visit] = {}
    for role in EYES:
        context = browser.new_context(viewport={"width": WIDE, "height": 900}, base_url=seeded.site.url)
        context.add_cookies([seeded.sign_in()] if role == "national" else [])
        opened[role] = watched(context, seeded.site)
    yield opened
    for visit in opened.values():
        visit.page.context.close()


@pytest.mark.parametrize("row", rows())
def test_every_page_is_for_everybody(
    row: Row, windows: dict[str, Visit], seeded: Seeded, axe: Callable[[Page], list[str]], saved: dict[str, str]
) -> None:
    visit = windows[eyes(row)]
    for path in addresses(row, seeded.words):
        answer = visit.page.request.get(path)
        assert answer.status == 200
        if "text/html" not in answer.headers["content-type"]:
            return
        visit.page.goto(path)
        assert faults(visit.page, axe) == []
        assert (visit.errors, visit.foreign) == ([], [])
        saved[path] = answer.text()


def test_the_checker_of_the_w3c_finds_nothing_in_them(
    saved: dict[str, str], vnu: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    # Fewer than there are today would mean that pages are passed over.
    assert len(saved) >= 90
    paths = list(saved)
    for number, path in enumerate(paths):
        (tmp_path / f"{number}.html").write_text(saved[path], "utf-8")
    assert [f"{paths[int(line.partition('.')[0])]} {line}" for line in vnu(tmp_path)] == []
