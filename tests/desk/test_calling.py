"""Nia calls an action on the desk: every page, two tabs at once, and what strangers get."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from manyplaces.actions.models import Action, MaterialVersion
from manyplaces.core.actor import Grant
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db

FORM = {"version": "0", "zone": "America/New_York", "name": "October 6", "kind": "day", "date_edtf": "October 6, 2026"}
FORM |= {"lead_hours": "0", "goal": "0", "approval": "all"}


@pytest.fixture
def nias() -> SignedIn:
    """Nia's browser."""
    return signed_in(None, person_with(Grant("national")))


@pytest.fixture
def draft(nias: SignedIn) -> Action:
    """The action that Nia has just begun."""
    said = {"name": "October 6", "date_edtf": "October 6, 2026", "kind": "day", "slug": "oct2026"}
    answer = nias.post_form("/desk/new-action/", said)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/actions/oct2026/")
    return Action.every.get()


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_nia_begins_with_a_name_and_a_date_as_she_says_it(nias: SignedIn, draft: Action) -> None:
    assert (draft.date_edtf, draft.visibility) == ("2026-10-06", "draft")
    page = text_of(nias.get("/desk/actions/oct2026/"))
    assert "We read this as: October 6, 2026" in page
    assert Client().get("/actions/oct2026/").status_code == 404
    again = {"name": "October 6", "date_edtf": "October 6, 2026", "kind": "day", "slug": "oct2026"}
    answer = nias.post_form("/desk/new-action/", again)
    assert "Another action has this short name already." in text_of(answer)
    assert Action.every.count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"), [("Fall 2026", "2026-23"), ("November 16-20, 2026", "2026-11-16/2026-11-20"), ("2026", "2026")]
)
def test_dates_as_exact_as_they_are_known(nias: SignedIn, draft: Action, typed: str, kept: str) -> None:
    nias.post_form("/desk/actions/oct2026/", FORM | {"date_edtf": typed})
    assert Action.every.get().date_edtf == kept


