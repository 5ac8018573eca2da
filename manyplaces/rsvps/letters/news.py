"""Letters that tell attendees what is other than they were told. Every word is ours: the reason stands on the page."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import translation

from manyplaces.core import fuzzydates
from manyplaces.events.models import Event
from manyplaces.events.queries import told_address
from manyplaces.mail.letters import Written
from manyplaces.rsvps.letters import draft, facts_of
from manyplaces.rsvps.rules.news import Kind


def merged(event: Event, into: Event, language: str) -> Written:
    """Lead whoever wanted to come to an event to the one that it was merged into, where he has to answer anew."""
    with translation.override(language):
        was = facts_of(event, language)
        said = ", ".join(part for part in (was["place"], fuzzydates.words(was["day"], language)) if part)
    return draft(Kind.MERGED, into, language, was=said)


def news(kind: Kind, event: Event, language: str, *, new: Collection[str], before: str, knows_where: bool) -> Written:
    """Tell a change: `new` names what is other than before, `before` is the day (EDTF) that was told.

    `knows_where` says that the reader has confirmed that he comes, and learns the address.
    """
    where = told_address(event) if knows_where else event.public_address
    moved = event.moved_to if kind == Kind.POSTPONED else ""
    shown = event.is_listed
    return draft(kind, event, language, new=sorted(new), before=before, where=where, moved=moved, is_shown=shown)
