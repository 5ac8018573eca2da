"""The papers that hosts print, and how the words that a coalition writes on them are read: plain text with names in it.

Every line is one paragraph. A line that begins with "- " is one of a list, one that begins with "# " a heading. On the
agenda a line may begin with minutes before or after the start, such as -30 or +15. A name in braces, such as {school},
becomes what is known of the event; what stands in brackets, such as [name], is printed as still to be filled in.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.words import fold


class Paper(models.TextChoices):
    """What there is to print for a school, in the order in which it is printed."""

    COMMITMENT = "commitment", gettext_lazy("Commitment form")
    FLYER = "flyer", gettext_lazy("Flyers, two on a page")
    AGENDA = "agenda", gettext_lazy("Agenda of the day")
    JOBS = "jobs", gettext_lazy("Jobs for volunteers")
    SIGN_IN = "sign-in", gettext_lazy("Sign-in sheet")
    REPORT = "report", gettext_lazy("Site coordinator’s form")
    ADVISORY = "advisory", gettext_lazy("Media advisory")
    RELEASE = "release", gettext_lazy("Press release, a draft")


# What is of use without one school’s name on it.
FOR_ANY = (Paper.COMMITMENT, Paper.AGENDA, Paper.JOBS, Paper.SIGN_IN)
# What is of use once the day is over.
AFTERWARDS = (Paper.REPORT, Paper.RELEASE)
# How many letters a text may have, so that a form of one page stays one.
LONGEST = {
    Paper.COMMITMENT: 300, Paper.FLYER: 400, Paper.AGENDA: 3_000, Paper.JOBS: 3_000, Paper.SIGN_IN: 300,
    Paper.REPORT: 300, Paper.ADVISORY: 2_500, Paper.RELEASE: 5_000,
}  # fmt: skip
# The names that a text may have in braces, in both languages, and what each stands for.
NAMES = {
    "school": "school", "city": "city", "state": "state", "date": "date", "time": "time", "tactic": "tactic",
    "host": "host", "demands": "demands", "action": "action", "coalition": "coalition", "contact": "contact",
    "escuela": "school", "ciudad": "city", "estado": "state", "fecha": "date", "hora": "time", "forma": "tactic",
    "organizador": "host", "demandas": "demands", "accion": "action", "coalicion": "coalition", "contacto": "contact",
}  # fmt: skip
DEMANDS = "demands"
LONGEST_LEAD = 60

_PIECE = re.compile(r"\{[ ]*([^\W\d_]{2,20})[ ]*\}|\[([^\[\]\n]{1,200})\]")
_MINUTES = re.compile(r"(?:([-−–+])\s?(\d{1,3})|0)\s+(?=\S)")


@dataclass(frozen=True)
class Piece:
    """A piece of a line: words as they are, a name that stands for something, or a gap with what belongs into it."""

    text: str
    kind: str = "words"


@dataclass(frozen=True)
class Line:
    """One line of a text: a paragraph, a heading, one of a list, or all demands.

    `minutes` counts from the start, None where the line does not say; `lead` is what stands before the colon of a job.
    """

    form: str
    pieces: tuple[Piece, ...]
    minutes: int | None = None
    lead: str = ""


class Ahead(Protocol):
    """What is asked of an action: when it takes commitments, and whether it is over."""

    opens_at: datetime.datetime | None

    def is_past(self, today: datetime.date) -> bool:
        """Tell whether its last day lies before `today`."""


def papers_for_any(action: Ahead, today: datetime.date) -> list[Paper]:
    """Return the papers that anybody may print for a school that is not named yet; none once the action is over."""
    if action.is_past(today):
        return []
    return [paper for paper in FOR_ANY if paper != Paper.COMMITMENT or action.opens_at]


def names_in(language: str) -> list[str]:
    """Return the names that a text in this language may have in braces, in the order of the list."""
    half = len(NAMES) // 2
    return list(NAMES)[half:] if language == "es" else list(NAMES)[:half]


def read_text(text: str, paper: Paper) -> list[Line]:
    """Return the lines of a text; raises ValidationError for a name in braces that stands for nothing."""
    return [_line(words, paper) for words in map(str.strip, text.split("\n")) if words]


def check_text(text: str, paper: Paper) -> None:
    """Raise ValidationError for a text that is empty, too long, or has a name that stands for nothing."""
    if not text.strip():
        raise ValidationError(_("Write something here, or go back to our text."))
    most = LONGEST[paper]
    if len(text) > most:
        sentence = _("This is %(length)d characters long, and this paper has room for %(most)d. Make it shorter.")
        raise ValidationError(sentence % {"length": len(text), "most": most})
    read_text(text, paper)


def _line(words: str, paper: Paper) -> Line:
    minutes = _MINUTES.match(words) if paper == Paper.AGENDA else None
    if minutes:
        sign, many = minutes[1], int(minutes[2] or 0)
        return Line("item", _pieces(words[minutes.end() :]), many if sign in (None, "+") else -many)
    if words.startswith("- "):
        return _item(words[2:].strip(), paper)
    if words.startswith("# "):
        return Line("headline", _pieces(words[2:].strip()))
    pieces = _pieces(words)
    return Line(DEMANDS if pieces == (Piece(DEMANDS, "name"),) else "paragraph", pieces)


def _item(words: str, paper: Paper) -> Line:
    lead, colon, rest = words.partition(":")
    if paper == Paper.JOBS and colon and len(lead) <= LONGEST_LEAD and not set(lead) & set("{}[]"):
        return Line("item", _pieces(rest.strip()), lead=lead.strip())
    return Line("item", _pieces(words))


def _pieces(words: str) -> tuple[Piece, ...]:
    found, end = [], 0
    for match in _PIECE.finditer(words):
        if match.start() > end:
            found.append(Piece(words[end : match.start()]))
        found.append(Piece(_meant(match[1]), "name") if match[1] else Piece(match[2].strip(), "gap"))
        end = match.end()
    return (*found, Piece(words[end:])) if end < len(words) else tuple(found)


def _meant(name: str) -> str:
    known = NAMES.get(fold(name))
    if known is None:
        sentence = _("“{%(name)s}” stands for nothing. These names do: %(names)s.")
        names = ", ".join(f"{{{one}}}" for one in NAMES)
        raise ValidationError(sentence % {"name": name[:40], "names": names})
    return known
