"""./run on a machine that has only Python: from a fresh copy in a folder with blanks, called from elsewhere, twice."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST_SECONDS = 90
SECOND_SECONDS = 5


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone would hold, in a folder whose name has blanks."""
    folder = tmp_path_factory.mktemp("set up") / "many places"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def plain_environment(port: int) -> dict[str, str]:
    """As little of an environment as a machine can have."""
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "PORT": str(port)}


def seconds_to_first_page(command: list[str], port: int, folder: Path, most: float) -> float:
    """Start the site, ask for its first page until it comes, end the site; returns the seconds it took."""
    began = time.monotonic()
    with (folder / "said").open("w") as said:
        site = subprocess.Popen(command, cwd=folder, env=plain_environment(port), stdout=said, stderr=said)
        try:
            while site.poll() is None and time.monotonic() - began < most:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                        assert answer.status == 200
                        return time.monotonic() - began
                except urllib.error.HTTPError as error:
                    pytest.fail(f"the first page is answered with {error.code}:\n{(folder / 'said').read_text()}")
                except (urllib.error.URLError, ConnectionError, TimeoutError):
                    time.sleep(0.05)
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(20)
    pytest.fail(f"no page within {most} s:\n{(folder / 'said').read_text()}")


def test_a_fresh_copy_serves_with_one_command_and_the_second_time_at_once(copy: Path, tmp_path: Path) -> None:
    command = [str(copy / "run")]
    first = seconds_to_first_page(command, free_port(), tmp_path, FIRST_SECONDS)
    second = seconds_to_first_page(command, free_port(), tmp_path, SECOND_SECONDS)
    assert first < FIRST_SECONDS
    assert second < SECOND_SECONDS
    assert (copy / "data").is_dir()
    installed = subprocess.run(
        [copy / ".venv/bin/uv", "pip", "freeze"], cwd=copy, capture_output=True, text=True, check=True
    )
    assert [
        line for line in installed.stdout.splitlines() if line.startswith(("pytest", "ruff", "mypy", "playwright"))
    ] == []


def test_a_set_up_that_was_broken_off_is_mended(copy: Path, tmp_path: Path) -> None:
    (copy / ".venv" / "unfinished").touch()
    django = next((copy / ".venv").glob("lib/python3*/site-packages/django"))
    shutil.rmtree(django)
    seconds_to_first_page([str(copy / "run")], free_port(), tmp_path, FIRST_SECONDS)
    assert (django / "__init__.py").is_file()


def said_with(python: str, folder: Path) -> tuple[int, str]:
    """What ./run says where `python` (a shell script) is the only Python of the machine."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("dirname", "sh"):
        (programs / name).symlink_to(shutil.which(name) or name)
    (programs / "python3").write_text(f"#!/bin/sh\n{python}\n")
    (programs / "python3").chmod(0o755)
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copy(ROOT / "run", folder)
    environment = {"PATH": str(programs), "HOME": str(folder)}
    done = subprocess.run([folder / "run"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_an_old_python_is_answered_with_one_sentence(tmp_path: Path) -> None:
    status, said = said_with('case "$2" in *platform*) echo "Python 3.9.2";; *) exit 1;; esac', tmp_path)
    assert status == 1
    assert said == (
        "Manyplaces needs Python 3.11 or later, and this machine has Python 3.9.2; "
        "install a newer one (https://www.python.org/downloads/) and start again.\n"
    )


def test_a_python_without_venv_is_answered_with_how_to_install_it(tmp_path: Path) -> None:
    status, said = said_with('case "$2" in *ensurepip*) exit 1;; *print*) echo 3.11;; esac', tmp_path)
    assert status == 1
    assert said == (
        "Python 3.11 is here without its module venv; "
        "install that (Debian, Ubuntu: apt install python3.11-venv) and start again.\n"
    )
