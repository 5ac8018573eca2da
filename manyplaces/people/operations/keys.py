"""Sealing every contact anew under the newest key, whichever room it lies in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from manyplaces.core.actor import Actor
from manyplaces.core.sealing import Unopenable, key_number, lookup, ring, seal, unseal
from manyplaces.journal.operations import record
from manyplaces.people.models import Coalition
from manyplaces.people.models.coalition import ONLY_ROW
from manyplaces.people.rules import require

BATCH = 200
# What is found by an address: the name of the column with its hash, and of the sealed column it is made from.
HASHES = {"email_hash": "email_sealed", "to_hash": "to_sealed"}

Told = Callable[[int], None]


@dataclass(frozen=True)
class Vault:
    """A table with sealed columns."""

    model: type[models.Model]
    sealed: tuple[str, ...]

    def bound_to(self, column: str) -> str:
        """Return what a text of this column is bound to when it is sealed, such as people.person.email."""
        return f"{self.model._meta.label_lower}.{column.removesuffix('_sealed')}"

    def rows(self) -> models.QuerySet[Any]:
        """Return every row in which something is sealed under the keys of all contacts, and not in a safe."""
        filled = models.Q()
        for column in self.sealed:
            filled |= ~models.Q(**{column: b""})
        found = self.model._base_manager.filter(filled).order_by("pk")
        return found.filter(safe="") if "safe" in _columns(self.model) else found


def vaults() -> list[Vault]:
    """Return every table with sealed columns: those whose name ends in _sealed."""
    found = []
    for model in apps.get_models():
        sealed = tuple(name for name in _columns(model) if name.endswith("_sealed"))
        if sealed:
            found.append(Vault(model, sealed))
    return found


def seal_anew(*, by: Actor, told: Told = lambda done: None) -> int:
    """Seal and hash under the newest key whatever is under an older one; returns how many rows that were.

    In short transactions, so that the site goes on; what was done stays done when it is interrupted. `told` is called
    with how many rows are done. A hash whose address is not kept is made anew where somebody's address is behind it.
    """
    require(by)
    done = 0
    for vault in vaults():
        for batch in _old_rows(vault):
            with transaction.atomic():
                done += _seal_batch(vault, batch)
            told(done)
    if done:
        with transaction.atomic():
            coalition, _ = Coalition.objects.get_or_create(pk=ONLY_ROW)
            record(by, "contacts.sealed-anew", coalition, before={"rows": done}, unseen=True)
    return done


def _old_rows(vault: Vault) -> Iterator[list[Any]]:
    """Yield the keys of rows, some hundreds at a time, in which something is under an older key."""
    newest, after = ring().newest, 0
    while batch := list(vault.rows().filter(pk__gt=after).values_list("pk", *vault.sealed)[: BATCH * 5]):
        after = batch[-1][0]
        old = [row[0] for row in batch if any(key_number(sealed) not in (0, newest) for sealed in row[1:])]
        for start in range(0, len(old), BATCH):
            yield old[start : start + BATCH]


def _seal_batch(vault: Vault, keys: list[Any]) -> int:
    renamed: dict[str, str] = {}
    sealed = 0
    for row in vault.rows().select_for_update().filter(pk__in=keys):
        try:
            changed = _sealed_anew(vault, row)
        except Unopenable:
            # Nothing can be read of it and nothing is lost of it; the others go on.
            continue
        for name in HASHES.keys() & changed.keys():
            renamed[getattr(row, name)] = changed[name]
        sealed += vault.model._base_manager.filter(pk=row.pk).update(**changed)
    _rename(renamed)
    return sealed


def _sealed_anew(vault: Vault, row: Any) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for column in vault.sealed:
        text = unseal(getattr(row, column), vault.bound_to(column), row.uid)
        changed[column] = seal(text, vault.bound_to(column), row.uid)
        for name, source in HASHES.items():
            if source == column and name in _columns(vault.model) and getattr(row, name):
                changed[name] = lookup(text, "email")
    return changed


def _rename(renamed: dict[str, str]) -> None:
    """Bring the hashes of the same addresses that other tables hold alone into line."""
    for model, column in _hash_columns():
        rows = model._base_manager.filter(**{f"{column}__in": list(renamed)})
        for key, old in list(rows.values_list("pk", column)):
            # Where the new hash is there already, the old row says nothing that it does not say.
            with suppress(IntegrityError), transaction.atomic():
                model._base_manager.filter(pk=key).update(**{column: renamed[old]})


def _hash_columns() -> list[tuple[type[models.Model], str]]:
    return [(model, name) for model in apps.get_models() for name in HASHES if name in _columns(model)]


def _columns(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]
