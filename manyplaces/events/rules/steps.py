"""The one table of steps: who may move a commitment or an event from where to where, and what it takes.

Buttons, decisions about many at once and operations all ask this table.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.rules import Phase, Review
from manyplaces.people.rules import TRUSTED_DOORS, Role, may

# A commitment that was approved and changed since: it waits, and what was approved is online meanwhile.
CHANGED = "changed"

REVIEWERS = (Role.REVIEWER, Role.COORDINATOR)
COORDINATORS = (Role.COORDINATOR,)


@dataclass(frozen=True)
class Area:
    """Where something belongs: its action's short name, its state's two letters, its city's slug."""

    action: str
    state: str
    city: str


class Subject(Protocol):
    """What steps are taken with: a commitment or an event."""

    key: str

    @property
    def area(self) -> Area:
        """Where it belongs."""

    @property
    def standing(self) -> str:
        """Where it stands: a review state or CHANGED, or a phase."""


class Happening(Protocol):
    """What takes place on days of its own, by the clock of its place; None where no day is known."""

    zone: str
    phase: str

    @property
    def meant(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day on which it is to take place."""


@dataclass(frozen=True)
class Step:
    """One step: from which standings it may be taken, whereto it leads, how the journal calls it, and who takes it.

    `roles` within their area, `by_host` whoever holds the private link, `by_clock` without anybody. `wants` says
    whether words must be given with it: "reason", "question", or nothing.
    """

    name: str
    label: str | Promise
    sources: frozenset[str]
    target: str
    done: str
    roles: tuple[str, ...] = ()
    by_host: bool = False
    by_clock: bool = False
    wants: str = ""


def _of(*standings: str) -> frozenset[str]:
    return frozenset(str(standing) for standing in standings)


_NEW = _of(Review.WAITING, Review.ASKED)
_OPEN = _NEW | {CHANGED}
_STEPS = (
    # The reviewers' steps with a commitment.
    Step("approve", gettext_lazy("Approve"), _OPEN | {Review.DECLINED}, Review.APPROVED, "approved", REVIEWERS),
    Step("decline", gettext_lazy("Decline"), _NEW, Review.DECLINED, "declined", REVIEWERS, wants="reason"),
    Step("keep", gettext_lazy("Keep what is online"), _of(CHANGED), Review.APPROVED, "kept", REVIEWERS, wants="reason"),
    Step("ask", gettext_lazy("Ask the host"), _OPEN, Review.ASKED, "asked", REVIEWERS, wants="question"),
    Step(
        "merge", gettext_lazy("Merge with another"), _OPEN | {Review.APPROVED}, Review.MERGED, "merged", REVIEWERS,
    ),
    Step(
        "take_down", gettext_lazy("Take off the pages"), _of(Review.APPROVED), Review.DECLINED, "taken-down", REVIEWERS,
        wants="reason",
    ),
    # The host's, and a coordinator's in his place.
    Step("answer", gettext_lazy("Answer"), _of(Review.ASKED, CHANGED), Review.WAITING, "answered", by_host=True),
    Step(
        "change", gettext_lazy("Change"), _OPEN | {Review.APPROVED}, Review.WAITING, "changed",
        COORDINATORS, by_host=True,
    ),
    Step(
        "withdraw", gettext_lazy("Withdraw"), _OPEN | {Review.APPROVED}, Review.WITHDRAWN, "withdrawn",
        COORDINATORS, by_host=True,
    ),
    # Those with an event.
    Step(
        "cancel", gettext_lazy("Cancel"), _of(Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED), Phase.CANCELLED,
        "cancelled", COORDINATORS, wants="reason",
    ),
    Step(
        "postpone", gettext_lazy("Postpone"), _of(Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED), Phase.POSTPONED,
        "postponed", COORDINATORS, wants="reason",
    ),
    Step(
        "move", gettext_lazy("It takes place on the new day"), _of(Phase.POSTPONED), Phase.COMMITTED, "moved",
        COORDINATORS,
    ),
    Step(
        "restore", gettext_lazy("It takes place after all"), _of(Phase.CANCELLED, Phase.POSTPONED), Phase.COMMITTED,
        "restored", COORDINATORS,
    ),
    Step(
        "hold", gettext_lazy("It was held"),
        _of(Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED, Phase.UNREPORTED), Phase.HELD, "held", COORDINATORS,
        by_host=True,
    ),
    Step("unhold", gettext_lazy("It was not held"), _of(Phase.HELD), Phase.COMMITTED, "not-held", COORDINATORS),
    Step(
        "lapse", gettext_lazy("Nobody has reported"), _of(Phase.COMMITTED, Phase.POSTPONED), Phase.UNREPORTED, "lapsed",
        by_clock=True,
    ),
)  # fmt: skip
STEPS = {step.name: step for step in _STEPS}
# The journal's words for what reviewers decide.
DECISIONS = {f"commitment.{step.done}": step for step in _STEPS if step.roles == REVIEWERS}


def may_take(step: Step, by: Actor, subject: Subject) -> bool:
    """Tell whether the actor has the right to take a step, wherever the subject stands."""
    area = subject.area
    if step.by_host and by.holds and by.holds == subject.key:
        return True
    if not step.roles:
        # What is the host's own, or the clock's, nobody does for them but the clock and the machine's owner.
        return by.door in TRUSTED_DOORS
    return may(by, *step.roles, action=area.action, state=area.state, city=area.city)


def steps_open_to(by: Actor, subject: Subject) -> list[Step]:
    """Return the steps that the actor may take now, in the order of the table."""
    return [step for step in STEPS.values() if subject.standing in step.sources and may_take(step, by, subject)]


def require_step(name: str, by: Actor, subject: Subject) -> Step:
    """Return the step; raises PermissionDenied for who may never take it here, NotNow where it does not fit now."""
    step = STEPS[name]
    if not may_take(step, by, subject):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    if subject.standing not in step.sources:
        raise NotNow(_("“%(step)s” is not possible any more. Load the page again.") % {"step": step.label})
    return step


def not_yet(step: Step, event: Happening, now: datetime.datetime) -> str:
    """Return in a sentence why the day of an event does not allow a step now; empty where it does."""
    first, last = event.meant
    if step.name not in ("move", "hold"):
        return ""
    if event.phase == Phase.POSTPONED and (first is None or (step.name == "move" and first != last)):
        return _("No new day is known yet. Postpone it once more, with the day.")
    if step.name == "hold" and first is not None and now.astimezone(ZoneInfo(event.zone)).date() < first:
        day = fuzzydates.words(first.isoformat(), get_language() or "en")
        return _("That it was held can be said from its day on: %(day)s.") % {"day": day}
    return ""
