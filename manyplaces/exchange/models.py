"""The imports that were run: what they brought, and which were undone; and archives that wait to be fetched."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone

from manyplaces.core.tokens import new_key

UNDO_WITHIN = datetime.timedelta(hours=24)


class Import(models.Model):
    """One run of an import; its changes stand in the journal under its errand."""

    number = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=255)
    started = models.DateTimeField(default=timezone.now)
    # Null where the run was interrupted; what it reported until then is in the record all the same.
    finished = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    # What the sample added may be taken away in one step, however old it is.
    is_sample = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    # Which file it read (empty: not to be relied on), how many of its rows are settled, which of them (from 0) were
    # refused, and the number of the record when that was so. The same file can then be passed over quickly.
    source = models.CharField(max_length=64, blank=True, db_index=True)
    rows_done = models.PositiveIntegerField(default=0)
    refused_rows = models.JSONField(default=list)
    generation = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"import {self.number}: {self.kind} from {self.file_name}"

    @property
    def errand(self) -> str:
        """Under which name the journal keeps the changes of this run."""
        return f"import-{self.number}"

    def may_be_undone(self, now: datetime.datetime) -> bool:
        """Tell whether it is young enough to be undone, and was not undone yet."""
        return self.undone_at is None and now - self.started <= UNDO_WITHIN


class ArchiveFile(models.Model):
    """An archive that somebody asked for at the desk, of everything or of one action; its file lies in the data folder.

    The row goes with the file: when its time is over, or when something of it was taken off the pages.
    """

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    # The short name of the action; empty for the whole record.
    slug = models.CharField(max_length=60, blank=True)
    person_name = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    # Empty while it is being made; `refusal` says why it could not be.
    ready_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    # The number of the record, and the newest entry of the journal, that it knows of.
    generation = models.PositiveBigIntegerField(default=0)
    entry = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"archive {self.uid} of {self.slug or 'everything'}"
