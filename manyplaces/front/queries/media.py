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
    """Return the page of media hits; two queries."""
    hits = list(MediaHit.objects.filter(action=action).select_related("city").order_by("date_from", "pk"))
    copies: dict[int, list[MediaHit]] = defaultdict(list)
    for hit in hits:
        if hit.copy_of_id:
            copies[hit.copy_of_id].append(hit)
    stories = [Story(hit, copies[hit.pk]) for hit in hits if not hit.copy_of_id]
    return MediaPage(action, stories, _by_place(stories), sum(len(found) for found in copies.values()))


def _by_place(stories: list[Story]) -> list[StoryGroup]:
    groups: dict[tuple[str, str, str], list[Story]] = defaultdict(list)
    for story in stories:
        city = story.hit.city
        groups[(city.state, city.name, city.slug) if city else (story.hit.state, "", "")].append(story)
    return [StoryGroup(*place, found) for place, found in sorted(groups.items())]
