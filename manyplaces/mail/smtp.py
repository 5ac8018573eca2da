"""The way out to the mail server: a letter as a message, and what the server's answers mean for it."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime
from typing import NoReturn, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from manyplaces.mail.letters import Written, letterhead, one_line
from manyplaces.mail.models import Heartbeat, Letter

# An address for leaving a list stays on one line, for not every program puts a folded one together again.
UNFOLDED = POLICY.clone(max_line_length=900)
ANSWERS_WITHIN = 20.0
# After the text a server may look for long at what it got (RFC 5321 says ten minutes); who goes sooner sends it twice.
ANSWERS_TO_TEXT_WITHIN = 300.0
TAKEN, FORWARDED, GO_ON, CLOSING = 250, 251, 354, 421
LINE_WITH_DOT = re.compile(rb"(?m)^\.")
Kind = Heartbeat.Trouble


class MailServer(Protocol):
    """What the operator has set; encryption is "tls" from the start, "starttls" before anything else, or "offered"."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def encryption(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def is_local(self) -> bool: ...


class Trouble(Exception):
    """What is wrong with our own mail server; `kind` says what, and no letter is to blame."""

    def __init__(self, kind: Kind) -> None:
        """`kind` is kept on the worker's row."""
        super().__init__(kind)
        self.kind = kind


class Refused(Exception):
    """The answer to one letter: not taken now, or (`for_good`) never."""

    def __init__(self, error: Letter.Error, *, for_good: bool) -> None:
        """`error` is kept on the letter; the words of the server, which may quote the address, are not."""
        super().__init__(error)
        self.error = error
        self.for_good = for_good


class BrokenOff(Exception):
    """The connection ended over one letter; `perhaps_taken` where its text had gone out, so that nobody knows."""

    def __init__(self, *, perhaps_taken: bool) -> None:
        """What was taken and what was not is tried again after other pauses."""
        super().__init__(perhaps_taken)
        self.perhaps_taken = perhaps_taken


class Postman:
    """An open connection to the mail server; `with Postman(server) as postman` closes it politely."""

    def __init__(self, server: MailServer) -> None:
        """Raises Trouble where the server cannot be reached, is not safe or does not know us."""
        # The name of this machine is nobody's business, so the server is greeted with the name of the site.
        name = urlsplit(str(settings.SITE_URL)).hostname or "localhost"
        with _troubles():
            if server.encryption == "tls":
                self.wire: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, name, timeout=ANSWERS_WITHIN, context=ssl.create_default_context()
                )
            else:
                self.wire = smtplib.SMTP(server.host, server.port, name, timeout=ANSWERS_WITHIN)
                self._encrypt(server)
            self._sign_in(server)

    def _encrypt(self, server: MailServer) -> None:
        self.wire.ehlo()
        if self.wire.has_extn("starttls"):
            context = ssl.create_default_context()
            if server.is_local:
                # What runs on this machine seldom has a certificate that names it, and nobody listens on the way.
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            if self.wire.starttls(context=context)[0] != 220:
                raise Trouble(Kind.ENCRYPTION)
            self.wire.ehlo()
        elif not server.is_local and (server.encryption == "starttls" or server.password):
            raise Trouble(Kind.ENCRYPTION)

    def _sign_in(self, server: MailServer) -> None:
        if server.user:
            try:
                self.wire.login(server.user, server.password)
            except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
                raise Trouble(Kind.SIGN_IN) from None

    def __enter__(self) -> Postman:
        return self

    def __exit__(self, *fault: object) -> None:
        try:
            self.wire.quit()
        except (OSError, smtplib.SMTPException):
            self.wire.close()

    def deliver(self, message: EmailMessage, to: str) -> None:
        """Hand over a message; raises Refused and BrokenOff about this letter, and Trouble about the server.

        When it returns, the server has taken the letter. When the connection breaks after the text was sent, nobody
        knows: it counts as not taken, and its Message-ID lets the other side recognise it.
        """
        text, perhaps_taken = message.as_bytes(policy=UNFOLDED), False
        try:
            self._announce(len(text), to)
            perhaps_taken = True
            self.wire.send(LINE_WITH_DOT.sub(b"..", text) + b".\r\n")
            code = self._answer_to_text()
            if code != TAKEN:
                self._refuse(code)
        except (OSError, smtplib.SMTPException):
            raise BrokenOff(perhaps_taken=perhaps_taken) from None

    def _announce(self, size: int, to: str) -> None:
        told = [f"size={size}"] if self.wire.has_extn("size") else []
        code = self.wire.mail(settings.MAIL_FROM, told)[0]
        if code != TAKEN:
            self._refuse(code, Trouble(Kind.UNREACHABLE if code == CLOSING else Kind.SENDER))
        code = self.wire.rcpt(to)[0]
        if code not in (TAKEN, FORWARDED):
            self._refuse(code)
        code = self.wire.docmd("DATA")[0]
        if code != GO_ON:
            self._refuse(code)

    def _answer_to_text(self) -> int:
        if self.wire.sock is not None:
            self.wire.sock.settimeout(ANSWERS_TO_TEXT_WITHIN)
        code = self.wire.getreply()[0]
        if self.wire.sock is not None:
            self.wire.sock.settimeout(ANSWERS_WITHIN)
        return code

    def _refuse(self, code: int, answer: Exception | None = None) -> NoReturn:
        """Clear the way for the next letter, and say what the answer means for this one."""
        if code != CLOSING:
            self.wire.rset()
        raise answer or _answer(code)


