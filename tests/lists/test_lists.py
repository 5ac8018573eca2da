"""Lists of sites: Carla pastes her schools, a partner sends a file; asked about once, committed and undone at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event
from manyplaces.lists.models import ColumnMemory, ListRow, SiteList
from manyplaces.lists.operations import (
    answer_rows,
    commit_list,
    correct_row,
    match_list,
    name_columns,
    take_list,
    undo_list,
)
from manyplaces.lists.rules import Stage, Verdict, guessed_columns
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation
from manyplaces.places.models import School, SchoolAlias
from tests.events.calling import october
from tests.lists.bringing import paste, spreadsheet, verdicts
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db


def test_carla_pastes_names_and_is_asked_once(action: Any, carla: Actor) -> None:
    first = paste(action, "1. Auer\n- Clemens Elem\n\nHamilton\nSchool of Nowhere\n", carla)
    assert first.stage == Stage.ASKING
    assert verdicts(first) == {
        "Auer": Verdict.CERTAIN,
        "Clemens Elem": Verdict.CERTAIN,
        "Hamilton": Verdict.UNSURE,
        "School of Nowhere": Verdict.UNKNOWN,
    }
    asked = first.rows.get(venue="Hamilton")
    assert {School.objects.get(pk=key).number for key in asked.suggestions} >= {"550960001104", "550960001105"}
    answer_rows(first, {asked.pk: "550960001104"}, by=carla)
    commit_list(first, by=carla)
    assert SchoolAlias.objects.get(folded="hamilton").school.number == "550960001104"
    later = october(slug="december", name="December")
    assert verdicts(paste(later, "Hamilton", carla)) == {"Hamilton": Verdict.CERTAIN}
    undo_list(first, by=carla)
    assert (SchoolAlias.objects.count(), School.objects.get(number="550960001104").also) == (0, "")
    assert verdicts(paste(later, "Hamilton", carla)) == {"Hamilton": Verdict.UNSURE}


def test_the_whole_list_is_committed_in_one_step_and_undone_in_one(action: Any, carla: Actor) -> None:
    brought = paste(action, "Auer\nClemens Elementary\nHamilton High School", carla)
    done = commit_list(brought, by=carla)
    assert done.stage == Stage.COMMITTED
    found = Event.objects.order_by("key").values_list("phase", "date_edtf", "city__name", "spelling__place__kind")
    assert list(found) == [("committed", action.date_edtf, "Milwaukee", "school")] * 3
    assert undo_list(done, by=carla) == 3
    assert (Event.every.count(), Commitment.objects.count()) == (0, 0)
    with pytest.raises(NotNow):
        undo_list(done, by=carla)


def test_what_is_there_already_is_not_committed_twice(action: Any, carla: Actor, nia: Actor) -> None:
    partner = Organisation.objects.create(slug="mta", name="Milwaukee Teachers", kind="partner")
    commit_list(paste(action, "Auer Avenue School\nClemens", nia, organisation=partner), by=nia)
    second = paste(action, "auer ave\nClemens Elementary School\nHamilton High\nHamilton H.S.", carla)
    assert verdicts(second) == {
        "auer ave": Verdict.DOUBLE,
        "Clemens Elementary School": Verdict.DOUBLE,
        "Hamilton High": Verdict.CERTAIN,
        "Hamilton H.S.": Verdict.DOUBLE,
    }
    sentences = {row.venue: row.sentence for row in second.rows.all()}
    assert sentences["auer ave"] == "It is in this action already, through Milwaukee Teachers."
    assert sentences["Hamilton H.S."] == "The same as line 3."


def test_a_school_outside_her_area_is_refused(action: Any, carla: Actor) -> None:
    row = paste(action, "Steinmetz College Prep", carla, city_name="Chicago", state="IL").rows.get()
    assert (row.verdict, row.sentence) == (Verdict.REFUSED, "This lies outside the area you coordinate.")


@pytest.mark.parametrize("who", ["otto", "ruth"])
def test_who_coordinates_nothing_brings_no_list(action: Any, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        take_list(SiteList(action=action, title="x"), text="Auer", by=request.getfixturevalue(who))
    assert SiteList.objects.count() == 0


def test_a_partners_file_is_mapped_once_and_its_contacts_are_sealed(action: Any, nia: Actor) -> None:
    sheet = spreadsheet(
        ["Edificio", "Ciudad", "Estado", "Quien", "Correo"],
        ["Auer Avenue", "Milwaukee", "Wisconsin", "Ana CANARY", "canary@example.org"],
    )
    first = take_list(SiteList(action=action, title="a"), upload=sheet, by=nia)
    assert first.stage == Stage.COLUMNS
    assert b"canary" not in bytes(first.upload_sealed).lower()
    chosen = {"school": "edificio", "city": "ciudad", "state": "estado", "contact": "quien", "email": "correo"}
    row = match_list(name_columns(first, chosen, by=nia), by=nia).rows.get()
    assert (row.verdict, row.state, row.name, row.email) == ("certain", "WI", "Ana CANARY", "canary@example.org")
    raw = ListRow.objects.values_list().get()
    assert not any("canary" in str(cell).lower() for cell in raw)
    assert match_list(take_list(SiteList(action=action, title="b"), upload=sheet, by=nia), by=nia).rows.count() == 1
    assert ColumnMemory.objects.count() == 1
    commit_list(first, by=nia)
    assert Letter.objects.filter(about=Commitment.objects.get().key).count() >= 1
    kept = SiteList.objects.get(pk=first.pk), first.rows.get()
    assert (bytes(kept[0].upload_sealed), kept[1].email, kept[1].name, kept[1].email_hash) == (b"", "", "", "")


def test_a_file_without_headings_is_not_kept_with_an_address_as_a_heading(action: Any, nia: Actor) -> None:
    sheet = spreadsheet(["Auer Avenue School", "Milwaukee", "canary@example.org"], ["Clemens", "Milwaukee", ""])
    with pytest.raises(ValidationError) as refusal:
        take_list(SiteList(action=action, title="a"), upload=sheet, by=nia)
    assert refusal.value.message_dict == {
        "upload": ["The first line of the file is no line of headings. Put one above it, such as: School, City."]
    }
    assert SiteList.objects.count() == 0


def test_an_undone_list_writes_to_nobody_any_more(action: Any, nia: Actor) -> None:
    table = "School,City,State,Email\nAuer Avenue School,Milwaukee,WI,ana@example.org\n"
    done = commit_list(match_list(take_list(SiteList(action=action, title="t"), text=table, by=nia), by=nia), by=nia)
    assert Letter.objects.filter(state=Letter.State.OWED).count() == 2
    undo_list(done, by=nia)
    assert Letter.objects.filter(state=Letter.State.OWED).count() == 0


def test_dates_and_times_of_a_row_hold_for_its_site(action: Any, nia: Actor) -> None:
    table = f"School,City,State,Date,Time,Tactic\nAuer,Milwaukee,WI,{action.date_edtf},2:30 pm,Rally\n"
    commit_list(match_list(take_list(SiteList(action=action, title="t"), text=table, by=nia), by=nia), by=nia)
    event = Event.objects.get()
    assert (event.date_edtf, event.time_local.isoformat(), event.tactic) == (action.date_edtf, "14:30:00", "rally")


def test_a_row_tells_those_who_come_what_they_need_to_know(action: Any, nia: Actor) -> None:
    table = (
        "School,City,State,Idiomas,Accessibility,Safety,Capacity\n"
        'Auer Avenue School,Milwaukee,WI,"English, español y ASL","No steps, ramp in the yard",Green vests,"1,200"\n'
        "Clemens,Milwaukee,WI,,N/A,,\n"
        "Hamilton High,Milwaukee,WI,Klingon,,,0\n"
    )
    brought = SiteList(action=action, title="t", spoken_words="Portuguese, Vietnamese")
    brought = match_list(take_list(brought, text=table, by=nia), by=nia)
    wrong = brought.rows.get(verdict="refused")
    assert (wrong.venue, "“Klingon” is no language that we know." in wrong.sentence) == ("Hamilton High", True)
    wrong.spoken_words = "another language"
    assert correct_row(wrong, by=nia).verdict == "certain"
    commit_list(brought, by=nia)
    facts = ("spoken", "access", "access_note", "safety", "capacity")
    assert list(Event.objects.order_by("venue").values_list(*facts)) == [
        ("en es ase", "step-free", "ramp in the yard", "Green vests", 1200),
        ("vi pt", "", "", "", None),
        ("und", "", "", "", None),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("   \n ", "Paste the names of the schools, one on each line, or choose a file."),
        ("x\n" * 10_001, "A list may have 10,000 rows. Give this one in several parts."),
    ],
)
def test_nothing_and_too_much_are_refused(action: Any, carla: Actor, text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        paste(action, text, carla)
    assert refusal.value.messages == [sentence]


def test_hostile_names_are_refused_row_by_row(action: Any, carla: Actor, shared: Any) -> None:
    import json

    strings = json.loads((shared / "corpora/strings/blns.json").read_text())
    names = [name for name in strings if name.strip() and "\n" not in name][:400]
    brought = take_list(
        SiteList(action=action, title="n", city_name="Milwaukee", state="WI"), text="\n".join(names), by=carla
    )
    assert brought.row_count >= 350
    assert take_list(SiteList(action=action, title="m"), text="A" * 900_000, by=carla).rows.get().verdict == "refused"


def test_headings_are_known_in_both_languages() -> None:
    assert guessed_columns(["Nombre de la escuela", "Ciudad", "E-mail", "NCES"]) == {
        "school": "Nombre de la escuela",
        "number": "NCES",
        "city": "Ciudad",
        "email": "E-mail",
    }


def test_the_pages_take_a_list_from_paste_to_undo(action: Any) -> None:
    carla = person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla")
    browser = signed_in(None, carla)
    given = {
        "action": action.pk,
        "text": "Auer\nHamilton",
        "city_name": "Milwaukee",
        "state": "WI",
        "title": "",
        "organisation": "",
    }
    there = browser.post_form("/desk/lists/", given).headers["Location"]
    page = browser.get(there).content.decode()
    assert ("1 site is ready." in page, page.count("<legend>")) == (True, 1)
    asked = ListRow.objects.get(venue="Hamilton")
    browser.post_form(there, {"step": "commit", f"row-{asked.pk}": "550960001104"})
    assert Event.objects.count() == 2
    assert "Take the whole list back" in browser.get(there).content.decode()
    browser.post_form(there, {"step": "undo"})
    assert Event.every.count() == 0


def test_a_list_is_seen_by_whom_it_belongs_to(action: Any, carla: Actor) -> None:
    brought = paste(action, "Auer", carla)
    there = f"/desk/lists/{brought.uid}/"
    other = person_with(Grant("coordinator", state="IL"), alias="Ines")
    assert signed_in(None, other).get(there).status_code == 404
    assert signed_in(None, person_with(Grant("national"))).get(there).status_code == 200
    assert signed_in(None, person_with(alias="Otto")).get(there).status_code == 403


def test_pages_ask_the_same_number_of_questions_whatever_their_size(
    action: Any, nia: Actor, django_assert_num_queries: Any
) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    few_rows = paste(action, "Auer\nNowhere", nia)
    there = f"/desk/lists/{few_rows.uid}/"
    browser.get(there)
    with CaptureQueriesContext(connection) as few:
        browser.get(there)
    more = paste(action, "Clemens\nHamilton High\nHamilton Middle\nNowhere", nia)
    assert len(few) <= 14
    with django_assert_num_queries(len(few)):
        browser.get(f"/desk/lists/{more.uid}/")
