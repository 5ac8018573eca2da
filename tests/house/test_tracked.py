"""What must never be committed: a registry's host, a path of somebody's machine, a secret, a large file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, tracked

# Written in halves, so that this file does not find itself.
HOSTS = re.compile(
    "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "npmmirror" + r"\.com"])
)
# A home or a workplace at the start of a path. An address such as https://example.org/home/ is none.
MACHINE = re.compile(
    r"(?<![\w./~:-])/(?:" + "|".join(["work", "root", "farm", "home/[a-z]", "Users/[A-Za-z]"]) + r")(?:/|\w)"
)
SECRETS = (
    re.compile("-----BEGIN " + r"(?:[A-Z]+ )*PRIVATE KEY-----"),
    re.compile("gh" + r"[pousr]_[A-Za-z0-9]{36}"),
    re.compile("AK" + r"IA[0-9A-Z]{16}"),
    re.compile("xox" + r"[abprs]-[A-Za-z0-9-]{20,}"),
    re.compile(r"\b[a-z]+://[^\s/:@\"'<>{}]+:(?!password@)[^\s/@\"'<>{}]{3,}@(?!127\.0\.0\.1|localhost)", re.I),
    re.compile(r"(?i)\b(?:secret_key|password|api_key|token)\s*[=:]\s*[\"'][^\"'{}<>$ ]{16,}[\"']"),
)
MOST_BYTES = 2_000_000
PICTURES = {".png", ".webp", ".jpg", ".woff2", ".mo", ".ico"}
# The coalition's files are kept as they came; what they link to is theirs.
AS_THEY_CAME = Path("manyplaces/sample")


def texts() -> dict[str, str]:
    """The text files under version control, by name."""
    files = [file for file in tracked() if file.suffix not in PICTURES and AS_THEY_CAME not in file.parents]
    return {str(file): (ROOT / file).read_text("utf-8") for file in files}


def lines_with(pattern: re.Pattern[str], found_in: dict[str, str]) -> list[str]:
    """The places where a pattern is found, as file:line."""
    return [
        f"{file}:{text.count(chr(10), 0, match.start()) + 1}"
        for file, text in found_in.items()
        for match in pattern.finditer(text)
    ]


def test_no_file_names_the_host_of_a_registry() -> None:
    assert lines_with(HOSTS, texts()) == []


def test_no_file_names_a_path_of_a_machine() -> None:
    assert lines_with(MACHINE, texts()) == []


@pytest.mark.parametrize("secret", SECRETS, ids=["key", "forge", "cloud", "chat", "address", "setting"])
def test_no_file_holds_a_secret(secret: re.Pattern[str]) -> None:
    assert lines_with(secret, texts()) == []


def test_no_file_is_large() -> None:
    assert {str(file): size for file in tracked() if (size := (ROOT / file).stat().st_size) > MOST_BYTES} == {}


def test_what_makes_a_record_is_not_in_the_code() -> None:
    folders = {"data", "build", "node_modules", ".venv"}
    assert [str(file) for file in tracked() if file.parts[0] in folders or file.suffix in (".sqlite3", ".key")] == []


def test_what_must_not_be_committed_is_found() -> None:
    planted = {
        "lock": "https://files.python" + "hosted.org/a.whl",
        "docs": "see /wo" + "rk/main, and not https://example.org/work/ nor docs/work/",
        "key": "-----BEGIN " + "RSA PRIVATE KEY-----",
        "address": "postgres://nia:correct" + "-horse@db.example/record but postgres://user:password@host/name",
        "setting": "SECRET_KEY = 'abcdef" + "ghijklmnopqrstuvwxyz'",
    }
    assert lines_with(HOSTS, planted) == ["lock:1"]
    assert lines_with(MACHINE, planted) == ["docs:1"]
    assert [found for secret in SECRETS for found in lines_with(secret, planted)] == ["key:1", "address:1", "setting:1"]
