"""A passkey in software, which can also do what a real one never would."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from manyplaces.people.guard import FORM_TOKEN

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN = "http://testserver"


class Authenticator:
    """One passkey for one site."""

    def __init__(self, number: str = "1", host: str = "testserver") -> None:
        """`number` makes the credential's id."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(number.encode()).digest()
        self.host, self.count = host, 0

    def made(self, options: dict[str, Any], *, origin: str = ORIGIN, verified: bool = True) -> str:
        """Answer to being made."""
        told = self._told("webauthn.create", options, origin)
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        flags = PRESENT | ATTESTED | (VERIFIED if verified else 0)
        known = AuthenticatorData.create(self._host(), flags, self.count, bytes(credential))
        attested = AttestationObject.create("none", known, {})
        return self._answer({"clientDataJSON": told, "attestationObject": attested})

    def shown(self, options: dict[str, Any], *, origin: str = ORIGIN, verified: bool = True, step: int = 1) -> str:
        """Answer to being shown; `step` is how far its count goes on."""
        self.count += step
        told = self._told("webauthn.get", options, origin)
        known = AuthenticatorData.create(self._host(), PRESENT | (VERIFIED if verified else 0), self.count)
        signature = self.key.sign(bytes(known) + told.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": told, "authenticatorData": known, "signature": signature})

    def _told(self, kind: str, options: dict[str, Any], origin: str) -> CollectedClientData:
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, origin)

    def _host(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()

    def _answer(self, response: dict[str, Any]) -> str:
        texts = {name: websafe_encode(bytes(part)) for name, part in response.items()}
        return json.dumps(
            {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key", "response": texts}
        )


def options(browser: Client, step: str) -> dict[str, Any]:
    """What the site wants a passkey to answer to."""
    told = browser.post("/sign-in/passkey/options.json", {"step": step, FORM_TOKEN: getattr(browser, "form_token", "")})
    found: dict[str, Any] = told.json()
    return found
