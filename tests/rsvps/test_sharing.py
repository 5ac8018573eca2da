"""Gil gives his contact to one organisation by a tick of his own; what Nia has to do to take such contacts out."""

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.tables import read_rows
from manyplaces.core.tokens import digest
from manyplaces.events.models import Event
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.mail.rules import day_of
from manyplaces.people.models import ContactExport, GivenContact, Organisation, Person, Proposal
from manyplaces.people.operations import (
    find_or_add_organisation,
    forget_given_contacts,
    give_contact,
    ready_agreed_exports,
    second,
)
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.rsvps.coming import confirmed, form_of, say, walk_in
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor("clock", "clock")


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


def hosted(*names: str) -> tuple[Event, list[Organisation]]:
    """An event that these organisations host."""
    event = walk_in()
    found = [find_or_add_organisation(name, by=CLOCK) for name in names]
    event.hosts.set(found)
    return event, [name.organisation for name in found]


def given() -> list[tuple[str, str]]:
    """To whom which address was given."""
    return sorted((row.organisation.name, row.email) for row in GivenContact.objects.select_related("organisation"))


def national(alias: str) -> Any:
    """A national coordinator, signed in a moment ago."""
    person = person_with(Grant("national"), alias=alias, email=f"{alias.lower()}@example.org")
    return signed_in(None, person)


def test_nothing_is_ticked_and_only_what_is_ticked_gets_the_contact_once_it_is_confirmed() -> None:
    event, [mtea, _voces] = hosted("MTEA", "Voces de la Frontera")
    page = Client().get(form_of(event)).content.decode()
    assert (page.count("Give my name and e-mail to"), " checked" in page) == (2, False)
    say(event, email="nobody@example.org")
    say(event, email="gil@example.org", **{f"share-{mtea.pk}": "on", "share-99999": "on"})
    assert given() == []
    gil = confirmed(event, "gil@example.net", name="Gil", **{f"share-{mtea.pk}": "on"})
    assert given() == [("MTEA", "gil@example.net")]
    assert gil.shares.count() == 1


def test_a_tick_without_an_address_is_asked_about() -> None:
    event, [mtea] = hosted("MTEA")
    answer = say(event, **{f"share-{mtea.pk}": "on"})
    assert (answer.status_code, "Give an e-mail address, or take the ticks away." in answer.content.decode()) == (
        422,
        True,
    )


def test_gil_takes_it_back_gives_it_to_another_and_withdraws() -> None:
    event, [mtea, voces] = hosted("MTEA", "Voces de la Frontera")
    gil = confirmed(event, "gil@example.org", **{f"share-{mtea.pk}": "on"})
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    Client().post(own, {"do": "change", "people": "1", f"share-{voces.pk}": "on"})
    assert given() == [("Voces de la Frontera", "gil@example.org")]
    assert Client().get(f"{own}?form=json").json()["given_to"] == ["Voces de la Frontera"]
    Client().post(own, {"do": "withdraw"})
    assert given() == []


def links() -> list[str]:
    """The links of the letters that tell to whom a contact was given, in their order."""
    letters = Letter.objects.filter(kind="rsvps.given").order_by("pk")
    return ["/given/" + letter.content["body"].partition("/given/")[2].partition("/")[0] + "/" for letter in letters]


def test_gil_takes_it_back_as_long_as_it_lives_though_all_else_is_destroyed() -> None:
    event, [mtea, voces] = hosted("MTEA", "Voces de la Frontera")
    gil = confirmed(event, "gil@example.org", name="Gil", **{f"share-{mtea.pk}": "on", f"share-{voces.pk}": "on"})
    confirmed(event, "otto@example.org", **{f"share-{mtea.pk}": "on"})
    own, _ottos = links()
    letter = Letter.objects.filter(kind="rsvps.given").order_by("pk")[0]
    assert ("- MTEA\n- Voces de la Frontera" in letter.content["body"], letter.safe) == (True, gil.safe)
    # That he did so in this hour nobody can read off it, nor with which answer.
    assert {letter.made_at, letter.next_try_at} == {day_of(timezone.now())}
    assert [word for word in (gil.uid, digest(gil.uid)) if word in str(list(GivenContact.objects.values()))] == []
    Rsvp.objects.all().delete()
    page = Client().get(f"/es{own}")
    assert (page.status_code, page["Cache-Control"], len(given())) == (200, "no-store", 3)
    assert "Voces de la Frontera" in page.content.decode()
    taken = Client().post(own)
    assert given() == [("MTEA", "otto@example.org")]
    assert "Taken back." in Client().get(taken["Location"]).content.decode()
    assert (Client().get(own).status_code, Client().post(own).status_code) == (404, 302)
    assert given() == [("MTEA", "otto@example.org")]


