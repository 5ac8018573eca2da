"""The size, the names and the first sentence of files."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.source import PACKAGE, ROOT, functions, modules, tracked, tree

MOST_LINES = 250
MOST_FUNCTION_LINES = 40
# Names that say nothing of what is found in a file, so that everything ends up there.
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "services",
    "service",
    "manager",
    "misc",
    "data",
    "tools",
}
PROMISES = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented")


def long_functions(source: ast.Module) -> list[str]:
    """The functions of a tree with more lines than the house allows."""
    return [
        f"{function.name}: {lines}"
        for function in functions(source)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) >= MOST_FUNCTION_LINES
    ]


def first_sentence_missing(source: ast.Module) -> bool:
    """Whether a module lacks a docstring whose first line is a whole sentence."""
    text = ast.get_docstring(source) or ""
    return not text.split("\n\n")[0].rstrip().endswith((".", "?", ":"))


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    files = [file for file in tracked() if file.suffix == ".py" and file.parts[0] in ("manyplaces", "tools", "bench")]
    # Django writes migrations, and nobody reads them from end to end.
    files = [file for file in files if "migrations" not in file.parts]
    lengths = {str(file): len((ROOT / file).read_text("utf-8").splitlines()) for file in files}
    assert {file: length for file, length in lengths.items() if length >= MOST_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert {str(file): found for file in modules() if (found := long_functions(tree(file)))} == {}


def test_a_long_function_is_found() -> None:
    body = "\n".join("    pass" for _ in range(MOST_FUNCTION_LINES - 2))
    assert long_functions(ast.parse(f"def short():\n{body}\n")) == []
    assert long_functions(ast.parse(f"def long():\n{body}\n    pass\n")) == ["long: 40"]


def test_every_module_begins_with_a_sentence_that_says_what_is_found_in_it() -> None:
    assert [str(file) for file in modules() if first_sentence_missing(tree(file))] == []


def test_a_module_without_its_sentence_is_found() -> None:
    assert first_sentence_missing(ast.parse("import os"))
    assert first_sentence_missing(ast.parse('"""Things"""'))
    assert not first_sentence_missing(ast.parse('"""Reads dates."""'))


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(file) for file in modules() if EMPTY_NAMES & {part.removesuffix(".py") for part in file.parts}] == []


def test_no_promise_is_left_in_the_code() -> None:
    files = [file for file in PACKAGE.rglob("*") if file.suffix in (".py", ".html", ".js", ".css")]
    found = [str(file.relative_to(ROOT)) for file in files for word in PROMISES if word in file.read_text("utf-8")]
    assert found == []


def test_a_migration_is_named_by_hand() -> None:
    migrations: list[Path] = sorted(PACKAGE.glob("*/migrations/0*.py"))
    assert migrations != []
    assert [file.name for file in migrations if "_auto_" in file.name or file.stem.endswith("_initial")] == []
