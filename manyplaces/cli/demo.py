"""The command `manyplaces demo`: the sample record goes in through the same import as any other file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from manyplaces.cli.imports import run_import, tell_report
from manyplaces.cli.ready import make_ready, or_end
from manyplaces.exchange.columns import KINDS

SAMPLE = Path(__file__).resolve().parent.parent / "sample" / "aros"


@click.command()
def command() -> None:
    """Fill the record with the sample: real actions with their claims, events and media hits.

    What it is and where it is from stands beside it, in the file sample/README.md of the package.

    It can be run again: what is there already stays as it is. The desk takes it away again in one step.

    \b
    Example:
      manyplaces demo
    """
    make_ready()
    refused = 0
    # In this order each row finds what it refers to.
    for kind in (kind for kind in KINDS if (SAMPLE / f"{kind}.csv").exists()):
        report = or_end(lambda kind=kind: run_import(kind, SAMPLE / f"{kind}.csv", None, is_sample=True))  # type: ignore[misc]
        refused += report.counts["refused"]
        counts = ", ".join(f"{report.counts[name]} {name}" for name in ("created", "changed", "unchanged"))
        click.echo(f"{kind:8} {counts}")
        if report.counts["refused"]:
            tell_report(report)
    sys.exit(1 if refused else 0)
