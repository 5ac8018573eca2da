"""Nia carries what was told of an action to another installation, and nothing that two have not let be read."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.operations import freeze_action, unfreeze_action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.exchange.models import Import
from manyplaces.exchange.naming import claim_name
from manyplaces.record.models import Claim, Correction
from manyplaces.record.operations import add_correction
from manyplaces.reports.models import Recap
from manyplaces.reports.operations import (
    bring_closing,
    bring_correction,
    bring_recap,
    correct_recap,
    hand_in_recap,
    withdraw_recap,
    write_recap,
)
from tests.exchange.conftest import exported, rows_of
from tests.exchange.elsewhere import begin, outcomes, run, told
from tests.reports import test_recap
from tests.reports.test_recap import claimed, correction, public, written

pytestmark = pytest.mark.django_db(transaction=True)
event, nia, noa = test_recap.event, test_recap.nia, test_recap.noa
RECAPS = "action_id,text,text_es,photos,stories,shows_cities,written_at,published_at\n"


@pytest.fixture
def here(settings: Any, tmp_path: Path, event: Event) -> Path:
    """The folder of the test, with the data of the site in it."""
    begin(settings, tmp_path)
    return tmp_path


def brought(folder: Path, kind: str, table: str) -> tuple[int, str]:
    """Import a table of a kind; returns how it ended."""
    (folder / f"{kind}.csv").write_text(table)
    return told(run("import", kind, folder / f"{kind}.csv"))


def has_canary(folder: Path) -> list[str]:
    """The files of an exported record in which the word stands that nobody may read."""
    assert told(run("export", "record", folder / "record.zip")) == (0, "")
    with zipfile.ZipFile(folder / "record.zip") as opened:
        return [name for name in opened.namelist() if b"CANARY" in opened.read(name)]


def test_a_draft_what_waits_and_what_was_taken_off_the_page_are_not_in_the_export(
    event: Event, here: Path, nia: Actor, noa: Actor
) -> None:
    row = write_recap(written(event.action, "CANARY"), version=0, by=nia)
    assert has_canary(here) == []
    hand_in_recap(row, version=row.version, by=nia)
    assert has_canary(here) == []
    Recap.objects.all().delete()
    row = public(event.action, nia, noa, "CANARY 300")
    row = correct_recap(written(event.action, "CANARY 200"), correction("CANARY was 300"), version=row.version, by=nia)
    assert has_canary(here) == ["recaps.csv", "corrections.csv"]
    withdraw_recap(row, version=row.version, by=nia)
    assert has_canary(here) == []


def test_a_correction_that_no_page_shows_is_not_in_the_export(event: Event, here: Path, nia: Actor) -> None:
    freeze_action(event.action, timezone.now(), by=nia)
    for about in (None, event):
        add_correction(Correction(action=event.action, event=about, body="CANARY", signed="Nia"), by=nia)
    assert len(rows_of(exported("corrections"))) == 2
    Event.every.update(is_listed=False)
    assert [row["event_id"] for row in rows_of(exported("corrections"))] == [""]
    unfreeze_action(event.action, by=nia)
    assert (rows_of(exported("corrections")), rows_of(exported("closings"))) == ([], [])


def test_nobody_is_named_as_who_wrote_or_published_it(event: Event, here: Path, nia: Actor, noa: Actor) -> None:
    public(event.action, nia, noa)
    assert (b"Nia" in exported("recaps"), b"Noa" in exported("recaps")) == (False, False)


def test_a_number_is_called_by_what_it_says_and_never_by_its_row(
    event: Event, here: Path, nia: Actor, noa: Actor
) -> None:
    one, other = claimed(event.action), claimed(event.action, "190", "AFT")
    row = public(event.action, nia, noa, f"[[claim {one.pk}]] [[ Claim  {other.pk}]] [[our held]]")
    text = rows_of(exported("recaps"))[0]["text"]
    assert text == f"[[claim {claim_name(one)}]] [[claim {claim_name(other)}]] [[our held]]"
    Claim.every.filter(pk=other.pk).delete()
    assert rows_of(exported("recaps"))[0]["text"] == f"[[claim {claim_name(one)}]] [[claim gone]] [[our held]]"
    assert row.body.startswith(f"[[claim {one.pk}]]")


@pytest.mark.parametrize("mark", ["claim {pk}", "claim 0123456789abcdef", "our hopes", ""])
def test_a_mark_that_names_no_claim_by_what_it_says_is_refused(event: Event, here: Path, mark: str) -> None:
    mark = mark.format(pk=claimed(event.action).pk)
    code, said = brought(here, "recaps", f"{RECAPS}october,We walked in.,Fueron [[{mark}]].,,,yes,,\n")
    assert (code, f"line 2, column text_es: [[{mark}]] is no number of this action" in said) == (1, True)
    assert not Recap.objects.exists()


@pytest.mark.parametrize(
    "cells, sentence",
    [
        ("october,We.,,p-none,,yes,,", "column photos: One of these photos is not shown to anybody any more"),
        ("october,We.,,,h-none,yes,,", "column stories: One of these stories is not in the record any more"),
        ("october,We.,,,,perhaps,,", "column shows_cities: “perhaps” is not known here. Write yes or no."),
        ("nowhere,We.,,,,yes,,", "column action_id: There is no action “nowhere”"),
    ],
)
def test_what_a_recap_cannot_be_is_refused_by_its_column(event: Event, here: Path, cells: str, sentence: str) -> None:
    code, said = brought(here, "recaps", f"{RECAPS}{cells}\n")
    assert (code, sentence in said, Recap.objects.exists()) == (1, True, False)


def test_an_action_that_has_another_recap_keeps_its_own(event: Event, here: Path, nia: Actor) -> None:
    write_recap(written(event.action, "A draft of ours."), version=0, by=nia)
    code, said = brought(here, "recaps", f"{RECAPS}october,Of another.,,,,yes,,\n")
    assert (code, "has a recap of its own here, which stays" in said) == (1, True)
    row = Recap.objects.get()
    assert (row.body, row.state) == ("A draft of ours.", "draft")


def test_on_the_desk_no_single_person_brings_what_two_agree_about(event: Event, nia: Actor) -> None:
    Action.every.filter(pk=event.action_id).update(visibility="public")
    for bring in (
        lambda: bring_recap(written(event.action), by=nia),
        lambda: bring_correction(correction(action=event.action), of_recap=True, by=nia),
        lambda: bring_closing(event.action, timezone.now(), by=nia),
    ):
        with pytest.raises(PermissionDenied):
            bring()
    assert (Recap.objects.exists(), Correction.objects.exists()) == (False, False)


def test_a_record_is_not_closed_where_something_private_is_kept_or_before_it_is_over(event: Event, here: Path) -> None:
    moment = timezone.now() - datetime.timedelta(hours=1)
    closings = f"action_id,closed_at\noctober,{moment.isoformat()}\n"
    code, said = brought(here, "closings", closings)
    assert (code, "Something private of this action is kept here" in said) == (1, True)
    for late, sentence in (
        (timezone.now() + datetime.timedelta(days=2), "still to come"),
        (moment - datetime.timedelta(days=90), "Something private"),
    ):
        code, said = brought(here, "closings", f"action_id,closed_at\noctober,{late.isoformat()}\n")
        assert (code, sentence in said) == (1, True)
    assert not Action.every.get(slug="october").is_frozen


def test_a_correction_needs_a_closed_record_or_a_public_recap_and_is_never_changed(
    event: Event, here: Path, nia: Actor, noa: Actor
) -> None:
    head = "id,action_id,event_id,of,text,text_es,signed,made_at\n"
    row = "note-1,october,,{of},It was 200.,,The coalition,2026-10-20T09:00-05:00\n"
    code, said = brought(here, "corrections", head + row.format(of="record"))
    assert (code, "record of this action is not closed" in said) == (1, True)
    code, said = brought(here, "corrections", head + row.format(of="recap"))
    assert (code, "has no public recap" in said) == (1, True)
    public(event.action, nia, noa)
    assert brought(here, "corrections", head + row.format(of="recap")) == (0, "")
    assert Recap.objects.get().corrections.get().day == "2026-10-20"
    again = run("import", "corrections", here / "corrections.csv")
    assert outcomes(again)["unchanged"] == 1
    assert brought(here, "corrections", head + row.format(of="recap").replace("200", "900")) == (0, "")
    assert Correction.objects.get().body == "It was 200."


def test_what_an_import_brought_can_be_taken_back(event: Event, here: Path) -> None:
    brought(here, "recaps", f"{RECAPS}october,We walked in.,,,,yes,,\n")
    head = "id,action_id,event_id,of,text,text_es,signed,made_at\n"
    brought(here, "corrections", f"{head}note-1,october,,recap,It was 200.,,The coalition,\n")
    for done in list(Import.objects.order_by("-number")):
        assert told(run("undo-import", str(done.number))) == (0, "")
    assert (Recap.objects.exists(), Correction.objects.exists()) == (False, False)