def test_a_letter_comes_only_when_somebody_gives_more_and_the_newest_takes_back_all() -> None:
    event, [mtea, voces] = hosted("MTEA", "Voces de la Frontera")
    gil = confirmed(event, "gil@example.org", **{f"share-{mtea.pk}": "on"})
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    Client().post(own, {"do": "change", "people": "2", f"share-{mtea.pk}": "on"})
    assert len(links()) == 1
    Client().post(own, {"do": "change", "people": "2", f"share-{mtea.pk}": "on", f"share-{voces.pk}": "on"})
    Client().post(own, {"do": "change", "people": "2", f"share-{voces.pk}": "on"})
    first, newest = links()
    assert (Client().get(first).status_code, Client().get(newest).status_code) == (404, 200)
    Client().post(newest)
    assert given() == []
    assert Client().get("/given/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_an_event_that_hides_its_hosts_names_no_organisation_in_its_form() -> None:
    event, _ = hosted("MTEA")
    Event.every.filter(pk=event.pk).update(is_shielded=True)
    assert "MTEA" not in Client().get(form_of(event)).content.decode()


def test_contacts_are_forgotten_after_ninety_days() -> None:
    _event, [mtea] = hosted("MTEA")
    give_contact(mtea.pk, name="Gil", email="gil@example.org", language="en", by=CLOCK)
    now = timezone.now()
    assert forget_given_contacts(now + datetime.timedelta(days=90), by=CLOCK) == 0
    assert forget_given_contacts(now + datetime.timedelta(days=91), by=CLOCK) == 1
    assert Entry.objects.order_by("-pk")[0].before == {"rows": 1}


def test_nia_takes_contacts_out_with_a_reason_and_everybody_is_told_and_the_file_dies() -> None:
    _event, [mtea] = hosted("MTEA")
    give_contact(mtea.pk, name="=HYPERLINK(1)", email="gil@example.org", language="es", by=CLOCK)
    nia, _nora = national("Nia"), national("Nora")
    here = f"/desk/organisations/{mtea.slug}/contacts/"
    assert nia.post_form(here, {"reason": "x"}).status_code == 200
    assert ContactExport.objects.count() == 0
    assert nia.post_form(here, {"reason": "Invite to the meeting"}).status_code == 302
    export = ContactExport.objects.get()
    told = Letter.objects.filter(kind="people.contacts_out")
    assert sorted(letter.to for letter in told) == ["nia@example.org", "nora@example.org"]
    answer = nia.get(f"{here}{export.uid}.csv")
    rows = [row.cells for row in read_rows(io.BytesIO(answer.content))]
    today = timezone.localdate().isoformat()
    mark = f"Taken out by Nia on {today} for: Invite to the meeting ({export.uid})"
    # No cell begins a formula, and what was typed comes back by an import.
    assert b"\n=HYPERLINK" not in answer.content
    assert [list(row.values()) for row in rows] == [
        ["=HYPERLINK(1)", "gil@example.org", "es", today], [mark, "", "", ""],
    ]  # fmt: skip
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61), tick=False):
        dead = national("Nia2")
        assert dead.get(f"{here}{export.uid}.csv").status_code == 403
    ContactExport.objects.update(ends_at=timezone.now() - datetime.timedelta(seconds=1))
    assert nia.get(f"{here}{export.uid}.csv").status_code == 302
    verbs = list(Entry.objects.filter(verb="organisation.exported").values_list("before", flat=True))
    assert verbs == [{"rows": 1}]


