"""The page of all media hits of an action: by place or by date, a story once with its copies under it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from manyplaces.actions.models import Action
from manyplaces.record.models import MediaHit


@dataclass(frozen=True)
class Story:
    """One story with its copies and reposts."""

    hit: MediaHit
    copies: list[MediaHit]


@dataclass(frozen=True)
class StoryGroup:
    """The stories of one place, by date; state and city are empty for those about the whole country."""

    state: str
    city: str
    slug: str
    stories: list[Story]


@dataclass(frozen=True)
class MediaPage:
    """What the page of media hits shows: all stories by date, and the same by place."""

    action: Action
    by_date: list[Story]
    by_place: list[StoryGroup]
    copies: int


def media_page(action: Action) -> MediaPage:
    """Return the page of media hits; three queries."""
    hits = list(MediaHit.objects.filter(action=action).select_related("city").order_by("date_from", "pk"))
    copies: dict[int, list[MediaHit]] = defaultdict(list)
    for hit in hits:
        if hit.copy_of_id:
            copies[hit.copy_of_id].append(hit)
    stories = [Story(hit, copies[hit.pk]) for hit in hits if not hit.copy_of_id]
    return MediaPage(action, stories, _by_place(action, stories), sum(len(found) for found in copies.values()))


def _by_place(action: Action, stories: list[Story]) -> list[StoryGroup]:
    groups: dict[tuple[str, str, str], list[Story]] = defaultdict(list)
    events = _cities_of_events(action)
    for story in stories:
        hit = story.hit
        if hit.city:
            place = (hit.city.state, hit.city.name, hit.city.slug)
        else:
            place = (hit.state, "", "") if hit.state or hit.place_words else _shared(events[hit.pk])
        groups[place].append(story)
    return [StoryGroup(*place, found) for place, found in sorted(groups.items())]


def _cities_of_events(action: Action) -> dict[int, set[tuple[str, str, str]]]:
    """Return the cities of the events that each story without a place of its own is about; one query."""
    pairs = MediaHit.events.through.objects.filter(mediahit__action=action, mediahit__city=None, mediahit__state="")
    columns = ("mediahit", "event__city__state", "event__city__name", "event__city__slug")
    found: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for hit, *city in pairs.values_list(*columns).distinct():
        found[hit].add((city[0], city[1], city[2]))
    return found


def _shared(cities: set[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Return the one city, or the one state of several cities; nothing where they lie in several states."""
    if len(cities) == 1:
        return next(iter(cities))
    states = {state for state, _name, _slug in cities}
    return (states.pop(), "", "") if len(states) == 1 else ("", "", "")
