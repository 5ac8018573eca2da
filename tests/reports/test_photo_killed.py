"""Everything is killed while a photo comes, and while faces are covered: it goes on, and nothing half-made is shown."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.tokens import new_token
from tests.reports.photographing import with_a_face

SEED = """
import django; django.setup()
from tests.reports.test_reporting import held_today, page_of
event = held_today()
print(event.key, page_of(event).replace("/report/", "/photos/part"))
"""
# On a machine that others use at the same time a photo takes long.
WAITED = 300.0
PART = 10_000


class Killable:
    """A site whose processes all end in the same moment, as a machine's do that loses its power."""

    def __init__(self, data: Path, root: Path) -> None:
        """Nothing runs yet."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        ours = {"MANYPLACES_DATA": str(data), "PORT": str(self.port), "MANYPLACES_SAMPLE": "no"}
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.env = {**kept, **ours, "PYTHONPATH": str(root), "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}
        self.data, self.root = data, root

    @contextmanager
    def up(self) -> Iterator[None]:
        """Serve; at the end everything is killed."""
        command = [sys.executable, "-P", "-m", "manyplaces", "up"]
        process = subprocess.Popen(
            command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            until(lambda: self.page("/robots.txt") == 200)
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def page(self, path: str) -> int:
        """The status of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the database past the product."""
        with closing(sqlite3.connect(f"file:{self.data}/manyplaces.sqlite3?mode=ro", uri=True)) as connection:
            return connection.execute(question).fetchall()

    def send(self, path: str, at: int, part: bytes | None, **told: str) -> dict[str, Any]:
        """Send a part as a phone does."""
        edge = new_token()
        fields = {"at": str(at), "stated": "on", **told}
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in fields.items()
        )
        if part is not None:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="part"; filename="part"\r\n\r\n'.encode()
            body += head + part + b"\r\n"
        body += f"--{edge}--\r\n".encode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body, {"Content-Type": f"multipart/form-data; boundary={edge}"}
        )
        with urllib.request.urlopen(asked, timeout=60) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


def until(found: Callable[[], Any], seconds: float = WAITED) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def is_developing(data: Path) -> bool:
    """Whether a picture is open in the darkroom now."""
    return any(folder.is_dir() for folder in (data / "media/darkroom").glob("*"))


@pytest.mark.parametrize("kills", [2])
def test_a_photo_survives_that_everything_is_killed_while_it_comes_and_while_faces_are_covered(
    tmp_path: Path, root: Path, kills: int
) -> None:
    site, content, uid = Killable(tmp_path / "data", root), with_a_face(), new_token()
    with site.up():
        pass
    said = subprocess.run(
        [sys.executable, "-c", SEED], env=site.env, cwd=root, capture_output=True, text=True, check=True
    )
    event, path = said.stdout.split()
    told, here = {"uid": uid, "size": str(len(content))}, 0
    # While it comes: whatever was acknowledged is there afterwards.
    for kill in range(kills):
        with site.up():
            found = site.send(path, 0, None, **told)
            assert found["at"] >= here
            here = found["at"]
            for _ in range(2 + kill):
                here = site.send(path, here, content[here : here + PART], **told)["at"]
    with site.up():
        assert site.send(path, 0, None, **told) == {"at": here, "state": "uploading", "sentence": ""}
        while here < len(content):
            here = site.send(path, here, content[here : here + PART], **told)["at"]
        until(lambda: is_developing(site.data))
    # While faces are covered: nothing half-made is known to anybody.
    assert site.rows("SELECT state, picture FROM reports_photo") == [("preparing", "")]
    state = "SELECT state FROM reports_photo"
    with site.up():
        until(lambda: site.rows(state) == [("waiting",)])
        assert site.rows("SELECT json_array_length(boxes) FROM reports_photo") == [(1,)]
        # The upload goes in the step after; whoever is killed in between does it at the next start.
        until(lambda: site.rows("SELECT negative FROM reports_photo") == [("",)])
        [(picture,)] = site.rows("SELECT picture FROM reports_photo")
        assert site.page(f"/pictures/{picture}-large.jpg") == 404
        assert site.page(f"/events/{event}/") == 200
    lying = sorted(file.name for file in (site.data / "media/pictures").glob("*"))
    assert [name for name in lying if name.startswith(picture)] == [
        f"{picture}-large.jpg", f"{picture}-middle.webp", f"{picture}-small.webp",
    ]  # fmt: skip
    assert not list((site.data / "media/negatives").iterdir())
    assert len(site.rows("SELECT 1 FROM mail_job WHERE name = 'reports.prepare_photo' AND state = 'done'")) == 1
