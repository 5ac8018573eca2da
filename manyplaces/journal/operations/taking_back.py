"""Taking back what was done: every change of an errand, or nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry
from manyplaces.journal.operations.recording import Gathering, record
from manyplaces.journal.queries import last_of_others
from manyplaces.journal.rules import TAKEN_BACK

Only = Iterable[type[models.Model]] | Mapping[type[models.Model], Collection[int]]


@transaction.atomic
def take_back(errand: str, *, by: Actor, only: Only = ()) -> int:
    """Undo every change of an errand, newest first; returns how many. All of it or nothing.

    With `only`, what was done to rows of other kinds stays, such as a city that was added on the way; where it gives
    keys with the kinds, what was done to other rows of these kinds stays too.
    Raises NotNow where something was changed again since: what others built on must not be pulled away.
    """
    done = _done(errand, only)
    entries = list(done.select_for_update().order_by("-pk"))
    kinds = {entry.subject_kind for entry in entries}
    others = last_of_others(errand, {kind: done.filter(subject_kind=kind).values("subject_id") for kind in kinds})
    if any(others.get((entry.subject_kind, entry.subject_id), 0) > entry.pk for entry in entries):
        raise NotNow(_("Something of this import was changed again since, so it can no longer be undone."))
    with Gathering():
        for (kind, is_new), run in groupby(entries, lambda entry: (entry.subject_kind, entry.before is None)):
            (_delete if is_new else _restore)(apps.get_model(kind), list(run), by)
    return len(entries)


def _done(errand: str, only: Only) -> models.QuerySet[Entry]:
    wanted = Q()
    for kind in only:
        of_kind = Q(subject_kind=kind._meta.label_lower)
        wanted |= of_kind & Q(subject_id__in=only[kind]) if isinstance(only, Mapping) else of_kind
    return Entry.objects.filter(wanted, errand=errand)


def _found(kind: type[models.Model], entries: list[Entry]) -> dict[int, models.Model]:
    return kind._base_manager.in_bulk([entry.subject_id for entry in entries])


def _restore(kind: type[models.Model], entries: list[Entry], by: Actor) -> None:
    """Write back what stood in rows of a kind before."""
    found = _found(kind, entries)
    for entry in entries:
        subject = found.get(entry.subject_id)
        if subject is None:
            continue
        for name, value in (entry.before or {}).items():
            field: Any = kind._meta.get_field(name.removesuffix("_id") if not hasattr(kind, name) else name)
            if field.many_to_many:
                getattr(subject, name).set(value)
            else:
                setattr(subject, name, field.to_python(value))
        subject.save()
        record(by, f"{kind._meta.model_name}{TAKEN_BACK}", subject, before={"errand": entry.errand})


def _delete(kind: type[models.Model], entries: list[Entry], by: Actor) -> None:
    """Delete rows of a kind that were new."""
    found = _found(kind, entries)
    rests = NotNow(_("Something that was added later rests on this import; undo that first."))
    if _are_linked(kind, list(found)):
        raise rests
    subjects = [found[entry.subject_id] for entry in entries if entry.subject_id in found]
    for subject in subjects:
        record(by, f"{kind._meta.model_name}{TAKEN_BACK}", subject, before={"errand": entries[0].errand})
    try:
        _delete_together(kind, subjects)
    except models.ProtectedError as held:
        raise rests from held


def _delete_together(kind: type[models.Model], subjects: list[models.Model]) -> None:
    try:
        kind._base_manager.filter(pk__in=[subject.pk for subject in subjects]).delete()
    except models.ProtectedError:
        # They may rest on each other, as the copy of a story does on the story: newest first, then.
        for subject in subjects:
            subject.delete()


def _are_linked(kind: type[models.Model], keys: list[int]) -> bool:
    """Tell whether others link to rows by a many-to-many link, which deleting them would cut without a word."""
    links = [relation for relation in kind._meta.related_objects if isinstance(relation, models.ManyToManyRel)]
    return any(
        link.through._base_manager.filter(**{f"{link.field.m2m_reverse_field_name()}__in": keys}).exists()
        for link in links
        if link.through is not None
    )
