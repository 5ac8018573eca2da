"""Names that stand for each other: file names as docs/house.md lists them, and view, address and template of a page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.generic import RedirectView

from tests.house.source import PACKAGE, ROOT


def listed_names(text: str) -> set[str]:
    """The names in the tables of docs/house.md: what stands in code marks in a row's first cell."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def contract_names() -> set[str]:
    """The names of rooms (core/) and files (core/actor.py) that the contracts of import-linter know."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    names = set()
    for contract in contracts:
        tails = [tail.strip(" ()") for layer in contract["layers"] for tail in re.split(r"[|:]", layer)]
        rooms = [container.removeprefix("manyplaces").lstrip(".") for container in contract["containers"]]
        if rooms == [""]:
            names |= {f"{tail}/" for tail in tails if tail != "__main__"}
        elif len(rooms) > 1:
            names |= {f"{tail}.py" for tail in tails}
        else:
            names |= {f"{rooms[0]}/{tail}.py" for tail in tails}
    common = {name for name in names if "/" not in name}
    return {name for name in names if name.endswith("/") or name.rpartition("/")[2] not in common or "/" not in name}


@pytest.mark.django_db
def test_every_change_of_a_table_has_its_migration_and_no_two_have_one_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("makemigrations", "--check", "--dry-run")
    assert "No changes detected" in capsys.readouterr().out


def test_the_docs_list_the_names_that_the_contracts_know() -> None:
    assert listed_names((ROOT / "docs/house.md").read_text("utf-8")) == contract_names()


def test_a_name_that_only_one_of_them_knows_is_found() -> None:
    assert listed_names("| `rules.py` | pure | \n| `core/` | the ground |\nThe `odds.py` of a sentence\n") == {
        "rules.py",
        "core/",
    }
    assert {"rules.py", "core/", "core/actor.py", "places/gazetteer.py"} - contract_names() == set()


def addresses(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every address of the site."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry)
        else:
            yield entry


def view_name(address: URLPattern) -> str:
    """The name of the view an address leads to, with the form (json, ics) that it asks for."""
    view: Any = address.callback
    form = address.default_args.get("form")
    return f"{view.__name__}_{form}" if form else str(view.__name__)


def is_redirect(address: URLPattern) -> bool:
    """Whether an address only leads on to another."""
    return getattr(address.callback, "view_class", None) is RedirectView


def test_a_view_an_address_and_a_page_have_one_name() -> None:
    every = [address for address in addresses(get_resolver()) if not is_redirect(address)]
    assert every != []
    assert {address.name: view_name(address) for address in every if address.name != view_name(address)} == {}


def test_every_page_has_the_template_of_its_name() -> None:
    missing = []
    for address in addresses(get_resolver()):
        shown = str(address.pattern)
        if is_redirect(address) or not shown.rstrip("$").endswith(("/", "^")):
            continue
        room = address.callback.__module__.split(".")[1]
        if not (PACKAGE / room / "templates" / room / f"{address.name}.html").is_file():
            missing.append(f"{room}/{address.name}.html")
    assert missing == []


def test_every_template_that_is_a_page_has_a_view() -> None:
    views = {address.name for address in addresses(get_resolver())}
    resolver = get_resolver()
    views |= {resolver.resolve_error_handler(status).__name__ for status in (400, 403, 404, 500)}
    templates = {file: file.read_text("utf-8") for file in PACKAGE.glob("*/templates/*/*.html")}
    pages = {file.stem for file, text in templates.items() if "{% extends" in text}
    # What other templates extend is a layout.
    layouts = {name for text in templates.values() for name in re.findall(r"{% extends ['\"]\w+/(\w+)\.html", text)}
    assert pages - layouts != set()
    assert pages - layouts - views == set()
