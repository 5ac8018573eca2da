"""Guests with the worst names and needs that the corpora hold, taken by the function by which every door takes them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError

from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.rsvps.forms.reading import read_ask
from manyplaces.rsvps.operations import take_rsvps
from manyplaces.rsvps.queries import Facts
from manyplaces.rsvps.rules.links import FORM, link_of
from manyplaces.rsvps.views import GUEST
from tests.front.hostile import corpus


@dataclass
class Guests:
    """What became of the texts: name and needs as they were kept, with the guest's own page; and what was refused."""

    kept: dict[str, tuple[str, str]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)


def texts(shared: Path) -> list[str]:
    """Every string of the corpora, the names of files too."""
    files = json.loads((shared / "corpora/strings/file_names.json").read_text("utf-8"))["names"]
    return list(dict.fromkeys([*corpus(shared), *files]))


def take_all(event: Event, typed: list[str]) -> Guests:
    """Let a guest come for each text, typed as his name and as what he needs; without a name where that is refused."""
    found, asks = Guests(), []
    facts = Facts.of(event)
    for text in typed:
        given = {"people": "1", "name": text, "needs": text}
        for _ in given:
            try:
                ask = read_ask(given, new_token(), facts, "en")
            except ValidationError as refusal:
                found.refused.setdefault(text, []).extend(refusal.messages)
                given = {name: typed for name, typed in given.items() if name not in refusal.message_dict}
                continue
            asks.append(ask)
            found.kept[text] = (ask.contact.name, ask.contact.needs)
            found.pages[text] = f"/coming/{link_of(ask.rsvp.uid, FORM)}/"
            break
    for begin in range(0, len(asks), 200):
        take_rsvps(asks[begin : begin + 200], by=GUEST)
    return found
