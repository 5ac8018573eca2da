"""Which clock is kept at a place, without the gazetteer."""

from __future__ import annotations

from manyplaces.places.gazetteer import state_zone
from manyplaces.places.models import City, School


def zone_for(state: str, city_slug: str, school: School | None = None) -> str:
    """Return the IANA time zone of a school, of its town, or of most people in the state; two queries at most."""
    if school and school.zone:
        return school.zone
    known = City.objects.filter(state=state, slug=city_slug).values_list("zone", flat=True).first()
    if known:
        return known
    near = School.objects.filter(state=state, city_slug=city_slug).exclude(zone="").values_list("zone", flat=True)
    return near.order_by("pk").first() or state_zone(state)
