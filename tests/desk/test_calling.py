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
from manyplaces.events.models import Commitment
from manyplaces.events.operations import approve
from tests.events.cast import committed
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


def test_who_moves_an_action_is_told_which_events_stay_behind(nias: SignedIn, draft: Action, nia: Any) -> None:
    for venue, day in (("Auer", "2026-10-06"), ("Hopkins", "2026-10-06"), ("Detroit early", "2026-09-28")):
        approve(committed(draft, venue=venue, date_edtf=day), version=0, by=nia)
    moved = nias.post_form("/desk/actions/oct2026/", FORM | {"date_edtf": "October 13, 2026"}, follow=True)
    assert "2 events keep the day of before" in text_of(moved)
    # Detroit was never on the action's day, and a longer action leaves nobody behind.
    draft.refresh_from_db()
    longer = {"version": str(draft.version), "date_edtf": "October 5-13, 2026"}
    assert "keep the day" not in text_of(nias.post_form("/desk/actions/oct2026/", FORM | longer, follow=True))
    assert Action.every.get().date_edtf == "2026-10-05/2026-10-13"


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


PARTS, GOALS = "/desk/actions/oct2026/parts/", "/desk/actions/oct2026/goals/"
TOOLKIT, PUBLISH = "/desk/actions/oct2026/toolkit/", "/desk/actions/oct2026/publish/"


def version() -> str:
    """The version that a form of the action carries now."""
    return str(Action.every.get(slug="oct2026").version)


@pytest.fixture
def noor() -> SignedIn:
    """Noor's browser: she coordinates nationally too."""
    return signed_in(None, person_with(Grant("national"), alias="Noor"))


def test_parts_demands_and_goals(nias: SignedIn, draft: Action) -> None:
    nias.post_form(PARTS, {"which": "part-", "part--name": "Kick-off", "part--date_edtf": "October 5, 2026"})
    nias.post_form(PARTS, {"which": "demand-", "demand--description": "More nurses"})
    about = {"which": "demand-more-nurses", "demand-more-nurses-description": "Nurses"}
    nias.post_form(PARTS, about | {"version": version()})
    found = (list(draft.parts.values_list("name", "date_edtf")), list(draft.demands.values_list("slug", "description")))
    assert found == ([("Kick-off", "2026-10-05")], [("more-nurses", "Nurses")])
    nias.post_form(PARTS, about | {"step": "remove", "version": version()})
    assert draft.demands.count() == 0
    assert nias.post_form(PARTS, {"which": "wish-none", "step": "remove"}).status_code == 404
    nias.post_form(GOALS, {"WI": "40", "IL": ""})
    assert list(draft.state_goals.values_list("state", "goal")) == [("WI", 40)]


def test_two_tabs_of_the_goals_lose_nothing(nias: SignedIn, noor: SignedIn, draft: Action) -> None:
    noor.post_form(GOALS, {"WI": "40", "initial-WI": ""})
    nias.post_form(GOALS, {"WI": "", "initial-WI": "", "IL": "30", "initial-IL": ""})
    assert dict(draft.state_goals.values_list("state", "goal")) == {"WI": 40, "IL": 30}
    late = nias.post_form(GOALS, {"WI": "50", "initial-WI": "", "IL": "", "initial-IL": ""})
    page = text_of(late)
    told = ("Somebody else set 40 meanwhile." in page, 'name="initial-WI" value="40"' in page)
    assert (late.status_code, told, 'name="IL" value="30"' in page) == (409, (True, True), True)
    nias.post_form(GOALS, {"WI": "50", "initial-WI": "40"})
    assert dict(draft.state_goals.values_list("state", "goal")) == {"WI": 50, "IL": 30}


def test_two_tabs_of_the_parts_lose_nothing(nias: SignedIn, noor: SignedIn, draft: Action) -> None:
    for demand in ("Nurses", "Art"):
        nias.post_form(PARTS, {"which": "demand-", "demand--description": demand})
    shown = {"version": version()}
    noor.post_form(PARTS, shown | {"which": "demand-nurses", "demand-nurses-description": "More nurses"})
    mine = {"which": "demand-nurses", "demand-nurses-description": "Nurses everywhere"}
    late = nias.post_form(PARTS, shown | mine)
    page = text_of(late)
    assert (late.status_code, "here stands now “More nurses”" in page, "Nurses everywhere" in page) == (409, True, True)
    assert nias.post_form(PARTS, mine | {"version": version()}).status_code == 302
    noor.post_form(PARTS, {"which": "demand-art", "step": "remove", "version": version()})
    gone = nias.post_form(PARTS, shown | {"which": "demand-art", "demand-art-description": "Art, and music"})
    page = text_of(gone)
    assert (gone.status_code, "Somebody removed this meanwhile." in page, "Art, and music" in page) == (409, True, True)
    assert list(draft.demands.values_list("description", flat=True)) == ["Nurses everywhere"]


