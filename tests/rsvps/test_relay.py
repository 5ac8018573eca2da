"""Hana writes to those who come, and Gil answers: through us, late enough to be stopped, and without an address."""

from __future__ import annotations

import datetime
import email.header
import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.safes import destroy_safe
from manyplaces.events.models import BlockedPattern, Commitment, Event, Host, TrustedHost
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Job, Letter
from manyplaces.mail.tasks import CHORES, JOBS, discover
from manyplaces.people.models import Proposal
from manyplaces.people.operations import second
from manyplaces.people.operations import stop as stop_proposal
from manyplaces.rsvps.letters import PLACE_OF_LINK
from manyplaces.rsvps.models import Message, Rsvp
from manyplaces.rsvps.operations import sending, write_some
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.events.calling import october
from tests.mail.conftest import payer_to
from tests.mail.sink import Sink
from tests.rsvps.coming import confirmed, of_host, walk_in
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
LATER = datetime.timedelta(minutes=16)
HANA, GIL = "hana@example.org", "gil@example.org"


@pytest.fixture(autouse=True)
def nobody_was_here(settings: Any) -> None:
    settings.MAIL_FROM = "hello@schools.example"
    throttle.forget()
    discover()


class Running:
    """A job as its function sees it."""

    by = Actor("clock", "clock")
    about = ""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def tell(self, done: int, total: int) -> None:
        self.told.append((done, total))


def trusted(event: Event) -> None:
    TrustedHost.objects.create(email_hash=Host.objects.get(commitment__event=event).email_hash, made_by="Nia")


def heard() -> tuple[Event, str, Rsvp]:
    """Hana, whom we trust, her page, and Gil who comes and wants to hear from her."""
    event = walk_in()
    trusted(event)
    gil = confirmed(event, GIL, name="Gil Ramos", host="on")
    return event, of_host(event), gil


def write(page: str, text: str = "Please bring a candle.", do: str = "send") -> Any:
    return Client().post(f"{page}message/", {"text": text, "do": do})


def clock(after: datetime.timedelta = LATER) -> Running:
    """What the worker does a while later: the chore, then each job it has started."""
    running = Running()
    with time_machine.travel(timezone.now() + after, tick=True):
        CHORES["rsvps.begin_messages"].run()
        for job in Job.objects.filter(name="rsvps.write_to_guests", state=Job.State.OPEN):
            JOBS[job.name](job.payload, running)
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    return running


def letters(kind: str = "from_host") -> list[Letter]:
    return list(Letter.objects.filter(kind=f"rsvps.{kind}").order_by("pk"))


def stages() -> list[str]:
    return [str(stage) for stage in Message.objects.order_by("pk").values_list("stage", flat=True)]


