"""Reading the copies of pages that are kept: as they are packed, or their words alone."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.conf import settings
from warcio.archiveiterator import ArchiveIterator

from manyplaces.record.rules.heads import words_in
from manyplaces.record.rules.pages import text_of

FOLDER = "captures"


def capture_file(name: str) -> Path:
    """Return where a copy lies."""
    return Path(settings.MEDIA_FOLDER) / FOLDER / Path(name).name


def capture_bytes(name: str) -> bytes | None:
    """Return a copy as it is packed; None where the file is gone."""
    try:
        return capture_file(name).read_bytes()
    except OSError:
        return None


def capture_words(name: str) -> str:
    """Return what a kept page says, without anything that a browser would do; empty where it cannot be read."""
    try:
        with capture_file(name).open("rb") as packed:
            for record in ArchiveIterator(packed):
                head = record.http_headers
                kind = (head.get_header("Content-Type") or "") if head is not None else ""
                about = (
                    f"{record.rec_headers.get_header('WARC-Target-URI')}\n{record.rec_headers.get_header('WARC-Date')}"
                )
                return f"{about}\n\n{words_in(text_of(record.content_stream().read(), kind))}\n"
    except (OSError, EOFError, ValueError, gzip.BadGzipFile):
        return ""
    return ""
