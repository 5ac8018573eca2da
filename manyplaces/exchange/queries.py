"""Imports that can still be undone, and those that brought the sample."""

from __future__ import annotations

from django.utils import timezone

from manyplaces.exchange.models import UNDO_WITHIN, Import


def undoable_imports() -> list[Import]:
    """Return the imports of the last 24 hours that did something and were not undone, newest first; one query."""
    recent = Import.objects.filter(undone_at=None, started__gte=timezone.now() - UNDO_WITHIN)
    return list(recent.exclude(created=0, changed=0).order_by("-number"))


def sample_imports() -> list[Import]:
    """Return the imports of the sample that is in the record now, in the order in which they came; one query."""
    return list(Import.objects.filter(is_sample=True, undone_at=None).order_by("number"))
