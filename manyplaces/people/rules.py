"""Who may do what: the roles, and how far each reaches."""

from __future__ import annotations

import datetime
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.actor import Actor, Grant

# The machine's owner at the command line may do everything, and so may the clock, which only starts what was decided.
TRUSTED_DOORS = ("command", "clock")

# A session ends when it was not used for so long, and after so long whatever happens.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# A sensitive step wants a proof of presence that is at most so old.
FRESH = timedelta(minutes=5)
# A sign-in code: how long it lives, how many wrong ones burn it, how many letters an address gets within an hour.
CODE_LIVES = timedelta(minutes=10)
MOST_WRONG = 5
MOST_LETTERS = 5
# A browser in which somebody was signed in is known for so long; another one makes us write a letter.
KNOWN_FOR = timedelta(days=180)
# An account that nobody used for so long is closed until a coordinator opens it again.
UNUSED = timedelta(days=180)
# A closed account is deleted after this time, in which a coordinator can open it again.
DELETED_AFTER = timedelta(days=90)
# A role bound to an action ends so long after it.
AFTER_ACTION = timedelta(days=30)
RECOVERY_CODES = 8
# Under these names the journal and the desk tell what nobody with an account has done.
RESERVED_NAMES = frozenset(
    (
        "command line",
        "clock",
        "first run",
        "trust",
        "blocked pattern",
        "visitor",
        "a host",
        "host",
        "reader",
        "a guest",
        "a reader",
    )
)
# What the first-run code opens, it opens for so long.
FIRST_RUN_LIVES = timedelta(days=7)
# A single coordinator may carry out a proposal himself after this time, in which it can be stopped.
ALONE_AFTER = timedelta(hours=24)
# What nobody has agreed to, or what could not be done, is dropped after this time.
PROPOSAL_LIVES = timedelta(days=7)
# A lost passkey is given up after this time, in which the owner can object.
RESET_AFTER = timedelta(hours=72)
# A contact that somebody gave to an organisation is kept so long for it to be taken out.
CONTACTS_KEPT = timedelta(days=90)
# The file of contacts can be had for so long; so many contacts and no more without a second yes; so many files a day.
FILE_LIVES = timedelta(hours=1)
MOST_UNSECONDED, MOST_EXPORTS = 500, 2
EXPORT_CONTACTS = "people.export_contacts"
GRANT_NATIONAL = "people.grant_national"
RESET_PASSKEYS = "people.reset_passkeys"
WITHDRAW_NATIONAL = "people.withdraw_national"
CLOSE_NATIONAL = "people.close_national"
OPEN_NATIONAL = "people.open_national"
# What nobody may do alone, however long he waits.
NEVER_ALONE = (RESET_PASSKEYS, WITHDRAW_NATIONAL, CLOSE_NATIONAL)


class HandedOut(models.TextChoices):
    """On what ground something that is held was handed out; no words of one's own, for a name might be in them."""

    COURT = "court", gettext_lazy("a court’s order or a warrant")
    AUTHORITY = "authority", gettext_lazy("a demand of an authority without a court")
    PERSON = "person", gettext_lazy("the person asked for what is held about them")
    PRACTICE = "practice", gettext_lazy("we look at our own practice")


class Role(models.TextChoices):
    """What somebody does for the coalition."""

    NATIONAL = "national", gettext_lazy("national coordinator")
    COORDINATOR = "coordinator", gettext_lazy("city or state coordinator")
    REVIEWER = "reviewer", gettext_lazy("reviewer")
    PRESS = "press", gettext_lazy("press contact")


def latest_end(day: datetime.date, today: datetime.date) -> datetime.date:
    """Return when a role for an action ends at the latest, whose last day is given."""
    return max(day, today) + AFTER_ACTION


def reaches(grant: Grant, action: str = "", state: str = "", city: str = "") -> bool:
    """Tell whether a grant reaches something of this action, state and city (empty: the thing belongs to none)."""
    if grant.action and grant.action != action:
        return False
    if grant.state and grant.state != state.upper():
        return False
    return not grant.city or grant.city == city


def is_whole_national(grant: Grant) -> bool:
    """Tell whether a grant is that of a national coordinator of the whole coalition."""
    return grant.role == Role.NATIONAL and not (grant.action or grant.state or grant.city)


def may(by: Actor, *roles: str, action: str = "", state: str = "", city: str = "") -> bool:
    """Tell whether the actor has one of the roles for this; a national coordinator has every role."""
    if by.door in TRUSTED_DOORS:
        return True
    wanted = {Role.NATIONAL.value, *roles}
    return any(grant.role in wanted and reaches(grant, action, state, city) for grant in by.grants)


def has_role(by: Actor, *roles: str) -> bool:
    """Tell whether the actor has one of the roles anywhere at all: enough to open a page that lists only his own."""
    wanted = {Role.NATIONAL.value, *roles}
    return by.door in TRUSTED_DOORS or any(grant.role in wanted for grant in by.grants)


def needs_two(by: Actor, person: int) -> bool:
    """Tell whether a step about a national coordinator (his key) takes two: not for himself, the machine, the clock."""
    return by.door not in TRUSTED_DOORS and by.person != person


def require(by: Actor, *roles: str, action: str = "", state: str = "", city: str = "") -> None:
    """Raise PermissionDenied unless `may`."""
    if not may(by, *roles, action=action, state=state, city=city):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))


def require_own(by: Actor, person: int) -> None:
    """Raise PermissionDenied unless somebody acts on his own account (its key), or the machine's owner or the clock."""
    if by.person != person and by.door not in TRUSTED_DOORS:
        raise PermissionDenied(_("This is somebody else’s account."))
