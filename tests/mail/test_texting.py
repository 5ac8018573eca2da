"""Texts go to the operator's own gateway: once, at their pace, never at night, and nobody reads along."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from manyplaces.config.environment import Gateway, Unsafe, read_environment
from manyplaces.core.sealing import lookup
from manyplaces.mail.letters import Written
from manyplaces.mail.models import TEXTS, Letter, Suppression
from manyplaces.mail.operations import owe_letters
from manyplaces.mail.queries import outbox
from manyplaces.mail.rules import awake_from
from manyplaces.mail.worker.paying import Pace
from manyplaces.mail.worker.texting import Texter
from tests.mail.conftest import payer_to
from tests.mail.gateway import TextSink
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
NUMBER = "+14145550123"
NOON = datetime(2026, 9, 1, 17, tzinfo=UTC)
DENVER = "America/Denver"


@pytest.fixture
def texts() -> Iterator[TextSink]:
    """A gateway that listens."""
    with TextSink().listening() as found:
        yield found


def texter_to(sink: TextSink, per_minute: int = 60_000) -> Texter:
    """Who pays what is due to a gateway, with no chance in the pauses."""
    return Texter(sink.gateway, Pace(per_minute), chance=lambda: 0.0)


def owe_text(to: str = NUMBER, text: str = "STOP ends it.", zone: str = "", until: datetime | None = None) -> Letter:
    """Owe somebody a text."""
    now = timezone.now()
    letter = Letter(kind="rsvps.evening", channel="text", zone=zone, unsubscribe=TEXTS, until=until, is_secret=True)
    letter.key, letter.next_try_at, letter.made_at = f"text:{letter.uid}", now, now
    letter.put_in(to, asdict(Written("", text, "", "en")))
    owe_letters([letter])
    return Letter.objects.get(uid=letter.uid)


def stands() -> list[tuple[str, str, bytes, bytes, str]]:
    """How each text stands, and what is kept of its number and words."""
    rows = Letter.objects.order_by("pk").values_list("state", "error", "to_sealed", "content_sealed", "to_hash")
    return [(state, error, bytes(to), bytes(text), hashed) for state, error, to, text, hashed in rows]


def test_a_text_is_posted_once_with_the_token_and_then_erased(texts: TextSink) -> None:
    letter = owe_text(text="Mañana, 7:30. STOP")
    texter = texter_to(texts)
    assert (texter.pay(), texter.pay()) == (1, 0)
    assert texts.taken == [(NUMBER, "Mañana, 7:30. STOP")]
    assert (texts.keys, texts.paths) == ([letter.uid], ["/send?from=us"])
    head = texts.seen[0]
    assert (head["authorization"], head["content-type"]) == ("Bearer CANARY-token", "application/json")
    assert stands() == [("sent", "", b"", b"", "")]


def test_letters_and_texts_keep_to_their_own_ways(texts: TextSink, owe: Any, sink: Sink) -> None:
    owe("gil@example.org")
    owe_text()
    assert (payer_to(sink).pay(), sink.readers, texts.taken) == (1, ["gil@example.org"], [])
    texter = texter_to(texts)
    assert (texter.pay(), texter.pay(), len(texts.taken), len(sink.readers)) == (1, 0, 1, 1)


def test_a_text_that_is_refused_is_given_up_at_once_and_the_next_one_goes(texts: TextSink) -> None:
    owe_text()
    owe_text("+14145550199")
    texts.answers = [400]
    texter = texter_to(texts)
    while texter.pay():
        pass
    assert [(state, error) for state, error, *_ in stands()] == [("failed", "text_refused"), ("sent", "")]
    assert [to for to, _ in texts.taken] == ["+14145550199"]


@pytest.mark.parametrize("answer", [429, 500, 503, 0])
def test_what_was_not_taken_is_tried_again(texts: TextSink, answer: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        letter = owe_text()
        texts.answers = [answer]
        texter = texter_to(texts)
        assert (texter.pay(), texts.taken) == (1, [])
        clock.shift(timedelta(minutes=10))
        assert (texter.pay(), len(texts.taken)) == (1, 1)
        assert texts.seen[0]["idempotency-key"] == texts.seen[1]["idempotency-key"] == letter.uid
    assert [state for state, *_ in stands()] == ["sent"]


@pytest.mark.parametrize("answer", [301, 307, 401, 403, 404])
def test_a_gateway_that_does_not_know_us_loses_nothing_and_is_not_followed(texts: TextSink, answer: int) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        owe_text()
        owe_text("+14145550199")
        texts.answers = [answer]
        texter = texter_to(texts)
        texter.pay()
        assert (texter.trouble, len(texts.paths)) == ("texts", 1)
        assert texter.pay() == 0
        clock.shift(timedelta(minutes=5))
        while texter.pay():
            pass
        assert (len(texts.taken), texter.trouble) == (2, "")
    assert "GET /elsewhere" not in texts.paths


def test_a_gateway_that_is_down_for_an_hour_loses_and_doubles_nothing() -> None:
    sink = TextSink()
    with sink.listening():
        pass
    texter = texter_to(sink)
    tried: list[int] = []
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(10):
            owe_text(f"+1414555010{number}")
        for minute in range(60):
            clock.move_to(NOON + timedelta(minutes=minute))
            tried += [minute] if texter.pay() else []
        assert (tried, texter.trouble) == ([0, 1, 3, 7, 15, 23, 31, 39, 47, 55], "texts")
        with sink.listening():
            clock.move_to(NOON + timedelta(minutes=64))
            while texter.pay():
                pass
    assert sorted(to for to, _ in sink.taken) == [f"+1414555010{number}" for number in range(10)]


def test_texts_have_a_pace_of_their_own(texts: TextSink) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(30):
            owe_text(f"+141455501{number:02}")
        texter, sent = texter_to(texts, 60), []
        for _second in range(5):
            while texter.pay():
                pass
            sent.append(len(texts.taken))
            clock.shift(timedelta(seconds=1))
    assert sent == [10, 11, 12, 13, 14]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-09-02T02:59:00", "2026-09-02T02:59:00"),
        ("2026-09-02T03:00:00", "2026-09-02T14:00:00"),
        ("2026-09-02T08:00:00", "2026-09-02T14:00:00"),
        ("2026-09-02T13:59:00", "2026-09-02T14:00:00"),
        ("2026-09-02T14:00:00", "2026-09-02T14:00:00"),
        # The clocks of Denver go back in this night.
        ("2026-11-01T04:00:00", "2026-11-01T15:00:00"),
    ],
)
def test_nobody_gets_a_text_between_nine_in_the_evening_and_eight(now: str, then: str) -> None:
    read = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, then)]
    assert awake_from(read[0], DENVER) == read[1]


def test_a_text_that_was_owed_late_waits_for_the_morning_and_one_that_is_late_then_never_goes(texts: TextSink) -> None:
    with time_machine.travel(datetime(2026, 9, 2, 3, 30, tzinfo=UTC), tick=False) as clock:
        owe_text(zone=DENVER)
        owe_text("+14145550199", zone=DENVER, until=datetime(2026, 9, 2, 13, tzinfo=UTC))
        texter = texter_to(texts)
        for hour in range(11):
            while texter.pay():
                pass
            assert texts.taken == [], hour
            clock.shift(timedelta(hours=1))
        while texter.pay():
            pass
    assert [to for to, _ in texts.taken] == [NUMBER]
    assert [(state, error) for state, error, *_ in stands()] == [("sent", ""), ("stopped", "late")]


def test_who_wants_no_texts_is_owed_none(texts: TextSink) -> None:
    Suppression.objects.create(email_hash=lookup(NUMBER, "phone"), unsubscribe=TEXTS)
    owe_text()
    owe_text("+14145550199")
    assert stands()[0] == ("stopped", "unsubscribed", b"", b"", "")
    texter_to(texts).pay()
    assert [to for to, _ in texts.taken] == ["+14145550199"]


def test_neither_number_nor_text_nor_token_is_logged(texts: TextSink, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts.answers = [500, 400, 403, 0, 302]
    for number in range(5):
        owe_text(f"+1414555010{number}", "CANARY-text")
    with time_machine.travel(NOON + timedelta(days=3650), tick=False) as clock:
        texter = texter_to(texts)
        for _time in range(8):
            texter.pay()
            clock.shift(timedelta(minutes=61))
    assert len(texts.seen) > 4
    assert "CANARY" not in caplog.text
    assert "4145550" not in caplog.text


def test_without_a_gateway_texts_wait_and_are_counted() -> None:
    owe_text()
    assert outbox().owed == 1


def read(tmp_path: Path, address: str, token: str = "", mode: int = 0o600) -> Gateway | None:
    """The gateway as the operator's settings name it."""
    given = {"MANYPLACES_TEXTS": address}
    if token:
        (tmp_path / "token").write_text(token)
        (tmp_path / "token").chmod(mode)
        given["MANYPLACES_TEXTS_TOKEN_FILE"] = str(tmp_path / "token")
    return read_environment(given).texts


