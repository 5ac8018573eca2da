"""Every kind of page in both languages, in a real browser: for every eye and hand, at every width, without a trace."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from manyplaces.gate.answers import FORM_TYPE, SENTENCES, Typed, own_reply, with_typed
from tests.browser.conftest import Site
from tests.browser.kinds import ADDRESSES, ask
from tests.browser.looks import NARROW, WIDE, ZOOMED, Look, look_at_all

LIGHT = 100_000
LARGEST = 60_000


@pytest.fixture(scope="module")
def looks(browser: Browser, site: Site, axe: Callable[[Page], list[str]]) -> dict[str, Look]:
    """A look at every kind of page."""
    return look_at_all(browser, site, axe)


def test_every_kind_of_page_is_there(looks: dict[str, Look]) -> None:
    found = {name: look.status for name, look in looks.items()}
    assert found == {name: 404 if name.startswith("not found") else 200 for name in ADDRESSES}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_no_violation(looks: dict[str, Look], width: int) -> None:
    assert {name: look.violations[width] for name, look in looks.items() if look.violations[width]} == {}


def test_no_page_is_wider_than_a_telephone_or_cuts_text_off(looks: dict[str, Look]) -> None:
    assert {name: look.widths for name, look in looks.items() if look.widths != {NARROW: NARROW, ZOOMED: ZOOMED}} == {}
    assert {name: look.cut for name, look in looks.items() if look.cut} == {}


def test_text_of_twice_the_size_fits(looks: dict[str, Look]) -> None:
    assert {name: look.large_text for name, look in looks.items() if look.large_text != WIDE} == {}


def test_nothing_is_loaded_from_elsewhere_and_nothing_goes_wrong(looks: dict[str, Look]) -> None:
    assert {name: look.foreign for name, look in looks.items() if look.foreign} == {}
    # The browser itself writes an error for a page that answers 404; that one is meant.
    said = {name: [error for error in look.errors if "status of 404" not in error] for name, look in looks.items()}
    assert {name: errors for name, errors in said.items() if errors} == {}


def test_no_page_leaves_anything_on_the_visitors_machine(looks: dict[str, Look]) -> None:
    assert {name: look.left for name, look in looks.items() if look.left} == {}


def test_the_checker_of_the_w3c_finds_nothing(
    looks: dict[str, Look], site: Site, vnu: Callable[[Path], list[str]], tmp_path: Path
) -> None:
    for name, look in looks.items():
        (tmp_path / f"{name.replace(', ', '-').replace(' ', '-')}.html").write_text(look.html, "utf-8")
    for status in SENTENCES:
        page = own_reply(405 if status == 421 else status, sentence=status)
        (tmp_path / f"gate-{status}.html").write_bytes(page.body)
    typed = Typed("/events/x/come/", b"", FORM_TYPE, b"people=3&name=%22Gil%22")
    (tmp_path / "gate-kept.html").write_bytes(with_typed(own_reply(503), typed).body)
    loaded = {path for look in looks.values() for path in look.loaded if path.endswith((".css", ".svg"))}
    for path in loaded:
        (tmp_path / path.rpartition("/")[2]).write_bytes(ask(site.url, path).body)
    assert [file.suffix for file in sorted(tmp_path.iterdir())].count(".css") == 2
    assert vnu(tmp_path) == []


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_every_page_is_light(looks: dict[str, Look], site: Site, encoding: str) -> None:
    weights: dict[str, int] = {}

    def weight(path: str) -> int:
        if path not in weights:
            answer = ask(site.url, path, Accept_Encoding=encoding)
            weights[path] = len(answer.body)
            assert int(answer.headers["content-length"]) == weights[path]
        return weights[path]

    counted = ("document", "stylesheet", "script", "font")
    found = {
        name: sum(weight(path) for path, kind in look.loaded.items() if kind in counted) for name, look in looks.items()
    }
    assert {name: size for name, size in found.items() if size >= LIGHT} == {}
    assert {kind for look in looks.values() for kind in look.loaded.values()} >= set(counted)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_page_of_1307_events_is_small_on_the_wire(site: Site, encoding: str) -> None:
    for path in ("/actions/walkout-mar-2018/", "/es/actions/walkout-mar-2018/"):
        answer = ask(site.url, path, Accept_Encoding=encoding)
        assert answer.headers["content-encoding"] == encoding
        assert len(answer.body) <= LARGEST, path


def test_every_event_of_1307_is_two_links_from_the_action_without_a_script(site: Site) -> None:
    action = "/actions/walkout-mar-2018/"

    def links(path: str) -> set[str]:
        return set(re.findall(r'href="(/[^"#?]*)["#?]', ask(site.url, path).body.decode()))

    cities = {link for link in links(action) if re.fullmatch(rf"{action}[a-z]{{2}}/[^/]+/", link)}
    reached = {link for city in cities for link in links(city) if re.fullmatch(r"/events/[^/]+/", link)}
    keys = site.rows(
        "SELECT e.key FROM events_event e JOIN actions_action a ON a.id = e.action_id WHERE a.slug = 'walkout-mar-2018'"
    )
    assert len(keys) == 1307
    assert reached == {f"/events/{key}/" for (key,) in keys}
