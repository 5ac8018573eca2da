"""Details of organisations and places: their kinds, and every spelling under which they are known."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold, slug
from manyplaces.events.operations import at_place, in_city, settle_points
from manyplaces.exchange.imports.detail import Detail
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.journal.operations import Outcome
from manyplaces.people.models import Organisation
from manyplaces.people.operations import change_organisation, find_or_add_organisation, name_organisation
from manyplaces.places.matching import school_key
from manyplaces.places.models import City, Place
from manyplaces.places.operations import change_city, change_place, find_or_add_place, name_place
from manyplaces.places.rules import city_key

ORGANISATION_FIELDS = ("alias", "short_name", "kind", "about", "url")
PLACE_FIELDS = ("alias", "kind", "registry_number", "lat", "lon")
CITY_FIELDS = ("lat", "lon", "county")


def say_organisation(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set what is known of an organisation, or a further spelling of its name."""
    known = Organisation.objects.filter(names__folded=fold(detail.key)[:200]).first()
    found = known or find_or_add_organisation(detail.key, by=by).organisation
    if detail.field == "alias":
        named = name_organisation(found, detail.value, by=by).outcome
        return Taken(detail.key, _first(known is None, named))
    organisation = Organisation.objects.get(pk=found.pk)
    # The file's way to write the name holds where it is the same name.
    if fold(organisation.name) == fold(detail.key):
        organisation.name = detail.key
    detail.set_on(organisation)
    return Taken(detail.key, _first(known is None, change_organisation(organisation, by=by).outcome))


def say_city(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set where a city lies, or in which county; the key is "name, state"."""
    city = _city_named(*_parts(detail.key, 2, _("Write the city as name, state: Portland, OR.")))
    if detail.field == "county":
        detail.set_on(city)
    else:
        setattr(city, detail.field, detail.number())
    outcome = change_city(city, by=by).outcome
    settle_points(in_city(city))
    lookups.forget()
    return Taken(detail.key, outcome)


def say_place(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set what is known of a place, or a further spelling of its name; the key is "name, city, state"."""
    name, city = _named(detail.key)
    known = Place.objects.filter(names__city=city, names__folded=fold(name)[:200]).first()
    found = known or find_or_add_place(name, city, by=by).place
    place = Place.objects.get(pk=found.pk)
    renamed: Outcome = "unchanged"
    # A place that events brought under a shortened name ("Bay View HS") takes the full one.
    if place.name != name and school_key(place.name) == school_key(name):
        place.name = name
        renamed = change_place(place, by=by).outcome
    if detail.field == "alias":
        outcome = name_place(place, detail.value, by=by).outcome
        settle_points(at_place(place))
        return Taken(detail.key, _first(known is None, outcome if outcome != "unchanged" else renamed))
    if detail.field in ("lat", "lon"):
        setattr(place, detail.field, detail.number())
    else:
        detail.set_on(place)
    outcome = change_place(place, by=by).outcome
    settle_points(at_place(place))
    return Taken(detail.key, _first(known is None, outcome if outcome != "unchanged" else renamed))


def _first(is_new: bool, outcome: Outcome) -> Outcome:
    return "added" if is_new else "changed" if outcome == "added" else outcome


def _named(key: str) -> tuple[str, City]:
    sentence = _("Write the place as name, city, state: Lincoln High School, Portland, OR.")
    name, city, state = _parts(key, 3, sentence)
    return name, _city_named(city, state)


def _parts(key: str, many: int, sentence: str) -> list[str]:
    parts = [part.strip() for part in key.rsplit(",", many - 1)]
    if len(parts) != many or not all(parts):
        raise ValidationError({"key": sentence})
    return parts


def _city_named(city: str, state: str) -> City:
    found = City.objects.filter(state=state.upper(), slug=slug(city_key(city))).first()
    if found is None:
        sentence = _("No event has been in %(city)s, %(state)s. Check the spelling, or import the events first.")
        raise ValidationError({"key": sentence % {"city": city[:60], "state": state[:20]}})
    return found
