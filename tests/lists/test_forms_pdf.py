"""Forms on paper: Carla prints one for each of her schools, in both languages, with nobody's contact on it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from manyplaces.actions.models import Demand
from manyplaces.actions.queries import paper_lines
from manyplaces.core.actor import Grant
from manyplaces.lists.models import SiteList
from manyplaces.lists.queries import pages, parts_on_paper, rows_on_paper
from manyplaces.lists.shapes import paper
from tests.events.calling import october, school
from tests.reading_pdf import language_of, pages_of
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db
MILWAUKEE, FLORIDA = Grant("coordinator", state="WI", city="milwaukee"), Grant("coordinator", state="FL")
TABLE = (
    "School\tEmail\tContact\tTime\tNote\n"
    "Grant Elementary\tcanary@example.org\tCanary Smith\t7:20 am\tBring drums\n"
    "The Blue House\t\t\t\t\n"
)


@pytest.fixture
def carla() -> SignedIn:
    """Carla, who coordinates Milwaukee, in her browser."""
    return signed_in(None, person_with(MILWAUKEE, alias="Carla"))


@pytest.fixture
def brought(carla: SignedIn) -> SiteList:
    """Her list: a school that is found, and a place that she is asked about."""
    school()
    given = {"action": october().pk, "text": TABLE, "city_name": "Milwaukee", "state": "WI"}
    assert carla.post_form("/desk/lists/", given).status_code == 302
    return SiteList.objects.get()


def test_carla_prints_a_form_for_each_site_in_both_languages(carla: SignedIn, brought: SiteList) -> None:
    page = carla.get(f"/desk/lists/{brought.uid}/").content.decode()
    words = {"en": ("Give this sheet back to Carla.", "Who hosts?"), "es": ("Devuelva esta hoja a Carla.", "¿Quién")}
    for prefix, language in (("", "en"), ("/es", "es")):
        address = f"{prefix}/desk/lists/{brought.uid}/forms-1.pdf"
        assert f'href="{address}"' in page
        answer: Any = carla.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        first, second = pages_of(answer.content)
        assert language_of(answer.content) == language
        known = (*words[language], "Grant Elementary", "7:20 am", "Bring drums")
        assert [said for said in known if said not in first] == []
        assert ("The Blue House" in second, "Grant Elementary" in second) == (True, False)
        assert "canary" not in f"{first}{second}".lower()
    assert carla.get(f"/desk/lists/{brought.uid}/forms-2.pdf").status_code == 404


def test_a_form_says_what_is_known_and_nobodys_contact(brought: SiteList) -> None:
    first, second = brought.rows.order_by("line")
    with translation.override("es"):
        rows, lines = rows_on_paper(brought, 1), paper_lines(brought.action, "es")
        printed = paper(brought, rows, Demand.objects.all(), "https://x.example/commit/", lines)
    known = ("number", "name", "where", "exact", "time", "tactic", "address", "note", "hosts", "expected", "posters")
    day = printed["sites"][1]["exact"]
    assert [tuple(site[name] for name in known) for site in printed["sites"]] == [
        (
            str(first.line), "Grant Elementary", "Milwaukee, Wisconsin · Milwaukee School District", day, "7:20 am",
            "walk-in", "2920 W Grant St", "Bring drums", "", "", "",
        ),
        (
            str(second.line), "The Blue House", "Milwaukee, Wisconsin", day, "7:45 a. m. (antes de clases)",
            "walk-in", "", "", "", "", "",
        ),
    ]  # fmt: skip
    assert {(site["action"], site["link"]) for site in printed["sites"]} == {
        ("Entradas de octubre", "https://x.example/commit/")
    }
    assert [site["demands"] for site in printed["sites"]] == [["Arte"], ["Arte"]]
    assert [(sheet["kind"], sheet["site"]) for sheet in printed["sheets"]] == [("commitment", 0), ("commitment", 1)]
    assert "canary" not in json.dumps(printed).lower()


def test_long_lists_are_printed_in_parts(brought: SiteList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "IN_A_PDF", 1)
    assert parts_on_paper(brought) == [(1, 1, 1), (2, 2, 2)]
    assert [row.venue for row in rows_on_paper(brought, 2)] == ["The Blue House"]


def test_a_name_in_letters_that_our_fonts_lack_is_printed_all_the_same(carla: SignedIn, brought: SiteList) -> None:
    brought.rows.filter(venue="The Blue House").update(venue="藍屋 🙂")
    answer: Any = carla.get(f"/desk/lists/{brought.uid}/forms-1.pdf")
    assert len(pages_of(answer.content)) == 2


def test_otto_who_coordinates_florida_gets_none(brought: SiteList) -> None:
    otto = signed_in(None, person_with(FLORIDA, alias="Otto"))
    assert otto.get(f"/desk/lists/{brought.uid}/forms-1.pdf").status_code == 404
