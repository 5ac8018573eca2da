"""Gil got an archive from somebody else: `check archive` says what was changed in it, and which links lead nowhere."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from manyplaces.cli.main import main
from manyplaces.core.signatures import in_short, public_key
from manyplaces.exchange.archive.checking import NoArchive, check_archive
from tests.events.cast import october
from tests.exchange.archive.archives import archive, changed, signed

pytestmark = pytest.mark.django_db

INDEX = "actions/oct2030/index.html"


@pytest.fixture(scope="module")
def good(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An archive of a record with one action and nothing else."""
    with django_db_blocker.unblock(), transaction.atomic():
        october()
        yield archive(tmp_path_factory.mktemp("good")).made.file
        transaction.set_rollback(True)


def faults(file: Path) -> list[str]:
    """What is wrong with an archive."""
    return check_archive(file).faults


def with_page(good: Path, tmp_path: Path, body: str) -> list[str]:
    """What is wrong with one in which a page has something more in it, and whose hashes say that this is right."""
    with zipfile.ZipFile(good) as opened:
        page = opened.read(INDEX).decode().replace("</main>", f"{body}</main>")
    return faults(signed(good, tmp_path / "bad.zip", **{"actions/oct2030/index__html": page.encode()}))


def test_a_good_one_is_good(good: Path, tmp_path: Path) -> None:
    assert faults(good) == []
    assert with_page(good, tmp_path, "<p>More.</p>") == []


