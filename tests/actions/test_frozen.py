"""The record of an action is closed: one rule for every operation and door, and dated notes beside it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action, Demand, MaterialVersion
from manyplaces.actions.operations import (
    call_action,
    freeze_action,
    mark_emptied,
    set_demand,
    turn_openings,
    unfreeze_action,
)
from manyplaces.actions.rules import Kind
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event, Host
from manyplaces.events.operations import mark_held, mark_unreported, pause_commitment
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.operations import import_file
from manyplaces.journal.operations.frozen import way_up
from manyplaces.lists.models import ListRow
from manyplaces.people.models import Organisation
from manyplaces.record.chores import note_tallies
from manyplaces.record.models import Claim, Correction
from manyplaces.record.operations import add_correction, state_claim
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
from tests.rsvps.coming import of_host, walk_in

pytestmark = pytest.mark.django_db(transaction=True)

NIA = Actor("Nia", "page", person=1, grants=(Grant("national"),))
OF_ANOTHER = Actor("Noa", "page", person=2, grants=(Grant("national", action="another"),))
CLOSED = "The record of this action is closed, and nothing in it changes any more."


def over(**facts: Any) -> Event:
    """Hana's walk-in, whose day was last week; her action is over with it."""
    event = walk_in(**facts)
    day = timezone.localdate() - datetime.timedelta(days=7)
    days: dict[str, Any] = {"date_edtf": day.isoformat(), "date_from": day, "date_to": day}
    Action.every.filter(pk=event.action_id).update(**days)
    Event.every.filter(pk=event.pk).update(**days, time_local=None)
    return Event.every.select_related("action", "city").get(pk=event.pk)


def closed(event: Event) -> Event:
    freeze_action(event.action, timezone.now(), by=NIA)
    return Event.every.select_related("action", "city").get(pk=event.pk)


def refused(step: Any) -> str:
    with pytest.raises(NotNow) as refusal:
        step()
    return str(refusal.value)


def claim_about(event: Event) -> Claim:
    words = {"metric_words": "people", "value_words": "70", "claimant": "Journal", "phase": "held"}
    return Claim(action=event.action, city=event.city, event=event, low=70, high=70, **words)


def test_no_operation_changes_a_closed_record_nor_anything_that_hangs_on_it() -> None:
    event = over()
    state_claim(claim_about(event), by=NIA)
    event = closed(event)
    other = claim_about(event)
    other.value_words, other.low, other.high = "90", 90, 90
    action = event.action
    renamed = Action(slug=action.slug, name="Another name", kind=Kind.DAY, date_edtf=action.date_edtf)
    steps = [
        lambda: state_claim(other, by=NIA),
        lambda: mark_held([event], by=NIA),
        lambda: take_report(Report(uid=new_token(), event=event, people_words="62"), by=NIA),
        lambda: call_action(renamed, by=NIA),
        lambda: set_demand(Demand(action=action, description="More nurses"), by=NIA),
        lambda: pause_commitment(event.commitment, by=NIA),
    ]
    assert [refused(step).startswith(CLOSED) for step in steps] == [True] * 6
    assert (Claim.every.count(), Report.objects.count()) == (1, 0)
    assert not Demand.objects.filter(description="More nurses").exists()
    assert Action.every.get(pk=action.pk).name == action.name
    # What stands there already is no change.
    assert state_claim(claim_about(event), by=NIA).outcome == "unchanged"


def test_the_clock_leaves_a_closed_record_alone() -> None:
    closed(over())
    later = timezone.now() + datetime.timedelta(days=1)
    clock = Actor("clock", "clock")
    assert (mark_unreported(later, by=clock), turn_openings(later, by=clock), note_tallies()) == (0, 0, 0)


def test_an_importer_says_it_in_the_report_of_its_row(tmp_path: Path) -> None:
    event = closed(over())
    table = tmp_path / "claims.csv"
    header = "action_id,phase,metric,value_text,low,high,basis,claimed_by,source_url"
    table.write_text(f"{header}\n{event.action.slug},held,schools,400,400,400,stated,AROS,https://example.org/\n")
    report = import_file("claims", table, ColumnMapping(), dry_run=False, by=NIA, tell=lambda _: None)
    assert [line.sentence.startswith(CLOSED) for line in report.refusals] == [True]
    assert Claim.every.count() == 0


def test_private_links_are_dead_at_once() -> None:
    event = over()
    page = of_host(event).replace("/coming/", "/")
    assert Client().get(page).status_code == 200
    closed(event)
    assert Client().get(page).status_code == 404


def test_only_what_is_over_and_public_is_closed_and_only_once() -> None:
    event = walk_in()
    assert "is not over yet" in refused(lambda: freeze_action(event.action, timezone.now(), by=NIA))
    with pytest.raises(PermissionDenied):
        freeze_action(event.action, timezone.now(), by=OF_ANOTHER)
    yesterday = timezone.localdate() - datetime.timedelta(days=3)
    Action.every.filter(pk=event.action_id).update(date_to=yesterday)
    frozen = freeze_action(event.action, timezone.now(), by=NIA)
    assert refused(lambda: freeze_action(frozen, timezone.now(), by=NIA)).startswith(CLOSED)
    assert mark_emptied(frozen, timezone.now(), by=NIA).emptied_at is not None


def test_two_can_open_it_again_and_what_it_holds_can_be_changed_then() -> None:
    event = closed(over())
    unfreeze_action(event.action, by=NIA)
    assert state_claim(claim_about(event), by=NIA).outcome == "added"
    assert "is not closed" in refused(lambda: unfreeze_action(event.action, by=NIA))


def test_corrections_are_dated_notes_beside_a_closed_record() -> None:
    event = over()
    note = Correction(action=event.action, event=event, body="It was 90, not 70.", signed="AROS")
    assert "is not closed" in refused(lambda: add_correction(note, by=NIA))
    event = closed(event)
    with pytest.raises(PermissionDenied):
        add_correction(note, by=OF_ANOTHER)
    add_correction(note, by=NIA)
    twice = Correction(uid=note.uid, action=event.action, event=event, body="It was 90, not 70.", signed="AROS")
    assert add_correction(twice, by=NIA).pk == note.pk
    with pytest.raises(ValidationError):
        add_correction(Correction(action=event.action, body=" ", signed="AROS"), by=NIA)
    assert [(one.day, one.body) for one in event.corrections.all()] == [
        (timezone.localdate().isoformat(), "It was 90, not 70.")
    ]


def test_the_way_from_a_row_to_its_action_is_found_and_what_only_points_there_is_not_bound() -> None:
    assert [way_up(model) for model in (Action, Event, MaterialVersion, Host, ListRow, Organisation)] == [
        (), ("action",), ("material", "action"), ("commitment", "action"), ("of", "action"), None,
    ]  # fmt: skip
    rooms = ("record", "reports", "events")
    free = {
        model._meta.label for room in rooms for model in apps.get_app_config(room).get_models() if not way_up(model)
    }
    assert free == {"record.RecordNote", "events.TrustedHost", "events.BlockedPattern"}
