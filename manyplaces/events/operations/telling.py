"""Owing hosts a letter about what was decided: at once, or, where very many go out, when a second one has agreed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.queries.areas import CALLED_OFF, letters_of_today
from manyplaces.events.rules import Phase
from manyplaces.events.rules.hosting import last_use, list_of
from manyplaces.journal.models import Entry
from manyplaces.mail.letters import Written
from manyplaces.mail.operations import owe_letter, stop_letters
from manyplaces.mail.queries import letters_about
from manyplaces.mail.tasks import start
from manyplaces.people.models import Proposal
from manyplaces.people.operations import carried_out, propose
from manyplaces.people.rules import TRUSTED_DOORS, Role

Writer = Callable[[Commitment, Host], Written]

# More letters than this from one person within a day go out only when a second one has agreed.
MOST_LETTERS = 500
JOB = "events.tell_hosts"
_WRITERS: dict[str, Callable[[Commitment, Host, Event], Written]] = {
    Phase.CANCELLED: letters.cancelled,
    Phase.POSTPONED: letters.postponed,
}


def letter_key(kind: str, host: str, errand: str) -> str:
    """Return what makes sure that a host, given by his uid, is told once."""
    return f"{kind}:{host}:{errand}"


@transaction.atomic
def tell_hosts(
    commitment: Commitment,
    kind: str,
    write: Writer,
    *,
    by: Actor,
    proved_only: bool = False,
    only: Collection[str] | None = None,
) -> int:
    """Owe every host who has an address a letter, in his language; returns how many there are.

    Once for each errand, by which these letters are found again when it is undone. With `proved_only` nobody is written
    to whose address somebody else may have typed; with `only` none but the hosts of these uids.
    """
    hosts = commitment.hosts.exclude(email_hash="").order_by("pk")
    told = 0
    for host in hosts.exclude(proved_at=None) if proved_only else hosts:
        if only is not None and host.uid not in only:
            continue
        host.commitment = commitment
        owe_letter(
            f"events.{kind}",
            host.email,
            write(commitment, host),
            language=host.language,
            key=letter_key(kind, host.uid, by.errand),
            about=by.errand,
            unsubscribe=list_of(host.proved_at),
            until=last_use(commitment.day, timezone.now()),
            by=by,
        )
        told += 1
    return told


@transaction.atomic
def owe_news(events: Sequence[Event], *, by: Actor) -> tuple[int, bool]:
    """Have the hosts of what was just called off written to; returns how many, and whether that waits for a second yes.

    The pages say already what happened to these events; what four eyes look at is the mail alone.
    """
    numbers = [event.pk for event in events]
    many = Host.objects.filter(commitment__event__in=numbers).exclude(email_hash="").count()
    if by.door in TRUSTED_DOORS or letters_of_today(by) <= MOST_LETTERS:
        start(JOB, {"events": numbers}, by=by, about=by.errand)
        return many, False
    payload: dict[str, Any] = {"errand": by.errand, "events": numbers, "by": by.name}
    for language in ("en", "es"):
        with translation.override(language):
            said = _("Write %(letters)d letters to the hosts of %(num)d events of %(action)s, which are called off.")
            name = events[0].action.text("name", language)
            payload[language] = said % {"letters": many, "num": len(numbers), "action": name}
    propose(JOB, payload, roles=[Role.COORDINATOR], by=by)
    return many, True


@transaction.atomic
def carry_out_news(proposal: Proposal, *, by: Actor) -> None:
    """Start the letters that a second coordinator agreed to."""
    told = proposal.payload
    carried_out(proposal, by=by)
    of = Actor(told["by"], by.door, errand=told["errand"])
    start(JOB, {"events": told["events"]}, by=of, about=of.errand)


@transaction.atomic
def tell_called_off(numbers: Iterable[int], *, by: Actor) -> int:
    """Owe the hosts of events (by row number) the letter on the errand of `by`; returns how many letters.

    Nobody is told twice on one errand, and nobody of what was undone or called off anew meanwhile.
    """
    calls = last_calls(numbers)
    rows = Commitment.objects.filter(event__in=[number for number, errand in calls.items() if errand == by.errand])
    told = 0
    for row in rows.select_related("action", "event").order_by("pk"):
        event = row.event
        if event is not None and event.phase in _WRITERS:
            kind = str(event.phase)
            told += tell_hosts(row, kind, partial(_write, _WRITERS[event.phase], event), by=by)
    return told


def _write(writer: Callable[[Commitment, Host, Event], Any], event: Event, commitment: Commitment, host: Host) -> Any:
    return writer(commitment, host, event)


def last_calls(numbers: Iterable[int]) -> dict[int, str]:
    """Return on which errand each event (by row number) was last cancelled or postponed; one query."""
    kind = Event._meta.label_lower
    entries = Entry.objects.filter(subject_kind=kind, subject_id__in=list(numbers), verb__in=CALLED_OFF)
    return dict(entries.order_by("pk").values_list("subject_id", "errand"))


@transaction.atomic
def tell_restored(events: Sequence[Event], calls: dict[int, str], *, by: Actor) -> int:
    """Write to whoever was told that an event is called off, how it stands now; returns how many letters.

    `calls` says on which errand that was. Letters about it that were not sent yet are stopped.
    """
    numbers = [event.pk for event in events]
    hosts = Host.objects.filter(commitment__event__in=numbers).exclude(email_hash="").select_related("commitment")
    keys = {
        letter_key(kind, host.uid, calls[host.commitment.event_id or 0]): host.uid
        for host in hosts
        for kind in _WRITERS
        if host.commitment.event_id in calls
    }
    told: set[str] = set()
    for errand in {calls[number] for number in numbers if calls.get(number)}:
        told |= {keys[letter.key] for letter in letters_about(errand) if letter.sent_at and letter.key in keys}
        stop_letters(errand, keys=list(keys), by=by)
    rows = Commitment.objects.select_related("action", "event").filter(event__in=numbers, hosts__uid__in=told)
    return sum(_tell_restored(row, told, by) for row in rows.order_by("pk").distinct())


def _tell_restored(row: Commitment, told: set[str], by: Actor) -> int:
    # What was cancelled after it had been postponed is postponed again.
    if row.event is not None and row.event.phase == Phase.POSTPONED:
        return tell_hosts(row, "postponed", partial(_write, letters.postponed, row.event), only=told, by=by)
    return tell_hosts(row, "restored", letters.restored, only=told, by=by)
