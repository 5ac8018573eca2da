"""A reporter downloads the press kit: our count and what others claim, apart; words that were shown; who agreed."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.generation import current_generation
from manyplaces.core.models import Generation
from manyplaces.events.models import Event
from manyplaces.events.operations.shielding import shield_event
from manyplaces.exchange.kits.keeping import MOST_KEPT, forget_kits
from manyplaces.people.models import Person
from manyplaces.record.models import Claim
from manyplaces.record.operations import judge_claim, state_claim
from manyplaces.reports.models import Report, Takedown
from manyplaces.reports.operations import ask_takedown, decide_photo, decide_words, take_report
from tests.front.test_tally import NIA, report, sites
from tests.reports.photographing import RUTH, WORDS, prepared
from tests.signing import person_with, signed_in


@pytest.fixture(autouse=True)
def kits(settings: Any, tmp_path: Path) -> Path:
    """The folder in which kits are kept."""
    settings.KITS_FOLDER = tmp_path / "kits"
    return tmp_path / "kits"


pytestmark = pytest.mark.django_db(transaction=True)

CITY = "/actions/october/wi/milwaukee/press-kit.zip"
WHOLE = "/actions/october/press-kit.zip"


def fetched(path: str) -> dict[str, str]:
    """The texts and tables of a press kit, by their names."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as packed:
        return {name: packed.read(name).decode("utf-8-sig", "replace") for name in packed.namelist()}


def packed_in(folder: Path, name: str) -> list[list[str]]:
    """For each kit on the disk that holds a file of this name, the names of it."""
    found = []
    for file in folder.glob("*.zip"):
        with zipfile.ZipFile(file) as packed:
            found.append([one for one in packed.namelist() if one == name])
    return [names for names in found if names]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def claimed(event: Event, words: str, low: int, claimant: str) -> Claim:
    """What somebody says of the city of an event."""
    given = {"phase": "held", "metric_words": "schools", "low": low, "high": low, "said_at": timezone.now()}
    row = Claim(action=event.action, city=event.city, value_words=words, claimant=claimant, **given)
    return state_claim(row, by=NIA).row


def test_the_kit_of_a_city_keeps_our_count_and_the_claims_of_others_apart() -> None:
    auer, grant, _lane = sites("Auer", "Grant", "Lane")
    report(auer, "62")
    report(grant, "70-80")
    claimed(auer, "about 90", 90, "MTEA")
    disputed = claimed(auer, "forty", 40, "the district")
    disputed.disputed = True
    judge_claim(disputed, by=NIA)
    kit = fetched(CITY)
    assert list(kit) == [
        "press-kit.txt",
        "comunicado.txt",
        "numbers.csv",
        "sites.csv",
        "quotes.csv",
        "photos.csv",
        "contacts.csv",
    ]
    words = kit["press-kit.txt"]
    assert "2 site reports so far, 132–142 people counted, 1 site unreported." in words
    assert "schools, held: 40 to 90 (2 claims) [disputed]" in words
    assert "“forty” (schools, held) · the district" in words
    assert "/es/actions/october/wi/milwaukee/" in kit["comunicado.txt"]
    rows = table(kit["numbers.csv"])
    ours = {row["what"]: row["in_words"] for row in rows if row["stated_by"] == "our own count"}
    assert (ours["sites held"], ours["people"], ours["sites not reported yet"]) == ("2", "132–142", "1")
    others = [
        (row["in_words"], row["stated_by"], row["disputed"]) for row in rows if row["stated_by"] != "our own count"
    ]
    assert others == [
        ("about 90", "MTEA", ""), ("forty", "the district", "yes"),
        ("62", "report of the site", ""), ("70-80", "report of the site", ""),
    ]  # fmt: skip
    assert all(row["stated_at"] for row in rows)
    assert [row["attendance_text"] for row in table(kit["sites.csv"])] == ["", "", ""]
    assert "130" not in fetched(WHOLE)["press-kit.txt"]


def test_the_same_record_makes_the_same_kit() -> None:
    (auer,) = sites("Auer")
    report(auer, "62")
    assert b"".join(Client().get(CITY)) == b"".join(Client().get(CITY))


def test_words_are_in_it_once_they_were_shown_and_never_of_a_protected_host() -> None:
    (auer,) = sites("Auer")
    said = take_report(Report(uid="a" * 22, event=auer, people_words="62", happened="We sang at the door."), by=NIA)
    assert "We sang" not in fetched(CITY)["press-kit.txt"]
    decide_words(said, shown=True, by=NIA)
    assert "“We sang at the door.”" in fetched(CITY)["press-kit.txt"]
    assert [row["words"] for row in table(fetched(WHOLE)["quotes.csv"])] == ["We sang at the door."]
    shield_event(auer, by=NIA)
    assert "We sang" not in "".join(fetched(CITY).values())


def test_ana_is_in_it_only_while_she_agrees_and_where_she_has_a_role() -> None:
    sites("Auer")
    ana = person_with(Grant("press", state="WI", city="milwaukee"), alias="Ana")
    person_with(Grant("reviewer", state="WI"), alias="Ruth", email="ruth@example.org")
    Person.objects.filter(alias="Ruth").update(press_line="Ruth, who only reviews")
    browser = signed_in(None, ana)
    line = "Ana Ruiz, (414) 555-0100"
    form = {"alias": "Ana", "language": "en", "press_line": line}
    assert 'name="press_agreed"' in browser.get("/me/").content.decode()
    assert "checked" not in browser.get("/me/").content.decode()
    browser.post_form("/me/", form)
    assert fetched(CITY)["contacts.csv"].split() == ["contact"]
    browser.post_form("/me/", {**form, "press_agreed": "on"})
    assert [row["contact"] for row in table(fetched(CITY)["contacts.csv"])] == [line]
    assert line in fetched(CITY)["comunicado.txt"]
    assert line not in "".join(fetched(WHOLE).values())
    assert browser.post_form("/me/", {**form, "press_line": "", "press_agreed": "on"}).status_code == 200
    browser.post_form("/me/", form)
    assert line not in "".join(fetched(CITY).values())
    assert Person.objects.get(alias="Ana").press_line == ""


