"""What the clock starts about letters, and about the journal, which lies below the clock."""

from __future__ import annotations

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.journal.operations import chain_entries
from manyplaces.journal.queries import soundness
from manyplaces.mail.ledger import stop_late
from manyplaces.mail.tasks import every


@every("mail.stop_late_letters", minutes=5)
def stop_late_letters() -> None:
    """Erase codes that have expired, also where no mail server is set."""
    stop_late(timezone.now())


@every("journal.chain_entries", minutes=1)
def chain_journal() -> None:
    """Bind what was done since, so that nobody changes it unseen."""
    chain_entries(by=Actor("clock", "clock"))


class JournalChanged(Exception):
    """An entry was changed or removed; `manyplaces check journal` says which."""


@every("journal.check", minutes=1440)
def check_journal() -> None:
    """Read the whole chain once a day: who changes an old entry is to be found out without anybody asking."""
    if soundness().faults:
        raise JournalChanged
