"""Who hosts: how a host is reached, how long a private link lives, and how much of a contact is shown."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

# A host and up to three more beside him.
MOST_HOSTS = 4
# A private link still works so many days after the day of the event, for what there is to tell about it.
LINK_DAYS = 90
# Who has lost the letter may ask for another link once in this time, for so many commitments.
ONE_LINK = datetime.timedelta(hours=1)
MOST_LINKS = 5
# The same form sent again within this time is one commitment.
ONE_INTENT = datetime.timedelta(hours=24)
# A reviewer does not wonder about a day this near to the action's own.
DAYS_AROUND = 14


@dataclass(frozen=True)
class HostContact:
    """How a host is reached, as typed; a name or alias, an address, a telephone number, and the language of letters."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"


def link_is_alive(day: datetime.date, today: datetime.date) -> bool:
    """Tell whether private links of a commitment for that day still work."""
    return today <= day + datetime.timedelta(days=LINK_DAYS)


def masked(email: str) -> str:
    """Return as much of an address as its owner needs to know it again, and nobody to write to it: h•••@e•••.org."""
    name, at, host = email.partition("@")
    if not at:
        return ""
    top = host.rpartition(".")[2]
    return f"{name[:1]}•••@{host[:1]}•••.{top}"
