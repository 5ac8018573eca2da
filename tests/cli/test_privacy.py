"""Whatever is planted that must not be stored is found, in whichever table or file, and nothing else is."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as own_settings
from django.db import connection
from django.utils import timezone

from manyplaces.cli.privacy import overdue, privacy_faults
from manyplaces.cli.scanning import Looked, found_in
from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.negatives import begin_negative
from manyplaces.core.safes import destroy_safe, make_safe
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.journal.operations import record
from manyplaces.mail.models import Job, Letter
from manyplaces.people.models import Person
from manyplaces.places.models import City
from manyplaces.record.models import MediaHit
from manyplaces.reports.models import Photo, Report
from manyplaces.rsvps.models import Crowd, Rsvp, Safe
from tests.rsvps.coming import confirmed, say, walk_in
from tests.signing import person_with

pytestmark = pytest.mark.django_db(transaction=True)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data folder with logs and nothing else."""
    throttle.forget()
    settings.SAFES_FOLDER, settings.MEDIA_FOLDER = tmp_path / "keys" / "safes", tmp_path / "media"
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "2026-11-27.jsonl").write_text('{"at": "2026-11-27T12:30:45.123Z", "what": "up at 0.0.0.0"}\n')
    return tmp_path


def faults(folder: Path) -> list[str]:
    return privacy_faults(replace(own_settings.ENVIRONMENT, data=folder))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("from 203.0.113.7 at noon", ["a network address"]),
        ("[2001:db8::17]:443", ["a network address"]),
        ("2001:0db8:0000:0000:0000:ff00:0042:8329", ["a network address"]),
        ("ip=10.1.2.3;", ["a network address"]),
        (AGENT, ["the name of a browser"]),
        ("curl/8.1", ["the name of a browser"]),
        ("write to Gil.Ramos@Example.org now", ["an e-mail address"]),
        # What looks like it and is not.
        ("at 12:30:45, or 07:20:00:00", []),
        ("version 1.2.3.4 of it, v10.0.0.1, and nginx/1.22.1.4", []),
        ("127.0.0.1 and ::1 and 0.0.0.0", []),
        ("999.1.1.1 and 1.2.3 and 1.2.3.4.5", []),
        ("std::cout and ab::cd and 6f:1a", []),
        ("@hana and a@b and 5@$3.00", []),
    ],
)
def test_what_is_somebodys_and_what_only_looks_like_it(text: str, kinds: list[str]) -> None:
    assert list(dict.fromkeys(kind for kind, _hit in found_in(text.encode()))) == kinds


def test_a_site_with_people_on_it_is_clean_and_says_what_was_looked_at(data: Path, capsys: Any) -> None:
    event = walk_in(note="Questions: school@example.org")
    confirmed(event, "gil@example.org", name="Gil", needs="a ramp")
    say(event, people="4")
    assert faults(data) == []
    told = capsys.readouterr().out
    assert "Nothing was found." in told
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    assert f"tables                   {len(tables):,}" in told
    assert "files                    3" in told


def test_each_kind_of_trace_in_a_table_is_found_with_its_place(data: Path) -> None:
    event = walk_in()
    job = Job.objects.create(
        name="x", actor="Nia", payload={"seen": ["203.0.113.7"]}, next_try_at=timezone.now(), made_at=timezone.now()
    )
    Commitment.objects.update(county=AGENT)
    City.objects.update(name="Milwaukee 2001:db8::17")
    Letter.objects.filter(pk=Letter.objects.create(
        key="k", kind="x", about="gil@example.org", next_try_at=timezone.now(), made_at=timezone.now()
    ).pk).update(to_sealed=b"\x00\x01to: gina@example.org")  # fmt: skip
    found = faults(data)
    assert len(found) == 5
    assert f"a network address in the table mail_job, column payload, row {job.pk}" in found
    places = {place.partition(" in the table ")[2].partition(", row")[0] for place in found}
    assert places == {
        "mail_job, column payload", "events_commitment, column county", "places_city, column name",
        "mail_letter, column about", "mail_letter, column to_sealed",
    }  # fmt: skip
    assert event.pk


