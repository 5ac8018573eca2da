"""The toolkit: what files are taken, under which names, who gets them, and what becomes of older ones."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action, Material, MaterialVersion
from manyplaces.actions.operations import (
    add_material,
    add_material_version,
    delete_files,
    draft_action,
    duplicate_action,
    publish_action,
    remove_material,
    restore_material,
    unpublish_action,
    withdraw_version,
)
from manyplaces.actions.queries import toolkit
from manyplaces.actions.rules import KEPT_FOR, LARGEST_FILE, kind_of_file, safe_file_name
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4 a poster"
CLOCK = Actor("clock", "clock")


def archive(*names: str) -> bytes:
    """An office file as far as we look: an archive with these names in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


@pytest.fixture
def action(nia: Any) -> Action:
    """A public action."""
    draft = draft_action(Action(slug="oct", name="October", kind="day", date_edtf="2026-10-06"), by=nia).row
    return publish_action(draft, version=0, by=nia).row


def poster(action: Action, by: Any, content: bytes = PDF, name: str = "Poster.PDF", language: str = "en") -> Any:
    version = MaterialVersion(language=language, file_name=name)
    return add_material(Material(action=action, name="Poster"), version, content, by=by).row


def address(version: MaterialVersion) -> str:
    return f"/toolkit/{version.material.key}/{version.label}/{version.file_name}"


def test_a_file_is_given_to_be_saved_and_never_shown(nia: Any, action: Action) -> None:
    version = poster(action, nia)
    answer = Client().get(address(version))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="poster.pdf"'
    assert answer["Cache-Control"] == "private, max-age=86400"


def test_an_older_version_stays_at_its_address(nia: Any, action: Action) -> None:
    first = poster(action, nia)
    newer = MaterialVersion(material=first.material, language="en", file_name="new.pdf")
    second = add_material_version(newer, PDF + b" anew", by=nia).row
    add_material_version(MaterialVersion(material=first.material, language="es", url="https://example.org/c"), by=nia)
    assert [Client().get(address(version)).content for version in (first, second)] == [PDF, PDF + b" anew"]
    offers = [[offer.label for offer in piece.offers] for piece in toolkit(action, "es")]
    assert offers == [["es-1", "en-2"]]
    page = Client().get("/es/actions/oct/toolkit/").content.decode()
    assert ("https://example.org/c" in page, "en-2/new.pdf" in page, "en-1/poster.pdf" in page) == (True, True, False)


def test_what_is_removed_or_not_public_is_not_there(nia: Any, action: Action) -> None:
    version = poster(action, nia)
    at = {"version": Action.every.get().version}
    unpublish_action(action, **at, by=nia)
    assert [Client().get(path).status_code for path in (address(version), "/actions/oct/toolkit/")] == [404, 404]
    publish_action(action, version=at["version"] + 1, by=nia)
    assert Client().get(address(version)).status_code == 200
    remove_material(version.material, by=nia)
    # Once the day is over there is nothing left to print either, and letters still lead somewhere.
    with time_machine.travel(datetime.datetime(2026, 10, 20, tzinfo=datetime.UTC)):
        assert [Client().get(path).status_code for path in (address(version), "/actions/oct/toolkit/")] == [404, 302]


def test_what_is_taken_away_leaves_the_disk_once_nobody_can_put_it_back(
    nia: Any, action: Action, django_capture_on_commit_callbacks: Any
) -> None:
    first, flyer, shared = poster(action, nia), poster(action, nia), poster(action, nia)
    newer = MaterialVersion(material=first.material, language="en", file_name="wrong.pdf")
    wrong = add_material_version(newer, PDF + b" of somebody else", by=nia).row
    duplicate_action(action, slug="like", name="Like", date_edtf="2027-10-06", by=nia)
    MaterialVersion.objects.filter(material__action__slug="like").exclude(stored_as=shared.stored_as).delete()
    withdraw_version(wrong, by=nia)
    assert [Client().get(address(one)).status_code for one in (wrong, first)] == [404, 200]
    assert [offer.label for offer in toolkit(action, "en")[0].offers] == ["en-1"]
    for version in (flyer, shared):
        remove_material(version.material, by=nia)
    folder, later = Path(settings.MEDIA_FOLDER) / "toolkit", timezone.now() + KEPT_FOR
    for now in (timezone.now(), later, later):
        with django_capture_on_commit_callbacks(execute=True):
            delete_files(now, by=CLOCK)
    there = [(folder / version.stored_as).exists() for version in (first, wrong, flyer, shared)]
    assert there == [True, False, False, True]
    assert Entry.objects.filter(verb="materialversion.file_deleted").count() == 2
    flyer.material.removed_at = timezone.now() - KEPT_FOR - datetime.timedelta(minutes=1)
    with pytest.raises(NotNow, match="more than a day ago"):
        restore_material(flyer.material, by=nia)


