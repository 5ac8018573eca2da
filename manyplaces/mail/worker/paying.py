"""Paying letters: those that are due are taken in hand, handed to the mail server one by one, and settled at once."""

from __future__ import annotations

import logging
import math
import secrets
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.db import DatabaseError, connection
from django.utils import timezone

from manyplaces.core.sealing import Unopenable
from manyplaces.mail.ledger import blame_letter, due_letters, hold, put_off, settle_letter, take
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Heartbeat, Letter
from manyplaces.mail.queries import is_unwanted
from manyplaces.mail.rules import LONGEST_CLOSED, is_given_up, pause_after
from manyplaces.mail.smtp import BrokenOff, Postman, Refused, Trouble, message, plain_address

BATCH = 20
# Whoever watches over us makes it longer for a letter that takes longer, because a server is slow.
LEASE = timedelta(minutes=3)
URGENT_PAUSE = timedelta(minutes=1)
BURST = 10
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
logger = logging.getLogger("manyplaces.mail")


def by_chance() -> float:
    """Return a number from 0 to 1."""
    return secrets.randbelow(1000) / 1000


@dataclass
class Pace:
    """How many letters may leave now, so that no more than `per_minute` do in a minute; seconds may be saved up."""

    per_minute: int
    saved: float = 0.0
    at: float = 0.0

    def free(self, now: datetime) -> int:
        """Return how many may leave."""
        each = self.per_minute / 60
        self.saved = min(max(each * BURST, 1.0), self.saved + (now.timestamp() - self.at) * each)
        self.at = now.timestamp()
        return int(self.saved)

    def used(self, many: int) -> None:
        """Note that so many have left."""
        self.saved -= many


