"""A record for the bench of what is near: one action to come with an event at every school of the national list."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DAY = "2030-10-10"
SLUG = "everywhere"
NEAR = 0.05  # degrees
LANGUAGES = ("", "", "", "", "en", "en", "en es", "en es", "es", "en ase", "en zh vi")
ACCESS = ("", "", "", "step-free", "step-free toilet", "step-free seats toilet parking", "transit quiet children")


def schools(file: Path, many: int) -> Iterator[dict[str, str]]:
    """Yield the rows of the list that have a position, `many` at most."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as opened:
        found = 0
        for row in csv.DictReader(opened):
            if row["lat"] and row["lon"] and found < many:
                found += 1
                yield row


def fill(file: Path, many: int) -> list[tuple[float, float, str]]:
    """Write the action with its events in a few large statements; returns where each is, with its town.

    The list knows the towns of schools only, so that each is moved a little, by five kilometres at most.
    """
    import datetime

    from django.db import transaction

    from manyplaces.actions.models import Action
    from manyplaces.core.words import slug
    from manyplaces.events.models import Event
    from manyplaces.places.models import City, Place, PlaceName

    dice = random.Random(11)
    action = Action(
        slug=SLUG, name="Everywhere", kind="day", tactic="walk-in", date_edtf=DAY, zone="America/Chicago",
        opens_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )  # fmt: skip
    action.full_clean()
    cities: dict[tuple[str, str], Any] = {}
    rows = [row for row in schools(file, many * 2) if row["state"] in _states()]
    rows = dice.sample(rows, min(many, len(rows)))
    # More than there are schools: some have a second event.
    rows += dice.choices(rows, k=many - len(rows))
    spots = [
        (float(row["lat"]) + dice.uniform(-NEAR, NEAR), float(row["lon"]) + dice.uniform(-NEAR, NEAR)) for row in rows
    ]
    with transaction.atomic():
        action.save()
        for row in rows:
            key = (row["state"], slug(row["city"])[:100])
            if key not in cities:
                where = {"lat": float(row["lat"]), "lon": float(row["lon"]), "zone": "America/Chicago"}
                name = row["city"].title()[:100]
                cities[key] = City(state=key[0], slug=key[1], name=name, folded=name.lower(), **where)
        City.objects.bulk_create(cities.values(), batch_size=500)
        places, names, events = [], [], []
        for number, row in enumerate(rows):
            city = cities[row["state"], slug(row["city"])[:100]]
            at = dict(zip(("lat", "lon"), spots[number], strict=True))
            places.append(
                Place(key=f"p-{number}", name=row["school_name"].title()[:200], kind="school", city=city, **at)
            )
        Place.objects.bulk_create(places, batch_size=500)
        for place in places:
            text = f"{place.name} {place.pk}"
            names.append(PlaceName(place=place, city=place.city, text=text, folded=text.lower()))
        PlaceName.objects.bulk_create(names, batch_size=500)
        day, hour = datetime.date.fromisoformat(DAY), datetime.time(7, 30)
        for spelling in names:
            place = spelling.place
            events.append(
                Event(
                    key=f"e-{place.pk}", action=action, city=place.city, spelling=spelling, venue=place.name,
                    tactic=dice.choice(("walk-in", "walk-in", "walk-in", "rally")), date_edtf=DAY, date_from=day,
                    date_to=day, time_local=hour, zone="America/Chicago",
                    phase=dice.choices(("committed", "cancelled"), (97, 3))[0], spoken=dice.choice(LANGUAGES),
                    access=dice.choice(ACCESS), safety=dice.choice(("", "Marshals in vests are at every door.")),
                    shown_lat=place.lat, shown_lon=place.lon,
                )
            )  # fmt: skip
        Event.every.bulk_create(events, batch_size=500)
    return [(lat, lon, f"{row['city']}, {row['state']}") for (lat, lon), row in zip(spots, rows, strict=True)]


def _states() -> set[str]:
    from manyplaces.places.geometry import STATES

    return set(STATES)
