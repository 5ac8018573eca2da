"""While the record is held fast the same is asked once; at any other time each time anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from manyplaces.core.holding import hold, kept_while_held, let_go

asked: list[str] = []


@kept_while_held
def ask(words: str) -> list[str]:
    asked.append(words)
    if words == "fault":
        raise LookupError
    return [words]


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    asked.clear()
    yield
    let_go()


def test_nothing_is_kept_of_a_record_that_may_change() -> None:
    assert [ask("a"), ask("a")] == [["a"], ["a"]]
    assert asked == ["a", "a"]


def test_what_is_held_is_asked_once() -> None:
    hold()
    assert ask("a") is ask("a")
    assert (ask("b"), asked) == (["b"], ["a", "b"])


def test_when_it_is_let_go_all_is_forgotten() -> None:
    hold()
    ask("a")
    let_go()
    hold()
    ask("a")
    assert asked == ["a", "a"]


def test_a_fault_is_not_kept() -> None:
    hold()
    for _again in range(2):
        with pytest.raises(LookupError):
            ask("fault")
    assert asked == ["fault", "fault"]
