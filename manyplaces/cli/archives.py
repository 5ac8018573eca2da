"""What `manyplaces export archive` and `manyplaces check archive` do: write an archive, and look one through."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import click

from manyplaces.cli.ready import or_end

LABELS = {"finding": "Finding pages", "writing": "Writing files", "checking": "Checking files", "rows": "Rows"}
SHOWN = 20


def write_archive(file: Path, slug: str) -> None:
    """Write an archive with a bar that shows how far it is, and say what was made."""
    from manyplaces.exchange.archive.making import make_archive

    began = time.monotonic()
    with ending_cleanly(), Bar() as bar:
        made = or_end(lambda: make_archive(file, slug=slug, tell=bar.show))
    click.echo(f"{made.files:,} files, {made.size / 1e6:,.1f} MB, in {time.monotonic() - began:,.0f} s: {made.file}")
    for address in made.lost[:SHOWN]:
        click.echo(f"Pages lead to {address}, which is not there; in the archive its links are plain words.", err=True)
    if len(made.lost) > SHOWN:
        click.echo(f"... and to {len(made.lost) - SHOWN} more that are not there.", err=True)


def archive_faults(file: Path) -> list[str]:
    """Look an archive through, print what it holds, and return what is wrong; ends where it is none."""
    from manyplaces.exchange.archive.checking import NoArchive, check_archive
    from manyplaces.exchange.archive.making import Progress

    try:
        with Bar() as bar:
            found = check_archive(file, lambda done, total: bar.show(Progress("checking", done, total)))
    except NoArchive as fault:
        click.echo(str(fault), err=True)
        sys.exit(2)
    click.echo("Archive")
    for words, many in (
        ("files as they were written", found.files), ("pages", found.pages), ("links within it", found.links),
        ("links that lead away", found.away), ("faults", len(found.faults)),
    ):  # fmt: skip
        click.echo(f"  {words:28} {many:>11,}")
    click.echo(f"Signed with {found.key}. Compare it with the key on the page about the record of the site.")
    return found.faults


@contextmanager
def ending_cleanly() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does: what is half-made is taken away, and an older file stays."""

    def end(*_: object) -> None:
        raise SystemExit(143)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Shown(Protocol):
    """How far something is: so much done in a stage, of how much."""

    @property
    def stage(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...


class Bar:
    """A bar for each stage, on a terminal."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *fault: object) -> None:
        self._end()

    def show(self, progress: Shown) -> None:
        """Move the bar to where it is; how long it is becomes known while pages are found."""
        if not sys.stderr.isatty():
            return
        if progress.stage != self._stage:
            self._end()
            self._bar = click.progressbar(length=progress.total, label=LABELS[progress.stage], file=sys.stderr)
            self._bar.__enter__()
            self._stage = progress.stage
        self._bar.length = progress.total
        self._bar.update(progress.done - self._bar.pos)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
