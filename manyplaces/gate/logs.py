"""The log: one JSON line for each thing worth knowing, in UTC, without a word about who visited."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

FIELDS = ("route", "status", "ms", "hits", "pages", "bytes", "number", "chain", "directive", "page", "skipped")
MOST_LINES = 1_200
FILE_NAME = re.compile(r"(\d{4}-\d\d-\d\d)\.jsonl")

# The request that this thread is answering: its errors are written down under the same id.
current = threading.local()


def plain(text: str) -> str:
    """Return the text in one line that no terminal obeys: control characters become \\x.., line ends \\n."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def frames(trace: TracebackType | None) -> list[str]:
    """Return where an error went through, innermost last, as file:line function."""
    found = [frame for frame in traceback.extract_tb(trace) if not frame.filename.startswith("<frozen")]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found[-20:]]


def _message(record: logging.LogRecord) -> str:
    # Django's lines about requests have the path in them, which may hold what somebody typed.
    if record.name.startswith("django.") and record.args:
        first = record.args[0] if isinstance(record.args, tuple) else ""
        return str(first) if record.name == "django.request" else str(record.msg).split("%")[0].strip()
    return record.getMessage()


def line(record: logging.LogRecord) -> dict[str, Any]:
    """Return what is written down of a record; of an error its kind and place, for its words may quote the visitor."""
    moment = datetime.fromtimestamp(record.created, UTC)
    found: dict[str, Any] = {
        "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "what": _message(record),
    }
    request = getattr(record, "request_id", "") or getattr(current, "request_id", "")
    if request:
        found["request"] = request
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    if match:
        found["route"] = match.route
    found |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    if record.exc_info and record.exc_info[0]:
        found["error"] = record.exc_info[0].__name__
        found["trace"] = frames(record.exc_info[2])
    return found


class DayFile(logging.Handler):
    """Appends lines to the file of the UTC day and deletes files that are older than they may be kept."""

    def __init__(self, folder: Path, days: int, most_lines: int = MOST_LINES) -> None:
        """`most_lines` is per minute and process, so that a flood of requests does not fill the disk."""
        super().__init__(logging.INFO)
        self.folder = folder
        self.days = days
        self.most_lines = most_lines
        self.skipped = 0
        self._minute = 0
        self._lines = 0
        self._day: date | None = None
        self._file = -1
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        delete_old(folder, days, datetime.now(UTC).date())

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line with one call, so that the lines of several processes never mix."""
        try:
            if self._is_too_much(record):
                self.skipped += 1
                return
            found = line(record)
            if self.skipped:
                found["skipped"], self.skipped = self.skipped, 0
            os.write(self._open(datetime.fromtimestamp(record.created, UTC).date()), _encode(found))
        except OSError as error:
            # A full disk must not stop the site; it is said where the operator may see it.
            print(f"Manyplaces: the log cannot be written: {error.strerror}.", file=sys.stderr)

    def _is_too_much(self, record: logging.LogRecord) -> bool:
        minute = int(record.created // 60)
        if minute != self._minute:
            self._minute, self._lines = minute, 0
        self._lines += 1
        return self._lines > (self.most_lines if record.levelno < logging.ERROR else self.most_lines * 2)

    def _open(self, day: date) -> int:
        if day != self._day:
            if self._file >= 0:
                os.close(self._file)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self.folder / f"{day.isoformat()}.jsonl", flags, 0o600)
            self._day = day
            delete_old(self.folder, self.days, day)
        return self._file


def _encode(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=True, default=str).encode() + b"\n"


def delete_old(folder: Path, days: int, today: date) -> None:
    """Delete the files of days that are `days` or more days ago."""
    for file in folder.glob("*.jsonl"):
        named = FILE_NAME.fullmatch(file.name)
        if named and date.fromisoformat(named[1]) <= today - timedelta(days=days):
            file.unlink(missing_ok=True)


class Terminal(logging.Handler):
    """Says errors in plain words to the operator's terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one sentence; where it happened stands in the log."""
        found = line(record)
        where = f" in {found['trace'][-1]}" if found.get("trace") else ""
        kind = f" ({found['error']}{where})" if found.get("error") else ""
        request = f" [{found['request']}]" if found.get("request") else ""
        clock = time.strftime("%H:%M:%S", time.gmtime(record.created))
        print(plain(f"{clock} UTC  {found['what']}{kind}{request}"), file=sys.stderr, flush=True)


def set_up(folder: Path, days: int) -> DayFile:
    """Send everything this process says to the log in `folder`, errors to the terminal too."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    file = DayFile(folder, days)
    root.addHandler(file)
    root.addHandler(Terminal(logging.ERROR))
    root.setLevel(logging.INFO)
    # What anybody may cause by sending nonsense is no news, and Django's 404s are counted by the gate.
    for name, level in (("uvicorn", logging.ERROR), ("django.request", logging.ERROR), ("asyncio", logging.ERROR)):
        logging.getLogger(name).setLevel(level)
    return file
