"""Gil says that he comes: with a number alone, with an address, twice, at the last place, by a forged link."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core import effort, throttle
from manyplaces.core.safes import destroy_safe, safes
from manyplaces.core.sealing import lookup
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import merge, take_down
from manyplaces.journal.models import Entry
from manyplaces.mail.ledger import settle_letter
from manyplaces.mail.models import Letter, Suppression
from manyplaces.rsvps.chores import give_free_places
from manyplaces.rsvps.forms.reading import read_ask
from manyplaces.rsvps.models import Crowd, Rsvp, Safe
from manyplaces.rsvps.operations import take_rsvps
from manyplaces.rsvps.queries import Facts
from manyplaces.rsvps.rules import GuestContact, State
from manyplaces.rsvps.rules.links import FORM, LETTER, link_of
from manyplaces.rsvps.views import GUEST
from tests.events.calling import october
from tests.rsvps.coming import REVIEWER, confirmed, form_of, link_in, say, walk_in, way_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


def crowd(event: Event) -> tuple[int, int]:
    """How many come, and how many wait."""
    found = Crowd.objects.get(event=event)
    return found.coming, found.waiting


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=f"rsvps.{kind}").order_by("pk"))


def test_gil_says_plus_three_with_nothing_else_and_that_is_all_there_is() -> None:
    event = walk_in()
    entries = Entry.objects.count()
    answer = say(event, people="3")
    assert answer.status_code == 302
    own = answer["Location"]
    assert own.startswith("/coming/")
    row = Rsvp.objects.get()
    empty = {"name_sealed": b"", "email_sealed": b"", "needs_sealed": b"", "email_hash": "", "safe": "", "speaks": ""}
    assert {name: type(value)(getattr(row, name)) for name, value in empty.items()} == empty
    assert (row.people, row.state, row.made_on) == (3, State.COMING, timezone.localdate())
    assert crowd(event) == (3, 0)
    # Neither a letter nor an entry of the journal, nor a safe that would have nothing to hold.
    assert (letters("confirm"), Entry.objects.count(), Safe.objects.count()) == ([], entries, 0)
    assert answer.cookies == {}
    assert "You are counted: 3 people" in Client().get(own).content.decode()


def test_a_double_click_a_back_button_and_a_lost_answer_are_one_answer() -> None:
    event = walk_in()
    form = form_of(event)
    answers = [say(event, form, people="2") for _ in range(3)]
    assert len({answer["Location"] for answer in answers}) == 1
    assert (Rsvp.objects.count(), crowd(event)) == (1, (2, 0))


def test_the_same_form_with_something_else_in_it_is_refused_and_can_be_sent_as_another() -> None:
    event = walk_in()
    form = form_of(event)
    say(event, form, people="2")
    answer = say(event, form, people="5")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "sent before with something else in it" in page
    # The page's button leads to a form with a key of its own, so that nothing typed is lost, and nothing counted twice.
    found = re.search(rf'action="(/events/{event.key}/come/[-\w]{{22}}/)"', page)
    assert found and found[1] != form
    assert {say(event, found[1], people="5").status_code for _ in range(2)} == {302}
    assert crowd(event) == (7, 0)


def test_a_row_that_was_refused_together_with_others_can_be_kept_by_itself() -> None:
    event = walk_in()
    facts = Facts.of(event)
    good, other = (read_ask({"people": "2"}, new_token(), facts, "en") for _ in range(2))
    bad = replace(read_ask({}, new_token(), facts, "en"), contact=GuestContact(email="no address"))
    with pytest.raises(ValidationError):
        take_rsvps([good, bad], by=GUEST)
    # Somebody else takes the number that the first row had for a moment.
    take_rsvps([other], by=GUEST)
    take_rsvps([good], by=GUEST)
    assert crowd(event) == (4, 0)


def test_two_who_come_to_the_page_get_forms_of_their_own() -> None:
    event = walk_in()
    ways = {Client().get(f"/events/{event.key}/come/")["Location"] for _ in range(2)}
    assert len(ways) == 2
    assert all(len(way.split("/")[-2]) == 22 for way in ways)


def test_an_address_is_sealed_asked_once_and_counted_only_by_the_letters_link() -> None:
    event = walk_in()
    answer = say(event, email="Gil@Example.org", name="Gil Ramos", evening="on", people="2")
    assert answer["Location"] == f"/events/{event.key}/come/letter/"
    row = Rsvp.objects.get()
    assert (row.state, row.opened("email"), row.opened("name")) == (State.UNCONFIRMED, "gil@example.org", "Gil Ramos")
    assert (row.wants_evening, row.wants_early, row.wants_host) == (True, False, False)
    assert Crowd.objects.filter(event=event, coming__gt=0).count() == 0
    [letter] = letters("confirm")
    assert (letter.to, letter.safe) == ("gil@example.org", row.safe)
    own = link_in(letter)
    assert "Are you coming?" in Client().get(own).content.decode()
    assert Rsvp.objects.get().state == State.UNCONFIRMED
    Client().post(own, {"do": "confirm"})
    Client().post(own, {"do": "confirm"})
    assert (Rsvp.objects.get().state, crowd(event)) == (State.COMING, (2, 0))


def test_the_link_of_the_form_does_not_confirm_an_address_that_somebody_else_typed() -> None:
    event = walk_in()
    form = form_of(event)
    say(event, form, email="victim@example.org")
    uid = Rsvp.objects.get().uid
    own = f"/coming/{link_of(uid, FORM)}/"
    assert [Client().get(own).status_code, Client().post(own, {"do": "confirm"}).status_code] == [404, 404]
    assert Rsvp.objects.get().state == State.UNCONFIRMED


def test_two_hundred_forms_with_a_strangers_address_bring_one_letter_and_count_nobody() -> None:
    event = walk_in()
    for number in range(200):
        throttle_free = {"REMOTE_ADDR": "", "manyplaces.source": f"source-{number}"}
        Client().post(form_of(event), {"people": "9", "email": "victim@example.org"}, **throttle_free)
    assert (len(letters("confirm")), Crowd.objects.filter(coming__gt=0).count()) == (1, 0)


def test_who_wants_no_letters_at_all_gets_none_ever_about_any_event() -> None:
    event = walk_in()
    say(event, email="victim@example.org")
    unsubscribe = letters("confirm")[0].content["unsubscribe"].partition("/letters/")[2]
    Client().post(f"/letters/{unsubscribe}")
    assert Suppression.objects.count() == 1
    other = walk_in(event.action, "Grant Elementary")
    say(other, email="victim@example.org")
    assert [letter.state for letter in letters("confirm")] == ["stopped", "stopped"]


def test_saying_it_again_under_the_same_address_replaces_what_was_said() -> None:
    event = walk_in()
    confirmed(event, "gil@example.org", people="2")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=True):
        confirmed(event, "gil@example.org", people="4")
    assert (crowd(event), [row.state for row in Rsvp.objects.order_by("pk")]) == ((4, 0), ["withdrawn", "coming"])


def test_beyond_the_room_people_wait_in_order_and_move_up_when_somebody_withdraws() -> None:
    event = walk_in(capacity=5)
    ways = [way_of(confirmed(event, f"{name}@example.org", people=people)) for name, people in THREE]
    assert crowd(event) == (5, 1)
    assert "You are among the first five in line." in Client().get(ways[2]).content.decode()
    gil = confirmed(event, "gil@example.org", people="2")
    assert (gil.state, crowd(event)) == (State.WAITING, (5, 3))
    Client().post(ways[0], {"do": "withdraw"})
    assert crowd(event) == (5, 0)
    assert [letter.to for letter in letters("place_free")] == ["c@example.org", "gil@example.org"]
    assert [row.state for row in Rsvp.objects.order_by("pk")] == ["withdrawn", "coming", "coming", "coming"]


def test_a_number_alone_is_counted_and_takes_nobody_a_place_where_room_is_limited() -> None:
    event = walk_in(capacity=6)
    # Otto wants to close the hall with what one phone may send without more ado.
    otto = [say(event, people="50")["Location"] for _form in range(8)]
    assert crowd(event) == (400, 0)
    # It tells him nothing: he is answered the same in an empty hall and in a full one.
    gil = confirmed(event, "gil@example.org", people="4")
    gus = confirmed(event, "gus@example.org", people="3")
    assert (gil.state, gus.state, crowd(event)) == (State.COMING, State.WAITING, (404, 3))
    otto.append(say(event, people="50")["Location"])
    pages = {re.sub(r"/coming/[^/]+/", "/coming/OWN/", Client().get(way).content.decode()) for way in otto}
    assert len(pages) == 1
    # And his numbers can be changed as he likes, which makes no difference to anybody.
    assert [Client().post(otto[0], {"do": "change", "people": str(many)}).status_code for many in range(1, 9)] == [
        302
    ] * 8
    Client().post(way_of(gil), {"do": "withdraw"})
    assert [letter.to for letter in letters("place_free")] == ["gus@example.org"]


def test_one_address_keeps_ten_places_at_most_where_room_is_limited() -> None:
    event = walk_in(capacity=60)
    answer = say(event, people="11", email="otto@example.org")
    assert (answer.status_code, "keeps places for up to 10 people" in answer.content.decode()) == (422, True)
    otto = confirmed(event, "otto@example.org", people="10")
    assert "keeps places for up to 10 people" in change(way_of(otto), people="11")
    assert crowd(event) == (10, 0)
    # Where nobody counts the places, a class comes with one address.
    assert confirmed(walk_in(event.action, "Humboldt Park"), "class@example.org", people="50").state == State.COMING


def test_a_group_that_is_too_large_keeps_nobody_else_out() -> None:
    event = walk_in(capacity=12)
    confirmed(event, "a@example.org", people="3")
    large = confirmed(event, "b@example.org", people="10")
    confirmed(event, "c@example.org", people="4")
    assert crowd(event) == (7, 10)
    Client().post(way_of(large), {"do": "change", "people": "5"})
    assert crowd(event) == (12, 0)


def test_who_waits_moves_up_when_the_host_finds_a_larger_room_before_anybody_new() -> None:
    event = walk_in(capacity=3)
    confirmed(event, "first@example.org", people="3")
    gil = confirmed(event, "gil@example.org", people="2")
    confirmed(event, "nine@example.org", people="9")
    assert (gil.state, crowd(event), give_free_places()) == (State.WAITING, (3, 11), 0)
    Event.every.update(capacity=6)
    assert (give_free_places(), give_free_places(), crowd(event)) == (1, 0, (5, 9))
    assert [letter.to for letter in letters("place_free")] == ["gil@example.org"]
    Event.every.update(capacity=15)
    confirmed(event, "last@example.org", people="2")
    # The nine had waited, so they have their places, and the last comer finds one left.
    assert crowd(event) == (14, 2)
    Event.every.update(capacity=None)
    assert (give_free_places(), crowd(event)) == (1, (16, 0))


def test_in_a_room_that_has_become_smaller_who_has_a_place_keeps_it_and_may_come_with_fewer() -> None:
    event = walk_in(capacity=30)
    way = way_of(confirmed(event, "gil@example.org", people="6"))
    for number in range(2):
        confirmed(event, f"{number}@example.org", people="10")
    Event.every.update(capacity=10)
    for people in ("6", "4"):
        assert Client().post(way, {"do": "change", "people": people, "name": "Gil"}).status_code == 302
    assert crowd(event) == (24, 0)
    assert "There is no room for so many of you." in change(way, people="5")


def change(way: str, **typed: str) -> str:
    """What the page of one's own answers to a change."""
    return str(Client().post(way, {"do": "change", **typed}).content.decode())


