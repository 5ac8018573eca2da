"""Files that cannot be used are refused at once with a sentence, and mapping files too; nothing is written then."""

from __future__ import annotations

from pathlib import Path

import pytest

from manyplaces.actions.models import Action
from manyplaces.core.tables import Unreadable
from manyplaces.exchange.models import Import as Run
from tests.exchange.conftest import Import, say

pytestmark = pytest.mark.django_db

GOOD = "action_id,name,kind,date_edtf\nfall,A Fall of Action,day of action,2026-11-17\n"
SAVE = ' Open the file in a spreadsheet program and save it as "CSV UTF-8".'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty. The first line must name the columns."),
        (
            GOOD.encode() + "spring,Día,day of action,2027\n".encode("latin-1"),
            f"Line 3 is not in UTF-8, so its letters would come out wrong.{SAVE}",
        ),
        (b"PK\x03\x04\x14\x00\x06\x00", f"This is an Excel file, a ZIP archive or a PDF, not a CSV file.{SAVE}"),
        (b"<!doctype html><title>x</title>", f"This is a web page or an XML file, not a CSV file.{SAVE}"),
        (
            b"name,kind\nx,y\n",
            "This is not a file of actions: it lacks action_id, date_edtf. Its columns are name, kind. If they have "
            "other names, say so in a mapping file (--mapping; docs/exchange.md).",
        ),
        (
            b"action_id,phase,metric,value_text\nfall,held,schools,9\n",
            "This is not a file of actions: it lacks name, kind, date_edtf. Its columns are action_id, phase, metric, "
            "value_text. It looks like a file of claims.",
        ),
    ],
    ids=["empty", "latin-1", "zip", "html", "columns", "other kind"],
)
def test_an_unusable_file_is_refused_before_anything_is_done(
    take: Import, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "actions.csv"
    file.write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        take("actions", file)
    assert refusal.value.sentence == sentence
    assert (Action.objects.count(), Run.objects.count()) == (0, 0)


def test_a_folder_and_a_missing_file(take: Import, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refusal:
        take("actions", tmp_path)
    assert refusal.value.sentence == f"“{tmp_path.name}” is a folder. Give the name of a file."
    missing = tmp_path / "missing.csv"
    with pytest.raises(Unreadable) as refusal:
        take("actions", missing)
    assert refusal.value.sentence == f"There is no file “{missing}”. Check its name and folder."


def test_a_header_alone_is_a_table_without_rows(take: Import, tmp_path: Path) -> None:
    file = tmp_path / "actions.csv"
    file.write_text("action_id,name,kind,date_edtf\n")
    assert (take("actions", file).rows, Action.objects.count()) == (0, 0)


def test_a_mark_at_the_beginning_semicolons_and_line_ends_of_windows_are_read(take: Import, tmp_path: Path) -> None:
    file = tmp_path / "actions.csv"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace(",", ";").replace("\n", "\r\n").encode())
    assert (say(take("actions", file)), Action.objects.get().name) == ([], "A Fall of Action")


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ('[columns]\ncity = "Town', "The mapping file “mapping.toml” is not valid TOML: "),
        (
            "[rows]\n",
            "The mapping file cannot be used: it may have the parts columns, fixed, empty, values and actions, no "
            "others.",
        ),
        (
            '[columns]\ntown = "Town"\n',
            "The mapping file cannot be used: [columns]: “town” is not one of action_id, date_edtf, "
            "date_note, kind, name.",
        ),
        (
            "[fixed]\nkind = 3\n",
            "The mapping file cannot be used: [fixed]: the value of “kind” must stand between quotation marks.",
        ),
        (
            '[empty]\ncell = "NA"\n',
            'The mapping file cannot be used: [empty]: it must hold one line such as cells = ["NA", "-"].',
        ),
        (
            '[values]\nkind = "x"\n',
            'The mapping file cannot be used: [values.kind]: it must hold lines such as "their words" = "ours".',
        ),
        ("[actions]\n", "The mapping file cannot be used: [actions]: every action begins with [[actions]]."),
        (
            '[[actions]]\naction_id = "x"\nname = "X"\nkind = "party"\ndate_edtf = "2026"\n',
            "An action of the mapping file is refused: kind: “party” is not known here. Write day of action, "
            "week of action, season of action, or a tactic such as walk-in.",
        ),
    ],
    ids=["toml", "part", "column", "value", "empty", "values", "actions", "refused"],
)
def test_a_mapping_file_with_a_fault_is_refused_with_its_part(
    take: Import, tmp_path: Path, toml: str, sentence: str
) -> None:
    file = tmp_path / "actions.csv"
    file.write_text(GOOD)
    with pytest.raises(Unreadable) as refusal:
        take("actions", file, mapping=toml)
    told = refusal.value.sentence
    assert (told[: len(sentence)] if sentence.endswith(": ") else told) == sentence
    assert Action.objects.count() == 0


def test_a_table_of_another_shape_is_read_through_its_mapping(take: Import, tmp_path: Path) -> None:
    file = tmp_path / "theirs.csv"
    file.write_text("Kürzel,Titel,Art,Wann,note\nherbst,Herbst,Tag,-,n\nwinter,Winter,Woche,2027-24,n\n", "utf-8")
    mapping = (
        '[columns]\naction_id = "Kürzel"\nname = "Titel"\nkind = "Art"\ndate_edtf = "Wann"\n'
        '[fixed]\ndate_edtf = "2026"\n[empty]\ncells = ["-"]\n'
        '[values.kind]\nTag = "day of action"\nWoche = "week of action"\n'
    )
    report = take("actions", file, mapping=mapping)
    assert (say(report), report.unused) == ([], ["note"])
    found = Action.objects.order_by("slug").values_list("slug", "name", "kind", "date_edtf")
    assert list(found) == [("herbst", "Herbst", "day", "2026"), ("winter", "Winter", "week", "2027-24")]
