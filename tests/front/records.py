"""A small but complete record, made through the operations: what page, feed and browser tests stand on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.operations import call_action, describe_action, set_demand, set_part
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.operations import describe_event, list_event
from manyplaces.front.queries.action import action_page
from manyplaces.front.queries.areas import city_page, event_page, state_page
from manyplaces.front.queries.coalition import coalition_page
from manyplaces.front.queries.home import home
from manyplaces.front.queries.lives import organisation_page, place_page, record_page, search_page
from manyplaces.front.queries.media import media_page
from manyplaces.front.queries.near import Asked, near_page
from manyplaces.front.queries.numbers import numbers_page
from manyplaces.people.models import Organisation
from manyplaces.people.operations import change_organisation, find_or_add_organisation, name_organisation
from manyplaces.places.models import City, Place
from manyplaces.places.operations import change_place, find_or_add_city, find_or_add_place, name_place
from manyplaces.record.models import Claim, MediaHit, RecordNote
from manyplaces.record.operations import add_media_hit, describe_media_hit, set_note, state_claim, state_turnout

SOURCE = "https://example.org/recap"


@dataclass(frozen=True)
class SmallRecord:
    """Three October days with two parts, and a season in which one school took part again under another spelling."""

    days: Action
    season: Action


def make_small_record(by: Actor) -> SmallRecord:
    """Make the record as `by`; every change goes through an operation."""
    days, season = _actions(by)
    _parts_and_demands(days, by)
    _events(days, season, by)
    _people_and_places(by)
    _claims(days, season, by)
    _media(days, season, by)
    note = RecordNote(
        slug="lacking",
        position=1,
        heading="What is not in it",
        heading_es="Lo que falta",
        body="Photos are not kept here.",
        body_es="Aquí no se guardan fotos.",
    )
    set_note(note, by=by)
    return SmallRecord(days, season)


def _actions(by: Actor) -> tuple[Action, Action]:
    days = Action(
        slug="oct2025",
        name="Walk-Ins for Öur Schools & <b>Yours</b>",
        name_es="Entradas juntas por nuestras escuelas",
        kind="day",
        tactic="walk-in",
        date_edtf="2025-10-08/2025-10-10",
        date_note="Boston held its event a day late",
        frame="Parents, students and educators walk in together.",
        frame_es="Familias, estudiantes y docentes entran juntos.",
        summary="On three days in October people walked in together.",
    )
    season = Action(slug="fall2025", name="Season of Vigils", kind="season", date_edtf="2025-23")
    for action in (days, season):
        call_action(action, by=by)
        describe_action(action, by=by)
    return Action.objects.get(slug="oct2025"), Action.objects.get(slug="fall2025")


def _parts_and_demands(days: Action, by: Actor) -> None:
    kick_off = Part(
        action=days,
        slug="kick-off",
        name="Kick-off in Milwaukee",
        name_es="Arranque en Milwaukee",
        date_edtf="2025-10-08",
        summary="The days began before school.",
    )
    local = Part(action=days, slug="local", name="Local actions", date_edtf="2025-10-09/2025-10-10")
    for part in (kick_off, local):
        set_part(part, by=by)
    funding = Demand(
        action=days, slug="funding", description="Fund every school", description_es="Fondos para cada escuela"
    )
    set_demand(funding, by=by)


def _events(days: Action, season: Action, by: Actor) -> None:
    def listed(action: Action, key: str, city: str, state: str, venue: str, **facts: Any) -> Event:
        where = find_or_add_city(city, state, by=by)
        return list_event(Event(action=action, key=key, city=where, venue=venue, **facts), by=by).row

    day, morning = "2025-10-08", datetime.time(7, 30)
    first = listed(
        *(days, "WI1", "Milwaukee", "WI", "Lincoln High School"),
        date_edtf=day,
        time_local=morning,
        phase="held",
        hosts_words="Parents United; students",
        sources=f"{SOURCE} https://example.org/photos",
    )
    first.note, first.note_es = "About 10 °F; everybody came.", "Unos -12 °C; vino todo el mundo."
    describe_event(first, by=by)
    listed(days, "WI2", "Milwaukee", "WI", "city tally: close to 70 schools", phase="held", sources=SOURCE)
    listed(
        *(days, "PR1", "Mayagüez", "PR", "Escuela José de Diego"),
        date_edtf="2025-10-09",
        time_local=datetime.time(8, 0),
        phase="held",
        hosts_words="Federación de Maestros",
    )
    listed(days, "FL1", "Miami", "FL", "Booker T. Washington", date_edtf="2025-10-09", phase="cancelled")
    listed(
        *(season, "IL1", "Chicago", "IL", "Daley Plaza"),
        tactic_words="vigil",
        date_edtf="2025-11-02",
        time_local=datetime.time(1, 30),
        fold=1,
        phase="postponed",
    )
    listed(season, "WI3", "Milwaukee", "WI", "Lincoln HS", tactic_words="sing-along", phase="planned")


def _people_and_places(by: Actor) -> None:
    parents = find_or_add_organisation("Parents United", by=by).organisation
    parents.short_name, parents.kind, parents.url = "PU", "member", "https://example.org/pu"
    parents.about, parents.about_es = "Parents of Milwaukee.", "Familias de Milwaukee."
    change_organisation(parents, by=by)
    name_organisation(parents, "Parents United of Milwaukee", by=by)
    milwaukee = find_or_add_city("Milwaukee", "WI", by=by)
    school = find_or_add_place("Lincoln High School", milwaukee, by=by).place
    school.registry_number, school.lat, school.lon = "550960001234", 43.0412, -87.9201
    change_place(school, by=by)
    name_place(school, "Lincoln HS", by=by)


def _claims(days: Action, season: Action, by: Actor) -> None:
    def states(words: str, metric: str, phase: str = "held", action: Action = days, **facts: Any) -> None:
        claim = Claim(action=action, value_words=words, metric_words=metric, phase=phase, source_url=SOURCE, **facts)
        state_claim(claim, by=by)

    milwaukee = find_or_add_city("Milwaukee", "WI", by=by)
    states("over 800", "schools", low=800, basis="at least", claimant="Coalition", date_edtf="2025-10-12")
    states("1,000+", "schools", low=1000, basis="at least", claimant="A blog", disputed=True)
    states("hundreds", "people", low=200, basis="vague word (CCC rule)", claimant="The Morning Post")
    states("2,000", "schools (NEA)", phase="committed", low=2000, high=2000, claimant="NEA")
    states("238", "cities", phase="committed", low=238, high=238, claimant="Coalition")
    states("close to 70", "schools", high=70, basis="at most", claimant="Carla", city=milwaukee)
    states("dozens", "events", phase="planned", action=season, claimant="Newsletter")
    turnout = Claim(
        action=days,
        event=Event.objects.get(key="WI1"),
        metric_words="people",
        value_words="62",
        phase="held",
        low=62,
        high=62,
        basis="counted",
        claimant="Hana",
    )
    state_turnout(turnout, by=by)


def _media(days: Action, season: Action, by: Actor) -> None:
    def adds(key: str, outlet: str, headline: str, action: Action = days, **facts: Any) -> MediaHit:
        events = facts.pop("events", None)
        return add_media_hit(
            MediaHit(key=key, action=action, outlet=outlet, headline=headline, **facts), events, by=by
        ).row

    milwaukee = find_or_add_city("Milwaukee", "WI", by=by)
    here = {"city": milwaukee, "state": "WI", "place_words": "Milwaukee"}
    first = Event.objects.filter(key="WI1")
    story = adds(
        *("M1", "Journal Sentinel", "Parents walk in at “Lincoln” & elsewhere"),
        **here,
        kind="earned",
        date_edtf="2025-10-08",
        link="https://example.com/walk-in?a=1&b=2",
        events=first,
    )
    copy = adds("M2", "Madison Courier", "Parents walk in", **here, kind="syndicated copy", date_edtf="2025-10-09")
    copy.copy_of = story
    describe_media_hit(copy, by=by)
    lost = adds(
        *("M3", "Common Dreams", "(a column about the days)"),
        kind="opinion",
        date_edtf="2025-10",
        link="https://example.com/gone",
    )
    lost.link_state, lost.archived_link = "archived", "https://web.archive.org/web/2025/https://example.com/gone"
    describe_media_hit(lost, by=by)
    spanish = adds("M4", "El Nuevo Día", "Entran juntos en Mayagüez", state="PR", kind="earned", date_edtf="2025-10-09")
    spanish.language = "es"
    describe_media_hit(spanish, by=by)
    adds("M5", "Radio Chicago", "", action=season, kind="advance", date_edtf="2025-10~")


def pages_of(record: SmallRecord) -> dict[str, Any]:
    """Return one page of every kind, as the queries of the front make them."""
    milwaukee = City.objects.get(state="WI", slug="milwaukee")
    events = Event.objects.select_related("action", "city", "spelling__place")
    return {
        "home": home(datetime.date(2025, 12, 1)),
        "action": action_page(record.days, "lincoln"),
        "numbers": numbers_page(record.days),
        "media": media_page(record.days),
        "near": near_page(record.days, Asked("53202")),
        "state": state_page(record.days, "WI"),
        "city": city_page(record.days, milwaukee),
        "event": event_page(events.get(key="WI1")),
        "place": place_page(Place.objects.select_related("city").get(name="Lincoln High School")),
        "organisation": organisation_page(Organisation.objects.get(slug="parents-united")),
        "record": record_page(),
        "coalition": coalition_page(),
        "search": search_page("lincoln"),
    }
