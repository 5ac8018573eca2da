"""Whatever the journal tells has words in both languages, also what is told since yesterday."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps

from manyplaces.desk.queries.verbs import KINDS, VERBS
from manyplaces.events.rules.steps import STEPS

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
    "action.{about}_changed": [f"{about}_changed" for about in ("parts", "demands", "goals", "toolkit", "papers")],
    "person.began-to-{step}-passkey": ["began-to-add-passkey", "began-to-show-passkey"],
    "{known._meta.model_name}.handed-out": ["handed-out"],
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


def test_every_verb_and_every_kind_has_words_in_both_languages(root: Path) -> None:
    nodes = written(root)
    forms, verbs = put_together(nodes)
    assert forms <= set(MADE)
    verbs |= literal(nodes) | {verb for made in MADE.values() for verb in made}
    assert sorted(verbs - set(VERBS)) == []
    ours = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("manyplaces.")}
    # Of these the journal tells nothing.
    silent = {"core.generation", "journal.link", "mail.heartbeat", "mail.slot", "people.recoverycode"}
    silent |= {"rsvps.rsvp", "rsvps.crowd", "rsvps.look", "rsvps.pastcrowd", "people.givencontact"}
    silent |= {"rsvps.reminding", "record.linkwatch"}
    silent |= {"people.session", "people.signin", "places.vocabulary"}
    assert ours - silent == set(KINDS)
