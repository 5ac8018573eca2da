"""A long list is undone in pieces while others go on: what they change stays, and nobody is told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations import pause_commitment
from manyplaces.journal.models import Entry
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations import (
    answer_rows,
    commit_list,
    forget_list,
    stop_undoing,
    undo_list,
    undo_rows,
)
from manyplaces.lists.rules import Stage, Verdict
from manyplaces.mail.models import Letter
from manyplaces.mail.tasks import discover, start
from manyplaces.mail.worker.doing import Doer
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person, RoleGrant
from manyplaces.places.models import SchoolAlias
from manyplaces.record.models import Claim
from manyplaces.record.operations import state_claim
from tests.lists.bringing import HIGH, MILWAUKEE, stranger, table
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

MANY = 160
# In the first piece of a hundred, and behind it.
GIL, HANA, ANA, BO = "Park 3", "Park 150", "Park 152", "Park 154"


@pytest.fixture
def carla_person() -> Person:
    """Carla with an account."""
    return person_with(MILWAUKEE, alias="Carla")


@pytest.fixture
def committed(action: Any, carla_person: Person) -> SiteList:
    """Carla's list of 160 sites, of which four have a host, committed by the worker; one name was learned with it."""
    discover()
    by, hosts = actor_of(carla_person), {GIL: "gil", HANA: "hana", ANA: "ana", BO: "bo"}
    names = ["Hamilton", *(f"Park {number}" for number in range(1, MANY))]
    lines = [
        f"{name},Milwaukee,WI,{hosts[name]}@example.org" if name in hosts else f"{name},Milwaukee,WI," for name in names
    ]
    brought = table(action, "\n".join(["School,City,State,Email", *lines]), by)
    Doer().do()
    answers = {row.pk: "own" for row in brought.rows.exclude(verdict=Verdict.CERTAIN)}
    answer_rows(brought, answers | {brought.rows.get(venue="Hamilton").pk: HIGH}, by=by)
    commit_list(brought, by=by)
    Doer().do()
    stored = SiteList.objects.get()
    assert (stored.stage, Event.objects.count(), SchoolAlias.objects.count()) == (Stage.COMMITTED, MANY, 1)
    return stored


def standing() -> tuple[str, int, int, int]:
    """The stage of the list, how many commitments and events stand, and how many rows know of theirs."""
    stored = SiteList.objects.get()
    rows = stored.rows.exclude(commitment=None).count()
    return stored.stage, Commitment.objects.count(), Event.every.count(), rows


def told() -> list[str]:
    """Who is owed the letter that his site was taken back."""
    return sorted(letter.to for letter in Letter.objects.filter(kind="events.taken_back", state=Letter.State.OWED))


def a_piece() -> None:
    """The worker takes one piece and is killed."""
    Doer(is_ending=lambda: True).do()