def test_it_is_packed_once_for_each_state_of_the_record(kits: Path) -> None:
    auer, grant = sites("Auer", "Grant")
    report(auer, "62")

    def packed() -> list[tuple[str, int]]:
        return sorted((file.name, file.stat().st_mtime_ns) for file in kits.glob("*.*"))

    first = [b"".join(Client().get(CITY)) for _twice in range(2)]
    assert first[0] == first[1]
    was = packed()
    assert (len(was), b"".join(Client().get(CITY)) == first[0], packed()) == (1, True, was)
    with CaptureQueriesContext(connection) as asked:
        Client().get(CITY).close()
    # The action and the city, the state of the record and whom to ask: five, however much is in it.
    assert len(asked) == 5
    b"".join(Client().get(WHOLE))
    assert len(packed()) == 2
    # Another state takes the place of the one before; whoever reads that one reads on.
    reading: Any = Client().get(CITY)
    report(grant, "70")
    assert "132 people counted" in fetched(CITY)["press-kit.txt"]
    assert (len(packed()), was[0] in packed(), b"".join(reading) == first[0]) == (2, False, True)
    # Nobody asks for the other any more, and the clock takes it away, with what a killed process has left.
    (kits / "killed.part").write_bytes(b"PK")
    assert (forget_kits(), len(packed()), forget_kits()) == (2, 1, 0)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert forget_kits() == 1


def test_a_record_that_a_backup_has_set_back_has_no_kit_of_its_future(kits: Path) -> None:
    auer, grant = sites("Auer", "Grant")
    report(auer, "62")
    assert "62 people counted" in fetched(CITY)["press-kit.txt"]
    number = current_generation()
    report(grant, "70")
    Generation.objects.update(number=number)
    assert "132 people counted" in fetched(CITY)["press-kit.txt"]


def test_it_is_one_kit_in_whichever_language_somebody_asks_first(kits: Path) -> None:
    (auer,) = sites("Auer")
    report(auer, "62")
    first = b"".join(Client().get(f"/es{CITY}"))
    for file in kits.glob("*.zip"):
        file.unlink()
    assert b"".join(Client().get(CITY)) == first


def test_kits_do_not_fill_the_disk(kits: Path) -> None:
    sites("Auer")
    kits.mkdir()
    for number in range(MOST_KEPT + 5):
        (kits / f"other{number}.a.b.zip").write_bytes(b"PK")
    fetched(CITY)
    assert len(list(kits.glob("*.zip"))) == MOST_KEPT


def test_what_does_not_exist_has_no_kit() -> None:
    sites("Auer")
    missing = ("/actions/nowhere/press-kit.zip", "/actions/october/wi/nowhere/press-kit.zip")
    assert [Client().get(path).status_code for path in missing] == [404, 404]


def test_nobody_but_its_owner_gives_a_contact_to_the_press() -> None:
    ana = person_with(Grant("press"), alias="Ana")
    otto = signed_in(None, person_with(Grant("press"), alias="Otto", email="otto@example.org"))
    otto.post_form("/me/", {"alias": "Otto", "language": "en", "press_line": "Otto", "press_agreed": "on"})
    lines = dict(Person.objects.values_list("alias", "press_line"))
    assert lines == {"Ana": "", "Otto": "Otto"}
    assert Actor("Ana", "page", person=ana.pk).person != Person.objects.get(alias="Otto").pk


def test_a_photo_is_in_it_once_it_was_shown_with_credit_and_words_and_gone_when_it_is_taken_down(
    settings: Any, tmp_path: Path, kits: Path
) -> None:
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    (auer,) = sites("Auer")
    photo = prepared(auer)
    assert [name for name in fetched(CITY) if name.startswith("photos/")] == []
    photo = decide_photo(photo, shown=True, by=RUTH)
    kit = fetched(CITY)
    (name,) = [name for name in kit if name.startswith("photos/")]
    (row,) = table(kit["photos.csv"])
    assert (row["file"], row["seen"], row["credit"]) == (name, WORDS["alt"], "Hana")
    assert name in kit["press-kit.txt"]
    assert name in fetched(WHOLE)
    ask_takedown(Takedown(photo=photo, reason="my child"), by=Actor("a visitor", "page"))
    # From the very next request on, and from the disk too, whether anybody asks or not.
    assert name not in fetched(CITY)
    assert [len(names) for names in packed_in(kits, name)] == [1]
    forget_kits()
    assert packed_in(kits, name) == []
    assert name not in fetched(WHOLE)


def test_a_photo_that_cannot_be_reached_for_a_moment_is_in_the_next_kit(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    (auer,) = sites("Auer")
    photo = decide_photo(prepared(auer), shown=True, by=RUTH)
    (file,) = (tmp_path / "media" / "pictures").glob(photo.files[0].name)
    away = file.rename(tmp_path / "away")
    kit = fetched(CITY)
    assert ([name for name in kit if name.startswith("photos/")], "numbers.csv" in kit) == ([], True)
    away.rename(file)
    assert [name for name in fetched(CITY) if name.startswith("photos/")] == [f"photos/{file.name}"]
