"""Mapping files: how a table of another shape is read as one of ours."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from manyplaces.core.tables import Unreadable
from manyplaces.exchange.columns import COLUMNS, Kind

ACTION_FIELDS = ("action_id", "name", "name_es", "date_edtf", "kind", "tactic", "date_note")
_PARTS = {"columns", "fixed", "empty", "values", "actions"}


@dataclass(frozen=True)
class ColumnMapping:
    """How a file's columns and words become ours; without a mapping every column keeps its name."""

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Actions that are called together with the file, under the names of ACTION_FIELDS.
    actions: tuple[Mapping[str, str], ...] = ()

    def theirs(self, column: str) -> str:
        """Return the file's own name of a column of ours; empty where the file has none."""
        return self.columns.get(column, "" if column in self.fixed else column)

    def cells(self, kind: Kind, found: Mapping[str, str]) -> dict[str, str]:
        """Return a row of the file under our column names, in our words."""
        ours = {}
        for column in COLUMNS[kind]:
            cell = found.get(self.theirs(column.name), "")
            if cell in self.empty:
                cell = ""
            cell = self.values.get(column.name, {}).get(cell, cell)
            ours[column.name] = cell or self.fixed.get(column.name, "")
        return ours

    def missing(self, kind: Kind, names: Collection[str]) -> list[str]:
        """Return the columns that a file with these column names lacks, and nothing fills."""
        return [
            column.name
            for column in COLUMNS[kind]
            if column.required and column.name not in self.fixed and self.theirs(column.name) not in names
        ]

    def unused(self, kind: Kind, names: Collection[str]) -> list[str]:
        """Return the columns of the file that are not read."""
        used = {self.theirs(column.name) for column in COLUMNS[kind]}
        return [name for name in names if name not in used]


def read_mapping(path: Path, kind: Kind) -> ColumnMapping:
    """Read a mapping file in TOML; raises Unreadable with a sentence that names the fault and the part it is in."""
    try:
        parts = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as fault:
        raise Unreadable(_("The mapping file “%s” cannot be opened. Check its name.") % path.name) from fault
    except UnicodeDecodeError as fault:
        raise Unreadable(_("The mapping file “%s” is not in UTF-8. Save it as UTF-8.") % path.name) from fault
    except tomllib.TOMLDecodeError as fault:
        sentence = _("The mapping file “%(name)s” is not valid TOML: %(fault)s.")
        raise Unreadable(sentence % {"name": path.name, "fault": fault}) from fault
    _require(set(parts) <= _PARTS, "", _("it may have the parts columns, fixed, empty, values and actions, no others"))
    ours = {column.name for column in COLUMNS[kind]}
    columns, fixed = (_texts(parts.get(part, {}), part, ours) for part in ("columns", "fixed"))
    return ColumnMapping(
        {name: theirs.lower() for name, theirs in columns.items()},
        fixed,
        _empty(parts.get("empty", {})),
        _values(parts.get("values", {}), ours),
        _actions(parts.get("actions", [])),
    )


def _require(holds: bool, part: str, sentence: str) -> None:
    if not holds:
        place = f"[{part}]: " if part else ""
        raise Unreadable(_("The mapping file cannot be used: %s.") % (place + sentence))


def _texts(found: Any, part: str, allowed: Collection[str]) -> dict[str, str]:
    _require(isinstance(found, dict), part, _('it must hold lines such as city = "Town"'))
    for name, value in found.items():
        _require(
            name in allowed,
            part,
            _("“%(name)s” is not one of %(known)s") % {"name": name, "known": ", ".join(sorted(allowed))},
        )
        _require(isinstance(value, str), part, _("the value of “%s” must stand between quotation marks") % name)
    return dict(found)


def _empty(found: Any) -> frozenset[str]:
    cells = found.get("cells", []) if isinstance(found, dict) else None
    holds = isinstance(cells, list) and all(isinstance(cell, str) for cell in cells) and set(found) <= {"cells"}
    _require(holds, "empty", _('it must hold one line such as cells = ["NA", "-"]'))
    return frozenset(cells or ())


def _values(found: Any, ours: Collection[str]) -> dict[str, dict[str, str]]:
    _require(isinstance(found, dict), "values", _("it must hold parts such as [values.status]"))
    for name, words in found.items():
        _require(name in ours, "values", _("“%s” is not a column of ours") % name)
        holds = isinstance(words, dict) and all(isinstance(value, str) for value in words.values())
        _require(holds, f"values.{name}", _('it must hold lines such as "their words" = "ours"'))
    return {name: dict(words) for name, words in found.items()}


def _actions(found: Any) -> tuple[Mapping[str, str], ...]:
    _require(isinstance(found, list), "actions", _("every action begins with [[actions]]"))
    return tuple(_texts(cells, "actions", ACTION_FIELDS) for cells in found)
