"""Text as it stands on paper: without pictures, broken where it must be, and days with their weekday."""

from __future__ import annotations

import re
from unicodedata import category

from django.utils.dates import WEEKDAYS

from manyplaces.core import fuzzydates
from manyplaces.events.shapes.moments import exact_days

# No word of a language is as long; what is must be broken somewhere.
LONGEST_WORD = 22
BREAK = "\u200b"
# What joins pictures or chooses their colours.
JOINERS = "\u200d\ufe0f"


def printable(text: str) -> str:
    """Return a text without pictures, which no font of ours has, and with overlong words that may be broken."""
    plain = " ".join("".join(sign for sign in text if category(sign) != "So" and sign not in JOINERS).split())
    return re.sub(rf"[^\s/]{{{LONGEST_WORD}}}(?=[^\s/])", rf"\g<0>{BREAK}", plain)


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def day_words(date: str, language: str) -> tuple[str, str]:
    """Return the weekday, empty where it is not one exact day, and the date (EDTF) in words."""
    days = exact_days(date)
    one = days[0] if days and days[0] == days[1] else None
    return str(WEEKDAYS[one.weekday()]) if one else "", fuzzydates.words(date, language)
