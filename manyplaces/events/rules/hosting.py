"""Who hosts: how a host is reached, how long a private link lives, and how much of a contact is shown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Protocol

# A host and up to three more beside him.
MOST_HOSTS = 4
# A private link still works so many days after the day of the event, for what there is to tell about it.
LINK_DAYS = 90
# How a host is reached who wants us to keep it for the next time is erased so many days after his event all the same.
KEPT_DAYS = 730
# Who has lost the letter may ask for another link after this time, then again once in an hour, for so many commitments.
FIRST_LINK = datetime.timedelta(minutes=10)
ONE_LINK = datetime.timedelta(hours=1)
# The link of before works for so long, or until the new one is used.
FORMER_LINK = datetime.timedelta(hours=24)
# An address that somebody types into the form gets so many letters within an hour.
MOST_THANKS = 5
MOST_LINKS = 5
# The same form sent again within this time is one commitment.
ONE_INTENT = datetime.timedelta(hours=24)
# The list that letters belong to whose reader may have been named by somebody else.
NAMED_BY_OTHERS = "hosts"
# So many letters to somebody new may be caused through a commitment's private links in a day.
MOST_NAMED, NAMED_WITHIN = 5, datetime.timedelta(days=1)
# A reviewer does not wonder about a day this near to the action's own.
DAYS_AROUND = 14


@dataclass(frozen=True)
class HostContact:
    """How a host is reached, as typed; a name or alias, an address, a telephone number, and the language of letters."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"


class Named(Protocol):
    """What is asked of a host: which row he is, whether he committed first, and whose place he is to take."""

    pk: int
    is_first: bool
    replaces_id: int | None


def may_dismiss(host: Named, other: Named) -> bool:
    """Tell whether a host may take another one off: the first anybody, others whom they asked to take over."""
    return host.pk != other.pk and (host.is_first or other.replaces_id == host.pk)


def link_is_alive(day: datetime.date, today: datetime.date, *, is_frozen: bool) -> bool:
    """Tell whether private links of a commitment for that day still work; none does of a closed record."""
    return not is_frozen and today <= day + datetime.timedelta(days=LINK_DAYS)


def list_of(proved_at: datetime.datetime | None) -> str:
    """Return the list that letters to a host belong to: whose address others may have typed can leave it.

    Who has used our link reads about his own event, and there is no list to leave.
    """
    return "" if proved_at else NAMED_BY_OTHERS


def last_use(day: datetime.date, now: datetime.datetime) -> datetime.datetime | None:
    """Return until when a letter about an event of that day is of use: its day is over on every clock of the country.

    Nothing for a day that is over, as what is told then is about what was.
    """
    ends = datetime.datetime.combine(day + datetime.timedelta(days=2), datetime.time(), datetime.UTC)
    return ends if ends > now else None


def masked(email: str) -> str:
    """Return as much of an address as its owner needs to know it again, and nobody to write to it: h•••@e•••.org."""
    name, at, host = email.partition("@")
    if not at:
        return ""
    top = host.rpartition(".")[2]
    return f"{name[:1]}•••@{host[:1]}•••.{top}"
