"""A row of the file of events: the event, its attendance, and the news story it names."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.models import safe_link
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.events.rules import Phase
from manyplaces.events.rules.welcome import Access, Spoken, recognised
from manyplaces.exchange.cells import Cells, links_in, read_time, read_when
from manyplaces.exchange.lookups import Lookups, Taken, together
from manyplaces.exchange.tallies import summary, turnout
from manyplaces.journal.operations import Outcome
from manyplaces.places import gazetteer
from manyplaces.places.matching import is_school
from manyplaces.places.models import City
from manyplaces.record.models import MediaHit
from manyplaces.record.operations import add_media_hit, state_turnout
from manyplaces.record.rules import Figures, MediaKind, figures_in
from manyplaces.record.rules.links import host_of, link_key

LONGEST_CITY = 100
PHASES = {phase.value: phase.value for phase in Phase} | {
    "canceled": Phase.CANCELLED.value,
    "confirmed": Phase.COMMITTED.value,
    "scheduled": Phase.PLANNED.value,
    "done": Phase.HELD.value,
    "took place": Phase.HELD.value,
    "happened": Phase.HELD.value,
}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """List the event that the row describes, with its figures and its story."""
    action = lookups.action(cells.text("action_id"))
    event = _event(cells, lookups, action)
    kept = list_event(event, by=by)
    kept.row.action = action
    outcomes: list[Outcome | None] = [_turnout(cells, kept.row, by), _tally(kept.row, by)]
    if cells.text("media_link"):
        outcomes.append(_story(cells, kept.row, action, by))
    return together(kept.row.key, kept.outcome, *outcomes)


def give_id(cells: Cells, lookups: Lookups) -> None:
    """Make an id for a row without one; called for every row in turn, so that correcting one renumbers no other."""
    if not cells.text("id"):
        words = [cells.text(name) for name in ("action_id", "date_edtf", "city", "state", "venue")]
        cells.found["id"] = lookups.made_key(words)


def _event(cells: Cells, lookups: Lookups, action: Action) -> Event:
    city, venue = _where(cells, lookups)
    when = read_time(cells, read_when(cells, city.zone), city.zone)
    return Event(
        key=cells.text("id"),
        action=action,
        city=city,
        venue=venue,
        tactic_words=cells.text("tactic"),
        date_edtf=when.edtf,
        time_local=when.time,
        fold=when.fold,
        zone=city.zone,
        phase=cells.choice("status", PHASES, _("Write planned, committed, held, cancelled, postponed or unreported.")),
        hosts_words=cells.text("hosts"),
        sources=" ".join(links_in(cells.text("source_urls"))),
        note=cells.text("note"),
        spoken=_codes(cells, "languages", Spoken),
        access=_codes(cells, "accessibility", Access),
        access_note=cells.text("accessibility_note"),
        safety=cells.text("safety"),
        capacity=cells.whole("room_for"),
    )


def _codes(cells: Cells, column: str, choices: type[TextChoices]) -> str:
    codes, unknown = recognised(cells.text(column), choices)
    if unknown:
        known = ", ".join(str(label) for label in choices.labels)
        sentence = _("“%(words)s” is not known here. Write some of these, separated by commas: %(known)s.")
        raise ValidationError({column: sentence % {"words": unknown[0][:40], "known": known}})
    return codes


def _where(cells: Cells, lookups: Lookups) -> tuple[City, str]:
    name, state, venue = cells.clean("city", 200), cells.text("state").upper(), cells.clean("venue", 200)
    lat, lon = cells.degrees("lat"), cells.degrees("lon")
    if _is_venue(name, state, venue):
        venue, name = name, ""
    near = gazetteer.nearest(lat, lon, state) if lat is not None and lon is not None and not (state and name) else None
    if not name:
        if near is None:
            sentence = _("“%s” is a school, not a city. Write the school under venue, and its city here.")
            raise ValidationError({"city": sentence % venue[:80]})
        name, state = near.city, near.state
    if not state:
        # A position near a border may lie nearest to a place abroad of it, so the state must know a city of that name.
        if near is None or gazetteer.locate(name, near.state) is None:
            raise ValidationError({"state": _("The state is missing. Write two letters such as WI or PR.")})
        state = near.state
    if len(name) > LONGEST_CITY:
        raise ValidationError({"city": _("This is too long for a city. Write its name alone.")})
    return lookups.city(name, state, lat=lat, lon=lon), venue


def _is_venue(city: str, state: str, venue: str) -> bool:
    """Tell whether somebody wrote the school where the city belongs."""
    if not is_school(city) or (venue and fold(venue) != fold(city)):
        return False
    return gazetteer.locate(city, state) is None


def _turnout(cells: Cells, event: Event, by: Actor) -> Outcome | None:
    """State how many came; an empty cell is no figure, and takes none away."""
    words, basis = cells.text("attendance_text"), cells.text("attendance_basis")
    low, high = cells.whole("attendance_low"), cells.whole("attendance_high")
    if not words and low is None and high is None:
        return None
    figures = Figures(low, high, basis)
    if low is None and high is None and not basis:
        figures = figures_in(words)
    words = words or "-".join(dict.fromkeys(str(side) for side in (low, high) if side is not None))
    return state_turnout(turnout(event, words, figures), by=by).outcome


def _tally(event: Event, by: Actor) -> Outcome | None:
    claim = summary(event)
    return state_turnout(claim, by=by).outcome if claim else None


def _story(cells: Cells, event: Event, action: Action, by: Actor) -> Outcome:
    link = " ".join(links_in(cells.text("media_link")))
    try:
        safe_link(link)
    except ValidationError as refusal:
        raise ValidationError({"media_link": refusal.messages}) from refusal
    outlet = cells.text("media_outlet") or host_of(link)[:200]
    hit = MediaHit(key=link_key(action.slug, link), action=action, outlet=outlet, kind=MediaKind.EARNED, link=link)
    return add_media_hit(hit, [event], by=by).outcome
