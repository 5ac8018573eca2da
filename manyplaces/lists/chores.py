"""What the worker does for lists: matching and committing long ones, piece by piece."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations import commit_rows, forget_contacts, match_rows, stop_committing
from manyplaces.mail.tasks import Running, every, job
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person

CLOCK = Actor("clock", "clock")


@job("lists.match")
def match_in_pieces(payload: dict[str, Any], running: Running) -> None:
    """Look a list up to its end; what was looked up before an interruption stays."""
    site_list = SiteList.objects.defer("upload_sealed").get(pk=payload["list"])
    by = _whose(site_list, payload, running)
    while match_rows(site_list, by=by):
        running.tell(site_list.done, site_list.in_hand)


@job("lists.commit")
def commit_in_pieces(payload: dict[str, Any], running: Running) -> None:
    """Commit a list to its end; what was committed before an interruption stays.

    Whoever has lost his role meanwhile stops it: a national coordinator can go on with the rest.
    """
    site_list = SiteList.objects.defer("upload_sealed").get(pk=payload["list"])
    by = _whose(site_list, payload, running)
    done = 0
    try:
        while piece := commit_rows(site_list, by=by):
            done += piece
            running.tell(min(done, site_list.in_hand), site_list.in_hand)
    except PermissionDenied:
        stop_committing(site_list, by=running.by)


@every("lists.forget_contacts", minutes=24 * 60)
def forget_old_contacts() -> None:
    """Erase what old lists still hold of people."""
    forget_contacts(timezone.now(), by=CLOCK)


def _whose(site_list: SiteList, payload: dict[str, Any], running: Running) -> Actor:
    """Return whoever asked for it, with the rights he has now: the worker itself has more."""
    person = Person.objects.filter(pk=payload.get("person") or site_list.person).first()
    return actor_of(person, "list") if person else running.by
