"""Nia sees what of the letters and the background went wrong, and settles it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.desk.views.letters import KINDS
from manyplaces.journal.operations import chain_entries, record
from manyplaces.mail import tasks
from manyplaces.mail.chores import JournalChanged, check_journal
from manyplaces.mail.ledger import beat
from manyplaces.mail.letters import PACKAGE, written
from manyplaces.mail.models import Job, Letter, Slot
from manyplaces.mail.operations import owe_letter
from manyplaces.rsvps.models import Message, News, Round
from tests.journal.test_chain import meddle
from tests.rsvps.coming import walk_in
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/desk/letters/"
ALARM = re.compile(r'<p class="alarm"[^>]*><b>[^<]*</b> ([^<]*)</p>')


@pytest.fixture(autouse=True)
def smtp(settings: Any) -> None:
    """A mail server is set, and the worker lives."""
    settings.SMTP = object()
    beat(timezone.now(), "")


@pytest.fixture
def nias() -> SignedIn:
    return signed_in(None, person_with(Grant("national"), alias="Nia"))


def owed(number: int, state: str = "owed", **facts: Any) -> Letter:
    """A letter to a host in some state."""
    letter = owe_letter(
        "events.thank_host",
        f"host{number}@example.org",
        written("mail.try_out", "en"),
        language="en",
        key=f"x:{number}",
        about="c-abcdefghi",
        by=Actor("Nia", "page"),
    )
    Letter.objects.filter(pk=letter.pk).update(state=state, error="refused" if state == "failed" else "", **facts)
    return letter


def alarms(browser: SignedIn, path: str = "/desk/") -> list[str]:
    return ALARM.findall(browser.get(path).content.decode())


def test_what_waits_is_counted_and_what_failed_can_be_settled(
    nias: SignedIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(110):
        owed(number, "failed" if number < 107 else "owed", tries=3)
    first, second, third = Letter.objects.filter(state="failed").order_by("pk")[:3]
    with django_assert_max_num_queries(16):
        page = nias.get(PAGE).content.decode()
    assert (page.count("Try again</"), page.count("Let it be</"), page.count("<tr>")) == (100, 100, 103)
    assert page.count("could not be delivered</span>") == 100
    # What waits is one line for each kind, however much it is.
    assert '<td class="number" data-label="How many">3</td>' in page
    assert ("Please confirm" in page, '"/desk/review/c-abcdefghi/"' in page, "1 to 100 of 107" in page) == (True,) * 3
    assert nias.get(f"{PAGE}?page=2").content.decode().count("<tr>") == 10
    assert "events.thank_host" not in page and "example.org" not in page
    nias.post_form(PAGE, {"do": "let_be", "letter": first.uid})
    first.refresh_from_db()
    assert (first.state, first.to, first.content) == ("stopped", "", {})
    nias.post_form(PAGE, {"do": "all"})
    assert Letter.objects.filter(state="failed").count() == 0
    assert set(Letter.objects.filter(pk__in=[second.pk, third.pk]).values_list("state", "tries")) == {("owed", 0)}
    assert nias.post_form(PAGE, {"do": "let_be", "letter": second.uid}, follow=True).status_code == 200
    second.refresh_from_db()
    assert second.state == "owed"
    assert nias.post_form(PAGE, {"do": "nonsense", "letter": second.uid}).status_code == 404
    assert "Por favor, confirme" in nias.get(f"/es{PAGE}").content.decode()


def test_what_failed_in_the_background_is_a_red_line_for_who_can_settle_it(nias: SignedIn) -> None:
    paul = signed_in(None, person_with(Grant("press"), alias="Paul"))
    assert (alarms(nias), alarms(paul)) == ([], [])
    job = tasks.start("events.tell_hosts", {"x": 1}, by=Actor("Carla", "page"))
    Job.objects.update(state="failed", error="OperationalError")
    Slot.objects.create(name="people.carry_out", slot=1, error="ValueError")
    owed(1, "failed")
    assert alarms(nias) == [
        "1 letter could not be sent. Look under “Letters”.",
        "Something in the background was given up. Look under “Letters”.",
        "A regular task failed the last time. Whoever keeps this site finds in the log which.",
    ]
    assert alarms(paul) == []
    page = nias.get(PAGE).content.decode()
    assert ("events.tell_hosts" in page, "Begin again" in page) == (True, True)
    nias.post_form(PAGE, {"do": "begin", "job": job.uid})
    job.refresh_from_db()
    assert (job.state, job.tries, job.payload) == ("open", 0, {"x": 1})
    Job.objects.update(state="failed")
    nias.post_form(PAGE, {"do": "end", "job": job.uid})
    job.refresh_from_db()
    assert (job.state, len(alarms(nias))) == ("done", 2)
    # Paul, who is none of theirs, neither sees nor settles anything.
    assert [paul.get(PAGE).status_code, paul.post_form(PAGE, {"do": "all"}).status_code] == [403, 403]


def test_a_journal_that_somebody_changed_is_found_in_the_night(nias: SignedIn, nia: Any) -> None:
    record(nia, "person.changed", person_with(Grant("press"), alias="Paul"), before={}, unseen=True)
    chain_entries(by=Actor("clock", "clock"))
    check_journal()
    meddle("DELETE FROM journal_entry")
    with pytest.raises(JournalChanged):
        check_journal()
    Slot.objects.create(name="journal.check", slot=1, error="JournalChanged")
    (line,) = alarms(nias)
    assert line.startswith("The journal was changed behind our back.")


def test_every_kind_of_letter_has_a_name() -> None:
    files = {f"{file.parent.parent.name}.{file.stem}" for file in PACKAGE.glob("*/letters/*.txt")}
    # One text for the two reminders of attendees.
    assert files - set(KINDS) == {"rsvps.reminder"}


def test_a_text_message_is_called_so_and_shows_neither_number_nor_words(nias: SignedIn) -> None:
    now = timezone.now()
    text = Letter(kind="rsvps.evening", channel="text", key="text", next_try_at=now, made_at=now, is_secret=True)
    text.put_in("+14145550123", {"body": "CANARY"})
    text.save()
    page = nias.get(PAGE).content.decode()
    assert 'A reminder, the evening before <span class="sub">Text message</span>' in page
    assert [word for word in ("4145550123", "555-0123", "CANARY") if word in page] == []


def begun(kind: str, total: int, written: int, sent: int, day: str = "2030-10-10") -> None:
    """A round of reminders, with as many letters as are written."""
    Round.objects.create(kind=kind, day=day, total=total, written=written, made_at=timezone.now())
    now = timezone.now()
    rows = [
        Letter(kind=f"rsvps.{kind}", key=f"{kind}:{day}:u{number}:", state="sent" if number < sent else "owed",
               made_at=now, next_try_at=now)
        for number in range(written)
    ]  # fmt: skip
    Letter.objects.bulk_create(rows)


def test_nia_sees_how_far_the_reminders_are_and_looks_again(nias: SignedIn, django_assert_num_queries: Any) -> None:
    assert "How far" not in nias.get(PAGE).content.decode()
    begun("evening", 40, 30, 12)
    with django_assert_num_queries(16):
        page = nias.get(PAGE).content.decode()
    assert "30 of 40 written, 12 sent" in page
    assert '<progress aria-label="Reminders to attendees, the evening before" max="80" value="42">' in page
    # It comes anew by a script, and without one by a link.
    assert ('data-again="5"' in page, "lists." in page, "Look again" in page) == (True, True, True)
    for kind in ("early", "host_hour"):
        begun(kind, 2, 2, 2)
    Letter.objects.filter(key__startswith="evening:").update(state="sent")
    Round.objects.filter(kind="evening").update(written=30, total=30)
    with django_assert_num_queries(18):
        page = nias.get(PAGE).content.decode()
    assert (page.count(" of 2 written, 2 sent"), "30 of 30 written, 30 sent" in page) == (2, True)
    assert ("<progress" in page, "data-again" in page) == (False, False)
    assert "30 de 30 escritas, 30 enviadas" in nias.get(f"/es{PAGE}").content.decode()


def test_letters_that_need_a_second_yes_and_messages_of_hosts_stand_there_too(nias: SignedIn) -> None:
    event, now = walk_in(), timezone.now()
    News.objects.create(event=event, state="held", total=2103, made_at=now)
    message = Message.objects.create(event=event, stage="sent", letters=3, made_at=now, not_before=now)
    rows = [
        Letter(kind="rsvps.from_host", key=f"from_host:h{number}:{event.pk}:{message.uid}",
               made_at=now, next_try_at=now, state="sent" if number else "owed")
        for number in range(3)
    ]  # fmt: skip
    Letter.objects.bulk_create(rows)
    page = nias.get(PAGE).content.decode()
    assert ("2,103 letters about changes wait for a second yes." in page, "3 of 3 written, 2 sent" in page) == (
        True,
        True,
    )
    assert '"/desk/review/messages/"' in page
