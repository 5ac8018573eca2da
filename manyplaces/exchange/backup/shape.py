"""What a backup looks like: a plain tar file of tables in lines, of files, and at its end a list of it all with hashes.

    begin.json              of which version and tables, with their columns; the first member
    tables/NAME/000001.gz   rows as JSON arrays, one a line, in the order of their keys; so many a member
    media/...               files as they lie in the data folder
    end.json                how many rows and bytes, with hashes; the last but one
    end.sha256              the hash of end.json

It can be written to a pipe and read from its beginning to its end. It is the same whatever database it came from.
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models

FORMAT = "manyplaces backup 1"
BEGIN, END, END_HASH = "begin.json", "end.json", "end.sha256"
MEMBER = re.compile(r"tables/([a-z_]+\.[a-z_]+)/\d{6}\.gz")
FILE = re.compile(r"media/(?:[a-z]{1,20}/){1,3}[A-Za-z0-9][A-Za-z0-9_.-]{0,120}")
# How the backups of the nights are called, in their folder, with the day between.
NIGHTLY, ENDING = "manyplaces-", ".backup"
# The backup of the state before the last update, in the data folder.
BEFORE_UPDATE = "before-update.backup"
# So many rows are a member.
ROWS = 20_000
# What is of no use elsewhere or later: who is signed in, codes that are on their way, that the worker lives.
LEFT_OUT = frozenset(
    {
        *("people.session", "people.signin", "people.firstruncode"),
        *("mail.heartbeat", "core.lockdown", "exchange.archivefile"),
    }
)
KINDS: dict[str, str] = {
    "DateTimeField": "moment",
    "DateField": "date",
    "TimeField": "time",
    "BinaryField": "bytes",
    "JSONField": "json",
    "BooleanField": "yes",
}


@dataclass(frozen=True)
class Progress:
    """How far it is: so many rows and files done in this stage, of how many."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Table:
    """A table: its name here and in the database, and its columns with what is in them."""

    name: str
    stored_as: str
    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, model: type[models.Model]) -> Table:
        """Return it for a model, whichever state of the tables that is of."""
        meta = model._meta
        columns = [(str(field.column), KINDS.get(field.get_internal_type(), "plain")) for field in fields_of(model)]
        return cls(meta.label_lower, meta.db_table, tuple(columns))

    @property
    def kinds(self) -> list[str]:
        """What is in each column."""
        return [kind for _name, kind in self.columns]


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the fields that are columns, by the columns' names: in which order they were added says nothing."""
    return sorted(model._meta.concrete_fields, key=lambda field: str(field.column))


def line_of(row: Sequence[Any], kinds: Sequence[str]) -> str:
    """Return a row as a line; the same on every database."""
    cells = [
        value if value is None or kind not in WRITTEN else WRITTEN[kind](value)
        for value, kind in zip(row, kinds, strict=True)
    ]
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _moment(value: datetime.datetime) -> str:
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")


WRITTEN: dict[str, Callable[[Any], Any]] = {
    "moment": _moment,
    "date": lambda value: value.isoformat(),
    "time": lambda value: value.isoformat(),
    "bytes": lambda value: base64.b64encode(bytes(value)).decode(),
}


def row_of(line: str, kinds: Sequence[str], *, on_sqlite: bool) -> list[Any]:
    """Return what a line holds, as the database takes it."""
    read = READ_SQLITE if on_sqlite else READ
    cells = json.loads(line)
    return [
        value if value is None or kind not in read else read[kind](value)
        for value, kind in zip(cells, kinds, strict=True)
    ]


def _naive(value: str) -> str:
    return str(datetime.datetime.fromisoformat(value).replace(tzinfo=None))


READ: dict[str, Callable[[Any], Any]] = {
    "bytes": base64.b64decode,
    "json": lambda value: json.dumps(value, ensure_ascii=False),
}
READ_SQLITE = READ | {"moment": _naive}


def nightly_backups(folder: Path) -> list[Path]:
    """Return the backups of the nights in a folder, the oldest first."""
    return sorted(folder.glob(f"{NIGHTLY}????-??-??{ENDING}"))


class NoBackup(Exception):
    """The file is no backup, or not a whole one; its text says what was found."""
