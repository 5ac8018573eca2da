"""Text as it stands on paper: without pictures, broken where it must be, and days with their weekday."""

from __future__ import annotations

import re
from unicodedata import bidirectional, category

from django.utils.dates import WEEKDAYS

from manyplaces.core import fuzzydates
from manyplaces.events.shapes.moments import exact_days

# No word of a language is as long; what is must be broken somewhere.
LONGEST_WORD = 22
BREAK = "\u200b"
# What joins pictures or chooses their colours.
JOINERS = "\u200d\ufe0f"
# Around words that are read from right to left, so that a number behind them keeps its place.
ISOLATED = "\u2068{}\u2069"


def printable(text: str, longest: int = LONGEST_WORD) -> str:
    """Return a text without pictures, which no font of ours has, and with words that may be broken where they are
    longer than so many letters.

    One with letters that are read from right to left leaves the order of what stands beside it alone.
    """
    plain = " ".join("".join(sign for sign in text if category(sign) != "So" and sign not in JOINERS).split())
    broken = re.sub(rf"[^\s/]{{{longest}}}(?=[^\s/])", rf"\g<0>{BREAK}", plain)
    return ISOLATED.format(broken) if any(bidirectional(sign) in ("R", "AL") for sign in plain) else broken


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def day_words(date: str, language: str) -> tuple[str, str]:
    """Return the weekday, empty where it is not one exact day, and the date (EDTF) in words."""
    days = exact_days(date)
    one = days[0] if days and days[0] == days[1] else None
    return str(WEEKDAYS[one.weekday()]) if one else "", fuzzydates.words(date, language)
