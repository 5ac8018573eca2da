"""The table of events in the columns of the Crowd Counting Consortium, for those who count protests across the country.

The columns are those of the data dictionary of its compiled data, in its order; what nobody tells us stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet

from manyplaces.actions.models import Demand
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers, Phase
from manyplaces.exchange.exports.table import IN_ORDER, Table
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.rules import Metric

COLUMNS = (
    *("date", "locality", "state", "location_detail", "online", "type", "title", "macroevent"),
    *("actors", "organizations", "participants", "claims", "valence", "issues", "issues_major"),
    *("size_low", "size_high", "size_mean", "size_text", "size_cat"),
    *("arrests", "arrests_any", "injuries_crowd", "injuries_crowd_any", "injuries_police", "injuries_police_any"),
    *("property_damage", "property_damage_any", "chemical_agents", "participant_measures", "police_measures"),
    *("participant_deaths", "police_deaths"),
)
AFTER_SOURCES = ("notes", "lat", "lon", "resolved_locality", "resolved_county", "resolved_state", "fips_code")
# As many columns of sources as the fullest row needs, and never fewer than these.
FEWEST_SOURCES = 3
# From how many people on an event is in the next order of magnitude.
MAGNITUDES = (1, 100, 1_000, 10_000)


def table(events: QuerySet[Event]) -> Table:
    """Return the single events that were held, action by action in the order they came in."""
    people = Claim.objects.filter(metric=Metric.PEOPLE).order_by("pk")
    stories = MediaHit.objects.exclude(link="").order_by("pk")
    demands = Demand.objects.order_by("pk")
    asked = (Prefetch("demands", demands), Prefetch("action__demands", demands))
    held = events.filter(phase=Phase.HELD).exclude(covers=Covers.CITY)
    found = list(
        held.select_related("action", "city")
        .prefetch_related(*asked, Prefetch("claims", people), Prefetch("media", stories))
        .order_by(*IN_ORDER)
    )
    many = max([FEWEST_SOURCES, *(len(_sources(event)) for event in found)])
    numbered = [f"source_{number}" for number in range(1, many + 1)]
    return Table([*COLUMNS, *numbered, *AFTER_SOURCES], _rows(found, numbered))


def _rows(events: list[Event], numbered: list[str]) -> Iterator[dict[str, object]]:
    for event in events:
        demands = list(event.demands.all()) or list(event.action.demands.all())
        exact = event.first_day if event.first_day == event.last_day else None
        lat, lon = event.public_point
        row: dict[str, object] = {
            "date": exact,
            "locality": event.city.name,
            "state": event.city.state,
            "location_detail": event.public_venue,
            "online": 0,
            "type": event.tactic_words or event.tactic or event.action.tactic,
            "title": event.action.name,
            "actors": event.public_hosts_words,
            "organizations": event.public_hosts_words,
            "claims": ", ".join(demand.description for demand in demands),
            "notes": " ".join(filter(None, ["" if exact else f"Date: {event.date_text}.", event.public_note("en")])),
            "lat": lat,
            "lon": lon,
            "resolved_locality": event.city.name,
            "resolved_county": event.city.county,
            "resolved_state": event.city.state,
        }
        yield row | _size(event) | dict(zip(numbered, _sources(event), strict=False))


def _size(event: Event) -> dict[str, object]:
    """Return how many people came, from the lowest to the highest figure that anybody states; a chosen claim stands."""
    claims = [claim for claim in event.claims.all() if claim.chosen] or list(event.claims.all())
    vague = [claim.value_words for claim in claims if not claim.value_words.replace(",", "").isdigit()]
    figures = [figure for claim in claims for figure in (claim.low, claim.high) if figure is not None]
    low, high = (min(figures), max(figures)) if figures else (None, None)
    mean = None if low is None or high is None else (low + high) / 2
    return {
        "size_low": low,
        "size_high": high,
        "size_mean": mean if mean is None or mean % 1 else int(mean),
        "size_text": "; ".join(vague),
        "size_cat": 0 if mean is None else sum(mean >= least for least in MAGNITUDES),
    }


def _sources(event: Event) -> list[str]:
    stories = [] if event.is_shielded else [hit.link for hit in event.media.all()]
    return list(dict.fromkeys([*event.source_links, *stories]))
