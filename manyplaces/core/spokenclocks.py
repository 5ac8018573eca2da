"""When something starts, as volunteers type it: a clock in either language, the school's bell, or a question."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from manyplaces.core.localtimes import read_clock
from manyplaces.core.spokendates import plain_words
from manyplaces.core.words import clean_line, fold

LONGEST = 40

# All of these are searched in small letters without accents or punctuation.
_STARTS = "starts?|begins?|is in session"
_BELL = re.compile(
    r"(?:(?:right|just|justo|un poco) )?(?:"
    rf"before (?:the )?(?:school|class|classes)(?: day)?(?: (?:{_STARTS}))?|before (?:the )?school (?:{_STARTS})"
    r"|(?:(?:before|at|by) )?(?:the )?(?:first |morning |school )?bell(?: rings)?"
    r"|(?:as |the )?usual(?: time)?"
    r"|antes de (?:que )?(?:la |las |el )?(?:clases?|escuela|entrada|entrar)"
    r"|antes de que (?:empiecen|comiencen|inicien|entren a) (?:las )?clases|antes de (?:empezar|comenzar|iniciar)"
    r"(?: (?:las )?clases)?"
    r"|(?:antes del? (?:que (?:suene|toque) )?)?(?:la |el )?(?:primera? )?(?:campana|timbre)"
    r"|a la (?:hora de (?:la )?)?entrada|(?:como|lo de) siempre|(?:como )?de costumbre|la hora de siempre"
    r")"
)
# Other hours that a school has; no two have them at the same time.
_OTHER_HOUR = re.compile(
    r"\b(?:after (?:the )?(?:school|class|classes|last bell)|(?:last|final|closing) bell|dismissal|lunch|recess"
    r"|despues de (?:la |las )?(?:clases?|escuela)|(?:a la )?salida|ultim[ao] (?:campana|timbre)|almuerzo|recreo)\b"
)
_BEFORE_IT = re.compile(r"^(?:(?:at|from|by|starting|begins|starts|a eso de|desde|al?|del?|las?) )+")
_POINT = re.compile(r"(?<![\d:.])(\d{1,2}) ?[.h] ?(\d\d)(?!\d)")
_AND = re.compile(r"\b(\d{1,2}) y (media|cuarto|\d\d?)\b")
_HOURS = re.compile(r"(\d{1,2})(:\d\d)? ?(?:h|hs|hrs?|horas?)\b")
_FOUR = re.compile(r"([012]?\d)(\d\d)( ?[ap]m)?")
_PARTS = (
    (re.compile(r"\b(?:en|por) la (manana|tarde|noche|madrugada)\b"), r"de la \1"),
    (re.compile(r"\bin the morning\b"), "de la manana"),
    (re.compile(r"\bin the afternoon\b"), "de la tarde"),
    (re.compile(r"\b(?:in the evening|at night)\b"), "de la noche"),
)


def read_start(
    text: str, *, usual: datetime.time | None, words: Sequence[str] = ()
) -> tuple[datetime.time | None, str | None]:
    """Return the time of day that a text says, and the abbreviation of a time zone in capitals where it has one.

    `usual` is the time for a text that is empty, says "before the bell" or "antes del timbre", or is one of the
    `words`. Raises ValidationError for what is no time of day; code "question" asks what can be understood in two
    ways, and when the bell rings where `usual` is None.
    """
    line = clean_line(text, LONGEST)
    said = fold(line)
    if not said or said in {fold(each) for each in words}:
        return _at_the_bell(said, usual), None
    if _OTHER_HOUR.search(said):
        raise _when_is_that()
    clock = _as_a_clock(line)
    if not clock:
        return _at_the_bell(said, usual), None
    return read_clock(clock)


def _at_the_bell(said: str, usual: datetime.time | None) -> datetime.time | None:
    if said and usual is None:
        raise _when_is_that()
    return usual


def _when_is_that() -> ValidationError:
    return ValidationError(_("When is that at your school? Write a time such as 7:45 am."), code="question")


def _as_a_clock(line: str) -> str:
    """Return the text as `read_clock` reads it, without the bell beside it; empty where nothing else is left."""
    plain = _POINT.sub(r"\1:\2", line.lower())
    plain = plain_words(plain)
    for pattern, meant in _PARTS:
        plain = pattern.sub(meant, plain)
    plain = _AND.sub(_minutes, plain)
    plain = _HOURS.sub(lambda found: f"{found[1]}{found[2] or ':00'}", plain)
    plain = " ".join(re.sub(rf"(?<![a-z])(?:{_BELL.pattern})(?![a-z])", " ", plain_words(plain)).split())
    plain = _BEFORE_IT.sub("", f"{plain} ").strip(" -")
    return _FOUR.sub(r"\1:\2\3", plain) if _FOUR.fullmatch(plain) else plain


def _minutes(found: re.Match[str]) -> str:
    return f"{found[1]}:{ {'media': '30', 'cuarto': '15'}.get(found[2], found[2].zfill(2)) }"
