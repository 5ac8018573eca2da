"""What browsers report when a page broke its own policy: taken in small, few and without anything about the visitor."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Collection
from urllib.parse import urlsplit

from manyplaces.core.addresses import without_secret

PATH = "/csp-reports"
LARGEST = 8_192
MOST = 20
PERIOD = 60.0
DIRECTIVE = re.compile(r"[a-z]+(-[a-z]+){1,3}")
OWN_PATH = re.compile(r"/[A-Za-z0-9/_.-]{0,150}")

logger = logging.getLogger("manyplaces.gate")


class Violations:
    """Writes down at most 20 reports a minute: which directive, on which of our pages."""

    def __init__(self, hosts: Collection[str]) -> None:
        """`hosts` are our own names; a report about another site's page is thrown away."""
        self.hosts = hosts
        self._began = 0.0
        self._count = 0

    def take(self, body: bytes) -> bool:
        """Write one report down; returns whether it was (the browser is told the same either way)."""
        found = read_report(body, self.hosts)
        now = time.monotonic()
        if now - self._began > PERIOD:
            self._began, self._count = now, 0
        if found is None or self._count >= MOST:
            return False
        self._count += 1
        directive, page = found
        logger.warning("A page broke its content policy.", extra={"directive": directive, "page": page})
        return True


def read_report(body: bytes, hosts: Collection[str]) -> tuple[str, str] | None:
    """Return (directive, path on our site, without a secret) of a report, or nothing where it has not exactly these."""
    try:
        report = json.loads(body)["csp-report"]
        directive = str(report.get("effective-directive") or report.get("violated-directive")).split()[0]
        address = urlsplit(str(report["document-uri"]))
        host = address.hostname or ""
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None
    if host not in hosts or not DIRECTIVE.fullmatch(directive) or not OWN_PATH.fullmatch(address.path):
        return None
    return directive, without_secret(address.path)
