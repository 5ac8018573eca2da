"""What stands around every page of the desk: its menu, who is signed in, and what needs looking after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from manyplaces.mail.queries import Outbox, outbox
from manyplaces.people.guard import passkeys_work
from manyplaces.people.rules import Role, has_role, may

EVERY_ROLE = tuple(role.value for role in Role)
# Each entry: its name in a page's `section`, its address, its words, and whose menu it stands in.
MENU = (
    ("stand", "desk:stand", gettext_lazy("Where we stand"), EVERY_ROLE),
    ("review", "desk:review", gettext_lazy("Review"), (Role.REVIEWER, Role.COORDINATOR)),
    ("photos", "desk:photos", gettext_lazy("Photos"), (Role.REVIEWER, Role.COORDINATOR)),
    ("sites", "desk:sites", gettext_lazy("Sites"), (Role.REVIEWER, Role.COORDINATOR)),
    ("actions", "desk:actions", gettext_lazy("Actions"), EVERY_ROLE),
    ("lists", "lists:lists", gettext_lazy("Lists"), (Role.COORDINATOR,)),
    ("organisations", "desk:organisations", gettext_lazy("Organisations"), (Role.NATIONAL,)),
    ("letters", "desk:letters", gettext_lazy("Letters"), (Role.NATIONAL,)),
    ("people", "desk:team", gettext_lazy("People"), (Role.NATIONAL,)),
    ("journal", "desk:journal", gettext_lazy("Journal"), (Role.NATIONAL,)),
    ("held", "desk:held", gettext_lazy("What we hold"), (Role.NATIONAL,)),
    ("destroyed", "desk:destroyed", gettext_lazy("Destroyed"), (Role.COORDINATOR,)),
    ("archives", "exchange:archives", gettext_lazy("Archive"), (Role.NATIONAL,)),
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
    letters: int = 0


def frame(request: HttpRequest) -> dict[str, Callable[[], Frame]]:
    """Give every template `frame()`; nothing is asked before a page of the desk calls it."""
    return {"frame": lambda: frame_of(request)}


def frame_of(request: Any) -> Frame:
    """Return the frame for the person who asked."""
    person = getattr(request, "person", None)
    if person is None:
        return Frame()
    letters = outbox()
    return Frame(
        menu=menu_of(request.actor),
        alias=person.alias,
        me=address_of("people:me"),
        sign_out=address_of("people:sign_out"),
        warnings=[*closed(request), *without_passkey(request), *warnings_about(letters, may(request.actor))],
        told=list(get_messages(request)),
        letters=letters.owed,
    )


def menu_of(by: Any) -> list[MenuEntry]:
    """Return the entries that lead to pages this actor may open."""
    open_to = [(name, address_of(view), words) for name, view, words, roles in MENU if _opens(by, roles)]
    return [MenuEntry(name, address, str(words)) for name, address, words in open_to if address]


def _opens(by: Any, roles: tuple[str, ...]) -> bool:
    # What is for national coordinators alone is about the whole coalition, so the role for one action opens none of it.
    return may(by) if roles == (Role.NATIONAL,) else has_role(by, *roles)


def without_passkey(request: Any) -> list[str]:
    """Return the warning for a national coordinator on a trial at an address made of numbers."""
    is_national = any(grant.role == Role.NATIONAL for grant in request.actor.grants)
    if not is_national or request.session_row.is_strong or passkeys_work(request):
        return []
    return [_("You are signed in without a passkey, because browsers have none at an address made of numbers.")]


def closed(request: Any) -> list[str]:
    """Return the warning for who is let in while the site is closed to every change."""
    if not getattr(request, "is_locked", False):
        return []
    return [_("The site is closed to everybody but you. Whoever keeps it opens it with “manyplaces unlock”.")]


def warnings_about(now: Outbox, is_national: bool) -> list[str]:
    """Return what is wrong in the background, in sentences that say what to do, and only to who can do it."""
    found = []
    if not now.worker_alive:
        found.append(
            _("Letters are not sent: the worker does not run. Whoever keeps this site starts it again with “./run”.")
        )
    if now.trouble:
        found.append(now.trouble)
    if now.held:
        found.append(
            ngettext(
                "%(count)s letter waits because no mail server is set. Whoever keeps this site sets MANYPLACES_SMTP.",
                "%(count)s letters wait because no mail server is set. Whoever keeps this site sets MANYPLACES_SMTP.",
                now.held,
            )
            % {"count": now.held}
        )
    return found + (_failures(now) if is_national else [])


def _failures(now: Outbox) -> list[str]:
    found = []
    if now.failed:
        found.append(
            ngettext(
                "%(count)s letter could not be sent. Look under “Letters”.",
                "%(count)s letters could not be sent. Look under “Letters”.",
                now.failed,
            )
            % {"count": now.failed}
        )
    if now.jobs:
        found.append(_("Something in the background was given up. Look under “Letters”."))
    if now.chores:
        found.append(_("A regular task failed the last time. Whoever keeps this site finds in the log which."))
    if now.journal_changed:
        found.append(
            _("The journal was changed behind our back. Whoever keeps this site runs “manyplaces check journal” now.")
        )
    return found


def address_of(view: str) -> str:
    """Return the address of a view, or nothing where the site has no such page."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