def test_hana_looks_at_the_letter_sends_it_and_gil_gets_it_after_a_quarter_of_an_hour() -> None:
    event, page, gil = heard()
    confirmed(event, "no@example.org")
    confirmed(event, "es@example.org", host="on")
    looked = write(page, do="look").content.decode()
    assert ("From the host: Auer Avenue School" in looked, "&gt; Please bring a candle." in looked) == (True, True)
    assert (link_of(gil.uid, LETTER) in looked, Message.objects.count()) == (False, 0)
    # Nor by which sign the place of that link is known.
    assert ("own-link" in looked, "/coming/…/" in looked) == (False, True)
    assert write(page)["Location"] == f"{page}?did=written"
    # Twice pressed is once written.
    write(page)
    assert (stages(), [letter.to for letter in letters("host_copy")]) == (["due"], [HANA])
    clock(datetime.timedelta(minutes=14))
    assert letters() == []
    running = clock()
    clock()
    assert (stages(), running.told[-1]) == (["sent"], (2, 2))
    assert [letter.to for letter in letters()] == [GIL, "es@example.org"]
    assert link_of(gil.uid, LETTER) in letters()[0].content["body"]
    assert f"{page}message/" in Client().get(page).content.decode()
    verbs = list(Entry.objects.filter(subject_kind="rsvps.message").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["message.added", "message.begun", "message.carried-out"]
    assert "candle" not in json.dumps(list(Entry.objects.values_list("before", flat=True)))


def test_of_a_new_host_a_reviewer_of_the_area_looks_first() -> None:
    event = walk_in()
    confirmed(event, GIL, host="on")
    page = of_host(event)
    assert "A reviewer looks at it before it goes out." in write(page, do="look").content.decode()
    write(page)
    clock()
    assert (stages(), letters()) == (["review"], [])
    ruth = signed_in(None, person_with(Grant("reviewer", state="WI")))
    far = signed_in(None, person_with(Grant("reviewer", state="CA"), alias="Far", email="far@example.org"))
    row = Message.objects.get()
    desk = "/desk/review/messages/"
    assert "Please bring a candle." not in far.get(desk).content.decode()
    seen = ruth.get(desk).content.decode()
    assert ("Please bring a candle." in seen, GIL in seen, HANA in seen) == (True, False, False)
    assert '<span class="badge new">1</span>' in ruth.get("/desk/review/").content.decode()
    sent = {"message": row.uid, "version": str(row.version), "do": "approve"}
    far.post_form(desk, sent)
    assert stages() == ["review"]
    ruth.post_form(desk, sent | {"version": "9"})
    assert stages() == ["review"]
    ruth.post_form(desk, sent)
    ruth.post_form(desk, sent)
    clock()
    assert (stages(), [letter.to for letter in letters()]) == (["sent"], [GIL])


def test_what_a_reviewer_declines_goes_to_nobody_and_the_host_reads_why() -> None:
    event = walk_in()
    confirmed(event, GIL, host="on")
    page = of_host(event)
    write(page, "Buy at http://spam.example")
    row = Message.objects.get()
    ruth = signed_in(None, person_with(Grant("reviewer", state="WI")))
    sent = {"message": row.uid, "version": str(row.version), "do": "decline", "reason": "This is an advertisement."}
    ruth.post_form("/desk/review/messages/", sent)
    clock()
    assert (stages(), letters()) == (["declined"], [])
    assert "This is an advertisement." in Client().get(page).content.decode()
    # Nobody has to look there to learn of it.
    [told] = letters("message_declined")
    assert (told.to, told.is_secret, bool(told.safe)) == (HANA, True, True)
    assert (
        "This is an advertisement." in told.content["body"],
        "> Buy at http://spam.example" in told.content["body"],
    ) == (
        True,
        True,
    )


def test_a_trusted_host_waits_for_a_reviewer_too_where_a_pattern_is_blocked() -> None:
    _event, page, _gil = heard()
    BlockedPattern.objects.create(kind="words", text="miracle cure", made_by="Ruth")
    looked = write(page, "A Miracle cure for all.", do="look").content.decode()
    assert "A reviewer looks at it before it goes out." in looked
    write(page, "A Miracle cure for all.")
    assert stages() == ["review"]


def test_a_host_whose_event_took_place_is_not_new_any_more() -> None:
    event = walk_in()
    earlier = walk_in(event.action, "Grant Elementary")
    Event.every.filter(pk=earlier.pk).update(phase="held")
    confirmed(event, GIL, host="on")
    write(of_host(event))
    assert stages() == ["due"]


@pytest.mark.parametrize("change", ["stop", "withdraw", "untick", "unsubscribe", "dismissed", "taken down"])
def test_whoever_changes_his_mind_within_the_quarter_of_an_hour_gets_nothing(change: str) -> None:
    event, page, gil = heard()
    write(page)
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    if change == "stop":
        Client().post(page, {"stop": Message.objects.get().uid})
    elif change == "withdraw":
        Client().post(own, {"do": "withdraw"})
    elif change == "untick":
        Client().post(own, {"do": "change", "people": "1", "name": "Gil"})
    elif change == "unsubscribe":
        way = letters("confirm")[0].content["unsubscribe"].partition("/letters/")[2]
        Client().post(f"/letters/{way}")
    elif change == "dismissed":
        Host.objects.all().delete()
    else:
        Event.every.filter(pk=event.pk).update(is_listed=False)
    clock()
    assert [letter.to for letter in letters() if letter.state == Letter.State.OWED] == []


def test_what_is_owed_but_has_not_left_is_stopped_by_who_withdraws() -> None:
    _event, page, gil = heard()
    write(page)
    clock()
    assert [letter.state for letter in letters()] == ["owed"]
    Client().post(f"/coming/{link_of(gil.uid, LETTER)}/", {"do": "withdraw"})
    # Not even that one was owed is told any more: its key named him.
    assert list(letters()) == []


def test_stopped_at_half_the_rest_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    event, page, _gil = heard()
    for number in range(9):
        confirmed(event, f"guest{number}@example.org", host="on")
    write(page)
    monkeypatch.setattr(sending, "PIECE", 4)
    with time_machine.travel(timezone.now() + LATER, tick=True):
        CHORES["rsvps.begin_messages"].run()
    uid = Message.objects.get().uid
    assert write_some(uid, by=Running.by) == (4, True)
    Letter.objects.filter(pk=letters()[0].pk).update(state=Letter.State.SENT)
    Client().post(page, {"stop": uid})
    assert write_some(uid, by=Running.by) == (4, False)
    assert [letter.state for letter in letters()] == ["sent", "stopped", "stopped", "stopped"]
    assert Client().post(page, {"stop": uid}).status_code == 422


def test_it_can_be_stopped_until_the_last_letter_has_left_by_its_host_and_on_the_desk() -> None:
    _event, page, _gil = heard()
    write(page)
    clock()
    ruth = signed_in(None, person_with(Grant("reviewer", state="WI")))
    assert stages() == ["sent"]
    for shown in (Client().get(page), ruth.get("/desk/review/messages/")):
        text = shown.content.decode()
        assert ("on its way" in text.lower(), "Stop it" in text) == (True, True)
    Letter.objects.filter(kind="rsvps.from_host").update(state="sent")
    for shown in (Client().get(page), ruth.get("/desk/review/messages/")):
        text = shown.content.decode()
        assert ("on its way" in text.lower(), "Stop it" in text) == (False, False)


def test_words_about_what_is_cancelled_do_not_lead_anybody_there() -> None:
    event, page, _gil = heard()
    write(page)
    Event.every.filter(pk=event.pk).update(phase="cancelled")
    clock()
    assert "- It was cancelled. Please do not come." in letters()[0].content["body"]


def test_a_job_that_dies_goes_on_where_it_was_and_nobody_gets_two(monkeypatch: pytest.MonkeyPatch) -> None:
    event, page, _gil = heard()
    for number in range(9):
        confirmed(event, f"guest{number}@example.org", host="on")
    write(page)
    monkeypatch.setattr(sending, "PIECE", 4)
    with time_machine.travel(timezone.now() + LATER, tick=True):
        CHORES["rsvps.begin_messages"].run()
    write_some(Message.objects.get().uid, by=Running.by)
    # Also where what was written down of the way is lost.
    Message.objects.update(reached=0, letters=0)
    clock()
    assert (len(letters()), len({letter.to for letter in letters()})) == (10, 10)


def test_twice_a_day_and_five_times_in_all() -> None:
    _event, page, _gil = heard()
    start = timezone.now()
    told = []
    for day in range(4):
        with time_machine.travel(start + datetime.timedelta(days=day, minutes=day), tick=True):
            told += [write(page, f"Day {day}, number {number}").status_code for number in range(3)]
    assert told == [302, 302, 422, 302, 302, 422, 302, 422, 422, 422, 422, 422]
    assert "that is all for one event" in write(page, "Once more").content.decode()


def test_more_than_five_hundred_letters_wait_for_a_coordinators_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    event, page, _gil = heard()
    confirmed(event, "other@example.org", host="on")
    monkeypatch.setattr(sending, "MOST_LETTERS", 1)
    nia = person_with(Grant("national"))
    write(page)
    clock()
    assert (stages(), letters()) == (["second"], [])
    proposal = Proposal.objects.get()
    assert ("2 people" in proposal.words("en"), "candle" in json.dumps(proposal.payload)) == (True, False)
    second(proposal, by=Actor("Nia", "page", person=nia.pk, grants=(Grant("national"),)))
    clock()
    assert (stages(), len(letters())) == (["sent"], 2)
    write(page, "And a blanket.")
    clock()
    stop_proposal(
        Proposal.objects.order_by("-pk")[0], by=Actor("Nia", "page", person=nia.pk, grants=(Grant("national"),))
    )
    clock()
    assert stages() == ["sent", "stopped"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write something first."),
        (" \n\u200b ", "Write something first."),
        ("x" * 1_501, "1500"),
        ("Click javascript:alert(1)", "Only links that begin with"),
        ("ftp://files.example/a", "Only links that begin with"),
        (f"Write to me: {HANA.upper()}", "Your own e-mail address stands in the text."),
        ("half a letter \ud800", "signs that are not text"),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    _event, page, _gil = heard()
    answer = write(page, text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if "\ud800" in text else text)
    if "\ud800" not in text:
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
        assert Message.objects.count() == 0


def test_nobody_to_write_to_and_an_event_off_the_pages_are_refused() -> None:
    event = walk_in()
    page = of_host(event)
    assert "Nobody who is coming has ticked" in write(page).content.decode()
    confirmed(event, GIL, host="on")
    Event.every.filter(pk=event.pk).update(is_listed=False)
    assert "not on the pages now" in write(page).content.decode()


def test_a_host_cannot_have_the_readers_own_link_put_into_an_address_of_his() -> None:
    _event, page, gil = heard()
    write(page, f"See https://evil.example/{PLACE_OF_LINK} and own-link-own-link-of-the-readerof-the-reader")
    clock()
    body = letters()[0].content["body"]
    assert (body.count(link_of(gil.uid, LETTER)), "evil.example/…" in body) == (1, True)


def paid(sink: Sink) -> list[Any]:
    """Every message that the mail server has taken."""
    payer = payer_to(sink)
    with time_machine.travel(timezone.now() + 2 * LATER, tick=True):
        while payer.pay():
            pass
    return sink.taken


def read(message: Any) -> str:
    """A message as a program would show it, with every header decoded, and as it came over the wire."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    heads = [
        f"{name}: {email.header.make_header(email.header.decode_header(str(value)))}" for name, value in message.items()
    ]
    return "\n".join([*heads, *parts, message.as_string()])


def test_neither_address_is_in_a_header_or_a_body_of_what_goes_to_the_other() -> None:
    _event, page, gil = heard()
    write(page)
    clock()
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    assert "Answer the host" in Client().get(own).content.decode()
    told = [
        Client().post(own, {"do": "answer", "answer": f"I come. Number {number}"}).status_code for number in range(4)
    ]
    assert told == [302, 302, 302, 422]
    with Sink().listening() as sink:
        taken = paid(sink)
    to_gil = [read(message) for message in taken if message["To"] == GIL]
    to_hana = [read(message) for message in taken if message["To"] == HANA]
    assert [sum("Please bring a candle." in text for text in to_gil), len(letters("answer"))] == [1, 3]
    assert [text for text in to_gil if HANA in text or "Hana" in text] == []
    assert [text for text in to_hana if GIL in text or "Ramos" in text or gil.uid in text] == []
    assert sum("Gil R., who comes to your event, answers you:" in text for text in to_hana) == 3
    froms = {str(message["From"].addresses[0].addr_spec) for message in taken}
    assert (froms, [message["Reply-To"] for message in taken if message["Reply-To"]]) == ({"hello@schools.example"}, [])
    relayed = [message for message in taken if message["To"] == GIL and "From the host" in message["Subject"]]
    assert all(message["List-Unsubscribe"] for message in relayed)


def test_an_answer_that_is_sent_twice_is_one_answer_the_last_one_too() -> None:
    _event, page, gil = heard()
    write(page)
    clock()
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    for number in range(3):
        answer = {"do": "answer", "answer": f"I come. Number {number}"}
        assert [Client().post(own, answer).status_code for _ in range(2)] == [302, 302]
        assert len(letters("answer")) == number + 1


def test_an_answer_without_a_name_is_from_somebody_and_needs_a_message_and_a_tick() -> None:
    event = walk_in()
    trusted(event)
    gil = confirmed(event, GIL, host="on")
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    assert Client().post(own, {"do": "answer", "answer": "Hello"}).status_code == 422
    write(of_host(event))
    clock()
    assert Client().post(own, {"do": "answer", "answer": f"I am {GIL}"}).status_code == 422
    assert Client().post(own, {"do": "answer", "answer": ""}).status_code == 422
    Client().post(own, {"do": "answer", "answer": "Hello"})
    [answer] = letters("answer")
    assert (answer.to, answer.safe) == (HANA, gil.safe)
    assert answer.content["body"].startswith("Somebody who comes to your event answers you:\n\n> Hello")
    assert not Entry.objects.filter(subject_kind="rsvps.rsvp").exists()


def hostile(shared: Path) -> list[str]:
    """Line ends, encoded words, and what the shared lists have of hostile texts."""
    found = [
        "Subject\r\nBcc: all@example.org", "a\nBcc: all@example.org\n\nbody", "=?utf-8?q?Bcc:_all=40example.org?=",
        "x\u2028Bcc: all@example.org", "x\x0bBcc: all@example.org", "\r\n.\r\nMAIL FROM:<x@example.org>",
        "x\x85Bcc: a@b",
    ]  # fmt: skip
    for name in ("blns.json", "abuse.json"):
        listed = json.loads((shared / "corpora" / "strings" / name).read_text("utf-8"))
        rows = listed if isinstance(listed, list) else [text for part in listed.values() for text in part]
        found += [row if isinstance(row, str) else str(row.get("text", "")) for row in rows[:60]]
    return [text for text in found if text.strip()]


def test_no_text_or_name_writes_a_header_or_ends_a_message(shared: Path) -> None:
    event, page, _gil = heard()
    texts = hostile(shared)
    for text in texts:
        Message.objects.all().delete()
        throttle.forget()
        # The place's name stands in the subject, the guest's in the answer.
        Event.every.filter(pk=event.pk).update(venue=text[:190])
        write(page, text[:1_400])
        clock()
    Event.every.filter(pk=event.pk).update(venue="=?utf-8?q?=0aBcc:_x?=\r\nBcc: all@example.org")
    write(page, "The last one")
    clock()
    with Sink().listening() as sink:
        taken = paid(sink)
    # A copy to Hana and a letter to Gil of each.
    assert len(taken) > 2 * len(texts)
    assert set(sink.offered) == {GIL, HANA}
    assert [str(message["Subject"]) for message in taken if message["Bcc"] or message["Cc"] or message.defects] == []
    names = {name for message in taken for name in message}
    assert {"From", "To", "Subject"} <= names
    assert {name for name in names if name.lower().startswith(("bcc", "cc", "reply-to", "x-"))} == set()
    assert [subject for message in taken if "\n" in (subject := str(message["Subject"]))] == []


def test_who_leaves_all_letters_by_one_of_another_action_gets_what_was_owed_already_neither() -> None:
    _event, page, _gil = heard()
    other = walk_in(october(slug="november"), "Grant Elementary")
    confirmed(other, GIL)
    write(page)
    clock()
    way = letters("confirm")[-1].content["unsubscribe"].partition("/letters/")[2]
    Client().post(f"/letters/{way}")
    assert [letter.state for letter in letters()] == ["owed"]
    with Sink().listening() as sink:
        taken = paid(sink)
    assert [str(message["To"]) for message in taken if "From the host" in str(message["Subject"])] == []
    assert [(letter.state, letter.error) for letter in letters()] == [("stopped", "unsubscribed")]


def test_when_the_safe_is_destroyed_nothing_goes_out_and_no_text_is_left() -> None:
    _event, page, gil = heard()
    write(page)
    destroy_safe(gil.safe)
    assert Message.objects.get().text == ""
    clock()
    assert (stages(), letters()) == (["stopped"], [])
    assert "candle" not in Client().get(page).content.decode()
    assert Commitment.objects.count() == 1
