"""A mail server that does as it is told: takes letters, puts them off, refuses them, hangs, or hangs up."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from manyplaces.config.environment import MailServer


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sink:
    """What the server was told to answer, and what it has taken."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[EmailMessage] = []
        # Answers by what they are to: "rcpt" and "data", each used once and in turn; then all is well.
        self.answers: dict[str, list[str]] = {"rcpt": [], "data": []}
        self.connections = 0
        self.offered: list[str] = []

    @property
    def server(self) -> MailServer:
        """The setting that leads here."""
        return MailServer("127.0.0.1", self.port, "offered")

    @property
    def readers(self) -> list[str]:
        """To whom the letters went that were taken, in their order."""
        return [str(message["To"]) for message in self.taken]

    @property
    def doubled(self) -> int:
        """How many letters came once more than they should."""
        return sum(many - 1 for many in Counter(str(message["Message-ID"]) for message in self.taken).values())

    @contextmanager
    def listening(self, **options: Any) -> Iterator[Sink]:
        """Listen as long as the `with` lasts; options are aiosmtpd's."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    def _answer(self, to: str) -> str:
        return self.answers[to].pop(0) if self.answers[to] else "250 OK"

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.offered.append(address)
        answer = self._answer("rcpt")
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self._answer("data")
        if "after a while" in answer:
            await asyncio.sleep(0.6)
        if answer.startswith("250") or answer == "take and hang up":
            self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        if "hang up" in answer:
            server.transport.abort()
        return answer
