"""Deciding about commitments: one or many, once, by somebody with the right, with a way back for a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations.approving import bring_online, put_back, unlist
from manyplaces.events.operations.deciding import PROVED_ONLY, opened, require_few_words, required, settle
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import Writer, tell_hosts
from manyplaces.events.rules.steps import STEPS, Step
from manyplaces.journal.operations import Gathering

Pick = tuple[str, int]


@dataclass(frozen=True)
class Decided:
    """What became of many picks: on which errand, how many were decided, and why the others were not."""

    errand: str
    done: list[Commitment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def approve(commitment: Commitment, *, version: int, is_told: bool = True, by: Actor) -> Event:
    """Put a commitment online as it is now, and return its event; a change of one that is online replaces it there.

    Its hosts are told unless the caller does so himself (`is_told`).
    """
    by = on_errand(by)
    event = _decide("approve", commitment.key, version, is_told=is_told, by=by).event
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

    What cannot be decided any more, or lies outside of the actor's area by now, is left alone and told. A missing
    reason refuses all, and so does a right that is missing for every one.
    """
    by = on_errand(by)
    required(STEPS[step], reason)
    require_few_words(STEPS[step], [key for key, _version in picks], by)
    decided = Decided(by.errand)
    denied: list[tuple[str, str]] = []
    with Gathering() as gathering:
        for key, version in picks:
            mark = gathering.mark()
            try:
                with transaction.atomic():
                    decided.done.append(_decide(step, key, version, reason, by=by))
            except (NotNow, ValidationError) as refusal:
                gathering.drop(mark)
                decided.refused.append((key, in_words(refusal)))
            except PermissionDenied as refusal:
                gathering.drop(mark)
                denied.append((key, str(refusal)))
    if denied and len(denied) == len(picks):
        raise PermissionDenied(denied[0][1])
    decided.refused.extend(denied)
    return decided


@transaction.atomic
def approve_many(commitments: Sequence[Commitment], *, by: Actor) -> int:
    """Put many commitments online on one errand; returns how many were not decided by somebody else meanwhile."""
    return len(decide("approve", [(one.key, one.version) for one in commitments], by=by).done)


@transaction.atomic
def _decide(name: str, key: str, version: int, reason: str = "", *, is_told: bool = True, by: Actor) -> Commitment:
    stored, step = opened(name, key, version, by)
    stored.reason = required(step, reason) or stored.reason
    _DOING.get(name, _nothing)(stored, step, by)
    if is_told and name in _LETTERS:
        kind, write = _LETTERS[name]
        # Most goes only where somebody has proved to read: spammers give addresses of others. Of what a coordinator
        # committed for his hosts he gave the addresses himself.
        is_vain = name in PROVED_ONLY or (name == "approve" and not stored.errand)
        tell_hosts(stored, kind, write, by=by, proved_only=is_vain)
    return stored


def _approve(stored: Commitment, step: Step, by: Actor) -> None:
    settle(stored, step, event=bring_online(stored, by=by), by=by)


def _keep(stored: Commitment, step: Step, by: Actor) -> None:
    put_back(stored, by.errand)
    settle(stored, step, by=by)


def _ask(stored: Commitment, step: Step, by: Actor) -> None:
    if not stored.hosts.exclude(email_hash="").exists():
        raise NotNow(_("No host of this can be reached by a letter, so nobody would read the question."))
    settle(stored, step, by=by)


def _take_down(stored: Commitment, step: Step, by: Actor) -> None:
    if stored.event is not None:
        unlist(stored.event, by=by)
    settle(stored, step, by=by)


def _nothing(stored: Commitment, step: Step, by: Actor) -> None:
    settle(stored, step, by=by)


_DOING: dict[str, Callable[[Commitment, Step, Actor], None]] = {
    "approve": _approve,
    "keep": _keep,
    "ask": _ask,
    "take_down": _take_down,
}
_LETTERS: dict[str, tuple[str, Writer]] = {
    "approve": ("you_are_online", letters.you_are_online),
    "decline": ("declined", letters.declined),
    "keep": ("kept", letters.kept),
    "ask": ("question", letters.question),
    "take_down": ("taken_down", letters.taken_down),
}
