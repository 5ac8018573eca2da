"""What pages need of who comes: whether an event takes answers, and what somebody said."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.rules import Visibility
from manyplaces.core.refusals import NotNow
from manyplaces.core.safes import lookup_in
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Commitment, Event
from manyplaces.events.rules import Review
from manyplaces.people.models import Organisation
from manyplaces.people.queries import Known, Part, holds
from manyplaces.rsvps.models import Rsvp, Safe
from manyplaces.rsvps.rules import State, require_open
from manyplaces.rsvps.rules.links import is_short_for, short_range

ABOUT = ("action", "city", "spelling__place")
# Who comes and has shown by a letter or a text who he is; see `Rsvp.keeps_place`.
KEEPS_PLACE = Q(state=State.COMING) & (~Q(email_hash="") | ~Q(phone_hash=""))


@dataclass(frozen=True)
class Facts:
    """What must be known of an event to take an answer; small, because it is asked for in a rush."""

    event: int
    action: int
    key: str
    # For how many there is room; None where nobody counts.
    capacity: int | None
    # The organisations that host it, by row number, to which somebody may give his contact.
    organisations: dict[int, str]

    @classmethod
    def of(cls, event: Event) -> Facts:
        """Return them for an event that takes answers today; raises NotNow with a sentence where it does not."""
        _require_open(event, timezone.localdate())
        return cls(event.pk, event.action_id, event.key, event.capacity, hosting(event))


def hosting(event: Event) -> dict[int, str]:
    """Return the names of the organisations that an event's page names as its hosts, by row number; one query."""
    if event.is_shielded:
        return {}
    found = Organisation.objects.filter(names__events=event).distinct().order_by("name")
    return dict(found.values_list("pk", "name"))


def takes_guests(event: Event, today: datetime.date) -> bool:
    """Tell whether somebody can say that he comes to an event."""
    try:
        _require_open(event, today)
    except NotNow:
        return False
    return True


def _require_open(event: Event, today: datetime.date) -> None:
    """Raise NotNow, with a sentence, where nobody can say any more that he comes."""
    require_open(event.phase, event.meant[1], today)
    event.action.require_unfrozen()


def why_not(event: Event) -> str:
    """Return in a sentence why nobody should set out for an event, empty where nothing is known against it."""
    if not event.is_listed and Commitment.objects.filter(event=event, review=Review.DECLINED).exists():
        return gettext("People of this site have taken this off its pages. Please do not come.")
    if not event.is_listed or event.action.visibility == Visibility.DRAFT:
        return gettext("This is not on our pages at the moment. Please look here again before you set out.")
    try:
        _require_open(event, timezone.localdate())
    except NotNow as refusal:
        return str(refusal)
    return ""


def instead_of(event: Event) -> Event | None:
    """Return the event with which reviewers have merged one that is off the pages; None where there is none."""
    if event.is_listed:
        return None
    merged = Commitment.objects.filter(event=event, review=Review.MERGED, merged_into__event__is_listed=True)
    number = merged.values_list("merged_into__event", flat=True).first()
    return None if number is None else Event.objects.select_related(*ABOUT).filter(pk=number).first()


def event_for_guests(key: str) -> Event | None:
    """Return the event that everybody may see, with what its page tells; None where there is none. One query."""
    events = Event.objects.select_related(*ABOUT).filter(key=key)
    return next(iter(events.exclude(action__visibility=Visibility.DRAFT)), None)