THREE = (("a", "3"), ("b", "2"), ("c", "1"))


def test_neither_the_line_nor_a_refusal_tells_how_many_come() -> None:
    event = walk_in(capacity=30)
    ways = [way_of(confirmed(event, f"{number}@example.org", people="8")) for number in range(3)]
    way = way_of(confirmed(event, "otto@example.org", people="1"))
    refused = change(way, people="9")
    assert "There is no room for so many of you." in refused
    assert [number for number in ("5", "6", "24", "25") if re.search(rf"\b{number}\b", text_of(refused))] == []
    # Nor do many tries: after a few he waits until tomorrow.
    tried = [change(way, people=people) for people in ("5", "7", "6", "8")]
    refusals = ["There is no room for so many" in page for page in tried]
    assert refusals == [False, True, False, False]
    assert ["Change it again tomorrow." in page for page in tried] == [False, False, True, True]
    last = [confirmed(event, f"late{number}@example.org", people="9") for number in range(6)][-1]
    assert "More than five are before you in line." in Client().get(way_of(last)).content.decode()
    assert len(ways) == 3


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0])


@pytest.mark.parametrize("becomes", [{"phase": "cancelled"}, {"is_listed": False}, {"date": "2020-01-01"}])
def test_nobody_is_told_of_a_place_or_to_come_where_nothing_takes_place(becomes: dict[str, Any]) -> None:
    event = walk_in(capacity=2)
    first, second = (way_of(confirmed(event, f"{number}@example.org")) for number in range(2))
    confirmed(event, "gil@example.org")
    if "date" in becomes:
        day = datetime.date.fromisoformat(becomes["date"])
        becomes = {"date_edtf": becomes["date"], "date_from": day, "date_to": day}
    Event.every.update(**becomes)
    Client().post(first, {"do": "withdraw"})
    assert (letters("place_free"), give_free_places(), crowd(event)) == ([], 0, (1, 1))
    page = Client().get(second).content.decode()
    assert "See you there" not in page
    # Nor does it lead to what is not there.
    assert (f'href="/events/{event.key}/"' in page) is ("is_listed" not in becomes)


