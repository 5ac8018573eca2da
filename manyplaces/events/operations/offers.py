"""What somebody offers to do, made whole and looked at before anything is written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Demand
from manyplaces.actions.rules import is_in_time, require_open, tactics_of
from manyplaces.core import localtimes, together
from manyplaces.core.actor import Actor
from manyplaces.core.contacts import read_email, read_phone
from manyplaces.core.words import clean_line, fold, slug
from manyplaces.events.models import BlockedPattern, Commitment
from manyplaces.events.rules.hosting import HostContact
from manyplaces.events.rules.smells import links_in
from manyplaces.events.rules.welcome import AddressFor
from manyplaces.journal.operations import clean_texts
from manyplaces.people.rules import Role, may
from manyplaces.places.geometry import STATES, is_near
from manyplaces.places.queries import zone_for
from manyplaces.places.rules import city_key

LONGEST_NAME = 80
# What a host says in words, in which a reviewer's blocked words and links are looked for.
TEXTS = ("venue", "address", "hosts_words", "shown_host", "note", "remark", "access_note", "safety")
# Relations were looked up by the caller.
RELATIONS = ("action", "event", "school", "vouched_by", "merged_into")
# The fields that are checked here, in words that tell what to do.
PLACED = ("venue", "city_name", "city_slug", "state", "zone")
Wrong = dict[str, list[ValidationError]]
_LINK = re.compile(r"(?:https?://|www\.)([^\s/?#<>\"]+)", re.I)


@dataclass(frozen=True)
class Offer:
    """A commitment that is not stored yet, with all that comes with it.

    `intent` is a keyed hash of what was sent, by which the same form sent twice is known; `cluster` a random number
    that whatever came from one source within the hour shares.
    """

    commitment: Commitment
    contact: HostContact | None = None
    demands: Sequence[Demand] = ()
    intent: str = ""
    cluster: int | None = None


def check_offer(offer: Offer, *, actor: Actor, now: datetime.datetime, is_change: bool = False) -> Offer:
    """Return the offer made whole: place, zone, day, time and contact as they are kept. Nothing is written.

    Raises NotNow where the action takes none, and ValidationError with everything that is wrong, by field; the code
    "question" marks what can be understood in two ways, such as an hour that clocks show twice. `is_change` says that
    the site has committed before: then neither the action's closing nor its lead time matters.
    """
    commitment = offer.commitment
    if not is_change:
        require_open(commitment.action, now)
    commitment.door, commitment.errand = actor.door, actor.errand
    wrong: Wrong = {}
    for step in (clean_texts, settle_place, settle_day, settle_welcome):
        _note(wrong, step, commitment)
    is_ours = may(
        actor, Role.COORDINATOR, action=commitment.action.slug, state=commitment.state, city=commitment.city_slug
    )
    if not wrong:
        _note(wrong, _require_time, commitment, now, is_ours or is_change)
    if commitment.tactic not in tactics_of(commitment.action):
        wrong["tactic"] = [ValidationError(_("Choose one of the tactics of this action."))]
    contact: list[HostContact] = []
    _note(wrong, lambda: contact.append(_read_contact(offer.contact or HostContact())))
    is_reached = bool(offer.contact and offer.contact.email.strip())
    if not (is_reached or commitment.vouched_by_id or is_ours):
        sentence = _("Give an e-mail address: your private link is sent there, and only this site writes to you.")
        wrong["email"] = [ValidationError(sentence)]
    _note(wrong, _clean_fields, commitment, wrong)
    if wrong:
        raise ValidationError(wrong)
    return replace(offer, contact=contact[0])


def settle_place(commitment: Commitment) -> None:
    """Take name, city, state and position from the registry's school, or see that a free place has them."""
    school = commitment.school
    if school is not None:
        if school.state not in STATES:
            sentence = _("We cannot take schools in %(state)s yet: only those in the states, DC and Puerto Rico.")
            raise ValidationError({"venue": sentence % {"state": school.state}})
        commitment.venue, commitment.city_name, commitment.state = school.name, school.city_name, school.state
        commitment.city_slug, commitment.county = school.city_slug, school.county
        commitment.lat, commitment.lon = school.lat, school.lon
        commitment.address = commitment.address or school.street
    else:
        _settle_free_place(commitment)
    commitment.zone = zone_of(commitment)


def _settle_free_place(commitment: Commitment) -> None:
    commitment.state = commitment.state.upper()
    wrong = {}
    if not fold(commitment.venue):
        wrong["venue"] = [_("Say where: choose a school, or give the name of the place.")]
    if not city_key(commitment.city_name):
        wrong["city_name"] = [_("Give the city or town.")]
    for field in ("venue", "city_name"):
        # They stand in the subject of a letter to an address that anybody may have typed.
        if links_in([getattr(commitment, field)]):
            wrong[field] = [_("Leave out the web address: here stands only a name.")]
    if commitment.state not in STATES:
        wrong["state"] = [_("Choose the state.")]
    if sentence := _wrong_pin(commitment):
        wrong["lat"] = [sentence]
    if wrong:
        raise ValidationError(wrong)
    commitment.city_slug = slug(city_key(commitment.city_name))[:100]


