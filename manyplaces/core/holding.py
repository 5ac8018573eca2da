"""Answers that are kept while the record is held fast in one state; at any other time each is asked for anew."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

Ask = TypeVar("Ask", bound=Callable[..., Any])

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


def hold() -> None:
    """Keep answers from now on: whoever calls this sees to it that what is asked cannot change until `let_go`."""
    _kept.set({})


def let_go() -> None:
    """Forget what was kept, and ask anew each time."""
    _kept.set(None)


def is_held() -> bool:
    """Tell whether the record is held fast: then it is worth asking for more at once than is needed."""
    return _kept.get() is not None


def kept_while_held(ask: Ask) -> Ask:
    """Let a function whose arguments can be hashed be asked once for the same while the record is held fast.

    What it returns is shared by all who ask: nobody may change it. A fault is not kept.
    """

    @wraps(ask)
    def asked(*given: Hashable) -> Any:
        known = _kept.get()
        if known is None:
            return ask(*given)
        key = (ask, given)
        if key not in known:
            known[key] = ask(*given)
        return known[key]

    return cast("Ask", asked)


def has_none(those: Callable[[], Container[Hashable]], one: Hashable) -> bool:
    """Tell whether `one` is surely not among those that have something, who are asked for once while all is held fast.

    At any other time nothing is sure, it is False, and whoever asks has to look.
    """
    return is_held() and one not in kept_while_held(those)()