def test_carla_undoes_a_long_list_in_pieces_while_others_go_on(
    committed: SiteList, carla_person: Person, nia: Actor, hana: Actor
) -> None:
    browser, there = signed_in(None, carla_person), f"/desk/lists/{committed.uid}/"
    to_bo = Letter.objects.filter(key__contains=Host.objects.get(commitment__venue=BO).uid)
    Letter.objects.exclude(pk__in=to_bo.values("pk")).update(state=Letter.State.SENT, sent_at=timezone.now())
    claimed = Event.objects.get(venue="Park 5")
    figure = {"metric": "people", "metric_words": "people", "value_words": "40", "low": 40, "high": 40}
    said = {"claimant": "Times", "source_url": "https://news.example/1", "phase": "held"}
    state_claim(Claim(action=committed.action, event=claimed, **figure, **said), by=nia)

    page = browser.post_form(there, {"step": "undo"}, follow=True).content.decode()
    assert [words in page for words in ("Taking the sites back", "0 of 160", "is being undone")] == [True] * 3
    assert standing() == (Stage.UNDOING, MANY, MANY, MANY)
    for step in ("undo", "commit", "forget", "again", "stop"):
        browser.post_form(there, {"step": step, "but_changed": "yes", "action": committed.action.pk})
    assert standing() == (Stage.UNDOING, MANY, MANY, MANY)

    a_piece()
    # What something rests on by now stays, and stops no other.
    assert standing() == (Stage.UNDOING, MANY - 99, MANY - 99, MANY - 99)
    assert (told(), SchoolAlias.objects.count()) == (["gil@example.org"], 1)
    page = browser.get(there).content.decode()
    assert ("100 of 160" in page, "Throw the list away" in page) == (True, False)
    ours = Commitment.objects.get(venue=HANA)
    pause_commitment(ours, by=replace(hana, holds=ours.key))

    Doer().do()
    assert standing() == (Stage.UNDONE, 2, 2, 2)
    assert set(Event.every.values_list("venue", flat=True)) == {"Park 5", HANA}
    assert (told(), SchoolAlias.objects.count()) == (["ana@example.org", "gil@example.org"], 0)
    # Nobody is told who had not heard of his site yet, nor twice, whatever starts the work again.
    assert set(to_bo.values_list("state", flat=True)) == {Letter.State.STOPPED}
    start("lists.undo", {"list": committed.pk, "person": carla_person.pk}, by=nia)
    Doer().do()
    assert (standing(), told()) == ((Stage.UNDONE, 2, 2, 2), ["ana@example.org", "gil@example.org"])
    entry = Entry.objects.get(verb="sitelist.undone")
    assert (entry.before, entry.actor) == ({"commitments": MANY - 2}, "Carla")
    page = browser.get(there).content.decode()
    assert "2 sites were changed or added to since they were committed, and stay." in page
    commit_list(SiteList.objects.get(), by=actor_of(carla_person))
    Doer().do()
    assert standing() == (Stage.COMMITTED, MANY, MANY, MANY)


def test_a_long_undo_belongs_to_its_owner_and_can_be_stopped_and_gone_on_with(
    committed: SiteList, carla_person: Person
) -> None:
    nia = person_with(Grant("national"))
    carla = actor_of(carla_person)
    with pytest.raises(PermissionDenied):
        undo_list(committed, by=stranger())
    with pytest.raises(NotNow):
        stop_undoing(committed, by=carla)
    assert (undo_list(committed, by=carla), undo_rows(committed, by=carla)) == (0, 100)
    before = standing()
    for step in (undo_rows, stop_undoing, forget_list):
        with pytest.raises(PermissionDenied):
            step(committed, by=stranger())
    otto = signed_in(None, person_with(Grant("coordinator", state="FL"), alias="Otto"))
    assert otto.post_form(f"/desk/lists/{committed.uid}/", {"step": "stop-undoing"}).status_code == 404
    # Who has lost his role meanwhile takes nothing back any more, although it is the worker that does it.
    RoleGrant.objects.filter(person=carla_person).delete()
    Doer().do()
    assert (before, standing()) == ((Stage.UNDOING, 60, 60, 60), (Stage.ASKING, 60, 60, 60))
    browser, there = signed_in(None, nia), f"/desk/lists/{committed.uid}/"
    page = browser.get(there).content.decode()
    assert ("60 sites of this list are committed." in page, "100 sites are ready." in page) == (True, True)
    browser.post_form(there, {"step": "undo"})
    assert (standing(), SchoolAlias.objects.count()) == ((Stage.UNDONE, 0, 0, 0), 0)


def test_a_long_undo_that_is_stopped_by_its_button_keeps_the_rest_and_asks_little_of_the_record(
    committed: SiteList, carla_person: Person
) -> None:
    carla = actor_of(carla_person)
    undo_list(committed, by=carla)
    with CaptureQueriesContext(connection) as asked:
        undo_rows(committed, by=carla)
    # The journal is asked for each kind, never for each row; what was ever taken back is not looked for.
    looks = [query["sql"] for query in asked if query["sql"].startswith("SELECT") and "journal_entry" in query["sql"]]
    assert len(looks) <= 7
    browser, there = signed_in(None, carla_person), f"/desk/lists/{committed.uid}/"
    assert 'value="stop-undoing"' in browser.get(there).content.decode()
    page = browser.post_form(there, {"step": "stop-undoing"}, follow=True).content.decode()
    assert "Stopped. What was taken back is gone; the rest stays committed." in page
    Doer().do()
    assert (standing(), undo_rows(committed, by=carla)) == ((Stage.ASKING, 60, 60, 60), 0)
