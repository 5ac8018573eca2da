"""What the benches share: a site with real data, nginx beside it, load from wrk, and the memory of a process tree."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
WALKOUTS = ("import", "events", str(DATA / "walkouts_2018.csv"), "--mapping", "manyplaces/sample/walkouts_2018.toml")
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
LARGEST = """
import django; django.setup()
from django.db.models import Count
from manyplaces.actions.models import Action
found = Action.objects.annotate(many=Count('events')).order_by('-many').first()
print(f'/actions/{found.slug}/ {found.many}' if found else '/ 0')
"""


@dataclass(frozen=True)
class Load:
    """One measurement: requests a second, median and 99th percentile of latency in milliseconds, failed answers."""

    rate: float
    p50: float
    p99: float
    failed: int


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def needed(*programs: str) -> None:
    """End with a sentence where a program is not installed."""
    missing = [program for program in programs if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin") is None]
    if missing:
        sys.exit(f"This bench needs {' and '.join(missing)}; on Debian: apt-get install nginx-light wrk")


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return the settings of a site in `folder`; of those of whoever runs the bench only DATABASE_URL is taken."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL") if name in os.environ}
    ours = {"MANYPLACES_DATA": str(folder), "MANYPLACES_SAMPLE": "no", "PORT": str(port)}
    return kept | ours | {"DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}


def manyplaces(env: dict[str, str], *words: str) -> int:
    """Run one command of the site and return its exit code."""
    command = [sys.executable, "-m", "manyplaces", *words]
    return subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, check=False).returncode


def largest_page(env: dict[str, str]) -> tuple[str, int]:
    """Return the path of the action with most events, and how many these are."""
    command = [sys.executable, "-c", LARGEST]
    path, many = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout.split()
    return path, int(many)


class Site:
    """`manyplaces up`, from its start to its end."""

    def __init__(self, env: dict[str, str], path: str, *words: str) -> None:
        """Start, and measure in seconds how long it takes until it says it is served and until `path` is answered.

        `words` are for Python instead of those that start the site as it is.
        """
        began = time.perf_counter()
        command = [sys.executable, *(words or ("-m", "manyplaces", "up"))]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{env['PORT']}"
        if self.process.stdout is None or "served" not in self.process.stdout.readline():
            sys.exit("The site did not start; its sentence stands above.")
        self.until_served = time.perf_counter() - began
        self.get(path)
        self.until_answered = time.perf_counter() - began

    def get(self, path: str, encoding: str = "identity") -> bytes:
        """Return the body of a page as it is on the wire."""
        asked = urllib.request.Request(self.url + path, headers={"Accept-Encoding": encoding})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            body: bytes = answer.read()
        return body

    def memory(self) -> int:
        """Return the bytes of memory of all its processes, what they share counted once."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        shares = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in (self.process.pid, *children)]
        return sum(int(found) * 1024 for share in shares for found in re.findall(r"^Pss:\s+(\d+)", share, re.M))

    def spent(self) -> float:
        """Return the seconds of processor that all its processes have used so far."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ticks = 0
        for process in (self.process.pid, *children):
            after_name = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
            ticks += int(after_name[11]) + int(after_name[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)


class Nginx:
    """nginx serving files as they are, with as many processes as the site has."""

    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        """`files` are bytes by name; those ending in .br are served as brotli."""
        for name, body in files.items():
            (folder / name).write_bytes(body)
        port = free_port()
        # Started by root nginx would serve as another user, who cannot look into the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user} worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ access_log off; open_file_cache max=100; sendfile on; client_body_temp_path {folder}/t1; "
            f"proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; "
            f"scgi_temp_path {folder}/t5; types {{}} default_type text/html; server {{ listen 127.0.0.1:{port}; "
            f"root {folder}; location ~ br$ {{ add_header Content-Encoding br; }} }} }}\n"
        )
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin") or "nginx"
        self.process = subprocess.Popen(
            [program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
        )
        self.url = f"http://127.0.0.1:{port}"
        time.sleep(0.7)

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def begin(url: str, *, connections: int, seconds: float, script: str = "") -> subprocess.Popen[str]:
    """Start wrk with one thread; `script` is Lua, for what a plain URL cannot say."""
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-H", "Accept-Encoding: br"]
    if script:
        words += ["-s", script]
    return subprocess.Popen([*words, url], stdout=subprocess.PIPE, text=True)


def result(running: subprocess.Popen[str]) -> Load:
    """Wait for wrk to end, and return what it measured."""
    text, _ = running.communicate()
    found = {
        name: float(value) * UNITS[unit] for name, value, unit in re.findall(r"(\d\d%)\s+([\d.]+)(us|ms|s|m)", text)
    }
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    if rate is None or "99%" not in found:
        sys.exit(f"wrk did not measure anything:\n{text}")
    return Load(float(rate[1]), found["50%"], found["99%"], int(failed[1]) if failed else 0)


def middle(loads: list[Load]) -> Load:
    """Return the medians of several measurements, and all their failures."""
    return Load(
        statistics.median(load.rate for load in loads),
        statistics.median(load.p50 for load in loads),
        statistics.median(load.p99 for load in loads),
        sum(load.failed for load in loads),
    )
