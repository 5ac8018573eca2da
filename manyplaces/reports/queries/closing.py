"""What becomes of an action when its record is closed: what goes, what stays, and what has to be settled before."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q

from manyplaces.actions.models import Action
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.rules import Phase
from manyplaces.events.rules import Review as Stand
from manyplaces.lists.models import SiteList
from manyplaces.mail.models import Job, Letter
from manyplaces.people.models import Proposal
from manyplaces.record.models import Claim, MediaHit
from manyplaces.reports.models import Photo, Report
from manyplaces.reports.rules import Review
from manyplaces.reports.rules.photos import PhotoState
from manyplaces.rsvps.models import Rsvp, Safe
from manyplaces.rsvps.rules import is_over

FREEZE, UNFREEZE = "reports.freeze", "reports.unfreeze"
EMPTY = "reports.empty"


@dataclass(frozen=True)
class Closing:
    """How many of each go, stay, or have to be settled before the record can be closed."""

    hosts: int
    kept_hosts: int
    answers: int
    letters: int
    lists: int
    safes: int
    events: int
    reports: int
    claims: int
    stories: int
    to_come: int
    to_review: int
    words_waiting: int
    photos: int
    photos_waiting: int

    @property
    def is_ready(self) -> bool:
        """Whether nothing has to be settled before."""
        return not (self.to_come or self.to_review)


def closing(action: Action, today: datetime.date) -> Closing:
    """Return what becomes of an action when its record is closed; sixteen queries."""
    hosts = Host.objects.filter(commitment__action=action)
    keys = Event.every.filter(action=action).values("key")
    about = Q(kind__startswith="rsvps.", about__in=keys) | Q(kind__startswith="reports.", about__in=keys)
    about |= Q(kind__startswith="events.", about__in=Commitment.objects.filter(action=action).values("key"))
    photos = Photo.objects.filter(event__action=action)
    reports = Report.objects.filter(event__action=action)
    return Closing(
        hosts.filter(is_kept=False).count(),
        hosts.filter(is_kept=True).count(),
        Rsvp.objects.filter(event__action=action).count(),
        Letter.objects.filter(about).count(),
        SiteList.objects.filter(action=action).count(),
        Safe.objects.filter(action=action, destroyed_at=None).count(),
        Event.every.filter(action=action).count(),
        reports.count(),
        Claim.every.filter(action=action).count(),
        MediaHit.objects.filter(action=action).count(),
        len(to_come(action, today)),
        Commitment.objects.filter(action=action, review__in=(Stand.WAITING, Stand.ASKED)).count(),
        reports.filter(review=Review.WAITING).count(),
        photos.filter(state=PhotoState.SHOWN).count(),
        photos.filter(state__in=(PhotoState.PREPARING, PhotoState.WAITING)).count(),
    )


def to_come(action: Action, today: datetime.date) -> list[Event]:
    """Return the events of an action that are still to come; of those put off without a day nobody knows; one query."""
    phases = (Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED)
    late = Q(date_to__gte=today - datetime.timedelta(days=2)) | ~Q(moved_to="")
    rows = Event.every.filter(late, action=action, phase__in=phases).select_related("action")
    return [event for event in rows if event.meant[1] is not None and not is_over(event.meant[1], today)]


def waiting_for_yes(action: Action) -> Proposal | None:
    """Return the proposal to close or open this record that waits for a second yes; one query."""
    waiting = Proposal.objects.waiting().filter(kind__in=(FREEZE, UNFREEZE)).order_by("pk")
    return next((one for one in waiting if one.payload["action"] == action.slug), None)


def emptying(action: Action) -> Job | None:
    """Return the job that destroys what is private in a closed record, with how far it has come; one query."""
    return Job.objects.filter(name=EMPTY, about=action.slug).order_by("-pk").first()
