"""The name under which somebody works: the journal tells one person apart from every other by it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.core.actor import Grant
from manyplaces.core.words import fold
from manyplaces.events.operations import approve, cancel_events
from manyplaces.events.queries.areas import letters_of_today
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import chain_entries
from manyplaces.journal.queries import soundness
from manyplaces.mail.models import Job
from manyplaces.mail.tasks import start
from manyplaces.mail.worker.doing import Running
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person, RoleGrant
from manyplaces.people.operations import change_own, delete_account, invite, print_first_run_code
from manyplaces.people.rules import RESERVED_NAMES
from tests.events.cast import committed, october
from tests.people.test_own_account import OPERATOR, first_run
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

NATIONAL, REVIEWER = Grant("national"), Grant("reviewer", state="WI")


def renamed(person: Person, alias: str) -> list[str]:
    """Somebody changes his name; returns what he is told at the field."""
    person.alias = alias
    try:
        change_own(person, by=actor_of(Person.objects.get(pk=person.pk)))
    except ValidationError as refusal:
        return refusal.message_dict["alias"]
    return []


def test_nobody_works_under_the_name_of_somebody_else_or_of_the_machine() -> None:
    nora, ruth = person_with(NATIONAL, alias="Nora"), person_with(REVIEWER, alias="Ruth")
    person_with(NATIONAL, alias="Nía", email="nia@example.org")
    taken = "Somebody else works or has worked here under this name. Add something to it, such as a city."
    kept = "The journal uses this name for something else. Choose another one."
    assert [renamed(ruth, alias) for alias in ("Nia", "n.I.a", "NORA ")] == [[taken]] * 3
    assert [renamed(ruth, alias) for alias in ("Clock", "command line", "Trust", "VISITOR", "A  host")] == [[kept]] * 5
    assert renamed(ruth, "!?") == ["Give a name with letters in it."]
    # The same at the door, and there is still a name to be seen.
    page: Any = signed_in(None, ruth).post_form("/me/", {"alias": "nora", "language": "en"})
    assert (page.status_code, taken in page.content.decode()) == (200, True)
    # Who was deleted stays who he was; who changes the name may come back to it.
    assert renamed(nora, "Nora M.") == []
    assert renamed(nora, "Nora") == []
    delete_account(nora, by=actor_of(nora))
    assert renamed(ruth, "Nora m") == [taken]
    assert (renamed(ruth, "Rut"), renamed(ruth, "RUT"), renamed(ruth, "Ruth")) == ([], [], [])


def test_an_invitation_and_the_first_run_take_no_name_that_is_known() -> None:
    nia = actor_of(person_with(NATIONAL, alias="Nia"))
    with pytest.raises(ValidationError) as refusal:
        invite(Person(alias="nia"), RoleGrant(role="reviewer"), "otto@example.org", by=nia)
    assert list(refusal.value.message_dict) == ["alias"]
    code = print_first_run_code(by=OPERATOR)
    page = first_run(code, email="otto@example.org")[1]
    assert ("under this name" in page.content.decode(), Person.objects.count()) == (True, 1)
    # Whose own name it is restores his account with it.
    assert first_run(code, alias="NIA")[1].status_code == 302


def test_whatever_acts_without_an_account_has_a_reserved_name(root: Path) -> None:
    found = set()
    for file in (root / "manyplaces").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            is_actor = isinstance(node, ast.Call) and ast.unparse(node.func) == "Actor" and node.args
            if is_actor and isinstance(node.args[0], ast.Constant):  # type: ignore[union-attr, attr-defined]
                found.add(fold(node.args[0].value))  # type: ignore[attr-defined]
    assert found <= RESERVED_NAMES
    assert {"clock", "command line", "trust", "visitor", "a host"} <= found


def test_the_journal_knows_the_account_whatever_its_name_was() -> None:
    ruth = person_with(REVIEWER, alias="Ruth")
    commitment = committed(october())
    approve(commitment, version=commitment.version, by=actor_of(ruth))
    renamed(ruth, "Rosa")
    mine = Entry.objects.filter(person=ruth.pk).values_list("actor", "verb").order_by("pk")
    assert [pair for pair in mine if "." in pair[1]][-2:] == [
        ("Ruth", "commitment.approved"),
        ("Ruth", "person.changed"),
    ]
    # Another name begins no new count of the letters that may go out without a second yes.
    carla = person_with(Grant("coordinator", state="WI"), alias="Carla")
    other = committed(october(slug="oct2031"), venue="Clemens School", email="hana@example.org")
    cancel_events([approve(other, version=0, by=actor_of(carla))], reason="Storm", by=actor_of(carla))
    renamed(carla, "Carola")
    assert letters_of_today(actor_of(Person.objects.get(pk=carla.pk))) == 1
    # What a job does in somebody's name is his too.
    start("events.tell_hosts", {}, by=actor_of(ruth))
    assert Running(Job.objects.filter(name="events.tell_hosts").latest("pk"), lambda: False).by.person == ruth.pk
    # Entries with an account are chained beside those without, and both stay sound.
    print_first_run_code(by=OPERATOR)
    chain_entries(by=OPERATOR)
    assert (soundness().faults, {"person" in entry.content() for entry in Entry.objects.all()}) == ([], {True, False})
