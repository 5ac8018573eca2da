"""The reference says all there is: every setting, column, command, option and operation, as the code has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from manyplaces.cli.main import main
from manyplaces.config.environment import SETTINGS
from manyplaces.exchange.columns import COLUMNS, KINDS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "manyplaces"


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (ROOT / "docs" / name).read_text("utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """The rows of the tables in a text: the first cell without its code marks, and the other cells."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if line.startswith("|") and len(cells) > 1 and cells[0].startswith("`"):
            found[cells[0].strip("`")] = cells[1:]
    return found


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level, up to the end of its first table."""
    found = re.search(rf"^## `?{re.escape(heading)}`?\n(.*?\n\|.*?)(?=\n\n|^#|\Z)", text, re.M | re.S)
    assert found, f"there is no heading with {heading}"
    return found[1]


def commands(command: click.Command = main, name: str = "manyplaces") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for word in command.list_commands(context):
        inner = command.get_command(context, word)
        assert inner is not None, f"{name} {word} is listed and missing"
        yield from commands(inner, f"{name} {word}")


def _arguments(function: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in function.args.args + function.args.kwonlyargs}


def operations() -> dict[str, str]:
    """Every operation of the house (what is told who acts) with its docstring."""
    found = {}
    for file in sorted([*PACKAGE.glob("*/operations.py"), *PACKAGE.glob("*/operations/*.py")]):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and "by" in _arguments(node):
                found[f"{file.relative_to(PACKAGE).parts[0]}.{node.name}"] = ast.get_docstring(node) or ""
    return found


def test_every_setting_is_in_run_md_with_its_default() -> None:
    said = {name: cells[0].strip("`") for name, cells in rows(page("run.md")).items()}
    assert {name: default for name, default in said.items() if name.isupper()} == {
        setting.name: setting.default or "empty" for setting in SETTINGS
    }


def test_every_column_is_in_exchange_md_under_its_kind() -> None:
    text = page("exchange.md")
    missing = {kind: {column.name for column in COLUMNS[kind]} - rows(section(text, kind)).keys() for kind in KINDS}
    assert missing == {kind: set() for kind in KINDS}


def test_exchange_md_has_no_column_that_the_code_lacks() -> None:
    text = page("exchange.md")
    unknown = {kind: rows(section(text, kind)).keys() - {column.name for column in COLUMNS[kind]} for kind in KINDS}
    assert unknown == {kind: set() for kind in KINDS}


def test_every_command_and_option_is_in_the_docs() -> None:
    text = "\n".join(file.read_text("utf-8") for file in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
    missing = []
    for words, command in commands():
        missing += (
            [words] if f"`{words}" not in text and f"    {words}" not in text and f"\n{words}" not in text else []
        )
        options = [
            name for parameter in command.params if isinstance(parameter, click.Option) for name in parameter.opts
        ]
        missing += [
            f"{words} {name}"
            for name in options
            if name.startswith("--") and not re.search(rf"(?<![\w-]){name}\b", text)
        ]
    assert missing == []


def test_every_command_says_what_it_does_and_every_option_what_it_means() -> None:
    silent = [words for words, command in commands() if not (command.help or "").strip()]
    for words, command in commands():
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        silent += [f"{words} {option.name}" for option in options if not option.help]
    assert silent == []


def test_every_operation_is_in_operations_md() -> None:
    assert rows(page("operations.md")).keys() == operations().keys()


def test_every_operation_says_what_it_does() -> None:
    assert [name for name, sentence in operations().items() if not sentence.strip()] == []
