"""Nia writes on the papers of her action and looks at them first; Carla prints those of all her schools at once."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.actions.models import Action, PaperText
from manyplaces.actions.operations import write_paper
from manyplaces.actions.rules import Paper, our_text
from manyplaces.core.actor import Actor, Grant
from manyplaces.events.models import Event
from manyplaces.events.operations import approve
from manyplaces.events.operations.phases import cancel_events
from manyplaces.events.queries import papers
from tests.events.cast import committed, october
from tests.reading_pdf import language_of, pages_of
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db
MACHINE = Actor("command line", "command")
FLYER, PRINT = "/desk/actions/oct2030/papers/flyer/", "/desk/actions/oct2030/print/"


@pytest.fixture(autouse=True)
def september() -> Any:
    """A month before the action."""
    with time_machine.travel(datetime.datetime(2030, 9, 8, 12, tzinfo=datetime.UTC), tick=True):
        yield


@pytest.fixture
def action() -> Action:
    return october()


@pytest.fixture
def nias(action: Action) -> SignedIn:
    return signed_in(None, person_with(Grant("national"), alias="Nia"))


@pytest.fixture
def carlas(action: Action) -> SignedIn:
    return signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))


def online(action: Action, venue: str, city: str = "Milwaukee", **facts: Any) -> Event:
    row = committed(action, venue, city, **facts)
    return approve(row, version=row.version, by=MACHINE)


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", answer.content.decode()).replace("&#39;", "'"))


def sheets(browser: SignedIn, path: str) -> list[str]:
    answer: Any = browser.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert language_of(answer.content) == ("es" if path.startswith("/es/") else "en")
    return pages_of(answer.content)


def typed(browser: SignedIn, **words: str) -> dict[str, str]:
    """What the form of the flyer sends with these words in it."""
    page = browser.get(FLYER).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return {"version": version[1], "en": our_text(Paper.FLYER, "en"), "es": our_text(Paper.FLYER, "es"), **words}


def test_nia_writes_in_both_languages_side_by_side_and_goes_back(action: Action, nias: SignedIn) -> None:
    online(action, "Auer Avenue School")
    assert text_of(nias.get("/desk/actions/oct2030/papers/")).count("ours") > 7
    sent = nias.post_form(FLYER, typed(nias, en="Come to {school}!", es="¡Vengan a {escuela}!"))
    assert (sent.status_code, PaperText.objects.count()) == (302, 2)
    assert "Come to Auer Avenue School!" in sheets(nias, FLYER.rstrip("/") + ".pdf")[0]
    assert "¡Vengan a Auer Avenue School!" in sheets(nias, "/es" + FLYER.rstrip("/") + ".pdf")[0]
    page = text_of(nias.get(FLYER))
    assert ("These words are your own." in page, "Back to our English text" in page) == (True, True)
    nias.post_form(FLYER, typed(nias) | {"back": "en"})
    assert [(row.language, row.text) for row in PaperText.objects.all()] == [("es", "¡Vengan a {escuela}!")]
    page = text_of(nias.get("/desk/actions/oct2030/papers/"))
    assert "your own English is ours" in page


def test_what_is_only_looked_at_is_not_kept(action: Action, nias: SignedIn) -> None:
    words = {"en": "Come to {school}, {date}!", "preview": "en"}
    looked: Any = nias.post_form("/es" + FLYER, typed(nias, **words))
    [page] = pages_of(looked.content)
    assert (looked["Content-Type"], language_of(looked.content)) == ("application/pdf", "en")
    # No school is online yet, so that its name is a gap.
    assert "Come to name of the school , Thursday, October 10, 2030!" in page
    assert PaperText.objects.count() == 0
    wrong = nias.post_form(FLYER, typed(nias, en="Come to {scool}", preview="en"))
    assert (wrong.status_code, "“{scool}” stands for nothing" in text_of(wrong)) == (422, True)
    assert "Come to {scool}" in wrong.content.decode()


def test_what_cannot_be_printed_is_said_at_its_field_and_stays_in_the_form(action: Action, nias: SignedIn) -> None:
    wrong = nias.post_form(FLYER, typed(nias, en="x" * 500, es=""))
    page = wrong.content.decode()
    assert (wrong.status_code, "room for 400" in page, "Write something here" in page) == (422, True, True)
    assert ('aria-describedby="id_en_error"' in page, "x" * 500 in page, PaperText.objects.count()) == (True, True, 0)


def test_who_saves_what_somebody_has_changed_meanwhile_sees_both(action: Action, nias: SignedIn, nia: Any) -> None:
    mine = typed(nias, en="Mine")
    write_paper(action, Paper.FLYER, {"en": "Theirs"}, by=nia)
    late = nias.post_form(FLYER, mine)
    page = text_of(late)
    assert (late.status_code, "here stands now “Theirs”" in page, "Mine" in page) == (409, True, True)
    assert PaperText.objects.get().text == "Theirs"
    nias.post_form(FLYER, mine | {"back": "en"})
    assert PaperText.objects.get().text == "Theirs"


def test_carla_prints_all_her_schools_in_the_order_of_their_names(action: Action, carlas: SignedIn) -> None:
    for venue in ("Öğretmen School", "Auer Avenue School", "Lincoln High School"):
        online(action, venue)
    online(action, "Steinmetz", "Chicago")
    cancelled = online(action, "Zeppelin School")
    cancel_events([cancelled], reason="Snow", by=MACHINE)
    page = text_of(carlas.get(f"{PRINT}?area=WI/milwaukee"))
    assert ("3 schools in the order" in page, "1 site is left out" in page, "Chicago" in page) == (True, True, False)
    pages = sheets(carlas, "/es/desk/actions/oct2030/print/sign-in.pdf?area=WI/milwaukee&part=1")
    names = ["Auer Avenue School", "Lincoln High School", "Öğretmen School"]
    assert [[name for name in names if name in page] for page in pages] == [[name] for name in names]
    every = sheets(carlas, "/desk/actions/oct2030/print/all.pdf")
    assert [next(name for name in names if name in page) for page in every] == [
        name for name in names for _paper in Paper
    ]
    for nowhere in ("?area=IL", "?area=IL/chicago", "?part=2", "?part=x", "?area=%22%0d%0aX:%20y"):
        assert carlas.get(f"/desk/actions/oct2030/print/sign-in.pdf{nowhere}").status_code == 404


def test_very_many_sheets_are_in_several_files(
    action: Action, carlas: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_SHEETS", 16)
    for number in range(5):
        online(action, f"School {number}")
    page = text_of(carlas.get(PRINT))
    assert [part for part in ("English 1–2", "English 3–4", "English 5–5") if part not in page] == []
    assert len(sheets(carlas, "/desk/actions/oct2030/print/jobs.pdf")) == 5
    last = sheets(carlas, "/desk/actions/oct2030/print/all.pdf?part=3")
    assert (len(last), all("School 4" in page for page in last)) == (8, True)


def test_before_a_school_is_online_the_page_says_what_to_do(action: Action, carlas: SignedIn) -> None:
    assert "They are there as soon as a school is online." in text_of(carlas.get(PRINT))
    assert carlas.get("/desk/actions/oct2030/print/all.pdf").status_code == 404


def test_who_reviews_a_school_prints_its_papers_and_nobody_from_elsewhere_does(action: Action) -> None:
    event = online(action, "Auer Avenue School")
    ruths = signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))
    page = ruths.get(f"/desk/events/{event.key}/").content.decode()
    assert f'href="/es/desk/events/{event.key}/papers/agenda.pdf"' in page
    assert len(sheets(ruths, f"/desk/events/{event.key}/papers/all.pdf")) == 8
    otto = signed_in(None, person_with(Grant("coordinator", state="IL"), alias="Otto"))
    assert otto.get(f"/desk/events/{event.key}/papers/all.pdf").status_code == 403
    assert otto.get("/desk/actions/oct2030/print/all.pdf").status_code == 404


def test_the_pages_ask_the_same_whatever_there_is(action: Action, carlas: SignedIn, nias: SignedIn, nia: Any) -> None:
    def asked() -> list[int]:
        counts = []
        for browser, path in (
            (carlas, PRINT),
            (carlas, "/desk/actions/oct2030/print/flyer.pdf"),
            (nias, "/desk/actions/oct2030/papers/"),
            (nias, FLYER),
        ):
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.append(len(queries))
        return counts

    online(action, "Auer Avenue School", hosts_words="MTEA")
    write_paper(action, Paper.FLYER, {"en": "Come"}, by=nia)
    before = asked()
    for number in range(2):
        online(action, f"School {number}", hosts_words=f"MTEA; Parents {number}")
    write_paper(action, Paper.AGENDA, {"en": "0 Begin", "es": "0 Comienzo"}, by=nia)
    assert asked() == before
