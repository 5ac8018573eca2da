"""Those who come are told what is other than they were told: whether, when and where it takes place.

No signal leads here. Once a minute what they were last told is compared with what is online. So a change is told
whoever made it, only after reviewers have let it through, and one that was taken back before is not told at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import ngettext

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import record
from manyplaces.mail.ledger import stop_untrue
from manyplaces.mail.models import Letter
from manyplaces.mail.tasks import start
from manyplaces.people.models import Proposal
from manyplaces.people.operations import carried_out, propose
from manyplaces.people.rules import TRUSTED_DOORS
from manyplaces.rsvps.models import Crowd, News
from manyplaces.rsvps.operations.seating import locked_crowds
from manyplaces.rsvps.operations.stopping import stop_news_of
from manyplaces.rsvps.queries.telling import reachable, start_of, told_events, told_facts_of
from manyplaces.rsvps.rules.news import MOST_TOLD, Facts, changes, going_on, is_off, is_past

JOB = "rsvps.tell"
ONE_DAY = datetime.timedelta(days=1)
FAR_OFF = datetime.date(9999, 1, 1)


@dataclass(frozen=True)
class Cause:
    """Who changed an event last: what he is counted by, and who stands in the proposal where a second yes is needed."""

    key: str
    name: str
    person: int

    @property
    def actor(self) -> Actor:
        """Who acts, as the clock does it in his name."""
        return Actor(self.name, "clock", person=self.person)


@transaction.atomic
def note_news(numbers: Iterable[int], *, now: datetime.datetime, by: Actor) -> list[News]:
    """Note what is to be told of events (by row number), and begin to tell it; returns it.

    What is on its way about the same event and no longer true is stopped. Of more than `MOST_TOLD` letters that one
    person causes within a day those about the events that come first go out, and the rest waits for a second yes.
    """
    crowds = locked_crowds(numbers)
    found = []
    for event in sorted(told_events().filter(pk__in=crowds), key=_in_order):
        news = _note(event, crowds[event.pk], now, by=by)
        if news is not None:
            found.append(news)
    _hold(found, now)
    told = [news.pk for news in found if news.state == News.State.OWED]
    if told:
        start(JOB, {"news": told}, by=by)
    return found


def _in_order(event: Event) -> tuple[datetime.date, int]:
    begins = start_of(event)
    return begins.day if begins else FAR_OFF, event.pk


def _note(event: Event, crowd: Crowd, now: datetime.datetime, *, by: Actor) -> News | None:
    """Note one event's news; None where there is none, or nobody to be told."""
    if not crowd.told:
        _keep_told(crowd, told_facts_of(event))
        return None
    before = Facts.read(crowd.told)
    facts = going_on(before, told_facts_of(event))
    if not changes(before, facts):
        return None
    _keep_told(crowd, facts)
    many = reachable(event.pk).count()
    if not many or is_past(before, facts, now.astimezone(ZoneInfo(event.zone)).date()):
        return None
    stop_news_of(event)
    if is_off(facts):
        # The letter that there is a place for him must not come behind the one that nothing takes place.
        stop_untrue(Letter.objects.filter(about=event.key, kind="rsvps.place_free"))
    cause = cause_of(event)
    row = News(event=event, total=many, made_at=now)
    row.before, row.now, row.cause = before.kept, facts.kept, cause.key if cause else ""
    row.full_clean(exclude=["event"], validate_unique=False)
    News.objects.filter(event=event, state__in=(News.State.OWED, News.State.HELD)).update(state=News.State.DROPPED)
    row.save()
    record(by, "news.noted", row, unseen=True)
    return row


def _keep_told(crowd: Crowd, facts: Facts) -> None:
    crowd.told = facts.kept
    Crowd.objects.filter(pk=crowd.pk).update(told=crowd.told)


def _hold(found: list[News], now: datetime.datetime) -> None:
    """Hold back what is beyond the number of letters that one person may cause alone, and propose it."""
    held: dict[str, list[News]] = {}
    caused: dict[str, int] = {}
    for news in found:
        if not news.cause:
            continue
        if news.cause not in caused:
            caused[news.cause] = letters_of_today(news.cause, now) - sum(
                n.total for n in found if n.cause == news.cause
            )
        caused[news.cause] += news.total
        if caused[news.cause] > MOST_TOLD:
            news.state = News.State.HELD
            News.objects.filter(pk=news.pk).update(state=news.state)
            held.setdefault(news.cause, []).append(news)
    for rows in held.values():
        _propose(rows)


def letters_of_today(cause: str, now: datetime.datetime) -> int:
    """Return how many letters to attendees somebody has caused within a day, those held back too."""
    rows = News.objects.filter(cause=cause, made_at__gte=now - ONE_DAY)
    return sum(rows.values_list("total", flat=True))


def _propose(rows: list[News]) -> None:
    cause = cause_of(rows[0].event)
    payload: dict[str, object] = {"news": [news.pk for news in rows]}
    for language in ("en", "es"):
        with translation.override(language):
            said = ngettext(
                "Write %(letters)s letters to those who come to %(num)s event of %(action)s, which was changed.",
                "Write %(letters)s letters to those who come to %(num)s events of %(action)s, which were changed.",
                len(rows),
            )
            told = {"letters": f"{sum(news.total for news in rows):,}", "num": f"{len(rows):,}"}
            payload[language] = said % {**told, "action": rows[0].event.action.text("name", language)}
    propose(JOB, payload, by=cause.actor if cause else Actor("clock", "clock"))


@transaction.atomic
def tell_agreed_news(proposal: Proposal, *, by: Actor) -> int:
    """Begin to tell what a second coordinator agreed to, as far as it is still true; returns how many events."""
    held = News.objects.filter(pk__in=proposal.payload["news"], state=News.State.HELD)
    numbers = list(held.order_by("pk").values_list("pk", flat=True))
    carried_out(proposal, by=by)
    held.update(state=News.State.OWED)
    if numbers:
        start(JOB, {"news": numbers}, by=by)
    return len(numbers)


def cause_of(event: Event) -> Cause | None:
    """Return who changed an event, what its host wants of it, or its action last; None for the command and the clock.

    A host by his private link is counted by his event: he has no other.
    """
    about = [(Event, event.pk), (Action, event.action_id)]
    about += [(Commitment, pk) for pk in Commitment.objects.filter(event=event).values_list("pk", flat=True)]
    found = [
        Entry.objects.filter(subject_kind=model._meta.label_lower, subject_id=number).order_by("-pk").first()
        for model, number in about
    ]
    last = max((entry for entry in found if entry is not None), key=lambda entry: entry.pk, default=None)
    if last is None or (last.door in TRUSTED_DOORS and not last.person):
        return None
    return Cause(f"person {last.person}" if last.person else f"event {event.key}", last.actor, last.person or 0)
