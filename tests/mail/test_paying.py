"""Every letter arrives once, whatever the mail server does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from manyplaces.config.environment import MailServer
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.mail import smtp
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import send_again, stop_letters
from manyplaces.mail.queries import outbox
from manyplaces.mail.worker import paying
from tests.mail.conftest import payer_to
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def states() -> dict[str, int]:
    """How many letters are in each state."""
    found: dict[str, int] = {}
    for letter in Letter.objects.all():
        found[letter.state] = found.get(letter.state, 0) + 1
    return found


def test_what_is_owed_is_paid_once_and_then_erased(owe: Callable[..., Any], payer: Any, sink: Sink) -> None:
    for name in ("hana", "gil", "otto"):
        owe(f"{name}@example.org")
    assert (payer.pay(), payer.pay()) == (3, 0)
    assert sink.readers == ["hana@example.org", "gil@example.org", "otto@example.org"]
    assert sink.connections == 1
    kept = Letter.objects.values_list("state", "to_sealed", "content_sealed", "to_hash", "error")
    assert [(state, bytes(to), bytes(text), of, error) for state, to, text, of, error in kept] == [
        ("sent", b"", b"", "", "")
    ] * 3


def test_a_server_that_is_down_for_an_hour_loses_and_doubles_nothing(owe: Callable[..., Any]) -> None:
    sink = Sink()
    payer = payer_to(sink)
    tried: list[int] = []
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(30):
            owe(f"host{number}@example.org")
        for minute in range(60):
            clock.move_to(NOON + timedelta(minutes=minute))
            tried += [minute] if payer.pay() else []
        # Each pause is twice as long as the one before, up to eight minutes: once it is back, nobody waits for long.
        assert tried == [0, 1, 3, 7, 15, 23, 31, 39, 47, 55]
        assert (states(), set(Letter.objects.values_list("tries", flat=True))) == ({"owed": 30}, {0})
        with sink.listening():
            clock.move_to(NOON + timedelta(minutes=64))
            while payer.pay():
                pass
    assert sorted(sink.readers) == sorted(f"host{number}@example.org" for number in range(30))
    assert (sink.doubled, states(), payer.trouble) == (0, {"sent": 30}, "")


def test_codes_for_signing_in_ask_a_closed_server_every_minute(owe: Callable[..., Any]) -> None:
    sink = Sink()
    payer = payer_to(sink)
    with time_machine.travel(NOON, tick=False) as clock:
        owe("hana@example.org")
        for minute in (0, 1, 3, 7):
            clock.move_to(NOON + timedelta(minutes=minute))
            assert payer.pay() == 1
        owe("nia@example.org", urgent=True)
        with sink.listening():
            clock.move_to(NOON + timedelta(minutes=8.1))
            assert payer.pay() == 1
            assert sink.readers == ["nia@example.org"]
            assert payer.pay() == 1


def test_a_letter_that_is_put_off_comes_later_and_counts_alone(owe: Callable[..., Any], payer: Any, sink: Sink) -> None:
    sink.answers["rcpt"] = ["451 try later", "250 OK", "452 too many"]
    with time_machine.travel(NOON, tick=False) as clock:
        hana, gil = owe("hana@example.org"), owe("gil@example.org")
        assert payer.pay() == 2
        hana.refresh_from_db()
        assert (sink.readers, hana.state, hana.tries, hana.error) == (["gil@example.org"], "owed", 1, "put_off")
        assert hana.next_try_at == NOON + timedelta(minutes=1)
        clock.move_to(NOON + timedelta(minutes=1))
        payer.pay()
        hana.refresh_from_db()
        assert hana.next_try_at == NOON + timedelta(minutes=3)
        clock.move_to(NOON + timedelta(minutes=3))
        payer.pay()
    assert (sink.readers, states()) == (["gil@example.org", "hana@example.org"], {"sent": 2})
    assert gil.uid != hana.uid


def test_after_three_refusals_a_letter_is_undeliverable_and_can_be_sent_again(
    owe: Callable[..., Any], payer: Any, sink: Sink, nia: Any, otto: Any
) -> None:
    sink.answers["rcpt"] = ["550 CANARY@example.org is unknown"] * 3
    with time_machine.travel(NOON, tick=False) as clock:
        letter = owe("canary@example.org")
        for minutes in (0, 1, 3, 10):
            clock.move_to(NOON + timedelta(minutes=minutes))
            payer.pay()
        letter.refresh_from_db()
        assert (letter.state, letter.tries, letter.error, len(sink.offered)) == ("failed", 3, "refused", 3)
        assert outbox().failed == 1
        here = Actor("Carla", "page", grants=(Grant("national", state="WI"),))
        for stranger in (otto, here):
            with pytest.raises(PermissionDenied):
                send_again(letter, by=stranger)
        send_again(letter, by=nia)
        with pytest.raises(NotNow):
            send_again(letter, by=nia)
        payer.pay()
    assert (sink.readers, states()) == (["canary@example.org"], {"sent": 1})


def test_a_server_that_says_not_now_for_three_days_is_given_up(owe: Callable[..., Any], payer: Any, sink: Sink) -> None:
    sink.answers["rcpt"] = ["451 later"] * 200
    with time_machine.travel(NOON, tick=False) as clock:
        owe("hana@example.org")
        for hour in range(80):
            clock.move_to(NOON + timedelta(hours=hour, minutes=hour))
            payer.pay()
    assert (states(), Letter.objects.get().error) == ({"failed": 1}, "put_off")


def test_urgent_letters_go_first_and_no_more_leave_than_may(owe: Callable[..., Any], sink: Sink) -> None:
    payer = payer_to(sink, per_minute=60)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(30):
            owe(f"host{number}@example.org")
        owe("nia@example.org", urgent=True, secret=True)
        left = []
        for second in range(0, 30, 5):
            clock.move_to(NOON + timedelta(seconds=second))
            payer.pay()
            left.append(len(sink.taken))
    assert left == [10, 15, 20, 25, 30, 31]
    assert sink.readers[:2] == ["nia@example.org", "host0@example.org"]


def test_what_was_stopped_or_is_no_longer_true_is_not_sent(
    owe: Callable[..., Any], payer: Any, sink: Sink, nia: Any
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        owe("hana@example.org", about="c-1", until=NOON + timedelta(days=1))
        owe("gil@example.org", about="c-2")
        owe("nia@example.org", until=NOON + timedelta(minutes=10))
        assert (stop_letters("c-2", by=nia), stop_letters("c-2", by=nia)) == (1, 0)
        clock.move_to(NOON + timedelta(minutes=11))
        payer.pay()
    assert sink.readers == ["hana@example.org"]
    found = Letter.objects.order_by("pk").values_list("state", "error", "to_hash")
    assert [(state, error, of, "") for state, error, of in found] == [
        ("sent", "", "", ""),
        ("stopped", "", "", ""),
        ("stopped", "late", "", ""),
    ]
    assert {bytes(text) for text in Letter.objects.values_list("content_sealed", flat=True)} == {b""}


def test_a_letter_that_is_stopped_while_it_is_in_hand_stays_here(
    owe: Callable[..., Any], payer: Any, sink: Sink, nia: Any
) -> None:
    letters = [owe(f"{name}@example.org", about=name) for name in ("hana", "gil")]
    now = timezone.now()
    from manyplaces.mail.ledger import due_letters, take

    taken = take(due_letters(now), 5, now, paying.LEASE)
    assert [letter.pk for letter in taken] == [letter.pk for letter in letters]
    assert take(due_letters(now), 5, now, paying.LEASE) == []
    stop_letters("hana", by=nia)
    payer._pay_all(taken)
    assert sink.readers == ["gil@example.org"]


def test_what_is_wrong_with_our_own_server_is_told_and_no_letter_is_blamed(
    owe: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWERS_WITHIN", 2.0)
    owe("hana@example.org")
    sink = Sink()

    def refuse(server: Any, session: Any, envelope: Any, mechanism: str, secret: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        return AuthResult(success=False, handled=False)

    found = {}
    with sink.listening(authenticator=refuse, auth_require_tls=False):
        wrong = {
            "sign_in": MailServer("127.0.0.1", sink.port, "offered", "us", "CANARY"),
            # Not this machine by our rules, so that no password and no letter goes there in the clear.
            "password in the clear": MailServer("127.0.0.2", sink.port, "offered", "us", "CANARY"),
            "no encryption": MailServer("127.0.0.2", sink.port, "starttls"),
            "no certificate": MailServer("127.0.0.1", sink.port, "tls"),
        }
        for name, server in wrong.items():
            payer = payer_to(sink)
            payer.server = server
            payer.pay()
            found[name] = payer.trouble
    assert found["sign_in"] == "sign_in"
    assert found["no certificate"] == "encryption"
    assert (states(), Letter.objects.get().tries) == ({"owed": 1}, 0)
    assert "CANARY" not in repr(wrong["sign_in"])