def test_more_than_five_hundred_wait_for_a_second_coordinator_and_a_third_file_for_tomorrow() -> None:
    _event, [mtea] = hosted("MTEA")
    for number in range(501):
        row = GivenContact(organisation=mtea, given_on=timezone.localdate())
        row.set_contact(email=f"gil{number}@example.org")
        row.save()
    nia, nora = national("Nia"), national("Nora")
    here = f"/desk/organisations/{mtea.slug}/contacts/"
    nia.post_form(here, {"reason": "Invite to the meeting"})
    export = ContactExport.objects.get()
    assert (export.ready_at, nia.get(f"{here}{export.uid}.csv").status_code) == (None, 302)
    second(
        Proposal.objects.get(),
        by=Actor("Nora", "page", person=Person.objects.get(alias="Nora").pk, grants=(Grant("national"),)),
    )
    assert ready_agreed_exports(by=CLOCK) == 1
    assert (nia.get(f"{here}{export.uid}.csv").status_code, nora.get(f"{here}{export.uid}.csv").status_code) == (
        200,
        403,
    )
    GivenContact.objects.filter(pk__gt=GivenContact.objects.order_by("pk")[10].pk).delete()
    nia.post_form(here, {"reason": "Invite once more"})
    assert "twice within a day" in nia.post_form(here, {"reason": "And once more"}).content.decode()
    assert ContactExport.objects.count() == 2


def test_no_cell_of_such_a_file_begins_a_formula_and_every_one_comes_back(shared: Path) -> None:
    _event, [mtea] = hosted("MTEA")
    listed = json.loads((shared / "corpora/csv_injection/cells.json").read_text("utf-8"))
    cells = [*listed["cells"], *(shared / "corpora/csv_injection/csv-payload.txt").read_text("utf-8").splitlines()]
    for number, cell in enumerate(cells):
        give_contact(mtea.pk, name=cell, email=f"={number}+1@example.org", language="en", by=CLOCK)
    nia, _nora = national("Nia"), national("Nora")
    here = f"/desk/organisations/{mtea.slug}/contacts/"
    nia.post_form(here, {"reason": "=cmd|' /C calc'!A0 to invite"})
    body = nia.get(f"{here}{ContactExport.objects.get().uid}.csv").content
    raw = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) for cell in row]
    starts = tuple(listed["prefixes_to_neutralise"])
    assert len(raw) > 4 * len(cells)
    assert [cell for cell in raw if cell.lstrip(" \"'").startswith(starts) and not cell.startswith("'")] == []
    back = [row.cells for row in read_rows(io.BytesIO(body))]
    assert {" ".join(cell.split()) for cell in cells} <= {" ".join(row["name"].split()) for row in back}
    assert {row["email"] for row in back} >= {f"={number}+1@example.org" for number in range(len(cells))}


def test_an_answer_that_replaces_another_takes_back_what_only_the_other_gave() -> None:
    event, [mtea, voces] = hosted("MTEA", "Voces de la Frontera")
    confirmed(event, "gil@example.org", **{f"share-{mtea.pk}": "on", f"share-{voces.pk}": "on"})
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=True):
        confirmed(event, "gil@example.org", **{f"share-{voces.pk}": "on"})
    assert given() == [("Voces de la Frontera", "gil@example.org")]


def test_a_file_that_was_asked_for_while_it_was_short_is_not_had_once_it_is_long() -> None:
    _event, [mtea] = hosted("MTEA")
    give_contact(mtea.pk, name="Gil", email="gil@example.org", language="en", by=CLOCK)
    nia = national("Nia")
    here = f"/desk/organisations/{mtea.slug}/contacts/"
    nia.post_form(here, {"reason": "Invite to the meeting"})
    for number in range(500):
        give_contact(mtea.pk, name="", email=f"gil{number}@example.org", language="en", by=CLOCK)
    answer = nia.get(f"{here}{ContactExport.objects.get().uid}.csv", follow=True)
    assert "Ask anew: then a second coordinator has to agree." in answer.content.decode()
    assert not Entry.objects.filter(verb="organisation.exported").exists()
