"""A real site with a real record, a real browser, and the checkers of the W3C and of axe, for the tests of pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.serving import COMMAND, Site, bring_walkouts, own_database, prepared, served

__all__ = ["COMMAND", "ROOT", "Site", "own_database", "served"]

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
# All rules that are on by default, and the one of WCAG 2.2 that axe leaves off: targets of 24 pixels.
AXE_RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
VNU = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)

# Playwright keeps an event loop in this thread; Django would take the tests that follow for a server gone wrong.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The DATABASE_URL of the one site that most tests share."""
    with own_database("site") as address:
        yield address


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, database: str, shared: Path) -> Iterator[Site]:
    """The site with the sample record and, beside it, the walkouts of 2018."""
    data = tmp_path_factory.mktemp("record") / "data"
    if not database:
        shutil.copytree(prepared("walkouts"), data)
    with served(data, database) as running:
        if database:
            bring_walkouts(running)
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to the superuser, as whom containers run.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        # Even what escapes the tests' own watch finds no way out of this machine.
        arguments.append("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@dataclass
class Visit:
    """A page in the browser, with what went wrong while it was used."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def _is_a_fault(said: ConsoleMessage) -> bool:
    # The page for an address that does not exist comes with 404, and Chromium says so.
    of_the_page_itself = said.page is not None and said.location["url"] == said.page.url
    return said.type == "error" and not (of_the_page_itself and said.text.startswith("Failed to load resource"))


def watched(context: BrowserContext, site: Site) -> Visit:
    visit = Visit(context.new_page())
    own = urlsplit(site.url).netloc

    def note(request: Request) -> None:
        if urlsplit(request.url).netloc not in (own, ""):
            visit.foreign.append(request.url)

    context.on("request", note)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("console", lambda said: visit.errors.append(said.text) if _is_a_fault(said) else None)
    return visit


@pytest.fixture
def visits(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    """Opens pages: visits(width=360, java_script_enabled=False). At the end: no foreign request, error or cookie."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def visit(width: int = 1280, height: int = 900, **options: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=site.url, **options)
        opened.append((context, watched(context, site)))
        return opened[-1][1]

    yield visit
    left = [(seen.foreign, seen.errors, context.cookies()) for context, seen in opened]
    for context, _ in opened:
        context.close()
    assert left == [([], [], [])] * len(opened)


@pytest.fixture
def page(visits: Callable[..., Visit]) -> Page:
    """One page at the width of a laptop."""
    return visits().page


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Runs axe-core over the page that is open; returns each violation with the first places where it is."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm is missing)")
    source = AXE.read_text("utf-8")

    def run(page: Page) -> list[str]:
        # Evaluated through the browser's own door, because the site's policy rightly refuses a foreign script.
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found: dict[str, Any] = page.evaluate(AXE_RUN)
        return [f"{one['id']}: {', '.join(str(n['target']) for n in one['nodes'][:3])}" for one in found["violations"]]

    return run


@pytest.fixture(scope="session")
def vnu() -> Callable[[Path], list[str]]:
    """Runs the W3C's checker over a folder of saved pages (.html, .css, .svg); returns each error and warning."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("Java is not installed")
    if not VNU.is_file():
        pytest.skip("the W3C checker is not installed (npm is missing)")

    def run(folder: Path) -> list[str]:
        command = [java, "-jar", str(VNU), "--format", "json", "--also-check-css", "--also-check-svg", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        messages = json.loads(done.stderr or done.stdout)["messages"]
        return [f"{Path(one.get('url', '')).name}:{one.get('lastLine', '')}: {one['message']}" for one in messages]

    return run


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A site in which every part of an address is; see `tests/browser/seeded.py`."""
    from tests.browser.seeded import seed

    folder = tmp_path_factory.mktemp("seeded") / "data"
    with served(folder, "", MANYPLACES_SAMPLE="no", MANYPLACES_PROCESSES="1") as running:
        yield seed(running)
