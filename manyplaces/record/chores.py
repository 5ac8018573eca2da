"""What the clock does for the record: it notes how numbers change, and has the links of media hits asked."""

from __future__ import annotations

import datetime
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.fetching import Fetcher, Unreachable
from manyplaces.core.visiting import PAUSE, Forbidden, Visit, Visitor
from manyplaces.mail.tasks import Running, every, job, start
from manyplaces.record.models import LinkWatch, TallyPoint
from manyplaces.record.operations import Heard, hand_out, note_answer, note_tally, watch_links
from manyplaces.record.operations.captures import keep_capture, sweep_captures
from manyplaces.record.queries.standing import followed, standing
from manyplaces.record.rules.links import answer_of
from manyplaces.record.rules.media import Answer
from manyplaces.record.rules.pages import facts_of

CLOCK = Actor("clock", "clock")
# So many links are handed out at once; after so many seconds the clock and other jobs come in between.
AT_ONCE, IN_A_ROW = 10, 20.0


@every("record.note_tallies", minutes=1)
def note_tallies() -> int:
    """Note the numbers of every action under way that are others than a minute ago; returns of how many."""
    today, noted = timezone.localdate(), 0
    for action in followed(today):
        found = standing(action, today)
        if not found.is_empty:
            noted += note_tally(TallyPoint(action=action, **found.numbers), by=CLOCK) is not None
    return noted


@every("record.ask_links", minutes=1)
def ask_links() -> int:
    """Have the links asked whose time has come, where the operator wants it; returns how many."""
    if not settings.LINKS:
        return 0
    now = timezone.now()
    watch_links(now, by=CLOCK)
    watches = hand_out(now, AT_ONCE, by=CLOCK)
    if watches:
        start("record.ask_links", {"watches": watches, "since": now.isoformat()}, by=CLOCK)
    return len(watches)


@job("record.ask_links")
def ask_handed_out(payload: dict[str, Any], running: Running) -> None:
    """Ask the links that were handed out, one after the other; of which an answer was noted since, none is again."""
    begun, numbers = time.monotonic(), payload["watches"]
    for done, number in enumerate(numbers):
        running.tell(done, len(numbers))
        if time.monotonic() - begun > IN_A_ROW:
            start("record.ask_links", payload | {"watches": numbers[done:]}, by=running.by)
            return
        watch = LinkWatch.objects.filter(pk=number).select_related("hit").first()
        since = datetime.datetime.fromisoformat(payload["since"])
        if watch is not None and not (watch.asked_at and watch.asked_at >= since):
            note_answer(watch, _heard(watch), timezone.now(), by=running.by)


@every("record.sweep_captures", minutes=1440)
def sweep() -> int:
    """Delete copies of pages that belong to nothing any more; returns how many."""
    return sweep_captures(set(LinkWatch.objects.exclude(capture="").values_list("capture", flat=True)))


def _heard(watch: LinkWatch) -> Heard:
    try:
        visit = _visitor(settings.SITE_URL, tuple(settings.LINKS_OWN)).visit(watch.link)
    except Forbidden:
        return Heard(Answer.ROBOTS)
    except Unreachable as fault:
        return Heard(Answer.UNSAFE if fault.is_unsafe else Answer.GONE if fault.is_unknown else Answer.FAILED)
    page = visit.page
    answer = answer_of(page.status, watch.link, page.url)
    if answer != Answer.LIVE:
        return Heard(answer)
    facts = facts_of(page.body, page.header("Content-Type"), timezone.localdate())
    return Heard(answer, facts, _capture(watch, visit))


def _capture(watch: LinkWatch, visit: Visit) -> str:
    """Keep a copy of a page the first time that it is seen, where the operator wants it; returns its name."""
    return keep_capture(visit.came, timezone.now()) if settings.CAPTURES and not watch.capture else ""


@lru_cache(maxsize=4)
def _visitor(site: str, own: tuple[str, ...]) -> Visitor:
    """Return the one who visits; what robots.txt said, and who was just asked, is remembered while the worker lives."""
    return Visitor(Fetcher(site, own), pause=PAUSE)