def test_what_was_added_since_the_preview_is_not_published_unseen(
    nias: SignedIn, noor: SignedIn, draft: Action
) -> None:
    shown = version()
    noor.post_form(PARTS, {"which": "demand-", "demand--description": "Added meanwhile"})
    for sent in ({"version": shown, "step": "publish"}, {"version": version()}, {"version": version(), "step": "x"}):
        nias.post_form(PUBLISH, sent)
        assert Action.every.get().visibility == "draft"
    # What belongs to the action is no matter of the form about its texts.
    assert nias.post_form("/desk/actions/oct2026/", FORM | {"frame": "My words"}).status_code == 302
    nias.post_form(PUBLISH, {"version": version(), "step": "publish"})
    assert Action.every.get().visibility == "public"


def test_what_changed_is_told_in_words_in_both_languages(nias: SignedIn, noor: SignedIn, draft: Action) -> None:
    noor.post_form(PUBLISH, {"version": "0", "step": "publish"})
    late = nias.post_form("/desk/actions/oct2026/", FORM | {"frame": "My words"})
    told = "Noor published it: what you save now is public at once."
    assert (late.status_code, told in text_of(late)) == (409, True)
    theirs = {"version": "1", "kind": "week", "approval": "trusted", "zone": "America/Chicago"}
    theirs |= {"tactics": ["walk-in", "march"], "opens_at": "2026-09-01T09:00"}
    noor.post_form("/desk/actions/oct2026/", FORM | theirs)
    for before, words in (
        ("", ("week of action", "walk-in, march", "Central time (Chicago)", "2026-09-01, 09:00")),
        ("/es", ("semana de acción", "marcha", "hora del Centro")),
    ):
        page = text_of(nias.post_form(f"{before}/desk/actions/oct2026/", FORM | {"version": "1", "frame": "x"}))
        box = page[page.index('id="errors"') : page.index('class="jumps"')]
        assert [word for word in words if word.lower() not in box.lower()] == []
        assert [code for code in ("“week”", "America/Chicago", "“trusted”") if code in box] == []


def test_the_toolkit_takes_a_file_and_says_what_is_wrong_with_another(nias: SignedIn, draft: Action) -> None:
    sent = {"which": "new", "step": "add", "new-name": "Poster", "new-language": "en"}
    bad = nias.post_form(TOOLKIT, {**sent, "new-file": SimpleUploadedFile("poster.pdf", b"<html>")})
    assert "This file is not what its name says (pdf)." in text_of(bad)
    assert "Give either a file or a link." in text_of(nias.post_form(TOOLKIT, sent))
    good = nias.post_form(TOOLKIT, {**sent, "new-file": SimpleUploadedFile("Poster für alle.pdf", b"%PDF-1.4")})
    assert good.status_code == 302
    version = MaterialVersion.objects.get()
    place = f"{version.material.key}/en-1/{version.file_name}"
    assert nias.get(f"{TOOLKIT}{place}").content == b"%PDF-1.4"
    assert Client().get(f"/toolkit/{place}").status_code == 404
    about = {"which": version.material.key}
    nias.post_form(TOOLKIT, about | {"step": "remove"})
    assert nias.get(f"{TOOLKIT}{place}").status_code == 404
    assert "Put it back" in text_of(nias.get(TOOLKIT))
    nias.post_form(TOOLKIT, about | {"step": "restore"})
    assert nias.get(f"{TOOLKIT}{place}").status_code == 200
    assert nias.post_form(TOOLKIT, about | {"step": "anything"}).status_code == 404


