"""What the worker does for lists: matching, committing and undoing long ones, piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied

from manyplaces.core.actor import Actor
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations import (
    commit_rows,
    match_rows,
    stop_committing,
    stop_undoing,
    undo_rows,
)
from manyplaces.mail.tasks import Running, job
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person


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
    _to_its_end(commit_rows, stop_committing, payload, running)


@job("lists.undo")
def undo_in_pieces(payload: dict[str, Any], running: Running) -> None:
    """Undo a list to its end; what was taken back before an interruption is gone.

    Whoever has lost his role meanwhile stops it: a national coordinator can go on with the rest.
    """
    _to_its_end(undo_rows, stop_undoing, payload, running)


def _to_its_end(
    take: Callable[..., int], stop: Callable[..., object], payload: dict[str, Any], running: Running
) -> None:
    """Take the next piece of a list until there is none."""
    site_list = SiteList.objects.defer("upload_sealed").get(pk=payload["list"])
    by = _whose(site_list, payload, running)
    try:
        while take(site_list, by=by):
            site_list.refresh_from_db(fields=("done", "in_hand"))
            running.tell(min(site_list.done, site_list.in_hand), site_list.in_hand)
    except PermissionDenied:
        stop(site_list, by=running.by)


def _whose(site_list: SiteList, payload: dict[str, Any], running: Running) -> Actor:
    """Return whoever asked for it, with the rights he has now: the worker itself has more, and serves the machine."""
    number = payload.get("person") or site_list.person
    if not number:
        return running.by
    person = Person.objects.filter(pk=number).first()
    return actor_of(person, "list") if person else Actor(site_list.made_by, "list")
