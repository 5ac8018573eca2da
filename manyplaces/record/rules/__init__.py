"""What figures people state, in which words, and what can be read from the words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Metric(models.TextChoices):
    """What is counted."""

    SCHOOLS = "schools", _("schools")
    SITES = "sites", _("sites")
    EVENTS = "events", _("local actions")
    CITIES = "cities", _("cities")
    PEOPLE = "people", _("people")
    GROUPS = "groups", _("groups")
    REPRESENTED = "represented", _("people represented")
    OTHER = "other", _("other figures")


class ClaimPhase(models.TextChoices):
    """Which stage of the action a figure speaks of."""

    PLANNED = "planned", _("planned")
    REGISTERED = "registered", _("registered")
    COMMITTED = "committed", _("committed")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")
    CONTEXT = "context", _("context")


class MediaKind(models.TextChoices):
    """What sort of item was published."""

    EARNED = "earned", _("news")
    ADVANCE = "advance", _("advance notice")
    OPINION = "opinion", _("opinion")
    PARTNER = "partner", _("partner’s own")
    COPY = "syndicated copy", _("syndicated copy")
    REPOST = "repost", _("repost")
    PAID = "paid", _("paid notice")


class LinkState(models.TextChoices):
    """Whether the link still answers."""

    UNKNOWN = "unknown", _("not checked")
    LIVE = "live", _("works")
    DEAD = "dead", _("gone")
    ARCHIVED = "archived", _("gone, archived copy kept")


# The last word of what is counted decides; what stands before it or in brackets narrows it down.
SPOKEN_METRICS = {
    "schools": Metric.SCHOOLS,
    "sites": Metric.SITES,
    "events": Metric.EVENTS,
    "walk ins": Metric.EVENTS,
    "walkouts": Metric.EVENTS,
    "rallies": Metric.EVENTS,
    "cities": Metric.CITIES,
    "cities and counties": Metric.CITIES,
    "counties": Metric.CITIES,
    "people": Metric.PEOPLE,
    "participants": Metric.PEOPLE,
    "people represented": Metric.REPRESENTED,
    "groups": Metric.GROUPS,
    "organisations": Metric.GROUPS,
    "organizations": Metric.GROUPS,
    "affiliates": Metric.GROUPS,
    "locals": Metric.GROUPS,
}
PLAIN = {"cities and counties", "walk ins", "people represented"}


def metric_of(folded_words: str, bracket: str) -> tuple[Metric, str]:
    """Return what is counted and the qualifier that narrows it ("NEA cities" counts cities, those of NEA)."""
    for spoken, metric in sorted(SPOKEN_METRICS.items(), key=lambda pair: -len(pair[0])):
        if folded_words == spoken or (folded_words.endswith(" " + spoken) and spoken not in PLAIN):
            return metric, bracket or folded_words.removesuffix(spoken).strip()
    return Metric.OTHER, bracket


@dataclass(frozen=True)
class Figures:
    """A figure read from words: lowest and highest value, None where that side is open, and how sure it is."""

    low: int | None
    high: int | None
    basis: str


VAGUE = {"dozens": None, "scores": None, "hundreds": 200, "thousands": 2_000, "tens of thousands": 20_000}
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")


def figures_in(words: str) -> Figures:
    """Read the first figure in somebody's words, such as "more than 300", "close to 200 schools" or "thousands".

    Vague words take the lower bound that the Crowd Counting Consortium gives them: hundreds 200, thousands 2,000.
    """
    text = words.casefold()[:500]
    found = _NUMBER.search(text)
    if not found:
        vague = max((word for word in VAGUE if word in text), key=len, default="")
        value = VAGUE.get(vague)
        return Figures(value, None, "vague word (CCC rule)" if value else "vague word")
    number = int(found[0].replace(",", ""))
    before, after = text[: found.start()], text[found.end() :]
    if re.search(r"more than|over|at least|upwards of", before) or after.startswith("+"):
        return Figures(number, None, "at least")
    if re.search(r"close to|almost|nearly|up to|fewer than", before):
        return Figures(None, number, "at most")
    if re.search(r"~|est\.|about|around|some\b", before):
        return Figures(number, number, "estimate")
    return Figures(number, number, "stated")
