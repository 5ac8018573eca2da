"""The journal's rows: what was done, by whom, through which door, and what stood there before."""

from __future__ import annotations

from datetime import UTC
from typing import Any, NoReturn

from django.db import models


class Entries(models.QuerySet["Entry"]):
    """Entries, of which none is ever changed or deleted; the database refuses a change too."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("Entries of the journal are only ever added.")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise TypeError("Entries of the journal are only ever added.")


class Entry(models.Model):
    """One change of the world. Entries are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    # The name at that time, and the key of the account; null where somebody or something without one acted.
    actor = models.CharField(max_length=80)
    person = models.BigIntegerField(null=True)
    door = models.CharField(max_length=20)
    errand = models.CharField(max_length=40, blank=True, db_index=True)
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    # The values that a change replaced, by field; null for what was added. Only rows of the public record come here.
    before = models.JSONField(null=True)

    objects = Entries.as_manager()

    class Meta:
        indexes = (
            # Who takes something back must find what was done to it since.
            models.Index(fields=["subject_kind", "subject_id"], name="entry_by_subject"),
            # Everybody can see what he did.
            models.Index(fields=["person"], name="entry_by_account"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.verb} {self.subject_kind} {self.subject_id}"

    def content(self) -> dict[str, Any]:
        """Return everything in the entry as JSON values, as it goes into the chain.

        The account is there only where one acted, so that what was chained before accounts were noted stays sound.
        """
        account = {} if self.person is None else {"person": self.person}
        return {
            **account,
            "id": self.pk,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor,
            "door": self.door,
            "errand": self.errand,
            "verb": self.verb,
            "subject_kind": self.subject_kind,
            "subject_id": self.subject_id,
            "before": self.before,
        }


class Link(models.Model):
    """The place of one entry in the chain, and what binds it to all entries before; see rules.link_of."""

    place = models.PositiveBigIntegerField(primary_key=True)
    # The number of the entry and no relation: when an entry is gone, its link has to stay and tell.
    entry = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.place}: {self.digest}"
