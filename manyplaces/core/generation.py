"""The number of the record: raised with every change, read by whoever keeps a copy of a page."""

from __future__ import annotations

from django.db.models import F

from manyplaces.core.models import Generation


def raise_generation() -> None:
    """Raise the number inside the caller's transaction, so that it becomes visible together with the change."""
    if not Generation.objects.filter(pk=1).update(number=F("number") + 1):
        Generation.objects.get_or_create(pk=1, defaults={"number": 1})


def current_generation() -> int:
    """Return the number of the record; one query."""
    return Generation.objects.filter(pk=1).values_list("number", flat=True).first() or 0
