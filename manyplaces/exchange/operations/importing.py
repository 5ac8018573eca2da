"""Importing a file, and undoing an import."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.carried import Read, beside
from manyplaces.core.refusals import NotNow, sentences
from manyplaces.core.tables import Unreadable, read_rows
from manyplaces.events.operations import resting_on, settle_points
from manyplaces.exchange.batches import Batch, Intake
from manyplaces.exchange.columns import Kind
from manyplaces.exchange.earlier import MOST_REFUSED, earlier_import, source_of
from manyplaces.exchange.lookups import Lookups
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.models import Import
from manyplaces.exchange.opening import Opened, open_table
from manyplaces.exchange.reports import Progress, Report, ReportFile
from manyplaces.journal.operations import take_back

Tell = Callable[[Progress], None]


def import_file(
    kind: Kind,
    path: Path,
    mapping: ColumnMapping,
    *,
    dry_run: bool,
    by: Actor,
    tell: Tell,
    is_sample: bool = False,
    pictures: Read | None = None,
) -> Report:
    """Import a table: what can be taken is taken, what cannot is reported by line and column.

    Committed batch by batch: what was told of is in the database, and a run that was interrupted is simply repeated,
    since rows that are there already count as unchanged. With `dry_run` everything is done and rolled back at the end.
    With `is_sample` what it adds can be taken away again at any time. `pictures` gives the files of photos by name;
    without it they are looked for in the folder “pictures” beside the table.
    Raises Unreadable before anything is done if the file is no table of this kind.
    """
    opened = open_table(kind, path, mapping, tell)
    if dry_run:
        with transaction.atomic():
            report = _run(kind, opened, mapping, None, pictures or beside(path), by=by, tell=tell)
            transaction.set_rollback(True)
        return report
    run = Import.objects.create(
        kind=kind, file_name=path.name[:255], source=source_of(kind, path, mapping), is_sample=is_sample
    )
    report = _run(kind, opened, mapping, run, pictures or beside(path), by=by, tell=tell)
    run.finished = timezone.now()
    run.save(update_fields=["finished"])
    return report


@transaction.atomic
def undo_import(number: int, *, by: Actor) -> int:
    """Undo what an import of the last 24 hours did, all of it or nothing; returns the number of changes taken back.

    Raises NotNow for an import that is unknown, undone or too old, or after which something of it was changed.
    """
    run = Import.objects.select_for_update().filter(pk=number).first()
    if run is None:
        raise NotNow(_("There is no import number %d.") % number)
    if run.undone_at is not None:
        raise NotNow(_("Import %d was undone already.") % number)
    if not run.may_be_undone(timezone.now()):
        raise NotNow(_("Import %d was more than 24 hours ago, so it can no longer be undone.") % number)
    by = dataclasses.replace(by, errand=f"undo-{number}")
    taken_back = take_back(run.errand, by=by)
    settle_points(resting_on(run.errand))
    run.undone_at = timezone.now()
    run.save(update_fields=["undone_at"])
    return taken_back


def report_path(run: Import | None) -> Path:
    """Return where the report of an import lies; that of a dry run is written over by the next one."""
    folder: Path = settings.ENVIRONMENT.data / "reports"
    return folder / (f"{run.errand}.csv" if run else "dry-run.csv")


def _run(
    kind: Kind, opened: Opened, mapping: ColumnMapping, run: Import | None, pictures: Read, *, by: Actor, tell: Tell
) -> Report:
    by = dataclasses.replace(by, errand=run.errand if run else "dry-run")
    report = Report(kind, opened.path.name, run is None, run.pk if run else None, unused=opened.unused)
    intake = Intake(kind, mapping, by, Lookups(by, pictures, keeps=run is not None))
    file = ReportFile(report_path(run))
    report.file = file.path
    try:
        report.called = intake.call_actions()
        intake.earlier = earlier_import(source_of(kind, opened.path, mapping), run)
        for batch in intake.batches(read_rows(opened.path), lambda batch: _count(run, report, intake, batch)):
            file.add(batch.lines)
            tell(Progress("importing", batch.offset, opened.size))
    except ValidationError as refusal:
        words = "; ".join(f"{field}: {sentence}" if field else sentence for field, sentence in sentences(refusal))
        raise Unreadable(_("An action of the mapping file is refused: %s") % words) from refusal
    finally:
        file.close()
    return report


def _count(run: Import | None, report: Report, intake: Intake, batch: Batch) -> None:
    """Count a batch, and keep with the import, in the same transaction, what it has settled."""
    report.add(batch.lines, batch.rows)
    if run is None:
        return
    run.created, run.changed = report.counts["created"], report.counts["changed"]
    run.unchanged, run.refused = report.counts["unchanged"], report.counts["refused"]
    run.rows_done, run.generation = intake.rows, intake.generation
    run.refused_rows += batch.refused
    if not intake.alone or len(run.refused_rows) > MOST_REFUSED:
        run.source, run.refused_rows = "", []
    run.save()