def test_strangers_add_nothing(ruth: Any, carla: Any, otto: Any, nia: Any, action: Action) -> None:
    version = poster(action, nia)
    for stranger in (otto, ruth, carla):
        with pytest.raises(PermissionDenied):
            poster(action, stranger)
        with pytest.raises(PermissionDenied):
            add_material_version(MaterialVersion(material=version.material, language="en"), PDF, by=stranger)
        with pytest.raises(PermissionDenied):
            remove_material(version.material, by=stranger)
        with pytest.raises(PermissionDenied):
            withdraw_version(version, by=stranger)
        with pytest.raises(PermissionDenied):
            restore_material(version.material, by=stranger)
    assert MaterialVersion.objects.count() == 1


TAKEN = {
    "a.pdf": PDF,
    "a.png": b"\x89PNG\r\n\x1a\n....",
    "a.jpeg": b"\xff\xd8\xff\xe0",
    "a.docx": archive("[Content_Types].xml", "word/document.xml"),
    "a.xlsx": archive("[Content_Types].xml", "xl/workbook.xml"),
    "a.pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "a.txt": "Señora\n".encode(),
    "a.csv": b"a,b\r\n1,2\r\n",
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_of_a_kind_we_take_is_taken(name: str) -> None:
    assert kind_of_file(name, TAKEN[name]).ending == name.partition(".")[2].replace("jpeg", "jpg")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.html", b"<script>"),
        ("a.exe", b"MZ"),
        ("", PDF),
        ("a.pdf", b"<html>"),
        ("a.jpg", b"<html>"),
        ("a.png", b"\xff\xd8\xff"),
        ("a.txt", b"<svg onload=alert(1)>"),
        ("a.txt", b"MZ\x00\x01"),
        ("a.csv", b"\xff\xfe"),
        ("a.docx", archive("xl/workbook.xml", "[Content_Types].xml")),
        ("a.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.odt", archive("word/document.xml")),
        ("a.pdf", b""),
        ("a.pdf", PDF + bytes(LARGEST_FILE)),
    ],
)
def test_any_other_file_is_refused_with_a_sentence(nia: Any, action: Action, name: str, content: bytes) -> None:
    stored = sorted(Path(settings.MEDIA_FOLDER).rglob("*"))
    with pytest.raises(ValidationError) as refused:
        poster(action, nia, content, name)
    assert list(refused.value.message_dict) == ["file"]
    assert (Material.objects.count(), sorted(Path(settings.MEDIA_FOLDER).rglob("*"))) == (0, stored)


def test_hostile_pictures_are_refused_or_kept_unopened(shared: Path) -> None:
    for file in sorted((shared / "corpora/images/made").iterdir()):
        try:
            kind = kind_of_file(file.name, file.read_bytes())
        except ValidationError:
            continue
        assert kind.ending in ("png", "jpg", "pdf")


def test_no_name_reaches_disk_or_a_header_as_it_was_sent(nia: Any, action: Action, shared: Path) -> None:
    kind = kind_of_file("a.jpg", b"\xff\xd8\xff")
    for name in json.loads((shared / "corpora/strings/file_names.json").read_text())["names"]:
        made = safe_file_name(name, kind)
        assert made.isascii() and made.endswith(".jpg") and set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert made.count(".") == 1
    version = poster(action, nia, b"\xff\xd8\xff", '../../"; filename="b.html\r\nX-Injected: 1.jpg')
    assert Client().get(address(version))["Content-Disposition"] == 'attachment; filename="x-injected-1.jpg"' or (
        "\r" not in Client().get(address(version))["Content-Disposition"]
    )
    assert [file.name for file in Path(settings.MEDIA_FOLDER).rglob(version.stored_as)] == [version.stored_as]


def test_a_copied_toolkit_shares_its_files(nia: Any, action: Action) -> None:
    version = poster(action, nia)
    made = duplicate_action(action, slug="like", name="Like", date_edtf="2027-10-06", by=nia).row
    copied = MaterialVersion.objects.get(material__action=made)
    assert (copied.stored_as, copied.number) == (version.stored_as, 1)
    assert copied.material.key != version.material.key
