"""Hana sends photos of her walk-in: covered before anybody sees them, shown when Ruth has looked, gone when asked."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from manyplaces.core import pictures
from manyplaces.core.generation import current_generation
from manyplaces.core.negatives import negatives, received
from manyplaces.core.refusals import NotNow
from manyplaces.core.sealing import Unopenable
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Job
from manyplaces.reports.chores import clear_photos, sweep_pictures
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations import (
    ask_takedown,
    begin_photo,
    cover_photo,
    decide_photo,
    decide_takedown,
    describe_photo,
    finish_photo,
    keep_prepared,
    remove_photo,
    take_part,
)
from manyplaces.reports.queries.photos import photos_of, picture_is_public, shown_photos
from manyplaces.reports.rules.photos import MOST_PHOTOS, boxes_of_fields, like_names_in, listed_in
from tests.reports.photographing import (
    OTTO,
    RUTH,
    WORDS,
    hana,
    photo_file,
    prepared,
    sent,
    shown,
    with_a_face,
    work,
)
from tests.reports.test_reporting import held_today

pytestmark = pytest.mark.django_db(transaction=True)
VISITOR = OTTO


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    return tmp_path


def lying(folder: Path) -> list[str]:
    """The names of the pictures' files."""
    return sorted(file.name for file in (folder / "media/pictures").glob("*"))


def test_a_photo_comes_in_parts_is_covered_and_waits_for_ruth(folder: Path) -> None:
    event = held_today()
    photo = sent(event, with_a_face(), part=50_000)
    assert (photo.state, received(photo.negative), lying(folder)) == ("preparing", len(with_a_face()), [])
    assert work() == 1
    photo.refresh_from_db()
    assert (photo.state, len(photo.boxes), photo.negative, negatives()) == ("waiting", 1, "", {})
    assert [(file.width, file.height) for file in photo.files] == [(512, 512), (512, 512), (480, 480)]
    assert lying(folder) == sorted(file.name for file in photo.files)
    # Nothing of it is public, and it cannot become so without words and a ground.
    assert (shown_photos(event=event), picture_is_public(photo.files[0].name)) == ([], False)
    with pytest.raises(ValidationError) as refused:
        decide_photo(photo, shown=True, by=RUTH)
    assert sorted(refused.value.message_dict) == ["alt", "consent"]
    for name, text in WORDS.items():
        setattr(photo, name, text)
    described = describe_photo(photo, by=hana(event))
    before = current_generation()
    decided = decide_photo(described, shown=True, by=RUTH)
    assert (decided.state, decided.boxes, decided.decided_by, current_generation()) == ("shown", [], "Ruth", before + 1)
    [one] = shown_photos(action=event.action, city=event.city)
    assert (one.large.name, one.words("es"), one.credit) == (photo.files[0].name, (WORDS["alt"], "en"), "Hana")
    assert picture_is_public(one.small.name)
    assert WORDS["alt"] not in repr(list(Entry.objects.values_list("before", flat=True)))


def test_otto_sends_describes_covers_and_decides_nothing(folder: Path) -> None:
    event = held_today()
    photo = prepared(event)
    tries = (
        lambda: begin_photo(Photo(uid=new_token(), event=event), size=9, stated=True, by=OTTO),
        lambda: describe_photo(photo, by=OTTO),
        lambda: cover_photo(photo, [(0, 0, 9, 9)], by=OTTO),
        lambda: decide_photo(photo, shown=True, by=OTTO),
        lambda: decide_photo(photo, shown=True, by=hana(event)),
        lambda: remove_photo(photo, by=OTTO),
        lambda: decide_takedown(photo, gone=True, by=hana(event)),
    )
    for one in tries:
        with pytest.raises(PermissionDenied):
            one()
    assert Photo.objects.get().state == "waiting"


def test_what_is_no_photo_is_refused_with_a_sentence_and_nothing_of_it_stays(folder: Path) -> None:
    event = held_today()
    page = sent(event, b"<!doctype html><title>photo.jpg</title>")
    cut = sent(event, photo_file()[:1500])
    empty = sent(event, b"")
    large = begin_photo(Photo(uid=new_token(), event=event), size=200_000_000, stated=True, by=hana(event))
    work()
    rows = [Photo.objects.get(pk=row.pk) for row in (page, cut, empty, large)]
    assert [(row.state, row.refusal) for row in rows] == [
        ("refused", "no_picture"),
        ("refused", "cut_off"),
        ("refused", "empty"),
        ("refused", "too_many_bytes"),
    ]
    assert "Choose a photo." in rows[0].sentence
    assert (negatives(), lying(folder)) == ({}, [])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=15)):
        assert clear_photos() == 4
    assert Photo.objects.count() == 0


