"""Otto's texts in a real browser: nothing opens, nothing is loaded, nothing is made of them but their letters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT, Site, own_database, served, watched
from tests.front.hostile import corpus

# Everything our templates are made of; an element of another kind, or with a handler, was made of somebody's text.
ELEMENTS = """
HTML HEAD META TITLE LINK SCRIPT BODY HEADER NAV MAIN FOOTER SECTION ARTICLE DIV P BR H1 H2 H3 H4 UL OL LI DL DT DD
A B I SPAN SMALL FORM LABEL INPUT BUTTON TABLE CAPTION THEAD TBODY TR TH TD FIGURE FIGCAPTION
svg title desc g circle image text path line IMG WBR CODE
"""
STRANGE = """(ours) => {
  const found = [];
  for (const box of document.querySelectorAll('*')) {
    if (!ours.includes(box.tagName)) found.push(box.outerHTML.slice(0, 80));
    for (const { name, value } of box.attributes) {
      if (name.startsWith('on') || name === 'style' || name === 'srcdoc') found.push(`${name} of ${box.tagName}`);
      if (['href', 'src', 'action'].includes(name) && /^\\s*(javascript|data|vbscript)/i.test(value)) found.push(value);
    }
    if (box.tagName === 'SCRIPT' && !box.src && box.type !== 'application/ld+json') found.push(box.outerHTML);
  }
  return found;
}"""
MISSING = """(texts) => {
  const squeezed = (text) => text.replace(/[\\s\\u0085\\ufeff\\u001c-\\u001f]+/g, ' ').trim();
  const shown = squeezed(document.body.textContent);
  return texts.filter((text) => !shown.includes(squeezed(text)));
}"""


@dataclass
class World:
    """A site full of hostile texts, and for each page the texts that must stand on it."""

    site: Site
    shown: dict[str, list[str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[World]:
    """The site, filled by a program of its own through the real operations."""
    data = tmp_path_factory.mktemp("hostile") / "data"
    with own_database("hostile") as database:
        given = {"MANYPLACES_DATA": str(data), "DATABASE_URL": database}
        settings = {**os.environ, **given, "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}
        command = [sys.executable, "-m", "tests.front.hostile", str(shared)]
        done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, umask=0o077)
        assert done.returncode == 0, done.stderr[-2000:]
        with served(data, database, MANYPLACES_SAMPLE="no", MANYPLACES_PROCESSES="1") as site:
            yield World(site, json.loads(done.stdout))


def test_hostile_texts_are_letters_and_nothing_else(world: World, shared: Path, browser: Browser) -> None:
    together = {path: texts for path, texts in world.shown.items() if path.startswith("/actions/batch")}
    alone = {path: texts for path, texts in world.shown.items() if any("<" in text for text in texts)}
    some = dict(sorted(alone.items())[:: max(1, len(alone) // 20)])
    searched = [text for text in corpus(shared) if "<" in text or "script" in text.casefold()][::24]
    pages = {**together, **some, "/": world.shown["/"], "/about/data/": world.shown["/about/data/"]}
    pages |= {f"/search/?q={quote(text, errors='replace')}": [] for text in searched}
    pages |= {f"/actions/batch1/?q={quote(text, errors='replace')}": [] for text in searched[::3]}
    pages |= {f"/es/{quote(text, errors='replace')}": [] for text in searched[::3]}
    context = browser.new_context(base_url=world.site.url)
    visit = watched(context, world.site)
    dialogs: list[str] = []
    visit.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    strange, missing = {}, {}
    for path, texts in pages.items():
        visit.page.goto(path)
        if found := visit.page.evaluate(STRANGE, ELEMENTS.split()):
            strange[path] = found[:3]
        if found := visit.page.evaluate(MISSING, texts):
            missing[path] = found[:3]
    cookies = context.cookies()
    context.close()
    assert strange == {}
    assert missing == {}
    assert (dialogs, visit.foreign, cookies) == ([], [], [])
    assert [error for error in visit.errors if "status of 404" not in error] == []


def test_no_browser_reported_that_a_page_broke_its_policy(world: World) -> None:
    logs = [line for file in (world.site.data / "logs").iterdir() for line in file.read_text("utf-8").splitlines()]
    assert logs != []
    assert [line for line in logs if "content policy" in line] == []
