"""What the faults of photos share: a host who sends files in parts or as a form, and what became of them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

import loads

SEED = """
import django; django.setup()
from tests.reports.test_reporting import held_today, page_of
event = held_today()
print(event.key, page_of(event).replace("/report/", "/photos/"))
"""
PART = 256 * 1024


class Host:
    """Hana with her private link."""

    def __init__(self, env: dict[str, str], data: Path) -> None:
        """Makes the event; its day is today."""
        words = [sys.executable, "-c", SEED]
        made = subprocess.run(words, cwd=loads.ROOT, env=env, check=True, capture_output=True, text=True)
        self.event, self.page = made.stdout.split()
        self.url, self.data = f"http://127.0.0.1:{env['PORT']}", data

    def part(self, uid: str, size: int, at: int, part: bytes | None) -> tuple[int, dict[str, Any]]:
        """Send a part; returns the status and what was answered."""
        fields = {"uid": uid, "size": str(size), "at": str(at), "stated": "on"}
        return self._post(f"{self.page}part", fields, [("part", "part", part)] if part is not None else [])

    def send(self, content: bytes) -> dict[str, Any]:
        """Send a file part by part, as a phone does; returns the last answer, with its status."""
        uid = uuid.uuid4().hex[:22]
        status, told = self.part(uid, len(content), 0, None)
        while status == 200 and told["state"] == "uploading" and told["at"] < len(content):
            at = told["at"]
            status, told = self.part(uid, len(content), at, content[at : at + PART])
        return {"status": status, "uid": uid, **told}

    def form(self, files: list[tuple[str, bytes]]) -> int:
        """Send files by the form that needs no script; returns the status."""
        fields = {"do": "send", "uid": uuid.uuid4().hex[:22], "stated": "on"}
        return self._post(self.page, fields, [("files", name, content) for name, content in files])[0]

    def states(self) -> dict[str, int]:
        """How many photos are in which state."""
        with closing(sqlite3.connect(f"file:{self.data}/manyplaces.sqlite3?mode=ro", uri=True)) as rows:
            return dict(rows.execute("SELECT state, count(*) FROM reports_photo GROUP BY state").fetchall())

    def settled(self, seconds: float) -> dict[str, int]:
        """The states once nothing is being prepared any more, or after so many seconds."""
        end = time.monotonic() + seconds
        while (found := self.states()).get("preparing") and time.monotonic() < end:
            time.sleep(0.2)
        return found

    def get(self, path: str) -> int:
        """The status of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def _post(
        self, path: str, fields: dict[str, str], files: list[tuple[str, str, bytes]]
    ) -> tuple[int, dict[str, Any]]:
        edge = uuid.uuid4().hex
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in fields.items()
        )
        for name, file, content in files:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
            body += head.encode() + content + b"\r\n"
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        asked = urllib.request.Request(self.url + path, body + f"--{edge}--\r\n".encode(), kind)
        try:
            with urllib.request.build_opener(Stay).open(asked, timeout=120) as answer:
                return int(answer.status), _read(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _read(error.read())
        except OSError:
            return 0, {}


class Stay(urllib.request.HTTPRedirectHandler):
    """What leads on is an answer."""

    def redirect_request(self, *_given: Any) -> None:
        """Do not go there."""
        return None


def _read(body: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(body)
    except ValueError:
        return {}
    return found


def made(number: int, side: int = 500) -> bytes:
    """A photo that no other is like, of half a megabyte."""
    import numpy as np
    from PIL import Image

    from tests.core.uploads import saved

    chance = np.random.default_rng(number).integers(0, 255, (side, side, 3), np.uint8)
    return saved(Image.fromarray(chance), "PNG")
