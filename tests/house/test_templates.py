"""What a page may carry: no script or style in the page itself, and nothing from elsewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, modules, tree

# A strict Content-Security-Policy is on, so each of these would be dead on the page, or need the policy weakened.
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=[\"']application/ld\+json[\"'])[^>]*>", re.I)
STYLE = re.compile(r"<style\b[^>]*>", re.I)
STYLED = re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.I)
HANDLER = re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.I)
ADDRESS = re.compile(r"[\"']\s*javascript:", re.I)
# What a browser fetches by itself; a link that somebody has to follow may lead anywhere.
FOREIGN = re.compile(r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\ssrc\s*=\s*[\"']?(?:https?:)?//", re.I)
FOREIGN_SHEET = re.compile(
    r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|icon|preconnect))[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//", re.I
)
FOREIGN_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?\s*(?:https?:)?//", re.I)
COMMENT = re.compile(r"\{#.*?#\}", re.S)
RULES = (SCRIPT, STYLE, STYLED, HANDLER, ADDRESS, FOREIGN, FOREIGN_SHEET)


def faults(text: str) -> list[str]:
    """What a piece of HTML or SVG carries that it may not."""
    bare = COMMENT.sub("", text)
    return [found.group(0) for rule in RULES for found in rule.finditer(bare)]


def templates() -> list[Path]:
    """Every template, relative to the checkout."""
    return sorted(file.relative_to(ROOT) for file in PACKAGE.glob("*/templates/**/*") if file.is_file())


def markup_in_code(file: Path) -> str:
    """The text constants of a module that hold markup."""
    constants = (node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant))
    return "\n".join(text for text in constants if isinstance(text, str) and "<" in text)


def test_no_template_carries_script_or_style_or_fetches_from_elsewhere() -> None:
    assert templates() != []
    assert {str(file): found for file in templates() if (found := faults((ROOT / file).read_text("utf-8")))} == {}


def test_no_markup_made_in_code_does_either() -> None:
    assert {str(file): found for file in modules() if (found := faults(markup_in_code(file)))} == {}


def test_no_stylesheet_fetches_from_elsewhere() -> None:
    sheets = sorted(PACKAGE.glob("*/static/**/*.css"))
    assert sheets != []
    assert {sheet.name: found for sheet in sheets if (found := FOREIGN_CSS.findall(sheet.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        "<script type='module'>go()</script>",
        "<style>p { color: red }</style>",
        "<p class='a' style='color: red'>",
        "<button type=button onclick='go()'>",
        '<a href="javascript:go()">',
        "<img alt='' src='https://tracker.example/one.gif'>",
        "<script src='//cdn.example/site.js'></script>",
        "<link rel='stylesheet' href='https://fonts.example/sans.css'>",
    ],
)
def test_what_a_page_may_not_carry_is_found(markup: str) -> None:
    assert len(faults(f"<main>{markup}</main>")) == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<script src='/static/site.js' defer></script>",
        '<script type="application/ld+json">{}</script>',
        "<a href='https://example.org/story' rel='noopener'>a story</a>",
        "<link rel='canonical' href='https://example.org/'>",
        "{# <style> stays in the sheet #}<p>on Monday = 3 events</p>",
    ],
)
def test_what_a_page_may_carry_is_left_alone(markup: str) -> None:
    assert faults(markup) == []


def test_a_sheet_that_fetches_from_elsewhere_is_found() -> None:
    assert FOREIGN_CSS.findall("@import 'https://fonts.example/a.css'; a { background: url(//x.example/a.png) }") != []
    assert FOREIGN_CSS.findall("a { background: url('/static/a.svg') }") == []
