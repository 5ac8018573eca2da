"""What was published about an action, as recaps, press kits and pages show it: a story once, with its copies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Q

from manyplaces.actions.models import Action
from manyplaces.core.fuzzydates import words
from manyplaces.places.models import City
from manyplaces.record.models import MediaHit
from manyplaces.record.rules import LinkState, MediaKind

NEWS_FIRST = {MediaKind.EARNED.value: 0, MediaKind.PARTNER.value: 2, MediaKind.PAID.value: 3}


@dataclass(frozen=True)
class ShownHit:
    """One story as everybody may see it; texts are empty where they are unknown.

    `link` is where a reader is sent: the original, or the archived copy of one that is gone; empty where neither is.
    """

    key: str
    outlet: str
    headline: str
    is_described: bool
    kind: str
    date_edtf: str
    language: str
    place: str
    original: str
    archived_link: str
    is_gone: bool
    copies: tuple[ShownHit, ...] = ()

    @property
    def link(self) -> str:
        """Where a reader finds it now."""
        return (self.archived_link if self.is_gone else self.original) or self.archived_link

    def date_words(self, language: str) -> str:
        """Return its date as people say it; empty where none is known."""
        return words(self.date_edtf, language) if self.date_edtf else ""


def shown_hits(action: Action, *, city: City | None = None) -> tuple[ShownHit, ...]:
    """Return the stories about an action by date, or about a city in it; each once, copies within it; one query."""
    hits = (
        MediaHit.objects.filter(action=action)
        .select_related("city")
        .order_by(F("date_from").asc(nulls_last=True), "pk")
    )
    if city is not None:
        own = MediaHit.objects.filter(Q(city=city) | Q(events__city=city, events__is_shielded=False), action=action)
        hits = hits.filter(Q(pk__in=own.values("pk")) | Q(copy_of__in=own.values("pk")))
    found = list(hits)
    copies: dict[int, list[ShownHit]] = defaultdict(list)
    here = {hit.pk for hit in found}
    for hit in found:
        if hit.copy_of_id in here:
            copies[hit.copy_of_id or 0].append(_shown(hit))
    return tuple(_shown(hit, tuple(copies[hit.pk])) for hit in found if hit.copy_of_id not in here)


def highlights(action: Action, *, city: City | None = None, most: int = 12) -> tuple[ShownHit, ...]:
    """Return the stories to name first: real headlines before described ones, news before the rest; one query."""
    found = sorted(shown_hits(action, city=city), key=lambda hit: (hit.is_described, NEWS_FIRST.get(hit.kind, 1)))
    return tuple(found[:most])


def _shown(hit: MediaHit, copies: tuple[ShownHit, ...] = ()) -> ShownHit:
    return ShownHit(
        hit.key,
        hit.outlet,
        hit.headline.strip("()") if hit.is_described else hit.headline,
        hit.is_described,
        hit.kind,
        hit.date_edtf,
        hit.language,
        str(hit.city) if hit.city else hit.place_words or hit.state,
        hit.link,
        hit.archived_link,
        hit.link_state in (LinkState.DEAD, LinkState.ARCHIVED),
        copies,
    )
