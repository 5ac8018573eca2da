"""The shapes that days take when volunteers type them: small letters, no accents, English or Spanish."""

from __future__ import annotations

import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene",
            "february feb febrero",
            "march mar marzo",
            "april apr abril abr",
            "may mayo",
            "june jun junio",
            "july jul julio",
            "august aug agosto ago",
            "september sept sep septiembre setiembre",
            "october oct octubre",
            "november nov noviembre",
            "december dec diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
SEASONS = {"spring": 21, "primavera": 21, "summer": 22, "verano": 22, "fall": 23, "autumn": 23, "otono": 23} | {
    "winter": 24,
    "invierno": 24,
}
NEAR = {"today": 0, "tonight": 0, "hoy": 0, "tomorrow": 1, "manana": 1}

# A number is a day only where no colon, am or pm makes it a clock.
_CLOCKLESS = r"(?![\d:])(?! ?[ap]m\b)"
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b"
_DAY = rf"\d{{1,2}}(?:st|nd|rd|th)?{_CLOCKLESS}"
_YEAR = rf"\d{{4}}{_CLOCKLESS}"
_TO = r" ?(?:-|\bto\b|\bthrough\b|\bthru\b|\bal?\b|\bhasta\b) ?"
_OF = r"(?: (?:of|del?))? "
_ALONE = r"(?<![\w:/.-])"
_ENDS_ALONE = r"(?![\w:/])"
_ISO = rf"(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){_CLOCKLESS}"

YEAR_FIRST = re.compile(f"{_ALONE}{_ISO}(?:{_TO}{_ISO})?{_ENDS_ALONE}")
NUMBERS = re.compile(
    rf"{_ALONE}(\d{{1,2}})(?:/(\d{{1,2}})(?:/(\d{{4}}|\d\d))?|([.-])(\d{{1,2}})\4(\d{{4}}|\d\d)){_CLOCKLESS}{_ENDS_ALONE}"
)
MONTH_FIRST = re.compile(
    rf"{_ALONE}({_MONTH}) ({_DAY})(?: ({_YEAR}))?(?:{_TO}(?:({_MONTH}) )?({_DAY})(?: ({_YEAR}))?)?{_ENDS_ALONE}"
)
DAY_FIRST = re.compile(
    rf"{_ALONE}(?:(?:del?|el) )?({_DAY})(?:(?:{_OF}({_MONTH}))?(?:{_OF}({_YEAR}))?{_TO}({_DAY}))?"
    rf"{_OF}({_MONTH})(?:{_OF}({_YEAR}))?{_ENDS_ALONE}"
)
MONTH_SPAN = re.compile(
    rf"{_ALONE}(?:de )?({_MONTH})(?:{_OF}({_YEAR}))?(?:{_TO}({_MONTH}))(?:{_OF}({_YEAR}))?{_ENDS_ALONE}"
)
MONTH_ALONE = re.compile(rf"{_ALONE}({_MONTH})(?:{_OF}({_YEAR}))?{_ENDS_ALONE}")
MONTH_SLASH_YEAR = re.compile(rf"{_ALONE}(\d{{1,2}})/(\d{{4}}){_CLOCKLESS}{_ENDS_ALONE}")
SEASON = re.compile(rf"{_ALONE}({'|'.join(SEASONS)})\b(?:{_OF}({_YEAR})(?:[-/](\d{{4}}|\d\d)\b)?)?{_ENDS_ALONE}")
YEAR_ALONE = re.compile(rf"(?:in |en |el ano )?({_YEAR})")
NEAR_DAY = re.compile(rf"\b({'|'.join(NEAR)})\b")
WEEK = re.compile(r"\b(?:the )?(?:week of|semana del?)(?: the)? ")
ABOUT = re.compile(
    r"(?:\b(?:circa|about|around|approximately|approx|roughly|hacia|alrededor del?|cerca del?)|^(?:ca|c|~))"
    r"(?! ?(?:\d\d?(?::| ?[ap]m\b)|noon\b)) ?(?:the |el )?"
)
PART = re.compile(r"\b(?:early|late|mid|(?:a )?(?:principios|mediados|finales|fines) del?)[ -]")
THEREABOUTS = re.compile(r" (?:or (?:so|thereabouts)|more or less|aproximadamente|mas o menos)\b")
