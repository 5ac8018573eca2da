"""The command `manyplaces commit`, as Nia types it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from manyplaces.cli.main import main
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.exchange.registry import import_school_file
from manyplaces.lists.models import SiteList
from tests.events.calling import october
from tests.lists.bringing import REGISTRY

pytestmark = pytest.mark.django_db
MILWAUKEE = ("--action", "october", "--city", "Milwaukee", "--state", "Wisconsin")


@pytest.fixture
def folder(tmp_path: Path, nia: Actor) -> Path:
    """A folder with a list of names, and the action that it is for."""
    (tmp_path / "schools.csv").write_text(REGISTRY)
    import_school_file(tmp_path / "schools.csv", dry_run=False, by=nia, tell=lambda progress: None)
    (tmp_path / "names.txt").write_text("Auer\n\nHamilton\nClemens\n")
    october()
    return tmp_path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["commit", *(str(word) for word in words)])


def counts(told: Result) -> dict[str, int]:
    """The figures that the command printed, by their words."""
    lines = [line.rsplit(maxsplit=1) for line in told.stdout.splitlines()]
    return {line[0]: int(line[1]) for line in lines if len(line) == 2 and line[1].isdigit()}


def test_what_is_certain_is_committed_and_the_rest_waits_on_the_desk(folder: Path) -> None:
    tried = run(folder / "names.txt", *MILWAUKEE, "--dry-run")
    assert (tried.exit_code, counts(tried)["found"], SiteList.objects.count()) == (1, 2, 0)
    done = run(folder / "names.txt", *MILWAUKEE, "--languages", "English and Spanish")
    assert (done.exit_code, list(Event.objects.values_list("spoken", flat=True))) == (1, ["en es", "en es"])
    assert counts(done) == {"committed": 2, "in review": 0, "found": 2, "to ask": 1, "doubles": 0, "refused": 0}
    assert f"/desk/lists/{SiteList.objects.get().uid}/" in done.stdout
    again = run(folder / "names.txt", *MILWAUKEE)
    assert (again.exit_code, counts(again)["doubles"], Event.objects.count()) == (1, 2, 2)


def test_a_refused_row_is_told_with_the_line_of_the_file(folder: Path) -> None:
    (folder / "sites.csv").write_text("School,City,State,Time\nAuer,Milwaukee,WI,15h\nClemens,Milwaukee,WI,soon\n")
    done = run(folder / "sites.csv", "--action", "october")
    assert (done.exit_code, counts(done)["committed"], counts(done)["refused"]) == (1, 1, 1)
    assert done.stderr.splitlines()[-1] == "line 3: We cannot read this time. Write it like 7:45 am or 15:30."


def test_a_dry_run_keeps_nothing_of_unknown_columns(folder: Path) -> None:
    (folder / "odd.csv").write_text("Edificio,Zona\nAuer,Milwaukee\n")
    tried = run(folder / "odd.csv", *MILWAUKEE, "--dry-run")
    assert (tried.exit_code, SiteList.objects.count()) == (1, 0)
    assert "edificio, zona" in tried.stdout
    assert (run(folder / "odd.csv", *MILWAUKEE).exit_code, SiteList.objects.get().stage) == (1, "columns")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("gone.txt", "--action", "october"), 2, "There is no file"),
        (("names.txt", "--action", "may"), 1, "There is no action “may”. There are: october."),
        (("names.txt", *MILWAUKEE[:-1], "Wisconsing"), 1, "“Wisconsing” is not a state."),
        (("names.txt", *MILWAUKEE, "--organisation", "mta"), 1, "There is no organisation “mta”."),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(folder: Path, words: tuple[str, ...], code: int, sentence: str) -> None:
    told = run(folder / words[0], *words[1:])
    assert (told.exit_code, sentence in told.stderr, SiteList.objects.count()) == (code, True, 0)
