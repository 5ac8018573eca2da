"""Writing the journal: every operation records what it did, in its own transaction, so that it can be taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from manyplaces.core.actor import Actor
from manyplaces.core.generation import raise_generation
from manyplaces.core.words import clean_line, clean_text
from manyplaces.journal.models import Entry
from manyplaces.journal.operations.frozen import Known, require_unfrozen

Row = TypeVar("Row", bound=models.Model)
Links = Mapping[str, Iterable[models.Model]]
Outcome = Literal["added", "changed", "unchanged"]

_gathering: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


@dataclass(frozen=True)
class Kept(Generic[Row]):
    """What became of a row that was handed in: the row as stored, and whether it was added, changed or unchanged."""

    row: Row
    outcome: Outcome


def record(
    by: Actor, verb: str, subject: models.Model, *, before: dict[str, Any] | None = None, unseen: bool = False
) -> None:
    """Write one entry about `subject` and raise the number of the record, so that stored pages are made afresh.

    `before` holds the replaced values by field name (JSON values), None where the subject is new; never a contact or
    the text of a letter. `unseen` says that no public page shows the subject, so that stored pages stay as they are.
    Call it inside the operation's transaction, after the subject was saved. Raises NotNow where the record to which the
    subject belongs is closed (see `frozen`); the transaction of the operation takes its change back.
    """
    gathering = _gathering.get()
    require_unfrozen(verb, subject, gathering.frozen if gathering is not None else None)
    entry = Entry(
        actor=by.name,
        person=by.person or None,
        door=by.door,
        errand=by.errand,
        verb=verb,
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        before=before,
    )
    if gathering is not None:
        gathering.take(entry, unseen)
        return
    entry.save()
    if not unseen:
        raise_generation()


class Gathering:
    """Keeps what is recorded inside the `with` and writes it at the end in one go, raising the number once.

    For a door that does many things in one transaction, inside which it must be used. What is recorded in a savepoint
    that is rolled back has to go too: take `mark()` before it and `drop(mark)` after.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._seen = False
        self.frozen: Known = {}

    def __enter__(self) -> Gathering:
        self._token = _gathering.set(self)
        return self

    def take(self, entry: Entry, unseen: bool) -> None:
        """Keep an entry for the end."""
        self._entries.append(entry)
        self._seen = self._seen or not unseen

    def __exit__(self, fault: object, *further: object) -> None:
        _gathering.reset(self._token)
        if fault is None and self._entries:
            Entry.objects.bulk_create(self._entries, batch_size=500)
            if self._seen:
                raise_generation()

    def mark(self) -> int:
        """Return a sign for how much was recorded until now."""
        return len(self._entries)

    def drop(self, mark: int) -> None:
        """Forget what was recorded since the mark."""
        del self._entries[mark:]


@transaction.atomic(savepoint=False)
def keep(
    row: Row, stored: Row | None, *, fields: Iterable[str], by: Actor, links: Links | None = None, unseen: bool = False
) -> Kept[Row]:
    """Save `row` as new, or bring `stored` into line with it in `fields` and many-to-many `links`; validate and record.

    Raises ValidationError by field; nothing is written then. A row that is already so is left alone. `unseen` as in
    `record`.
    """
    noun = row._meta.model_name
    clean_texts(row)
    known = [field.name for field in row._meta.concrete_fields if field.is_relation]
    links = links or {}
    if stored is None:
        # Relations were looked up by the caller and uniqueness by its key; the database holds both as constraints too.
        row.full_clean(exclude=known, validate_unique=False, validate_constraints=False)
        row.save(force_insert=True)
        for name, others in links.items():
            _link(row, name, (), others)
        record(by, f"{noun}.added", row, unseen=unseen)
        return Kept(row, "added")
    row.full_clean(exclude=known, validate_unique=False, validate_constraints=False)
    before = _differences(row, stored, fields)
    relinked = _relinked(stored, links)
    if not before and not relinked:
        return Kept(stored, "unchanged")
    for field in before:
        setattr(stored, field, getattr(row, field))
    stored.full_clean(exclude=known, validate_unique=False, validate_constraints=False)
    stored.save()
    for name, old in relinked.items():
        _link(stored, name, old, links[name])
    record(by, f"{noun}.changed", stored, before={**before, **relinked}, unseen=unseen)
    return Kept(stored, "changed")


def clean_texts(row: models.Model) -> None:
    """Bring every text of the row into its clean form, whatever door it came in by; raises ValidationError for no text.

    `keep` does it for every row. An operation that looks for the stored row by a text does it first, so that it looks
    for the text as it was kept.
    """
    wrong = {}
    for field in row._meta.concrete_fields:
        text = getattr(row, field.attname)
        if not isinstance(text, str) or not isinstance(field, models.CharField | models.TextField):
            continue
        try:
            lines = isinstance(field, models.TextField)
            setattr(row, field.attname, clean_text(text) if lines else clean_line(text, field.max_length or 200))
        except ValidationError as refusal:
            wrong[field.name] = refusal.messages
    if wrong:
        raise ValidationError(wrong)


def _differences(row: models.Model, stored: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """Return the stored values, by attribute name, in which the two rows differ; as they go into JSON."""
    found = {}
    for name in fields:
        attribute = getattr(row._meta.get_field(name), "attname", name)
        if getattr(row, attribute) != getattr(stored, attribute):
            found[attribute] = json.loads(json.dumps(getattr(stored, attribute), cls=DjangoJSONEncoder))
    return found


def _link(row: models.Model, name: str, old: Iterable[int], others: Iterable[models.Model]) -> None:
    """Bring a many-to-many link from the old keys to the others, without asking the database what it has."""
    wanted, manager = {other.pk for other in others}, getattr(row, name)
    if new := wanted - set(old):
        manager.add(*sorted(new))
    if gone := set(old) - wanted:
        manager.remove(*sorted(gone))


def _relinked(stored: models.Model, links: Links) -> dict[str, list[int]]:
    found = {}
    for name, others in links.items():
        old = sorted(getattr(stored, name).values_list("pk", flat=True))
        if old != sorted({other.pk for other in others}):
            found[name] = old
    return found
