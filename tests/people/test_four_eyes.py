"""What two national coordinators decide together, and that nobody gets round the second one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person, Proposal, RoleGrant
from manyplaces.people.operations import (
    carry_out_proposals,
    close_account,
    due,
    grant_role,
    open_account,
    propose,
    second,
    withdraw_role,
)
from tests.people.letterbox import letters_to
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")
NATIONAL = Grant("national")


@pytest.fixture
def three() -> list[Person]:
    """Nia, Nora and Mal, who are national coordinators."""
    return [person_with(NATIONAL, alias=alias) for alias in ("Nia", "Nora", "Mal")]


def said(browser: Any) -> str:
    """What the page of proposals says."""
    return str(browser.get("/desk/waiting/").content.decode())


def test_mal_takes_the_role_or_the_account_of_no_other_alone(three: list[Person]) -> None:
    nia, nora, mal = three
    browser = signed_in(None, mal)
    for person, step in ((nia, {"step": "withdraw", "grant": nia.grants.get().pk}), (nora, {"step": "close"})):
        browser.post_form(f"/desk/people/{person.uid}/", step)
    assert (RoleGrant.objects.count(), Person.objects.filter(disabled_at=None).count()) == (3, 3)
    assert "about a national coordinator" in browser.get("/desk/people/").content.decode()
    for address in ("nia@example.org", "nora@example.org", "mal@example.org"):
        assert [kind for kind, _ in letters_to(address)] == ["people.proposed"] * 2
    taking, closing = Proposal.objects.order_by("pk")
    for proposal, by in ((taking, nia), (closing, nora), (taking, mal)):
        with pytest.raises(PermissionDenied):
            second(proposal, by=actor_of(by))
    with time_machine.travel(taking.made_at + timedelta(days=2)):
        assert carry_out_proposals(by=CLOCK) == 0
        second(taking, by=actor_of(nora))
        second(closing, by=actor_of(nia))
        # The role of Nia is gone first; then the account of Nora goes.
        assert carry_out_proposals(by=CLOCK) == 2
    nora.refresh_from_db()
    assert (nia.grants.count(), nora.disabled_at is None, actor_of(mal).grants) == (0, False, (NATIONAL,))


def test_one_gives_up_his_own_role_and_closes_others_accounts_as_before(three: list[Person]) -> None:
    nia, _nora, mal = three
    ruth = person_with(Grant("reviewer"), alias="Ruth")
    assert withdraw_role(mal.grants.get(), by=actor_of(mal)) is None
    assert close_account(ruth, by=actor_of(nia)) is None
    assert (Proposal.objects.count(), mal.grants.count()) == (0, 0)


def test_two_cannot_end_each_other_and_are_told_what_to_do() -> None:
    nia, mal = (person_with(NATIONAL, alias=alias) for alias in ("Nia", "Mal"))
    with pytest.raises(NotNow, match="first-run"):
        close_account(nia, by=actor_of(mal))
    assert (Proposal.objects.count(), Person.objects.filter(disabled_at=None).count()) == (0, 2)


def test_what_was_proposed_before_two_is_not_done_by_the_one_who_is_left() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        nia, nora, paul = (person_with(NATIONAL, alias=alias) for alias in ("Nia", "Nora", "Paul"))
        RoleGrant.objects.filter(person=paul).delete()
        grant_role(RoleGrant(person=paul, role="national"), by=actor_of(nia))
        close_account(nora, by=CLOCK)
        clock.shift(timedelta(hours=25))
        assert (carry_out_proposals(by=CLOCK), paul.grants.count()) == (0, 0)
        assert "Dropped on 2026-11-23 09:00 UTC if nobody agrees" not in said(signed_in(None, nia))
        assert "if nobody agrees." in said(signed_in(None, nia))


def test_a_proposal_is_dropped_after_a_week(three: list[Person]) -> None:
    nia, nora, _mal = three
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        paul = person_with(alias="Paul")
        for _week in range(2):
            grant_role(RoleGrant(person=paul, role="national"), by=actor_of(nia))
            clock.shift(timedelta(days=7))
        for proposal in Proposal.objects.all():
            with pytest.raises(NotNow):
                second(proposal, by=actor_of(nora))
        assert (carry_out_proposals(by=CLOCK), paul.grants.count()) == (0, 0)
        page = said(signed_in(None, nora))
        assert (page.count("Nobody agreed in time"), "Agree" in page.replace("agreed", "")) == (2, False)
        assert "7 days" in letters_to("nora@example.org")[0][1]


def test_one_alone_sees_when_it_will_be_done() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False):
        nia = person_with(NATIONAL)
        grant_role(RoleGrant(person=person_with(alias="Paul"), role="national"), by=actor_of(nia))
        page = said(signed_in(None, nia))
    assert ("Done after" in page, "2026-11-17 09:00" in page) == (True, True)


def test_what_carla_proposes_waits_for_nia_however_long() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        nia, carla = person_with(NATIONAL), person_with(Grant("coordinator", state="WI"), alias="Carla")
        proposal = propose("test.letters", {"en": "Write to 600"}, roles=["coordinator"], by=actor_of(carla))
        assert "Nothing happens until another" in letters_to("nia@example.org")[0][1]
        clock.shift(timedelta(days=2))
        assert due("test.letters") == []
        second(proposal, by=actor_of(nia))
        assert due("test.letters") == [proposal]


def test_a_closed_national_account_is_opened_by_two_as_the_role_was_given(three: list[Person]) -> None:
    nia, nora, mal = three
    close_account(mal, by=CLOCK)
    proposal = open_account(mal, by=actor_of(nia))
    assert proposal is not None
    second(proposal, by=actor_of(nora))
    assert (Person.objects.get(pk=mal.pk).disabled_at is None, carry_out_proposals(by=CLOCK)) == (False, 1)
    assert Person.objects.get(pk=mal.pk).disabled_at is None


def test_what_is_no_longer_possible_is_stopped_and_holds_nothing_up(three: list[Person]) -> None:
    nia, nora, mal = three
    taking = withdraw_role(mal.grants.get(), by=actor_of(nia))
    giving = grant_role(RoleGrant(person=person_with(alias="Paul"), role="national"), by=actor_of(nia))
    assert taking is not None
    assert isinstance(giving, Proposal)
    for proposal in (taking, giving):
        second(proposal, by=actor_of(nora))
    mal.grants.all().delete()
    assert carry_out_proposals(by=CLOCK) == 1
    assert Proposal.objects.get(pk=taking.pk).stopped_name == "clock"


def test_an_unknown_step_neither_stops_nor_agrees(three: list[Person]) -> None:
    nia, nora, _mal = three
    grant_role(RoleGrant(person=person_with(alias="Paul"), role="national"), by=actor_of(nia))
    proposal, browser = Proposal.objects.get(), signed_in(None, nora)
    for step in ("", "agree"):
        assert browser.post_form("/desk/waiting/", {"step": step, "proposal": proposal.uid}).status_code == 404
    assert Proposal.objects.get().is_open is True
