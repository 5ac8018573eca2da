"""Photos of an event: how far each has come, what has to be known of it, and what is covered in it by hand."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.events.rules.steps import REVIEWERS
from manyplaces.people.rules import may
from manyplaces.reports.rules import require_report

if TYPE_CHECKING:
    from manyplaces.events.models import Event

LONGEST_ALT, LONGEST_CREDIT = 300, 100
# So many photos an event may have; those that were refused or are gone do not count.
MOST_PHOTOS = 50
# So many requests to take photos down hide them at once, from one source within an hour; others wait for a look.
AT_ONCE, WITHIN = 3, 3600
# And so many are taken at all.
MOST_REQUESTS = 30
# The fields of the grid in which a photo is covered by hand: large enough for a thumb on a narrow phone.
COLUMNS, ROWS = 12, 9
# Left, top, width and height in pixels of the large size, or in hundredths of the picture.
Corners = tuple[int, int, int, int]
# Two words in a row that begin like a name, within a sentence.
_LIKE_A_NAME = re.compile(r"(?<![.!?“\"] )(?<!^)\b([^\W\d_]+) ([^\W\d_]+)\b")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
SHORTEST_NAME = 2


class PhotoState(models.TextChoices):
    """How far a photo has come."""

    UPLOADING = "uploading", gettext_lazy("is on its way")
    PREPARING = "preparing", gettext_lazy("is being prepared")
    REFUSED = "refused", gettext_lazy("could not be taken")
    WAITING = "waiting", gettext_lazy("waits for a look")
    SHOWN = "shown", gettext_lazy("shown")
    KEPT_BACK = "kept back", gettext_lazy("kept back")
    TAKEN_DOWN = "taken down", gettext_lazy("hidden until somebody has looked")
    GONE = "gone", gettext_lazy("gone for good")


# What can be looked at, described and covered.
PREPARED = (PhotoState.WAITING, PhotoState.SHOWN, PhotoState.KEPT_BACK)
# What somebody had taken down: on no page, in no kit, export, archive or backup.
HIDDEN = (PhotoState.TAKEN_DOWN, PhotoState.GONE)


class Consent(models.TextChoices):
    """What allows a photo to be shown."""

    NO_MINOR = "no minor", gettext_lazy("no child or teenager can be recognized in it")
    HELD = "consent held", gettext_lazy("everybody in it agreed, for children their parents")
    CROWD = "crowd", gettext_lazy("a crowd at a public place, nobody stands out")


class Reason(models.TextChoices):
    """Why somebody asks for a photo to be taken down; we ask for no more, so that we know no more."""

    ME = "me", gettext_lazy("I am in it")
    MY_CHILD = "my child", gettext_lazy("My child is in it")
    MINOR = "minor", gettext_lazy("A child can be recognized in it")
    MINE = "mine", gettext_lazy("I took it, and nobody asked me")
    OTHER = "other", gettext_lazy("Another reason")


def may_review(by: Actor, event: Event) -> bool:
    """Tell whether the actor looks at photos of this event."""
    area = event.area
    return may(by, *REVIEWERS, action=area.action, state=area.state, city=area.city)


def require_review(event: Event, by: Actor) -> None:
    """Raise PermissionDenied unless the actor looks at photos of this event."""
    if not may_review(by, event):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))


def require_hand(event: Event, now: datetime.datetime, by: Actor) -> None:
    """Raise PermissionDenied unless the actor holds the private link of this event, coordinates or reviews there.

    Who only holds the link gets NotNow where nobody can report.
    """
    if not may_review(by, event):
        require_report(event, now, by)


def boxes_of_fields(fields: Iterable[int], width: int, height: int) -> list[Corners]:
    """Return the boxes that cover these fields of the grid, numbered from 0 row by row, in pixels of the picture.

    Fields side by side are one box, and so are such rows that are alike: the less can be told of what lies under it.
    """
    left = {field for field in fields if 0 <= field < COLUMNS * ROWS}
    boxes = []
    while left:
        first = min(left)
        across = 1
        while (first + across) % COLUMNS and first + across in left:
            across += 1
        down = 1
        while {first + down * COLUMNS + step for step in range(across)} <= left:
            down += 1
        left -= {first + row * COLUMNS + step for row in range(down) for step in range(across)}
        boxes.append(_in_pixels(first % COLUMNS, first // COLUMNS, across, down, (COLUMNS, ROWS), (width, height)))
    return boxes


def box_of_hundredths(box: Corners, width: int, height: int) -> Corners:
    """Return a box that was given in hundredths of the picture in its pixels."""
    return _in_pixels(*box, (100, 100), (width, height))


def _in_pixels(left: int, top: int, across: int, down: int, parts: tuple[int, int], size: tuple[int, int]) -> Corners:
    begins = (left * size[0] // parts[0], top * size[1] // parts[1])
    ends = (-(-(left + across) * size[0] // parts[0]), -(-(top + down) * size[1] // parts[1]))
    ends = (min(ends[0], size[0]), min(ends[1], size[1]))
    return begins[0], begins[1], max(1, ends[0] - begins[0]), max(1, ends[1] - begins[1])


def listed_in(text: str, names: Collection[str]) -> list[str]:
    """Return the words of a text that begin with a capital and are one of these names, in the text's order."""
    known = {fold(part) for name in names for part in _WORD.findall(name) if len(part) >= SHORTEST_NAME}
    found = [word for word in _WORD.findall(text) if word[:1].isupper() and fold(word.removesuffix("’s")) in known]
    return list(dict.fromkeys(found))


def like_names_in(text: str, known: Collection[str]) -> list[str]:
    """Return pairs of words that look like somebody's name and are no part of what is known: places, the action."""
    told = fold(" ".join(known)).split()
    pairs = [(one, other) for one, other in _LIKE_A_NAME.findall(text) if one[:1].isupper() and other[:1].isupper()]
    return [f"{one} {other}" for one, other in pairs if not {fold(one), fold(other)} & set(told)]
