"""Years later: the archive of the sample is unpacked from its ZIP and opened from the disk, with no network at all."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.kinds import KINDS
from tests.browser.looks import CUT, WIDTH
from tests.browser.serving import COMMAND, Site, _free_port, served
from tests.front.reading import read as said

# Kinds of pages that an archive of the sample holds, and the page of 2013.
HELD = {
    "2013": "/actions/dec2013/",
    "map": "/actions/feb2016/",
    "city of 2013": "/actions/dec2013/pa/philadelphia/",
} | {
    kind: path
    for kind, path in KINDS.items()
    if kind.partition(" ")[0] not in ("search", "not", "large", "state") and "?" not in path
}
LANGUAGES = {"English": "", "Spanish": "/es"}
ALL = {f"{kind}, {name}": way + path for kind, path in HELD.items() for name, way in LANGUAGES.items()}
ABORTED = "net::ERR_ABORTED"

# What a reader sees of a page's design: letters, colours, boxes, and whether every picture and letter has come.
SEEN = """async () => {
  await document.fonts.ready;
  const shape = (name) => {
    const box = document.querySelector(name);
    if (!box) return null;
    const style = getComputedStyle(box);
    return [style.fontFamily, style.fontSize, style.fontWeight, style.color, style.backgroundColor,
      Math.round(box.getBoundingClientRect().width)];
  };
  return {
    shapes: ['body', 'h1', 'h2', 'main', 'main a', 'header', 'footer', 'table', '.cells', 'svg'].map(shape),
    fonts: [...document.fonts].map((font) => `${font.family} ${font.weight} ${font.status}`).sort(),
    pictures: [...document.images].map((image) => [image.complete, image.naturalWidth]),
    drawn: [...document.querySelectorAll('svg')].map((svg) => svg.querySelectorAll('*').length),
  };
}"""


@dataclass
class Disk:
    """A browser that reads files and has no network; what it asked for elsewhere, and what it complained of."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, file: Path) -> Page:
        """Open a file of the disk."""
        self.page.goto(file.as_uri())
        return self.page


