"""Undoing a list in one step: its sites go, whoever was told of his is told again, learned names are forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import tell_hosts
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import Gathering, take_back
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations.holding import has_rest, held, keep_list, not_now
from manyplaces.lists.queries import changed_since
from manyplaces.lists.rules import AT_ONCE, OPEN, UNDO_WITHIN, Stage
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import stop_letters
from manyplaces.mail.tasks import start
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.operations import forget_alias, learn_alias

PIECE = 100


@transaction.atomic
def undo_list(site_list: SiteList, *, but_changed: bool = False, by: Actor) -> int:
    """Take back what was committed from a list, within 24 hours; returns how many commitments went.

    A longer list is left to the worker, which is told by 0. Cities, places and organisations that came along stay.
    Where something was changed since, by a host for example, it raises NotNow; with `but_changed` these stay and the
    others go.
    """
    stored = held(site_list, by=by)
    if not stored.committed_at or stored.undone_at:
        raise NotNow(_("Nothing of this list is committed."))
    if stored.stage not in OPEN:
        raise NotNow(not_now(stored))
    if timezone.now() - stored.committed_at > UNDO_WITHIN:
        raise NotNow(_("A list can be undone for 24 hours. Now each site has to be withdrawn by itself."))
    changed = changed_since(stored.errand)
    if changed and not but_changed:
        raise NotNow(_changed_words(len(changed)))
    many = _committed(stored).count()
    if many > AT_ONCE:
        stored.stage, stored.in_hand, stored.done = Stage.UNDOING, many, 0
        keep_list(stored, ("stage", "in_hand", "done"), "undoing", {"commitments": many}, by=by)
        start("lists.undo", {"list": stored.pk, "person": by.person}, by=by, about=stored.uid)
        return 0
    gone = list(_committed(stored).exclude(pk__in=changed))
    _take_back(gone, stored, by)
    _end(stored, len(gone), by)
    return len(gone)


@transaction.atomic
def undo_rows(site_list: SiteList, *, by: Actor) -> int:
    """Take back the next sites of a list that is being undone; returns how many were looked at, 0 at its end.

    What was changed since, or what something else rests on by now, stays.
    """
    stored = held(site_list, by=by)
    if stored.stage != Stage.UNDOING:
        return 0
    # Those that stay come first: they were committed before all that nobody has looked at yet.
    stay = max(0, stored.done - stored.in_hand + _committed(stored).count())
    piece = list(_committed(stored).select_for_update(of=("self",))[stay : stay + PIECE])
    if piece:
        changed = changed_since(stored.errand, [one.pk for one in piece])
        _take_back_what_can_go([one for one in piece if one.pk not in changed], stored, by)
        stored.done += len(piece)
        keep_list(stored, ("done",), by=by)
    else:
        _end(stored, stored.in_hand - stay, by)
    return len(piece)


@transaction.atomic
def stop_undoing(site_list: SiteList, *, by: Actor) -> SiteList:
    """Stop a list that is being undone: what was taken back is gone, the rest stays committed and can be undone."""
    stored = held(site_list, by=by)
    if stored.stage != Stage.UNDOING:
        raise NotNow(not_now(stored))
    stored.stage = Stage.ASKING if has_rest(stored) else Stage.COMMITTED
    keep_list(stored, ("stage",), "stopped", by=by)
    return stored


def _committed(stored: SiteList) -> models.QuerySet[Commitment]:
    return Commitment.objects.filter(errand=stored.errand).select_related("action").order_by("pk")


def _end(stored: SiteList, gone: int, by: Actor) -> None:
    _forget_names(stored, by)
    stored.stage, stored.undone_at = Stage.UNDONE, timezone.now()
    keep_list(stored, ("stage", "undone_at"), "undone", {"commitments": gone}, by=by)


def _changed_words(many: int) -> str:
    return (
        ngettext(
            "%d site of this list was changed since it was committed. Take back all but this one.",
            "%d sites of this list were changed since they were committed. Take back all but these.",
            many,
        )
        % many
    )


def _take_back_what_can_go(commitments: Sequence[Commitment], stored: SiteList, by: Actor) -> None:
    """Take commitments back together; where something rests on one of them, each by itself, and that one stays."""
    try:
        _take_back(commitments, stored, by)
    except NotNow:
        for one in commitments:
            with suppress(NotNow):
                _take_back([one], stored, by)


@transaction.atomic
def _take_back(commitments: Sequence[Commitment], stored: SiteList, by: Actor) -> None:
    """Take commitments back with their events and hosts, and tell whoever was told: all of it or nothing."""
    keys = [commitment.pk for commitment in commitments]
    hosts = dict(Host.objects.filter(commitment__in=keys).values_list("uid", "pk"))
    events = [commitment.event_id for commitment in commitments if commitment.event_id]
    with Gathering():
        _tell(commitments, set(hosts), stored, by)
        stored.rows.filter(commitment__in=keys).update(commitment=None)
        # Cities, places and organisations are left: others may have built on them, and they show nothing by themselves.
        take_back(stored.errand, by=by, only={Commitment: keys, Event: events, Host: list(hosts.values())})


def _tell(commitments: Sequence[Commitment], hosts: set[str], stored: SiteList, by: Actor) -> None:
    """Stop the letters that were not sent yet, and write to whoever has got one: his link is dead now.

    `hosts` are those of the commitments, by their uid.
    """
    about = Letter.objects.filter(about__in=[*(commitment.key for commitment in commitments), stored.errand])
    # A letter about the whole list is one to a host of it; those to the hosts of other sites are left alone.
    ours = [
        (letter, reader)
        for letter in about.only("about", "key", "state", "sent_at")
        if (reader := letter.key.split(":")[1]) in hosts or letter.about != stored.errand
    ]
    owed = [letter for letter, _reader in ours if letter.state == Letter.State.OWED]
    for each in {letter.about for letter in owed}:
        stop_letters(each, keys=[letter.key for letter in owed if letter.about == each], by=by)
    by = on_errand(replace(by, errand=""))
    told = [reader for letter, reader in ours if letter.sent_at]
    to_tell = set(Host.objects.filter(uid__in=told).values_list("commitment", flat=True))
    for commitment in commitments:
        if commitment.pk in to_tell:
            tell_hosts(commitment, "taken_back", letters.taken_back, by=by)


def _forget_names(stored: SiteList, by: Actor) -> None:
    """Forget the names of schools that were learned with the list; one that stood for another school does so again."""
    learned = Entry.objects.filter(errand=stored.errand, subject_kind=SchoolAlias._meta.label_lower).order_by("-pk")
    # What stood there before the first of several changes is what stands there again.
    before = {entry.subject_id: (entry.before or {}).get("school_id") for entry in learned}
    schools = School.objects.in_bulk({key for key in before.values() if key})
    for alias in SchoolAlias.objects.select_related("school").filter(pk__in=before):
        former = schools.get(before[alias.pk] or 0)
        if former is None:
            forget_alias(alias, action=stored.action.slug, by=by)
        else:
            learn_alias(
                former, alias.text, state=alias.state, city_slug=alias.city_slug, action=stored.action.slug, by=by
            )
