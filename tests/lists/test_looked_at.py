"""What is looked at before a list is committed, what can be put right, and what nobody but its owner may do."""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import BlockedPattern, Commitment, Event
from manyplaces.events.operations import approve, commit_site, take_down, withdraw_commitment
from manyplaces.events.rules.hosting import HostContact
from manyplaces.lists.models import ColumnMemory, ListRow, SiteList
from manyplaces.lists.operations import (
    answer_rows,
    commit_list,
    correct_row,
    forget_contacts,
    forget_list,
    look_again,
    match_list,
    name_columns,
    start_committing,
    stop_committing,
    take_list,
    undo_list,
)
from manyplaces.lists.queries import list_page
from manyplaces.lists.rules import Answer, Reason, Stage, Verdict
from manyplaces.mail.models import Letter
from manyplaces.mail.tasks import discover
from manyplaces.mail.worker.doing import Doer
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Organisation, RoleGrant
from manyplaces.people.operations import close_account, delete_account
from manyplaces.places.models import School, SchoolAlias
from tests.events.calling import october, wish
from tests.lists.bringing import (
    HIGH,
    MIDDLE,
    MILWAUKEE,
    carlas,
    own,
    paste,
    spreadsheet,
    stranger,
    table,
    verdicts,
)
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db


def hana_commits(action: Any, number: str, venue: str = "") -> Commitment:
    """Hana commits a school by herself."""
    at = School.objects.get(number=number)
    contact = HostContact("Hana", "hana@example.org", "", "en")
    return commit_site(wish(action, at), contact=contact, by=Actor("a host", "page"))


def test_everything_that_becomes_public_is_shown_before_it_is_committed(action: Any) -> None:
    rows = "School\tDate\tTime\tTactic\tHost\tNote\tAddress\n"
    rows += f"Auer\t{action.date_edtf}\t15h\tRally\tZZUNION\tZZNOTE\tZZGATE\n"
    browser, there, page = carlas(action, rows)
    assert [word in page for word in ("3:00 p.m.", "rally", "ZZUNION", "ZZNOTE", "ZZGATE")] == [True] * 5
    browser.post_form(there, {"step": "commit"})
    event = Event.objects.get()
    assert (event.time_local.isoformat(), event.tactic, event.note) == ("15:00:00", "rally", "ZZNOTE")


def test_every_button_and_tab_of_a_list_leads_to_it(action: Any) -> None:
    browser, there, _page = carlas(action, "Auer\nHamilton\nNowhere")
    browser.post_form(there, {"step": "commit"})
    page = browser.get(there).content.decode()
    main = page[page.index("<main") :]
    assert "Take the whole list back" in main
    # A form without an address of its own sends to the page it is on.
    assert set(re.findall(r'<form[^>]* action="([^"]*)"', main)) == {there}
    assert set(re.findall(r'<a href="([^"?]*)[^"]*"(?: aria-current="page")?>(?:All|Found|There)', main)) == {
        "/desk/lists/",
        there,
    }
    main = browser.get(f"{there}rows/2/?q=Hamilton").content.decode()
    main = main[main.index("<main") :]
    assert set(re.findall(r'<form[^>]* action="([^"]*)"', main)) == {f"{there}rows/2/"}


