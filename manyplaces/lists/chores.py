"""What the worker does for lists: matching and committing long ones, piece by piece."""

from __future__ import annotations

from typing import Any

from manyplaces.core.actor import Actor
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations import commit_rows, match_rows
from manyplaces.mail.tasks import Running, job
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person


@job("lists.match")
def match_in_pieces(payload: dict[str, Any], running: Running) -> None:
    """Match a list to its end; what was matched before an interruption stays."""
    site_list = SiteList.objects.get(pk=payload["list"])
    by = _whose(site_list, running)
    while match_rows(site_list, by=by):
        running.tell(site_list.done, site_list.row_count)


@job("lists.commit")
def commit_in_pieces(payload: dict[str, Any], running: Running) -> None:
    """Commit a list to its end; what was committed before an interruption stays."""
    site_list = SiteList.objects.get(pk=payload["list"])
    by = _whose(site_list, running)
    done = 0
    while piece := commit_rows(site_list, by=by):
        done += piece
        running.tell(min(done, site_list.row_count), site_list.row_count)


def _whose(site_list: SiteList, running: Running) -> Actor:
    """Return whoever brought the list, with the rights he has now: the worker itself has more."""
    person = Person.objects.filter(pk=site_list.person).first()
    return actor_of(person, "list") if person else running.by
