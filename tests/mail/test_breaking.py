"""A connection that breaks and a letter that cannot be written hold up nobody else, and are not tried for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from manyplaces.mail import smtp, worker
from manyplaces.mail.models import Letter
from manyplaces.mail.queries import outbox
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def states() -> dict[str, int]:
    """How many letters are in each state."""
    found: dict[str, int] = {}
    for letter in Letter.objects.all():
        found[letter.state] = found.get(letter.state, 0) + 1
    return found


def test_a_server_that_hangs_is_left_and_the_letters_wait(
    owe: Callable[..., Any], payer: Any, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWERS_WITHIN", 0.3)
    sink.answers["rcpt"] = ["hang", "hang"]
    with time_machine.travel(NOON, tick=False) as clock:
        owe("hana@example.org")
        owe("gil@example.org")
        began = time.perf_counter()
        # Once it may be the letter, which waits alone; twice it is the server, and all wait.
        assert (payer.pay(), payer.trouble, payer.pay(), payer.trouble) == (2, "", 1, "unreachable")
        assert (payer.pay(), time.perf_counter() - began < 3, states()) == (0, True, {"owed": 2})
        clock.move_to(NOON + timedelta(minutes=2))
        payer.pay()
    assert (sorted(sink.readers), payer.trouble) == (["gil@example.org", "hana@example.org"], "")


def test_a_letter_that_breaks_the_connection_does_not_stand_in_the_way(
    owe: Callable[..., Any], payer: Any, sink: Sink
) -> None:
    sink.answers["data"] = ["take and hang up", "250 OK", "250 OK", "hang up", "take and hang up"]
    with time_machine.travel(NOON, tick=False) as clock:
        hana, left = owe("hana@example.org"), []
        for name in ("gil", "otto"):
            owe(f"{name}@example.org")
        for minutes in range(24 * 60):
            clock.move_to(NOON + timedelta(minutes=minutes))
            left += [minutes] * payer.pay()
    # Others leave in the same minute. What broke the line comes thrice at most, more than an hour apart, and whoever
    # gets it twice can tell: it has the same Message-ID.
    assert left == [0, 0, 0, 1, 1, 8, 68]
    assert sink.readers == ["hana@example.org", "gil@example.org", "otto@example.org", "hana@example.org"]
    hana.refresh_from_db()
    assert (hana.state, hana.error, hana.tries, sink.doubled) == ("failed", "broken_off", 3, 1)
    assert (states(), outbox().failed) == ({"sent": 2, "failed": 1}, 1)


def test_a_server_that_is_long_in_looking_at_a_letter_gets_it_once(
    owe: Callable[..., Any], payer: Any, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "ANSWERS_WITHIN", 0.3)
    sink.answers["data"] = ["250 OK after a while"]
    owe("hana@example.org")
    payer.pay()
    assert (sink.readers, states()) == (["hana@example.org"], {"sent": 1})
    assert smtp.ANSWERS_TO_TEXT_WITHIN + 5 * 20 < worker.LETTER_HANGS_AFTER


def test_a_letter_in_which_something_is_wrong_does_not_stand_in_the_way(
    owe: Callable[..., Any], payer: Any, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    broken = owe("hana@example.org")
    broken.put_in("hana@example.org", {"subject": "CANARY", "CANARY": "CANARY"})
    broken.save()
    with time_machine.travel(NOON, tick=False) as clock, caplog.at_level("ERROR"):
        Letter.objects.update(next_try_at=NOON)
        owe("gil@example.org")
        for minutes in (0, 1, 3):
            clock.move_to(NOON + timedelta(minutes=minutes))
            payer.pay()
    broken.refresh_from_db()
    assert (sink.readers, broken.state, broken.error) == (["gil@example.org"], "failed", "broken")
    assert [line.partition("(")[2].split(",")[0] for line in caplog.messages] == ["TypeError in paying.py"] * 3
    assert "CANARY" not in caplog.text
