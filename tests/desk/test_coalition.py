"""Nia says who the coalition is, and every page follows; nobody else does, and no contact gets into the journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.generation import current_generation
from manyplaces.journal.models import Entry
from manyplaces.mail.letters import Letterhead, letterhead
from manyplaces.people.models import Coalition, Organisation
from manyplaces.people.operations import add_organisation, change_coalition
from manyplaces.people.queries import coalition, read_once
from tests.events.calling import october
from tests.front.test_templates import action
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Schools for All",
    "colour": "#00594c",
    "languages": "en es",
    "contact": "info@schools.example",
    "about": "We are parents and teachers.\n\nWe act together.",
    "about_es": "Somos familias y docentes.",
}


def test_every_page_says_what_nia_says(client: Client) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    before = current_generation()
    assert browser.post_form("/desk/coalition/", TYPED).headers["Location"] == "/desk/begin/"
    # Stored pages are made afresh, for the number of the record has gone up.
    assert current_generation() > before
    told = browser.get("/desk/coalition/").content.decode()
    assert "Saved. The public pages show it within a second." in told
    home = client.get("/").content.decode()
    assert "<title>Schools for All</title>" in home
    assert '<link rel="stylesheet" href="/colour/00594c.css">' in home
    assert '<a href="mailto:info@schools.example">info@schools.example</a>' in home
    assert client.get("/colour/00594c.css").content.decode() == ":root { --coalition: #00594c; }\n"
    assert "#00594c" in client.get("/favicon.svg").content.decode()
    assert client.get("/index.atom").content.decode().count("<title>Schools for All</title>") == 1
    assert "Somos familias y docentes." in client.get("/es/about/coalition/").content.decode()
    assert client.get("/about/coalition.json").json()["contact"] == "info@schools.example"


def test_only_the_colour_in_force_has_an_address(client: Client) -> None:
    assert [client.get(f"/colour/{hue}.css").status_code for hue in ("b3123f", "b31240", "zzzzzz")] == [200, 404, 404]
    assert client.get("/colour/b3123f.svg").headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_colour_that_cannot_be_read_is_answered_with_the_nearest_that_can() -> None:
    browser = signed_in(None, person_with(Grant("national")))
    page = browser.post_form("/desk/coalition/", {**TYPED, "colour": "#ffd200"}).content.decode()
    assert "#ffd200 is too light to read on white (1.5 to 1, needed are 4.5). The nearest that can" in page
    # What was typed is still there.
    assert "Schools for All" in page
    assert Coalition.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("colour", "red", "This is not a colour. Give one such as #b3123f."),
        ("contact", "javascript:alert(1)", "Give an e-mail address such as info@example.org"),
        ("contact", "a@b@c", "Give an e-mail address such as info@example.org"),
        ("name", " \u200b ", "field"),
        ("name", "x" * 1_000_000, "60"),
        ("languages", "fr", "fr"),
        ("about", "x" * 5_001, "5000"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(field: str, text: str, sentence: str, nia: Actor) -> None:
    with pytest.raises(ValidationError) as refusal:
        change_coalition(Coalition(**{**TYPED, field: text}), by=nia)
    assert list(refusal.value.message_dict) == [field]
    assert sentence in str(refusal.value)


def test_otto_and_those_with_less_than_the_whole_country_change_nothing(
    otto: Actor, ruth: Actor, carla: Actor, nia: Actor, client: Client
) -> None:
    for somebody in (otto, ruth, carla, Actor("Ned", "page", grants=(Grant("national", action="oct2025"),))):
        with pytest.raises(PermissionDenied):
            change_coalition(Coalition(**TYPED), by=somebody)
    assert client.get("/desk/coalition/").headers["Location"].startswith("/sign-in/")
    for alias, grants in (("Otto", ()), ("Ruth", (Grant("reviewer", state="WI"),))):
        browser = signed_in(None, person_with(*grants, alias=alias))
        answers = [browser.get("/desk/coalition/"), browser.post_form("/desk/coalition/", TYPED)]
        assert [answer.status_code for answer in answers] == [403, 403]
    assert Coalition.objects.count() == 0
    # A form without the session's own token is nobody's.
    assert signed_in(None, person_with(Grant("national"))).post("/desk/coalition/", TYPED).status_code == 403


def test_no_contact_is_kept_in_the_journal(nia: Actor) -> None:
    for contact in ("info@schools.example", "https://schools.example/reach", ""):
        change_coalition(Coalition(**{**TYPED, "contact": contact}), by=nia)
    change_coalition(Coalition(**{**TYPED, "contact": "", "name": "All Schools"}), by=nia)
    change_coalition(Coalition(**{**TYPED, "contact": "", "name": "All Schools"}), by=nia)
    told = [(entry.verb, entry.before) for entry in Entry.objects.order_by("pk")]
    assert told == [
        ("coalition.added", None),
        ("coalition.contact_changed", {}),
        ("coalition.contact_changed", {}),
        ("coalition.changed", {"name": "Schools for All"}),
    ]


def test_a_request_reads_the_coalition_once(django_assert_num_queries: Any, nia: Actor) -> None:
    change_coalition(Coalition(**TYPED), by=nia)
    with django_assert_num_queries(1), read_once():
        assert [coalition().name for _ in range(3)] == ["Schools for All"] * 3
    with django_assert_num_queries(2):
        assert (coalition().name, coalition().colour) == ("Schools for All", "#00594c")


def test_the_page_about_the_coalition_names_its_members_and_partners(client: Client, nia: Actor) -> None:
    asked = {}
    for rows in (1, 3):
        for number in range(rows):
            for kind in ("member", "partner", "host"):
                name = f"{kind.title()} {number}"
                if not Organisation.objects.filter(name=name).exists():
                    add_organisation(Organisation(name=name, kind=kind, url="https://example.org/"), by=nia)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/about/coalition.json").json()
        asked[rows] = len(queries)
        assert [one["name"] for one in page["members"]] == [f"Member {number}" for number in range(rows)]
        assert [one["name"] for one in page["partners"]] == [f"Partner {number}" for number in range(rows)]
    assert asked == {1: 2, 3: 2}
    assert "Host 0" not in client.get("/about/coalition/").content.decode()


def test_after_the_first_run_nia_is_led_through_three_steps() -> None:
    browser = signed_in(None, person_with(Grant("national")))
    assert "Second step of three" in browser.get("/desk/coalition/").content.decode()
    nobody = browser.post_form("/desk/coalition/", TYPED | {"members": "AFT\n---"})
    assert ("a name with letters" in nobody.content.decode(), Organisation.objects.count()) == (True, 0)
    named = {"members": "AFT\r\n\r\n NEA \r\nAFT", "partners": "Journey for Justice\nNEA"}
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        assert browser.post_form("/desk/coalition/", TYPED | named).headers["Location"] == "/desk/begin/"
    kinds = [("AFT", "member"), ("Journey for Justice", "partner"), ("NEA", "member")]
    assert list(Organisation.objects.order_by("name").values_list("name", "kind")) == kinds
    steps = browser.get("/desk/begin/").content.decode()
    assert (steps.count('<li class="done">'), steps.count("<h2>"), steps.count('class="button ')) == (1, 3, 3)
    assert "Second step of three" not in browser.get("/desk/coalition/").content.decode()


@pytest.mark.parametrize(
    ("languages", "asked", "left", "usual"),
    [
        ("en", "/es/about/data/", "/about/data/", "/"),
        ("es", "/about/data/?x=1", "/es/about/data/?x=1", "/es/"),
    ],
)
def test_a_language_that_is_not_offered_leads_to_one_that_is(
    languages: str, asked: str, left: str, usual: str, client: Client, nia: Actor
) -> None:
    change_coalition(Coalition(**{**TYPED, "languages": languages}), by=nia)
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (302, left)
    page = client.get(usual).content.decode()
    assert (page.count('rel="alternate" hreflang='), page.count('class="switch"')) == (2, 0)
    # Programs, the desk and links keep what they have.
    kept = ("/index.json", "/es/index.json", "/sign-in/", "/es/sign-in/", "/colour/00594c.css")
    assert [client.get(path).status_code for path in kept] == [200] * 5


@pytest.mark.parametrize(("languages", "asked", "said"), [("es", "/nothing/", "es"), ("en", "/es/wp-admin/", "en")])
def test_what_is_no_page_is_not_found_in_a_language_that_is_offered(
    languages: str, asked: str, said: str, client: Client, nia: Actor
) -> None:
    change_coalition(Coalition(**{**TYPED, "languages": languages}), by=nia)
    client.get("/")
    answer = client.get(asked)
    assert (answer.status_code, f'<html lang="{said}">' in answer.content.decode()) == (404, True)


def test_where_spanish_alone_is_offered_a_text_is_spanish_without_a_mark(client: Client, nia: Actor) -> None:
    change_coalition(Coalition(**{**TYPED, "languages": "es"}), by=nia)
    called = action(nia, "marcha", name="Marcha por las escuelas")
    page = client.get(f"/es/actions/{called.slug}/").content.decode()
    assert ("<h1>Marcha por las escuelas</h1>" in page, 'lang="en"' in page) == (True, False)


def test_a_new_coalitions_first_page_says_what_comes_and_no_command(client: Client, nia: Actor) -> None:
    october()
    page = client.get("/").content.decode()
    assert "No action is over yet." in page
    assert ("October Walk-Ins" in page, "manyplaces" in page.replace("Manyplaces", "")) == (True, False)


def test_the_first_language_is_what_search_engines_show(client: Client, nia: Actor) -> None:
    change_coalition(Coalition(**{**TYPED, "languages": "es en"}), by=nia)
    page = client.get("/about/data/").content.decode()
    assert 'hreflang="x-default" href="http://127.0.0.1:8000/es/about/data/"' in page
    assert 'hreflang="es" href="/es/about/data/"' in page


def test_the_menu_has_what_one_may_open() -> None:
    def menu(*grants: Grant, alias: str) -> list[str]:
        page = signed_in(None, person_with(*grants, alias=alias)).get("/desk/").content.decode()
        entries = page.partition('class="desk-menu"')[2].partition("</nav>")[0]
        return [part.partition("<")[0] for part in entries.replace(' aria-current="page"', "").split('/">')[1:]]

    every = ["Where we stand", "Review", "Photos", "Sites", "Actions", "Lists", "Organisations", "Letters"]
    every += ["People", "Journal"]
    assert menu(Grant("national"), alias="Nia") == [*every, "What we hold", "Destroyed", "Archive", "Coalition"]
    assert menu(Grant("reviewer", state="WI"), alias="Ruth") == every[:5]
    # The role for one action opens nothing of the whole coalition, but numbers of what was destroyed.
    assert menu(Grant("national", action="october"), alias="Olga") == [*every[:6], "Destroyed"]
    assert menu(Grant("press"), alias="Pia") == ["Where we stand", "Actions"]


def test_letters_come_from_the_coalition(nia: Actor) -> None:
    assert letterhead().name == "Manyplaces"
    change_coalition(Coalition(**TYPED), by=nia)
    assert letterhead() == Letterhead("Schools for All", "http://127.0.0.1:8000/", "#00594c", "info@schools.example")
    change_coalition(Coalition(**{**TYPED, "contact": "https://schools.example/reach"}), by=nia)
    assert letterhead().contact == ""


def test_two_tabs_of_the_coalition_lose_nothing() -> None:
    nia = signed_in(None, person_with(Grant("national")))
    noor = signed_in(None, person_with(Grant("national"), alias="Noor"))
    said = {"name": "Schools for All", "colour": "#00594c", "languages": "en es", "contact": "", "about": "Nia’s words"}
    said |= {"about_es": ""}
    assert nia.post_form("/desk/coalition/", said | {"version": "0"}).status_code == 302
    page = nia.get("/desk/coalition/").content.decode()
    shown = {"version": page.partition('name="version" value="')[2].partition('"')[0]}
    noor.post_form("/desk/coalition/", said | shown | {"about": "Noor’s words"})
    late = nia.post_form("/desk/coalition/", said | shown | {"name": "All Schools"})
    page = late.content.decode()
    told = ("here stands now “Noor’s words”" in page, "Somebody changed this while you had it open." in page)
    assert (late.status_code, told, "All Schools" in page) == (409, (True, True), True)
    assert coalition().about == "Noor’s words"
    newest = {"version": page.partition('name="version" value="')[2].partition('"')[0]}
    assert nia.post_form("/desk/coalition/", said | newest | {"name": "All Schools"}).status_code == 302
