"""A mail server to send to, somebody who pays, and letters that are owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.mail.sink import Sink


@pytest.fixture(autouse=True)
def sender(settings: Any) -> None:
    """Letters come from somewhere."""
    settings.MAIL_FROM = "hello@schools.example"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that listens."""
    with Sink().listening() as found:
        yield found


@pytest.fixture
def payer(sink: Sink) -> Any:
    """Who pays what is due to that server, with no chance in the pauses."""
    return payer_to(sink)


def payer_to(sink: Sink, per_minute: int = 60_000) -> Any:
    """Who pays what is due to a server."""
    from manyplaces.mail.worker.paying import Pace, Payer

    return Payer(sink.server, Pace(per_minute), chance=lambda: 0.0)


@pytest.fixture
def owe(nia: Any) -> Callable[..., Any]:
    """Owes a letter to somebody, such as owe("hana@example.org", language="es")."""
    from manyplaces.mail.letters import written
    from manyplaces.mail.operations import owe_letter

    def owing(to: str, *, language: str = "en", key: str = "", template: str = "mail.try_out", **options: Any) -> Any:
        letter = written(template, language)
        return owe_letter(template, to, letter, language=language, key=key or f"try:{to}", by=nia, **options)

    return owing