def test_the_statement_about_children_is_asked_for_and_a_fifty_first_photo_refused(folder: Path) -> None:
    event = held_today()
    with pytest.raises(ValidationError, match="about children"):
        begin_photo(Photo(uid=new_token(), event=event), size=9, stated=False, by=hana(event))
    for number in range(MOST_PHOTOS):
        Photo.objects.create(uid=f"photo-{number}", event=event, state="waiting")
    Photo.objects.create(uid="refused", event=event, state="refused")
    with pytest.raises(NotNow, match="50 photos"):
        begin_photo(Photo(uid=new_token(), event=event), size=9, stated=True, by=hana(event))


def test_begun_twice_it_is_one_photo_that_goes_on_where_it_stopped(folder: Path) -> None:
    event, uid = held_today(), new_token()
    by, content = hana(event), photo_file()
    first = begin_photo(Photo(uid=uid, event=event), size=len(content), stated=True, by=by)
    assert take_part(first, 0, content[:1000], by=by) == 1000
    again = begin_photo(Photo(uid=uid, event=event), size=len(content), stated=True, by=by)
    assert (again.pk, take_part(again, 0, content[:1000], by=by)) == (first.pk, 1000)
    assert take_part(again, 1000, content[1000:], by=by) == len(content)
    assert {finish_photo(again, by=by).state for _ in range(2)} == {"preparing"}
    assert Job.objects.filter(name="reports.prepare_photo").count() == 1


def test_more_is_covered_by_hand_and_a_shown_photo_waits_again(folder: Path) -> None:
    event = held_today()
    photo = shown(event)
    before = photo.picture
    covered = cover_photo(photo, [(10, 10, 40, 40)], by=RUTH)
    assert (covered.state, shown_photos(), picture_is_public(photo.files[0].name)) == ("preparing", [], False)
    work()
    photo.refresh_from_db()
    assert (photo.state, photo.boxes, photo.picture != before) == ("waiting", [[10, 10, 40, 40]], True)
    assert lying(folder) == sorted(file.name for file in photo.files)
    # Ruth who still sees the picture of before does not show the new one unseen.
    stale = Photo.objects.get()
    stale.picture = before
    with pytest.raises(NotNow, match="Look at it once more"):
        decide_photo(stale, shown=True, by=RUTH)
    with pytest.raises(NotNow, match="stays covered"):
        cover_photo(photo, [], anew=True, by=RUTH)
    for wrong in ([], [(290, 0, 40, 40)], [(0, 0, 0, 5)]):
        with pytest.raises(ValidationError):
            cover_photo(photo, wrong, by=RUTH)


def test_while_the_upload_is_kept_a_covering_is_taken_away_and_then_both_are_gone(folder: Path, settings: Any) -> None:
    settings.UNCOVERED_DAYS = 3
    event = held_today()
    photo = prepared(event, with_a_face())
    assert (len(photo.boxes), list(negatives())) == (1, [photo.negative])
    cover_photo(photo, [], anew=True, by=RUTH)
    work()
    photo.refresh_from_db()
    assert (photo.state, photo.boxes, list(negatives())) == ("waiting", [], [photo.negative])
    assert len(lying(folder)) == 3
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3, minutes=1)):
        assert clear_photos() == 1
        photo.refresh_from_db()
        assert (photo.negative, negatives(), photo.is_kept(timezone.now())) == ("", {}, False)
        with pytest.raises(NotNow, match="stays covered"):
            cover_photo(photo, [(0, 0, 9, 9)], anew=True, by=RUTH)


def test_what_was_deleted_while_it_was_prepared_stays_deleted(folder: Path) -> None:
    event = held_today()
    photo = sent(event)
    done = pictures.prepare(photo.negative, [])
    remove_photo(photo, by=hana(event))
    assert (keep_prepared(photo, done, by=RUTH).state, photos_of(event)) == ("gone", [])
    work()
    assert (negatives(), len(lying(folder))) == ({}, 3)
    # What no row knows is swept away.
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert sweep_pictures() == 3
    assert lying(folder) == []


