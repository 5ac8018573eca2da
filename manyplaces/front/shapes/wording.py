"""How events, figures and phases are called in JSON, calendars, feeds and on the card, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.core import fuzzydates
from manyplaces.events.models import Event
from manyplaces.events.rules import CALLED_OFF, Phase
from manyplaces.events.shapes.wording import tactic_words, where_words
from manyplaces.record.queries import Bound, Figure

Made = TypeVar("Made")


def in_language(make: Callable[[Any, str], Made]) -> Callable[[Any, str], Made]:
    """Let `make(page, language)` speak its language, whatever language is on where it is called."""

    @wraps(make)
    def made(page: Any, language: str) -> Made:
        with translation.override(language):
            return make(page, language)

    return made


def event_words(event: Event) -> str:
    """Return one line that names the event by itself: "Walk-in: Lincoln High School, Milwaukee, WI"."""
    tactic = tactic_words(event)
    where = where_words(event)
    if where != event.city.name:
        where += f", {event.city.name}"
    where += f", {event.city.state}"
    return f"{tactic[0].upper()}{tactic[1:]}: {where}" if tactic else where


def phase_words(phase: str) -> str:
    """Return a phase of an event in words."""
    return str(Phase(phase).label)


def called_off_words(event: Event, language: str) -> str:
    """Return why an event was cancelled or postponed, and to when: "A hurricane is coming. New day: October 17."."""
    if event.phase not in CALLED_OFF:
        return ""
    moved = _("New day: %(day)s.") % {"day": fuzzydates.words(event.moved_to, language)} if event.moved_to else ""
    return " ".join(filter(None, [event.text("reason", language), moved]))


def figure_words(figure: Figure) -> str:
    """Return the range of a figure, such as "800 to 1,000 or more"; vague words of others stand in quotation marks."""
    high = _bound(figure.high)
    if not figure.is_range:
        return _("up to %(number)s") % {"number": high} if figure.high.is_ceiling else high
    return _("%(low)s to %(high)s") % {"low": _bound(figure.low), "high": high}


def figure_signs(figure: Figure) -> str:
    """Return the same as short as a picture needs it: "800–1,000+"; vague words where somebody gave no number."""
    if figure.low.words or figure.high.words or figure.high.number is None:
        return figure_words(figure)
    high = f"{figure.high.number:,}{'+' if figure.high.is_open else ''}"
    if figure.is_range:
        return f"{figure.low.number:,}–{high}"
    return f"≤ {high}" if figure.high.is_ceiling else high


def figure_line(figure: Figure) -> str:
    """Return a figure with what it counts and what it rests on: "schools, held: 800 to 1,000 or more (3 claims)"."""
    resting = ngettext("%(count)s claim", "%(count)s claims", figure.claims) % {"count": figure.claims}
    return f"{figure.metric.label}, {figure.phase.label}: {figure_words(figure)} ({resting})"


def _bound(bound: Bound) -> str:
    if bound.words or bound.number is None:
        return f"“{bound.words}”"
    number = f"{bound.number:,}"
    return _("%(number)s or more") % {"number": number} if bound.is_open else number
