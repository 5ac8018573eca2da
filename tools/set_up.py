"""Set up the checkout for ./run and ./test: the environment, the locked packages, the command; then start the work.

Only the standard library is used, because nothing else is there yet.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / "unfinished"
# What pip is told where to find packages by; uv does not read pip's files, so where one names an index pip installs.
PIP_INDEX_SETTINGS = ("index-url", "no-index")


def say(sentence: str) -> None:
    """Tell whoever waits what is going on."""
    print(sentence, flush=True)


def call(*command: str | Path, **extra: str) -> bool:
    """Run a command with its messages on standard output and `extra` in its environment; returns whether it worked."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **extra}, stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0


def works(python: Path) -> bool:
    """Whether this Python starts and is new enough."""
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", test], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def digest(lock: Path) -> str:
    """A digest of what an environment is made from: the lock and the place of the checkout."""
    return hashlib.sha256(lock.read_bytes() + os.fsencode(ROOT)).hexdigest()


def is_current(stamp: Path, lock: Path) -> bool:
    """Whether `stamp` says that exactly this lock was installed, to the end."""
    return not UNFINISHED.exists() and stamp.is_file() and stamp.read_text() == digest(lock)


def make_environment() -> None:
    """Make .venv where there is none, or where an earlier attempt was broken off."""
    if UNFINISHED.exists() or not works(PYTHON):
        if VENV.exists():
            say("An earlier set-up was not finished; starting afresh.")
            shutil.rmtree(VENV)
        VENV.mkdir()
        UNFINISHED.touch()
        say("Making the virtual environment .venv ...")
        # The Python of an environment that is being replaced is gone by now: its base is not.
        base = Path(getattr(sys, "_base_executable", sys.executable))
        if not call(base, "-m", "venv", VENV):
            sys.exit("The virtual environment could not be made; the lines above say why.")
    UNFINISHED.touch()


def pip_install(lock: Path) -> bool:
    """Install a lock with pip."""
    return call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--no-deps",
        "-r",
        lock,
    )


def pip_has_an_index_of_its_own() -> bool:
    """Whether pip was told to take packages from elsewhere, and uv was not."""
    if any(
        name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE", "UV_NO_INDEX")
    ):
        return False
    listed = subprocess.run([PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    return any(f".{setting}=" in line for line in listed.splitlines() for setting in PIP_INDEX_SETTINGS)


def uv_install(lock: Path) -> bool:
    """Install a lock with uv, putting uv itself into the environment first; False where that cannot be done."""
    if pip_has_an_index_of_its_own():
        return False
    if not (VENV / "bin" / "uv").exists() and not pip_install(ROOT / "requirements-uv.lock"):
        return False
    # A machine behind an inspecting proxy has its certificate in the system's store.
    certificates = os.environ.get("UV_SYSTEM_CERTS", "true")
    return call(
        *(VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", "--no-deps", "-r", lock),
        UV_SYSTEM_CERTS=certificates,
    )


def install(lock: Path, stamp: Path) -> None:
    """Bring .venv into line with `lock`, unless `stamp` says that it is already."""
    if is_current(stamp, lock):
        return
    held = os.open(ROOT, os.O_RDONLY)
    try:
        # Two calls at once: the second waits here and finds everything done.
        fcntl.flock(held, fcntl.LOCK_EX)
        if is_current(stamp, lock):
            return
        make_environment()
        say(f"Installing the packages of {lock.name} ...")
        if not uv_install(lock):
            say("Installing with pip, which takes a little longer ...")
            if not pip_install(lock):
                sys.exit("The packages could not be installed; the lines above say why. Start again to try once more.")
        make_command()
        stamp.write_text(digest(lock))
        UNFINISHED.unlink()
    finally:
        os.close(held)


def make_command() -> None:
    """Make `import manyplaces` and the command .venv/bin/manyplaces work without a build step."""
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    (Path(packages) / "manyplaces.pth").write_bytes(os.fsencode(ROOT) + b"\n")
    command = VENV / "bin" / "manyplaces"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -P -m manyplaces "$@"\n')
    command.chmod(0o755)


def install_node_packages() -> None:
    """Install what the browser tests take from npm, where npm is there; the tests say what they miss otherwise."""
    lock, stamp = ROOT / "package-lock.json", ROOT / "node_modules" / ".installed"
    npm = shutil.which("npm")
    if not npm or not shutil.which("node") or (stamp.is_file() and stamp.read_text() == digest(lock)):
        return
    say("Installing the packages of package-lock.json ...")
    if call(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"):
        stamp.write_text(digest(lock))


def main(work: str, arguments: list[str]) -> None:
    """Set up for `work` (run or test), then become it."""
    if work == "run":
        install(ROOT / "requirements.lock", VENV / "installed")
        # Without this, each folder from which ./run is called would get a record of its own.
        os.environ.setdefault("MANYPLACES_DATA", str(ROOT / "data"))
        command = [str(PYTHON), "-P", "-m", "manyplaces", "up", *arguments]
    else:
        install(ROOT / "requirements-test.lock", VENV / "installed-tests")
        install_node_packages()
        command = [str(PYTHON), str(ROOT / "tools" / "suite.py"), *arguments]
    sys.stdout.flush()
    os.execv(command[0], command)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit(130)
