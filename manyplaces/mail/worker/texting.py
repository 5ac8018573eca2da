"""Paying texts: posted one by one to the operator's own gateway, at a pace of their own and never at night."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from django.utils import timezone

from manyplaces.mail.ledger import put_off
from manyplaces.mail.models import Heartbeat, Letter
from manyplaces.mail.rules import awake_from
from manyplaces.mail.smtp import BrokenOff, Refused, Trouble
from manyplaces.mail.worker.paying import Payer, opened

ANSWERS_WITHIN = 20.0
# The gateway does not know us, or lets nobody in: no text is to blame.
UNKNOWN_TO_IT = (401, 403, 404, 405, 407)
# It takes no more just now.
NOT_NOW = (408, 425, 429)


class Gateway(Protocol):
    """What the operator has set."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def path(self) -> str: ...
    @property
    def is_encrypted(self) -> bool: ...
    @property
    def token(self) -> str: ...


class Carrier:
    """Posts texts to the gateway: a connection for each, as they are few, and no redirect is followed."""

    def __init__(self, gateway: Gateway) -> None:
        """Nothing is opened before there is something to be posted."""
        self.gateway = gateway

    def __enter__(self) -> Carrier:
        return self

    def __exit__(self, *fault: object) -> None:
        pass

    def post(self, letter: Letter, to: str, text: str) -> None:
        """Post a text; raises Refused, BrokenOff or Trouble, none of which holds the number or the text."""
        body = json.dumps({"to": to, "text": text}).encode()
        # By the key a gateway may know a text that it has taken already.
        headers = {"Content-Type": "application/json", "Idempotency-Key": letter.uid, "User-Agent": "manyplaces"}
        if self.gateway.token:
            headers["Authorization"] = f"Bearer {self.gateway.token}"
        wire = self._wire()
        try:
            self._connect(wire)
            status = self._answer(wire, body, headers)
        finally:
            wire.close()
        self._judge(status)

    def _wire(self) -> http.client.HTTPConnection:
        where = (self.gateway.host, self.gateway.port)
        if not self.gateway.is_encrypted:
            return http.client.HTTPConnection(*where, timeout=ANSWERS_WITHIN)
        return http.client.HTTPSConnection(*where, timeout=ANSWERS_WITHIN, context=ssl.create_default_context())

    def _connect(self, wire: http.client.HTTPConnection) -> None:
        try:
            wire.connect()
        except (OSError, socket.gaierror, UnicodeError):
            raise Trouble(Heartbeat.Trouble.TEXTS) from None

    def _answer(self, wire: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> int:
        try:
            wire.request("POST", self.gateway.path, body, headers)
            # What it says beside the status is nobody's business: it may quote the number.
            return wire.getresponse().status
        except (OSError, http.client.HTTPException):
            raise BrokenOff(perhaps_taken=True) from None

    def _judge(self, status: int) -> None:
        if 200 <= status < 300:
            return
        if status in UNKNOWN_TO_IT or 300 <= status < 400:
            raise Trouble(Heartbeat.Trouble.TEXTS)
        if 400 <= status < 500 and status not in NOT_NOW:
            raise Refused(Letter.Error.TEXT_REFUSED, for_good=True)
        if status in NOT_NOW:
            raise Refused(Letter.Error.TEXT_PUT_OFF, for_good=False)
        raise BrokenOff(perhaps_taken=False)


@dataclass
class Texter(Payer):
    """Pays texts as the payer pays letters."""

    channel: ClassVar[str] = Letter.Channel.TEXT
    shut: ClassVar[Heartbeat.Trouble] = Heartbeat.Trouble.TEXTS

    def carrier(self) -> Any:
        """Return what posts to the gateway."""
        return Carrier(self.server)

    def hand_over(self, postman: Any, letter: Letter) -> None:
        """Post one text, or put it off until people are awake where it is about."""
        to, content = opened(letter)
        self.pace.used(1)
        postman.post(letter, to, content["body"])

    def _pay_one(self, postman: Any, letter: Letter) -> None:
        now = timezone.now()
        later = awake_from(now, letter.zone)
        if later > now and (letter.until is None or letter.until >= now):
            put_off([letter], later)
            return
        super()._pay_one(postman, letter)
