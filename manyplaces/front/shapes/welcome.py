"""What those who come are told, as JSON: languages, access, room and safety; the rights that an action tells of."""

from __future__ import annotations

from typing import Any

from manyplaces.actions.models import Action
from manyplaces.events.models import Event

# What an action says to whoever comes, in the order in which it is read.
KNOW = ("rights", "safety", "bring")


def brief(event: Event) -> dict[str, Any]:
    """Return what can be chosen by: codes and a number, the same in every language."""
    return {
        "languages": event.public_spoken.split(),
        "accessibility": event.public_access.split(),
        "room_for": event.public_capacity,
    }


def whole(event: Event, language: str) -> dict[str, Any]:
    """Return the same in words (those of the language that is on), and what its host and its action add to it."""
    return {
        "languages_words": event.spoken_words if event.public_spoken else [],
        "accessibility_words": event.access_words if event.public_access else [],
        "accessibility_note": event.public_access_note or None,
        "safety": event.public_safety or None,
        "know": know(event.action, language),
    }


def know(action: Action, language: str) -> dict[str, str | None]:
    """Return what the action says to whoever comes anywhere: rights, safety, what to bring."""
    return {name: action.text(name, language) or None for name in KNOW}
