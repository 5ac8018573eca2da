"""The ways out of the site that an operator may set: a mail server, a gateway for texts, a store for pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOCAL = ("127.0.0.1", "localhost", "::1")


class Unsafe(Exception):
    """A setting that cannot be used; its text is the one sentence shown to the operator."""


@dataclass(frozen=True)
class MailServer:
    """How letters leave: encryption is "tls" from the start, "starttls" before anything else, or "offered"."""

    host: str
    port: int
    encryption: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, so that nobody listens on the way."""
        return self.host in LOCAL

    def __str__(self) -> str:
        scheme = "smtps" if self.encryption == "tls" else "smtp"
        return f"{scheme}://{self.user}{'@' if self.user else ''}{self.host}:{self.port}"


@dataclass(frozen=True)
class Gateway:
    """Where texts are posted to: the parts of its address, and the token that it knows us by."""

    host: str
    port: int
    path: str
    is_encrypted: bool
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class PictureStore:
    """A store that speaks S3: the bucket, what stands before every name in it, its server, and what opens it."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    key: str
    secret: str = field(default="", repr=False)


def read_mail_server(values: Mapping[str, str]) -> MailServer | None:
    """Return the mail server, None where none is set; raises Unsafe."""
    given = values["MANYPLACES_SMTP"]
    if not given:
        return None
    # The address may hold a password, so it is not repeated.
    wrong = Unsafe(
        "MANYPLACES_SMTP cannot be read; give smtp://user@mail.example.org or smtps://user@mail.example.org."
    )
    try:
        parts = urlsplit(given)
        port = parts.port or (465 if parts.scheme == "smtps" else 587)
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise wrong
    encryption = "tls" if parts.scheme == "smtps" else "starttls" if port == 587 else "offered"
    password = _secret(values, "MANYPLACES_SMTP_PASSWORD_FILE", "the mail server's password") or unquote(
        parts.password or ""
    )
    return MailServer(parts.hostname, port, encryption, unquote(parts.username or ""), password)


def _secret(values: Mapping[str, str], name: str, what: str) -> str:
    """Return what stands in the file of a setting, empty where none is set; nobody else may read it."""
    file = values[name]
    if not file:
        return ""
    try:
        if Path(file).stat().st_mode & 0o077:
            raise Unsafe(f"other users of this machine may read {what}; run: chmod 600 {file}")
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Unsafe(f"{name} {file} cannot be read; give a text file with the {what.rpartition(' ')[2]}.") from None


def read_mail_from(values: Mapping[str, str]) -> str:
    """Return the address that letters come from; raises Unsafe."""
    address = values["MANYPLACES_MAIL_FROM"].strip()
    if address and not re.fullmatch(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9.-]+", address):
        raise Unsafe(f"MANYPLACES_MAIL_FROM is “{address}”; give a bare address such as hello@example.org.")
    if values["MANYPLACES_SMTP"] and not address:
        raise Unsafe("MANYPLACES_SMTP is set and MANYPLACES_MAIL_FROM is not; give the address that letters come from.")
    return address


def read_gateway(values: Mapping[str, str]) -> Gateway | None:
    """Return the gateway for text messages, None where none is set; raises Unsafe."""
    given = values["MANYPLACES_TEXTS"]
    if not given:
        return None
    # The address may hold a secret, so it is not repeated.
    wrong = Unsafe(
        "MANYPLACES_TEXTS cannot be used; give https://texts.example.org/send, and http for this machine only."
    )
    try:
        parts = urlsplit(given)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise wrong from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if not is_safe or not parts.hostname or parts.username or parts.fragment or not re.fullmatch(r"[!-~]+", given):
        raise wrong
    token = _secret(values, "MANYPLACES_TEXTS_TOKEN_FILE", "the text service's token")
    if token and not re.fullmatch(r"[!-~]+", token):
        raise Unsafe("The text service's token is no line of plain letters; see MANYPLACES_TEXTS_TOKEN_FILE.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Gateway(parts.hostname, port, path, parts.scheme == "https", token)


def read_picture_store(values: Mapping[str, str]) -> PictureStore | None:
    """Return the store for pictures, None where they lie in the data folder; raises Unsafe."""
    given, endpoint = values["MANYPLACES_PICTURES_STORE"], values["MANYPLACES_PICTURES_ENDPOINT"].rstrip("/")
    if not given:
        return None
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[\w.-]+)*)/?", given, re.ASCII)
    if not found:
        raise Unsafe(f"MANYPLACES_PICTURES_STORE is “{given}”; give s3://bucket, or s3://bucket/folder.")
    plain = re.fullmatch(r"(https://[\w.-]+|http://(127\.0\.0\.1|localhost|\[::1\]))(:\d{1,5})?", endpoint, re.ASCII)
    if endpoint and not plain:
        raise Unsafe(
            f"MANYPLACES_PICTURES_ENDPOINT is “{endpoint}”; give https://store.example.org, "
            "and http for this machine only."
        )
    region = values["MANYPLACES_PICTURES_REGION"]
    key, secret = values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"]
    if not re.fullmatch(r"[a-z0-9-]{1,40}", region):
        raise Unsafe(f"MANYPLACES_PICTURES_REGION is “{region}”; give a region such as us-east-1.")
    if not key or not secret:
        raise Unsafe("MANYPLACES_PICTURES_STORE is set; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for it too.")
    return PictureStore(found[1], found[2].strip("/"), endpoint, region, key, secret)
