"""When an action or event is, as exactly as calendars and schema.org need it; nothing where it is not known so."""

from __future__ import annotations

import datetime
import re

from django.core.exceptions import ValidationError

from manyplaces.core import localtimes
from manyplaces.events.models import Event

Days = tuple[datetime.date, datetime.date]

# A date is exact to the day where each side of it is a plain day: no "about", no month, no open end.
EXACT = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?")


def exact_days(text: str) -> Days | None:
    """Return first and last day of an EDTF date that is exact to the day."""
    found = EXACT.fullmatch(text)
    if not found:
        return None
    return datetime.date.fromisoformat(found[1]), datetime.date.fromisoformat(found[2] or found[1])


def starts(event: Event) -> datetime.datetime | None:
    """Return the start, aware and in its zone, where the one day (the event's own or its action's) and time are known.

    None too where clocks skip the time on the day that the action gives, for that is not known when the time is stated.
    """
    days = exact_days(event.date_text) if event.time_local else None
    if event.time_local is None or days is None or days[0] != days[1]:
        return None
    try:
        return localtimes.resolve(days[0], event.time_local, event.zone, event.fold)
    except ValidationError:
        return None