def test_whoever_comes_to_what_was_merged_is_led_to_the_other_and_to_what_was_taken_down_not_at_all() -> None:
    action = october()
    one, other = walk_in(action), walk_in(action, "Humboldt Park")
    ways = [say(event)["Location"] for event in (one, other)]
    first, into = (Commitment.objects.get(event=event) for event in (one, other))
    merge(first, into, version=first.version, by=REVIEWER)
    page = Client().get(ways[0]).content.decode()
    assert f'href="/events/{other.key}/"' in page
    assert ("together with Humboldt Park" in page, f"/events/{one.key}" in page, "See you there" in page) == (
        True,
        False,
        False,
    )
    into.refresh_from_db()
    take_down(into, version=into.version, reason="Nobody knows of it.", by=REVIEWER)
    pages = [Client().get(way).content.decode() for way in ways]
    assert [f"/events/{other.key}" in page for page in pages] == [False, False]
    assert ["Please do not come." in page for page in pages] == [False, True]


def test_withdrawing_erases_at_once_what_was_left() -> None:
    event = walk_in()
    row = confirmed(event, "gil@example.org", name="Gil", needs="a ramp", host="on")
    Client().post(f"/coming/{link_of(row.uid, LETTER)}/", {"do": "withdraw"})
    row.refresh_from_db()
    assert (row.opened("name"), row.opened("email"), row.opened("needs"), row.email_hash, row.wants_host) == (
        "", "", "", "", False,
    )  # fmt: skip
    assert crowd(event) == (0, 0)


