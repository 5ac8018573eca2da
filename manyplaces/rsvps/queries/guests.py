"""What a host is shown of those who come: numbers, first names where given, languages, and what they need."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from manyplaces.core.sealing import Unopenable
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.rules.welcome import Spoken
from manyplaces.rsvps.models import Crowd, Rsvp, Safe
from manyplaces.rsvps.queries import places_kept
from manyplaces.rsvps.rules import State, first_name

# Fewer than this are not told apart outside of the host's own page.
FEW = 5
EXPECTED = (State.COMING, State.WAITING)


@dataclass(frozen=True)
class Guests:
    """Who comes to an event, as its host may know it: people counted, never a list of who said what and when."""

    coming: int
    waiting: int
    # People of whom nobody has pressed the button in the letter yet.
    unconfirmed: int
    # Where room is limited: how many places are kept for who has shown who he is, and how many are left.
    kept: int | None
    room: int | None
    names: list[str] = field(default_factory=list)
    # A language in words, and for how many answers.
    languages: list[tuple[str, int]] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    # Whether what attendees had left has been destroyed.
    is_gone: bool = False


def guests_of(event: Event) -> Guests:
    """Return it; five queries, however many come. Names are opened in memory, in the order of the alphabet."""
    crowd = Crowd.objects.filter(event=event).first() or Crowd(event=event)
    counted = Rsvp.objects.filter(event=event).values_list("state", "speaks").order_by()
    languages: Counter[str] = Counter()
    unconfirmed = 0
    for state, speaks, answers, people in counted.annotate(Count("pk"), Sum("people")):
        unconfirmed += people if state == State.UNCONFIRMED else 0
        languages[speaks] += answers if state in EXPECTED else 0
    names, needs, is_gone = _opened(event)
    is_gone = is_gone or Safe.objects.filter(action=event.action_id).exclude(destroyed_at=None).exists()
    kept = None if event.capacity is None else places_kept(event.pk)
    words = {code: str(label) for code, label in Spoken.choices}
    return Guests(
        crowd.coming,
        crowd.waiting,
        unconfirmed,
        kept,
        None if event.capacity is None or kept is None else max(0, event.capacity - kept),
        names,
        sorted(((words[code], many) for code, many in languages.items() if code and many), key=lambda one: -one[1]),
        needs,
        is_gone,
    )


def _opened(event: Event) -> tuple[list[str], list[str], bool]:
    """Return first names, needs, and whether some of it could not be opened any more; one query.

    Both are sorted by their letters, so that nothing tells who said it first, or that a need belongs to a name.
    """
    rows = Rsvp.objects.filter(event=event, state__in=EXPECTED).exclude(name_sealed=b"", needs_sealed=b"")
    names: list[str] = []
    needs: list[str] = []
    is_gone = False
    for row in rows.only("uid", "safe", "needs_safe", "name_sealed", "needs_sealed"):
        for found, kind in ((names, "name"), (needs, "needs")):
            try:
                text = row.opened(kind)
            except Unopenable:
                is_gone = True
                continue
            if text:
                found.append(first_name(text) if kind == "name" else text)
    return sorted(names, key=lambda name: (fold(name), name)), sorted(needs, key=fold), is_gone


def coming_to(event: Event) -> int | None:
    """Return how many people come, as a coordinator may know it; None for fewer than `FEW`. One query."""
    many = Crowd.objects.filter(event=event).values_list("coming", flat=True).first() or 0
    return many if many >= FEW else None