def _wrong_pin(commitment: Commitment) -> str:
    """Return what is wrong with the pin; empty where it is right, or none is set."""
    lat, lon, state = commitment.lat, commitment.lon, commitment.state
    if lat is None or lon is None:
        return "" if lat is lon else _("A pin needs both numbers, or none.")
    if state in STATES and not is_near(state, lat, lon):
        return _("This pin is not in the state that you chose. Set it again, or leave it out.")
    return ""


def zone_of(commitment: Commitment) -> str:
    """Return the clock of the place: the school's own, its town's, or that of most people in the state."""
    school, state, city = commitment.school, commitment.state, commitment.city_slug
    if school is not None and school.zone:
        return school.zone
    return together.once(("zone", state, city), lambda: zone_for(state, city))


def settle_day(commitment: Commitment) -> None:
    """Fill in the action's own day and time where none is given, and see that the moment exists."""
    action = commitment.action
    if not commitment.date_edtf and action.date_from and action.date_from == action.date_to:
        commitment.date_edtf = action.date_from.isoformat()
    commitment.time_local = commitment.time_local or action.time_local
    commitment.settle_date()
    if commitment.date_from is None or commitment.date_from != commitment.date_to:
        raise ValidationError({"date_edtf": _("Give one day, such as %(day)s.") % {"day": _example(commitment)}})
    commitment.date_edtf = commitment.date_from.isoformat()
    if commitment.time_local and commitment.zone:
        try:
            if not localtimes.is_twice(commitment.date_from, commitment.time_local, commitment.zone):
                commitment.fold = None
            localtimes.resolve(commitment.date_from, commitment.time_local, commitment.zone, commitment.fold)
        except ValidationError as refusal:
            raise ValidationError({"time_local": refusal}) from refusal


def settle_welcome(commitment: Commitment) -> None:
    """Settle who learns the address: everybody where it is shown, else whom the host tells, unless he said more."""
    if not commitment.only_city:
        commitment.address_for = AddressFor.EVERYBODY
    elif commitment.address_for == AddressFor.EVERYBODY:
        commitment.address_for = AddressFor.ASKED


def _example(commitment: Commitment) -> str:
    return (commitment.action.date_from or datetime.date(2027, 5, 1)).isoformat()


def _require_time(commitment: Commitment, now: datetime.datetime, is_free: bool) -> None:
    """Refuse what is over, and what comes later than the action's lead time where somebody is not free of it."""
    ends = datetime.datetime.combine(commitment.day, datetime.time.max, tzinfo=ZoneInfo(commitment.zone))
    if ends < now:
        raise ValidationError({"date_edtf": _("This day is over. Choose a day that is still to come.")})
    latest = max(commitment.action.date_to or now.date(), now.date()) + datetime.timedelta(days=366)
    if commitment.day > latest:
        raise ValidationError({"date_edtf": _("This day is more than a year away. Check the year.")})
    if not is_free and not is_in_time(commitment.action, commitment.starts_at or ends, now):
        sentence = _("Hosts commit at least %(hours)d hours before they start. Choose a later day or time.")
        raise ValidationError({"date_edtf": sentence % {"hours": commitment.action.lead_hours}})


def _read_contact(contact: HostContact) -> HostContact:
    wrong: Wrong = {}
    read: dict[str, str] = {}
    for field, reading in (("email", read_email), ("phone", read_phone), ("name", _read_name)):
        try:
            read[field] = reading(getattr(contact, field))
        except ValidationError as refusal:
            wrong[field] = refusal.error_list
    if wrong:
        raise ValidationError(wrong)
    return replace(contact, **read, language="es" if contact.language == "es" else "en")


def _read_name(text: str) -> str:
    return clean_line(text, LONGEST_NAME)


def _clean_fields(commitment: Commitment, wrong: Iterable[str]) -> None:
    """Ask the fields themselves for what was not found wrong already."""
    asked = (*RELATIONS, *PLACED, "tactic", "date_edtf", "time_local", *wrong)
    commitment.clean_fields(exclude=asked)
    if not wrong:
        commitment.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)


def _note(wrong: Wrong, step: Callable[..., object], *given: object) -> None:
    """Take a step, and note what it refuses by field; what was noted before stays, and so do the codes."""
    try:
        step(*given)
    except ValidationError as refusal:
        for field, found in refusal.error_dict.items():
            wrong.setdefault(field, []).extend(found)


def blocked(commitments: Sequence[Commitment]) -> list[bool]:
    """Tell of each commitment whether it has what a reviewer does not want to see again; one query."""
    patterns = list(BlockedPattern.objects.all())
    words = [f" {fold(pattern.text)} " for pattern in patterns if pattern.kind == BlockedPattern.Kind.WORDS]
    hosts = [pattern.text.lower() for pattern in patterns if pattern.kind == BlockedPattern.Kind.LINK]
    return [bool(patterns) and _has(commitment, words, hosts) for commitment in commitments]


def _has(commitment: Commitment, words: list[str], hosts: list[str]) -> bool:
    text = "\n".join(getattr(commitment, field) for field in TEXTS)
    folded = f" {fold(text)} "
    if any(word.strip() and word in folded for word in words):
        return True
    linked = [found.lower().rpartition("@")[2].partition(":")[0] for found in _LINK.findall(text)]
    return any(name == host or name.endswith(f".{host}") for name in linked for host in hosts)
