"""A record made of hostile and odd texts: every one of them put into every text field, through the real operations.

As a program (python -m tests.front.hostile FOLDER) it fills the database of the environment, and writes the record as
JSON on standard output: for each page the texts that must stand on it.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

BATCH = 120
PLAIN = "Lincoln"


def corpus(shared: Path) -> list[str]:
    """Every string of the corpora of texts, of script attacks and of template injections, once."""
    strings = shared / "corpora/strings"
    found: list[str] = json.loads((strings / "blns.json").read_text("utf-8"))
    found += good_names(shared)
    found += [case["s"] for case in json.loads((strings / "abuse.json").read_text("utf-8"))["cases"]]
    for file in sorted((shared / "corpora/xss").glob("*.txt")):
        found += file.read_text("utf-8", "replace").splitlines()
    return list(dict.fromkeys(found))


def good_names(shared: Path) -> list[str]:
    """Names of real people and groups that must never be refused or changed."""
    listed = json.loads((shared / "corpora/strings/names_good.json").read_text("utf-8"))["names"]
    return [name for name, _public in listed]


@dataclass
class Hostile:
    """What became of the texts: refused (field, sentence) by text, and what must be read on which page."""

    refused: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, text: str, fields: tuple[str, ...], store: Callable[..., Any]) -> Any:
        """Store the text in all the fields; a field in which it is refused gets a plain word, and the rest is kept."""
        given = dict.fromkeys(fields, text)
        for _ in range(len(fields) + 1):
            try:
                return store(**given)
            except ValidationError as refusal:
                for name, sentences in refusal.message_dict.items():
                    self.refused[text].append((name, " ".join(sentences)))
                    # A place or a group is made of an event's words, and refuses them under a name of its own.
                    left = [field for field, value in given.items() if value == text]
                    given |= {name if name in left else left[0]: PLAIN} if left else {}
        raise AssertionError(f"{text!r} is refused for ever: {self.refused[text]}")


def fill(texts: list[str], by: Any) -> Hostile:
    """Put every text into every text field of the record."""
    from manyplaces.actions.models import Action
    from manyplaces.actions.operations import call_action

    made = Hostile()
    for start in range(0, len(texts), BATCH):
        slug = f"batch{start // BATCH}"
        action = call_action(Action(slug=slug, name=slug, kind="day", date_edtf="2016-02-17"), by=by).row
        for number, text in enumerate(texts[start : start + BATCH], start):
            _actions(made, text, number, by)
            _in_action(made, text, number, action, by)
            _events(made, text, number, action, by)
            _record(made, text, number, action, by)
    return made


def _actions(made: Hostile, text: str, number: int, by: Any) -> None:
    from manyplaces.actions.models import Action
    from manyplaces.actions.operations import call_action, describe_action

    def store(**given: str) -> Any:
        action = Action(slug=f"h{number}", kind="season", date_edtf="2015", **given)
        call_action(action, by=by)
        return describe_action(action, by=by).row

    kept = made.put(text, ("name", "name_es", "frame", "summary", "date_note"), store)
    made.shown["/"] += [kept.name, kept.frame]
    made.shown["/es/"].append(kept.name_es or kept.name)
    made.shown[f"/actions/h{number}/"] += [kept.name, kept.frame, kept.date_note, *kept.summary.split("\n\n")]


def _in_action(made: Hostile, text: str, number: int, action: Any, by: Any) -> None:
    from manyplaces.actions.models import Demand, Part
    from manyplaces.actions.operations import set_demand, set_part
    from manyplaces.record.models import RecordNote
    from manyplaces.record.operations import set_note

    def part(**given: str) -> Any:
        return set_part(Part(action=action, slug=f"p{number}", **given), by=by).row

    def demand(**given: str) -> Any:
        return set_demand(Demand(action=action, slug=f"d{number}", **given), by=by).row

    def note(**given: str) -> Any:
        return set_note(RecordNote(slug=f"n{number}", **given), by=by).row

    kept, asked = made.put(text, ("name", "summary"), part), made.put(text, ("description",), demand)
    made.shown[f"/actions/{action.slug}/"] += [kept.name, kept.summary, asked.description]
    kept = made.put(text, ("heading", "body"), note)
    made.shown["/about/data/"] += [kept.heading, *kept.body.split("\n\n")]


def _events(made: Hostile, text: str, number: int, action: Any, by: Any) -> None:
    from manyplaces.events.models import Event
    from manyplaces.events.operations import describe_event, list_event
    from manyplaces.people.operations import change_organisation, find_or_add_organisation
    from manyplaces.places.operations import find_or_add_city

    city = made.put(text, ("city",), lambda city: find_or_add_city(city, "WI", by=by))

    def event(**given: str) -> Any:
        given = {"hosts_words": f"Parents; {given.pop('hosts')}", **given}
        kept = list_event(Event(action=action, key=f"H{number}", city=city, phase="held", **given), by=by).row
        kept.note = given["note"]
        return describe_event(kept, by=by).row

    kept = made.put(text, ("venue", "hosts", "tactic_words", "note"), event)
    made.shown[f"/actions/{action.slug}/wi/"] += [city.name, kept.hosts_words]
    made.shown[f"/events/H{number}/"] += [city.name, kept.venue.partition(":")[2] or kept.venue, kept.note]

    def organisation(name: str, short_name: str, about: str) -> Any:
        found = find_or_add_organisation(name, by=by).organisation
        found.short_name, found.about = short_name, about
        return change_organisation(found, by=by).row

    group = made.put(text, ("name", "short_name", "about"), organisation)
    made.shown[f"/organisations/{group.slug}/"] = [group.name, group.short_name, *group.about.split("\n\n")]


def _record(made: Hostile, text: str, number: int, action: Any, by: Any) -> None:
    from manyplaces.record.models import Claim, MediaHit
    from manyplaces.record.operations import add_media_hit, state_claim

    def claim(**given: str) -> Any:
        return state_claim(Claim(action=action, phase="held", **given), by=by).row

    def hit(**given: str) -> Any:
        row = MediaHit(action=action, key=f"M{number}", kind="earned", **given)
        return add_media_hit(row, by=by).row

    kept = made.put(text, ("value_words", "metric_words", "basis", "claimant"), claim)
    made.shown[f"/actions/{action.slug}/numbers/"] += [kept.value_words, kept.claimant]
    kept = made.put(text, ("outlet", "headline", "place_words"), hit)
    made.shown[f"/actions/{action.slug}/media/"] += [kept.outlet, kept.headline.strip("()")]


def main(shared: Path) -> None:
    """Fill the database of the environment, and write what must be read on which page."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from manyplaces.core.actor import Actor
    from manyplaces.journal.operations import Gathering

    call_command("migrate", verbosity=0)
    with transaction.atomic(), Gathering():
        made = fill(corpus(shared), Actor("Otto", door="command"))
    json.dump(made.shown, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
