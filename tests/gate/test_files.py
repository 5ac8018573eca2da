"""Nia fetches an archive: however large, it goes out piece by piece, is kept by nobody, and arrives whole."""

from __future__ import annotations

import hashlib
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.gate.conftest import Site, read_answer, request

LARGE = 200_000_000


def peak(process: int) -> int:
    """The most memory, in bytes, that a process has had."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) * 1000


def test_many_who_ask_for_a_file_at_once_get_it_whole_each(site: Site) -> None:
    content = os.urandom(3_000_000)
    (site.folder / "archive").write_bytes(content)
    with ThreadPoolExecutor(6) as pool:
        got = list(pool.map(lambda _: site.get("/kit"), range(6)))
    assert [(one.status, one.wire == content) for one in got] == [(200, True)] * 6


def test_a_large_file_goes_out_without_being_in_memory(site: Site) -> None:
    with (site.folder / "archive").open("wb") as file:
        file.write(b"PK")
        file.truncate(LARGE)
    before = peak(site.process)
    digest, read = hashlib.sha256(), 0
    with site.connect() as wire:
        wire.sendall(request("/archive", connection="close"))
        head = b""
        while b"\r\n\r\n" not in head:
            head += wire.recv(1)
        while piece := wire.recv(1_000_000):
            digest.update(piece)
            read += len(piece)
    assert f"content-length: {LARGE}\r\n".encode() in head
    assert (read, digest.hexdigest()) == (LARGE, hashlib.sha256(b"PK" + bytes(LARGE - 2)).hexdigest())
    assert peak(site.process) - before < 30_000_000


def test_a_file_is_asked_for_anew_each_time_and_nothing_of_it_is_stored(site: Site) -> None:
    for content in (b"of yesterday", b"of today"):
        (site.folder / "archive").write_bytes(content)
        assert [site.get(path).wire for path in ("/archive", "/desk/archive")] == [content] * 2
    assert site.get("/desk/archive").headers["cache-control"] == "no-store"


def test_head_tells_the_size_and_the_connection_goes_on(site: Site) -> None:
    (site.folder / "archive").write_bytes(b"PK" * 1000)
    with site.connect() as wire:
        wire.sendall(request("/archive", "HEAD") + request("/page"))
        answers = [read_answer(wire, method) for method in ("HEAD", "GET")]
    assert (answers[0].headers["content-length"], answers[1].status) == ("2000", 200)


def test_who_hangs_up_on_the_way_leaves_no_open_file(site: Site) -> None:
    with (site.folder / "archive").open("wb") as file:
        file.truncate(LARGE)
    with site.connect() as wire:
        wire.sendall(request("/archive"))
        wire.recv(10_000)
    opened = Path(f"/proc/{site.process}/fd")
    deadline = time.monotonic() + 10
    while any(os.path.basename(os.path.realpath(one)) == "archive" for one in opened.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert site.get("/page").status == 200