def test_what_smells_waits_and_what_is_blocked_is_refused(action: Any, nia: Actor) -> None:
    BlockedPattern.objects.create(kind="link", text="spam.example", made_by="Ruth")
    links = "https://a.example https://b.example https://c.example"
    text = f"School,City,State,Note,Email\nAuer,Milwaukee,WI,{links},ana@example.org\n"
    text += "Clemens,Milwaukee,WI,https://spam.example/x,bo@example.org\nHamilton High,Milwaukee,WI,Bring drums,\n"
    brought = table(action, text, nia)
    assert brought.rows.get(venue="Clemens").reason == Reason.BLOCKED
    commit_list(brought, by=nia)
    reviews = dict(Commitment.objects.values_list("venue", "review"))
    assert reviews == {"Auer Avenue School": "waiting", "Hamilton High": "approved"}
    assert list(Event.objects.values_list("venue", flat=True)) == ["Hamilton High"]
    assert set(Letter.objects.values_list("kind", flat=True)) == {"events.thank_host"}
    page = list_page(SiteList.objects.get())
    assert (page.committed, page.waiting, page.counts["refused"]) == (2, 1, 1)
    browser = signed_in(None, person_with(Grant("national")))
    assert "of them wait for a reviewer" in browser.get(f"/desk/lists/{brought.uid}/").content.decode()


def test_a_first_list_of_a_city_is_undone_after_others_came_there(
    action: Any, nia: Actor, carla: Actor, ruth: Actor
) -> None:
    first = paste(action, "Auer", nia)
    commit_list(first, by=nia)
    commit_list(paste(action, "Clemens", carla), by=carla)
    commitment = hana_commits(action, "550960001103")
    approve(commitment, version=commitment.version, by=ruth)
    assert undo_list(first, by=nia) == 1
    assert (
        sorted(Event.objects.values_list("venue", flat=True))
        == ["Clement Avenue Elementary", "Clemens Elementary"][::-1]
    )


def test_all_but_the_changed_are_taken_back_and_committed_again(action: Any, nia: Actor) -> None:
    text = "School,City,State,Email\nAuer,Milwaukee,WI,ana@example.org\nClemens,Milwaukee,WI,bo@example.org\n"
    done = commit_list(table(action, text, nia), by=nia)
    Letter.objects.update(state=Letter.State.SENT, sent_at=timezone.now())
    event = Event.objects.get(venue="Auer Avenue School")
    take_down(event.commitment, version=event.commitment.version, reason="x", by=nia)
    with pytest.raises(NotNow, match="1 site of this list was changed"):
        undo_list(done, by=nia)
    assert undo_list(done, but_changed=True, by=nia) == 1
    assert list(Commitment.objects.values_list("venue", flat=True)) == ["Auer Avenue School"]
    assert list(Letter.objects.filter(state=Letter.State.OWED).values_list("kind", flat=True)) == ["events.taken_back"]
    again = commit_list(done, by=nia)
    assert (again.stage, Commitment.objects.count()) == (Stage.COMMITTED, 2)
    assert undo_list(again, but_changed=True, by=nia) == 1


def test_only_what_stands_keeps_a_school_out(action: Any, carla: Actor) -> None:
    hana_commits(action, HIGH)
    first = paste(action, "Hamilton High\nAuer\nClemens", carla)
    waiting = first.rows.get(venue="Hamilton High")
    assert (waiting.verdict, waiting.reason) == (Verdict.CERTAIN, Reason.WAITS)
    commit_list(first, by=carla)
    assert Event.objects.count() == 3
    one, two = Commitment.objects.filter(review="approved").exclude(school__number=HIGH).order_by("pk")
    withdraw_commitment(one, by=carla)
    take_down(two, version=two.version, reason="A mistake", by=carla)
    assert verdicts(paste(action, "Hamilton High\nAuer\nClemens", carla)) == {
        "Hamilton High": Verdict.DOUBLE,
        "Auer": Verdict.CERTAIN,
        "Clemens": Verdict.CERTAIN,
    }


def test_doubles_are_found_after_answers_and_across_lists(action: Any, carla: Actor) -> None:
    first = paste(action, "Hamilton\nHamiltn\nHumboldt Park", carla)
    answers = {row.pk: "own" if row.venue == "Humboldt Park" else HIGH for row in first.rows.all()}
    second = paste(action, "Humboldt Park", carla)
    answer_rows(first, answers, by=carla)
    answer_rows(second, {second.rows.get().pk: "own"}, by=carla)
    commit_list(first, by=carla)
    assert Event.objects.count() == 2
    commit_list(second, by=carla)
    row = second.rows.get()
    assert (row.verdict, row.reason, Event.objects.count()) == (Verdict.DOUBLE, Reason.A_LIST, 2)


