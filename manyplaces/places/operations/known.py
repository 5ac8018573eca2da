"""Changes to cities and places, and to the spellings of their names."""

from __future__ import annotations

from collections import Counter
from statistics import fmean

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.slugs import free_slug
from manyplaces.core.words import fold, slug
from manyplaces.journal.operations import Kept, keep
from manyplaces.places import gazetteer
from manyplaces.places.gazetteer import Spot
from manyplaces.places.geometry import STATES
from manyplaces.places.matching import kind_of, school_key
from manyplaces.places.models import City, Place, PlaceName, School
from manyplaces.places.rules import city_key

CITY_FIELDS = ("name", "lat", "lon", "zone", "county")
PLACE_FIELDS = ("name", "kind", "registry_number", "lat", "lon")


@transaction.atomic
def find_or_add_city(name: str, state: str, *, by: Actor, lat: float | None = None, lon: float | None = None) -> City:
    """Return the city, or add it with its position and time zone from the gazetteer (or the position given)."""
    state = state.strip().upper()
    if state not in STATES:
        raise ValidationError({"state": _("“%s” is not a state. Give two letters such as WI or PR.") % state[:40]})
    if not city_key(name):
        raise ValidationError({"city": _("The city is missing. Give the name of the city, county or district.")})
    key = slug(city_key(name))
    known = one(City.objects.filter(state=state, slug=key))
    if known:
        return known
    spot = _spot_in_registry(key, state) or gazetteer.locate(name, state)
    city = City(
        state=state,
        name=name,
        slug=key,
        folded=fold(name)[:100],
        lat=spot.lat if spot else lat,
        lon=spot.lon if spot else lon,
        zone=spot.zone if spot else gazetteer.state_zone(state),
        county=spot.county if spot else "",
    )
    return keep(city, None, fields=CITY_FIELDS, by=by).row


@transaction.atomic
def find_or_add_place(name: str, city: City, *, by: Actor) -> PlaceName:
    """Return the spelling with the place it stands for.

    An unknown spelling joins the place in that city whose name differs only in ways that never tell schools apart
    ("HS" for "High School", a trailing "School"); otherwise a place is added.
    """
    folded = _folded(name)
    key = school_key(name)[:200]
    like = models.Q(folded=folded) | models.Q(match_key=key) if key else models.Q(folded=folded)
    found = sorted(PlaceName.objects.filter(like, city=city).select_related("place"), key=lambda spelling: spelling.pk)
    known = next((spelling for spelling in found if spelling.folded == folded), None)
    if known:
        return known
    alike = next(iter(found), None)
    place = alike.place if alike else _add_place(name, city, by)
    spelling = PlaceName(place=place, city=city, text=name, folded=folded, match_key=key)
    return keep(spelling, None, fields=("text",), by=by).row


@transaction.atomic
def change_city(city: City, *, by: Actor) -> Kept[City]:
    """Bring where the stored city lies, and in which county, into line with the one handed in (found by its number)."""
    stored = City.objects.select_for_update().get(pk=city.pk)
    return keep(city, stored, fields=CITY_FIELDS, by=by)


@transaction.atomic
def change_place(place: Place, *, by: Actor) -> Kept[Place]:
    """Bring the stored place into line with the one handed in (found by its key)."""
    stored = Place.objects.select_for_update().get(key=place.key)
    number = place.registry_number or None
    if number and Place.objects.filter(registry_number=number).exclude(pk=stored.pk).exists():
        raise ValidationError({"registry_number": _("Another place has this registry number already.")})
    return keep(place, stored, fields=PLACE_FIELDS, by=by)


@transaction.atomic
def name_place(place: Place, spelling: str, *, by: Actor) -> Kept[PlaceName]:
    """Remember a spelling for a place; one that stood for another place moves over with its events."""
    folded = _folded(spelling)
    stored = PlaceName.objects.select_for_update().filter(city=place.city, folded=folded).first()
    row = PlaceName(
        place=place,
        city=place.city,
        text=stored.text if stored else spelling,
        folded=folded,
        match_key=school_key(spelling)[:200],
    )
    return keep(row, stored, fields=("place",), by=by)


def _spot_in_registry(key: str, state: str) -> Spot | None:
    """The middle of the registry's schools of a city: the gazetteer is large, and web processes do without."""
    schools = School.objects.filter(state=state, city_slug=key, is_closed=False, lat__isnull=False).exclude(zone="")
    found = list(schools.values_list("lat", "lon", "zone", "county").order_by("pk")[:200])
    if not found:
        return None
    lat, lon = fmean(row[0] or 0 for row in found), fmean(row[1] or 0 for row in found)
    zones, counties = Counter(row[2] for row in found), Counter(row[3] for row in found if row[3])
    county = counties.most_common(1)[0][0] if counties else ""
    return Spot(round(lat, 4), round(lon, 4), zones.most_common(1)[0][0], county)


def _folded(name: str) -> str:
    folded = fold(name)[:200]
    if not folded:
        raise ValidationError({"venue": _("The place needs a name with letters or digits in it.")})
    return folded


def _add_place(name: str, city: City, by: Actor) -> Place:
    base = slug(f"{name[:80]} {city.name[:24]} {city.state}", 110)
    taken = set(Place.objects.filter(key__startswith=base).values_list("key", flat=True))
    place = Place(key=free_slug(base, taken), name=name, kind=kind_of(name), city=city)
    return keep(place, None, fields=PLACE_FIELDS, by=by).row
