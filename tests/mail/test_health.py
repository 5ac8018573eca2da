"""A worker that is dead or fails at what it should do is seen from outside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.generation import current_generation
from manyplaces.mail import ledger
from manyplaces.mail.models import Heartbeat, Slot
from manyplaces.mail.queries import outbox
from manyplaces.mail.worker import Worker
from manyplaces.people.operations import lock_down
from tests.mail.sink import Sink

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
BEATS = {"database": True, "worker": True, "clock": True, "open": True}


@pytest.mark.django_db
def test_healthz_says_whether_the_worker_lives_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    client, number = Client(), current_generation()

    def asked() -> tuple[int, dict[str, Any], str]:
        answer = client.get("/healthz")
        return answer.status_code, answer.json(), answer["Cache-Control"]

    assert asked() == (503, {"ok": False, **BEATS, "worker": False}, "no-store")
    with time_machine.travel(NOON, tick=False) as clock:
        ledger.beat(timezone.now(), "")
        assert asked() == (200, {"ok": True, **BEATS}, "no-store")
        clock.move_to(NOON + timedelta(seconds=20))
        ledger.beat(timezone.now(), "sign_in")
        clock.move_to(NOON + timedelta(seconds=40))
        ledger.beat(timezone.now(), "sign_in")
        stand = outbox()
        assert (stand.trouble, stand.trouble_since) == (
            "The mail server refuses the user name or the password.",
            NOON + timedelta(seconds=20),
        )
        clock.move_to(NOON + timedelta(seconds=71))
        assert asked()[:2] == (503, {"ok": False, **BEATS, "worker": False})
        # Nor is it well when what the clock asked for failed the last time.
        Slot.objects.create(name="people.carry_out", slot=1, error="ValueError")
        ledger.beat(timezone.now(), "")
        assert asked()[:2] == (503, {"ok": False, **BEATS, "clock": False})
        Slot.objects.update(error="")
        # A beat from the future, because the clock was set back, keeps no dead worker alive.
        clock.move_to(NOON - timedelta(hours=2))
        assert asked()[0] == 503
    # A heartbeat is no change of the record.
    assert (current_generation(), Heartbeat.objects.count()) == (number, 1)

    def broken(*words: Any) -> Any:
        raise DatabaseError("CANARY")

    with connection.execute_wrapper(broken):
        assert asked() == (503, {"ok": False, **dict.fromkeys(BEATS), "database": False}, "no-store")


@pytest.mark.django_db
def test_a_thread_that_keeps_failing_is_not_alive() -> None:
    worker = Worker()
    worker.ending = threading.Event()
    worker.wakers["jobs"].wait = lambda: True  # type: ignore[assignment,method-assign,return-value]
    worker.ending.wait = lambda seconds: True  # type: ignore[assignment,method-assign]
    found: list[bool] = []

    def step() -> int:
        found.append(worker._hangs(0.0))
        if len(found) == 6:
            worker.ending.set()
        if len(found) in (1, 2, 3, 4):
            raise DatabaseError("CANARY")
        return 0

    worker._keep_at("jobs", step)
    assert found == [False, False, False, True, True, False]


@pytest.mark.django_db
def test_letters_in_hand_stay_here_when_the_site_is_closed(
    owe: Callable[..., Any], sink: Sink, payer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        owe(f"host{number}@example.org")
    pay = payer._pay_one

    def one(postman: Any, letter: Any) -> None:
        pay(postman, letter)
        if len(sink.taken) == 2:
            lock_down(by=Actor("command line", "command"))

    monkeypatch.setattr(payer, "_pay_one", one)
    payer.pay()
    assert len(sink.taken) == 2