def test_what_a_partners_double_loses_is_said(action: Any, nia: Actor) -> None:
    commit_list(paste(action, "Auer", nia), by=nia)
    double = table(action, "School,City,State,Host\nAuer,Milwaukee,WI,NAACP\n", nia)
    page = signed_in(None, person_with(Grant("national"))).get(f"/desk/lists/{double.uid}/").content.decode()
    assert "Its host organisation and contact are not taken over." in page


def test_a_coordinator_of_one_action_answers_and_alias_holds_where_it_was_typed(action: Any, nia: Actor) -> None:
    School.objects.filter(number=MIDDLE).update(
        city_name="St. Francis", city_slug="saint-francis", match_key="fernwood"
    )
    bound = Actor("Cy", "page", grants=(Grant("coordinator", action="october", state="WI"),))
    brought = paste(action, "The Castle", bound)
    answer_rows(brought, {brought.rows.get().pk: MIDDLE}, by=bound)
    commit_list(brought, by=bound)
    assert list(SchoolAlias.objects.values_list("text", "city_slug")) == [("The Castle", "milwaukee")]
    later = october(slug="later", name="Later")
    assert verdicts(paste(later, "The Castle", nia)) == {"The Castle": Verdict.CERTAIN}


def test_a_place_taken_as_written_is_known_the_next_time(action: Any, carla: Actor) -> None:
    first = paste(action, "Humboldt Park", carla)
    answer_rows(first, {first.rows.get().pk: "own"}, by=carla)
    commit_list(first, by=carla)
    row = paste(october(slug="later", name="Later"), "Humboldt Park", carla).rows.get()
    assert (row.verdict, row.answer) == (Verdict.UNKNOWN, Answer.OWN)


def test_a_name_that_no_suggestion_fits_is_searched_for_and_a_wrong_one_forgotten(action: Any) -> None:
    browser, there, page = carlas(action, "MHSA")
    assert f'{there}rows/1/"' in page
    found = browser.get(f"{there}rows/1/?q=Hamilton+High").content.decode()
    assert f'value="{HIGH}"' in found
    browser.post_form(f"{there}rows/1/", {"step": "choose", "number": HIGH})
    browser.post_form(there, {"step": "commit"})
    assert SchoolAlias.objects.get().school.number == HIGH
    assert "“MHSA” is remembered as Hamilton High." in browser.get(f"{there}rows/1/").content.decode()
    browser.post_form(f"{there}rows/1/", {"step": "forget"})
    assert SchoolAlias.objects.count() == 0


def test_every_question_is_reached_also_the_last_of_150(action: Any) -> None:
    browser, there, page = carlas(action, "\n".join(f"Nowhere {number} School" for number in range(150)))
    asked = list(ListRow.objects.order_by("line"))
    answers = {f"row-{row.pk}": "skip" for row in asked[:50]}
    browser.post_form(there, {"step": "answer", **answers})
    page = browser.get(there).content.decode()
    assert [f'"row-{row.pk}"' in page for row in (asked[0], asked[50])] == [False, True]
    last = browser.get(f"{there}?asked=3").content.decode()
    assert f'"row-{asked[0].pk}"' in last
    assert f'"row-{asked[149].pk}"' in browser.get(f"{there}?asked=2").content.decode()


def test_one_wrong_answer_loses_no_other(action: Any) -> None:
    browser, there, page = carlas(action, "Hamilton\nSteinmetz College Prep\nNowhere School")
    chicago = "170993004187"
    assert chicago not in page
    rows = {row.venue: row for row in ListRow.objects.all()}
    answers = {"Hamilton": HIGH, "Steinmetz College Prep": chicago, "Nowhere School": "own"}
    given = {f"row-{rows[venue].pk}": answer for venue, answer in answers.items()}
    told = browser.post_form(there, {"step": "commit", **given}, follow=True).content.decode()
    assert ("1 answer could not be taken" in told, "This lies outside the area you coordinate." in told) == (True, True)
    assert Event.objects.count() == 2


