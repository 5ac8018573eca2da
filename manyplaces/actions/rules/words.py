"""The words of the field: kinds of action, and tactics with what they are called."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How long an action lasts."""

    DAY = "day", _("day of action")
    WEEK = "week", _("week of action")
    SEASON = "season", _("season of action")


class Visibility(models.TextChoices):
    """Who sees an action."""

    DRAFT = "draft", _("draft: only on the desk")
    PUBLIC = "public", _("public")


class Approval(models.TextChoices):
    """What is online without a reviewer's look."""

    ALL = "all", _("a reviewer looks at every commitment")
    TRUSTED = "trusted", _("trusted organisations and hosts are online at once")


class Tactic(models.TextChoices):
    """The form of what one place does."""

    WALK_IN = "walk-in", _("walk-in")
    WALK_OUT = "walk-out", _("walk-out")
    RALLY = "rally", _("rally")
    MARCH = "march", _("march")
    TOWN_HALL = "town-hall", _("town hall")
    TEACH_IN = "teach-in", _("teach-in")
    PRESS_CONFERENCE = "press-conference", _("press conference")
    VIGIL = "vigil", _("vigil")
    PETITION = "petition", _("petition delivery")
    CANVASS = "canvass", _("canvass")
    NEIGHBOURHOOD_WALK = "neighbourhood-walk", _("neighbourhood walk")
    BOARD_MEETING = "board-meeting", _("board meeting")
    OTHER = "other", _("other action")


# What people write, by the first words of it; the longest that fits decides. The words themselves are kept as well.
SPOKEN_TACTICS: tuple[tuple[str, Tactic], ...] = (
    ("walk in", Tactic.WALK_IN),
    ("greeting line", Tactic.WALK_IN),
    ("walk out", Tactic.WALK_OUT),
    ("walkout", Tactic.WALK_OUT),
    ("rally", Tactic.RALLY),
    ("regional rallies", Tactic.RALLY),
    ("after school rally", Tactic.RALLY),
    ("protest", Tactic.RALLY),
    ("march", Tactic.MARCH),
    ("town hall", Tactic.TOWN_HALL),
    ("teach in", Tactic.TEACH_IN),
    ("press conference", Tactic.PRESS_CONFERENCE),
    ("press event", Tactic.PRESS_CONFERENCE),
    ("vigil", Tactic.VIGIL),
    ("petition", Tactic.PETITION),
    ("canvass", Tactic.CANVASS),
    ("neighbourhood walk", Tactic.NEIGHBOURHOOD_WALK),
    ("neighborhood walk", Tactic.NEIGHBOURHOOD_WALK),
    ("board meeting", Tactic.BOARD_MEETING),
)


def tactic_of(folded_words: str) -> Tactic:
    """Return the tactic that words, folded for searching, speak of; other where none is known."""
    fits = [(len(spoken), tactic) for spoken, tactic in SPOKEN_TACTICS if folded_words.startswith(spoken)]
    return max(fits)[1] if fits else Tactic.OTHER
