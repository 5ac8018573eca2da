"""Whose hour has come, and what is other than attendees were told."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import replace

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce

from manyplaces.actions.rules import Visibility
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.queries import told_address
from manyplaces.events.rules import Phase, Review
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Reminding, Rsvp
from manyplaces.rsvps.rules import State
from manyplaces.rsvps.rules.hours import TO_HOSTS, Reminder, Start, first_day, hours_of, is_time
from manyplaces.rsvps.rules.news import (
    CANCELLED,
    MERGED,
    PAUSED,
    POSTPONED,
    Facts,
    address_digest,
    changes,
    going_on,
    state_of,
)

# What takes place as far as anybody knows, and is reminded of: also what was put off, once its new day is known.
PUT_OFF = Q(phase=Phase.POSTPONED) & ~Q(moved_to="")
STANDS = Q(phase__in=(Phase.PLANNED, Phase.COMMITTED)) | PUT_OFF
ONE_DAY = datetime.timedelta(days=1)
# Whom a letter or a text reaches: what he gave is shown to be his.
BY_MAIL = ~Q(email_hash="") & ~Q(unproved="email")
BY_TEXT = ~Q(phone_hash="") & ~Q(unproved="phone")
ABOUT = ("action", "city", "spelling__place")


def open_events() -> QuerySet[Event]:
    """Return the events that everybody may see, with what letters say of them."""
    return Event.objects.exclude(action__visibility=Visibility.DRAFT).select_related(*ABOUT)


def told_events() -> QuerySet[Event]:
    """Return those of whose changes attendees are told, with `off`: why it is off the pages, as a state of `Facts`.

    It is empty for what is online. What is off the pages for no reason that attendees can be told is not among them.
    """
    of = Commitment.objects.filter(event=OuterRef("pk"))
    merged = of.filter(review=Review.MERGED)
    off = Case(
        When(is_listed=True, then=Value("")),
        When(Exists(of.filter(review=Review.DECLINED)), then=Value(CANCELLED)),
        When(Exists(merged.filter(merged_into__event__is_listed=True)), then=Value(MERGED)),
        When(Exists(of.filter(is_paused=True)) | Exists(merged), then=Value(PAUSED)),
        default=Value(None),
        output_field=CharField(),
    )
    events = Event.every.exclude(action__visibility=Visibility.DRAFT).annotate(off=off).filter(off__isnull=False)
    return events.select_related(*ABOUT)


def start_of(event: Event) -> Start | None:
    """Return when an event begins; None where no day is known for sure."""
    clock = (event.time_local, event.zone, event.fold)
    return _start(event.date_edtf, event.action.date_edtf, *clock, event.phase, event.moved_to)


# What `_start` is made of, as columns.
BEGINS = ("date_edtf", "action__date_edtf", "time_local", "zone", "fold", "phase", "moved_to")


def _start(
    own: str, whole: str, clock: datetime.time | None, zone: str, fold: int | None, phase: str, moved_to: str
) -> Start | None:
    """Return the same from the columns; of the new day of what was put off nobody has said the hour."""
    is_put_off = phase == Phase.POSTPONED
    day = first_day(moved_to if is_put_off else own or whole)
    return Start(day, None if is_put_off else clock, zone, fold or 0) if day else None


def where_for(row: Rsvp, now: datetime.datetime) -> tuple[str, bool]:
    """Return an address that only those learn who have confirmed that they come, and whether it is still to be told.

    It stands on such a reader's own page from the hour of the reminder, whether he wanted one or not: its event's page
    says that he gets it. Both are empty and False for everybody else.
    """
    event, start = row.event, start_of(row.event)
    address = told_address(event) if event.only_city and row.is_reachable and row.state == State.COMING else ""
    hours = hours_of(Reminder.EVENING, start) if start else None
    is_later = bool(address) and (hours is None or now < hours[0])
    return ("" if is_later else address), is_later


def ends_of(keys: Collection[str]) -> dict[str, datetime.datetime]:
    """Return until when a reminder of each event is of use, of those that take place and are online; one query."""
    rows = Event.objects.filter(STANDS, key__in=keys)
    return {key: start.ends for key, *facts in rows.values_list("key", *BEGINS) if (start := _start(*facts))}


def stopped_reminders(now: datetime.datetime) -> dict[str, set[str]]:
    """Return of which events (by their keys) reminders of each kind were stopped before they left; one query.

    They were not true then. Where they are again, they are begun once more.
    """
    stopped = Letter.objects.filter(state=Letter.State.STOPPED, is_urgent=False, next_try_at__gte=now - 2 * ONE_DAY)
    found: dict[str, set[str]] = {kind: set() for kind in Reminder.values}
    late = stopped.filter(error=Letter.Error.LATE, kind__in=[f"rsvps.{kind}" for kind in found]).order_by()
    for kind, about in late.values_list("kind", "about").distinct():
        found[kind.partition(".")[2]].add(about)
    return found


def due_events(kind: str, now: datetime.datetime, again: Collection[str] = ()) -> dict[datetime.date, list[int]]:
    """Return the events (by row number) of which reminders of a kind are to be begun now, by their day; one query.

    `again` are events (by their keys) of which such reminders were begun, and may have to be once more.
    """
    begins = Coalesce("date_from", "action__date_from")
    near = Event.objects.exclude(action__visibility=Visibility.DRAFT).filter(STANDS).alias(begins=begins)
    near = near.filter(PUT_OFF | Q(begins__range=((now - ONE_DAY).date(), (now + 2 * ONE_DAY).date())))
    begun = Reminding.objects.filter(event=OuterRef("pk"), kind=kind, day=Cast(OuterRef("begins"), DateField()))
    new = ~Exists(begun) | Q(key__in=again)
    of = OuterRef("pk")
    wanted = Exists(hosts_to_remind(commitment__event=of) if kind in TO_HOSTS else wishing(kind, event=of))
    found: dict[datetime.date, list[int]] = {}
    for number, *facts in near.filter(new, wanted).order_by("pk").values_list("pk", *BEGINS):
        start = _start(*facts)
        if start and is_time(kind, start, now):
            found.setdefault(start.day, []).append(number)
    return found


def wishing(kind: str, **of: object) -> QuerySet[Rsvp]:
    """Return the answers, of those chosen, of who wants to be reminded and has confirmed."""
    wanted = BY_MAIL & Q(**{f"wants_{kind}": True})
    if kind == Reminder.EVENING:
        wanted |= BY_TEXT & Q(wants_text_evening=True)
    return Rsvp.objects.filter(wanted, **of, state=State.COMING)


def hosts_to_remind(**of: object) -> QuerySet[Host]:
    """Return the hosts, of those chosen, who have shown that their address is theirs, of what nobody took down."""
    proved = Host.objects.filter(**of, proved_at__isnull=False, commitment__is_paused=False).exclude(email_hash="")
    refused = (Review.DECLINED, Review.WITHDRAWN)
    return proved.exclude(commitment__review__in=refused).select_related("commitment")


def reachable(event: int) -> QuerySet[Rsvp]:
    """Return the answers of those who can be told of a change."""
    wanted = BY_MAIL | (BY_TEXT & Q(wants_text_news=True))
    return Rsvp.objects.filter(wanted, event=event, state__in=(State.COMING, State.WAITING))


def facts_of(event: Event) -> Facts:
    """Return what is true of an event for those who come, as it is online; no query."""
    place, state = event.public_place, state_of(event.phase)
    name = place.name if place is not None else event.public_venue
    clock = event.time_local.isoformat("minutes") if event.time_local else ""
    return Facts(
        state=state,
        day=event.moved_to if state == POSTPONED else event.date_text,
        time=f"{clock}/{event.fold}" if clock and event.fold else clock,
        name=name,
        place=place.pk if place is not None else 0,
        at=(place.lat, place.lon) if place is not None and place.lat is not None and place.lon is not None else None,
        address=address_digest(told_address(event)),
    )


def told_facts_of(event: Event) -> Facts:
    """Return the same for one of `told_events`: what is off the pages does not take place, as far as is known."""
    facts = facts_of(event)
    off = getattr(event, "off", "")
    return facts if not off or facts.state == CANCELLED else replace(facts, state=off)


def changed_events(now: datetime.datetime) -> list[int]:
    """Return the events (by row number) of which those who come were told something else than is true; one query."""
    ends = Coalesce("date_to", "action__date_to")
    to_come = Q(ends__gte=(now - 2 * ONE_DAY).date()) | Q(phase=Phase.POSTPONED)
    rows = (
        told_events()
        .alias(ends=ends)
        .filter(to_come, crowd__isnull=False, action__frozen_at=None)
        .annotate(told=F("crowd__told"))
    )
    found = []
    for event in rows.iterator(chunk_size=500):
        before = Facts.read(event.told)
        if not event.told or changes(before, going_on(before, told_facts_of(event))):
            found.append(event.pk)
    return found