def test_a_closed_action_refuses_the_list_and_no_row_of_it(action: Any, nia: Actor) -> None:
    brought = paste(action, "Auer", nia)
    action.closes_at = timezone.now() - datetime.timedelta(minutes=5)
    action.opens_at = action.closes_at - datetime.timedelta(days=1)
    action.save()
    with pytest.raises(NotNow, match="closed"):
        commit_list(brought, by=nia)
    action.closes_at = None
    action.save()
    assert commit_list(brought, by=nia).stage == Stage.COMMITTED


def test_an_action_of_several_days_takes_a_day_for_the_whole_list(action: Any, nia: Actor) -> None:
    day = action.date_from
    week = october(slug="week", name="Week", date_edtf=f"{day}/{day + datetime.timedelta(days=5)}")
    brought = paste(week, "Auer\nClemens", nia)
    assert {row.reason for row in brought.rows.all()} == {Reason.NO_DAY}
    brought.date_words, brought.time_words = str(day + datetime.timedelta(days=2)), "antes de clases"
    look_again(brought, by=nia)
    commit_list(brought, by=nia)
    stored = Event.objects.values_list("date_edtf", "time_local").distinct()
    assert [(edtf, clock.isoformat()) for edtf, clock in stored] == [(brought.date_words, "07:45:00")]


@pytest.mark.parametrize(
    ("column", "words", "sentence"),
    [
        ("Date", "2020-01-05", "This day is over. Choose a day that is still to come."),
        (
            "Date",
            "1970-01-05",
            "“1970-01-05” is no day that we can take. Check the year, and write it like October 6, 2027.",
        ),
        ("Date", "next spring", "Which year is it? Write the year after the season, such as Fall 2026."),
        ("Tactic", "Tea party", "“Tea party” is no tactic of this action. Correct it, or leave it empty."),
        ("Time", "3", "Is this in the morning or in the afternoon? Write am or pm after it."),
    ],
)
def test_a_refused_row_says_why_and_is_corrected(
    action: Any, nia: Actor, column: str, words: str, sentence: str
) -> None:
    brought = table(action, f"School,City,State,{column}\nAuer,Milwaukee,WI,{words}\n", nia)
    row = brought.rows.get()
    assert (row.verdict, row.sentence, row.line) == (Verdict.REFUSED, sentence, 2)
    with translation.override("es"):
        assert row.sentence != sentence
    row.date_words = row.time_words = row.tactic_words = ""
    assert correct_row(row, by=nia).verdict == Verdict.CERTAIN
    assert commit_list(brought, by=nia).stage == Stage.COMMITTED


@pytest.mark.parametrize(
    ("words", "clock"), [("before the bell", "07:45:00"), ("15h", "15:00:00"), ("2:30 pm", "14:30:00")]
)
def test_times_are_read_as_the_hosts_form_reads_them(action: Any, nia: Actor, words: str, clock: str) -> None:
    row = table(action, f"School,City,State,Time\nAuer,Milwaukee,WI,{words}\n", nia).rows.get()
    assert (row.sentence, row.time_local.isoformat()) == ("", clock)


def test_the_page_says_how_many_were_committed_and_refused_and_corrects_a_row(action: Any) -> None:
    browser, there, _page = carlas(action, "School\tTime\nAuer\t7:30 am\nClemens\t7:30 am\nHamilton High\tsoon\n")
    told = browser.post_form(there, {"step": "commit"}, follow=True).content.decode()
    assert "2 sites are committed. 1 row could not be taken: see below what to correct." in told
    line = ListRow.objects.get(venue="Hamilton High").line
    given = {"step": "correct", "venue": "Hamilton High", "time_words": "8:15 am"}
    browser.post_form(f"{there}rows/{line}/", given)
    browser.post_form(there, {"step": "commit"})
    assert Event.objects.count() == 3


