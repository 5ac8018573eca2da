"""What those who come are told beforehand: languages, access, safety; and who learns the address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from manyplaces.core.words import fold

# A school's yard; nobody means more, and a mistyped number is found out.
MOST_PLACES = 1_000_000


class Spoken(models.TextChoices):
    """What is spoken on site, by its code; sign language by a code of its own."""

    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    SIGN = "ase", _("American Sign Language")
    CHINESE = "zh", _("Chinese")
    VIETNAMESE = "vi", _("Vietnamese")
    TAGALOG = "tl", _("Tagalog")
    ARABIC = "ar", _("Arabic")
    HAITIAN = "ht", _("Haitian Creole")
    PORTUGUESE = "pt", _("Portuguese")
    SOMALI = "so", _("Somali")
    HMONG = "hmn", _("Hmong")
    OTHER = "und", _("another language")


class Access(models.TextChoices):
    """What makes it possible for everybody to take part."""

    STEP_FREE = "step-free", _("no steps")
    SEATS = "seats", _("seats")
    TOILET = "toilet", _("accessible toilet")
    PARKING = "parking", _("accessible parking")
    TRANSIT = "transit", _("near a bus or train")
    QUIET = "quiet", _("a quiet corner")
    CHILDREN = "children", _("children are welcome")


class AddressFor(models.TextChoices):
    """Who learns the address of an event that shows its city only."""

    EVERYBODY = "all", _("everybody")
    COMING = "coming", _("whoever has confirmed that they come, by letter")
    ASKED = "asked", _("whomever I tell myself")


@cache
def _labels(choices: type[models.TextChoices]) -> dict[str, Any]:
    """Return what the codes stand for, in the language in which it is read; a page of events asks for it often."""
    return dict(choices.choices)


def chosen(codes: str, choices: type[models.TextChoices]) -> list[str]:
    """Return those of the codes (separated by blanks) that are choices, in the order of the choices."""
    given = set(codes.split())
    return [value for value in _labels(choices) if value in given]


def words(codes: str, choices: type[models.TextChoices]) -> list[str]:
    """Return in words what codes stand for, in the order of the choices."""
    return list(_words(codes, choices, translation.get_language()))


@lru_cache(maxsize=1_024)
def _words(codes: str, choices: type[models.TextChoices], _here: str | None) -> tuple[str, ...]:
    labels = _labels(choices)
    return tuple(str(labels[code]) for code in chosen(codes, choices))


def joined(values: Iterable[str], choices: type[models.TextChoices]) -> str:
    """Return the values as they are kept: separated by blanks, in the order of the choices."""
    return " ".join(chosen(" ".join(values), choices))


# What else people call them, folded.
_ALSO = {
    **{"asl": "ase", "sign language": "ase", "lengua de senas": "ase", "mandarin": "zh", "cantonese": "zh"},
    **{"cantones": "zh", "creole": "ht", "kreyol": "ht", "filipino": "tl"},
    **{"wheelchair accessible": "step-free", "wheelchair": "step-free", "silla de ruedas": "step-free"},
    **{"accessible": "step-free", "accesible": "step-free", "step free": "step-free"},
}


@cache
def _known(choices: type[models.TextChoices]) -> dict[str, str]:
    """Return the codes by what they are called in both languages, folded."""
    found = {word: code for word, code in _ALSO.items() if code in choices.values}
    for language in ("en", "es"):
        with translation.override(language):
            found |= {fold(str(label)): str(value) for value, label in choices.choices}
    return found | {fold(value): value for value in choices.values}


def recognised(text: str, choices: type[models.TextChoices]) -> tuple[str, list[str]]:
    """Return the codes of what a text names in words or codes, in either language, and the words that are unknown.

    Names are separated by commas, semicolons, strokes or "and"; codes by blanks as well: "English, Spanish", "en es".
    """
    known, codes, unknown = _known(choices), [], []
    for part in re.split(r"[,;/|\n]|\s(?:and|y|&)\s", text):
        words = [part] if fold(part) in known else part.split()
        found = [known.get(fold(word)) for word in words]
        if None in found:
            unknown.append(part.strip())
        else:
            codes += [code for code in found if code]
    return joined(codes, choices), unknown
