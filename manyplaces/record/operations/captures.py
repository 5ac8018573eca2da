"""Copies of pages that media hits link to, as WARC files in the data folder; never shown as pages of ours."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from django.conf import settings
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from manyplaces.core.fetching import Fetched
from manyplaces.core.tokens import new_key
from manyplaces.record.queries.captures import FOLDER, capture_file

# Headers that say how the answer came and not what it was; the body is kept unpacked.
LEFT_OUT = ("content-encoding", "transfer-encoding", "content-length", "set-cookie", "set-cookie2")
# What no row knows of is swept after this many seconds: it may have been written just now.
YOUNG = 3600


def keep_capture(came: Collection[Fetched], at: datetime.datetime) -> str:
    """Write what was answered, the page and what led to it, into a packed WARC file; returns its name."""
    name = f"{new_key(16)}.warc.gz"
    folder = Path(settings.MEDIA_FOLDER) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    packed = BytesIO()
    writer = WARCWriter(packed, gzip=True)
    for answer in came:
        kept = [(key, value) for key, value in answer.headers if key.lower() not in LEFT_OUT]
        headers = StatusAndHeaders(f"{answer.status} -", kept, protocol="HTTP/1.1")
        told = {"WARC-Date": f"{at:%Y-%m-%dT%H:%M:%SZ}"} | ({"WARC-Truncated": "length"} if answer.is_cut else {})
        record = writer.create_warc_record(
            answer.url, "response", payload=BytesIO(answer.body), http_headers=headers, warc_headers_dict=told
        )
        writer.write_record(record)
        record.raw_stream.close()
    half = folder / f".{name}"
    with half.open("wb") as file:
        file.write(packed.getvalue())
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / name)
    return name


def drop_capture(name: str) -> None:
    """Delete a copy; nothing is done where there is none."""
    if name:
        capture_file(name).unlink(missing_ok=True)


def sweep_captures(known: Collection[str]) -> int:
    """Delete files that no row knows of any more; returns how many."""
    folder, gone = Path(settings.MEDIA_FOLDER) / FOLDER, 0
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name not in known and time.time() - file.stat().st_mtime > YOUNG:
            file.unlink(missing_ok=True)
            gone += 1
    return gone
