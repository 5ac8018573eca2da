"""Taking the sample record away: everything that its imports added, and nothing of the coalition's own."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.exchange.models import Import
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import TAKEN_BACK, Gathering, record
from manyplaces.lists.models import ListRow
from manyplaces.people.models import Organisation, OrganisationName
from manyplaces.people.rules import Role, require
from manyplaces.places.models import City, Place, PlaceName
from manyplaces.record.models import Claim, LinkWatch, MediaHit, RecordNote

Kind = type[models.Model]
Keys = dict[Kind, set[int]]

# What the sample says happened, and beneath it what others may use too. Each kind comes after those that lead to it.
STORY: tuple[Kind, ...] = (Claim, MediaHit, RecordNote, Event, Demand, Part, Action)
GROUND: tuple[Kind, ...] = (PlaceName, Place, City, OrganisationName, Organisation)
# A spelling goes only with what it is a spelling of.
OF: dict[Kind, str] = {PlaceName: "place", OrganisationName: "organisation"}
# What only remembers the sample, and is as good without it: a list's mark that a school took part before.
REMEMBERING: dict[Kind, str] = {ListRow: "returning_from", LinkWatch: "hit"}


@dataclasses.dataclass(frozen=True)
class Removed:
    """How many rows went, and how many cities, places and organisations stayed because others use them."""

    gone: int
    stayed: int


@transaction.atomic
def remove_sample(*, by: Actor) -> Removed:
    """Take away what the imports of the sample added, all of it or nothing; for national coordinators.

    What was changed in it since goes along. Cities, places and organisations stay where other rows rest on them,
    or where they were changed since. Raises NotNow where there is no sample, or where something of the
    coalition's own rests on an action or event of it.
    """
    require(by, Role.NATIONAL)
    runs = list(Import.objects.select_for_update().filter(is_sample=True, undone_at=None).order_by("number"))
    if not runs:
        raise NotNow(_("There is no sample in the record."))
    added = _added(runs)
    _require_nothing_rests(added)
    by = dataclasses.replace(by, errand=f"sample-{runs[-1].number}")
    with Gathering():
        gone = sum(_take_away(kind, added[kind], by) for kind in STORY)
        for kind in GROUND:
            added[kind] -= _used(kind, added[kind]) | _changed(kind, added[kind], runs)
            gone += _take_away(kind, added[kind], by)
    for run in runs:
        run.undone_at, run.source = timezone.now(), ""
        run.full_clean(exclude=["finished", "refused_rows"])
        run.save()
    return Removed(gone, sum(kind._base_manager.filter(pk__in=keys).count() for kind, keys in _added(runs).items()))


def _added(runs: Iterable[Import]) -> Keys:
    """Return the keys of what the imports added, by kind; what is gone by now does no harm."""
    found: Keys = defaultdict(set)
    entries = Entry.objects.filter(errand__in=[run.errand for run in runs], before__isnull=True)
    for label, key in entries.values_list("subject_kind", "subject_id"):
        found[apps.get_model(label)].add(key)
    return found


def _require_nothing_rests(added: Keys) -> None:
    """Raise NotNow where a row that is not of the sample leads to its story."""
    for kind in STORY:
        for source, field in _leading_to(kind):
            if REMEMBERING.get(source) == field:
                continue
            own = source._base_manager.filter(**{f"{field}__in": added[kind]}).exclude(pk__in=added[source])
            if row := own.first():
                raise NotNow(
                    _("Something of your own rests on the sample: %(what)s “%(row)s”. Take that away first.")
                    % {"what": source._meta.verbose_name, "row": row}
                )


def _used(kind: Kind, keys: set[int]) -> set[int]:
    """Return those of the keys that any row leads to; what leads there from the sample is gone already."""
    found: set[int] = set()
    for source, field in _leading_to(kind):
        found |= set(source._base_manager.filter(**{f"{field}__in": keys}).values_list(field, flat=True))
    return found


def _changed(kind: Kind, keys: set[int], runs: Iterable[Import]) -> set[int]:
    """Return those of the keys that were changed by anybody else since, and spellings of such."""
    if kind in OF:
        owner = kind._meta.get_field(OF[kind]).related_model
        owners = dict(kind._base_manager.filter(pk__in=keys).values_list("pk", OF[kind]))
        kept = _changed(owner, set(owners.values()), runs)  # type: ignore[arg-type]
        return {key for key, of in owners.items() if of in kept}
    later = Entry.objects.filter(subject_kind=kind._meta.label_lower, subject_id__in=keys)
    later = later.exclude(errand__in=[run.errand for run in runs])
    return set(later.values_list("subject_id", flat=True))


def _leading_to(kind: Kind) -> Iterator[tuple[Kind, str]]:
    """Yield every kind of row that leads to this one, and its field that does."""
    for relation in kind._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.is_relation:
            source = relation.related_model
            if isinstance(source, type) and not source._meta.auto_created:
                yield source, relation.field.name  # type: ignore[union-attr]


def _take_away(kind: Kind, keys: set[int], by: Actor) -> int:
    """Delete the rows of these keys, with an entry for each; returns how many there were."""
    rows = kind._base_manager.filter(pk__in=keys)
    found = list(rows.order_by("pk"))
    for row in found:
        record(by, f"{kind._meta.model_name}{TAKEN_BACK}", row, before={"errand": by.errand})
    if kind is MediaHit:
        rows.exclude(copy_of=None).delete()
    rows.delete()
    return len(found)