def test_links_that_are_cited_may_have_a_number_and_public_texts_an_address(data: Path) -> None:
    event = walk_in()
    MediaHit.objects.create(
        key="m", action=event.action, outlet="Paper", outlet_folded="paper", link="http://198.51.100.4/a", kind="news"
    )
    nia = Actor("Nia", "page")
    record(nia, "event.changed", event, before={"note": "Questions: school@example.org"})
    # What Ana gave to the press, and what a site says of its day.
    person_with(Grant("press"), alias="Ana", email="ana@example.org")
    Person.objects.filter(alias="Ana").update(press_line="Ana Ruiz, press@example.org")
    Report.objects.create(uid="r" * 22, event=event, people_words="62", covered="Write to tips@paper.example.org")
    assert faults(data) == []
    # In a row that is not public it is found, and so is a browser anywhere.
    record(nia, "commitment.changed", event.commitment, before={"remark": "mine is gil@example.org"})
    record(nia, "event.changed", event, before={"note": AGENT})
    assert [place.partition(" in the table ")[0] for place in faults(data)] == [
        "an e-mail address", "the name of a browser",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("logs/2026-11-26.jsonl", '{"from": "203.0.113.7"}'),
        ("logs/old/deep.txt", AGENT),
        ("reports/import-1.csv", "school,gil@example.org"),
        ("media/photo.jpg", "\x00\x00GPS 203.0.113.7\x00"),
        ("logs/long.jsonl", "x" * ((1 << 20) - 5) + " 203.0.113.7 "),
    ],
)
def test_each_kind_of_trace_in_a_file_is_found(data: Path, file: str, text: str) -> None:
    (data / file).parent.mkdir(parents=True, exist_ok=True)
    (data / file).write_text(text)
    assert [place.partition(" in the file ")[2] for place in faults(data)] == [str(data / file)]


def test_what_was_deleted_and_lies_in_the_files_of_the_database_still_is_found(data: Path) -> None:
    walk_in(note="Questions: school@example.org")
    (data / "manyplaces.sqlite3-wal").write_bytes(b"\x00" * 500 + b"7school@example.orgen" + b"\x00" * 9)
    assert faults(data) == []
    (data / "manyplaces.sqlite3-wal").write_bytes(b"\x00" * 500 + b"left@example.org" + b"\x00" * 9)
    assert faults(data) == [f"an e-mail address in the file {data / 'manyplaces.sqlite3-wal'}"]


def test_what_should_be_gone_is_named(data: Path) -> None:
    event = walk_in()
    gil = confirmed(event, "gil@example.org", needs="a ramp")
    say(event, email="otto@example.org")
    now = timezone.now()
    assert list(overdue(now)) == []
    assert len(list(overdue(now + datetime.timedelta(days=5)))) == 1
    last = event.meant[1]
    assert last is not None
    noon = datetime.datetime.combine(last, datetime.time(12), datetime.UTC)
    told = list(overdue(noon + datetime.timedelta(days=5)))
    assert f"what people need to take part in {event.key}, which is over." in told
    told = list(overdue(noon + datetime.timedelta(days=18)))
    assert f"2 answers and 2 letters of {event.key}, due to be destroyed." in told
    told = list(overdue(noon + datetime.timedelta(days=95)))
    assert any(line.startswith("the hosts of") for line in told)
    Host.objects.update(is_kept=True)
    assert not any(line.startswith("the hosts of") for line in overdue(noon + datetime.timedelta(days=95)))
    assert gil.pk


def test_keys_and_rows_that_do_not_belong_together_are_named(data: Path) -> None:
    event = walk_in()
    confirmed(event, "gil@example.org")
    lost = make_safe()
    assert [f"the key file {lost}.safe" in line for line in overdue(timezone.now())] == [True]
    destroy_safe(lost)
    name = Safe.objects.get().name
    destroy_safe(name)
    assert ["its key file is not there, and 2 rows" in line for line in overdue(timezone.now())] == [True]


def test_a_count_that_is_wrong_is_named(data: Path) -> None:
    event = walk_in()
    say(event, people="3")
    Crowd.objects.update(coming=4)
    assert faults(data) == [f"the count of the event {event.key} is not that of its answers."]


def test_very_many_places_are_counted_and_progress_is_told(data: Path) -> None:
    event = walk_in()
    Rsvp.objects.bulk_create(
        Rsvp(uid=f"u{number}", event=event, body_digest="203.0.113.7", state="withdrawn") for number in range(60)
    )
    found = faults(data)
    assert (len(found), found[-1]) == (21, "and in 40 more places")
    told: list[str] = []
    Looked(tell=told.append, told=-10.0).progress()
    assert len(told) == 1
    assert Event.every.count() == 1


def test_uploads_and_files_of_photos_that_should_be_gone_are_named(data: Path, settings: Any) -> None:
    settings.MEDIA_FOLDER = data / "media"
    event, now = walk_in(), timezone.now()
    unknown, kept = begin_negative(), begin_negative()
    past = now - datetime.timedelta(days=1)
    Photo.objects.create(uid="kept", event=event, state="waiting", negative=kept, negative_until=past)
    Photo.objects.create(uid="gone", event=event, state="gone", picture="abc", settled_at=past)
    Photo.objects.create(uid="shown", event=event, state="shown", picture="def", settled_at=past)
    assert list(overdue(now)) == []
    assert list(overdue(now + datetime.timedelta(days=3))) == [
        "photos as they were sent, faces and all, due to be destroyed: 1.",
        "photos that are gone for good, whose files are there: 1.",
        f"the upload {unknown}, which belongs to no photo.",
    ]
