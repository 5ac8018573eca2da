"""The pages of documentation hold together: their links lead somewhere, and the README's commands do what it says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def headings(text: str) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    lines = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


def dead_links(page: Path) -> list[str]:
    """The links of a page that lead to no file or heading of the checkout."""
    text = page.read_text("utf-8")
    dead = []
    for link in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.S)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in headings(target.read_text("utf-8"))):
            dead.append(link)
    return dead


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    assert dead_links(page) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A heading\n[one](#a-heading) [two](#another) [three](gone.md) [four](https://example.org/gone)\n"
    )
    assert dead_links(page) == ["#another", "gone.md"]


def test_the_house_has_the_pages_that_it_promises() -> None:
    promised = {
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "docs/house.md",
        "docs/words.md",
        "docs/run.md",
    }
    promised |= {"docs/exchange.md", "docs/operations.md"}
    assert promised - {str(page.relative_to(ROOT)) for page in PAGES} == set()


def readme_commands() -> list[str]:
    """The lines of the README's blocks of shell commands."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```(?:sh|bash|console|shell)\n(.*?)```", text, re.S)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [re.sub(r"\s+#.*$", "", line) for line in lines if line and not line.startswith("#")]


def test_the_readmes_commands_are_there_to_be_run() -> None:
    lines = readme_commands()
    assert {"./run", "./test"} <= set(lines)
    unknown = [
        line for line in lines if line.split()[0] not in ("./run", "./test", "git", "cd", ".venv/bin/manyplaces")
    ]
    assert unknown == []
    own = [line.split()[0] for line in lines if line.startswith("./")]
    assert [name for name in own if not (ROOT / name).stat().st_mode & 0o100] == []


def test_the_readmes_commands_of_the_shell_door_are_understood() -> None:
    failed = {}
    for line in readme_commands():
        words = line.split()
        if words[0] != ".venv/bin/manyplaces":
            continue
        asked = [str(ROOT / words[0]), *[word for word in words[1:2] if not word.startswith("-")], "--help"]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode or not all(word.partition("=")[0] in done.stdout for word in words if word.startswith("--")):
            failed[line] = done.stdout + done.stderr
    assert failed == {}
