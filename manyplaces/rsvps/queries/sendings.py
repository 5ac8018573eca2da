"""How far letters to those who come are: written, sent, still to be."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Message, News, Round
from manyplaces.rsvps.rules.hours import Reminder
from manyplaces.rsvps.rules.messages import Stage

# What the keys of letters begin with that are no reminders.
NEWS, MESSAGES = "news", "from_host"
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Sending:
    """Letters of one kind on their way: what they are, for which day, how many of how many are written, and are sent.

    `waiting` are written and still to be sent; what was stopped or could not be delivered is neither.
    """

    kind: str
    day: datetime.date | None
    total: int
    written: int
    sent: int
    waiting: int

    @property
    def words(self) -> str:
        """What they are, in words."""
        words = {NEWS: _("What was changed, to attendees"), MESSAGES: _("Messages of hosts to those who come")}
        return str(words[self.kind] if self.kind in words else Reminder(self.kind).label)

    @property
    def is_busy(self) -> bool:
        """Whether some are still to be written or sent."""
        return self.written < self.total or self.waiting > 0

    @property
    def steps(self) -> int:
        """How many steps are done, of two for each letter: it is written, and it is settled."""
        return 2 * self.written - self.waiting


def sendings(now: datetime.datetime) -> list[Sending]:
    """Return what of the last day is on its way to attendees, or went to them; three queries and one for each kind."""
    since = now - ONE_DAY
    found = []
    rounds = Round.objects.filter(made_at__gte=since).values("kind", "day")
    for row in rounds.annotate(all=Sum("total"), done=Sum("written")).order_by("-day", "kind"):
        gone = _gone(f"{row['kind']}:{row['day'].isoformat()}:", since)
        found.append(Sending(row["kind"], row["day"], row["all"], row["done"], **gone))
    told = News.objects.filter(made_at__gte=since).exclude(state=News.State.HELD)
    sums = told.aggregate(all=Sum("total"), done=Sum("written"))
    if sums["all"]:
        found.append(Sending(NEWS, None, sums["all"], sums["done"], **_gone(f"{NEWS}:", since)))
    # How many a message goes to is known once it has: until then as many as are written, and one more.
    sent = Message.objects.filter(made_at__gte=since - ONE_DAY, letters__gt=0)
    many, rest = sent.aggregate(many=Sum("letters"))["many"], Count("pk", filter=Q(stage=Stage.SENDING))
    if many:
        total = many + sent.aggregate(rest=rest)["rest"]
        found.append(Sending(MESSAGES, None, total, many, **_gone(f"{MESSAGES}:", since - ONE_DAY)))
    return found


def letters_held() -> int:
    """Return how many letters about changes wait for a second yes; one query."""
    return News.objects.filter(state=News.State.HELD).aggregate(many=Sum("total"))["many"] or 0


def _gone(prefix: str, since: datetime.datetime) -> dict[str, int]:
    """Return how many letters of a key that begins so were sent, and how many are still to be."""
    # A range of keys, because an index finds it in every database.
    letters = Letter.objects.filter(key__gte=prefix, key__lt=prefix[:-1] + ";", made_at__gte=since)
    sent, waiting = (Count("pk", filter=Q(state=state)) for state in (Letter.State.SENT, Letter.State.OWED))
    return letters.aggregate(sent=sent, waiting=waiting)
