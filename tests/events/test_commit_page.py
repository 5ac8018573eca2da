"""Hana fills in the form on her phone: what it understands, what it asks, what it shows again, and bad days."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core import throttle
from manyplaces.core.tokens import digest
from manyplaces.events.models import Commitment, Host
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation
from tests.events.calling import GRANT, october, school

pytestmark = pytest.mark.django_db

PATH = "/actions/october/commit/"
DONE = "/actions/october/commit/done/"


@pytest.fixture
def action() -> Action:
    return october()


@pytest.fixture
def gil() -> Client:
    """A browser without cookies."""
    return Client()


def sent(**typed: Any) -> dict[str, Any]:
    """What a browser sends of a form that is filled in."""
    day = (timezone.now() + datetime.timedelta(days=30)).date().isoformat()
    given = {"do": "commit", "school": GRANT, "tactic": "walk-in", "day": day, "email": "hana@example.org"}
    return {name: text for name, text in {**given, **typed}.items() if text is not None}


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_form_is_sent_and_leads_to_a_page_that_shows_no_contact(gil: Client, action: Action) -> None:
    school()
    answer = gil.post(PATH, sent(name="Hana Private", phone="414-555-0123", demands="art", posters="20"))
    assert (answer.status_code, answer["Location"], answer.cookies.output()) == (302, DONE, "")
    page = gil.get(DONE)
    assert page.status_code == 200
    assert [text for text in ("hana@", "Hana Private", "0123") if text in shown(page)] == []
    row = Commitment.objects.get()
    assert (row.venue, row.posters, [demand.slug for demand in row.demands.all()]) == ("Grant Elementary", 20, ["art"])


def test_sent_twice_from_two_tabs_or_after_going_back_it_is_one_commitment(gil: Client, action: Action) -> None:
    school()
    answers = [client.post(PATH, sent(note="Drums!")) for client in (gil, gil, Client())]
    assert [answer["Location"] for answer in answers] == [DONE] * 3
    assert (Commitment.objects.count(), Host.objects.count(), Letter.objects.count()) == (1, 1, 1)
    gil.post(PATH, sent(note="Drums and flags!"))
    assert Commitment.objects.count() == 2


def test_what_is_wrong_is_said_at_its_field_and_everything_typed_is_shown_again(gil: Client, action: Action) -> None:
    school()
    typed = {"email": "hana@", "note": "Bring <b>drums</b>", "posters": "-1", "time": "99:99", "shown_host": "Hana H."}
    answer = gil.post(PATH, sent(**typed))
    page = shown(answer)
    assert (answer.status_code, Commitment.objects.count()) == (422, 0)
    assert [name for name in ("f_posters_error", "f_time_error") if name not in page] == []
    again = (
        'value="hana@"',
        "Bring &lt;b&gt;drums&lt;/b&gt;",
        'value="Hana H."',
        'value="99:99"',
        f'value="{GRANT}" checked',
    )
    assert [text for text in again if text not in page] == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", (7, 45)),
        ("before the bell", (7, 45)),
        ("Antes de clases", (7, 45)),
        ("7:20", (7, 20)),
        ("7:20 a.m.", (7, 20)),
        ("7h20", (7, 20)),
        ("15 h", (15, 0)),
        ("3:30 pm", (15, 30)),
    ],
)
def test_a_time_is_understood_as_people_write_it(
    gil: Client, action: Action, typed: str, kept: tuple[int, int]
) -> None:
    school()
    assert gil.post(PATH, sent(time=typed)).status_code == 302
    assert Commitment.objects.get().time_local == datetime.time(*kept)


def test_a_day_is_understood_as_people_write_it_where_a_browser_has_no_calendar(gil: Client, action: Action) -> None:
    school()
    day = timezone.now().date() + datetime.timedelta(days=25)
    for typed in (f"{day:%B} {day.day}, {day.year}", f"{day.month}/{day.day}/{day.year}"):
        gil.post(PATH, sent(day=typed, note=typed))
    assert [row.date_from for row in Commitment.objects.all()] == [day, day]
    assert gil.post(PATH, sent(day="some day")).status_code == 422


@pytest.mark.parametrize("typed", ["7", "3:30", "7:20 EST", "early", "25:00", "x" * 1000])
def test_a_time_that_says_too_little_or_too_much_is_asked_about(gil: Client, action: Action, typed: str) -> None:
    school()
    answer = gil.post(PATH, sent(time=typed))
    assert (answer.status_code, "f_time_error" in shown(answer), "f_fold" in shown(answer)) == (422, True, False)


def test_before_the_bell_is_asked_about_where_the_action_names_no_time(gil: Client) -> None:
    october(time_local=None, time_words="", time_words_es="")
    school()
    answer = gil.post(PATH, sent(time="before the bell"))
    assert (answer.status_code, "f_time_error" in shown(answer)) == (422, True)


@time_machine.travel(datetime.datetime(2027, 9, 1, 12, tzinfo=datetime.UTC))
def test_of_two_equal_hours_the_form_asks_which_one(gil: Client) -> None:
    autumn = datetime.date(2027, 11, 7)
    october(date_edtf=f"{autumn.year}")
    school()
    asked = gil.post(PATH, sent(day=autumn.isoformat(), time="1:30 am"))
    assert (asked.status_code, "f_fold_0" in shown(asked)) == (422, True)
    gil.post(PATH, sent(day=autumn.isoformat(), time="1:30 am", fold="1"))
    moment = Commitment.objects.get().starts_at
    assert moment is not None
    assert moment.tzname() == "CST"


def test_without_a_script_the_search_shows_schools_to_choose_from_and_keeps_what_was_typed(
    gil: Client, action: Action
) -> None:
    from manyplaces.core.actor import Actor
    from manyplaces.places.operations import learn_alias

    grant = school()
    learn_alias(grant, "Grant School", by=Actor("the house", "command"))
    answer = gil.post(PATH, sent(do="find", q="grant", school=None, note="Drums", email="half@"))
    page = shown(answer)
    assert (answer.status_code, f'value="{GRANT}"' in page, "Drums" in page, 'value="half@"' in page) == (
        200, True, True, True,
    )  # fmt: skip
    assert 'class="errors"' not in page
    nothing = shown(gil.post(PATH, sent(do="find", q="zzzzzzzz", school=None)))
    assert "No school found" in nothing
    assert Commitment.objects.count() == 0


def test_who_chose_no_school_is_told_to_and_who_made_one_up_too(gil: Client, action: Action) -> None:
    for number in (None, "999999999999", "1' OR '1'='1", "x" * 5000):
        answer = gil.post(PATH, sent(school=number))
        assert (answer.status_code, Commitment.objects.count()) == (422, 0)
    assert "f_q_error" in shown(gil.post(PATH, sent(school=None)))


def test_a_place_that_is_in_no_list_commits_with_a_pin(gil: Client, action: Action) -> None:
    free = {"school": "none", "venue": "Humboldt Park", "city_name": "Milwaukee", "state": "WI"}
    gil.post(PATH, sent(**free, pin="43.0, -87.9"))
    row = Commitment.objects.get()
    assert (row.venue, row.school, row.city_slug, row.lat) == ("Humboldt Park", None, "milwaukee", 43.0)
    assert gil.post(PATH, sent(**{**free, "state": "XX"})).status_code == 422
    assert gil.post(PATH, sent(**{**free, "state": ""})).status_code == 422


def test_the_link_of_an_organisation_makes_an_address_needless_and_a_forged_one_does_not(
    gil: Client, action: Action
) -> None:
    school()
    Organisation.objects.create(slug="mtea", name="Milwaukee Teachers", vouch_digest=digest("the-secret-of-the-mtea"))
    link, dead = (f"{PATH}with/{secret}/" for secret in ("the-secret-of-the-mtea", "the-secret-of-the-mteb"))
    assert "Milwaukee Teachers vouches for you" in shown(gil.get(link))
    told = "This link of an organisation does not work any more. Ask them for a new one."
    assert [told in shown(gil.get(where)) for where in (link, dead, PATH)] == [False, True, False]
    refused = gil.post(dead, sent(email=None))
    assert (refused.status_code, told in shown(refused)) == (422, True)
    # The way by the link is kept: in the other language, when something is missing, and for the next site.
    assert f'/es{link}"' in gil.get(link).content.decode()
    assert f'action="{link}"' in gil.post(link, sent(email=None, tactic=None)).content.decode()
    done = gil.post(link, sent(email=None))
    assert (done.status_code, done["Location"]) == (302, f"{link}done/")
    assert f'href="{link}"' in gil.get(done["Location"]).content.decode()
    row = Commitment.objects.get()
    assert (row.vouched_by.slug if row.vouched_by else "", Letter.objects.count()) == ("mtea", 0)
    # Who wants the address alone gets no trust of anybody.
    assert gil.post(PATH, sent(email=None, o="the-secret-of-the-mtea")).status_code == 422


def test_a_program_that_fills_in_everything_is_thanked_and_nothing_is_kept(gil: Client, action: Action) -> None:
    school()
    assert gil.post(PATH, sent(more_about="https://spam.example"))["Location"] == DONE
    assert (Commitment.objects.count(), Letter.objects.count()) == (0, 0)


def test_more_than_eight_from_one_source_have_to_wait_and_what_they_typed_stays(gil: Client, action: Action) -> None:
    school()
    throttle.forget()
    here, elsewhere = {throttle.SOURCE: "here"}, {throttle.SOURCE: "elsewhere"}
    answers = [gil.post(PATH, sent(note=f"Number {n}"), **here) for n in range(10)]
    assert [answer.status_code for answer in answers] == [302] * 8 + [429] * 2
    assert "Number 9" in shown(answers[-1])
    assert int(answers[-1]["Retry-After"]) in range(1, 601)
    assert gil.post(PATH, sent(note="Number 9"), **elsewhere).status_code == 302
    clusters = set(Commitment.objects.values_list("cluster", flat=True))
    assert len(clusters) == 2


def test_a_closed_action_says_so_and_takes_nothing(gil: Client) -> None:
    october(closes_at=timezone.now() - datetime.timedelta(minutes=1))
    school()
    page = gil.get(PATH)
    assert (page.status_code, "<form method" in shown(page)) == (200, False)
    assert (gil.post(PATH, sent()).status_code, Commitment.objects.count()) == (409, 0)


def test_a_draft_has_no_form(gil: Client) -> None:
    october(visibility="draft")
    assert [gil.get(path).status_code for path in (PATH, DONE, f"/es{PATH}")] == [404] * 3


def test_a_form_of_another_site_is_refused(gil: Client, action: Action) -> None:
    school()
    answer = gil.post(PATH, sent(), headers={"Origin": "https://evil.example"})
    assert (answer.status_code, Commitment.objects.count()) == (403, 0)


def test_a_million_characters_in_every_field_are_a_sentence_and_no_more(gil: Client, action: Action) -> None:
    school()
    long = "x" * 100_000
    names = ("name", "email", "phone", "venue", "city_name", "address", "note", "remark", "hosts_words", "shown_host")
    answer = gil.post(PATH, sent(**dict.fromkeys(names, long)))
    assert (answer.status_code, Commitment.objects.count()) == (422, 0)
    assert gil.post(PATH, sent(day=long, time=long, q=long, school=long, tactic=long)).status_code == 422


def test_naughty_strings_in_every_field_never_break_the_page(gil: Client, action: Action, shared: Any) -> None:
    school()
    strings = json.loads((shared / "corpora/strings/blns.json").read_text("utf-8"))
    codes = set()
    for text in strings[::8]:
        names = (
            "q",
            "venue",
            "day",
            "time",
            "expected",
            "pin",
            "name",
            "email",
            "phone",
            "note",
            "language",
            "fold",
        )
        codes.add(gil.post(PATH, sent(**dict.fromkeys(names, text))).status_code)
        codes.add(gil.post(PATH, sent(do="find", q=text, school=text, demands=text)).status_code)
        codes.add(gil.post(PATH, sent(note=text[:900], shown_host=text[:70])).status_code)
    assert codes <= {200, 302, 422}


def test_the_page_is_light_and_the_same_for_everybody(gil: Client, action: Action) -> None:
    pages = [Client().get(path) for path in (PATH, PATH, f"/es{PATH}")]
    assert pages[0].content == pages[1].content
    assert [page.status_code for page in pages] == [200] * 3
    assert "form_token" not in shown(pages[0])
    assert max(len(page.content) for page in pages) < 40_000


def test_the_number_of_questions_to_the_database_is_fixed(
    gil: Client, action: Action, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        school(number=f"55096000000{number}", zone="America/Chicago")
    gil.post(PATH, sent(school="550960000000"))
    # Fifteen, and the one by which the journal asks, in the same transaction, whether the record is closed.
    with django_assert_max_num_queries(16):
        gil.post(PATH, sent(school="550960000001", note="Drums", demands="art"))
