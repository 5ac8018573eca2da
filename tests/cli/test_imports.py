"""The commands of the file door, as Nia types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.core.exceptions import ValidationError

from manyplaces.actions.models import Action
from manyplaces.cli.main import main
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import sentences
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import Claim

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
ACTION = "action_id,name,kind,date_edtf\nfall,A Fall of Action,day of action,2026-11-17\n"
EVENTS = "id,action_id,city,state,status\nE1,fall,Racine,WI,held\nE2,fall,Racine,ZZ,held\n"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of actions and one of events, of which one row is wrong."""
    (tmp_path / "actions.csv").write_text(ACTION)
    (tmp_path / "events.csv").write_text(EVENTS)
    return tmp_path


def test_nia_imports_and_is_told_what_became_of_every_row(folder: Path) -> None:
    done = run("import", "actions", folder / "actions.csv")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:5] == [
        "  created           1",
        "  changed           0",
        "  unchanged         0",
        "  refused           0",
    ]
    done = run("import", "events", folder / "events.csv")
    assert done.exit_code == 1
    assert done.stderr == "line 3, column state: “ZZ” is not a state. Give two letters such as WI or PR.\n"
    assert Path(done.stdout.splitlines()[-1].removeprefix("Report: ")).is_file()


def test_the_command_refuses_in_the_words_of_the_operation(folder: Path) -> None:
    run("import", "actions", folder / "actions.csv")
    told = run("import", "events", folder / "events.csv").stderr
    with pytest.raises(ValidationError) as refusal:
        find_or_add_city("Racine", "ZZ", by=Actor("Nia", door="page"))
    ((field, sentence),) = sentences(refusal.value)
    assert told == f"line 3, column {field}: {sentence}\n"


def test_a_dry_run_says_so_and_keeps_nothing(folder: Path) -> None:
    done = run("import", "actions", folder / "actions.csv", "--dry-run")
    assert done.stdout.splitlines()[0] == "dry run, nothing is kept: actions from actions.csv"
    assert Action.objects.count() == 0


def test_a_file_that_cannot_be_used_ends_with_two(folder: Path) -> None:
    done = run("import", "events", folder / "actions.csv")
    assert done.exit_code == 2
    assert done.stderr.endswith("It looks like a file of actions.\n")
    done = run("import", "actions", folder / "actions.csv", "--mapping", folder / "none.toml")
    assert (done.exit_code, done.stderr) == (2, "The mapping file “none.toml” cannot be opened. Check its name.\n")


def test_an_import_is_listed_and_undone(folder: Path) -> None:
    assert run("undo-import").stdout == "There is no import of the last 24 hours.\n"
    number = run("import", "actions", folder / "actions.csv").stdout.split(":")[0].removeprefix("import ")
    assert f"{number:>4}  " in run("undo-import").stdout
    assert run("undo-import", number).stdout == f"Import {number} is undone: 1 changes were taken back.\n"
    assert Action.objects.count() == 0
    done = run("undo-import", number)
    assert (done.exit_code, done.stderr) == (1, f"Import {number} was undone already.\n")


def test_the_demo_is_the_sample_and_can_be_run_again() -> None:
    done = run("demo")
    assert (done.exit_code, Action.objects.count(), Claim.objects.filter(event=None).count()) == (0, 9, 65)
    assert run("demo").stdout.splitlines()[:4] == [
        "actions  0 created, 0 changed, 9 unchanged",
        "events   0 created, 0 changed, 195 unchanged",
        "claims   0 created, 0 changed, 65 unchanged",
        "media    0 created, 0 changed, 58 unchanged",
    ]
    exported = run("export", "claims")
    assert exported.stdout_bytes == (ROOT / "manyplaces/sample/aros/claims.csv").read_bytes()
    assert run("export", "claims", "--action", "nov2014").stdout.count("\n") == 3
    done = run("export", "claims", "--action", "none")
    assert (done.exit_code, done.stderr) == (1, "There is no action “none”. Check the spelling.\n")


@pytest.mark.parametrize("command", ["import", "undo-import", "export", "demo"])
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert f"  manyplaces {command}" in done.stdout
