"""An action that takes commitments, a school of the registry, and Hana's wish: what tests of committing begin with."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Kind, Tactic
from manyplaces.events.models import Commitment
from manyplaces.events.rules.hosting import HostContact
from manyplaces.places.models import School

HANA = HostContact("Hana", "hana@example.org", "", "en")
GRANT = "550960001234"


def in_milwaukee() -> datetime.date:
    """The day that it is in Milwaukee, where the tests' sites are: not always that of London."""
    return timezone.now().astimezone(ZoneInfo("America/Chicago")).date()


def october(**facts: Any) -> Action:
    """A published day of action thirty days from now, at 7:45, with one demand."""
    now = timezone.now()
    day = (now + datetime.timedelta(days=30)).date()
    given = {
        "slug": "october",
        "name": "October Walk-Ins",
        "name_es": "Entradas de octubre",
        "kind": Kind.DAY,
        "tactic": Tactic.WALK_IN,
        "tactics": "walk-in rally",
        "date_edtf": day.isoformat(),
        "time_local": datetime.time(7, 45),
        "time_words": "before the bell",
        "time_words_es": "antes de clases",
        "opens_at": now - datetime.timedelta(days=1),
        "lead_hours": 24,
        **facts,
    }
    action = Action(**given)
    action.settle_date()
    action.save()
    Demand.objects.create(action=action, slug="art", description="Art in every school", description_es="Arte")
    return action


def school(number: str = GRANT, **facts: Any) -> School:
    """Grant Elementary in Milwaukee."""
    given = {
        "name": "Grant Elementary",
        "match_key": "grant",
        "district": "Milwaukee School District",
        "street": "2920 W Grant St",
        "city_name": "Milwaukee",
        "city_slug": "milwaukee",
        "county": "Milwaukee County",
        "state": "WI",
        "level": "Elementary",
        "grades": "PK-08",
        "lat": 42.999,
        "lon": -87.949,
        **facts,
    }
    return School.objects.create(number=number, **given)


def wish(action: Action, at: School | None = None, **facts: Any) -> Commitment:
    """An unsaved commitment of a school of the registry, or of a free place in Milwaukee."""
    where = {"school": at} if at else {"venue": "Humboldt Park", "city_name": "Milwaukee", "state": "WI"}
    return Commitment(action=action, **{"tactic": Tactic.WALK_IN, **where, **facts})
