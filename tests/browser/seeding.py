"""Run as a program beside a served site: puts commitments into its record and prints the cookie of a signed-in Nia."""

from __future__ import annotations

import django

django.setup()

from manyplaces.core.actor import Actor, Grant  # noqa: E402
from manyplaces.events.models import Commitment  # noqa: E402
from manyplaces.events.operations import approve  # noqa: E402
from manyplaces.people.guard import cookie_name, session_cookie  # noqa: E402
from manyplaces.places.models import City  # noqa: E402
from tests.events.cast import committed, october  # noqa: E402
from tests.signing import new_session, person_with  # noqa: E402

NIA = Actor("Nia", "command")
TOWNS = {"Miami": ("Miami-Dade", 25.77, -80.19), "Tampa": ("Hillsborough", 27.95, -82.46)}


def main() -> None:
    """Seed the record."""
    action = october()
    changed = committed(action, "Auer Avenue School", email="a@example.org", note="Meet at the main door.")
    approve(changed, version=0, by=NIA)
    Commitment.objects.filter(pk=changed.pk).update(review="waiting", version=2, time_local="09:15", note="Side door.")
    committed(action, "Auer Avenue", email="b@example.org", proved=False, note="We come too!")
    committed(action, "Grant Elementary", email="c@example.org", language="es", note="Traigan a sus vecinos.")
    for number in range(15):
        committed(action, f"Fake {number}", cluster=77, note="Buy at http://spam.example/now and www.more.example")
    for name, (county, lat, lon) in TOWNS.items():
        City.objects.create(
            state="FL", slug=name.lower(), name=name, folded=name.lower(), zone="America/New_York",
            county=county, lat=lat, lon=lon,
        )  # fmt: skip
        where = {"city_name": name, "city_slug": name.lower(), "state": "FL", "zone": "America/New_York"}
        for number in range(3):
            row = committed(action, f"{name} {number}", email=f"{name}{number}@example.org", **where)
            approve(row, version=0, by=NIA)
    print(cookie_name(), session_cookie(new_session(person_with(Grant("national"), alias="Nia"))))


main()