@contextmanager
def from_disk(browser: Browser, width: int = 1280) -> Iterator[Disk]:
    """Open a browser without a network."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    disk = Disk(context.new_page())
    disk.page.on("request", lambda asked: disk.foreign.append(asked.url) if asked.url[:7] != "file://" else None)
    # The browser itself gives up what a page still loads (its icon) when the next one is opened.
    disk.page.on("requestfailed", lambda one: disk.errors.append(one.url) if one.failure != ABORTED else None)
    disk.page.on("pageerror", lambda error: disk.errors.append(str(error)))
    disk.page.on("console", lambda told: disk.errors.append(told.text) if told.type in ("error", "warning") else None)
    try:
        yield disk
    finally:
        context.close()
    assert (disk.foreign, disk.errors) == ([], [])


@dataclass
class Kept:
    """The site as it was, and what was unpacked: its whole record, and the one action of 2013."""

    site: Site
    whole: Path
    part: Path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """The site of the sample, with both archives made by the command."""
    folder = tmp_path_factory.mktemp("kept")
    with served(folder / "data", "", MANYPLACES_PROCESSES="1") as site:
        for name, words in (("whole", []), ("part", ["--action", "dec2013"])):
            manage(site, "export", "archive", str(folder / f"{name}.zip"), *words)
            assert manage(site, "check", "archive", str(folder / f"{name}.zip")).endswith("All is well.\n")
            with zipfile.ZipFile(folder / f"{name}.zip") as packed:
                packed.extractall(folder / name)
        yield Kept(site, folder / "whole", folder / "part")


def manage(site: Site, *command: str) -> str:
    """What a command of the operator says; it must go well."""
    given = {**os.environ, "MANYPLACES_DATA": str(site.data), "DATABASE_URL": ""}
    done = subprocess.run([*COMMAND, *command], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def file_of(folder: Path, address: str) -> Path:
    """The file of a page."""
    return folder / unquote(address).strip("/") / "index.html"


def looked_at(kept: Kept) -> dict[str, Path]:
    """Every kind of page, and the one about the archive."""
    pages = {name: file_of(kept.whole, address) for name, address in ALL.items()}
    return {**pages, "about": kept.whole / "archive.html"}


def test_pages_look_as_they_did_on_the_site(kept: Kept, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=True)
    page, different = context.new_page(), {}
    # What only scripts of the site change is not compared.
    context.route("**/*.js", lambda route: route.abort())
    with from_disk(browser) as disk:
        for name, address in ALL.items():
            page.goto(kept.site.url + address)
            site, here = page.evaluate(SEEN), disk.open(file_of(kept.whole, address)).evaluate(SEEN)
            if any(site[what] != here[what] for what in ("shapes", "fonts", "drawn")):
                different[name] = [(what, site[what], here[what]) for what in site if site[what] != here[what]]
            assert any(font.endswith(" loaded") for font in here["fonts"])
            assert [one for one in here["pictures"] if not all(one)] == []
    context.close()
    assert different == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_is_wider_than_the_screen_or_cuts_text_off(kept: Kept, browser: Browser, width: int) -> None:
    with from_disk(browser, width) as disk:
        found = {
            name: (disk.open(file).evaluate(WIDTH), disk.page.evaluate(CUT)) for name, file in looked_at(kept).items()
        }
    assert {name: look for name, look in found.items() if look != (width, [])} == {}


def test_axe_finds_nothing(kept: Kept, browser: Browser, axe: Callable[[Page], list[str]]) -> None:
    # No window that listens to complaints: axe asks for the stylesheets once more by itself, which no browser allows it
    # from a file, and the refusal may be told after the look.
    with closing(browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)) as context:
        page, found = context.new_page(), {}
        for name, file in looked_at(kept).items():
            page.goto(file.as_uri())
            found[name] = axe(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_every_link_that_is_followed_opens(kept: Kept, browser: Browser) -> None:
    opened, waiting = set(), [file_of(kept.whole, address) for address in ALL.values()]
    with from_disk(browser) as disk:
        for start in waiting:
            page = disk.open(start)
            links = page.eval_on_selector_all("a[href]", "(all) => all.map((one) => one.href)")
            own = {link.partition("#")[0] for link in links if link.startswith("file:")}
            assert {link for link in links if not link.startswith(("file:", "http:", "https:", "mailto:"))} == set()
            for link in sorted(one for one in own - opened if one.endswith(".html")):
                page.goto(link)
                assert page.title() != "", link
            assert [link for link in own if not Path(unquote(urlsplit(link).path)).is_file()] == []
            opened |= own
    assert len(opened) > 300


def test_the_page_of_2013_opens_from_the_zip_with_no_network(kept: Kept, browser: Browser) -> None:
    with from_disk(browser) as disk:
        page = disk.open(kept.part / "archive.html")
        page.get_by_role("link", name="Begin to read").click()
        assert page.locator("h1").inner_text() == "National Day of Action to Reclaim the Promise of Public Education"
        assert page.get_by_text("December 9, 2013").count() > 0
        # What papers wrote leads to where it once was; the words stand here whether or not that is still there.
        page.get_by_role("link", name=re.compile("All .* media hits|All media hits")).first.click()
        links = page.eval_on_selector_all("main a[href^=http]", "(all) => all.map((one) => one.href)")
        assert len([link for link in links if "127.0.0.1" not in link]) > 5
        page.go_back()
        page.locator("main a[href$='dec2013/pa/index.html'], main a[href*='dec2013/pa/']").first.click()
        assert "Philadelphia" in page.locator("main").inner_text()
        page.get_by_role("link", name="Español").first.click()
        assert page.locator("html").get_attribute("lang") == "es"
        page.get_by_role("link", name="Sobre este archivo histórico").click()
        assert page.url == (kept.part / "archive.html").as_uri()


def test_the_checker_of_the_w3c_finds_nothing_in_any_page(
    kept: Kept, vnu: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    # Every file of a folder is read as a page, so that pages, styles and drawings stand in one of their own.
    for folder in (kept.whole, kept.part):
        for file in (file for file in folder.rglob("*") if file.suffix in (".html", ".css", ".svg")):
            place = tmp_path / folder.name / file.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)
    assert vnu(tmp_path) == []


def test_any_web_server_can_give_it_out_without_a_broken_link(kept: Kept) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(kept.whole)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found, broken = crawled(f"http://127.0.0.1:{port}/")
    finally:
        server.terminate()
        server.wait(10)
    assert (broken, len(found) > 2_000) == ([], True)


def crawled(start: str) -> tuple[set[str], list[str]]:
    """Follow every link and whatever pages load, from the first page on; returns what was asked for, and in vain."""
    met, waiting, broken = {start}, [start], []
    while waiting:
        here = waiting.pop()
        try:
            with _patiently(here) as answer:
                body = answer.read() if here.endswith(("/", ".html")) else b""
        except OSError:
            broken.append(here)
            continue
        page: Any = said(body.decode()) if body else None
        links = [*page.links, *page.files, *page.alternates.values()] if page else []
        whole = {urljoin(here, link).partition("#")[0] for link in links}
        new = {link for link in whole if link.startswith(start)} - met
        met |= new
        waiting += new
    return met, broken


def _patiently(address: str) -> Any:
    for _second in range(100):
        try:
            return urlopen(address, timeout=10)
        except ConnectionRefusedError:
            continue
        except OSError as fault:
            if not isinstance(getattr(fault, "reason", None), ConnectionRefusedError):
                raise
            time.sleep(0.1)
    raise ConnectionRefusedError