def test_everything_is_said_in_one_form(nias: SignedIn, draft: Action) -> None:
    said = FORM | {"name_es": "6 de octubre", "tactics": ["walk-in", "rally"], "tactic": "walk-in"}
    said |= {"time_local": "7:45 am", "time_words": "before the bell", "zone": "America/Chicago", "goal": "900"}
    said |= {"opens_at": "2026-09-01T09:00", "closes_at": "2026-10-05T18:00", "lead_hours": "24"}
    assert nias.post_form("/desk/actions/oct2026/", said).status_code == 302
    kept = Action.every.get()
    assert (kept.tactics, kept.time_local, kept.version) == ("walk-in rally", datetime.time(7, 45), 1)
    assert kept.opens_at == datetime.datetime(2026, 9, 1, 14, 0, tzinfo=datetime.UTC)
    page = text_of(nias.get("/desk/actions/oct2026/"))
    assert 'value="2026-09-01T09:00"' in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"date_edtf": "someday"}, "We cannot read this"),
        ({"date_edtf": "October 6, 2026 at 7:45 am"}, "Leave the time out of the date."),
        ({"time_local": "3:30"}, "Is this in the morning or in the afternoon?"),
        ({"opens_at": "2026-03-08T02:30"}, "skip 02:30"),
        ({"opens_at": "2026-09-01T09:00", "closes_at": "2026-08-01T09:00"}, "would close before they open"),
        ({"tactics": ["walk-in"], "tactic": "rally"}, "must be one of those you allow"),
        ({"name": "x" * 1_000_000}, "at most 200 characters"),
        ({"frame": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    nias: SignedIn, draft: Action, wrong: dict[str, Any], sentence: str
) -> None:
    page = text_of(nias.post_form("/desk/actions/oct2026/", FORM | {"guidelines": "Call first."} | wrong))
    assert (sentence in page, "Call first." in page) == (True, True)
    assert Action.every.get().version == 0


def test_two_tabs_at_once_lose_nothing(nias: SignedIn, draft: Action) -> None:
    noor = signed_in(None, person_with(Grant("national"), alias="Noor"))
    noor.post_form("/desk/actions/oct2026/", FORM | {"frame": "Schools for all", "guidelines": "Call first."})
    answer = nias.post_form("/desk/actions/oct2026/", FORM | {"frame": "My words"})
    page = text_of(answer)
    assert answer.status_code == 409
    assert ("Noor changed it to “Schools for all”." in page, "My words" in page, "Call first." in page) == (True,) * 3
    assert Action.every.get().frame == "Schools for all"
    again = FORM | {"version": "1", "frame": "My words", "guidelines": "Call first."}
    assert nias.post_form("/desk/actions/oct2026/", again).status_code == 302
    kept = Action.every.get()
    assert (kept.frame, kept.guidelines, kept.version) == ("My words", "Call first.", 2)


def test_she_looks_at_it_in_both_languages_and_publishes(nias: SignedIn, draft: Action) -> None:
    for before in ("", "/es"):
        answer = nias.get(f"{before}/desk/actions/oct2026/preview/")
        assert ("October 6" in text_of(answer), 'content="noindex"' in text_of(answer)) == (True, True)
        assert "no-store" in answer["Cache-Control"]
    assert "These texts are shown in English" in text_of(nias.get("/desk/actions/oct2026/publish/"))
    nias.post_form("/desk/actions/oct2026/publish/", {"version": "7", "step": "publish"})
    assert Action.every.get().visibility == "draft"
    nias.post_form("/desk/actions/oct2026/publish/", {"version": "0", "step": "publish"})
    assert Client().get("/actions/oct2026/").status_code == 200
    nias.post_form("/desk/actions/oct2026/publish/", {"version": "1", "step": "unpublish"})
    assert Client().get("/actions/oct2026/").status_code == 404


def test_parts_demands_and_goals(nias: SignedIn, draft: Action) -> None:
    parts = "/desk/actions/oct2026/parts/"
    nias.post_form(parts, {"which": "part-", "part--name": "Kick-off", "part--date_edtf": "October 5, 2026"})
    nias.post_form(parts, {"which": "demand-", "demand--description": "More nurses"})
    nias.post_form(parts, {"which": "demand-more-nurses", "demand-more-nurses-description": "Nurses"})
    found = (list(draft.parts.values_list("name", "date_edtf")), list(draft.demands.values_list("slug", "description")))
    assert found == ([("Kick-off", "2026-10-05")], [("more-nurses", "Nurses")])
    nias.post_form(parts, {"which": "demand-more-nurses", "step": "remove"})
    assert draft.demands.count() == 0
    assert nias.post_form(parts, {"which": "demand-none", "step": "remove"}).status_code == 404
    nias.post_form("/desk/actions/oct2026/goals/", {"WI": "40", "IL": ""})
    assert list(draft.state_goals.values_list("state", "goal")) == [("WI", 40)]


def test_the_toolkit_takes_a_file_and_says_what_is_wrong_with_another(nias: SignedIn, draft: Action) -> None:
    toolkit = "/desk/actions/oct2026/toolkit/"
    sent = {"which": "new", "new-name": "Poster", "new-language": "en"}
    bad = nias.post_form(toolkit, {**sent, "new-file": SimpleUploadedFile("poster.pdf", b"<html>")})
    assert "This file is not what its name says (pdf)." in text_of(bad)
    assert "Give either a file or a link." in text_of(nias.post_form(toolkit, sent))
    good = nias.post_form(toolkit, {**sent, "new-file": SimpleUploadedFile("Poster für alle.pdf", b"%PDF-1.4")})
    assert good.status_code == 302
    version = MaterialVersion.objects.get()
    place = f"{version.material.key}/en-1/{version.file_name}"
    assert nias.get(f"{toolkit}{place}").content == b"%PDF-1.4"
    assert Client().get(f"/toolkit/{place}").status_code == 404
    nias.post_form(toolkit, {"which": version.material.key, "step": "remove"})
    assert nias.get(f"{toolkit}{place}").status_code == 404


def test_like_february(nias: SignedIn, draft: Action) -> None:
    said = {"name": "February 17", "date_edtf": "February 17, 2027", "kind": "week", "slug": "", "like": "oct2026"}
    assert nias.post_form("/desk/new-action/", said)["Location"] == "/desk/actions/february-17/"
    assert Action.every.get(slug="february-17").kind == "day"


PAGES = ("", "parts/", "goals/", "toolkit/", "preview/", "publish/")


@pytest.mark.parametrize("page", PAGES)
def test_strangers_and_coordinators_of_another_action_learn_nothing(draft: Action, page: str) -> None:
    for slug in ("oct2026", "none"):
        path = f"/desk/actions/{slug}/{page}"
        assert Client().get(path).status_code == 302
        for grants in (
            (Grant("reviewer", state="WI"),),
            (Grant("coordinator", state="WI"),),
            (Grant("national", action="x"),),
        ):
            otto = signed_in(None, person_with(*grants, alias=f"Otto-{grants[0].role}"))
            assert (otto.get(path).status_code, otto.post_form(path, FORM).status_code) == (403, 403)
    carla = signed_in(None, person_with(Grant("coordinator", state="WI"), alias="Carla"))
    assert "October 6" not in text_of(carla.get("/desk/actions/"))


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_the_database_as_often_for_three_actions_as_for_one(
    nias: SignedIn, draft: Action, more: int
) -> None:
    for number in range(more):
        nias.post_form("/desk/new-action/", {"name": f"Day {number}", "date_edtf": "2027", "kind": "day"})
    nias.get("/desk/actions/")
    with CaptureQueriesContext(connection) as asked:
        page = text_of(nias.get("/desk/actions/"))
    assert ("October 6" in page, len(asked)) == (True, 9)
