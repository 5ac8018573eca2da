"""Taking back what was done: every change of an errand, or nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry
from manyplaces.journal.operations.recording import record

TAKEN_BACK = ".taken-back"


@transaction.atomic
def take_back(
    errand: str,
    *,
    by: Actor,
    only: Iterable[type[models.Model]] = (),
    leave: Mapping[type[models.Model], Collection[int]] | None = None,
) -> int:
    """Undo every change of an errand, newest first; returns how many. All of it or nothing.

    With `only`, what was done to rows of other kinds stays, such as a city that was added on the way; with `leave`,
    what was done to these rows, by kind.
    Raises NotNow where something was changed again since: what others built on must not be pulled away.
    """
    done = Entry.objects.select_for_update().filter(errand=errand)
    if kinds := [kind._meta.label_lower for kind in only]:
        done = done.filter(subject_kind__in=kinds)
    for kind, keys in (leave or {}).items():
        done = done.exclude(subject_kind=kind._meta.label_lower, subject_id__in=keys)
    entries = list(done.order_by("-pk"))
    undone = set(Entry.objects.filter(verb__endswith=TAKEN_BACK).values_list("before__errand", flat=True).distinct())
    for entry in entries:
        later = Entry.objects.filter(subject_kind=entry.subject_kind, subject_id=entry.subject_id, pk__gt=entry.pk)
        # A later change that was itself taken back has left things as they were.
        if later.exclude(verb__endswith=TAKEN_BACK).exclude(errand__in=undone | {errand}).exists():
            raise NotNow(_("Something of this import was changed again since, so it can no longer be undone."))
        _restore(entry, by)
    return len(entries)


def _restore(entry: Entry, by: Actor) -> None:
    subject = apps.get_model(entry.subject_kind)._base_manager.filter(pk=entry.subject_id).first()
    if subject is None:
        return
    if entry.before is None:
        record(by, f"{subject._meta.model_name}{TAKEN_BACK}", subject, before={"errand": entry.errand})
        rests = NotNow(_("Something that was added later rests on this import; undo that first."))
        if _is_linked(subject):
            raise rests
        try:
            subject.delete()
        except models.ProtectedError as held:
            raise rests from held
        return
    for name, value in entry.before.items():
        field = subject._meta.get_field(name.removesuffix("_id") if not hasattr(type(subject), name) else name)
        if field.many_to_many:
            getattr(subject, name).set(value)
        else:
            setattr(subject, name, field.to_python(value))
    subject.save()
    record(by, f"{subject._meta.model_name}{TAKEN_BACK}", subject, before={"errand": entry.errand})


def _is_linked(subject: models.Model) -> bool:
    """Tell whether others link to the subject by a many-to-many link, which deleting it would cut without a word."""
    links = [relation for relation in subject._meta.related_objects if relation.many_to_many]
    return any(getattr(subject, str(relation.get_accessor_name())).exists() for relation in links)
