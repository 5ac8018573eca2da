"""Who may write: operations do, and say who acts, all or nothing, validated and recorded; doors never."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.source import called_name, calls, decorators, modules, tree

WRITES = {
    "save",
    "create",
    "bulk_create",
    "bulk_update",
    "update",
    "delete",
    "get_or_create",
    "update_or_create",
}
MANAGERS = {"objects", "_base_manager", "_default_manager"}
# Files beside every room's operations.py that write, each for its reason.
WRITERS = {
    "manyplaces/events/models/events.py": "Whoever saves an event saves with it the point that follows from the rest.",
    "manyplaces/mail/ledger.py": "The worker's own bookkeeping (leases, tries, heartbeats), which nobody decides.",
    "manyplaces/core/generation.py": "The number of the record is raised by the journal itself, for every operation.",
    "manyplaces/exchange/backup/loading.py": "It fills empty tables with rows that operations have written elsewhere.",
    "manyplaces/exchange/lookups.py": "It counts the rows of one file in a table that is gone when the file was read.",
}
# Operations that lack a part of the form, each for its reason.
EXCEPTIONS = {
    ("actions", "locked"): "It changes nothing: it locks an action for the operations that do, and asks for the right.",
    ("lists", "held"): "The same for a list.",
    ("events", "settle_points"): "It derives a point from what other operations have validated and recorded.",
    ("mail", "owe_letter"): "The letter's row says what is owed and since when; whose debt it is, its caller records.",
    ("journal", "chain_entries"): "It binds what was recorded; to record that would never come to an end.",
    ("journal", "record"): "It is what records; it runs inside the transaction of the operation that calls it.",
    ("journal", "take_back"): "It puts back values that were validated when they were first written.",
    ("reports", "ask_for_reports"): "The letters say what is owed.",
    ("reports", "take_part"): "It seals bytes and touches no row; what refuses them is an operation of its own.",
    ("rsvps", "answer_host"): "The same; its letters say what is owed.",
    ("rsvps", "keep_crowds"): "Counts beside the rows that its caller writes, within its transaction.",
    ("rsvps", "move_up"): "The same, of whoever waits; nothing else in the rows changes. No answer is recorded.",
    ("rsvps", "give_free_places"): "It does that under the lock of the count, in a transaction of its own.",
    (
        "rsvps",
        "locked_crowds",
    ): "Within its caller's transaction; it makes the count of an event that has none and locks it.",
    (
        "people",
        "give_contact",
    ): "Whom somebody gives his contact is not kept for ever; taking it out is recorded.",
    ("people", "take_contact_back"): "The same.",
    ("people", "take_given_back"): "The same.",
    ("people", "take_contacts_out"): "It changes nothing but the journal, which tells that they were taken out.",
    ("mail", "keep_wish"): "When a reader leaves a list is not kept for ever; the wish itself stands, with its day.",
    ("mail", "subscribe_again"): "The same.",
    ("rsvps", "start_texts"): "The same.",
    ("record", "watch_links"): "A machine's notes beside the record; nothing in it changes by them.",
    ("record", "hand_out"): "The same.",
    ("record", "ask_again"): "The same; it says when a link is asked.",
    ("rsvps", "safe_for"): "When somebody first left something is not kept for ever; the safe itself has its day.",
    ("rsvps", "look"): "The clock's own bookkeeping: when it was looked at.",
    ("rsvps", "note"): "It counts within the transaction of the operation that destroys; a new line is recorded.",
    ("rsvps", "drop_few"): "It takes numbers out of rows whose making was recorded.",
    ("rsvps", "forget_told"): "What was told, and when, stands in the journal already, with numbers and no names.",
    ("people", "seal_anew"): "It writes the same texts under another key, so there is nothing to validate.",
    ("people", "hand_out"): "It changes nothing but the journal, which tells that something was handed out.",
    ("people", "export_journal"): "It changes nothing but the journal, which tells that it was taken out.",
    ("people", "redeem"): "Anybody may type a wrong code, and it would fill the journal; a right one is recorded.",
    ("people", "begin_passkey_sign_in"): "Anybody may ask for a challenge, and it would fill the journal.",
    ("people", "forget_old_codes"): "It deletes what can no longer be used, and what it deletes says nothing.",
}
SQL_THAT_WRITES = re.compile(
    r"\s*(INSERT INTO|REPLACE INTO|DELETE FROM|UPDATE \S+ SET|TRUNCATE|ALTER TABLE|DROP TABLE)\b", re.I
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def writes(within: ast.AST) -> list[str]:
    """The calls in a tree that change rows, as written.

    `image.save(file)` and `numbers.update(others)` are told apart by their arguments: Django's take keywords alone. So
    is `jinja.globals.update(site=...)`, by what it is called on.
    """
    found = [
        ast.unparse(call)
        for call in calls(within)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES and _is_djangos(call)
    ]
    texts = (node.value for node in ast.walk(within) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return found + [text for text in texts if SQL_THAT_WRITES.match(text)]


def _is_djangos(call: ast.Call) -> bool:
    if called_name(call).startswith("bulk_"):
        return True
    if called_name(call) == "update" and not call.keywords:
        return False
    if (
        called_name(call) == "update"
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Attribute)
    ):
        return call.func.value.attr in MANAGERS
    return not call.args


def may_write(file: Path) -> bool:
    """Whether the house lets this file change rows."""
    return "operations" in (file.stem, file.parent.name) or str(file) in WRITERS


def test_no_door_saves_a_row_itself() -> None:
    assert {str(file): found for file in modules() if not may_write(file) and (found := writes(tree(file)))} == {}


def test_a_door_that_writes_is_found() -> None:
    door = "def commit(request):\n    event.save()\n    Event.objects.filter(pk=1).update(phase='held')\n"
    door += "    image.save(out)\n"
    door += "    jinja.globals.update(site=site)\n    Event.objects.update(phase='held')\n"
    assert writes(ast.parse(door)) == [
        "event.save()",
        "Event.objects.filter(pk=1).update(phase='held')",
        "Event.objects.update(phase='held')",
    ]
    assert writes(ast.parse("cursor.execute('delete from events_event')")) == ["delete from events_event"]


def operations(source: ast.Module) -> list[Function]:
    """The public functions of an operations.py that write, by themselves or by calling others."""
    public = [node for node in source.body if isinstance(node, Function) and not node.name.startswith("_")]
    return [function for function in public if _acts(source, function)]


def _acts(source: ast.Module, function: Function) -> bool:
    told = any(argument.arg == "by" for argument in function.args.args + function.args.kwonlyargs)
    return told or bool(_reached(source, function) & (WRITES | {"keep", "record"}))


def faults(source: ast.Module, function: Function) -> list[str]:
    """What an operation lacks of the form that the house gives operations."""
    lacking = []
    by = [argument for argument in function.args.kwonlyargs if argument.arg == "by"]
    if not by or by[0].annotation is None or ast.unparse(by[0].annotation) != "Actor":
        lacking.append("by: Actor")
    managers = [
        ast.unparse(item.context_expr)
        for node in ast.walk(function)
        if isinstance(node, ast.With)
        for item in node.items
    ]
    if not any(text.startswith("transaction.atomic") for text in [*decorators(function), *managers]):
        lacking.append("transaction.atomic")
    reached = _reached(source, function)
    # `keep` validates and records; another operation that is handed the actor does both for itself.
    if "keep" in reached or _hands_on(source, function):
        return lacking
    # What is only taken away needs no looking at.
    needed = ("full_clean", "record") if reached & (WRITES - {"delete"}) or "delete" not in reached else ("record",)
    return lacking + [name for name in needed if name not in reached]


def _reached(source: ast.Module, function: Function) -> set[str]:
    """The names called in a function and in the functions of its module that it calls."""
    own = {node.name: node for node in source.body if isinstance(node, Function)}
    names: set[str] = set()
    waiting = [function]
    while waiting:
        new = {called_name(call) for call in calls(waiting.pop())} - names
        names |= new
        waiting += [own[name] for name in new & own.keys()]
    return names


def _hands_on(source: ast.Module, function: Function) -> bool:
    """Whether a function calls another operation, handing on the actor."""
    return any(
        keyword.arg == "by" and ast.unparse(keyword.value) == "by"
        for call in calls(function)
        for keyword in call.keywords
    )


def test_an_operation_says_who_acts_and_is_atomic_validated_and_recorded() -> None:
    found = {}
    for file in modules():
        if "operations" not in (file.stem, file.parent.name):
            continue
        source, room = tree(file), file.parts[1]
        for function in operations(source):
            if (lacking := faults(source, function)) and (room, function.name) not in EXCEPTIONS:
                found[f"{room}.{function.name}"] = lacking
    assert found == {}


def test_every_exception_is_still_needed() -> None:
    unneeded = []
    for room, name in EXCEPTIONS:
        sources = [
            tree(file) for file in modules() if file.parts[1] == room and "operations" in file.with_suffix("").parts
        ]
        known = [(source, function) for source in sources for function in operations(source)]
        unneeded += [name for source, function in known if function.name == name and not faults(source, function)]
        assert name in [function.name for _, function in known]
    assert unneeded == []


def test_an_operation_that_lacks_a_part_is_found() -> None:
    source = ast.parse(
        "def bare(event):\n    event.save()\n"
        "def reading(event):\n    return event.key\n"
        "@transaction.atomic\ndef unrecorded(event, *, by: Actor):\n    event.full_clean()\n    event.save()\n"
        "@transaction.atomic\ndef positional(event, by: Actor):\n    keep(event, None, by=by)\n"
        "@transaction.atomic\ndef whole(event, *, by: Actor):\n    _write(event, by)\n"
        "def _write(event, by):\n    event.full_clean()\n    event.save()\n    record(by, 'event.added', event)\n"
    )
    assert {function.name: faults(source, function) for function in operations(source)} == {
        "bare": ["by: Actor", "transaction.atomic", "full_clean", "record"],
        "unrecorded": ["record"],
        "positional": ["by: Actor"],
        "whole": [],
    }
