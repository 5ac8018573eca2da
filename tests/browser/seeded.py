"""A served site in which every part of an address is, for the tests that look at all pages of the desk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.browser.conftest import ROOT, Site


@dataclass(frozen=True)
class Seeded:
    """The site, the words of `tests/rights` in its addresses, and the cookie of a national coordinator."""

    site: Site
    words: dict[str, str]
    cookie: Any


def seed(site: Site) -> Seeded:
    """Fill the record of a site that has just begun."""
    given = {"MANYPLACES_DATA": str(site.data), "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.browser.seeding"]
    done = subprocess.run(
        command, env={**kept, **given, "PYTHONPATH": str(ROOT)}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    name, value = said["cookie"]
    return Seeded(site, said["words"], {"name": name, "value": value, "url": site.url})
