"""Nia drafts, changes, publishes and copies actions; who comes late is told; a stranger gets nowhere."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.operations import (
    change_action,
    draft_action,
    duplicate_action,
    publish_action,
    remove_demand,
    remove_part,
    set_demand,
    set_goals,
    set_part,
    turn_openings,
    unpublish_action,
)
from manyplaces.actions.queries import changes_since, untranslated
from manyplaces.actions.rules import Tactic, is_in_time, is_open, require_in_time, require_open, shifted, tactics_of
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.journal.models import Entry
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.operations import add_media_hit, state_claim

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")


def october(**changed: Any) -> Action:
    facts = {"slug": "oct2026", "name": "October 6", "kind": "day", "date_edtf": "2026-10-06"}
    return Action(**{**facts, **changed})


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def event_of(action: Action, by: Any) -> Event:
    city = find_or_add_city("Milwaukee", "WI", by=by)
    return list_event(Event(action=action, key="E1", city=city, phase="planned"), by=by).row


def test_a_draft_is_nobodys_business_and_leaves_stored_pages_alone(nia: Any) -> None:
    before = current_generation()
    draft = draft_action(october(), by=nia).row
    assert (list(Action.objects.all()), list(Action.every.all())) == ([], [draft])
    assert current_generation() == before
    assert publish_action(draft, version=0, by=nia).outcome == "changed"
    assert list(Action.objects.all()) == [draft]
    assert current_generation() == before + 1


def test_the_same_form_sent_twice_makes_one_action(nia: Any) -> None:
    draft_action(october(), by=nia)
    with pytest.raises(ValidationError) as refused:
        draft_action(october(name="Another"), by=nia)
    assert refused.value.message_dict == {
        "slug": ["Another action has this short name already. Choose one of its own."]
    }
    assert Action.every.count() == 1


STEPS = {
    "draft": lambda action, by: draft_action(october(slug="other"), by=by),
    "change": lambda action, by: change_action(october(name="Mine"), version=0, by=by),
    "publish": lambda action, by: publish_action(action, version=0, by=by),
    "unpublish": lambda action, by: unpublish_action(action, version=0, by=by),
    "copy": lambda action, by: duplicate_action(action, slug="like", name="Like", date_edtf="2027", by=by),
    "part": lambda action, by: set_part(Part(action=action, name="Mine"), by=by),
    "no part": lambda action, by: remove_part(Part.objects.get(), by=by),
    "demand": lambda action, by: set_demand(Demand(action=action, description="Mine"), by=by),
    "no demand": lambda action, by: remove_demand(Demand.objects.get(), by=by),
    "goal": lambda action, by: set_goals(action, {"WI": 1}, by=by),
}


@pytest.mark.parametrize("step", STEPS)
def test_only_a_national_coordinator_whom_the_action_reaches_changes_it(
    nia: Any, ruth: Any, carla: Any, otto: Any, step: str
) -> None:
    action = draft_action(october(), by=nia).row
    set_part(Part(action=action, name="Kick-off"), by=nia)
    set_demand(Demand(action=action, description="More nurses"), by=nia)
    elsewhere = Actor("Noor", "page", grants=(Grant("national", action="feb2026"),))
    entries = Entry.objects.count()
    for stranger in (otto, ruth, carla, elsewhere):
        with pytest.raises(PermissionDenied):
            STEPS[step](action, stranger)
    assert Entry.objects.count() == entries


def test_who_saves_an_older_state_is_told_what_changed_and_nothing_is_lost(nia: Any) -> None:
    noor = Actor("Noor", "page", grants=(Grant("national"),))
    draft_action(october(frame="Schools for all"), by=nia)
    change_action(october(frame="Schools for every child", opens_at=at("2026-09-01T12:00")), version=0, by=noor)
    with pytest.raises(NotNow):
        change_action(october(frame="My words", name="October 6th"), version=0, by=nia)
    stored = Action.every.get()
    assert (stored.frame, stored.name, stored.version) == ("Schools for every child", "October 6", 1)
    told = {change.field: (change.who, change.base, change.now) for change in changes_since(stored, 0)}
    assert told == {
        "frame": ("Noor", "Schools for all", "Schools for every child"),
        "opens_at": ("Noor", None, at("2026-09-01T12:00")),
        "version": ("Noor", 0, 1),
    }
    assert changes_since(stored, 1) == []
    assert change_action(october(frame="My words"), version=1, by=nia).row.version == 2


def test_an_unchanged_form_is_no_change(nia: Any) -> None:
    draft_action(october(), by=nia)
    entries = Entry.objects.count()
    assert change_action(october(), version=0, by=nia).outcome == "unchanged"
    assert Entry.objects.count() == entries


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date_edtf": ""}, "date_edtf"),
        ({"name": "x" * 1_000_000}, "name"),
        ({"frame": "x" * 10_001}, "frame"),
        ({"opens_at": at("2026-09-01T12:00"), "closes_at": at("2026-09-01T12:00")}, "closes_at"),
        ({"closes_at": at("2026-09-01T12:00")}, "opens_at"),
        ({"tactics": "walk-in riot"}, "tactics"),
        ({"tactics": "rally", "tactic": "walk-in"}, "tactic"),
        ({"zone": "America/Atlantis"}, "zone"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(nia: Any, wrong: dict[str, Any], field: str) -> None:
    draft_action(october(), by=nia)
    with pytest.raises(ValidationError) as refused:
        change_action(october(**wrong), version=0, by=nia)
    assert list(refused.value.message_dict) == [field]
    assert Action.every.get().version == 0


def test_naughty_names_are_kept_as_text(nia: Any, shared: Any) -> None:
    import json

    for number, text in enumerate(json.loads((shared / "corpora/strings/blns.json").read_text())[:80]):
        try:
            wanted = clean_line(text)
        except ValidationError:
            wanted = ""
        try:
            kept = draft_action(october(slug=f"naughty{number}", name=text), by=nia).row.name
        except ValidationError:
            kept = ""
        assert kept == wanted


def test_a_public_action_becomes_a_draft_again_only_while_nothing_rests_on_it(nia: Any) -> None:
    action = publish_action(draft_action(october(), by=nia).row, version=0, by=nia).row
    with pytest.raises(NotNow):
        publish_action(action, version=1, by=nia)
    assert unpublish_action(action, version=1, by=nia).row.visibility == "draft"
    publish_action(action, version=2, by=nia)
    event_of(Action.objects.get(), nia)
    with pytest.raises(NotNow):
        unpublish_action(action, version=3, by=nia)
    assert Action.objects.count() == 1


def test_what_is_used_is_not_removed(nia: Any) -> None:
    action = publish_action(draft_action(october(), by=nia).row, version=0, by=nia).row
    used, free = (set_demand(Demand(action=action, description=text), by=nia).row for text in ("Nurses", "Art"))
    event_of(action, nia).demands.add(used)
    with pytest.raises(NotNow):
        remove_demand(used, by=nia)
    remove_demand(free, by=nia)
    remove_demand(free, by=nia)
    remove_part(set_part(Part(action=action, name="Kick-off"), by=nia).row, by=nia)
    assert (list(Demand.objects.all()), Part.objects.count()) == ([used], 0)
    assert Entry.objects.filter(verb="demand.removed").get().before == {
        "action": "oct2026",
        "slug": "art",
        "description": "Art",
        "description_es": "",
    }


def test_parts_of_one_name_get_addresses_of_their_own(nia: Any) -> None:
    action = draft_action(october(), by=nia).row
    slugs = [set_part(Part(action=action, name="Kick-off"), by=nia).row.slug for _ in range(2)]
    assert slugs == ["kick-off", "kick-off-2"]


def test_a_new_action_like_february(nia: Any) -> None:
    february = draft_action(
        october(slug="feb", date_edtf="2026-02-17", tactics="walk-in rally", tactic="walk-in", lead_hours=24,
                time_local=datetime.time(7, 45), guidelines="Call the principal.", goal=900, summary="It was great.",
                rights="You may film.", rights_es="Puede filmar.", safety="Stay together.", bring="Water.",
                opens_at=at("2026-01-01T12:00")),
        by=nia,
    ).row  # fmt: skip
    set_part(Part(action=february, name="Kick-off", date_edtf="2026-02-16", covers="2026-02-15/2026-02-16"), by=nia)
    set_part(Part(action=february, name="Season", date_edtf="2026-21"), by=nia)
    set_demand(Demand(action=february, description="Nurses", description_es="Enfermeras"), by=nia)
    assert set_goals(february, {"WI": 40, "IL": 0}, by=nia) == 1
    event_of(february, nia) if february.visibility == "public" else None
    facts = {"slug": "oct", "name": "October", "date_edtf": "2026-10-06"}
    made = duplicate_action(february, **facts, by=nia).row
    taken = (made.tactics, made.time_local, made.guidelines, made.goal, made.lead_hours, made.summary, made.opens_at)
    assert taken == ("walk-in rally", datetime.time(7, 45), "Call the principal.", 900, 24, "", None)
    know = (made.rights, made.rights_es, made.safety, made.bring)
    assert know == ("You may film.", "Puede filmar.", "Stay together.", "Water.")
    assert {field for _owner, field in untranslated(made)} >= {"safety", "bring"}
    parts = list(made.parts.order_by("pk").values_list("name", "date_edtf", "covers"))
    assert parts == [("Kick-off", "2026-10-05", "2026-10-04/2026-10-05"), ("Season", "", "")]
    assert list(made.demands.values_list("description", "description_es")) == [("Nurses", "Enfermeras")]
    assert list(made.state_goals.values_list("state", "goal")) == [("WI", 40)]
    assert made.visibility == "draft"


def test_it_is_open_from_one_moment_to_the_other_and_never_after_its_day() -> None:
    action = october(opens_at=at("2026-09-01T12:00"), closes_at=at("2026-10-05T22:00"))
    moments = ("2026-09-01T11:59", "2026-09-01T12:00", "2026-10-05T21:59", "2026-10-05T22:00")
    assert [is_open(action, at(moment)) for moment in moments] == [False, True, True, False]
    endless = october(opens_at=at("2026-09-01T12:00"))
    endless.settle_date()
    # In Pago Pago the sixth ends eleven hours after it has ended in London.
    assert [is_open(endless, at(moment)) for moment in ("2026-10-07T10:59", "2026-10-07T11:00")] == [True, False]
    for never in (october(), october(opens_at=at("2026-09-01T12:00"), visibility="draft")):
        with pytest.raises(NotNow):
            require_open(never, at("2026-09-02T12:00"))


def test_the_lead_time_is_kept_to_the_minute() -> None:
    action, start = october(lead_hours=24), at("2026-10-06T12:00")
    assert [is_in_time(action, start, at(now)) for now in ("2026-10-05T12:00", "2026-10-05T12:01")] == [True, False]
    with pytest.raises(NotNow, match="24 hours"):
        require_in_time(action, start, at("2026-10-06T11:00"))


def test_the_usual_tactic_comes_first_and_none_named_means_all() -> None:
    assert tactics_of(october(tactics="walk-in rally", tactic="rally")) == [Tactic.RALLY, Tactic.WALK_IN]
    assert tactics_of(october()) == list(Tactic)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2026-02-27", "2026-03-01"),
        ("2026-02-27~", "2026-03-01~"),
        ("2026-02-27/2026-02-28", "2026-03-01/2026-03-02"),
        ("2026-02", ""),
        ("2026-23", ""),
        ("", ""),
        ("2200-12-31", ""),
    ],
)
def test_exact_dates_move_and_others_do_not(text: str, moved: str) -> None:
    assert shifted(text, 2) == moved


def test_the_clock_opens_and_closes_and_says_so_once(nia: Any) -> None:
    facts = {"opens_at": at("2026-09-01T12:00"), "closes_at": at("2026-10-01T12:00")}
    publish_action(draft_action(october(**facts), by=nia).row, version=0, by=nia)
    Action.every.update(is_taking=False)
    turned = [
        turn_openings(at(now), by=CLOCK)
        for now in ("2026-08-31T12:00", "2026-09-01T12:00", "2026-09-01T12:01", "2026-10-01T12:00", "2026-10-02T12:00")
    ]
    assert turned == [0, 1, 0, 1, 0]


def test_what_lacks_its_spanish_is_named(nia: Any) -> None:
    action = draft_action(october(name_es="6 de octubre", frame="Schools for all"), by=nia).row
    set_demand(Demand(action=action, description="Nurses"), by=nia)
    assert untranslated(action) == [("", "frame"), ("Nurses", "description")]


def test_nothing_that_pages_show_is_added_to_a_draft(nia: Any) -> None:
    draft = draft_action(october(), by=nia).row
    with pytest.raises(NotNow, match="This action is a draft"):
        event_of(draft, nia)
    for row, add in (
        (
            Claim(action=draft, value_words="40", metric_words="schools", phase="held", source_url="https://e.org/"),
            state_claim,
        ),
        (MediaHit(action=draft, key="M1", headline="Walk-in", kind="earned", outlet="Journal"), add_media_hit),
    ):
        with pytest.raises(NotNow, match="This action is a draft"):
            add(row, by=nia)
