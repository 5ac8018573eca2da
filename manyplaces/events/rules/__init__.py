"""Phases, what an event stands for, and who among the named hosts is an organisation."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.models import safe_link


class Phase(models.TextChoices):
    """How far it has come."""

    PLANNED = "planned", _("planned")
    COMMITTED = "committed", _("committed")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")
    POSTPONED = "postponed", _("postponed")
    UNREPORTED = "unreported", _("unreported")


# What does not take place on its day: a goal, a parcel and a map count it apart.
CALLED_OFF = (Phase.CANCELLED, Phase.POSTPONED)


class Review(models.TextChoices):
    """Where a commitment stands with the reviewers."""

    WAITING = "waiting", _("waits for review")
    ASKED = "asked", _("the host was asked")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    MERGED = "merged", _("merged with another")
    WITHDRAWN = "withdrawn", _("withdrawn by the host")


class Covers(models.TextChoices):
    """What one row stands for: one place, several places told together, or a whole city's summary."""

    PLACE = "place", _("one place")
    SEVERAL = "several", _("several places")
    CITY = "city", _("a whole city")


TALLY_MARK = "city tally:"


def city_tally(venue: str) -> str:
    """Return the words of a city's summary ("city tally: close to 200 schools"), empty where the venue is a place."""
    return venue[len(TALLY_MARK) :].strip() if venue.lower().startswith(TALLY_MARK) else ""


def bad_link(link: str) -> bool:
    """Tell whether a link is anything but a plain web address."""
    try:
        safe_link(link)
    except ValidationError:
        return True
    return False


def organisations_in(words: str) -> list[str]:
    """Return the organisations that a list of hosts names, without the descriptions in it.

    Hosts are separated by semicolons. A description begins with a small letter or a bracket ("parents, students",
    "(church takes part)"); people write the names of organisations with a capital or a digit.
    """
    named = (part.strip() for part in words.split(";"))
    return [
        name for name in named if re.match(r"[^\W_]", name) and not name[0].islower() and any(map(str.isalpha, name))
    ]
