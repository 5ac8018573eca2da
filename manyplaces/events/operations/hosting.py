"""What a host does with his commitment through the private link: change, answer, pause, go on, withdraw."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from manyplaces.actions.models import Demand
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line, clean_text, fold
from manyplaces.events.letters import hosts as letters
from manyplaces.events.models import Commitment, Event
from manyplaces.events.models.welcome import WELCOME
from manyplaces.events.operations.committing import approve_trusted, is_trusted, owe
from manyplaces.events.operations.holding import OPEN, held, keep_held, require_state
from manyplaces.events.operations.offers import Offer, blocked, check_offer
from manyplaces.events.queries.differences import is_far_change
from manyplaces.events.rules import Phase, Review
from manyplaces.events.rules.hosting import HostContact
from manyplaces.events.rules.steps import require_step
from manyplaces.events.rules.welcome import AddressFor
from manyplaces.mail.operations import stop_letters, stop_letters_of

# What a host may change; the action and whose word it is stay.
WISHES = (
    *("school_id", "venue", "address", "city_name", "city_slug", "county", "state", "lat", "lon", "zone"),
    *("tactic", "date_edtf", "date_from", "date_to", "time_local", "fold", "expected", "note", "hosts_words"),
    *("shown_host", "posters", "stickers", "media_help", "remark", "only_city"),
    *WELCOME,
)
# Of these the journal keeps what stood there before: nothing in them is about a private person.
TOLD = (
    *("tactic", "date_edtf", "time_local", "expected", "posters", "stickers"),
    *("spoken", "access", "capacity", "address_for"),
)

# Of these no page tells anything.
UNSEEN = {"expected", "posters", "stickers", "media_help", "remark"}


@transaction.atomic
def change_commitment(
    commitment: Commitment, *, version: int, demands: Sequence[Demand] | None = None, by: Actor
) -> Commitment:
    """Bring the stored commitment (of the same key) into line with what is wanted now.

    It waits for review again; what was approved stays online as it is until somebody has looked. Nobody has to look at
    what no page shows, nor at a small change of a trusted host; another place, another day or more than half an hour
    waits for a reviewer whoever changed it. That is possible until the day is over, also when the action takes no more
    commitments: what is wrong must not stay wrong. Raises NotNow where somebody else has changed it since `version`,
    and whatever `check_offer` raises.
    """
    stored = held(Commitment.objects.get(key=commitment.key).pk, by)
    require_step("change", by, stored)
    if stored.version != version:
        raise NotNow(_("This was changed in the meantime. Look at it as it is now, and change it once more."))
    commitment.action, commitment.vouched_by, commitment.language = stored.action, stored.vouched_by, stored.language
    if commitment.school != stored.school and fold(commitment.address) == fold(stored.address):
        # Where to meet at another school is not where one met at this one: nobody is to be sent there.
        commitment.address = ""
    # That there is a host to write to was seen when it was made, so nothing is asked for again.
    contact = HostContact(email="host@example.org", language=stored.language)
    check_offer(Offer(commitment, contact), actor=by, now=timezone.now(), is_change=True)
    changed = [field for field in WISHES if getattr(stored, field) != getattr(commitment, field)]
    wanted = None if demands is None else sorted(demand.pk for demand in demands)
    if wanted is not None and wanted != sorted(stored.demands.values_list("pk", flat=True)):
        stored.demands.set(wanted)
        changed.append("demands")
    if not changed:
        return stored
    before = {field: _plain(getattr(stored, field)) for field in changed if field in TOLD}
    for field in WISHES:
        setattr(stored, field, getattr(commitment, field))
    _tell_less(stored, by=by)
    return _changed(stored, changed, before, by=by)


def _tell_less(stored: Commitment, *, by: Actor) -> None:
    """Send the address to nobody any more as soon as its host says so: that waits for no reviewer."""
    event = _event_of(stored)
    if event is not None and event.address_for == AddressFor.COMING and stored.address_for == AddressFor.ASKED:
        event.address_for = AddressFor.ASKED
        keep_held(event, "event.changed", {"address_for": AddressFor.COMING.value}, by=by)


def _changed(stored: Commitment, fields: Sequence[str], before: dict[str, object], *, by: Actor) -> Commitment:
    """Keep a change: to be looked at, or at once where nobody has to look."""
    if stored.review == Review.APPROVED and UNSEEN.issuperset(fields):
        stored.version += 1
        stored.intent = None
        keep_held(stored, "commitment.changed", before, by=by)
        return stored
    was_asked = stored.review == Review.ASKED
    _again(stored, "commitment.changed", before, by=by)
    # What a coordinator puts right somebody has looked at; see `correcting`.
    is_hosts = bool(by.holds)
    if is_hosts and not was_asked and is_trusted(stored) and not blocked([stored])[0] and not is_far_change(stored):
        approve_trusted(stored)
        stored.refresh_from_db()
    return stored


@transaction.atomic
def answer_question(commitment: Commitment, text: str, *, by: Actor) -> Commitment:
    """Give the reviewers the host's answer to their question; the commitment waits for them again."""
    stored = held(commitment.pk, by)
    require_step("answer", by, stored)
    answer = clean_text(text, 1_000)
    if not answer:
        raise ValidationError({"answer": _("Write an answer.")})
    stored.answer = answer
    _again(stored, "commitment.answered", {}, by=by)
    return stored


