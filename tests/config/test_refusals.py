"""An operator starts what would be unsafe: the real command refuses each fault with one sentence, and ends with 1."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = "Manyplaces does not start: "


def start(data: Path, *command: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run `manyplaces up` with these settings and nothing else; a start that is not refused is ended after a while."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {"MANYPLACES_DATA": str(data), "MANYPLACES_SAMPLE": "no", "PORT": "1", "MANYPLACES_HOST": "127.0.0.1"}
    up = [*command, sys.executable, "-m", "manyplaces", "up"]
    env = kept | settings | given
    return subprocess.run(up, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)


def assert_refused(run: subprocess.CompletedProcess[str], *sentences: str) -> None:
    """Exactly these sentences are on standard error, nothing on standard output, and the exit code is 1."""
    assert (run.stderr.splitlines(), run.stdout, run.returncode) == ([HOME + text for text in sentences], "", 1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as it should be."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


DEBUG = "MANYPLACES_DEBUG shows the inside of errors to everybody on a public address; set it to no."
PLAIN = (
    "the site would be public without encryption; set MANYPLACES_URL to its address with https, such as "
    "https://example.org, behind a server that speaks TLS (docs/run.md), or MANYPLACES_HOST to 127.0.0.1."
)


def test_debug_on_a_public_address(data: Path) -> None:
    assert_refused(start(data, MANYPLACES_DEBUG="yes", MANYPLACES_URL="https://example.org"), DEBUG)


def test_a_public_address_without_encryption(data: Path) -> None:
    assert_refused(start(data, MANYPLACES_HOST="0.0.0.0"), PLAIN)
    assert_refused(start(data, MANYPLACES_URL="http://example.org"), PLAIN)


def test_a_public_address_at_which_browsers_have_no_passkeys(data: Path) -> None:
    sentence = (
        "MANYPLACES_URL is made of numbers, where browsers have no passkeys, so no national coordinator could sign in; "
        "set it to a host name, such as https://example.org."
    )
    for url in ("https://192.0.2.7", "https://[2001:db8::7]:8443"):
        assert_refused(start(data, MANYPLACES_URL=url), sentence)


def test_two_faults_are_two_sentences(data: Path) -> None:
    assert_refused(start(data, MANYPLACES_HOST="0.0.0.0", MANYPLACES_DEBUG="yes"), DEBUG, PLAIN)


def test_a_weak_key(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    sentence = f"the key in {file} is too weak; move the file away and start again to get a strong one."
    for weak in ("", "a" * 80, "secret"):
        file.write_text(weak)
        file.chmod(0o600)
        assert_refused(start(data, MANYPLACES_KEY_FILE=str(file)), sentence)


def test_a_key_that_others_can_read(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text("".join(map(chr, range(33, 120))))
    file.chmod(0o644)
    sentence = f"other users of this machine can read the key file {file}; run: chmod 600 {file}"
    assert_refused(start(data, MANYPLACES_KEY_FILE=str(file)), sentence)


def test_a_database_that_forgets_what_it_acknowledged(data: Path) -> None:
    sentence = (
        "the database would lose what was acknowledged when the power fails (synchronous is {}); "
        "leave out init_command in DATABASE_URL, or set synchronous to FULL there."
    )
    for level in ("OFF", "NORMAL"):
        address = f"sqlite:///{data}/other.sqlite3?init_command=PRAGMA%20synchronous%3D{level}"
        assert_refused(start(data, DATABASE_URL=address), sentence.format(level))
    # In the run on PostgreSQL that database is asked too; its own other faults are of no interest here.
    server = os.environ.get("DATABASE_URL", "")
    if server.startswith("postgres"):
        address = f"{server.rpartition('/')[0]}/postgres?options=-c%20synchronous_commit%3Doff"
        assert (
            f"{HOME}the database would lose what was acknowledged when the power fails (synchronous_commit is off); "
            "set synchronous_commit to on in PostgreSQL and in DATABASE_URL."
        ) in start(data, DATABASE_URL=address).stderr.splitlines()


def test_a_database_that_does_not_answer_and_its_password_stays_unsaid(data: Path) -> None:
    run = start(data, DATABASE_URL="postgres://nia:geheim@127.0.0.1:1/walkins")
    sentence = "the database does not answer (OperationalError); see that it runs, and check DATABASE_URL."
    assert_refused(run, sentence)


def test_an_address_of_a_database_that_cannot_be_read(data: Path) -> None:
    sentence = "DATABASE_URL cannot be read; give postgres://user:password@host/name."
    assert_refused(start(data, DATABASE_URL="walkins"), sentence)


def test_a_disk_that_is_nearly_full(tmp_path: Path) -> None:
    # A small disk of its own, which only this command sees.
    tool = shutil.which("unshare")
    if not tool or subprocess.run([tool, "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk (unshare -rm)")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=100m,mode=700 tmpfs {disk} && exec "$@"'
    run = start(disk, "unshare", "-rm", "sh", "-c", mount, "sh")
    assert_refused(
        run,
        f"only 104 MB (100%) are free where {disk} is; make room until 5 % and 200 MB are free, so that nothing "
        "is lost half-written.",
    )


def test_a_data_folder_that_others_can_look_into(data: Path) -> None:
    data.chmod(0o755)
    sentence = f"other users of this machine can look into the data folder {data}; run: chmod 700 {data}"
    assert_refused(start(data), sentence)


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("")
    assert_refused(start(file), f"{file} cannot be used (File exists); set MANYPLACES_DATA.")


def test_links_that_are_asked_in_a_way_that_nobody_can_mean(data: Path) -> None:
    own = "MANYPLACES_LINKS_OWN has “{}”; give addresses with a port, such as 10.0.0.5:80."
    there = "MANYPLACES_WEB_ARCHIVE is “{}”; give an address such as https://web.archive.org/web/."
    links = {"MANYPLACES_LINKS": "yes"}
    for settings, sentence in (
        ({"MANYPLACES_LINKS": "weekly"}, "MANYPLACES_LINKS is “weekly”; give yes or no."),
        (links | {"MANYPLACES_CAPTURES": "all"}, "MANYPLACES_CAPTURES is “all”; give yes or no."),
        (
            {"MANYPLACES_CAPTURES": "yes"},
            "MANYPLACES_CAPTURES is set and MANYPLACES_LINKS is not; set both, or neither.",
        ),
        (links | {"MANYPLACES_LINKS_OWN": "10.0.0.5:80 intranet:80"}, own.format("intranet:80")),
        (links | {"MANYPLACES_LINKS_OWN": "10.0.0.5"}, own.format("10.0.0.5")),
        (links | {"MANYPLACES_LINKS_OWN": "10.0.0.0/8:80"}, own.format("10.0.0.0/8:80")),
        (links | {"MANYPLACES_LINKS_OWN": "10.0.0.5:0"}, own.format("10.0.0.5:0")),
        (
            {"MANYPLACES_WEB_ARCHIVE": "http://web.archive.org/web/"},
            there.format("http://web.archive.org/web/"),
        ),
        ({"MANYPLACES_WEB_ARCHIVE": "https://a.org/?u="}, there.format("https://a.org/?u=")),
        ({"MANYPLACES_WEB_ARCHIVE": "javascript:alert(1)"}, there.format("javascript:alert(1)")),
    ):
        assert_refused(start(data, **settings), sentence)


def test_what_the_coalition_changes_itself_is_no_setting(data: Path) -> None:
    assert_refused(
        start(data, MANYPLACES_COLOUR="#00594c", MANYPLACES_NAME="Schools for All"),
        "MANYPLACES_COLOUR is no setting any more: take it away, and set the coalition's colour at /desk/coalition/.",
        "MANYPLACES_NAME is no setting any more: take it away, and set the coalition's name at /desk/coalition/.",
    )


def test_a_setting_with_a_slip_in_its_name(data: Path) -> None:
    assert_refused(
        start(data, MANYPLACES_SAMPEL="no", MANYPLACES_XYZZY="1"),
        "there is no setting MANYPLACES_SAMPEL; did you mean MANYPLACES_SAMPLE?",
        "there is no setting MANYPLACES_XYZZY; take it away, or see docs/run.md for the names there are.",
    )
