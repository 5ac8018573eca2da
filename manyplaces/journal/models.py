"""The journal's rows: what was done, by whom, through which door, and what stood there before."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One change of the world. Entries are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=80)
    door = models.CharField(max_length=20)
    errand = models.CharField(max_length=40, blank=True, db_index=True)
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    # The values that a change replaced, by field; null for what was added. Only rows of the public record come here.
    before = models.JSONField(null=True)

    class Meta:
        # Who takes something back must find what was done to it since.
        indexes = (models.Index(fields=["subject_kind", "subject_id"], name="entry_by_subject"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.verb} {self.subject_kind} {self.subject_id}"
