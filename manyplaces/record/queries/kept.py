"""What was published, as those see it who keep it: what waits, what is perhaps one story, which links need a look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.events.queries import within
from manyplaces.people.rules import may
from manyplaces.places.geometry import STATES
from manyplaces.places.models import City
from manyplaces.record.models import MediaHit
from manyplaces.record.rules import LinkState
from manyplaces.record.rules.media import KEEPERS, LOOKERS, Answer, HitReview
from manyplaces.record.rules.stories import Said, likeness, likenesses

SHOWS = ("waiting", "copies", "links", "read", "shown", "down")
AT_ONCE = 50


@dataclass(frozen=True)
class Place:
    """Where an item may be about: a city, a state, or the whole country; its value in a form, and its words."""

    value: str
    words: str
    state: str = ""
    city: City | None = None


@dataclass(frozen=True)
class Pair:
    """Two hits that are perhaps one story, the earlier one first, and why."""

    first: MediaHit
    second: MediaHit
    why: str


@dataclass(frozen=True)
class KeptHits:
    """A page of the media hits of an action: how many there are of each sort, and those that were asked for."""

    action: Action
    show: str
    counts: dict[str, int]
    rows: list[MediaHit]
    pairs: list[Pair]
    number: int
    pages: int


def in_reach(action: Action, by: Actor) -> QuerySet[MediaHit]:
    """Return the media hits of an action that the actor may look at, wherever they stand."""
    reach = within(by, *LOOKERS, action="action__slug", state="state", city="city__slug")
    return MediaHit.every.filter(reach, action=action)


def kept_hits(action: Action, by: Actor, show: str = "", number: int = 1) -> KeptHits:
    """Return a page of media hits; five queries. Without a wish it shows what is to be done first."""
    slim = list(in_reach(action, by).select_related("watch").defer("archived_link", "place_words").order_by("pk"))
    sorts = {name: [hit.pk for hit in slim if _is(name, hit)] for name in SHOWS}
    pairs = _pairs(slim)
    counts = {name: len(found) for name, found in sorts.items()} | {"copies": len(pairs)}
    show = show if show in SHOWS else next((name for name in SHOWS[:4] if counts[name]), "shown")
    pages = max(1, -(-counts[show] // AT_ONCE))
    number = min(max(1, number), pages)
    here = slice((number - 1) * AT_ONCE, number * AT_ONCE)
    rows = _full(sorted(sorts[show], reverse=True)[here]) if show != "copies" else []
    shown = pairs[here] if show == "copies" else []
    both = {hit.pk: hit for hit in _full([pk for pair in shown for pk in pair[:2]])} if shown else {}
    return KeptHits(
        action, show, counts, rows, [Pair(both[one], both[two], why) for one, two, why in shown], number, pages
    )


def hit_of(action: Action, key: str, by: Actor) -> MediaHit | None:
    """Return one media hit that the actor may look at, with its original and its link; one query."""
    found = in_reach(action, by).select_related("action", "city", "copy_of", "watch").filter(key=key)
    return found.first()


def likely_originals(hit: MediaHit) -> list[MediaHit]:
    """Return the stories of the same action of which a hit is perhaps a copy; two queries."""
    apart = set(hit.other_stories.values_list("pk", flat=True))
    own = Said.of(hit.pk, hit.headline, hit.date_from, hit.link)
    others = MediaHit.objects.filter(action=hit.action_id, copy_of=None).exclude(pk=hit.pk).order_by("date_from", "pk")
    found = [other for other in others if other.pk not in apart and likeness(own, _said(other))]
    return found[:5]


def likely_known(action: Action, items: Sequence[MediaHit]) -> dict[int, tuple[MediaHit, str]]:
    """Return for each unsaved item, by its place, a hit that is perhaps the same story, and why; one query."""
    stored = list(MediaHit.every.filter(action=action).exclude(review=HitReview.KEPT_BACK).order_by("date_from", "pk"))
    found: dict[int, tuple[MediaHit, str]] = {}
    others = [(hit, _said(hit)) for hit in stored]
    for number, item in enumerate(items):
        said = _said(item)
        like = [(hit, why) for hit, other in others if (why := likeness(said, other))]
        # The very item comes before others that tell the same story.
        like.sort(key=lambda one: (one[1] != "link", one[0].outlet_folded != fold(item.outlet)))
        if like:
            found[number] = like[0]
    return found


def places_for(action: Action, by: Actor, beside: MediaHit | None = None) -> list[Place]:
    """Return what the actor may say that an item is about: cities with events, states, the country; one query."""
    cities = list(City.objects.filter(events__action=action).distinct().order_by("state", "name"))
    if beside is not None and beside.city is not None and beside.city not in cities:
        cities.append(beside.city)
    states = sorted({city.state for city in cities} | ({beside.state} if beside and beside.state else set()))
    found = [Place("", _("Nationwide or in several places"))] if may(by, *KEEPERS, action=action.slug) else []
    for state in states:
        if may(by, *KEEPERS, action=action.slug, state=state):
            found.append(Place(state, STATES[state][0], state))
        found += [
            Place(f"{state}/{city.slug}", str(city), state, city)
            for city in cities
            if city.state == state and may(by, *KEEPERS, action=action.slug, state=state, city=city.slug)
        ]
    return found


def _said(hit: MediaHit) -> Said:
    return Said.of(hit.pk or 0, hit.headline, hit.date_from, hit.link)


def _is(name: str, hit: MediaHit) -> bool:
    watch = hit.watched
    is_shown = hit.review == HitReview.SHOWN
    if name == "links":
        doubtful = watch is not None and watch.answer in (Answer.HOME, Answer.UNSAFE)
        return is_shown and (doubtful or hit.link_state == LinkState.DEAD)
    if name == "read":
        return is_shown and watch is not None and watch.has_read
    if name == "down":
        return hit.review in (HitReview.KEPT_BACK, HitReview.TAKEN_DOWN)
    return hit.review == name and name in (HitReview.WAITING, HitReview.SHOWN)


def _pairs(slim: Iterable[MediaHit]) -> list[tuple[int, int, str]]:
    """Return the pairs of shown stories that are perhaps one, but those of which somebody said that they are not."""
    hits = [hit for hit in slim if hit.review == HitReview.SHOWN and not hit.copy_of_id]
    apart = set(
        MediaHit.other_stories.through.objects.filter(from_mediahit__in=[hit.pk for hit in hits]).values_list(
            "from_mediahit", "to_mediahit"
        )
    )
    found = likenesses(_said(hit) for hit in hits)
    return [(one.first, one.second, one.why) for one in found if (one.first, one.second) not in apart]


def _full(keys: Iterable[int]) -> list[MediaHit]:
    wanted = list(keys)
    rows = MediaHit.every.select_related("city", "copy_of", "watch").filter(Q(pk__in=wanted))
    found = {hit.pk: hit for hit in rows}
    return [found[key] for key in dict.fromkeys(wanted) if key in found]