def test_the_operator_names_a_gateway(tmp_path: Path) -> None:
    assert read(tmp_path, "") is None
    assert read(tmp_path, "https://texts.example.org/send?a=b", "CANARY\n") == Gateway(
        "texts.example.org", 443, "/send?a=b", True, "CANARY"
    )
    assert read(tmp_path, "http://127.0.0.1:9000") == Gateway("127.0.0.1", 9000, "/", False)
    assert "CANARY" not in repr(read(tmp_path, "https://texts.example.org", "CANARY"))
    assert (read_environment({}).texts_per_minute, read_environment({}).texts) == (60, None)


@pytest.mark.parametrize(
    "address",
    [
        "http://texts.example.org/send",
        "http://127.0.0.1.example.org/",
        "ftp://texts.example.org",
        "https://CANARY@texts.example.org",
        "https://",
        "texts.example.org",
        "https://texts.example.org/a b",
        "https://texts.example.org:99999/",
        "https://texts.example.org/\r\nX: CANARY",
    ],
)
def test_a_gateway_where_others_could_read_along_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(Unsafe, match="MANYPLACES_TEXTS cannot be used") as refused:
        read(tmp_path, address)
    assert "CANARY" not in str(refused.value)


def test_a_token_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unsafe, match="chmod 600"):
        read(tmp_path, "https://texts.example.org", "CANARY", 0o644)
    with pytest.raises(Unsafe, match="no line of plain letters"):
        read(tmp_path, "https://texts.example.org", "CANARY\nX: y")