def test_no_city_is_asked_for_and_given_for_the_whole_list(action: Any) -> None:
    browser, there, page = carlas(action, "Nowhere School", city_name="", state="")
    assert "Say in which city and state it is." in page
    browser.post_form(there, {"step": "again", "city_name": "Milwaukee", "state": "WI"})
    assert ListRow.objects.get().verdict == Verdict.UNKNOWN


def test_columns_that_were_guessed_wrongly_are_named_anew_and_remembered_without_accents(
    action: Any, nia: Actor
) -> None:
    sheet = spreadsheet(["Name", "Edificio-A", "Población", "Estado"], ["Ana", "Auer Avenue School", "Milwaukee", "WI"])
    brought = match_list(take_list(SiteList(action=action, title="t"), upload=sheet, by=nia), by=nia)
    assert brought.columns["school"] == "name"
    there = f"/desk/lists/{brought.uid}/columns/"
    page = signed_in(None, person_with(Grant("national"))).get(there).content.decode()
    assert "Auer Avenue School" in page
    header = brought.header
    match_list(name_columns(brought, {"school": header[1], "city": header[2], "state": header[3]}, by=nia), by=nia)
    assert verdicts(brought) == {"Auer Avenue School": Verdict.CERTAIN}
    plain = spreadsheet(["Name", "Edificio A", "Poblacion", "Estado"], ["Bo", "Clemens", "Milwaukee", "WI"])
    second = match_list(take_list(SiteList(action=action, title="u"), upload=plain, by=nia), by=nia)
    assert (verdicts(second), ColumnMemory.objects.count()) == ({"Clemens": Verdict.CERTAIN}, 1)
    commit_list(brought, by=nia)
    with pytest.raises(NotNow, match="Bring the file again"):
        name_columns(brought, {"school": header[1]}, by=nia)


def test_pasted_rows_reach_the_columns_with_and_without_headings(action: Any, nia: Actor) -> None:
    headed = table(action, "Plantel educativo\tCiudad\tEstado\nAuer\tMilwaukee\tWI\nClemens\tMilwaukee\tWI\n", nia)
    bare = table(action, "Auer\tMilwaukee\tWI\nClemens\tMilwaukee\tWI\n", nia)
    assert (headed.stage, headed.row_count, bare.stage, bare.row_count) == (Stage.COLUMNS, 2, Stage.COLUMNS, 2)
    one, two, three = bare.header
    match_list(name_columns(bare, {"school": one, "city": two, "state": three}, by=nia), by=nia)
    assert (verdicts(bare), ColumnMemory.objects.count()) == ({"Auer": "certain", "Clemens": "certain"}, 0)


def test_contacts_go_with_the_list_or_after_a_month(action: Any, nia: Actor) -> None:
    text = "School,City,State,Email,Contact\nAuer,Milwaukee,WI,ana@example.org,Ana\n"
    text += "Nowhere,Milwaukee,WI,bo@example.org,Bo\n"
    brought = commit_list(table(action, text, nia), by=nia)
    left = {row.venue: row.email for row in brought.rows.all()}
    assert left == {"Auer": "", "Nowhere": "bo@example.org"}
    clock = Actor("clock", "clock")
    assert forget_contacts(timezone.now(), by=clock) == 0
    assert forget_contacts(timezone.now() + datetime.timedelta(days=31), by=clock) == 1
    assert [row.email + row.name for row in brought.rows.all()] == ["", ""]
    assert forget_contacts(timezone.now() + datetime.timedelta(days=31), by=clock) == 0


