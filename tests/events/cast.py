"""Sites that committed, for the tests of what is decided about them."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Kind, Tactic
from manyplaces.core.contacts import read_email
from manyplaces.events.models import Commitment, Host
from manyplaces.places.models import City

LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
PLACES = {"Milwaukee": ("WI", "milwaukee", "America/Chicago"), "Chicago": ("IL", "chicago", "America/Chicago")}


def october(**facts: Any) -> Action:
    """An action that takes commitments."""
    facts = {"slug": "oct2030", "name": "October Walk-Ins", "name_es": "Entradas de octubre", **facts}
    action = Action(
        kind=Kind.DAY, tactic=Tactic.WALK_IN, date_edtf="2030-10-10", opens_at=LONG_AGO,
        **{"closes_at": datetime.datetime(2030, 10, 10, tzinfo=datetime.UTC), **facts},
    )  # fmt: skip
    action.full_clean()
    action.save()
    return action


def committed(action: Action, venue: str = "Auer Avenue School", city: str = "Milwaukee", **facts: Any) -> Commitment:
    """A site that committed and waits; `email` gives it a host, `proved` one who has used his link."""
    email, proved = facts.pop("email", ""), facts.pop("proved", True)
    state, slug, zone = PLACES.get(city, ("WI", city.lower(), "America/Chicago"))
    zone = facts.pop("zone", zone)
    City.objects.get_or_create(
        state=state, slug=slug, defaults={"name": city, "folded": city.lower(), "zone": zone, "lat": 43.0, "lon": -88.0}
    )
    row = Commitment(
        **{
            "action": action, "venue": venue, "city_name": city, "city_slug": slug, "state": state, "zone": zone,
            "tactic": "walk-in", "date_edtf": "2030-10-10", "time_local": datetime.time(7, 20), "door": "page", **facts,
        }
    )  # fmt: skip
    row.clean()
    row.save()
    if email:
        host = Host(commitment=row, language=row.language, proved_at=timezone.now() if proved else None)
        host.set_contact(name="Hana", email=read_email(email))
        host.save()
    return row
