"""When an action takes commitments, for which tactics and days, and how its dates move to another year."""

from __future__ import annotations

import datetime
import re
from typing import Protocol
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from manyplaces.actions.rules.words import Tactic, Visibility
from manyplaces.core import fuzzydates
from manyplaces.core.localtimes import clock_words
from manyplaces.core.refusals import NotNow

# Where the last clocks of the country show midnight: until then a day of action is not over.
LAST_CLOCKS = ZoneInfo("Pacific/Pago_Pago")
# The zones in which a coordinator may say when commitments open and close.
DESK_ZONES = (
    ("America/New_York", gettext_lazy("Eastern time (New York)")),
    ("America/Chicago", gettext_lazy("Central time (Chicago)")),
    ("America/Denver", gettext_lazy("Mountain time (Denver)")),
    ("America/Phoenix", gettext_lazy("Arizona time (Phoenix)")),
    ("America/Los_Angeles", gettext_lazy("Pacific time (Los Angeles)")),
    ("America/Anchorage", gettext_lazy("Alaska time (Anchorage)")),
    ("Pacific/Honolulu", gettext_lazy("Hawaii time (Honolulu)")),
    ("America/Puerto_Rico", gettext_lazy("Puerto Rico time (San Juan)")),
)
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[~?%]?(?:/\d{4}-\d\d-\d\d[~?%]?)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Opening(Protocol):
    """What these rules ask of an action."""

    visibility: str
    frozen_at: datetime.datetime | None
    zone: str
    opens_at: datetime.datetime | None
    closes_at: datetime.datetime | None
    lead_hours: int
    tactic: str
    tactics: str
    date_from: datetime.date | None
    date_to: datetime.date | None


def is_open(action: Opening, now: datetime.datetime) -> bool:
    """Tell whether commitments are taken at `now` (aware): published, opened, not closed, its last day not over."""
    return not _why_not(action, now)


def require_open(action: Opening, now: datetime.datetime) -> None:
    """Raise NotNow, with a sentence that says why and what to do, unless `is_open`."""
    if why := _why_not(action, now):
        raise NotNow(why)


def require_public(action: Opening) -> None:
    """Raise NotNow for a draft: nothing that pages show may rest on what they do not show."""
    if action.visibility == Visibility.DRAFT:
        raise NotNow(_("This action is a draft. Publish it first; then events and reports can be added to it."))


def _why_not(action: Opening, now: datetime.datetime) -> str:
    if action.visibility == Visibility.DRAFT:
        return _("This action is not public yet, so it takes no commitments.")
    if action.frozen_at is not None or is_over(action, now):
        return _("This action is over, so it takes no commitments any more. See what is planned next.")
    return _why_not_taking(action, now)


def is_over(action: Opening, now: datetime.datetime) -> bool:
    """Tell whether the action's last day has ended on every clock of the country; one without a day has not."""
    return bool(action.date_to and now.astimezone(LAST_CLOCKS).date() > action.date_to)


def _why_not_taking(action: Opening, now: datetime.datetime) -> str:
    if action.opens_at is None:
        return _("This action takes no commitments on this site.")
    if now < action.opens_at:
        opens = action.opens_at.astimezone(ZoneInfo(action.zone))
        day = fuzzydates.words(opens.date().isoformat(), get_language() or "en")
        return _("This action takes commitments from %(day)s, %(time)s on (%(zone)s). Come back then.") % {
            "day": day, "time": clock_words(opens.time()), "zone": dict(DESK_ZONES).get(action.zone, action.zone),
        }  # fmt: skip
    if action.closes_at and now >= action.closes_at:
        return _("Commitments for this action are closed. Write to the coalition if you still want to take part.")
    return ""


def is_in_time(action: Opening, starts_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Tell whether something that starts at `starts_at` is committed early enough; both are aware."""
    return now + datetime.timedelta(hours=action.lead_hours) <= starts_at


def require_in_time(action: Opening, starts_at: datetime.datetime, now: datetime.datetime) -> None:
    """Raise NotNow unless `is_in_time`."""
    if not is_in_time(action, starts_at, now):
        sentence = _(
            "This is too late: it must be told at least %(hours)d hours before it starts. Choose a later time."
        )
        raise NotNow(sentence % {"hours": action.lead_hours})


def tactics_of(action: Opening) -> list[Tactic]:
    """Return the tactics that the action allows, the usual one first; every one where it names none."""
    named = action.tactics.split()
    allowed = [tactic for tactic in Tactic if tactic.value in named] or list(Tactic)
    return sorted(allowed, key=lambda tactic: tactic.value != action.tactic)


def days_of(action: Opening) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the first and the last day of the action's date, as far as they are known."""
    return action.date_from, action.date_to


def shifted(text: str, days: int) -> str:
    """Return an EDTF date of exact days moved by so many; empty for any other, whose words would mean nothing."""
    if not _EXACT.fullmatch(text):
        return ""
    moved = datetime.timedelta(days=days)
    try:
        return fuzzydates.read(
            _DAY.sub(lambda day: (datetime.date.fromisoformat(day[0]) + moved).isoformat(), text)
        ).text
    except (ValidationError, OverflowError):
        return ""
