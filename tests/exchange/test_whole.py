"""Nia carries the whole record from one installation to another in one file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.core.exceptions import ValidationError

from manyplaces.cli.main import main
from manyplaces.core.refusals import NotNow
from manyplaces.exchange.columns import KINDS
from manyplaces.exchange.exports.whole import write_record
from tests.exchange.conftest import empty_the_record, exported, record

pytestmark = pytest.mark.django_db


def run(*words: str | Path) -> Result:
    """Type a command."""
    return CliRunner().invoke(main, [str(word) for word in words])


def test_it_goes_out_and_in_by_one_command_each(sampled: None, tmp_path: Path) -> None:
    file, before = tmp_path / "record.zip", record()
    done = run("export", "record", file)
    assert (done.exit_code, done.stdout.endswith(f"MB: {file}\n")) == (0, True)
    with zipfile.ZipFile(file) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            f"{kind}.csv": before[kind] for kind in KINDS
        }
    empty_the_record()
    done = run("import", "record", file)
    assert (done.exit_code, done.stderr) == (0, "")
    assert record() == before


def test_one_action_of_it_is_only_that_action(sampled: None, tmp_path: Path) -> None:
    write_record(tmp_path / "part.zip", action="jan2017")
    with zipfile.ZipFile(tmp_path / "part.zip") as packed:
        assert packed.read("events.csv") == exported("events", "jan2017") != exported("events")
    with pytest.raises(ValidationError, match="There is no action “nowhere”"):
        write_record(tmp_path / "none.zip", action="nowhere")
    assert [file.name for file in tmp_path.iterdir()] == ["part.zip"]


def test_a_folder_that_is_not_there_is_a_sentence_and_an_older_file_stays(sampled: None, tmp_path: Path) -> None:
    with pytest.raises(NotNow, match=r"The file “record.zip” cannot be written \(No such file or directory\)"):
        write_record(tmp_path / "nowhere" / "record.zip")
    assert "Say into which file: manyplaces export record FILE.zip" in run("export", "record").stderr


@pytest.mark.parametrize(
    "names, sentence",
    [
        (["events.csv", "../slip.csv"], "is no exported record"),
        (["notes.txt"], "is no exported record"),
        ([], "is no exported record"),
        (None, "cannot be read as a ZIP"),
    ],
)
def test_what_is_no_exported_record_is_refused_and_nothing_is_touched(
    sampled: None, tmp_path: Path, names: list[str] | None, sentence: str
) -> None:
    file, before = tmp_path / "other.zip", record()
    if names is None:
        file.write_bytes(b"no ZIP")
    else:
        with zipfile.ZipFile(file, "w") as packed:
            for name in names:
                packed.writestr(name, "action_id\n")
    done = run("import", "record", file)
    assert (done.exit_code, sentence in done.stderr) == (2, True)
    assert record() == before


def test_it_is_neither_tried_nor_mapped(tmp_path: Path) -> None:
    done = run("import", "record", tmp_path / "record.zip", "--dry-run")
    assert (done.exit_code, "try and map its tables one by one" in done.stderr) == (2, True)
