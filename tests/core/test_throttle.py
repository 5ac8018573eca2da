"""Otto sends a form a thousand times; nothing that could name him is kept anywhere."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from manyplaces.core import throttle


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    throttle.forget()
    yield
    throttle.forget()


def test_of_a_thousand_tries_nearly_all_are_refused() -> None:
    otto = throttle.mark("203.0.113.7")
    taken = [throttle.take(otto, "commit", 10, 600) for _ in range(1000)]
    assert (taken.count(True), taken[:10]) == (10, [True] * 10)
    assert throttle.wait(otto, "commit") == 600
    assert throttle.take(throttle.mark("203.0.113.8"), "commit", 10, 600)
    assert throttle.take(otto, "sign in", 10, 600)


def test_a_thousand_sources_are_all_taken() -> None:
    marks = [throttle.mark(f"10.{number // 250}.7.{number % 250}") for number in range(1000)]
    assert len(set(marks)) == 1000
    assert [throttle.take(source, "commit", 1, 600) for source in marks] == [True] * 1000
    assert [throttle.take(source, "commit", 1, 600) for source in marks] == [False] * 1000


def test_after_the_time_it_is_allowed_again() -> None:
    with time_machine.travel("2026-10-06T12:00:00Z", tick=False) as clock:
        otto = throttle.mark("203.0.113.7")
        assert [throttle.take(otto, "commit", 2, 60) for _ in range(3)] == [True, True, False]
        clock.shift(59)
        assert not throttle.take(otto, "commit", 2, 60)
        assert 1 <= throttle.wait(otto, "commit") <= 2
        clock.shift(2)
        assert throttle.wait(otto, "commit") == 0
        assert throttle.take(otto, "commit", 2, 60)


def test_a_mark_says_nothing_after_an_hour_and_nothing_after_a_restart() -> None:
    with time_machine.travel("2026-10-06T12:00:00Z", tick=False) as clock:
        first = throttle.mark("203.0.113.7")
        assert re.fullmatch("[0-9a-f]{22}", first)
        clock.shift(3599)
        assert throttle.mark("203.0.113.7") == first
        clock.shift(2)
        later = throttle.mark("203.0.113.7")
        assert later != first
        assert throttle.cluster(later) != throttle.cluster(first)
        throttle.forget()
        assert throttle.mark("203.0.113.7") not in (first, later)


def test_a_cluster_is_the_same_for_one_source_and_fits_into_the_database() -> None:
    otto, gil = throttle.mark("203.0.113.7"), throttle.mark("2001:db8::1")
    assert throttle.cluster(otto) == throttle.cluster(otto)
    assert throttle.cluster(otto) != throttle.cluster(gil)
    assert 0 <= (throttle.cluster(otto) or -1) < 2**63


def test_who_cannot_be_told_apart_is_not_stopped() -> None:
    assert throttle.source_of({"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}) == ""
    assert [throttle.mark(nobody) for nobody in ("", "testclient", "999.0.0.1")] == ["", "", ""]
    assert all(throttle.take("", "commit", 1, 600) for _ in range(20))
    assert (throttle.wait("", "commit"), throttle.cluster("")) == (0, None)


def test_one_household_is_one_source() -> None:
    assert throttle.mark("2001:db8:1:2:3::4") == throttle.mark("2001:db8:1:2:9::1") != throttle.mark("2001:db8:1:3::1")
    assert throttle.mark("::ffff:203.0.113.7") == throttle.mark("203.0.113.7")


def _take_often(mark: str, answers: Any) -> None:
    answers.put((throttle.mark("203.0.113.7"), sum(throttle.take(mark, "commit", 100, 600) for _ in range(200))))


def test_all_processes_of_a_site_count_together_and_lose_none() -> None:
    otto = throttle.mark("203.0.113.7")
    forking = multiprocessing.get_context("fork")
    answers = forking.Queue()
    others = [forking.Process(target=_take_often, args=(otto, answers)) for _ in range(4)]
    for other in others:
        other.start()
    found = [answers.get(timeout=20) for _ in others]
    for other in others:
        other.join()
    assert {mark for mark, _ in found} == {otto}
    assert sum(taken for _, taken in found) == 100


def test_the_sentence_says_how_long_in_whole_minutes() -> None:
    assert "wait 1 minute," in throttle.too_many(20)
    assert "wait 10 minutes," in throttle.too_many(600)
