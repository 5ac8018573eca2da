"""The grid in which a coordinator types what came on paper: a row for each site, a column for each thing said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.reports.models import Report
from manyplaces.reports.rules import LONGEST_COUNT, LONGEST_WORDS, CountedBy, How, Source

NUMBERS = ("adults", "pupils")
TYPED = (*NUMBERS, "people_words", "happened", "covered")
CHOSEN = {"how": How.values, "counted_by": CountedBy.values, "missed": ["yes"]}


@dataclass
class GridRow:
    """One site: what was typed in its row, the key of that row's report, and what is wrong with it."""

    event: Event
    uid: str
    typed: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed, nor said that it did not take place."""
        return not any(self.typed.get(name) for name in (*TYPED, "missed"))

    def report(self, source: str) -> Report:
        """Return the unsaved report that was typed; what is no number goes to the words, where it is read as said."""
        facts: dict[str, object] = {name: self.typed.get(name, "") for name in ("people_words", "happened", "covered")}
        for name in NUMBERS:
            text = self.typed.get(name, "").replace(",", "")
            facts[name] = int(text) if text.isdecimal() and len(text) < 9 else None
        facts |= {"how": self.typed.get("how", ""), "counted_by": self.typed.get("counted_by") or CountedBy.HOST}
        took_place = not self.typed.get("missed")
        return Report(uid=self.uid, event=self.event, source=source, took_place=took_place, **facts)

    @property
    def bad_numbers(self) -> list[str]:
        """The fields for a number in which something else stands; of what did not take place none is read."""
        if self.typed.get("missed"):
            return []
        said = {name: self.typed.get(name, "").replace(",", "") for name in NUMBERS}
        return [name for name, text in said.items() if text and not (text.isdecimal() and len(text) < 9)]


def read_grid(events: list[Event], sent: Mapping[str, str] | None = None) -> list[GridRow]:
    """Return a row for each site with what a form says of it; without a form they are empty, with new keys."""
    return [_row(event, sent or {}) for event in events]


def read_source(sent: Mapping[str, str]) -> str:
    """Return how the reports reached whoever types them: on paper, unless the form says by a call."""
    return Source.CALL if sent.get("source") == Source.CALL else Source.PAPER


def _row(event: Event, sent: Mapping[str, str]) -> GridRow:
    uid = sent.get(f"uid-{event.key}", "")
    row = GridRow(event, uid if len(uid) == 22 else new_token())
    for name in TYPED:
        longest = LONGEST_WORDS if name in ("happened", "covered") else LONGEST_COUNT
        row.typed[name] = sent.get(f"{name}-{event.key}", "").strip()[:longest]
    for name, values in CHOSEN.items():
        given = sent.get(f"{name}-{event.key}", "")
        row.typed[name] = given if given in values else ""
    return row
