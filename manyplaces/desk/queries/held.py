"""Everything that is held about one place, event or address, as it is handed out when the law demands it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Min, Q, Sum
from django.utils.translation import gettext as _

from manyplaces.core.contacts import email_hashes
from manyplaces.desk.queries.stored import NOT_HELD
from manyplaces.events.models import Event, Host, TrustedHost
from manyplaces.journal.models import Entry
from manyplaces.lists.models import ListRow
from manyplaces.mail.models import Letter, Suppression
from manyplaces.people.models import GivenContact, Person
from manyplaces.people.queries import held_about, iso
from manyplaces.places.models import Place
from manyplaces.record.models import Claim
from manyplaces.reports.models import Photo
from manyplaces.rsvps.models import Message, Rsvp
from manyplaces.rsvps.queries import hashes_of, held_of


def not_held() -> list[str]:
    """Return in sentences what is not held at all."""
    return [str(sentence) % {"days": settings.FORGET_DAYS} for sentence in NOT_HELD]


def held_at_event(event: Event, *, contacts: bool = False) -> dict[str, Any]:
    """Return what is held about an event, as JSON values; `contacts` opens what is sealed, else it is counted alone."""
    return _event(event, contacts) | {"not_held": not_held()}


def held_at_place(place: Place, *, contacts: bool = False) -> dict[str, Any]:
    """Return what is held about a place: its names, and every event there; as JSON values."""
    events = Event.every.filter(spelling__place=place).order_by("date_from", "pk")
    return {
        "place": place.key,
        "names": sorted(place.names.values_list("text", flat=True)),
        "events": [_event(event, contacts) for event in events.select_related("action", "city", "spelling")],
        "not_held": not_held(),
    }


def held_by_email(address: str) -> tuple[Person | None, dict[str, Any]]:
    """Return what is held about whom an address belongs to, and his account if he has one; as JSON values."""
    hashes = email_hashes(address)
    person = Person.objects.filter(email_hash__in=hashes).first() if hashes else None
    found = Q(pk=None)
    for name, hashed in hashes_of(address.strip().lower()).items():
        found |= Q(safe=name, email_hash=hashed)
    rows = Rsvp.objects.filter(found).select_related("event").order_by("pk")
    hosts = Host.objects.filter(email_hash__in=hashes).select_related("commitment").order_by("pk")
    return person, {
        "account": held_about(person).as_json() if person is not None else None,
        "answers": [held_of(row) for row in rows],
        "hosting": [{"site": host.commitment.key, "name": host.name, "phone": host.phone} for host in hosts],
        "rows_of_lists": ListRow.objects.filter(email_hash__in=hashes).count(),
        "given_to_organisations": sorted(
            GivenContact.objects.filter(email_hash__in=hashes).values_list("organisation__slug", flat=True)
        ),
        "trusted_as_host": TrustedHost.objects.filter(email_hash__in=hashes).exists(),
        "letters": Letter.objects.filter(to_hash__in=[*hashes, *hashes_of(address.strip().lower()).values()]).count(),
        "wants_no_letters_of": sorted(
            Suppression.objects.filter(email_hash__in=hashes).values_list("unsubscribe", flat=True)
        ),
        "not_held": not_held(),
    }


def found(kind: str, key: str) -> Event | Place:
    """Return the event or place of a key, also one that is on no page; raises ValidationError where there is none."""
    rows: Any = Event.every.select_related("action", "city", "spelling") if kind == "event" else Place.objects
    row: Event | Place | None = rows.filter(key=key).first()
    if row is None:
        sentence = (
            _("There is no event with the key %(key)s.")
            if kind == "event"
            else _("There is no place with the key %(key)s.")
        )
        raise ValidationError({"key": [sentence % {"key": key[:120]}]})
    return row


def _event(event: Event, contacts: bool) -> dict[str, Any]:
    commitment = getattr(event, "commitment", None)
    vouching = commitment.vouched_by if commitment is not None else None
    return {
        "event": event.key,
        "action": event.action.name,
        "place": event.spelling.text if event.spelling else event.venue,
        "city": f"{event.city.name}, {event.city.state}",
        "day": event.date_text,
        "phase": event.phase,
        "host_organisations": [
            *event.hosts.order_by("text").values_list("text", flat=True),
            *([event.hosts_words] if event.hosts_words and not event.hosts.exists() else []),
            *([vouching.name] if vouching is not None else []),
        ],
        "name_on_the_page": event.shown_host,
        "hosts": _hosts(event, contacts),
        "figures": [
            {"says": row.value_words, "of": row.metric_words, "claimed_by": row.claimant, "source": row.source_url}
            for row in Claim.every.filter(event=event).order_by("pk")
        ],
        "reports": [
            {"says": row.people_words, "in_words": row.happened, "covered_by": row.covered, "typed_by": row.entered_by}
            for row in event.reports.order_by("pk")
        ],
        "photos": _photos(event),
        "answers": _answers(event, contacts),
        "address": event.address if contacts or not event.is_shielded else "",
        "has_a_hidden_address": bool(event.is_shielded and event.address),
        "to_the_reviewers": [text for text in (commitment.remark, commitment.answer) if text] if commitment else [],
        "messages_of_hosts": _messages(event, contacts),
        "rows_of_lists": ListRow.objects.filter(commitment__event=event).count(),
        "letters": Letter.objects.filter(about=event.key).count(),
        "entries_of_the_journal": _entries(event, commitment),
    }


def _photos(event: Event) -> list[dict[str, Any]]:
    rows = Photo.objects.filter(event=event).order_by("pk")
    return [
        {"state": row.state, "seen": row.alt or row.alt_es, "credit": row.credit, "as_it_was_sent": bool(row.negative)}
        for row in rows
    ]


def _hosts(event: Event, contacts: bool) -> Any:
    hosts = Host.objects.filter(commitment__event=event).order_by("pk")
    if not contacts:
        return {"with_a_sealed_contact": hosts.count()}
    return [{"name": host.name, "email": host.email, "phone": host.phone} for host in hosts]


def _messages(event: Event, contacts: bool) -> Any:
    rows = Message.objects.filter(event=event).order_by("pk")
    if not contacts:
        return {"with_a_sealed_text": rows.count()}
    return [{"stage": row.stage, "written_at": iso(row.made_at), "text": row.text} for row in rows]


def _entries(event: Event, commitment: Any) -> int:
    found = Q(subject_kind=Event._meta.label_lower, subject_id=event.pk)
    if commitment is not None:
        found |= Q(subject_kind=commitment._meta.label_lower, subject_id=commitment.pk)
    return Entry.objects.filter(found).count()


def _answers(event: Event, contacts: bool) -> dict[str, Any]:
    rows = Rsvp.objects.filter(event=event)
    told: dict[str, Any] = {
        "answers": rows.count(),
        "people": rows.aggregate(sum=Sum("people"))["sum"] or 0,
        "anonymous": rows.filter(name_sealed=b"", email_sealed=b"", phone_sealed=b"").count(),
        "with_a_name": rows.exclude(name_sealed=b"").count(),
        "with_an_address": rows.exclude(email_sealed=b"").count(),
        "with_a_number": rows.exclude(phone_sealed=b"").count(),
        "with_needs": rows.exclude(needs_sealed=b"").count(),
        "oldest_day": iso(rows.aggregate(oldest=Min("made_on"))["oldest"]),
    }
    if contacts:
        nothing = {f"{field}_sealed": b"" for field in ("name", "email", "phone", "needs")}
        left = rows.exclude(**nothing).select_related("event").order_by("pk")
        told["opened"] = [held_of(row) for row in left if row.is_readable]
    return told
