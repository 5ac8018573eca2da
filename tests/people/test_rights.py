"""Who gives roles to whom, what needs two, and that a role counts from the next click on."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Passkey, Person, Proposal, RoleGrant, Session
from manyplaces.people.operations import (
    carry_out_proposals,
    close_account,
    due,
    grant_role,
    invite,
    propose,
    propose_reset,
    second,
    stop,
    withdraw_role,
)
from manyplaces.people.rules import GRANT_NATIONAL, RESET_PASSKEYS
from manyplaces.places.operations import find_or_add_city
from tests.people.authenticator import Authenticator, options
from tests.people.letterbox import letters_to
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")
NATIONAL = Grant("national")
ROLE = {"alias": "Ruth", "email": "ruth@example.org", "language": "es", "role": "reviewer", "state": "WI"}


def a_national(alias: str) -> Actor:
    """A national coordinator with an account."""
    return actor_of(person_with(NATIONAL, alias=alias))


def test_who_is_invited_gets_a_role_an_account_and_a_letter_in_his_language() -> None:
    nia = signed_in(None, person_with(NATIONAL))
    answer = nia.post_form("/desk/people/invite/", ROLE)
    ruth = Person.objects.get(alias="Ruth")
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/people/{ruth.uid}/")
    assert [grant.as_grant() for grant in ruth.grants.all()] == [Grant("reviewer", state="WI")]
    [(kind, text)] = letters_to("ruth@example.org")
    assert (kind, "Invitación" in text, "/es/sign-in/" in text) == ("people.invited", True, True)
    again = nia.post_form("/desk/people/invite/", ROLE, follow=True).content.decode()
    assert ("no letter is sent" in again, len(letters_to("ruth@example.org"))) == (True, 1)
    for _twice in range(2):
        nia.post_form(answer["Location"], {"step": "again"})
    assert [kind for kind, _ in letters_to("ruth@example.org")] == ["people.invited"] * 2
    assert "ruth@example.org" not in str(list(Entry.objects.values())) + nia.get("/desk/people/").content.decode()


def test_who_has_a_closed_account_is_not_promised_a_code_that_never_comes() -> None:
    nia, ruth = signed_in(None, person_with(NATIONAL)), person_with(Grant("reviewer", state="IL"), alias="Ruth")
    close_account(ruth, by=CLOCK)
    page = nia.post_form("/desk/people/invite/", ROLE).content.decode()
    assert ("Ruth has an account with this address, and it is closed" in page, ruth.grants.count()) == (True, 1)
    for step in ("", "reopen", "open"):
        answer = nia.post_form(f"/desk/people/{ruth.uid}/", {"step": step})
        ruth.refresh_from_db()
        assert (answer.status_code, ruth.disabled_at is None) == ((302, True) if step == "open" else (404, False))


def test_nobody_gets_the_whole_country_or_a_role_by_oversight() -> None:
    nia = signed_in(None, person_with(NATIONAL))
    page = nia.get("/desk/people/invite/").content.decode()
    assert [tag for tag in re.findall(r"<input[^>]*name=\"role\"[^>]*>", page) if "checked" in tag] == []
    nia.post_form("/desk/people/invite/", ROLE | {"state": "everywhere"})
    assert RoleGrant.objects.get(person__alias="Ruth").as_grant() == Grant("reviewer")


def test_inviting_somebody_twice_gives_one_account_two_roles() -> None:
    nia = signed_in(None, person_with(NATIONAL))
    for state in ("WI", "IL", "IL"):
        nia.post_form("/desk/people/invite/", ROLE | {"state": state, "email": "RUTH@example.org"})
    assert sorted(RoleGrant.objects.filter(person__alias="Ruth").values_list("state", flat=True)) == ["IL", "WI"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "ruth"}, "This is not an e-mail address"),
        ({"role": "king"}, "Select a valid choice"),
        ({"role": ""}, "This field is required"),
        ({"state": ""}, "Choose a state, or “the whole country”"),
        ({"role": "coordinator", "state": ""}, "Choose a state, or “the whole country”"),
        ({"state": "everywhere", "city": "Milwaukee"}, "Choose the state of the city"),
        ({"state": "", "city": "Milwaukee"}, "Choose the state of the city"),
        ({"city": "Milwakee"}, "No city of this name"),
        ({"until": "2020-01-01"}, "This day is over"),
        ({"role": "national"}, "A national coordinator is one everywhere"),
        ({"alias": ""}, "This field is required"),
        ({"alias": "x" * 1_000_000}, "at most 60"),
    ],
)
def test_a_wrong_invitation_is_refused_with_a_sentence(wrong: dict[str, str], sentence: str) -> None:
    nia = signed_in(None, person_with(NATIONAL))
    page = nia.post_form("/desk/people/invite/", ROLE | wrong)
    assert (page.status_code, sentence in page.content.decode(), Person.objects.count()) == (200, True, 1)


def test_a_role_for_one_action_ends_thirty_days_after_it_and_moves_with_it(nia: Any) -> None:
    find_or_add_city("Milwaukee", "WI", by=CLOCK)
    Action.every.create(slug="oct", name="October 6", kind="day", date_edtf="2026-12-01", date_to=date(2026, 12, 1))
    with time_machine.travel("2026-11-24 09:00Z"):
        browser = signed_in(None, person_with(NATIONAL))
        browser.post_form("/desk/people/invite/", ROLE | {"action": "oct", "city": "milwaukee"})
        grant = RoleGrant.objects.get(person__alias="Ruth")
        assert (grant.city, grant.until) == ("milwaukee", date(2026, 12, 31))
        late = browser.post_form("/desk/people/invite/", ROLE | {"action": "oct", "until": "2036-01-01"})
        assert "no day later than 2026-12-31" in late.content.decode()
        browser.post_form("/desk/people/invite/", ROLE | {"action": "oct", "until": "2026-11-30"})
        ruth = grant.person
        with pytest.raises(ValidationError):
            grant_role(RoleGrant(person=ruth, role="press", action="oct"), by=nia)
    with time_machine.travel("2026-12-31 23:59Z"):
        assert len(actor_of(ruth).grants) == 1
        # The action is put off: who was to work for it to its end does so, whoever was to stop before it does not.
        call_action(Action(slug="oct", name="October 6", kind="day", date_edtf="2027-03-01"), by=nia)
        assert sorted(grant.until for grant in ruth.grants.all()) == [date(2026, 11, 30), date(2027, 3, 31)]
    with time_machine.travel("2027-03-31 23:59Z"):
        assert len(actor_of(ruth).grants) == 1
    with time_machine.travel("2027-04-01 00:01Z"):
        assert actor_of(ruth).grants == ()


def test_a_role_counts_from_the_next_click_on_and_no_longer_when_it_is_taken_away() -> None:
    ruth = person_with(alias="Ruth")
    a_national("Nora")
    browser = signed_in(None, ruth)
    assert browser.get("/desk/people/").status_code == 403
    RoleGrant.objects.create(person=ruth, role="national")
    assert browser.get("/desk/people/").status_code == 200
    withdraw_role(ruth.grants.get(), by=CLOCK)
    assert browser.get("/desk/people/").status_code == 403


def test_only_national_coordinators_give_and_take_roles_each_within_his_reach(
    ruth: Any, carla: Any, hana: Any, otto: Any
) -> None:
    target = person_with(Grant("press"), alias="Paul")
    texan = Actor("Tess", "page", person=99, grants=(Grant("national", action="oct"),))
    for by in (ruth, carla, hana, otto, texan):
        with pytest.raises(PermissionDenied):
            invite(Person(alias="Otto"), RoleGrant(role="reviewer"), "otto@example.org", by=by)
        with pytest.raises(PermissionDenied):
            grant_role(RoleGrant(person=target, role="reviewer", state="WI"), by=by)
        with pytest.raises(PermissionDenied):
            withdraw_role(target.grants.get(), by=by)
        for forbidden in (close_account, propose_reset):
            with pytest.raises(PermissionDenied):
                forbidden(target, by=by)
    assert (Person.objects.count(), RoleGrant.objects.count(), Proposal.objects.count()) == (1, 1, 0)


def test_nobody_else_opens_the_pages_about_people() -> None:
    nia = person_with(NATIONAL)
    for role in ("coordinator", "reviewer", "press"):
        browser = signed_in(None, person_with(Grant(role), alias=role))
        for path in ("/desk/people/", "/desk/people/invite/", f"/desk/people/{nia.uid}/", "/desk/waiting/"):
            assert browser.get(path).status_code == 403
            assert browser.post_form(path, {"step": "close"}).status_code == 403
    assert Person.objects.filter(disabled_at=None).count() == 4


def test_a_national_coordinator_is_made_by_two() -> None:
    nia, nora = a_national("Nia"), a_national("Nora")
    paul = person_with(alias="Paul")
    assert grant_role(RoleGrant(person=paul, role="national"), by=nia) == Proposal.objects.get()
    proposal = Proposal.objects.get()
    assert [[kind for kind, _ in letters_to(f"{name}@example.org")] for name in ("nia", "nora")] == [
        ["people.proposed"]
    ] * 2
    assert (due(GRANT_NATIONAL), carry_out_proposals(by=CLOCK)) == ([], 0)
    with pytest.raises(PermissionDenied):
        second(proposal, by=nia)
    with pytest.raises(NotNow):
        grant_role(RoleGrant(person=paul, role="national"), by=nora)
    second(proposal, by=nora)
    assert (carry_out_proposals(by=CLOCK), carry_out_proposals(by=CLOCK)) == (1, 0)
    assert [grant.as_grant() for grant in paul.grants.all()] == [NATIONAL]
    with pytest.raises(NotNow):
        stop(proposal, by=nora)


def test_what_is_stopped_is_never_done() -> None:
    nia, nora = a_national("Nia"), a_national("Nora")
    grant_role(RoleGrant(person=person_with(alias="Paul"), role="national"), by=nia)
    stop(Proposal.objects.get(), by=nora)
    with pytest.raises(NotNow):
        second(Proposal.objects.get(), by=nora)
    assert (carry_out_proposals(by=CLOCK), RoleGrant.objects.count()) == (0, 2)


def test_a_single_coordinator_waits_a_day_in_which_it_can_be_stopped() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        nia = a_national("Nia")
        paul = person_with(alias="Paul")
        grant_role(RoleGrant(person=paul, role="national"), by=nia)
        assert "24 hours" in letters_to("nia@example.org")[0][1]
        clock.shift(timedelta(hours=23, minutes=59))
        assert carry_out_proposals(by=CLOCK) == 0
        clock.shift(timedelta(minutes=2))
        assert (carry_out_proposals(by=CLOCK), paul.grants.count()) == (1, 1)


def test_a_second_coordinator_ends_the_way_alone() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        propose("mail.bulk", {"en": "Write to everybody"}, by=a_national("Nia"))
        a_national("Nora")
        clock.shift(timedelta(days=3))
        assert due("mail.bulk") == []


def test_lost_passkeys_are_taken_away_by_two_others_after_72_hours() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        nia, nora, paul = a_national("Nia"), a_national("Nora"), person_with(NATIONAL, alias="Paul")
        browser, key = signed_in(None, paul, strong=False), Authenticator()
        browser.post_form("/sign-in/passkey/", {"answer": key.made(options(browser, "add"))})
        proposal = propose_reset(paul, by=nia)
        with pytest.raises(PermissionDenied):
            second(proposal, by=actor_of(paul))
        second(proposal, by=nora)
        clock.shift(timedelta(hours=71, minutes=59))
        assert (carry_out_proposals(by=CLOCK), Passkey.objects.count()) == (0, 1)
        clock.shift(timedelta(minutes=2))
        assert (carry_out_proposals(by=CLOCK), Passkey.objects.count()) == (1, 0)
        assert Session.objects.filter(person=paul).count() == 0
        assert [kind for kind, _ in letters_to("paul@example.org")].count("people.proposed") == 1
        told = [text.partition("\n")[0] for kind, text in letters_to("paul@example.org") if "passkeys" in kind]
        assert told[-2:] == [
            "Somebody proposes to take away your passkeys",
            "The passkeys of your account were taken away",
        ]


def test_lost_passkeys_are_never_taken_away_by_one_alone() -> None:
    paul = person_with(Grant("press"), alias="Paul")
    nia = signed_in(None, person_with(NATIONAL))
    nia.post_form(f"/desk/people/{paul.uid}/", {"step": "reset"})
    assert "Make somebody national coordinator first" in nia.get("/desk/people/").content.decode()
    assert (Proposal.objects.count(), letters_to("nia@example.org"), due(RESET_PASSKEYS)) == (0, [], [])


def test_whoever_is_to_lose_his_passkeys_can_stop_it() -> None:
    nia, otto = a_national("Nia"), actor_of(person_with(alias="Otto"))
    a_national("Nora")
    carla = person_with(Grant("coordinator", state="WI"), alias="Carla")
    proposal = propose_reset(carla, by=nia)
    with pytest.raises(PermissionDenied):
        stop(proposal, by=otto)
    stop(proposal, by=actor_of(carla))
    assert Proposal.objects.get().is_open is False


def test_the_last_national_coordinator_cannot_be_taken_away() -> None:
    nia = a_national("Nia")
    person = Person.objects.get()
    for step in (lambda: withdraw_role(person.grants.get(), by=nia), lambda: close_account(person, by=nia)):
        with pytest.raises(NotNow):
            step()
    browser = signed_in(None, person)
    browser.post_form("/me/leave/")
    assert Person.objects.count() == 1


def test_two_agree_in_the_browser() -> None:
    nia, nora = (signed_in(None, person_with(NATIONAL, alias=alias)) for alias in ("Nia", "Nora"))
    nia.post_form("/desk/people/invite/", ROLE | {"role": "national", "state": ""})
    uid = Proposal.objects.get().uid
    assert "Agree" not in nia.get("/desk/waiting/").content.decode()
    nia.post_form("/desk/waiting/", {"step": "second", "proposal": uid})
    assert Proposal.objects.get().seconded_at is None
    assert "Agree" in nora.get("/desk/waiting/").content.decode()
    nora.post_form("/desk/waiting/", {"step": "second", "proposal": uid})
    assert (Proposal.objects.get().seconded_name, carry_out_proposals(by=CLOCK)) == ("Nora", 1)


def test_the_list_of_people_takes_as_many_queries_for_three_as_for_one(django_assert_num_queries: Any) -> None:
    nia = signed_in(None, person_with(NATIONAL))
    nia.get("/desk/people/")
    counts = []
    for more in ((), ("Ruth", "Carla")):
        for alias in more:
            person_with(Grant("reviewer"), Grant("press"), alias=alias)
        with django_assert_num_queries(9, exact=False) as seen:
            nia.get("/desk/people/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