def test_a_byte_that_was_changed_is_found(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as opened:
        page = opened.read(INDEX).replace(b"October", b"Octobre", 1)
    bad = changed(good, tmp_path / "bad.zip", **{"actions/oct2030/index__html": page})
    assert faults(bad) == [f"{INDEX} is damaged: its content is not the one that was written."]
    longer = changed(good, tmp_path / "longer.zip", **{"actions/oct2030/index__html": page + b" "})
    assert faults(longer) == [f"{INDEX} has {len(page) + 1} bytes and should have {len(page)}."]


def test_a_rotten_disk_is_found(good: Path, tmp_path: Path) -> None:
    body = bytearray(good.read_bytes())
    with zipfile.ZipFile(good) as opened:
        entry = opened.getinfo("index.html")
    body[entry.header_offset + 30 + len(entry.filename) + 200] ^= 1
    (tmp_path / "rotten.zip").write_bytes(body)
    assert "index.html is damaged: its content is not the one that was written." in faults(tmp_path / "rotten.zip")


def test_what_is_missing_or_too_much_is_found(good: Path, tmp_path: Path) -> None:
    missing = changed(good, tmp_path / "missing.zip", **{"index__csv": None, "more__exe": b"MZ"})
    assert [fault for fault in faults(missing) if " leads to " not in fault] == [
        "index.csv is missing.",
        "more.exe is in the ZIP and not in manifest.json.",
    ]


def test_a_list_of_hashes_that_says_something_else_is_found(good: Path, tmp_path: Path) -> None:
    bad = changed(good, tmp_path / "bad.zip", MANIFEST__sha256=b"0  index.html\n")
    assert faults(bad) == [
        "MANIFEST.sha256 does not say the same as manifest.json.",
        "MANIFEST.sha256 was changed after it was signed.",
    ]
    assert faults(changed(good, tmp_path / "none.zip", MANIFEST__sha256=None)) == [
        "MANIFEST.sha256 is missing or damaged.",
        "MANIFEST.sig or signing-key.pem is missing or damaged.",
    ]


NO_FILE = "leads to {}, and there is no such file in the archive."
NO_PLACE = "leads to {}, and there is no such place on that page."
NO_SERVER = "has a <{}>, which does nothing without a server."
ELSEWHERE = "loads {} from elsewhere."


@pytest.mark.parametrize(
    "body, fault",
    [
        *((f'<a href="{link}">L</a>', NO_FILE.format(link)) for link in (
            *("../gone/index.html", "../../../etc/passwd", "/actions/", "../../", "../../index.html?q=1"),
            *("file:///etc/passwd", "javascript:alert(1)", "webcal://walkins.example/a.ics"),
        )),
        ('<a href="#nowhere">H</a>', NO_PLACE.format(f"{INDEX}#nowhere")),
        ('<a href="../../index.html#nowhere">H</a>', NO_PLACE.format("index.html#nowhere")),
        ('<img src="gone.png" alt="">', NO_FILE.format("gone.png")),
        ('<img srcset="gone.png 2x" alt="">', NO_FILE.format("gone.png")),
        ('<img src="https://evil.example/p.png" alt="">', ELSEWHERE.format("https://evil.example/p.png")),
        ('<img src="//evil.example/p.png" alt="">', ELSEWHERE.format("//evil.example/p.png")),
        ("<form></form>", NO_SERVER.format("form")),
        ("<script>1</script>", NO_SERVER.format("script")),
        ('<base target="_top">', NO_SERVER.format("base")),
    ],
)  # fmt: skip
def test_every_broken_link_is_found(good: Path, tmp_path: Path, body: str, fault: str) -> None:
    assert with_page(good, tmp_path, body) == [f"{INDEX} {fault}"]


def test_a_list_that_was_changed_with_the_files_is_found_by_its_signature(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as opened:
        page, signature = opened.read(INDEX).replace(b"October", b"Octobre", 1), opened.read("MANIFEST.sig")
    # Whoever changes a page and both lists has no key to sign them with.
    forged = signed(good, tmp_path / "forged.zip", **{"actions/oct2030/index__html": page})
    bad = changed(forged, tmp_path / "bad.zip", MANIFEST__sig=signature)
    assert faults(bad) == ["MANIFEST.sha256 was changed after it was signed."]
    assert faults(changed(good, tmp_path / "none.zip", MANIFEST__sig=None)) == [
        "MANIFEST.sig or signing-key.pem is missing or damaged."
    ]
    assert faults(changed(good, tmp_path / "odd.zip", MANIFEST__sig=b"odd")) == [
        "MANIFEST.sha256 was changed after it was signed."
    ]


def test_it_says_who_signed_it(good: Path) -> None:
    assert check_archive(good).key == in_short(public_key())
    assert f"Signed with {in_short(public_key())}." in run("check", "archive", good).stdout


def test_links_that_lead_away_are_counted(good: Path, tmp_path: Path) -> None:
    before = check_archive(good)
    assert with_page(good, tmp_path, '<a href="https://news.example/">N</a> <a href="tel:+1704">T</a>') == []
    assert check_archive(tmp_path / "bad.zip").away - before.away == 2


def test_a_stylesheet_that_loads_from_elsewhere_is_found(good: Path, tmp_path: Path) -> None:
    sheet = b"a { background: url(https://evil.example/p.png) } b { background: url('gone.png') }"
    assert faults(signed(good, tmp_path / "bad.zip", **{"static/more__css": sheet})) == [
        "static/more.css loads https://evil.example/p.png from elsewhere.",
        "static/more.css leads to gone.png, and there is no such file in the archive.",
    ]


def test_a_name_that_would_be_written_elsewhere_is_found(good: Path, tmp_path: Path) -> None:
    assert faults(signed(good, tmp_path / "slip.zip", **{"../slip": b"x"})) == [
        "../slip is no name for a file of an archive."
    ]


def test_a_file_that_is_larger_than_it_says_is_not_read(good: Path, tmp_path: Path) -> None:
    bomb = changed(good, tmp_path / "bomb.zip", index__json=bytes(30_000_000))
    assert [fault for fault in faults(bomb) if fault.startswith("index.json has 30000000 bytes and should have")] != []


@pytest.mark.parametrize("content", [b"", b"not a ZIP", b"PK\x03\x04"])
def test_what_is_no_zip_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "none.zip").write_bytes(content)
    with pytest.raises(NoArchive, match="cannot be read as a ZIP file"):
        check_archive(tmp_path / "none.zip")


@pytest.mark.parametrize(
    "manifest", [None, b"", b"[]", b"{}", b'{"format": 2, "files": []}', b'{"format": 1, "files": [{}]}']
)
def test_a_zip_without_a_manifest_is_no_archive(good: Path, tmp_path: Path, manifest: bytes | None) -> None:
    with pytest.raises(NoArchive, match=r"It has no manifest.json that can be read"):
        check_archive(changed(good, tmp_path / "none.zip", manifest__json=manifest))


def run(*words: str | Path) -> Result:
    """Type a command."""
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_says_what_it_found(good: Path, tmp_path: Path) -> None:
    done = run("check", "archive", good)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (done.stdout.splitlines()[0], done.stdout.splitlines()[-1]) == ("Archive", "All is well.")
    bad = changed(good, tmp_path / "bad.zip", index__json=None)
    done = run("check", "archive", bad)
    assert (done.exit_code, "Not sound: index.json is missing.\n" in done.stderr) == (1, True)
    (tmp_path / "none.zip").write_bytes(b"")
    done = run("check", "archive", tmp_path / "none.zip")
    assert (done.exit_code, done.stderr) == (
        2,
        f"{tmp_path}/none.zip cannot be read as a ZIP file (File is not a zip file).\n",
    )
    for words in (("archive",), ("backup",), ("rights", good)):
        assert run("check", *words).stderr.endswith(
            "Only an archive or a backup is a file: manyplaces check archive FILE.zip\n"
        )