def _answer(code: int) -> Exception:
    if code == CLOSING:
        return BrokenOff(perhaps_taken=False)
    if code in (530, 535, 538):
        return Trouble(Kind.SIGN_IN)
    return Refused(Letter.Error.REFUSED if code >= 500 else Letter.Error.PUT_OFF, for_good=code >= 500)


@contextmanager
def _troubles() -> Iterator[None]:
    try:
        yield
    except ssl.SSLError:
        raise Trouble(Kind.ENCRYPTION) from None
    except (OSError, smtplib.SMTPException):
        raise Trouble(Kind.UNREACHABLE) from None


def message(letter: Letter, content: Written, to: str) -> EmailMessage:
    """Return a letter as it goes over the wire; raises Refused for an address that no server takes.

    Also for a header that would be two: of a letter that reached this point so, nothing leaves.
    """
    head, sender = letterhead(), settings.MAIL_FROM
    found = EmailMessage(policy=POLICY)
    found["Subject"] = one_line(content.subject)
    found["From"] = Address(one_line(head.name), addr_spec=sender)
    try:
        found["To"] = Address(addr_spec=to)
    except (ValueError, IndexError):
        raise Refused(Letter.Error.ADDRESS, for_good=True) from None
    if head.contact and head.contact != sender:
        with suppress(ValueError, IndexError):
            found["Reply-To"] = Address(addr_spec=head.contact)
    found["Date"] = format_datetime(timezone.now())
    found["Message-ID"] = f"<{letter.uid}@{sender.rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    if content.unsubscribe:
        found["List-Unsubscribe"] = f"<{content.unsubscribe}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if any(sign in str(value) for value in found.values() for sign in "\r\n"):
        raise Refused(Letter.Error.BROKEN, for_good=True)
    found.set_content(content.text_under(head), cte="quoted-printable")
    found.add_alternative(content.html_under(head), subtype="html", cte="quoted-printable")
    # After the content, for putting that in takes away what was said of it before.
    found["Content-Language"] = content.language
    return found


def plain_address(address: str) -> str:
    """Return an address with its host in the letters that every mail server knows; raises Refused."""
    name, _at, host = address.rpartition("@")
    try:
        plain = f"{name}@{host.encode('idna').decode()}"
        plain.encode("ascii")
    except UnicodeError:
        raise Refused(Letter.Error.ADDRESS, for_good=True) from None
    return plain
