"""Another installation, with nothing in it: what the tests begin with that carry a record from one to the other."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from django.core.management import call_command

from manyplaces.cli.main import main


def begin(settings: Any, folder: Path) -> None:
    """Have a data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = folder / "media", folder / "keys" / "safes"
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=folder)


def begin_elsewhere(settings: Any, folder: Path) -> None:
    """Have an empty database and another data folder."""
    call_command("flush", interactive=False, verbosity=0)
    begin(settings, folder)


def run(*words: str | Path) -> Result:
    """Type a command."""
    return CliRunner().invoke(main, [str(word) for word in words])


def outcomes(done: Result) -> Counter[str]:
    """How many rows were created, changed, unchanged and refused, over all tables of an import."""
    found: Counter[str] = Counter()
    for word, many in re.findall(r"^  (created|changed|unchanged|refused) +([\d,]+)$", done.stdout, re.MULTILINE):
        found[word] += int(many.replace(",", ""))
    return found


def told(done: Result) -> tuple[int, str]:
    """How a command ended, and what it complained about."""
    return done.exit_code, done.stderr
