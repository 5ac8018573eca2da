"""What those who come are told beforehand: languages, access, safety; and who learns the address."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

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


def chosen(codes: str, choices: type[models.TextChoices]) -> list[str]:
    """Return those of the codes (separated by blanks) that are choices, in the order of the choices."""
    given = set(codes.split())
    return [value for value in choices.values if value in given]


def joined(values: Iterable[str], choices: type[models.TextChoices]) -> str:
    """Return the values as they are kept: separated by blanks, in the order of the choices."""
    return " ".join(chosen(" ".join(values), choices))
