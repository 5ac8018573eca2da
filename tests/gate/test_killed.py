"""The site is killed while people come, who send again what got no answer: none that was told yes is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.browser.conftest import own_database


def test_nobody_who_was_told_yes_is_lost_when_everything_is_killed(root: Path) -> None:
    with own_database("killed") as database:
        done = subprocess.run(
            [sys.executable, str(root / "bench" / "rsvp"), "--only", "kill", "--kills", "2"],
            env={**os.environ, "DATABASE_URL": database},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, doubled 0, counters beside the rows 0" in done.stdout
