"""Hosts are asked how it went, each at most three times, until their site has reported."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event, Host
from manyplaces.events.rules import Phase
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import new_letter, owe_letters
from manyplaces.reports.letters import ask_for_report
from manyplaces.reports.models import Report
from manyplaces.reports.rules.hours import Asking, asking_now
from manyplaces.rsvps.queries.telling import hosts_to_remind, open_events, start_of

KIND = "reports.ask"
# So many letters are written in one transaction.
PIECE = 200
TWO_DAYS = datetime.timedelta(days=2)


@transaction.atomic
def ask_for_reports(now: datetime.datetime, *, by: Actor) -> int:
    """Owe a letter to hosts whose site has not reported and whose hour to be asked has come; returns how many.

    A piece at a time, so that others who write wait for no more than that: call it until it returns 0. Each is asked
    once at each of the hours of `rules.hours`; a letter that would come too late is not sent.
    """
    due = {event.pk: (event, asking) for event in _silent(now) if (asking := _asking(event, now)) is not None}
    hosts = list(hosts_to_remind(commitment__event__in=list(due)).order_by("pk"))
    keys = {host.pk: _key(host, due[host.commitment.event_id or 0][1]) for host in hosts}
    known = set(Letter.objects.filter(key__in=list(keys.values())).values_list("key", flat=True))
    new = [host for host in hosts if keys[host.pk] not in known][:PIECE]
    letters = [_letter(host, *due[host.commitment.event_id or 0], keys[host.pk]) for host in new]
    owe_letters(letters)
    return len(letters)


def _silent(now: datetime.datetime) -> list[Event]:
    said = Exists(Report.objects.filter(event=OuterRef("pk")))
    near = Q(date_from__range=((now - TWO_DAYS).date(), (now + TWO_DAYS).date()))
    by_action = Q(date_from=None, action__date_from__range=((now - TWO_DAYS).date(), (now + TWO_DAYS).date()))
    phases = (Phase.COMMITTED, Phase.PLANNED, Phase.UNREPORTED, Phase.HELD)
    return list(open_events().filter(near | by_action, phase__in=phases).exclude(said))


def _asking(event: Event, now: datetime.datetime) -> Asking | None:
    begins = start_of(event)
    return asking_now(begins.day, begins.clock, begins.zone, now) if begins is not None else None


def _key(host: Host, asking: Asking) -> str:
    return f"report:{asking.name}:{asking.begins.date().isoformat()}:{host.uid}"


def _letter(host: Host, event: Event, asking: Asking, key: str) -> Letter:
    draft = ask_for_report(event, host.uid, host.language)
    given = {"language": host.language, "key": key, "about": event.key, "until": asking.ends}
    return new_letter(KIND, host.email, draft, secret=True, **given)  # type: ignore[arg-type]
