"""Whether the record that a row belongs to is closed: nothing is recorded about it then but what may still be done.

Every change of the record is recorded, whichever operation makes it and through whichever door, and what is recorded is
written in the transaction of the change. So this is the one place that every change has to pass.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from django.db import models

from manyplaces.core.models import Freezable, frozen_sentence
from manyplaces.core.refusals import NotNow
from manyplaces.journal.rules import may_follow

Known = dict[tuple[type[models.Model], int], bool]
# A row hangs on what it refers to and cannot be without; what it merely points at may go on changing.
HANGS_ON = (models.CASCADE, models.PROTECT)


def require_unfrozen(verb: str, row: models.Model, known: Known | None = None) -> None:
    """Raise NotNow where the row belongs to a closed record and the verb is none that may follow; one query at most.

    `known` keeps what was found for as long as one transaction takes.
    """
    if may_follow(verb):
        return
    begins = _begin(row)
    if begins is None:
        return
    model, key, lookup = begins
    found = None if known is None else known.get((model, key))
    if found is None:
        found = model._base_manager.filter(pk=key, **{f"{lookup}frozen_at__isnull": False}).exists()
        if known is not None:
            known[model, key] = found
    if found:
        raise NotNow(frozen_sentence())


def _begin(row: models.Model) -> tuple[type[models.Model], int, str] | None:
    """Return the row (its model and key) from which the whole is found by a lookup; None where there is none."""
    model = type(row)
    way = way_up(model)
    if way is None:
        return None
    if not way:
        return (model, row.pk, "") if row.pk else None
    first, *rest = way
    key = getattr(row, f"{first}_id")
    related = cast("type[models.Model]", model._meta.get_field(first).related_model)
    return (related, key, "".join(f"{name}__" for name in rest)) if key else None


@lru_cache(maxsize=256)
def way_up(model: type[models.Model]) -> tuple[str, ...] | None:
    """Return the relations that lead from a row of this model to the whole on which it hangs, the shortest way.

    Empty for the whole itself, None where there is none.
    """
    ways: list[tuple[type[models.Model], tuple[str, ...]]] = [(model, ())]
    seen = {model}
    for reached, way in ways:
        if issubclass(reached, Freezable):
            return way
        for field in reached._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.remote_field.on_delete not in HANGS_ON:
                continue
            further = field.related_model
            if further not in seen:
                seen.add(further)
                ways.append((further, (*way, field.name)))
    return None