def test_gil_changes_and_downloads_what_is_held_about_him() -> None:
    event = walk_in(capacity=4)
    row = confirmed(event, "gil@example.org", name="Gil", evening="on")
    own = f"/coming/{link_of(row.uid, LETTER)}/"
    assert Client().post(own, {"do": "change", "people": "5"}).status_code == 422
    answer = Client().post(own, {"do": "change", "people": "4", "name": "G.", "needs": "a ramp", "early": "on"})
    assert answer.status_code == 302
    assert crowd(event) == (4, 0)
    assert Client().get(f"{own}?form=json").json() == {
        "event": event.key, "people": 4, "state": "coming", "language_of_letters": "en", "language_needed": "",
        "name": "G.", "email": "gil@example.org", "needs": "a ramp", "reminder_the_evening_before": False,
        "reminder_early_on_the_day": True, "host_may_write": False, "given_to": [],
        "said_on": timezone.localdate().isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"people": "0"}, "Give a number from 1 to 50."),
        ({"people": "51"}, "Give a number from 1 to 50."),
        ({"people": "-3"}, "Give a number from 1 to 50."),
        ({"people": "many"}, "Give a number from 1 to 50."),
        ({"email": "not an address"}, "This is not an e-mail address."),
        ({"email": "gil@example.org\r\nBcc: all@example.org"}, "This must be on one line."),
        ({"evening": "on"}, "Give an e-mail address, or take the ticks away."),
        ({"needs": "x" * 301}, "300"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(typed: dict[str, str], sentence: str) -> None:
    event = walk_in()
    answer = say(event, **{"name": "Xóchitl", **typed})
    page = answer.content.decode()
    assert (answer.status_code, sentence in page, 'value="Xóchitl"' in page) == (422, True, True)
    assert Rsvp.objects.count() == 0


def test_a_program_that_fills_what_people_do_not_see_is_told_that_all_is_well() -> None:
    event = walk_in()
    assert (say(event, more_about="x").status_code, Rsvp.objects.count()) == (302, 0)


@pytest.mark.parametrize("phase", ["cancelled", "held", "unreported"])
def test_nobody_can_say_that_he_comes_to_what_does_not_take_place(phase: str) -> None:
    event = walk_in()
    Event.every.filter(pk=event.pk).update(phase=phase)
    assert [Client().get(form_of(event)).status_code, say(event).status_code] == [200, 409]
    assert Rsvp.objects.count() == 0


def test_forged_shared_and_guessed_links_lead_nowhere() -> None:
    event = walk_in()
    row = confirmed(event, "gil@example.org")
    real = link_of(row.uid, LETTER)
    forged = [real[:-1] + "x", f"{row.uid}.{'a' * 43}", real.replace(row.uid[:3], "zzz"), row.uid, "x" * 22]
    assert {Client().get(f"/coming/{token}/").status_code for token in forged} == {404}
    # A form's address that somebody passed on shows nothing of what was sent with it.
    form = form_of(event)
    say(event, form, people="3", name="Gil")
    assert "Gil" not in Client().get(form).content.decode()


def test_when_the_safe_is_destroyed_the_page_says_that_nothing_is_left() -> None:
    event = walk_in()
    row = confirmed(event, "gil@example.org")
    assert destroy_safe(row.safe)
    assert row.safe not in safes()
    answer = Client().get(f"/coming/{link_of(row.uid, LETTER)}/")
    assert (answer.status_code, "Nothing is here any more" in answer.content.decode()) == (404, True)


def solved(form: str, bits: int) -> str:
    """What a browser works out."""
    start = effort.riddle(form.split("/")[-2], timezone.localdate())
    number = 0
    while int.from_bytes(hashlib.sha256(f"{start}{number}".encode()).digest()[:4], "big") >> (32 - bits):
        number += 1
    return str(number)


def test_many_behind_one_address_are_all_taken_once_their_phones_have_worked() -> None:
    event = walk_in()
    at: dict[str, Any] = {"manyplaces.source": "one school"}
    free = [Client().post(form_of(event), {"people": "1"}, **at).status_code for _ in range(8)]
    assert free == [302] * 8
    refused = Client().post(form_of(event), {"people": "1"}, **at)
    assert (refused.status_code, int(refused["Retry-After"]) <= 601) == (429, True)
    assert 'data-bits="14"' in refused.content.decode()
    for _ in range(4):
        form = form_of(event)
        bits = 14 if Rsvp.objects.count() < 9 else 15 if Rsvp.objects.count() < 11 else 16
        answer = Client().post(form, {"people": "1", "proof": solved(form, bits)}, **at)
        assert answer.status_code == 302
    assert Rsvp.objects.count() == 12


def test_a_proof_is_for_one_form() -> None:
    form = f"/events/x/come/{new_token()}/"
    proof = solved(form, 14)
    key = form.split("/")[-2]
    today = timezone.localdate()
    assert effort.bits_of(key, proof, today) >= 14
    assert [effort.bits_of(key, wrong, today) for wrong in ("", "-1", "one")] == [0, 0, 0]
    assert effort.bits_of(new_token(), proof, today) < 14


@pytest.mark.parametrize("change", [{"phase": "cancelled"}, {"is_listed": False}, {"date_from": "2020-10-01"}])
def test_nobody_is_told_that_a_place_is_free_where_nobody_can_come(change: dict[str, Any]) -> None:
    event = walk_in(capacity=2)
    first = way_of(confirmed(event, "gus@example.org", people="2"))
    confirmed(event, "gil@example.org")
    if "date_from" in change:
        change = {"date_edtf": "2020-10-01", "date_from": "2020-10-01", "date_to": "2020-10-01"}
    Event.every.filter(pk=event.pk).update(**change)
    Client().post(first, {"do": "withdraw"})
    assert (letters("place_free"), crowd(event)) == ([], (0, 1))


def test_whom_somebody_wants_to_be_written_to_is_left_in_peace_under_every_action() -> None:
    for number in range(5):
        action = october()
        Action.every.filter(pk=action.pk).update(slug=f"action-{number}")
        say(walk_in(action, f"School {number}"), email="victim@example.org")
    assert len(letters("confirm")) == 3


def test_what_could_not_be_delivered_is_not_sent_again_to_who_has_withdrawn() -> None:
    event = walk_in()
    row = confirmed(event, "gil@example.org")
    Letter.objects.filter(kind="rsvps.confirm").update(state="failed")
    Client().post(f"/coming/{link_of(row.uid, LETTER)}/", {"do": "withdraw"})
    assert letters("confirm") == []


def test_of_a_letter_that_was_sent_no_address_is_kept_and_its_way_out_still_works() -> None:
    say(walk_in(), email="gil@example.org")
    letter = letters("confirm")[0]
    way_out = letter.content["unsubscribe"].partition("/letters/")[2]
    settle_letter(letter, Letter.State.SENT, "", timezone.now())
    letter.refresh_from_db()
    # Neither is the hour.
    assert {f"{at:%H:%M:%S.%f}" for at in (letter.made_at, letter.sent_at, letter.next_try_at) if at} == {
        "00:00:00.000000"
    }
    assert (bytes(letter.to_sealed), bytes(letter.content_sealed), letter.to_hash) == (b"", b"", "")
    # The way out works when the letter and its safe are gone as well, and nobody makes one for somebody else.
    destroy_safe(letter.safe)
    letter.delete()
    forged = way_out.replace(lookup("gil@example.org", "email"), lookup("hana@example.org", "email"))
    assert forged != way_out
    Client().post(f"/letters/{forged}")
    assert Suppression.objects.count() == 0
    Client().post(f"/letters/{way_out}")
    assert Suppression.objects.get().email_hash == lookup("gil@example.org", "email")
    Client().post(f"/letters/{way_out}", {"do": "again"})
    assert Suppression.objects.count() == 0