@pytest.mark.parametrize(
    "step",
    [
        forget_list,
        commit_list,
        start_committing,
        look_again,
        lambda brought, by: answer_rows(brought, {brought.rows.get().pk: "skip"}, by=by),
        lambda brought, by: correct_row(brought.rows.get(), by=by),
        lambda brought, by: name_columns(brought, {"school": "x"}, by=by),
    ],
)
def test_a_list_belongs_to_whom_it_belongs(action: Any, carla: Actor, step: Any) -> None:
    brought = paste(action, "Auer", own(carla))
    with pytest.raises(PermissionDenied):
        step(brought, by=stranger())
    commit_list(brought, by=own(carla))
    for end in (undo_list, stop_committing):
        with pytest.raises(PermissionDenied):
            end(brought, by=stranger())
    assert (SiteList.objects.count(), Event.objects.count()) == (1, 1)


def test_a_school_returns_from_an_earlier_action_in_which_it_took_part(action: Any, nia: Actor, carla: Actor) -> None:
    before = october(
        slug="before", name="Before", date_edtf=(action.date_from - datetime.timedelta(days=7)).isoformat()
    )
    after = october(slug="after", name="After", date_edtf=(action.date_from + datetime.timedelta(days=7)).isoformat())
    for held, names in ((before, "Hamilton High\nAuer"), (after, "Clemens")):
        commit_list(paste(held, names, nia), by=nia)
    Event.objects.filter(venue="Auer Avenue School").update(phase="cancelled")
    brought = paste(action, "Hamilton\nAuer\nClemens", carla)
    answer_rows(brought, {brought.rows.get(venue="Hamilton").pk: HIGH}, by=carla)
    found = {row.venue: row.returning_from and row.returning_from.slug for row in brought.rows.all()}
    assert found == {"Hamilton": "before", "Auer": None, "Clemens": None}


@pytest.mark.parametrize("lost", ["role", "account", "deleted"])
def test_a_list_whose_owner_lost_his_right_is_stopped_and_goes_on_with_nia(action: Any, lost: str) -> None:
    discover()
    person, nia = person_with(MILWAUKEE, alias="Carla"), person_with(Grant("national"))
    brought = paste(
        action, "\n".join(["Auer", "Clemens", *(f"Park {number}" for number in range(150))]), actor_of(person)
    )
    Doer().do()
    rows = {row.pk: "own" for row in brought.rows.filter(verdict=Verdict.UNKNOWN)}
    answer_rows(brought, rows, by=actor_of(person))
    commit_list(brought, by=actor_of(person))
    if lost == "role":
        RoleGrant.objects.filter(person=person).delete()
    elif lost == "account":
        close_account(person, by=actor_of(nia))
    else:
        delete_account(person, by=actor_of(person))
    Doer().do()
    stored = SiteList.objects.get()
    assert (stored.stage, Event.objects.count(), stored.row_count) == (Stage.ASKING, 0, 152)
    commit_list(stored, by=actor_of(nia))
    Doer().do()
    assert (SiteList.objects.get().stage, Event.objects.count()) == (Stage.COMMITTED, 152)


def test_ten_thousand_pasted_lines_are_taken(action: Any, carla: Actor) -> None:
    began = time.monotonic()
    site_list = SiteList(action=action, title="All", city_name="Milwaukee", state="WI")
    taken = take_list(site_list, text="\n".join(f"Place {number}" for number in range(10_000)), by=carla)
    assert (taken.row_count, taken.rows.count(), time.monotonic() - began < 20) == (10_000, 10_000, True)


def test_who_answers_for_a_list_is_told(action: Any, nia: Actor) -> None:
    partner = Organisation.objects.create(slug="mta", name="Milwaukee Teachers", kind="partner")
    commit_list(paste(action, "Auer", nia, organisation=partner), by=nia)
    with translation.override("es"):
        sentence = paste(action, "Auer", nia).rows.get().sentence
    assert "Milwaukee Teachers" in sentence