def digests_of(uids: Collection[str]) -> dict[str, str]:
    """Return, for each of these forms, the digest of what was sent with it before, or nothing; one query."""
    marks = ", ".join(["%s"] * len(uids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT uid, body_digest FROM rsvps_rsvp WHERE uid IN ({marks})", list(uids))  # noqa: S608
        return dict.fromkeys(uids, "") | dict(cursor.fetchall())


def digest_of(uid: str) -> str:
    """Return the digest of what was sent before with the same form, empty where nothing was; one query."""
    # Asked for every form of a rush: written out, it takes a tenth of the time in which Django finds its words.
    with connection.cursor() as cursor:
        cursor.execute("SELECT body_digest FROM rsvps_rsvp WHERE uid = %s", [uid])
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def place_in_line(rsvp: Rsvp) -> int:
    """Return how many answers stand before this one on the waiting list, itself counted; 0 where it does not wait."""
    if rsvp.state != State.WAITING:
        return 0
    return Rsvp.objects.filter(event=rsvp.event_id, state=State.WAITING, pk__lte=rsvp.pk).count()


def places_kept(event: int) -> int:
    """Return how many places of an event (by row number) are kept, which matters where room is limited; one query.

    A number alone is counted and keeps none: otherwise a few forms about nobody would fill a hall.
    """
    return Rsvp.objects.filter(KEEPS_PLACE, event=event).aggregate(sum=Sum("people"))["sum"] or 0


def events_with_room() -> list[int]:
    """Return the events (by row number) where somebody waits for whom there is room; one query."""
    open_ones = Event.objects.exclude(action__visibility=Visibility.DRAFT).filter(crowd__waiting__gt=0)
    small = Rsvp.objects.filter(event=OuterRef("pk"), state=State.WAITING)
    kept = Rsvp.objects.filter(KEEPS_PLACE, event=OuterRef("pk")).order_by().values("event")
    kept_places = Coalesce(Subquery(kept.annotate(sum=Sum("people")).values("sum")), 0)
    fits = Q(capacity=None) | Exists(small.filter(people__lte=OuterRef("capacity") - OuterRef("kept_places")))
    found = open_ones.alias(kept_places=kept_places).filter(fits).select_related("action").order_by("pk")
    return [event.pk for event in found if takes_guests(event, timezone.localdate())]


def held_of(row: Rsvp) -> dict[str, Any]:
    """Return everything that is held about one answer, as it is handed over to whoever gave it."""
    contact = row.contact
    texts = {
        "phone": contact.phone,
        "text_the_evening_before": row.wants_text_evening,
        "text_if_changed": row.wants_text_news,
    }
    return {
        "event": row.event.key,
        "people": row.people,
        "state": row.state,
        "language_of_letters": row.language,
        "language_needed": row.speaks,
        "name": contact.name,
        "email": contact.email,
        "needs": contact.needs,
        "reminder_the_evening_before": row.wants_evening,
        "reminder_early_on_the_day": row.wants_early,
        "host_may_write": row.wants_host,
        "given_to": sorted(row.shares.values_list("name", flat=True)),
        "said_on": row.made_on.isoformat(),
        **(texts if row.phone_hash else {}),
    }


def answer_of_short_link(token: str) -> Rsvp | None:
    """Return the answer to which the secret of a text leads; None for a forged one. One query."""
    first, last = short_range(token)
    rows = Rsvp.objects.filter(uid__gte=first, uid__lte=last) if first else Rsvp.objects.none()
    return next((row for row in rows if is_short_for(token, row.uid)), None)


def wrong_counts() -> list[str]:
    """Return the keys of events whose count is not that of their answers; one query, so that nothing comes between."""

    def people(state: State) -> Coalesce:
        rows = Rsvp.objects.filter(event=OuterRef("pk"), state=state).order_by().values("event")
        return Coalesce(Subquery(rows.annotate(sum=Sum("people")).values("sum")), 0)

    counted = {"in_count": Coalesce(F("crowd__coming"), 0), "in_line": Coalesce(F("crowd__waiting"), 0)}
    rows = Event.every.filter(Exists(Rsvp.objects.filter(event=OuterRef("pk"))) | Q(crowd__isnull=False))
    found = rows.annotate(**counted, come=people(State.COMING), wait=people(State.WAITING))
    wrong = found.exclude(come=F("in_count"), wait=F("in_line"))
    return list(wrong.order_by("key").values_list("key", flat=True))


@holds
def answers(known: Known) -> Part:
    """That he comes, where he left the address of his account; found by the hash that each safe makes of it."""
    found = Q(pk=None)
    for name, hashed in hashes_of(known.person.email).items():
        found |= Q(safe=name, email_hash=hashed)
    rows = Rsvp.objects.filter(found).select_related("event").order_by("pk")
    return Part(_("Your word that you come to events"), rows, held_of)


def hashes_of(email: str) -> dict[str, str]:
    """Return under which hash an address would lie in each safe that can be opened, by the safe's name."""
    names = Safe.objects.filter(kind=Safe.Kind.CONTACTS, destroyed_at=None).values_list("name", flat=True)
    found: dict[str, str] = {}
    for name in names if email else ():
        # A safe may be destroyed at this very moment.
        with suppress(Unopenable):
            found[name] = lookup_in(name, email, "email")
    return found
