"""The list of actions on the desk, with what hangs on each."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Material
from manyplaces.actions.rules import KEPT_FOR, Visibility, is_open
from manyplaces.core.actor import Actor
from manyplaces.core.fuzzydates import words
from manyplaces.events.models import Commitment, Event
from manyplaces.events.rules import Phase
from manyplaces.people.rules import TRUSTED_DOORS, Role, may


@dataclass(frozen=True)
class CalledAction:
    """One action as the list on the desk shows it."""

    action: Action
    commitments: int
    events: int
    is_open: bool
    is_past: bool
    may_change: bool

    @property
    def is_draft(self) -> bool:
        """Whether only the desk sees it."""
        return self.action.visibility == Visibility.DRAFT


def sees(by: Actor, action: Action) -> bool:
    """Tell whether somebody on the desk may know of an action: of a draft only who may change it."""
    return action.visibility != Visibility.DRAFT or may(by, Role.NATIONAL, action=action.slug)


def coordinates(by: Actor, action: Action) -> bool:
    """Tell whether somebody coordinates an action, or any part of it."""
    roles = (Role.COORDINATOR, Role.NATIONAL)
    return by.door in TRUSTED_DOORS or any(
        grant.role in roles and grant.action in ("", action.slug) for grant in by.grants
    )


def called_actions(by: Actor, now: datetime.datetime) -> list[CalledAction]:
    """Return the actions, newest first: drafts only for who may change them; three queries."""
    actions = Action.every.order_by(F("date_from").desc(nulls_last=True), "slug")
    commitments = dict(Commitment.objects.values_list("action").annotate(count=Count("pk")).order_by())
    events = dict(Event.every.values_list("action").annotate(count=Count("pk")).order_by())
    found = []
    for action in actions:
        if not sees(by, action):
            continue
        may_change = may(by, Role.NATIONAL, action=action.slug)
        known = (commitments.get(action.pk, 0), events.get(action.pk, 0))
        found.append(CalledAction(action, *known, is_open(action, now), action.is_past(now.date()), may_change))
    return found


def removed_pieces(action: Action) -> list[Material]:
    """Return the pieces of a toolkit that can still be put back, the latest first; one query."""
    return list(action.materials.filter(removed_at__gt=timezone.now() - KEPT_FOR).order_by("-removed_at"))


def left_behind(before: Action, after: Action) -> list[str]:
    """Return a sentence about the events that keep the day from which their action has moved; one query."""
    if (before.date_from, before.date_to) == (after.date_from, after.date_to) or before.date_from is None:
        return []
    alive = Event.every.filter(action=after, phase__in=[Phase.PLANNED, Phase.COMMITTED])
    old = alive.filter(date_from__gte=before.date_from, date_to__lte=before.date_to)
    if after.date_from is not None:
        old = old.exclude(date_from__gte=after.date_from, date_to__lte=after.date_to)
    many = old.count()
    said = ngettext(
        "%d event keeps the day of before, and its host was told nothing. On “Where we stand”, under “Cancel or "
        "postpone an area”, postpone it to the new day.",
        "%d events keep the day of before, and their hosts were told nothing. On “Where we stand”, under “Cancel or "
        "postpone an area”, postpone them to the new day.",
        many,
    )
    return [said % many] if many else []


def dates_taken(old: Action, new: Action) -> list[str]:
    """Return sentences about the parts that a new action took over: whose date moved, whose is open; two queries."""
    dated = {part.slug for part in old.parts.all() if part.date_edtf or part.covers}
    language, moved, left = get_language() or "en", [], []
    for part in new.parts.order_by("date_from", "pk"):
        if part.date_edtf:
            moved.append(f"{part.name} ({words(part.date_edtf, language)})")
        elif part.slug in dated:
            left.append(part.name)
    sentences = [
        (moved, _("These parts moved with the date: %(parts)s. Look whether the days are right.")),
        (left, _("These parts have no date yet: %(parts)s. Say it under “Parts and demands”.")),
    ]
    return [sentence % {"parts": ", ".join(parts)} for parts, sentence in sentences if parts]
