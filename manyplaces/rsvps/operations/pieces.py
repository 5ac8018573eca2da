"""Very many letters are written by the piece: made while nobody waits, then owed under a lock to who wants them still.

Whoever is interrupted goes on from the last piece: a letter's key is the reader's own, so nobody is written to twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import F

from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations.seating import locked_crowds

# So many letters are written in one transaction: a quarter of a second in which others who write wait.
PIECE = 500


def owe_piece(letters: Iterable[Letter | None], rows: Sequence[Rsvp], *, mail: str, texts: str = "") -> int:
    """Owe the letters that are still wanted by those of whose answers they were made; returns how many that were.

    Within a transaction. `mail` and `texts` name the ticks that ask for them; without one a letter goes to whom it
    reaches, and no text to anybody. Whoever withdraws does so under the same lock: before this, or after it, and then
    stops what is owed to him.
    """
    locked_crowds({row.event_id for row in rows})
    wanted = set()
    for row in Rsvp.objects.filter(pk__in=[row.pk for row in rows]).annotate(key=F("event__key")):
        if row.is_reachable and (not mail or getattr(row, mail)):
            wanted.add((row.key, row.email_hash))
        if row.is_textable and texts and getattr(row, texts):
            wanted.add((row.key, row.phone_hash))
    owed = [letter for letter in letters if letter is not None and (letter.about, letter.to_hash) in wanted]
    owe_letters(owed)
    return len(owed)
