"""Owing hosts a letter about what was decided."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Host
from manyplaces.mail.letters import Written
from manyplaces.mail.operations import owe_letter

Writer = Callable[[Commitment, Host], Written]


def letter_key(kind: str, host: Host, errand: str) -> str:
    """Return what makes sure that a host is told once."""
    return f"{kind}:{host.uid}:{errand}"


@transaction.atomic
def tell_hosts(commitment: Commitment, kind: str, write: Writer, *, by: Actor, proved_only: bool = False) -> int:
    """Owe every host who has an address a letter, in his language; returns how many there are.

    Once for each errand, by which these letters are found again when it is undone. With `proved_only` nobody is written
    to whose address somebody else may have typed.
    """
    hosts = commitment.hosts.exclude(email_hash="").order_by("pk")
    told = 0
    for host in hosts.exclude(proved_at=None) if proved_only else hosts:
        host.commitment = commitment
        owe_letter(
            f"events.{kind}",
            host.email,
            write(commitment, host),
            language=host.language,
            key=letter_key(kind, host, by.errand),
            about=by.errand,
            by=by,
        )
        told += 1
    return told
