"""Writes that are done together: what many people send in the same moment waits for the disk once.

Whoever answers requests opens a `Round`, lets each of them be answered, and then writes: only now anything is kept, and
only after it is kept on the disk may anybody be told so. Outside a round a write is done at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError

from manyplaces.core.locks import SiteLock

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Operation = Callable[[Any], object]
# What the database says when it cannot be written at all: locked for long, full, gone.
OUT_OF_ORDER = (OperationalError, InterfaceError)
# Two processes of a site that write in turn are quicker than two that get into each other's way.
_alone = SiteLock()
_here = threading.local()


class Unwritten(Exception):
    """What somebody sent could not be kept; he is told so and sends it again."""


def write(operation: Callable[[Sequence[Item]], object], item: Item) -> None:
    """Do `operation([item])`: at once, or at the end of the round together with what others sent for it.

    The item must have been looked at before, because in a round the answer cannot change any more: an operation that
    refuses it then makes the answer “try again”.
    """
    steps = getattr(_here, "steps", None)
    if steps is None:
        operation([item])
    else:
        steps.append((operation, item))


def once(about: tuple[object, ...], look: Callable[[], Answer]) -> Answer:
    """Return what `look()` returned before in this round, under the same name; outside a round look at once.

    For what many requests ask and none of them changes. A round lasts for a fraction of a second.
    """
    known: dict[tuple[object, ...], Any] | None = getattr(_here, "known", None)
    if known is None:
        return look()
    if about not in known:
        known[about] = look()
    found: Answer = known[about]
    return found


class Round:
    """Requests that are answered one after the other, and written together."""

    def __init__(self, known: Mapping[tuple[object, ...], Any] | None = None) -> None:
        """Begin with nothing to write; `known` is what was looked up for all at once, see `once`."""
        self._asked: list[list[tuple[Operation, Any]]] = []
        self._known: dict[tuple[object, ...], Any] = dict(known or {})

    def answer(self, work: Callable[[], Answer]) -> Answer:
        """Return what `work` returns, and keep what it wants to write."""
        steps: list[tuple[Operation, Any]] = []
        self._asked.append(steps)
        _here.steps, _here.known = steps, self._known
        try:
            return work()
        except BaseException:
            steps.clear()
            raise
        finally:
            _here.steps = _here.known = None

    def write(self) -> list[Exception | None]:
        """Write what was kept, each operation once; returns of each answer, in their order, why it could not be kept.

        An operation is a transaction of its own, all its items or none.
        """
        together: dict[Operation, list[Any]] = {}
        for steps in self._asked:
            for operation, item in steps:
                together.setdefault(operation, []).append(item)
        failed = {
            operation: problem
            for operation, items in together.items()
            if (problem := _fails(operation, items)) is not None
        }
        return [
            _first(_again(operation, item, failed[operation]) for operation, item in steps if operation in failed)
            for steps in self._asked
        ]


def _fails(operation: Operation, items: list[Any]) -> Exception | None:
    try:
        with _alone:
            operation(items)
    except Exception as problem:
        return problem
    return None


def _again(operation: Operation, item: Any, problem: Exception) -> Exception | None:
    # One that is refused must not take the others with it: then each by itself. Where the database itself is locked or
    # full, each would wait as long as all have waited.
    return problem if isinstance(problem, OUT_OF_ORDER) else _fails(operation, [item])


def _first(problems: Iterable[Exception | None]) -> Exception | None:
    # All are tried, also after one that failed.
    return next((problem for problem in list(problems) if problem is not None), None)