@dataclass
class Payer:
    """Pays what is due as long as the mail server takes it; when it does not, waits longer each time."""

    channel: ClassVar[str] = Letter.Channel.MAIL
    # What it says of itself where nothing is taken any more.
    shut: ClassVar[Heartbeat.Trouble] = Heartbeat.Trouble.UNREACHABLE

    server: Any
    pace: Pace
    is_ending: Callable[[], bool] = lambda: False
    chance: Callable[[], float] = by_chance
    failures: int = 0
    trouble: str = ""
    closed_at: datetime = LONG_AGO
    closed_until: datetime = LONG_AGO
    # How many letters in succession broke the connection.
    broken: int = 0
    # The letter in hand, and since when it is tried, in seconds of time.monotonic, for whoever watches over us.
    in_hand: Letter | None = None
    since: float = math.inf

    def pay(self) -> int:
        """Pay one batch; returns how many letters it took in hand, 0 when there is nothing to do for now."""
        now = timezone.now()
        due = due_letters(now).filter(channel=self.channel)
        if now < self.closed_until:
            # Codes for signing in do not wait until a long pause is over.
            if now < self.closed_at + URGENT_PAUSE:
                return 0
            due = due.filter(is_urgent=True)
        most = min(BATCH, self.pace.free(now))
        letters = take(due, most, now, LEASE) if most else []
        if letters:
            self._pay_all(letters)
        return len(letters)

    def _pay_all(self, letters: list[Letter]) -> None:
        waiting = list(letters)
        self.since = time.monotonic()
        try:
            with self.carrier() as postman:
                while waiting and not self.is_ending():
                    self.since = time.monotonic()
                    if hold(waiting[0], timezone.now(), LEASE):
                        self.in_hand = waiting[0]
                        self._pay_one(postman, waiting[0])
                        self.broken, self.failures, self.trouble, self.closed_until = 0, 0, "", LONG_AGO
                    self.in_hand = None
                    waiting.pop(0)
        except BrokenOff as broken:
            self._break_off(waiting.pop(0), broken)
        except Trouble as trouble:
            self._close(trouble.kind)
            if self.in_hand is not None:
                # Should this letter be what the server cannot bear, the others must not wait behind it.
                put_off([waiting.pop(0)], self.closed_until)
        finally:
            self.since, self.in_hand = math.inf, None
        put_off(waiting, timezone.now())

    def carrier(self) -> Any:
        """Return what carries letters within a `with`."""
        return Postman(self.server)

    def hand_over(self, postman: Any, letter: Letter) -> None:
        """Hand one letter over; raises Refused, BrokenOff or Trouble where it is not taken."""
        to, content = opened(letter)
        to = plain_address(to)
        made = message(letter, Written(**content), to)
        self.pace.used(1)
        postman.deliver(made, to)

    def _pay_one(self, postman: Any, letter: Letter) -> None:
        now = timezone.now()
        if letter.until is not None and letter.until < now:
            settle_letter(letter, Letter.State.STOPPED, Letter.Error.LATE, now)
            return
        try:
            if is_unwanted(letter):
                settle_letter(letter, Letter.State.STOPPED, Letter.Error.UNSUBSCRIBED, now)
                return
            self.hand_over(postman, letter)
        except Unopenable:
            blame_letter(letter, Letter.Error.UNREADABLE, None)
        except Refused as refused:
            self._blame(letter, refused.error, for_good=refused.for_good)
        except (Trouble, BrokenOff, DatabaseError):
            raise
        except Exception as fault:
            # Whatever it is, the letters behind it are not to wait; the words of a fault may quote the letter.
            place = traceback.extract_tb(fault.__traceback__)[-1]
            where = f"{type(fault).__name__} in {Path(place.filename).name}, line {place.lineno}"
            logger.error("Letter %s of the kind %s cannot be sent (%s).", letter.pk, letter.kind, where)
            self._blame(letter, Letter.Error.BROKEN, for_good=True)
        else:
            surely(lambda: settle_letter(letter, Letter.State.SENT, "", timezone.now()))

    def _blame(self, letter: Letter, error: Letter.Error, *, for_good: bool, patience: int = 1) -> None:
        now, tries = timezone.now(), letter.tries + 1
        given_up = is_given_up(tries, refused=for_good, made_at=letter.made_at, now=now)
        given_up = given_up or error == Letter.Error.TEXT_REFUSED
        blame_letter(letter, error, None if given_up else now + pause_after(tries * patience, self.chance()))

    def _break_off(self, letter: Letter, broken: BrokenOff) -> None:
        """Count the break against the letter; where another's follows, it is the server, and all wait."""
        # With each try of what may have been taken comes a copy more, so the pauses are long; a code cannot wait.
        patience = 4 if broken.perhaps_taken and not letter.is_urgent else 1
        # One that was only put off before is not given up at its first break.
        again = broken.perhaps_taken and letter.error == Letter.Error.BROKEN_OFF
        self._blame(letter, Letter.Error.BROKEN_OFF, for_good=again, patience=patience)
        self.broken += 1
        if self.broken > 1:
            self._close(self.shut)

    def _close(self, kind: Heartbeat.Trouble) -> None:
        self.failures += 1
        if kind != self.trouble:
            logger.warning("Letters wait, for something is wrong with the server: %s.", kind.value)
        self.trouble = kind.value
        self.closed_at = timezone.now()
        self.closed_until = self.closed_at + pause_after(self.failures, self.chance(), LONGEST_CLOSED)


def opened(letter: Letter) -> tuple[str, dict[str, str]]:
    """Return address and content in the clear; read anew where the keys were changed while the letter was in hand."""
    try:
        return letter.to, letter.content
    except Unopenable:
        letter.refresh_from_db(fields=["to_sealed", "content_sealed"])
        return letter.to, letter.content


def surely(settle: Callable[[], None]) -> None:
    """Write down that a letter was taken, though the database be busy: what is not written down is sent twice."""
    for pause in (0.2, 1.0, 3.0, 10.0):
        try:
            settle()
        except DatabaseError:
            connection.close()
            time.sleep(pause)
        else:
            return
    settle()
