"""When a letter or a job is tried again, when it is given up, and who may send one again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core import signing

from manyplaces.core.actor import Actor

# A recipient's server that says "never" is asked this often; one that says "not now" is asked for so long.
MOST_REFUSALS = 3
LONGEST_PUT_OFF = timedelta(days=3)
# A job that fails, or that its worker does not survive, is begun this often.
MOST_BEGINNINGS = 8
LONGEST_PAUSE = 60
# A mail server that does not answer at all is asked at least so often, in minutes: it is one knock, and once it is back
# a reminder must not wait for an hour.
LONGEST_CLOSED = 8
# A worker that was not seen for so long is dead.
DEAD_AFTER = timedelta(seconds=30)
# What is settled is forgotten: an undeliverable letter's text, a job's row, a letter's row without its text.
TEXTS_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=30)
LETTERS_KEPT = timedelta(days=365)

# Between these hours of the evening and the morning nobody gets a text.
DAWN, NIGHT = time(8), time(21)

# What stands on the slot of the nightly check when somebody has changed the journal.
JOURNAL_CHANGED = "JournalChanged"

TRUSTED_DOORS = ("command", "clock")
WAY_OUT = "manyplaces.mail.way-out"
NATIONAL = "national"


def awake_from(now: datetime, zone: str) -> datetime:
    """Return the moment from which a text may go, by the clock of a zone: now, or 8:00 where it is night there."""
    if not zone:
        return now
    there = now.astimezone(ZoneInfo(zone))
    if DAWN <= there.time() < NIGHT:
        return now
    day = there.date() + timedelta(days=1 if there.time() >= NIGHT else 0)
    return datetime.combine(day, DAWN, ZoneInfo(zone)).astimezone(UTC)


def pause_after(tries: int, chance: float, longest: int = LONGEST_PAUSE) -> timedelta:
    """Return how long to wait after so many tries: 1, 2, 4, ... `longest` minutes, up to a quarter more by chance.

    Without chance everything that failed together would come back together.
    """
    minutes = min(longest, 2 ** min(max(tries, 1) - 1, 10))
    return timedelta(minutes=minutes * (1 + 0.25 * chance))


def is_given_up(tries: int, *, refused: bool, made_at: datetime, now: datetime) -> bool:
    """Tell whether a letter that was tried so often is not tried again.

    The last time it was refused for good (or may have been taken, so that each try is one copy more), or put off.
    """
    return tries >= MOST_REFUSALS if refused else now - made_at > LONGEST_PUT_OFF


def slot_of(now: datetime, minutes: int) -> int:
    """Return the number of the slot of so many minutes, counted from 1970, in which a moment lies."""
    return int(now.timestamp()) // (60 * minutes)


def slots_ahead(minutes: int) -> int:
    """Return by how many slots of so many minutes the clocks of several machines may differ: by those of an hour."""
    return 60 // minutes + 1


def is_alive(seen_at: datetime | None, now: datetime) -> bool:
    """Tell whether a worker that was last seen then is alive; a clock that was set back tells nothing of it."""
    return seen_at is not None and abs(now - seen_at) < DEAD_AFTER


def may_send_again(by: Actor) -> bool:
    """Tell whether the actor may send an undeliverable letter again: who coordinates everything, and the operator."""
    everywhere = (grant for grant in by.grants if not (grant.action or grant.state or grant.city))
    return by.door in TRUSTED_DOORS or any(grant.role == NATIONAL for grant in everywhere)


def day_of(moment: datetime) -> datetime:
    """Return the beginning of the day, in UTC, of a moment."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def lasting_way(name: str, email_hash: str, uid: str) -> str:
    """Return the secret with which a reader leaves the list `name` for ever, also when nothing of his letter is left.

    It is signed, and says by which hash his wish is kept; only his own letter carries it. `uid` is the letter's.
    """
    return signing.Signer(salt=WAY_OUT, sep="~").sign(f"{name}~{email_hash}~{uid}")


def read_lasting_way(token: str) -> tuple[str, str, str]:
    """Return list, hash and letter that such a secret is for; all empty for another or a forged one."""
    try:
        name, email_hash, uid = signing.Signer(salt=WAY_OUT, sep="~").unsign(token).split("~")
    except (signing.BadSignature, ValueError):
        return "", "", ""
    return name, email_hash, uid
