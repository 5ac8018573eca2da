"""A letter that was put off for long and then breaks the connection is not given up before it had a second chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("last", ["hang up", "take and hang up"])
def test_one_break_after_many_delays_loses_no_letter(
    owe: Callable[..., Any], payer: Any, sink: Sink, last: str
) -> None:
    sink.answers["rcpt"] = ["451 later"] * 5
    sink.answers["data"] = [last]
    with time_machine.travel(NOON, tick=False) as clock:
        hana = owe("hana@example.org")
        for minutes in range(0, 10 * 60, 2):
            clock.move_to(NOON + timedelta(minutes=minutes))
            payer.pay()
    hana.refresh_from_db()
    assert (hana.state, sink.readers, sink.doubled) == (
        "sent", ["hana@example.org"] * (1 + last.startswith("take")), int(last.startswith("take")),
    )  # fmt: skip
