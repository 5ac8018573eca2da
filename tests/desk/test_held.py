"""What is stored is counted to the row, and what is held about one is told without a name that nobody asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection, models

from manyplaces.cli.main import main
from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.desk.queries.stored import _classes, stored
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.journal.models import Entry
from manyplaces.places.models import Place, PlaceName
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask, take_rsvps, write_message
from manyplaces.rsvps.rules import GuestContact
from tests.rsvps.coming import confirmed, say, walk_in
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
# Tables that are about nobody, or about what is public; a new table has to be put here or into the report.
ABOUT_NOBODY = {
    "actions", "places", "record", "exchange", "core", "journal.link", "events.event", "events.blockedpattern",
    "people.coalition", "people.organisation", "people.organisationname", "people.firstruncode", "people.recoverycode",
    "mail.slot", "mail.heartbeat", "lists.columnmemory", "rsvps.look", "rsvps.round", "rsvps.reminding", "rsvps.news",
}  # fmt: skip


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()


def somebody_comes() -> Event:
    event = walk_in()
    say(event, people="3")
    confirmed(event, "gil@example.org", name="Gil Ramos", needs="CANARY ramp", people="2")
    say(event, email="otto@example.org")
    return event


def held(*words: str) -> dict[str, Any]:
    run = CliRunner().invoke(main, ["held", *words, "--json"])
    assert run.exit_code == 0, run.output
    return dict(json.loads(run.stdout))


def test_every_number_of_the_report_is_what_sql_counts() -> None:
    somebody_comes()
    person_with(alias="Gil", email="gil@example.org")
    for one in stored():
        [rows] = [rows for name, _words, rows, _at, _sealed in _classes() if name == one.name]
        sql, values = rows.order_by().query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", values)
            assert (one.name, one.many) == (one.name, cursor.fetchone()[0])
    told = {line["class"]: line["many"] for line in held()["stored"]}
    named = ("answers", "answers_bare", "answers_addressed", "answers_needs", "unconfirmed", "accounts", "hosts")
    assert [told[name] for name in named] == [3, 1, 2, 1, 1, 1, 1]


def test_a_number_of_a_telephone_is_neither_bare_nor_left_out() -> None:
    event = walk_in()
    say(event)
    row = Rsvp(uid="texted", body_digest="x", event=event)
    take_rsvps([Ask(row, GuestContact(phone="+14145550123"), event.action_id, event.key)], by=Actor("Gil", "page"))
    told = {line["class"]: line["many"] for line in held()["stored"]}
    assert [told[name] for name in ("answers", "answers_bare", "answers_numbered")] == [2, 1, 1]


def test_what_its_host_wrote_and_what_is_not_shown_of_it_is_told_with_the_event() -> None:
    event = somebody_comes()
    Commitment.objects.filter(event=event).update(remark="We fear a counter-protest.")
    Event.every.filter(pk=event.pk).update(is_shielded=True, only_city=True, address="12 Elm St")
    hana = Host.objects.get(commitment__event=event)
    Rsvp.objects.filter(state="coming").update(wants_host=True)
    by = Actor("Hana", "link", holds=event.key)
    write_message(hana, "Bring a candle.", by=by)
    told, opened = held("event", event.key), held("event", event.key, "--contacts")
    assert (told["to_the_reviewers"], told["has_a_hidden_address"], told["address"], opened["address"]) == (
        ["We fear a counter-protest."], True, "", "12 Elm St",
    )  # fmt: skip
    assert told["messages_of_hosts"] == {"with_a_sealed_text": 1}
    assert [row["text"] for row in opened["messages_of_hosts"]] == ["Bring a candle."]
    assert (
        told["entries_of_the_journal"]
        == Entry.objects.filter(
            subject_kind__in=("events.event", "events.commitment"), verb__startswith="commitment."
        ).count()
        + Entry.objects.filter(subject_kind="events.event").exclude(verb="event.handed-out").count()
    )


def test_what_is_not_there_is_said_at_its_field_in_the_language_of_the_reader() -> None:
    nia = signed_in(None, person_with(Grant("national"), alias="Nia"))
    asked = {"kind": "place", "key": "nirgends", "reason": "court"}
    answer = nia.post_form("/es/desk/held/", asked)
    assert (answer.status_code, "No hay ningún lugar con la clave nirgends." in answer.content.decode()) == (422, True)


def test_no_table_about_people_is_left_out_of_the_report() -> None:
    told = {rows.model._meta.label_lower for _name, _words, rows, _at, _sealed in _classes()}
    ours = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("manyplaces.")}
    assert {label for label in ours - told if not {label, label.partition(".")[0]} & ABOUT_NOBODY} == set()
    sealed = {
        model._meta.label_lower
        for model in apps.get_models()
        if any(isinstance(one, models.BinaryField) and one.name.endswith("_sealed") for one in model._meta.fields)
    }
    assert sealed <= told


def test_of_an_event_the_sealed_is_counted_and_opened_only_when_somebody_says_so() -> None:
    event = somebody_comes()
    told = held("event", event.key, "--reason", "authority")
    assert {name: told["answers"][name] for name in ("answers", "people", "anonymous", "with_a_name")} == {
        "answers": 3, "people": 6, "anonymous": 1, "with_a_name": 1,
    }  # fmt: skip
    assert told["hosts"] == {"with_a_sealed_contact": 1}
    assert [word for word in ("Gil", "gil@", "Hana", "hana@", "CANARY") if word in json.dumps(told)] == []
    opened = held("event", event.key, "--contacts")
    assert opened["hosts"] == [{"name": "Hana", "email": "hana@example.org", "phone": ""}]
    assert sorted(row["email"] for row in opened["answers"]["opened"]) == ["gil@example.org", "otto@example.org"]
    entry = Entry.objects.filter(verb="event.handed-out").order_by("pk")[0]
    assert (entry.subject_id, entry.before, entry.door) == (event.pk, {"reason": "authority"}, "command")


def test_of_a_place_every_event_is_told_also_what_is_on_no_page() -> None:
    event = somebody_comes()
    place = Place.objects.create(key="auer", name="Auer Avenue School", city=event.city)
    spelling = PlaceName.objects.create(place=place, city=event.city, text="Auer Ave.", folded="auer ave.")
    Event.every.filter(pk=event.pk).update(spelling=spelling, is_listed=False)
    told = held("place", "auer")
    assert (told["names"], [one["event"] for one in told["events"]]) == (["Auer Ave."], [event.key])
    assert told["events"][0]["answers"]["answers"] == 3


def test_of_an_address_all_is_found_that_lies_under_it_and_nothing_about_others() -> None:
    event = somebody_comes()
    person_with(alias="Gil", email="gil@example.org")
    told = held("email", "Gil@example.org", "--reason", "person")
    assert [(row["event"], row["people"], row["needs"]) for row in told["answers"]] == [(event.key, 2, "CANARY ramp")]
    assert (told["account"]["name"], told["hosting"], told["letters"]) == ("Gil", [], 1)
    assert told["account"]["answers"] == told["answers"]
    assert "otto" not in json.dumps(told)
    nobody = held("email", "nobody@example.org")
    assert (nobody["account"], nobody["answers"], nobody["letters"]) == (None, [], 0)
    assert "nobody" not in repr(list(Entry.objects.values()))


def test_it_is_told_in_words_too_and_what_is_wrong_in_a_sentence() -> None:
    event = somebody_comes()
    run = CliRunner().invoke(main, ["held"])
    assert "3  answers of people who come, or do not, the oldest of" in run.output
    assert "No passwords; there are none." in run.output
    run = CliRunner().invoke(main, ["held", "event", event.key])
    assert "    answers: 3" in run.output or "  answers: 3" in run.output
    run = CliRunner().invoke(main, ["held", "event", "nowhere"])
    assert (run.exit_code, "There is no event with the key nowhere." in run.output) == (1, True)
    assert CliRunner().invoke(main, ["held", "place"]).exit_code == 2
