"""Who may still say that he comes, whether there is room, and how much of a name is shown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.contacts import read_email
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line, clean_text
from manyplaces.events.rules import Phase
from manyplaces.events.rules.welcome import Spoken

# So many people may be named in one form; a class or a bus, and no crowd that nobody can check.
MOST_PEOPLE = 50
# Where room is limited, one answer keeps places for so many and no more, and its number changes so often in a day: with
# more, one address could keep a whole hall, and anybody could make out how many come.
MOST_KEPT, MOST_CHANGES, CHANGES_WITHIN = 10, 3, 86_400
LONGEST_NEEDS = 300
# The list that all letters to attendees belong to: who leaves it gets none about any event.
LIST = "guests"
# So many letters that somebody else may have caused reach one address in a day.
MOST_LETTERS, LETTERS_WITHIN = 3, 86_400
# What nobody confirms is forgotten after so many days.
UNCONFIRMED_DAYS = 2


class State(models.TextChoices):
    """Where somebody's word stands."""

    COMING = "coming", gettext_lazy("coming")
    WAITING = "waiting", gettext_lazy("on the waiting list")
    UNCONFIRMED = "asked", gettext_lazy("not confirmed yet")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")


@dataclass(frozen=True)
class GuestContact:
    """What an attendee leaves of himself, as read; all of it may be empty."""

    name: str = ""
    email: str = ""
    needs: str = ""
    phone: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether he left nothing at all."""
        return not (self.name or self.email or self.needs or self.phone)

    @property
    def is_to_be_proved(self) -> bool:
        """Whether he must show that an address or number is his before he is counted."""
        return bool(self.email or self.phone)


def state_for(people: int, kept: int, capacity: int | None) -> State:
    """Return where so many more people stand at an event where so many places are kept for others."""
    return State.COMING if capacity is None or kept + people <= capacity else State.WAITING


def require_modest(people: int, capacity: int | None) -> None:
    """Raise ValidationError where one answer would keep more places than it may where room is limited."""
    if capacity is not None and people > MOST_KEPT:
        sentence = _(
            "Room is limited here: one answer keeps places for up to %(most)d people. Let the others answer for "
            "themselves."
        )
        raise ValidationError(sentence % {"most": MOST_KEPT})


def is_over(last_day: datetime.date | None, today: datetime.date) -> bool:
    """Tell whether an event is over, on whichever clock of the country: its last day lies two days back or more."""
    return last_day is not None and last_day < today - datetime.timedelta(days=1)


def require_open(phase: str, last_day: datetime.date | None, today: datetime.date) -> None:
    """Raise NotNow, with a sentence, where nobody can say any more that he comes."""
    if phase == Phase.CANCELLED:
        raise NotNow(_("This was cancelled. Please do not come."))
    if phase == Phase.POSTPONED and last_day is None:
        raise NotNow(_("This was postponed, and the new day is not known yet. Please look here again."))
    if phase not in (Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED) or is_over(last_day, today):
        raise NotNow(_("This is over. Thank you for wanting to come."))


def read_people(text: str) -> int:
    """Return how many people come, from what was typed; empty means one. Raises ValidationError."""
    typed = text.strip() or "1"
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:6]) <= MOST_PEOPLE:
        raise ValidationError(_("Give a number from 1 to %(most)d.") % {"most": MOST_PEOPLE})
    return int(typed)


def read_contact(name: str, email: str, needs: str) -> GuestContact:
    """Return what an attendee left of himself; raises ValidationError by field."""
    wrong: dict[str, list[str]] = {}
    read: dict[str, str] = {}
    for field, text, reading in (
        ("name", name, lambda typed: clean_line(typed, 80)),
        ("email", email, read_email),
        ("needs", needs, lambda typed: clean_text(typed, LONGEST_NEEDS)),
    ):
        try:
            read[field] = reading(text) if text else ""
        except ValidationError as refusal:
            wrong[field] = refusal.messages
    if wrong:
        raise ValidationError(wrong)
    return GuestContact(**read)


def read_spoken(code: str) -> str:
    """Return the code of a language, or nothing for one that is not on the list."""
    return code if code in Spoken.values else ""


def first_name(name: str) -> str:
    """Return as much of a name as a host is shown: “José Ñ.”; a name of one word is shown whole."""
    words = name.split()
    if len(words) < 2:
        return name.strip()
    initial = next((sign for sign in words[-1] if sign.isalpha()), "")
    return f"{words[0]} {initial.upper()}." if initial else words[0]
