"""Bad days of who comes: two windows, clocks that change, links that are forged, passed on or too old, and guessing."""

from __future__ import annotations

import datetime
import re
import statistics
import time
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle, together
from manyplaces.core.tokens import new_key, new_token
from manyplaces.events.models import Event
from manyplaces.gate import rush
from manyplaces.gate.behind import Asked
from manyplaces.mail.models import Letter
from manyplaces.rsvps.forms.reading import FREE, has_worked
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.rules import State
from manyplaces.rsvps.rules.links import FORM, LETTER, link_of
from tests.events.calling import october
from tests.front.reading import read
from tests.front.test_crawl import everything
from tests.front.walking import own, walk
from tests.rsvps.coming import confirmed, form_of, link_in, of_host, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


def version_on(page: str) -> str:
    """The hidden field that says from which state of the answer a form was made."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def test_two_windows_do_not_overwrite_each_other_and_say_what_to_do() -> None:
    gil = say(walk_in(), people="2", name="Gil")["Location"]
    first, second = (version_on(Client().get(gil).content.decode()) for _ in range(2))
    change = {"do": "change", "name": "Gil"}
    assert Client().post(gil, {**change, "people": "3", "version": first}).status_code == 302
    stale = Client().post(gil, {**change, "people": "9", "name": "G.", "version": second})
    page = stale.content.decode()
    assert (stale.status_code, "changed in the meantime, perhaps in another window" in page) == (422, True)
    # What is kept stands over the form, what was typed within it, and the same button saves it now.
    assert ("You are counted: 3 people" in page, 'value="9"' in page, 'value="G."' in page) == (True, True, True)
    assert Rsvp.objects.get().people == 3
    again = Client().post(gil, {**change, "people": "9", "name": "G.", "version": version_on(page)})
    assert (again.status_code, Rsvp.objects.get().people, Crowd.objects.get().coming) == (302, 9, 9)


def test_what_one_window_withdrew_another_does_not_bring_back() -> None:
    gil = say(walk_in(), people="2")["Location"]
    version = version_on(Client().get(gil).content.decode())
    Client().post(gil, {"do": "withdraw"})
    for given in ({"version": version}, {}):
        answer = Client().post(gil, {"do": "change", "people": "4", **given})
        page = answer.content.decode()
        told = "changed in the meantime" if given else "This was withdrawn. Say anew that you come."
        assert (answer.status_code, "You are not coming" in page, told in page) == (422, True, True)
    assert (Rsvp.objects.get().state, Crowd.objects.get().coming) == (State.WITHDRAWN, 0)
    # Pressing twice takes back once.
    assert Client().post(gil, {"do": "withdraw"}).status_code == 302
    assert Crowd.objects.get().coming == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"do": "change", "people": "0"}, "Give a number from 1 to 50."),
        ({"do": "change", "people": "2", "name": "x" * 1_000_000}, "at most 80 fit"),
        ({"do": "change", "people": "2", "needs": "x" * 301}, "at most 300 fit"),
        ({"do": "change", "people": "2", "name": "a\nb"}, "This must be on one line."),
        ({"do": "dance", "people": "2"}, "Choose what to do, and press a button."),
        ({"people": "2"}, "Choose what to do, and press a button."),
    ],
)
def test_what_is_wrong_in_a_change_is_told_once_and_changes_nothing(typed: dict[str, str], sentence: str) -> None:
    gil = say(walk_in(), people="3", name="Gil")["Location"]
    before = everything()
    answer = Client().post(gil, typed)
    told = re.search(r'id="errors".*?</div>', answer.content.decode(), re.S)
    assert told and (answer.status_code, told[0].count("<li>"), sentence in told[0]) == (422, 1, True)
    assert everything() == before


def test_a_field_that_comes_twice_counts_as_its_first_and_a_foreign_one_not_at_all() -> None:
    event = walk_in()
    form = form_of(event)
    foreign = {"state": "coming", "uid": "x" * 20, "event": "1", "event_id": "1", "email_hash": "a", "safe": "b",
               "version": "7", "do": "confirm", "wants_host": "on", "made_on": "2016-02-17"}  # fmt: skip
    answer = Client().post(form, {"people": ["3", "50"], "name": ["Gil", "Otto"], **foreign})
    row = Rsvp.objects.get()
    assert (answer.status_code, row.people, row.opened("name")) == (302, 3, "Gil")
    assert (row.event_id, row.email_hash, row.wants_host, row.version) == (event.pk, "", False, 0)
    assert row.made_on == timezone.localdate() and row.uid != foreign["uid"]
    # The trap is a trap in whichever place it comes.
    Client().post(form_of(event), {"people": "1", "more_about": ["", "x"]})
    assert Rsvp.objects.count() == 1
    change = {"do": ["change", "withdraw"], "people": ["2", "9"], "email": "otto@example.org", "state": "waiting"}
    assert Client().post(answer["Location"], change).status_code == 302
    row.refresh_from_db()
    assert (row.people, row.state, row.email_hash, row.name_sealed) == (2, State.COMING, "", b"")


def test_a_form_with_a_thousand_fields_or_a_million_letters_is_refused_with_a_sentence() -> None:
    event = walk_in()
    for field, sentence in (("name", "at most 80 fit"), ("needs", "at most 300 fit"), ("email", "at most 1000 fit")):
        answer = say(event, **{field: "x" * 1_000_000})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    many = {f"field{number}": "x" for number in range(1_001)}
    assert Client().post(form_of(event), many).status_code == 400
    assert Rsvp.objects.count() == 0


def test_the_letters_link_is_too_late_when_nobody_can_come_any_more() -> None:
    event = walk_in()
    say(event, email="gil@example.org")
    own_page = link_in(Letter.objects.get(kind="rsvps.confirm"))
    for phase, sentence in (("cancelled", "This was cancelled. Please do not come."), ("held", "This is over.")):
        Event.every.filter(pk=event.pk).update(phase=phase)
        answer = Client().post(own_page, {"do": "confirm"})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
        assert Rsvp.objects.get().state == State.UNCONFIRMED
    # His address goes when he says so, whatever became of the event.
    assert Client().post(own_page, {"do": "withdraw"}).status_code == 302
    assert Rsvp.objects.get().email_sealed == b""


def test_a_change_of_clocks_between_the_answer_and_the_day_moves_nothing() -> None:
    with time_machine.travel(datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC)) as clock:
        action = october(date_edtf="2027-03-31")
        event = walk_in(action)
        say(event, email="gil@example.org")
        # The letter is written in winter and names the clock of the day.
        [letter] = Letter.objects.filter(kind="rsvps.confirm")
        assert "7:20 a.m. CDT" in letter.content["body"]
        own_page = link_in(letter)
        Client().post(own_page, {"do": "confirm"})
        before = read(Client().get(own_page).content.decode()).text
        clock.move_to(datetime.datetime(2027, 3, 30, 12, tzinfo=datetime.UTC))
        assert read(Client().get(own_page).content.decode()).text == before
        assert "7:20" in before
        # The form is open as long as it is that day somewhere in the country, and closed after.
        for moment, status in (("2027-04-01T09:00", 200), ("2027-04-02T09:00", 409)):
            clock.move_to(datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC))
            assert Client().post(form_of(event), {"people": "1"}).status_code == (302 if status == 200 else 409)


def test_schools_of_one_state_with_two_zones_have_their_own_clocks_in_letters() -> None:
    action, told = october(), {}
    for city, zone in (("Paducah", "America/Chicago"), ("Louisville", "America/Kentucky/Louisville")):
        event = walk_in(action, f"{city} High", city=city, state="KY", zone=zone)
        say(event, email=f"gil@{city.lower()}.example")
        told[city] = Letter.objects.order_by("-pk")[0].content["body"].partition("7:20 a.m. ")[2][:3]
    assert told in ({"Paducah": "CDT", "Louisville": "EDT"}, {"Paducah": "CST", "Louisville": "EST"})


def test_ten_thousand_forms_from_one_source_are_eight_answers_and_no_trace() -> None:
    event = walk_in()
    address = "203.0.113.77"
    source = throttle.mark(address)
    body = b"people=1"
    kind = "application/x-www-form-urlencoded"
    sent = [Asked("POST", form_of(event), content_type=kind, source=source, body=body) for _ in range(10_000)]
    replies = []
    for begin in range(0, len(sent), 500):
        moment = together.Round()
        replies += [moment.answer(lambda asked=asked: rush.take(asked)) for asked in sent[begin : begin + 500]]
        assert [problem for problem in moment.write() if problem] == []
    taken = [reply.status for reply in replies if reply is not None]
    assert (taken, Rsvp.objects.count()) == ([302] * FREE, FREE)
    # What the short way leaves is answered by the long one, with the sentence and what was typed.
    answers = [Client().post(asked.path, {"people": "7"}, **{throttle.SOURCE: source}) for asked in sent[-50:]]
    assert {answer.status_code for answer in answers} == {429}
    page = answers[0].content.decode()
    assert ("Too many forms came from where you are. Please wait" in page, 'value="7"' in page) == (True, True)
    assert Rsvp.objects.count() == FREE
    # Another school behind another address is not made to wait.
    assert has_worked(throttle.mark("198.51.100.1"), new_token(), "")
    # Neither the address nor its mark is anywhere on the disk, and the mark is another one in an hour.
    kept = b"".join(file.read_bytes() for file in Path(settings.ENVIRONMENT.data).rglob("*") if file.is_file())
    assert [word for word in (address, source) if word.encode() in kept or word in repr(everything())] == []
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61), tick=False):
        assert throttle.mark(address) != source


def spread(answers: dict[str, list[tuple[int, bytes, float]]]) -> dict[str, float]:
    """The middle of how long each kind of guess took, in milliseconds."""
    return {kind: statistics.median(took for _status, _body, took in found) * 1000 for kind, found in answers.items()}


def guess(paths: dict[str, list[str]]) -> dict[str, list[tuple[int, bytes, float]]]:
    """Ask for all in turn: status, body without the address itself, and seconds, by kind."""
    found: dict[str, list[tuple[int, bytes, float]]] = {kind: [] for kind in paths}
    for several in zip(*paths.values(), strict=True):
        for kind, path in zip(paths, several, strict=True):
            began = time.perf_counter()
            answer = Client().get(path)
            took = time.perf_counter() - began
            found[kind].append((answer.status_code, answer.content.replace(path.encode(), b""), took))
    return found


def test_two_thousand_guesses_find_nothing_and_tell_nothing() -> None:
    event = walk_in()
    gil = confirmed(event, "gil@example.org", name="Gil")
    of_host(event)
    hidden = walk_in(event.action, "Grant Elementary")
    Event.every.filter(pk=hidden.pk).update(is_listed=False)
    say(event, email="asked@example.org")
    asked = Rsvp.objects.get(state=State.UNCONFIRMED)
    link_to_him = link_of(gil.uid, LETTER)
    signature = link_to_him.partition(".")[2]
    many = 185
    kinds = {
        # Made up; of a row that is there, under a wrong signature; rightly signed, for a row that was purged.
        "made up": [f"/coming/{new_key(20)}.{new_token()}{new_token()[:21]}/" for _ in range(many)],
        "cut": [f"/coming/{gil.uid}.{new_token()}{new_token()[:21]}/" for _ in range(many)],
        "swapped": [f"/coming/{new_key(20)}.{signature}/" for _ in range(many)],
        "gone": [f"/coming/{link_of(new_key(20), LETTER)}/" for _ in range(many)],
        # By the form's secret to what only the letter opens.
        "unproved": [f"/coming/{link_of(asked.uid, FORM)}/"] * many,
    }
    answers = guess(kinds)
    assert {(status, body) for found in answers.values() for status, body, _took in found} == {
        (404, answers["gone"][0][1])
    }
    took = spread(answers)
    assert max(took.values()) < 2 * min(took.values()), took

    places = {
        "no event": [f"/events/{new_key(8)}/come/{new_token()}/" for _ in range(many)],
        "hidden": [f"/events/{hidden.key}/come/{new_token()}/" for _ in range(many)],
        "no letter": [f"/events/{new_key(8)}/come/letter/" for _ in range(many)],
        "hidden letter": [f"/events/{hidden.key}/come/letter/"] * many,
    }
    answers = guess(places)
    assert {status for found in answers.values() for status, _body, _took in found} == {404}
    for there, not_there in (("hidden", "no event"), ("hidden letter", "no letter")):
        assert answers[there][0][1] == answers[not_there][0][1]
    hosts = {
        "made up": [f"/host/{new_token()}{new_token()[:21]}/coming/" for _ in range(many)],
        "short": [f"/host/{new_key(20)}/coming/" for _ in range(many)],
    }
    answers = guess(hosts)
    assert {status for found in answers.values() for status, _body, _took in found} == {404}
    assert len({body for found in answers.values() for _status, body, _took in found}) == 1


def test_reading_every_page_and_every_link_of_every_letter_changes_nothing() -> None:
    event = walk_in(capacity=3)
    for number in range(3):
        confirmed(event, f"gil{number}@example.org", name="Gil", people="2", evening="on")
    say(event, email="asked@example.org")
    alone = say(event, people="2")["Location"]
    host = of_host(event)
    bodies = "\n".join(letter.content["body"] for letter in Letter.objects.all())
    links = {path for link in re.findall(r"https?://[^\s<>]+", bodies) if (path := own(link))}
    assert sum("/coming/" in path for path in links) >= 4
    starts = [*links, alone, f"/es{alone}", f"{alone}?form=json", host, form_of(event), f"/events/{event.key}/come/"]
    before = everything()
    for _ in range(2):
        found = {path: answer.status for path, answer in walk(starts).answers.items()}
        assert {path for path in starts if found[path] not in (200, 302)} == set()
        assert everything() == before
