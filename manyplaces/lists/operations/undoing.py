"""Undoing a list in one step: its sites go, whoever was told of his is told again, learned names are forgotten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
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
from manyplaces.journal.operations import take_back
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations.holding import held, keep_list
from manyplaces.lists.queries import changed_since
from manyplaces.lists.rules import UNDO_WITHIN, Stage
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import stop_letters
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.operations import forget_alias, learn_alias


@transaction.atomic
def undo_list(site_list: SiteList, *, but_changed: bool = False, by: Actor) -> int:
    """Take back what was committed from a list, within 24 hours; returns how many commitments went.

    Cities, places and organisations that came along stay. Where something was changed since, by a host for example, it
    raises NotNow; with `but_changed` these stay and the others go.
    """
    stored = held(site_list, by=by)
    if not stored.committed_at or stored.undone_at:
        raise NotNow(_("Nothing of this list is committed."))
    if timezone.now() - stored.committed_at > UNDO_WITHIN:
        raise NotNow(_("A list can be undone for 24 hours. Now each site has to be withdrawn by itself."))
    changed = changed_since(stored.errand)
    if changed and not but_changed:
        raise NotNow(_changed_words(len(changed)))
    gone = list(Commitment.objects.filter(errand=stored.errand).exclude(pk__in=changed).select_related("action"))
    _tell(gone, stored, by)
    stored.rows.filter(commitment__in=gone).update(commitment=None)
    events = Event.every.filter(commitment__in=changed).values_list("pk", flat=True)
    hosts = Host.objects.filter(commitment__in=changed).values_list("pk", flat=True)
    leave: dict[type, Collection[int]] = {Commitment: changed, Event: list(events), Host: list(hosts)}
    # Cities, places and organisations are left: others may have built on them, and they show nothing by themselves.
    take_back(stored.errand, by=by, only=(Commitment, Event, Host), leave=leave)
    _forget_names(stored, by)
    stored.stage, stored.undone_at = Stage.UNDONE, timezone.now()
    keep_list(stored, ("stage", "undone_at"), "undone", {"commitments": len(gone)}, by=by)
    return len(gone)


def _changed_words(many: int) -> str:
    return (
        ngettext(
            "%d site of this list was changed since it was committed. Take back all but this one.",
            "%d sites of this list were changed since they were committed. Take back all but these.",
            many,
        )
        % many
    )


def _tell(gone: list[Commitment], stored: SiteList, by: Actor) -> None:
    """Stop the letters that were not sent yet, and write to whoever has got one: his link is dead now."""
    abouts = [*(commitment.key for commitment in gone), stored.errand]
    about = Letter.objects.filter(about__in=abouts)
    told = {key.split(":")[1] for key in about.exclude(sent_at=None).values_list("key", flat=True)}
    for each in set(about.filter(state=Letter.State.OWED).values_list("about", flat=True)):
        stop_letters(each, by=by)
    by = on_errand(replace(by, errand=""))
    hosts = Host.objects.filter(uid__in=told, commitment__in=gone).values_list("commitment", flat=True)
    for commitment in Commitment.objects.select_related("action").filter(pk__in=set(hosts)):
        tell_hosts(commitment, "taken_back", letters.taken_back, by=by)


def _forget_names(stored: SiteList, by: Actor) -> None:
    """Forget the names of schools that were learned with the list; one that stood for another school does so again."""
    learned = Entry.objects.filter(errand=stored.errand, subject_kind=SchoolAlias._meta.label_lower).order_by("-pk")
    slug = stored.action.slug
    for entry in learned:
        alias = SchoolAlias.objects.select_related("school").filter(pk=entry.subject_id).first()
        if alias is None:
            continue
        former = School.objects.filter(pk__in=[(entry.before or {}).get("school_id") or 0]).first()
        if former is None:
            forget_alias(alias, action=slug, by=by)
        else:
            learn_alias(former, alias.text, state=alias.state, city_slug=alias.city_slug, action=slug, by=by)
