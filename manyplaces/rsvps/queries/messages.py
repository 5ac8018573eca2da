"""Messages of hosts: whom they reach, who may write them, and which wait for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from manyplaces.core.actor import Actor
from manyplaces.events.models import BlockedPattern, Event, Host, TrustedHost
from manyplaces.events.queries import within
from manyplaces.events.rules import Phase
from manyplaces.mail.models import Letter
from manyplaces.people.queries import Known, Part, holds, iso
from manyplaces.people.rules import Role
from manyplaces.rsvps.models import Message, Rsvp
from manyplaces.rsvps.queries.telling import BY_MAIL
from manyplaces.rsvps.rules import State
from manyplaces.rsvps.rules.messages import MOST_ANSWERS, OPEN, Stage

# So many messages stand on one page of the desk.
ON_A_PAGE = 50


@dataclass(frozen=True)
class Relay:
    """What a host's page tells of writing to those who come."""

    # To how many a message would go today.
    reached: int
    messages: list[Message]


def relay_of(event: Event) -> Relay:
    """Return it, with moments on the clock of the event's place; two queries."""
    messages = list(_with_leaving(Message.objects.filter(event=event)).order_by("-pk"))
    for message in messages:
        message.made_at = message.made_at.astimezone(ZoneInfo(event.zone))
    return Relay(recipients(event.pk).count(), messages)


def _with_leaving(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Return messages with `is_leaving`: whether letters of theirs are written and did not leave yet."""
    owed = Letter.objects.filter(kind="rsvps.from_host", state=Letter.State.OWED, about=OuterRef("event__key"))
    return messages.annotate(is_leaving=Exists(owed.filter(key__endswith=OuterRef("uid"))))


def recipients(event: int) -> QuerySet[Rsvp]:
    """Return the answers to an event (by row number) of who comes, has shown that his address is his, and wants it."""
    return Rsvp.objects.filter(event=event, state=State.COMING, wants_host=True).filter(BY_MAIL)


def is_new(host: Host) -> bool:
    """Tell whether nobody knows yet what a host's word is worth: not trusted, and no event of his has taken place."""
    if TrustedHost.objects.filter(email_hash=host.email_hash).exists():
        return False
    earlier = Host.objects.filter(email_hash=host.email_hash, commitment__event__phase=Phase.HELD)
    return not earlier.exclude(proved_at=None).exclude(commitment=host.commitment_id).exists()


def has_blocked(text: str) -> bool:
    """Tell whether a text has what a reviewer does not want to see again; one query."""
    said = text.casefold()
    return any(pattern.text.casefold() in said for pattern in BlockedPattern.objects.all())


def waits_for_review(host: Host, text: str) -> bool:
    """Tell whether what a host writes goes out only when a reviewer has looked; three queries at most."""
    return is_new(host) or has_blocked(text)


def unsent(message: Message) -> QuerySet[Letter]:
    """Return the letters of a message that are owed and did not leave yet."""
    letters = Letter.objects.filter(kind="rsvps.from_host", about=message.event.key, state=Letter.State.OWED)
    return letters.filter(key__endswith=f":{message.uid}")


def messages_within(by: Actor) -> QuerySet[Message]:
    """Return the messages about events of the reader's area."""
    area = {"action": "event__action__slug", "state": "event__city__state", "city": "event__city__slug"}
    found = Message.objects.filter(within(by, Role.REVIEWER, Role.COORDINATOR, **area))
    return found.select_related("event__action", "event__city", "event__spelling__place", "host")


def waiting_messages(by: Actor) -> list[Message]:
    """Return what waits for the reader's look or can still be stopped, oldest first; one query."""
    open_ones = Q(stage__in=OPEN) | Q(is_leaving=True)
    return list(_with_leaving(messages_within(by)).filter(open_ones).order_by("pk")[:ON_A_PAGE])


def count_to_look_at(by: Actor) -> int:
    """Return how many messages wait for a look of the reader; one query."""
    return messages_within(by).filter(stage=Stage.REVIEW).count()


def may_answer(row: Rsvp) -> bool:
    """Tell whether somebody has something to answer to, and has not answered too often; at most two queries."""
    if not row.is_reachable or not row.wants_host or row.state != State.COMING:
        return False
    return Message.objects.filter(event=row.event_id, letters__gt=0).exists() and answers_of(row) < MOST_ANSWERS


def answers_of(row: Rsvp) -> int:
    """Return how often somebody has answered the host; one query."""
    keys = Letter.objects.filter(key__startswith=f"answer:{row.uid}:").values_list("key", flat=True)
    return len({key.split(":")[2] for key in keys})


@holds
def messages_written(known: Known) -> Part:
    """What he wrote as a host to those who come."""
    return Part(
        _("Messages to those who come to your events"),
        Message.objects.filter(host__email_hash__in=known.hashes).select_related("event").order_by("pk"),
        lambda row: {"event": row.event.key, "stage": row.stage, "written_at": iso(row.made_at), "text": row.text},
    )


@holds
def messages_decided(known: Known) -> Part:
    """The messages of hosts about which he decided; what stands in them is theirs."""
    return Part(
        _("Messages of hosts about which you decided"),
        Message.objects.filter(decided_by__in=known.names).select_related("event").order_by("pk"),
        lambda row: {"event": row.event.key, "stage": row.stage, "written_at": iso(row.made_at)},
    )
