"""Writes of one round: done once for all, before anybody is answered; one that fails does not take the others along."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import OperationalError

from manyplaces.core import together
from manyplaces.core.together import Round


def test_outside_a_round_everything_is_done_and_looked_at_at_once() -> None:
    kept: list[Sequence[str]] = []
    together.write(kept.append, "a")
    assert kept == [["a"]]
    looks = iter("xy")
    assert [together.once(("letter",), lambda: next(looks)) for _ in range(2)] == ["x", "y"]


def test_a_round_writes_once_and_only_at_its_end() -> None:
    kept: list[Sequence[str]] = []
    looks = iter("xy")
    current = Round()

    def answer(item: str) -> str:
        together.write(kept.append, item)
        return together.once(("letter",), lambda: next(looks))

    assert [current.answer(lambda item=item: answer(item)) for item in "abc"] == ["x", "x", "x"]  # type: ignore[misc]
    assert kept == []
    assert current.write() == [None, None, None]
    assert kept == [["a", "b", "c"]]


def test_what_is_refused_is_told_to_its_sender_alone() -> None:
    kept: list[str] = []

    def keep(items: Sequence[str]) -> None:
        if "bad" in items:
            raise ValueError("bad")
        kept.extend(items)

    current = Round()
    for item in ("good", "bad", "also good"):
        current.answer(lambda item=item: together.write(keep, item))  # type: ignore[misc]
    assert [str(problem) if problem else None for problem in current.write()] == [None, "bad", None]
    assert kept == ["good", "also good"]


def test_who_could_not_be_answered_has_nothing_kept() -> None:
    kept: list[Sequence[str]] = []
    current = Round()

    def answer() -> None:
        together.write(kept.append, "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        current.answer(answer)
    assert (current.write(), kept) == ([None], [])


def test_where_the_database_is_out_of_order_nobody_waits_a_second_time() -> None:
    tried: list[Sequence[str]] = []

    def keep(items: Sequence[str]) -> None:
        tried.append(items)
        raise OperationalError("database is locked")

    current = Round()
    for item in "abc":
        current.answer(lambda item=item: together.write(keep, item))  # type: ignore[misc]
    assert [str(problem) for problem in current.write()] == ["database is locked"] * 3
    assert tried == [["a", "b", "c"]]
