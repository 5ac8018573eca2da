"""Nia looks up what was done, in words, and takes the journal out with its chain."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Actor, Grant
from manyplaces.desk.queries.verbs import KINDS, VERBS
from manyplaces.events.operations import approve
from manyplaces.events.rules.steps import STEPS
from manyplaces.journal.models import Entry, Link
from manyplaces.journal.operations import chain_entries
from manyplaces.journal.rules import link_of
from manyplaces.people.operations import export_journal
from tests.desk.test_stand import promise
from tests.events.calling import october
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")
# Verbs that are put together, and of what; one that is not here fails the test until its words are there.
MADE = {
    "{noun}.added": ["added"],
    "{noun}.changed": ["changed"],
    "{stored._meta.model_name}.removed": ["removed"],
    "{subject._meta.model_name}{TAKEN_BACK}": ["taken-back"],
    "{kind._meta.model_name}{TAKEN_BACK}": ["taken-back"],
    "event{TAKEN_BACK}": ["taken-back"],
    "commitment.{step.done}": [step.done for step in STEPS.values()],
    "event.{step.done}": [step.done for step in STEPS.values()],
    "action.{about}_changed": [f"{about}_changed" for about in ("parts", "demands", "goals", "toolkit")],
    "person.began-to-{step}-passkey": ["began-to-add-passkey", "began-to-show-passkey"],
    "sitelist.{verb}": [],
}
# Names of letters and lookups, which have the form of a verb.
NO_VERBS = {"contacts.key"}


def of_form(node: ast.JoinedStr) -> str:
    """The text of a string that is put together, with its pieces in braces."""
    return "".join(
        str(one.value) if isinstance(one, ast.Constant) else f"{{{ast.unparse(one.value)}}}"  # type: ignore[attr-defined]
        for one in node.values
    )


def written(root: Path) -> list[ast.AST]:
    """Every piece of the code that may write into the journal."""
    files = [file for file in (root / "manyplaces").rglob("*.py") if "operations" in (file.stem, file.parent.name)]
    return [node for file in files for node in ast.walk(ast.parse(file.read_text()))]


def literal(nodes: list[ast.AST]) -> set[str]:
    """The verbs that stand in the code as they are, behind the kind."""
    kinds = {model._meta.model_name for model in apps.get_models()} | {"contacts"}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    found = [re.fullmatch(r"([a-z]+)\.([a-z_-]+[a-z])", text) for text in texts - NO_VERBS]
    return {one[2] for one in found if one and one[1] in kinds}


def put_together(nodes: list[ast.AST]) -> tuple[set[str], set[str]]:
    """The forms of verbs that are put together, and the verbs handed to the one of lists."""
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    handed = [(ast.unparse(call.func), argument) for call in calls for argument in call.args]
    forms = {of_form(one) for name, one in handed if name in ("record", "keep_held") and isinstance(one, ast.JoinedStr)}
    given = {one.value for name, one in handed if name == "keep_list" and isinstance(one, ast.Constant)}
    return forms, {str(one) for one in given if one}


@pytest.fixture
def nias() -> SignedIn:
    """Nia at the desk."""
    return signed_in(None, person_with(Grant("national")))


def test_every_verb_and_every_kind_has_words_in_both_languages(root: Path) -> None:
    nodes = written(root)
    forms, verbs = put_together(nodes)
    assert forms <= set(MADE)
    verbs |= literal(nodes) | {verb for made in MADE.values() for verb in made}
    assert sorted(verbs - set(VERBS)) == []
    ours = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("manyplaces.")}
    # Of these the journal tells nothing.
    silent = {"core.generation", "journal.link", "mail.heartbeat", "mail.job", "mail.slot", "people.recoverycode"}
    silent |= {"people.session", "people.signin", "places.vocabulary"}
    assert ours - silent == set(KINDS)


def test_nia_finds_what_was_done_by_school_action_key_and_day_in_words(nias: SignedIn, nia: Any) -> None:
    with time_machine.travel("2026-10-01 09:00Z", tick=False):
        action = october()
        site = promise(action, "Auer Avenue School", "Milwaukee", "WI", nia)
        other = promise(action, "Hamilton High", "Milwaukee", "WI", nia)
    with time_machine.travel("2026-10-03 23:30Z", tick=False):
        approve(site, version=site.version, by=nia)

    def found(query: str, path: str = "/desk/journal/") -> list[str]:
        page = nias.get(f"{path}?{query}").content.decode()
        return re.findall(r": <b>([^<]+)</b>", page)

    assert (found("q=auer+avenue&kind=events.commitment"), found(f"q={other.key}")) == (
        ["approved", "added"],
        ["added"],
    )
    assert found("q=aprob&kind=events.commitment") == []
    assert found("q=aprob&kind=events.commitment", "/es/desk/journal/") == ["aprobación"]
    assert len(found(f"q={action.slug}&kind=events.commitment")) == 3
    assert (len(found("since=2026-10-03&until=2026-10-03&kind=events.commitment")), found("until=2026-09-30")) == (
        1,
        [],
    )
    assert found("since=tomorrow&kind=events.commitment") == ["approved", "added", "added"]
    page = nias.get("/desk/journal/").content.decode()
    assert f'<a href="/desk/review/{site.key}/">Auer Avenue School</a>' in page
    # Only kinds are offered of which there is something, and nothing is asked more often for more lines.
    assert ('value="events.commitment"' in page, 'value="mail.heartbeat"' in page) == (True, False)
    with CaptureQueriesContext(connection) as few:
        nias.get("/desk/journal/")
    with time_machine.travel("2026-10-03 23:40Z", tick=False):
        for number in range(5):
            promise(action, f"School {number}", "Milwaukee", "WI", nia)
    with CaptureQueriesContext(connection) as many:
        nias.get("/desk/journal/")
    assert len(many) == len(few)


def test_the_journal_taken_out_proves_itself_and_that_is_an_entry(nias: SignedIn, nia: Any) -> None:
    site = promise(october(), "Auer Avenue School", "Milwaukee", "WI", nia)
    approve(site, version=site.version, by=nia)
    chain_entries(by=CLOCK)
    many = Entry.objects.count()
    assert f"Entries 1 to {many}" in nias.get("/desk/journal/export/").content.decode()
    answer: Any = nias.post_form("/desk/journal/export/", {"file": "1"})
    told = [json.loads(line) for line in answer.content.decode().splitlines()]
    before = ""
    for line in told[:many]:
        assert line["link"] == link_of(before, line["entry"])
        before = line["link"]
    assert before == Link.objects.order_by("-place")[0].digest
    assert [(line["place"], line["entry"]["verb"], line["entry"]["actor"]) for line in told[many:]] == [
        (None, "entry.exported", "Nia")
    ]
    assert nias.post_form("/desk/journal/export/", {"file": "2"}).status_code == 404


def test_nobody_else_takes_it_out(nia: Any, ruth: Any, otto: Any) -> None:
    for by in (ruth, otto, Actor("Ned", "page", grants=(Grant("national", action="oct2030"),))):
        with pytest.raises(PermissionDenied):
            export_journal(by=by)
    assert Entry.objects.count() == 0
