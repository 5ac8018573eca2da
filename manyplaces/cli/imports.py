"""The command `manyplaces import`: a table goes into the record, and what became of every row is told."""

from __future__ import annotations

import gc
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from manyplaces.cli.ready import make_ready, or_end
from manyplaces.exchange.columns import KINDS, Kind

if TYPE_CHECKING:
    from manyplaces.core.carried import Read
    from manyplaces.exchange.mapping import ColumnMapping
    from manyplaces.exchange.registry import SchoolReport
    from manyplaces.exchange.reports import Progress, Report, What

# The kinds of the record, all of them in one file, and the registry of schools with its own (exchange/registry.py).
SCHOOLS, RECORD = "schools", "record"
CHOICES = (*KINDS, RECORD, SCHOOLS)
LABELS = {"checking": "Checking ", "importing": "Importing"}


@click.command()
@click.argument("kind", type=click.Choice(CHOICES), metavar="|".join(CHOICES))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="A file that says how another table's columns become ours."
)
@click.option("--dry-run", is_flag=True, help="Do everything, tell what would happen, and keep nothing.")
def command(kind: Kind | str, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Read FILE, a table in CSV, into the record, or a list of schools into the registry; “record” reads all tables.

    Rows that are there already stay as they are or are brought into line, so a file can be imported again, also after
    an import was interrupted. A row that cannot be taken is told by line and column, and the rest goes on. Every
    import can be undone for 24 hours: manyplaces undo-import.

    \b
    Examples:
      manyplaces import events our_events.csv --dry-run
      manyplaces import events their_list.csv --mapping their_list.toml
      manyplaces import record record.zip
      manyplaces import schools ccd_sch_029_2425.csv.gz

    The columns of every kind and the form of a mapping file are in docs/exchange.md.

    Ends with 0 when every row was taken, with 1 when some were refused, with 2 when the file cannot be used.
    """
    make_ready()
    if kind == SCHOOLS:
        if mapping:
            raise click.UsageError("A list of schools needs no mapping; its columns are known by their names.")
        sys.exit(1 if tell_schools(or_end(lambda: run_schools(file, dry_run=dry_run))) else 0)
    if kind == RECORD:
        if mapping or dry_run:
            raise click.UsageError("A record goes in as it came out; try and map its tables one by one.")
        sys.exit(1 if or_end(lambda: run_whole(file)) else 0)
    report = or_end(lambda: run_import(cast("Kind", kind), file, mapping, dry_run=dry_run))
    tell_report(report)
    sys.exit(1 if report.counts["refused"] else 0)


def run_whole(file: Path) -> int:
    """Import every table of an exported record in its order, and tell of each; returns how many rows were refused."""
    from manyplaces.exchange.packed import pictures_in, unpacked

    refused = 0
    with unpacked(file, [f"{kind}.csv" for kind in KINDS]) as tables, pictures_in(file) as pictures:
        for table in tables:
            report = run_import(cast("Kind", table.stem), table, None, pictures=pictures)
            tell_report(report)
            refused += report.counts["refused"]
    return refused


def run_import(
    kind: Kind,
    file: Path,
    mapping: Path | None,
    *,
    dry_run: bool = False,
    is_sample: bool = False,
    pictures: Read | None = None,
) -> Report:
    """Import a file with a bar that shows how far it is; `pictures` gives the files of photos by name."""
    from manyplaces.core.actor import Actor
    from manyplaces.exchange.mapping import ColumnMapping, read_mapping
    from manyplaces.exchange.operations import import_file

    # Rows come and go and leave no cycles behind, so looking for cycles seldom saves a tenth of the time.
    gc.set_threshold(50_000, 20, 20)
    how: ColumnMapping = read_mapping(mapping, kind) if mapping else ColumnMapping()
    with Bars() as bars:
        by = Actor("command line", "command")
        return import_file(
            kind, file, how, dry_run=dry_run, by=by, tell=bars.show, is_sample=is_sample, pictures=pictures
        )


def run_schools(file: Path, *, dry_run: bool = False) -> SchoolReport:
    """Read a list of schools into the registry with a bar that shows how far it is."""
    from manyplaces.core.actor import Actor
    from manyplaces.exchange.registry import import_school_file

    gc.set_threshold(50_000, 20, 20)
    with Bars() as bars:
        return import_school_file(file, dry_run=dry_run, by=Actor("command line", "command"), tell=bars.show)


def tell_schools(report: SchoolReport) -> int:
    """Print what an import of schools did; returns how many rows were refused."""
    listed = report.listed
    click.echo(f"{'schools from' if listed.pk else 'dry run, nothing is kept: schools from'} {listed.file_name}")
    for word, many in (
        ("added", listed.added), ("changed", listed.changed), ("unchanged", listed.unchanged),
        ("closed", listed.closed), ("refused", listed.refused),
    ):  # fmt: skip
        click.echo(f"  {word:9} {many:>9,}")
    if report.unused:
        click.echo(f"Columns that were not read: {', '.join(report.unused)}")
    for line in report.refusals:
        where = f"line {line.line}" + (f", column {line.column}" if line.column else "")
        click.echo(f"{where}: {line.sentence}", err=True)
    click.echo(f"Report: {report.file}")
    return listed.refused


class Bars:
    """A bar for each stage of an import, on a terminal, once it has taken longer than a second."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._stage = ""
        self._bar: Any = None
        self._read = 0
        self._began = time.monotonic()

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *fault: object) -> None:
        self._stack.close()

    def show(self, progress: Progress) -> None:
        """Move the bar to where the import is."""
        if not sys.stderr.isatty() or time.monotonic() - self._began < 1:
            return
        if progress.stage != self._stage:
            self._stack.close()
            bar = click.progressbar(length=progress.size, label=LABELS[progress.stage], file=sys.stderr)
            self._bar, self._stage, self._read = self._stack.enter_context(bar), progress.stage, 0
        self._bar.update(progress.read - self._read)
        self._read = progress.read


def tell_report(report: Report) -> None:
    """Print what an import did, and the first rows it did not take."""
    number = f"import {report.number}: " if report.number else "dry run, nothing is kept: "
    click.echo(f"{number}{report.kind} from {report.file_name}")
    for key, outcome in report.called.items():
        click.echo(f"  action {key}: {outcome}")
    outcomes: tuple[What, ...] = ("created", "changed", "unchanged", "refused")
    for outcome in outcomes:
        click.echo(f"  {outcome:9} {report.counts[outcome]:>9,}")
    if report.unused:
        click.echo(f"Columns that were not read: {', '.join(report.unused)}")
    for line in report.refusals:
        where = f"line {line.line}" + (f", column {line.column}" if line.column else "")
        click.echo(f"{where}: {line.sentence}", err=True)
    if report.counts["refused"] > len({line.line for line in report.refusals}):
        click.echo("And more. The report has a line for every row.", err=True)
    click.echo(f"Report: {report.file}")