def test_a_piece_is_renamed_and_moved_and_a_wrong_version_withdrawn(
    nias: SignedIn, noor: SignedIn, draft: Action
) -> None:
    for name in ("Poster", "Flyer"):
        sent = {"which": "new", "step": "add", "new-name": name, "new-language": "en"}
        nias.post_form(TOOLKIT, sent | {"new-url": "https://example.org/1"})
    flyer = draft.materials.get(name="Flyer").key
    nias.post_form(
        TOOLKIT, {"which": flyer, "step": "add", f"{flyer}-language": "en", f"{flyer}-url": "https://e.org/2"}
    )
    page = text_of(nias.get(TOOLKIT))
    assert ("version 2" in page, "version 1" in page, "Older versions" in page) == (True, True, True)
    name = {"which": flyer, "step": "name", f"n-{flyer}-name": "Flyer for families"}
    name |= {f"n-{flyer}-name_es": "Volante", f"n-{flyer}-position": "0", "version": version()}
    assert nias.post_form(TOOLKIT, name).status_code == 302
    found = list(draft.materials.order_by("position").values_list("name", "name_es", "position"))
    assert found == [("Flyer for families", "Volante", 0), ("Poster", "", 1)]
    late = noor.post_form(TOOLKIT, name | {f"n-{flyer}-name": "Handout"})
    page = text_of(late)
    assert (late.status_code, "here stands now “Flyer for families”" in page, "Handout" in page) == (409, True, True)
    nias.post_form(TOOLKIT, {"which": flyer, "step": "withdraw", "label": "en-2"})
    page = text_of(nias.get(TOOLKIT))
    assert ("version 2" in page, "Older versions" in page) == (False, False)


def test_like_february(nias: SignedIn, draft: Action) -> None:
    parts = (("Kick-off", "October 5, 2026"), ("Season", "Fall 2026"))
    for name, when in parts:
        about = {"which": "part-", "part--name": name, "part--date_edtf": when}
        nias.post_form(PARTS, about | {"part--summary": "We gather.", "part--summary_es": "Todos."})
    said = {"name": "October 6", "date_edtf": "February 17, 2027", "kind": "week", "slug": "", "like": "oct2026"}
    answer = nias.post_form("/desk/new-action/", said, follow=True)
    made = Action.every.get(slug="october-6")
    assert (made.kind, made.date_edtf) == ("week", "2027-02-17")
    assert set(made.parts.values_list("summary", "summary_es")) == {("We gather.", "Todos.")}
    page = text_of(answer)
    told = ("moved with the date: Kick-off (February 16, 2027)" in page, "no date yet: Season" in page)
    assert told == (True, True)
    # The same name once more, without a short name: it gets one that is free; and the kind of the one that it is like.
    answer = nias.post_form("/desk/new-action/", said | {"kind": ""})
    assert (answer["Location"], Action.every.get(slug="october-6-2").kind) == ("/desk/actions/october-6-2/", "day")
    assert "Choose what kind it is." in text_of(nias.post_form("/desk/new-action/", said | {"kind": "", "like": ""}))


def test_the_preview_shows_all_that_becomes_public_and_commits_nothing(nias: SignedIn, draft: Action) -> None:
    said = {"opens_at": "2026-09-01T09:00", "closes_at": "2030-10-05T18:00", "date_edtf": "October 6, 2030"}
    said |= {"guidelines": "Call the principal.", "rights": "You may film in public.", "bring_es": "Agua."}
    assert nias.post_form("/desk/actions/oct2026/", FORM | said).status_code == 302
    sent = {"which": "new", "step": "add", "new-name": "Poster", "new-language": "en"}
    nias.post_form(TOOLKIT, {**sent, "new-file": SimpleUploadedFile("poster.pdf", b"%PDF-1.4")})
    preview = "/desk/actions/oct2026/preview/"
    page = text_of(nias.get(preview))
    assert ("Commit your school" in page, "Commitments are taken until October 5, 2030" in page) == (True, True)
    assert (f'href="{preview}commit/"' in page, f'href="{preview}toolkit/"' in page) == (True, True)
    assert ("What to know before you come" in page, "You may film in public." in page) == (True, True)
    assert "Your rights" in text_of(nias.get("/desk/actions/oct2026/publish/"))
    kit = text_of(nias.get(f"{preview}toolkit/"))
    file = f"{TOOLKIT}{draft.materials.get().key}/en-1/poster.pdf"
    assert "You may film in public." in kit
    assert ("Call the principal." in kit, f'href="{file}"' in kit) == (True, True)
    assert nias.get(file).status_code == 200
    assert "Who hosts?" in text_of(nias.get(f"{preview}commit/"))
    assert "Nothing was sent: this is a preview." in text_of(nias.post_form(f"{preview}commit/", {"do": "commit"}))
    assert Commitment.objects.count() == 0
    assert Client().get("/actions/oct2026/commit/").status_code == 404


PAGES = (
    "",
    "parts/",
    "goals/",
    "toolkit/",
    "papers/",
    "papers/agenda/",
    "preview/",
    "preview/toolkit/",
    "preview/commit/",
    "publish/",
)


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
