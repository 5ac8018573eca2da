"""What links answer, and what a person makes of it: the clock notes, people decide."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.journal.operations import record
from manyplaces.record.models import LinkWatch, MediaHit
from manyplaces.record.operations.captures import drop_capture
from manyplaces.record.operations.hits import correct_media_hit
from manyplaces.record.rules import LinkState
from manyplaces.record.rules.links import WEEK, Standing, host_of, standing_after
from manyplaces.record.rules.media import KEEPERS, Answer, HitReview, require_role
from manyplaces.record.rules.pages import PageFacts

# So many new links begin to be watched at once, and so many are handed out to be asked, for so long.
MOST_NEW, LEASE = 500, datetime.timedelta(minutes=30)
STATES = (LinkState.LIVE, LinkState.DEAD)


@dataclass(frozen=True)
class Heard:
    """What asking for one link brought: the answer, what the page says of itself, the name of the copy kept."""

    answer: str
    facts: PageFacts = field(default_factory=PageFacts)
    capture: str = ""


@transaction.atomic
def watch_links(now: datetime.datetime, *, by: Actor) -> int:
    """Begin to watch the links of hits that nobody watches; returns how many that were.

    What somebody has just brought is asked at once, what came in a table within the week, so that no site is stormed.
    """
    for watch in LinkWatch.objects.exclude(link=F("hit__link")):
        # Its hit has another link by now, and all that is known is about the one before.
        drop_capture(watch.capture)
        watch.delete()
    new = MediaHit.every.filter(watch=None).exclude(link="").exclude(review=HitReview.TAKEN_DOWN)
    rows = [_watch(hit, now) for hit in new.order_by("pk")[:MOST_NEW]]
    LinkWatch.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def hand_out(now: datetime.datetime, most: int, *, by: Actor) -> list[int]:
    """Return the keys of links whose time has come, one of each site, and put them off while they are being asked."""
    due = LinkWatch.objects.filter(due_at__lte=now).exclude(hit__review=HitReview.TAKEN_DOWN)
    chosen: dict[str, int] = {}
    for key, link in due.order_by("due_at", "pk").values_list("pk", "link")[: most * 10]:
        chosen.setdefault(host_of(link), key)
    keys = list(chosen.values())[:most]
    LinkWatch.objects.filter(pk__in=keys).update(due_at=now + LEASE)
    return keys


@transaction.atomic
def note_answer(watch: LinkWatch, heard: Heard, now: datetime.datetime, *, by: Actor) -> LinkWatch:
    """Keep what a link answered; the hit's own state changes where a verdict follows, and is recorded then alone."""
    stored = LinkWatch.objects.select_for_update(of=("self",)).select_related("hit").get(pk=watch.pk)
    hit = MediaHit.every.get(pk=stored.hit_id)
    before = Standing(stored.failures, stored.failed_since, hit.link_state, stored.due_at)
    after = standing_after(
        heard.answer, now, before=before, has_copy=bool(hit.archived_link), is_believed=_is_believed(stored)
    )
    stored.failures, stored.failed_since, stored.due_at = after.failures, after.failed_since, after.due_at
    stored.asked_at, stored.answer = now, heard.answer
    if not stored.hit.headline or not stored.hit.date_edtf or stored.hit.outlet == host_of(stored.link):
        _keep_facts(stored, heard.facts)
    if heard.capture:
        drop_capture(stored.capture)
        stored.capture, stored.captured_at = heard.capture, now
    stored.full_clean(exclude=("hit",), validate_unique=False)
    stored.save()
    _say(hit, after.state, by)
    return stored


@transaction.atomic
def judge_link(hit: MediaHit, state: str, *, by: Actor) -> MediaHit:
    """Say that a link works or is gone, where a machine could not tell; it is asked again in a week all the same."""
    stored = _locked(hit, by)
    if state not in STATES or not stored.link:
        raise ValidationError(_("Say whether the link works or is gone."))
    known = LinkWatch.objects.select_for_update().filter(hit=stored)
    known.update(answer="", failures=0, failed_since=None, due_at=timezone.now() + WEEK)
    _say(stored, LinkState.ARCHIVED if state == LinkState.DEAD and stored.archived_link else state, by)
    return stored


@transaction.atomic
def ask_again(hit: MediaHit, *, by: Actor) -> LinkWatch | None:
    """Have the link of a hit asked as soon as the worker comes to it; None where the hit has none."""
    stored = _locked(hit, by)
    if not stored.link:
        return None
    watch, _made = LinkWatch.objects.get_or_create(hit=stored, defaults={"link": stored.link, "due_at": timezone.now()})
    watch.due_at = timezone.now()
    watch.full_clean(exclude=("hit",), validate_unique=False)
    watch.save(update_fields=["due_at"])
    return watch


@transaction.atomic
def take_reading(hit: MediaHit, *, wanted: bool, by: Actor) -> MediaHit:
    """Let a hit say what its page says of itself, or let that be; either way nobody is asked again."""
    stored = _locked(hit, by)
    watch = LinkWatch.objects.select_for_update().filter(hit=stored).first()
    if watch is None or not watch.has_read:
        return stored
    changed = MediaHit.every.select_related("action", "city").get(pk=stored.pk)
    if wanted:
        changed.outlet = watch.read_outlet or changed.outlet
        changed.headline = watch.read_headline or changed.headline
        changed.date_edtf = watch.read_date or changed.date_edtf
        changed.language = watch.read_language or changed.language
        changed = correct_media_hit(changed, seen=stored.said, by=by).row
    _keep_facts(watch, PageFacts())
    watch.save()
    return changed


def _say(hit: MediaHit, state: str, by: Actor) -> None:
    """Write down what is said of a link from now on, also in a record that is closed."""
    if hit.link_state == state:
        return
    before, hit.link_state = {"link_state": str(hit.link_state)}, state
    hit.full_clean(exclude=("action", "city", "copy_of"), validate_unique=False)
    hit.save(update_fields=["link_state"])
    record(by, "mediahit.link-changed", hit, before=before, unseen=hit.review != HitReview.SHOWN)


def _locked(hit: MediaHit, by: Actor) -> MediaHit:
    rows = MediaHit.every.select_for_update(of=("self",)).select_related("action", "city")
    stored = rows.get(pk=hit.pk)
    city = stored.city.slug if stored.city else ""
    require_role(by, *KEEPERS, action=stored.action.slug, state=stored.state, city=city)
    return stored


def _watch(hit: MediaHit, now: datetime.datetime) -> LinkWatch:
    is_new = bool(hit.entered_by) and now - hit.made_at < datetime.timedelta(hours=1)
    wait = datetime.timedelta(0) if is_new else WEEK * random.random()  # noqa: S311 (spread, not secret)
    return LinkWatch(hit=hit, link=hit.link, due_at=now + wait)


def _keep_facts(watch: LinkWatch, facts: PageFacts) -> None:
    watch.read_outlet, watch.read_headline = facts.outlet, facts.headline
    watch.read_date, watch.read_language = facts.date, facts.language


def _is_believed(watch: LinkWatch) -> bool:
    """Tell whether our own network worked since this link began to fail: some other site must have answered."""
    if watch.failed_since is None:
        return True
    others = LinkWatch.objects.exclude(link__contains=f"//{host_of(watch.link)}")
    others = others.exclude(link__contains=f"//www.{host_of(watch.link)}")
    heard = others.filter(asked_at__gte=watch.failed_since).exclude(answer__in=("", Answer.FAILED))
    return heard.exists() or not others.exists()
