"""Deciding about commitments: one or many, once, by somebody with the right, with a way back for a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.core.words import clean_line
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations.approving import RELATIONS, bring_online, put_back
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import Writer, tell_hosts
from manyplaces.events.rules import Review
from manyplaces.events.rules.steps import STEPS, Step, may_take
from manyplaces.journal.operations import Gathering, record

LONGEST_REASON = 500

Pick = tuple[str, int]


@dataclass(frozen=True)
class Decided:
    """What became of many picks: on which errand, how many were decided, and why the others were not."""

    errand: str
    done: list[Commitment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def approve(commitment: Commitment, *, version: int, by: Actor) -> Event:
    """Put a commitment online as it is now, and return its event; a change of one that is online replaces it there."""
    by = on_errand(by)
    event = _decide("approve", commitment.key, version, by=by).event
    if event is None:
        raise NotNow(_("This commitment has no event."))
    return event


@transaction.atomic
def decline(commitment: Commitment, *, version: int, reason: str, by: Actor) -> Commitment:
    """Refuse a commitment that is not online, with a reason that its host reads."""
    by = on_errand(by)
    return _decide("decline", commitment.key, version, reason, by=by)


@transaction.atomic
def ask(commitment: Commitment, *, version: int, question: str, by: Actor) -> Commitment:
    """Ask the host something; the answer comes through the private page and puts the commitment back into the queue."""
    by = on_errand(by)
    return _decide("ask", commitment.key, version, question, by=by)


@transaction.atomic
def keep_online(commitment: Commitment, *, version: int, reason: str, by: Actor) -> Commitment:
    """Refuse the change of a commitment that is online: it is again what was approved."""
    by = on_errand(by)
    return _decide("keep", commitment.key, version, reason, by=by)


@transaction.atomic
def take_down(commitment: Commitment, *, version: int, reason: str, by: Actor) -> Commitment:
    """Take a commitment that is online off the pages, with a reason that its host reads."""
    by = on_errand(by)
    return _decide("take_down", commitment.key, version, reason, by=by)


@transaction.atomic
def decide(step: str, picks: Sequence[Pick], *, reason: str = "", by: Actor) -> Decided:
    """Take one step with many commitments, each given by its key and the version that was shown, on one errand.

    What cannot be decided any more is left alone and told; a missing right or a missing reason refuses all.
    """
    by = on_errand(by)
    _required(STEPS[step], reason)
    decided = Decided(by.errand)
    with Gathering() as gathering:
        for key, version in picks:
            mark = gathering.mark()
            try:
                with transaction.atomic():
                    decided.done.append(_decide(step, key, version, reason, by=by))
            except (NotNow, ValidationError) as refusal:
                gathering.drop(mark)
                decided.refused.append((key, in_words(refusal)))
    return decided


@transaction.atomic
def approve_many(commitments: Sequence[Commitment], *, by: Actor) -> int:
    """Put many commitments online on one errand; returns how many were not decided by somebody else meanwhile."""
    return len(decide("approve", [(one.key, one.version) for one in commitments], by=by).done)


@transaction.atomic
def merge(commitment: Commitment, into: Commitment, *, version: int, by: Actor) -> Commitment:
    """Make one of two commitments for the same place: the hosts of the first become co-hosts of `into`."""
    by = on_errand(by)
    stored, step = _open("merge", commitment.key, version, by)
    target = _locked(into.key)
    if not may_take(step, by, target):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    alive = (Review.WAITING, Review.ASKED, Review.APPROVED)
    if target.pk == stored.pk or target.action_id != stored.action_id or target.review not in alive:
        raise NotNow(_("This cannot be merged with that one. Choose another that waits or is online."))
    for host in stored.hosts.select_for_update().order_by("pk"):
        before = {"commitment_id": host.commitment_id, "is_first": host.is_first}
        host.commitment, host.is_first = target, False
        host.full_clean(exclude=("commitment", "replaces"), validate_unique=False)
        host.save(update_fields=["commitment", "is_first"])
        record(by, "host.moved", host, before=before, unseen=True)
    _settle(stored, step, by, merged_into=target)
    tell_hosts(target, "merged", letters.merged, by=by)
    return stored


@transaction.atomic
def _decide(name: str, key: str, version: int, reason: str = "", *, by: Actor) -> Commitment:
    stored, step = _open(name, key, version, by)
    stored.reason = _required(step, reason) or stored.reason
    _DOING.get(name, _nothing)(stored, step, by)
    if name in _LETTERS:
        kind, write = _LETTERS[name]
        # A refusal goes only where somebody has proved to read: spammers give addresses of others.
        tell_hosts(stored, kind, write, by=by, proved_only=name in ("decline", "take_down"))
    return stored


def _open(name: str, key: str, version: int, by: Actor) -> tuple[Commitment, Step]:
    """Return the locked row and the step; refuses who has no right and what was decided or changed meanwhile."""
    stored, step = _locked(key), STEPS[name]
    if not may_take(step, by, stored):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    if stored.version != version or stored.standing not in step.sources:
        raise NotNow(_too_late(stored))
    return stored, step


def _locked(key: str) -> Commitment:
    rows = Commitment.objects.select_related("action", "school", "event")
    found = rows.select_for_update(of=("self",)).filter(key=key).first()
    if found is None:
        raise NotNow(_("This commitment is not there any more."))
    return found


def _too_late(stored: Commitment) -> str:
    if stored.decided_at and stored.review not in (Review.WAITING, Review.WITHDRAWN):
        facts = {"name": stored.decided_by, "what": stored.get_review_display(), "time": f"{stored.decided_at:%H:%M}"}
        return _("%(name)s has decided this already, at %(time)s UTC: %(what)s.") % facts
    return _("The host has changed this meanwhile. Look at it again, then decide.")


def _required(step: Step, reason: str) -> str:
    """Return the reason as it is kept; refuses an empty one where the step wants words."""
    if not step.wants:
        return ""
    try:
        words = clean_line(" ".join(reason.split()), LONGEST_REASON)
    except ValidationError as refusal:
        raise ValidationError({"reason": refusal.messages}) from refusal
    if not words:
        asked = _("Write the question that the host is to answer.")
        raise ValidationError({"reason": asked if step.wants == "question" else _("Say why. The host reads it.")})
    return words


def _approve(stored: Commitment, step: Step, by: Actor) -> None:
    _settle(stored, step, by, event=bring_online(stored, by=by))


def _keep(stored: Commitment, step: Step, by: Actor) -> None:
    _settle(stored, step, by, put_back(stored))


def _take_down(stored: Commitment, step: Step, by: Actor) -> None:
    if stored.event is not None:
        event = Event.every.select_for_update().get(pk=stored.event.pk)
        event.is_listed = False
        event.save(update_fields=["is_listed"])
        record(by, "event.taken-down", event, before={"is_listed": True})
    _settle(stored, step, by)


def _nothing(stored: Commitment, step: Step, by: Actor) -> None:
    _settle(stored, step, by)


def _settle(stored: Commitment, step: Step, by: Actor, before: dict[str, Any] | None = None, **facts: Any) -> None:
    """Write the decision into the row and the journal, without the words that go to the host."""
    facts |= {"review": step.target, "decided_by": by.name[:80], "decided_at": timezone.now()}
    before = dict(before or {})
    for name, value in facts.items():
        column = str(getattr(stored._meta.get_field(name), "attname", name))
        before[column] = json.loads(json.dumps(getattr(stored, column), cls=DjangoJSONEncoder))
        setattr(stored, name, value)
    stored.version += 1
    stored.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    stored.save()
    record(by, f"commitment.{step.done}", stored, before=before, unseen=True)


_DOING: dict[str, Callable[[Commitment, Step, Actor], None]] = {
    "approve": _approve,
    "keep": _keep,
    "take_down": _take_down,
}
_LETTERS: dict[str, tuple[str, Writer]] = {
    "approve": ("you_are_online", letters.you_are_online),
    "decline": ("declined", letters.declined),
    "keep": ("kept", letters.kept),
    "ask": ("question", letters.question),
    "take_down": ("taken_down", letters.taken_down),
}
