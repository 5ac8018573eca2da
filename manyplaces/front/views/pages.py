"""The pages, one paragraph each; `form` says in which form the page was asked for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.holding import kept_while_held
from manyplaces.events.models import Event
from manyplaces.events.queries import shown_organisations, shown_places
from manyplaces.front.drawings.points import packed
from manyplaces.front.drawings.sharing import action_card
from manyplaces.front.queries.action import action_page
from manyplaces.front.queries.areas import city_page, event_page, state_page
from manyplaces.front.queries.coalition import coalition_page
from manyplaces.front.queries.home import home as home_page
from manyplaces.front.queries.lives import organisation_page, place_page, record_page, search_page
from manyplaces.front.queries.media import media_page
from manyplaces.front.queries.numbers import numbers_page
from manyplaces.front.queries.points import part_of_points, spots
from manyplaces.front.shapes.points import part as words_of_part
from manyplaces.front.shapes.standing import tally as tally_shape
from manyplaces.front.shapes.wording import in_language
from manyplaces.front.views.answering import answer
from manyplaces.places.models import City
from manyplaces.record.queries.standing import standing

# A type of our own: the page store compresses it, as it does none of the files that somebody gave us.
POINTS = "application/x-manyplaces-points"


@kept_while_held
def called(slug: str) -> Action:
    """Return the action of this short name that visitors see; it is not found where there is none."""
    return get_object_or_404(Action, slug=slug)


def home(request: HttpRequest, form: str = "html") -> HttpResponse:
    """Past actions, newest first, and the next one."""
    return answer(request, "home", home_page(timezone.localdate()), form)


def action(request: HttpRequest, slug: str, form: str = "html") -> HttpResponse:
    """One action: what happened, where, and everything behind it."""
    found = called(slug)
    return answer(request, "action", action_page(found, request.GET.get("q", "")[:200]), form)


def numbers(request: HttpRequest, slug: str, form: str = "html") -> HttpResponse:
    """Every claim about an action, with our own count beside it."""
    return answer(request, "numbers", numbers_page(called(slug)), form)


def media(request: HttpRequest, slug: str, form: str = "html") -> HttpResponse:
    """Every media hit of an action."""
    return answer(request, "media", media_page(called(slug)), form)


def state(request: HttpRequest, slug: str, state: str, form: str = "html") -> HttpResponse:
    """One state within an action."""
    page = state_page(called(slug), state.upper())
    if not page.cities:
        raise Http404
    return answer(request, "state", page, form)


def city(request: HttpRequest, slug: str, state: str, city: str, form: str = "html") -> HttpResponse:
    """One city within an action."""
    found = get_object_or_404(City, state=state.upper(), slug=city)
    page = city_page(called(slug), found)
    if not page.events and not page.claims and not page.stories:
        raise Http404
    return answer(request, "city", page, form)


def event(request: HttpRequest, key: str, form: str = "html") -> HttpResponse:
    """What one place did."""
    events = Event.objects.select_related("action", "city", "spelling__place")
    return answer(request, "event", event_page(get_object_or_404(events, key=key)), form)


def place(request: HttpRequest, key: str, form: str = "html") -> HttpResponse:
    """A place through the years."""
    places = shown_places().select_related("city")
    return answer(request, "place", place_page(get_object_or_404(places, key=key)), form)


def organisation(request: HttpRequest, slug: str, form: str = "html") -> HttpResponse:
    """An organisation through the years."""
    known = shown_organisations()
    return answer(request, "organisation", organisation_page(get_object_or_404(known, slug=slug)), form)


def record(request: HttpRequest, form: str = "html") -> HttpResponse:
    """What the record holds, what it lacks, and everything to download."""
    return answer(request, "record", record_page(), form)


def coalition(request: HttpRequest, form: str = "html") -> HttpResponse:
    """Who keeps this site."""
    return answer(request, "coalition", coalition_page(), form)


def search(request: HttpRequest, form: str = "html") -> HttpResponse:
    """Actions, cities, places, organisations and outlets that the words fit."""
    return answer(request, "search", search_page(request.GET.get("q", "").strip()[:200]), form)


def tally(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers of an action as they are now, for screens that ask again and again: about 200 bytes."""
    found = standing(called(slug), timezone.localdate())
    return JsonResponse(tally_shape(found), json_dumps_params={"separators": (",", ":")})


def card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture that a shared link to an action shows."""
    page = action_page(called(slug))
    return HttpResponse(action_card(page, request.LANGUAGE_CODE), "image/png")


def points(request: HttpRequest, slug: str) -> HttpResponse:
    """The points of an action's map, packed for its script."""
    return HttpResponse(packed(spots(called(slug))), POINTS)


def points_part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """What the map says about some of its points, in words."""
    events = part_of_points(called(slug), int(part))
    shape = in_language(words_of_part)(events, request.LANGUAGE_CODE)
    return JsonResponse(shape, json_dumps_params={"ensure_ascii": False})
