"""Nia calls actions; what is wrong is refused with a sentence, and nothing is written then."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.operations import call_action, describe_action, set_demand, set_part
from manyplaces.actions.rules import Kind, Tactic, tactic_of
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import sentences
from manyplaces.journal.models import Entry

pytestmark = pytest.mark.django_db


def february(**changed: Any) -> Action:
    facts = {"slug": "feb2016", "name": "National Walk-Ins", "kind": Kind.DAY, "date_edtf": "2016-02-17~"}
    return Action(**{**facts, **changed})


def test_nia_calls_an_action_and_the_journal_says_so(nia: Any) -> None:
    before = current_generation()
    kept = call_action(february(), by=nia)
    assert kept.outcome == "added"
    assert (str(kept.row.date_from), str(kept.row.date_to)) == ("2016-02-17", "2016-02-17")
    entry = Entry.objects.get()
    assert (entry.actor, entry.door, entry.verb, entry.before) == ("Nia", "page", "action.added", None)
    assert current_generation() == before + 1


def test_calling_it_again_unchanged_writes_nothing(nia: Any) -> None:
    call_action(february(), by=nia)
    generation = current_generation()
    assert call_action(february(), by=nia).outcome == "unchanged"
    assert (Entry.objects.count(), current_generation()) == (1, generation)


def test_a_moved_date_is_a_change_that_remembers_the_old_one(nia: Any) -> None:
    call_action(february(), by=nia)
    assert call_action(february(date_edtf="2016-02-18"), by=nia).outcome == "changed"
    assert Entry.objects.latest("pk").before == {
        "date_edtf": "2016-02-17~",
        "date_from": "2016-02-17",
        "date_to": "2016-02-17",
        "version": 0,
    }


def test_a_list_that_names_no_tactic_leaves_the_known_one(nia: Any) -> None:
    call_action(february(tactic=Tactic.WALK_IN), by=nia)
    assert call_action(february(), by=nia).outcome == "unchanged"
    assert Action.objects.get().tactic == Tactic.WALK_IN


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date_edtf": ""}, "date_edtf"),
        ({"date_edtf": "soon"}, "date_edtf"),
        ({"kind": "fortnight"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"slug": "no blanks allowed"}, "slug"),
        ({"tactic": "juggling"}, "tactic"),
    ],
)
def test_a_bad_action_is_refused_at_its_field_and_leaves_no_trace(nia: Any, wrong: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        call_action(february(**wrong), by=nia)
    assert {name for name, _ in sentences(refusal.value)} == {field}
    assert (Action.objects.count(), Entry.objects.count(), current_generation()) == (0, 0, 0)


def test_the_texts_come_in_two_languages_and_fall_back_to_english(nia: Any) -> None:
    action = call_action(february(), by=nia).row
    action.frame, action.frame_es, action.summary = (
        "Schools belong to us.",
        "Las escuelas son nuestras.",
        "It was cold.",
    )
    described = describe_action(action, by=nia).row
    assert described.text("frame", "es") == "Las escuelas son nuestras."
    assert described.text("frame", "en") == "Schools belong to us."
    assert described.text("summary", "es") == "It was cold."


def test_a_part_holds_the_events_on_the_days_it_covers(nia: Any) -> None:
    action = call_action(february(slug="may2014", date_edtf="2014-05-13/2014-05-17"), by=nia).row
    facts = {"action": action, "slug": "local", "name": "Local actions", "date_edtf": "2014-05-17"}
    part = set_part(Part(**facts, covers="2014-05-14/2014-05-18"), by=nia).row
    days = {day: part.holds(*[_day(day)] * 2) for day in ("2014-05-13", "2014-05-14", "2014-05-18", "2014-05-19")}
    assert days == {"2014-05-13": False, "2014-05-14": True, "2014-05-18": True, "2014-05-19": False}
    assert set_part(Part(**facts, covers="2014-05-14/2014-05-18"), by=nia).outcome == "unchanged"


def test_a_demand_is_told_in_two_languages(nia: Any) -> None:
    action = call_action(february(), by=nia).row
    demand = Demand(action=action, slug="funding", description="Enough money", description_es="Dinero suficiente")
    assert set_demand(demand, by=nia).row.text("description", "es") == "Dinero suficiente"


@pytest.mark.parametrize(
    ("spoken", "tactic"),
    [
        ("walk in vision boards", Tactic.WALK_IN),
        ("walk in or afternoon walk", Tactic.WALK_IN),
        ("rally march", Tactic.RALLY),
        ("march rally", Tactic.MARCH),
        ("book drive voter registration", Tactic.OTHER),
        ("", Tactic.OTHER),
    ],
)
def test_the_first_words_of_a_tactic_decide(spoken: str, tactic: Tactic) -> None:
    assert tactic_of(spoken) == tactic


def _day(text: str) -> Any:
    import datetime

    return datetime.date.fromisoformat(text)