def _again(stored: Commitment, verb: str, before: dict[str, object], *, by: Actor) -> None:
    """Save what was changed, to be looked at again."""
    stored.version += 1
    stored.review, stored.set_aside = Review.WAITING, {}
    # What was changed is not what was sent before, so sending that again is a new wish.
    stored.intent = None
    keep_held(stored, verb, before, by=by)


@transaction.atomic
def pause_commitment(commitment: Commitment, *, by: Actor) -> Commitment:
    """Take the commitment off the pages and out of the queue until its host goes on."""
    return _set_paused(commitment, True, by=by)


@transaction.atomic
def resume_commitment(commitment: Commitment, *, by: Actor) -> Commitment:
    """Put a paused commitment back to where it was."""
    return _set_paused(commitment, False, by=by)


def _set_paused(commitment: Commitment, is_paused: bool, *, by: Actor) -> Commitment:
    stored = held(commitment.pk, by)
    require_state(stored, OPEN)
    if stored.is_paused == is_paused:
        return stored
    event = _event_of(stored)
    if is_paused and event is not None and event.phase not in (Phase.PLANNED, Phase.COMMITTED):
        # Whoever wanted to come must still find what became of it.
        sentence = _("This is not possible any more: %(state)s. Its page stays, so that nobody comes in vain.")
        raise NotNow(sentence % {"state": event.get_phase_display()})
    stored.is_paused = is_paused
    stored.version += 1
    keep_held(stored, "commitment.paused" if is_paused else "commitment.resumed", {"is_paused": not is_paused}, by=by)
    if event is not None:
        event.is_listed = not is_paused
        keep_held(event, "event.changed", {"is_listed": is_paused}, unseen=False, by=by)
    return stored


@transaction.atomic
def withdraw_commitment(commitment: Commitment, *, reason: str = "", by: Actor) -> Commitment:
    """Withdraw: what was not public vanishes from the queue; what was public stays on its page, as cancelled.

    The reason is for the coordinators; the page only says that its host withdrew it.
    """
    stored = held(commitment.pk, by)
    if stored.review == Review.WITHDRAWN:
        return stored
    require_step("withdraw", by, stored)
    before: dict[str, object] = {"review": stored.review}
    stored.review, stored.is_paused, stored.reason = Review.WITHDRAWN, False, _reason(reason)
    stored.version += 1
    stored.intent = None
    keep_held(stored, "commitment.withdrawn", before, by=by)
    event = _event_of(stored)
    if event is not None and event.phase in (Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED):
        replaced: dict[str, object] = {"phase": event.phase, "is_listed": event.is_listed, "reason": event.reason}
        event.phase, event.is_listed = Phase.CANCELLED, True
        event.reason, event.reason_es = _said_in("en", by.holds), _said_in("es", by.holds)
        keep_held(event, "event.changed", replaced, unseen=False, by=by)
    stop_letters(stored.key, by=by)
    for host in stored.hosts.exclude(email_hash=""):
        # What a reviewer's decision still owes him is no longer true.
        stop_letters_of(host.uid, by=by)
        owe(host, "withdrawn", letters.withdrawn(stored, host.language), times=stored.version, secret=False, by=by)
    return stored


def _reason(text: str) -> str:
    """Return the reason as one line, however many somebody wrote; refused where it is too long."""
    try:
        return clean_line(" ".join(text.split()), 500)
    except ValidationError as refusal:
        raise ValidationError({"words": refusal.messages}) from refusal


def _said_in(language: str, held_by_host: str) -> str:
    """Return what the page of a withdrawn event says, in a language."""
    with override(language):
        return _("Withdrawn by its host.") if held_by_host else _("Withdrawn by the coordinators.")


def _event_of(stored: Commitment) -> Event | None:
    if stored.event_id is None:
        return None
    return Event.every.select_for_update(of=("self",)).get(pk=stored.event_id)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value