def test_a_photo_that_somebody_asks_about_is_hidden_at_once_and_ruth_decides(folder: Path) -> None:
    event = held_today()
    one, other = shown(event), shown(event)
    asked = ask_takedown(Takedown(photo=one, reason="my child"), by=VISITOR)
    assert (asked.photo.state, [row.key for row in shown_photos()]) == ("taken down", [other.key])
    assert not picture_is_public(one.files[1].name)
    assert decide_takedown(one, gone=False, by=RUTH).state == "shown"
    assert len(shown_photos()) == 2
    # What is not hidden at once waits; the same asked again is no second request.
    for _ in range(2):
        ask_takedown(Takedown(photo=other, reason="other", hid=False), by=VISITOR)
    assert (len(shown_photos()), Takedown.objects.filter(decided_at=None).count()) == (2, 1)
    ask_takedown(Takedown(photo=one, reason="me"), by=VISITOR)
    gone = decide_takedown(one, gone=True, by=RUTH)
    assert (gone.state, gone.alt, gone.credit) == ("gone", "", "")
    assert work() > 0
    assert lying(folder) == sorted(file.name for file in other.files)
    assert Photo.objects.get(pk=one.pk).picture == ""
    with pytest.raises(NotNow, match="faster"):
        decide_takedown(one, gone=False, by=RUTH)
    waiting = prepared(event)
    with pytest.raises(NotNow, match="not shown"):
        ask_takedown(Takedown(photo=waiting, reason="me"), by=VISITOR)


def test_of_an_event_off_the_pages_or_shielded_no_photo_is_public(folder: Path) -> None:
    event = held_today()
    photo = shown(event)
    for facts in ({"is_listed": False}, {"is_listed": True, "is_shielded": True}):
        Event.every.filter(pk=event.pk).update(**facts)
        assert (shown_photos(), picture_is_public(photo.files[0].name)) == ([], False)


def test_an_upload_that_nobody_finished_is_given_up(folder: Path) -> None:
    event = held_today()
    photo = begin_photo(Photo(uid=new_token(), event=event), size=9_000, stated=True, by=hana(event))
    take_part(photo, 0, photo_file()[:500], by=hana(event))
    assert clear_photos() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2, minutes=1)):
        assert clear_photos() == 2
    photo.refresh_from_db()
    assert (photo.refusal, negatives()) == ("cut_off", {})
    with pytest.raises(Unopenable):
        received("anything")


def test_fields_side_by_side_are_one_box_and_reach_to_the_edges() -> None:
    assert boxes_of_fields([0, 1, 12, 13, 107], 1205, 907) == [(0, 0, 201, 202), (1104, 806, 101, 101)]
    assert boxes_of_fields(range(108), 1205, 907) == [(0, 0, 1205, 907)]
    assert boxes_of_fields([11, 12], 1200, 900) == [(1100, 0, 100, 100), (0, 100, 100, 100)]
    assert boxes_of_fields([-1, 108], 1200, 900) == []


def test_names_in_words_are_found_and_words_that_are_none_are_left_alone() -> None:
    names = ["Hana Núñez", "Rosa", "Will"]
    assert listed_in("Rosa’s class walks in with Hana and ROSA", names) == ["Rosa’s", "Hana", "ROSA"]
    assert listed_in("They will walk past a rosa bush", names) == []
    known = ["Auer Avenue School", "Milwaukee"]
    assert like_names_in("Ten children with Tamika Jones at Auer Avenue in Milwaukee", known) == ["Tamika Jones"]
    assert like_names_in("Parents walk into the school. Red banners are raised", known) == []


def test_the_corpus_of_bad_pictures_comes_through_and_nothing_that_was_planted_lies_anywhere(
    folder: Path, shared: Path
) -> None:
    event, files = held_today(), sorted((shared / "corpora/images/made").iterdir())
    rows = {file.name: sent(event, file.read_bytes()) for file in files}
    work()
    found = {name: Photo.objects.get(pk=photo.pk) for name, photo in rows.items()}
    assert {photo.state for photo in found.values()} == {"waiting", "refused"}
    assert {name: photo.refusal for name, photo in found.items() if photo.refusal} == {
        "gps.tif": "other_kind",
        **dict.fromkeys(("bomb_30000x30000.png", "bomb_header_only_60000x60000.png"), "too_many_pixels"),
        **dict.fromkeys(("gif_400_frames.gif", "polyglot_gif_js.gif"), "moving"),
        **dict.fromkeys(("svg_named.png", "svg_script.svg", "svg_xxe.svg"), "drawing"),
        **dict.fromkeys(("html_named.jpg", "one_byte.jpg"), "no_picture"),
        **dict.fromkeys(("half.jpg", "magic_only.jpg"), "cut_off"),
        "zero.jpg": "empty",
        "zip_tail.jpg": "two_in_one",
        "ztxt_bomb_60MB.png": "damaged",
    }
    assert all(photo.sentence for photo in found.values() if photo.refusal)
    assert negatives() == {}
    assert [file for file in folder.rglob("*") if file.is_file() and b"CANARY" in file.read_bytes()] == []
    assert "CANARY" not in repr(list(Photo.objects.values())) + repr(list(Entry.objects.values()))
