"""What is on its way and not true or not wanted any more is stopped."""

from __future__ import annotations

from manyplaces.events.models import Event
from manyplaces.mail.ledger import stop_untrue, stop_unwanted
from manyplaces.mail.models import Letter
from manyplaces.rsvps.queries.telling import ends_of
from manyplaces.rsvps.rules.hours import TO_HOSTS, Reminder
from manyplaces.rsvps.rules.news import Kind

REMINDERS = [f"rsvps.{kind}" for kind in Reminder.values]
TOLD_BY_THE_CLOCK = [f"rsvps.{kind}" for kind in (*set(Reminder) - set(TO_HOSTS), *Kind)]


def stop_untrue_reminders() -> int:
    """Stop reminders on their way of what does not take place any more, or then, or is not online; returns how many."""
    owed = Letter.objects.filter(state=Letter.State.OWED, kind__in=REMINDERS)
    said = set(owed.order_by().values_list("about", "until").distinct())
    ends = ends_of({about for about, _until in said})
    gone = {about for about, _until in said if about not in ends}
    stopped = stop_untrue(owed.filter(about__in=gone)) if gone else 0
    # A reminder is of use until what it reminds of begins: of another day or hour, it is not what it says any more.
    moved = [(about, until) for about, until in said if about in ends and until not in (None, ends[about])]
    return stopped + sum(stop_untrue(owed.filter(about=about, until=until)) for about, until in moved)


def stop_news_of(event: Event) -> int:
    """Stop what attendees are still to be told of an event by the clock, as something newer is true."""
    # What a host has written to them, or that there is a place for one who waits, is as true as before.
    return stop_untrue(Letter.objects.filter(about=event.key, kind__in=TOLD_BY_THE_CLOCK))


def stop_all_to(reader: str, event: Event) -> int:
    """Stop every letter or text about an event to one (by the hash of his address or number) who wants none."""
    # What could not be delivered too, or it might be sent again.
    return stop_unwanted(Letter.objects.filter(about=event.key, to_hash=reader, kind__startswith="rsvps."))
