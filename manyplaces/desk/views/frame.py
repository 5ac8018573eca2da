"""What stands around every page of the desk: its menu, who is signed in, and what needs looking after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from manyplaces.people.rules import Role, has_role

EVERY_ROLE = tuple(role.value for role in Role)
# Each entry: its name in a page's `section`, its address, its words, and whose menu it stands in.
MENU = (
    ("stand", "desk:stand", gettext_lazy("Where we stand"), EVERY_ROLE),
    ("review", "desk:review", gettext_lazy("Review"), (Role.REVIEWER, Role.COORDINATOR)),
    ("actions", "desk:actions", gettext_lazy("Actions"), EVERY_ROLE),
    ("lists", "desk:lists", gettext_lazy("Lists"), (Role.COORDINATOR,)),
    ("organisations", "desk:organisations", gettext_lazy("Organisations"), (Role.NATIONAL,)),
    ("letters", "desk:letters", gettext_lazy("Letters"), (Role.NATIONAL,)),
    ("people", "people:team", gettext_lazy("People"), (Role.NATIONAL,)),
    ("journal", "desk:journal", gettext_lazy("Journal"), (Role.NATIONAL,)),
    ("coalition", "desk:coalition", gettext_lazy("Coalition"), (Role.NATIONAL,)),
)


@dataclass(frozen=True)
class MenuEntry:
    """One line of the menu."""

    name: str
    address: str
    words: str


@dataclass(frozen=True)
class Frame:
    """The frame for whoever is signed in, with what the last step told; without anybody it is empty."""

    menu: list[MenuEntry] = field(default_factory=list)
    alias: str = ""
    me: str = ""
    sign_out: str = ""
    warnings: list[str] = field(default_factory=list)
    told: list[Message] = field(default_factory=list)


def frame(request: HttpRequest) -> dict[str, Callable[[], Frame]]:
    """Give every template `frame()`; nothing is asked before a page of the desk calls it."""
    return {"frame": lambda: frame_of(request)}


def frame_of(request: Any) -> Frame:
    """Return the frame for the person who asked."""
    person = getattr(request, "person", None)
    if person is None:
        return Frame()
    return Frame(
        menu=menu_of(request.actor),
        alias=person.alias,
        me=_known("people:me"),
        sign_out=_known("people:sign_out"),
        told=list(get_messages(request)),
    )


def menu_of(by: Any) -> list[MenuEntry]:
    """Return the entries that lead to pages this actor may open."""
    open_to = [(name, _known(view), words) for name, view, words, roles in MENU if has_role(by, *roles)]
    return [MenuEntry(name, address, str(words)) for name, address, words in open_to if address]


def _known(view: str) -> str:
    """Return the address of a view, or nothing where the site has no such page."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
