"""Who keeps this site, and for whom a link speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max

from manyplaces.core.holding import kept_while_held
from manyplaces.core.models import one
from manyplaces.core.tokens import digest
from manyplaces.journal.models import Entry
from manyplaces.mail.letters import Letterhead, letterhead_from
from manyplaces.people.models import Coalition, Organisation
from manyplaces.people.models.coalition import ONLY_ROW

_during: ContextVar[list[Coalition] | None] = ContextVar("coalition", default=None)
# What was read last, for the page that says that nothing can be read now.
_last = [Coalition(pk=ONLY_ROW)]


def coalition() -> Coalition:
    """Return what the coalition says of itself; one query, and none again within one request.

    Where the database fails, what was read last: the page that tells of the fault has a name on it too.
    """
    known = _during.get()
    if known:
        return known[0]
    try:
        found = _read()
    except DatabaseError:
        return _last[0]
    _last[0] = found
    if known is not None:
        known.append(found)
    return found


@kept_while_held
def _read() -> Coalition:
    return one(Coalition.objects.filter(pk=ONLY_ROW)) or Coalition(pk=ONLY_ROW)


def coalition_version() -> int:
    """Return the number of the last change of what the coalition says of itself, 0 before the first; one query."""
    last = Entry.objects.filter(subject_kind=Coalition._meta.label_lower).aggregate(last=Max("pk"))
    return last["last"] or 0


@letterhead_from
def coalitions_letterhead() -> Letterhead:
    """Return who writes our letters; answers go to the public contact where that is an e-mail address."""
    found = coalition()
    answers = found.contact if found.contact_link.startswith("mailto:") else ""
    return Letterhead(found.name, f"{settings.SITE_URL.rstrip('/')}/", found.colour, answers)


@contextmanager
def read_once() -> Iterator[Callable[[], None]]:
    """Let `coalition` ask the database once at most until the end of the `with`; yields what makes it ask anew."""
    known: list[Coalition] = []
    before = _during.set(known)
    try:
        yield known.clear
    finally:
        _during.reset(before)


@contextmanager
def remembered() -> Iterator[None]:
    """Let `coalition` ask nothing until the end of the `with`: it is as it was read last."""
    before = _during.set([*(_during.get() or _last)])
    try:
        yield
    finally:
        _during.reset(before)


def organisation_of_link(token: str) -> Organisation | None:
    """Return the organisation whose link for hosts this is, or None; one query, none for what is no token."""
    if not 20 <= len(token) <= 30:
        return None
    return one(Organisation.objects.filter(vouch_digest=digest(token)))
