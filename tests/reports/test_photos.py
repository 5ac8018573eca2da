"""Hana's page of photos, with and without a script; Ruth's on the desk; and the way to have one taken down."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from manyplaces.core import throttle
from manyplaces.core.actor import Grant
from manyplaces.core.throttle import SOURCE
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Host
from manyplaces.events.operations.shielding import shield_event
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations import ask_takedown, cover_photo
from manyplaces.reports.rules.links import report_link_of
from tests.reports.photographing import OTTO, RUTH, photo_file, prepared, shown, work
from tests.reports.test_reporting import held_today, page_of
from tests.rsvps.coming import say
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
DESK = "/desk/review/photos/"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own, and nobody who has asked before."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    throttle.forget()
    return tmp_path


@pytest.fixture
def ruths() -> SignedIn:
    """Ruth at the desk, who reviews Wisconsin."""
    return signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))


def photos_page_of(event: Any) -> str:
    """The page on which Hana sends photos."""
    return page_of(event).replace("/report/", "/photos/")


def chosen(*contents: bytes) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(f"IMG_{number}.jpg", content) for number, content in enumerate(contents)]


def test_hana_sends_several_by_a_plain_form_says_what_is_seen_and_nobody_else_sees_them_yet(ruths: SignedIn) -> None:
    event = held_today()
    page, hanas = photos_page_of(event), Client()
    form = {"do": "send", "uid": new_token(), "stated": "on"}
    sent = {**form, "files": chosen(photo_file(), b"<html>no photo</html>", photo_file())}
    answer = hanas.post(page, sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?did=sent")
    # The same form once more, as after a lost answer: no photo twice.
    hanas.post(page, {**form, "files": chosen(photo_file(), b"<html>no photo</html>", photo_file())})
    assert list(Photo.objects.order_by("pk").values_list("state", flat=True)) == ["preparing", "refused", "preparing"]
    assert "This file is no picture" in hanas.get(page).content.decode()
    work()
    photo = Photo.objects.order_by("pk")[0]
    shown_to_her = hanas.get(page).content.decode()
    own = f"{page}{photo.file('small').name}"
    assert own in shown_to_her and "This is still needed before it can be shown" in shown_to_her
    picture = hanas.get(own)
    assert (picture.status_code, picture["Content-Type"], picture["Cache-Control"]) == (200, "image/webp", "no-store")
    assert Client().get(f"/pictures/{photo.file('small').name}").status_code == 404
    typed = {f"{photo.key}-alt": "A crowd at the door", f"{photo.key}-credit": "MTEA", f"{photo.key}-consent": "crowd"}
    answer = hanas.post(page, {"do": "describe", "photo": photo.key, **typed})
    assert answer["Location"] == f"{page}?did=described#{photo.key}"
    assert "A crowd at the door" in ruths.get(DESK).content.decode()
    assert ruths.get(f"{DESK}{photo.file('middle').name}").status_code == 200
    # Without the tick, or without a photo, nothing is taken and the page says why.
    for wrong in ({"do": "send", "uid": new_token(), "files": chosen(photo_file())}, {**form, "uid": new_token()}):
        assert hanas.post(page, wrong).status_code == 422
    assert hanas.post(page, {"do": "delete", "photo": photo.key})["Location"] == f"{page}?did=deleted"
    assert (Photo.objects.get(pk=photo.pk).state, hanas.get(own).status_code) == ("gone", 404)


def test_part_by_part_it_goes_on_where_it_was_cut_off(folder: Path) -> None:
    event = held_today()
    link = report_link_of(Host.objects.get(commitment__event=event).uid)
    of_host = page_of(event)
    assert of_host
    address, uid, content = f"/host/{link}/photos/part", new_token(), photo_file()

    def send(at: int, part: bytes | None, **more: str) -> tuple[int, dict[str, Any]]:
        told: dict[str, Any] = {"uid": uid, "size": str(len(content)), "at": str(at), "stated": "on", **more}
        if part is not None:
            told["part"] = SimpleUploadedFile("part", part)
        answer = Client().post(address, told)
        return answer.status_code, json.loads(answer.content)

    assert send(0, None) == (200, {"at": 0, "state": "uploading", "sentence": ""})
    assert send(0, content[:700])[1]["at"] == 700
    # Nobody knows whether the answer arrived: what is there already is not taken twice.
    assert send(0, content[:700])[1]["at"] == 700
    assert send(5_000, content[700:900])[1]["at"] == 700
    assert send(0, None)[1]["at"] == 700
    assert send(700, content[700:])[1] == {"at": len(content), "state": "preparing", "sentence": ""}
    assert send(0, None)[1]["at"] == len(content)
    work()
    assert Photo.objects.get().state == "waiting"
    assert (Client().get(f"/host/{link}/photos/").status_code, Client().get(f"/host/{link}x/photos/").status_code) == (
        200,
        404,
    )
    refused = Client().post(address, {"uid": new_token(), "size": "200000000", "at": "0", "stated": "on"})
    assert "larger than 50 MB" in json.loads(refused.content)["sentence"]
    unread = Client().post(address, {"uid": new_token(), "size": "9", "at": "0"})
    assert (unread.status_code, "about children" in json.loads(unread.content)["sentence"]) == (409, True)


def test_ruth_covers_more_by_fields_and_numbers_without_a_script_and_then_shows_it(ruths: SignedIn) -> None:
    event = held_today()
    photo = prepared(event)
    page = f"{DESK}{photo.key}/"
    assert ruths.get(page).content.decode().count('name="field"') == 108
    assert ruths.post_form(page, {"do": "more"}).status_code == 422
    told = {"do": "more", "field": ["0", "1"], "left": "50", "top": "50", "width": "10", "height": "60"}
    assert ruths.post_form(page, told).status_code == 422
    assert ruths.post_form(page, {**told, "height": "20"})["Location"] == DESK
    work()
    photo.refresh_from_db()
    assert (photo.state, photo.boxes) == ("waiting", [[0, 0, 50, 23], [150, 100, 30, 40]])
    stale = {"do": "show", "photo": photo.key, "picture": "before"}
    ruths.post_form(DESK, stale)
    assert Photo.objects.get().state == "waiting"
    ruths.post_form(DESK, {**stale, "picture": photo.picture})
    gallery = Client().get(f"/events/{event.key}/").content.decode()
    assert gallery.count(f"/pictures/{photo.file('large').name}") == 2
    assert f"/photos/{photo.key}/take-down/" in gallery
    for address in (f"/actions/{event.action.slug}/", f"/es/actions/{event.action.slug}/wi/milwaukee/"):
        assert photo.file("middle").name in Client().get(address).content.decode()
    picture = Client().get(f"/pictures/{photo.file('large').name}")
    assert (picture["Content-Type"], "max-age=0" in picture["Cache-Control"]) == ("image/jpeg", True)


def test_a_reviewer_of_another_state_sees_none_of_it() -> None:
    photo = prepared(held_today())
    elsewhere = signed_in(None, person_with(Grant("reviewer", state="CA"), alias="Cal"))
    assert photo.key not in elsewhere.get(DESK).content.decode()
    for address in (f"{DESK}{photo.key}/", f"{DESK}{photo.file('large').name}"):
        assert elsewhere.get(address).status_code == 404
    elsewhere.post_form(DESK, {"do": "show", "photo": photo.key, "picture": photo.picture})
    assert Photo.objects.get().state == "waiting"


def test_words_with_the_name_of_somebody_who_comes_are_flagged_for_ruth(ruths: SignedIn) -> None:
    event = held_today()
    say(event, name="Rosa Delgado")
    prepared(event, alt="Two girls with Rosa at the door")
    assert "listed for this event: Rosa" in ruths.get(DESK).content.decode()
    Photo.objects.update(alt="Ten children with Tamika Jones at the door")
    assert "looks like somebody’s name: Tamika Jones" in ruths.get(DESK).content.decode()
    Photo.objects.update(alt="A crowd at Auer Avenue School in Milwaukee")
    page = ruths.get(DESK).content.decode()
    assert "listed for this event" not in page and "looks like somebody" not in page


def test_anybody_has_a_photo_hidden_at_once_and_from_one_source_only_the_first_three(ruths: SignedIn) -> None:
    event = held_today()
    rows = [shown(event) for _ in range(5)]
    source = {SOURCE: "one-phone"}
    for photo in rows:
        address = f"/photos/{photo.key}/take-down/"
        assert Client().get(address).status_code == 200
        Client().post(address, {"reason": "my child"}, **source)
    states = list(Photo.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["taken down"] * 3 + ["shown"] * 2
    gallery = Client().get(f"/events/{event.key}/").content.decode()
    assert [photo.key in gallery for photo in rows] == [False] * 3 + [True] * 2
    assert Client().get(f"/pictures/{rows[0].file('small').name}").status_code == 404
    hidden = Client().get(f"/photos/{rows[0].key}/take-down/").content.decode()
    assert "not shown any more" in hidden and rows[0].file("small").name not in hidden
    # From somewhere else it is hidden at once.
    Client().post(f"/photos/{rows[4].key}/take-down/", {"reason": "me"}, **{SOURCE: "another"})
    assert Photo.objects.get(pk=rows[4].pk).state == "taken down"
    page = ruths.get(DESK).content.decode()
    assert (page.count("hidden at once"), page.count("still shown")) == (4, 2)
    ruths.post_form(DESK, {"do": "gone", "photo": rows[0].key})
    ruths.post_form(DESK, {"do": "restore", "photo": rows[1].key})
    assert [Photo.objects.get(pk=row.pk).state for row in rows[:2]] == ["gone", "shown"]
    assert not re.search(r"one-phone|another", repr(list(Takedown.objects.values())))


def test_of_a_shown_photo_more_is_covered_and_it_is_off_the_pages_until_ruth_has_looked() -> None:
    event = held_today()
    photo = shown(event)
    cover_photo(photo, [(0, 0, 30, 30)], by=RUTH)
    assert photo.key not in Client().get(f"/events/{event.key}/").content.decode()
    assert Client().get(f"/pictures/{photo.file('small').name}").status_code == 404


def test_the_data_of_an_event_lists_its_shown_photos_with_words_credit_and_sizes(settings: Any) -> None:
    event = held_today()
    address = f"/events/{event.key}.json"
    prepared(event, alt="Nobody has looked at this one")
    assert Client().get(address).json()["event"]["photos"] == []
    first = shown(event, alt_es="Padres y maestros entran juntos")
    second = shown(event, alt="Only in English", credit="")
    told = Client().get(f"/es{address}").json()["event"]["photos"]
    assert [(one["alt"], one["alt_language"], one["credit"]) for one in told] == [
        ("Padres y maestros entran juntos", "es", "Hana"),
        ("Only in English", "en", None),
    ]
    sizes = Client().get(address).json()["event"]["photos"][0]["sizes"]
    assert list(sizes) == ["large", "middle", "small"]
    for size, file in sizes.items():
        known = first.file(size)
        wanted = {"url": f"{settings.SITE_URL}/pictures/{known.name}", "width": known.width, "height": known.height}
        assert file == wanted
        assert Client().get(f"/pictures/{known.name}").status_code == 200
    ask_takedown(Takedown(photo=second, reason="my child", hid=True), by=OTTO)
    assert [one["alt_language"] for one in Client().get(f"/es{address}").json()["event"]["photos"]] == ["es"]
    shield_event(event, by=RUTH)
    assert Client().get(address).json()["event"]["photos"] == []
