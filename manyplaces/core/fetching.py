"""One page of the web, asked for with care: public addresses alone, little of everything, nothing told about us.

The name is resolved once and the connection goes to the address that was looked at, so that a name that changes its
mind in between leads nowhere else.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlsplit

from manyplaces.core.reach import is_public

# Seconds for a connection and each answer to a read, and for the whole of one request.
PATIENCE, DEADLINE = 8.0, 15.0
# Bytes of an answer as they come, and as they are once unpacked.
MOST_BYTES, MOST_UNPACKED = 1_000_000, 2_000_000
PIECE = 16_384
# What may stand in an address as it is.
SAFE = "/%:@!$&'()*+,;=~-._?"
PORTS = {"http": 80, "https": 443}
NAME = "Manyplaces"
# Who asks, in a word that robots.txt can name, with the page that says why.
AGENT = f"{NAME}/1 (+%s; looks whether cited links still work)"


class Unreachable(Exception):
    """No answer was got; `is_unsafe` where we did not go there, `is_unknown` where no such name exists."""

    def __init__(self, why: str, *, is_unsafe: bool = False, is_unknown: bool = False) -> None:
        super().__init__(why)
        self.is_unsafe, self.is_unknown = is_unsafe, is_unknown


@dataclass(frozen=True)
class Fetched:
    """What one request was answered: status, headers in order, the body unpacked; `is_cut` where it was longer."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    is_cut: bool = False

    def header(self, name: str) -> str:
        """Return the first header of this name, empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Fetcher:
    """Asks for pages. `own` are addresses of one's own network, as "10.0.0.5:80", that may be asked all the same."""

    site: str
    own: Collection[str] = ()
    deadline: float = DEADLINE
    most_bytes: int = MOST_BYTES
    most_unpacked: int = MOST_UNPACKED
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def fetch(self, url: str) -> Fetched:
        """Return the answer to one request, without following where it leads; raises Unreachable."""
        parts = _parts(url)
        port = parts.port or PORTS[parts.scheme]
        address = self._address(parts.hostname or "", port)
        until = time.monotonic() + self.deadline
        with Line(address, port, until) as line:
            try:
                found = self._ask(url, parts, line, until)
            except (OSError, http.client.HTTPException, ValueError, zlib.error) as fault:
                raise Unreachable("too slow" if line.is_cut else type(fault).__name__) from None
            # What ends because the line was cut looks as if it had come to its end.
            if line.is_cut:
                raise Unreachable("too slow")
            return found

    def _address(self, host: str, port: int) -> str:
        """Return the address to connect to: every address of the name must be public, or allowed by itself."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as fault:
            unknown = isinstance(fault, socket.gaierror) and fault.errno == socket.EAI_NONAME
            raise Unreachable("no such name", is_unknown=unknown) from None
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(self._is_allowed(address, port) for address in addresses):
            raise Unreachable("not a public address", is_unsafe=True)
        return addresses[0]

    def _is_allowed(self, address: str, port: int) -> bool:
        return f"{address}:{port}" in self.own or (port in PORTS.values() and is_public(address))

    def _ask(self, url: str, parts: SplitResult, line: Line, until: float) -> Fetched:
        host = parts.hostname or ""
        if parts.scheme == "https":
            line.encrypt(self.tls, host)
        port = f":{parts.port}" if parts.port and parts.port != PORTS[parts.scheme] else ""
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
        asked = quote(parts.path or "/", safe=SAFE) + (f"?{quote(parts.query, safe=SAFE)}" if parts.query else "")
        told = {
            "Host": f"{name}{port}",
            "User-Agent": AGENT % self.site,
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
            "Accept-Encoding": "gzip, identity",
            "Connection": "close",
        }
        sent = [f"GET {asked} HTTP/1.1", *(f"{key}: {value}" for key, value in told.items()), "", ""]
        line.stream.sendall("\r\n".join(sent).encode("ascii"))
        answer = http.client.HTTPResponse(line.stream, method="GET")
        try:
            answer.begin()
            body, is_cut = self._body(answer, until)
            return Fetched(url, answer.status, tuple(answer.getheaders()), body, is_cut)
        finally:
            answer.close()

    def _body(self, answer: http.client.HTTPResponse, until: float) -> tuple[bytes, bool]:
        """Return the body unpacked, and whether it was cut off; a small file that unpacks to a large one is cut."""
        packed = answer.getheader("Content-Encoding", "").strip().lower()
        if packed not in ("", "identity", "gzip", "x-gzip"):
            raise Unreachable("packed in a way that we did not ask for")
        unpack = zlib.decompressobj(31) if packed.endswith("gzip") else None
        body, came = bytearray(), 0
        while piece := answer.read1(PIECE):
            came += len(piece)
            body += unpack.decompress(piece, self.most_unpacked + 1 - len(body)) if unpack else piece
            if came > self.most_bytes or len(body) > self.most_unpacked:
                return bytes(body[: self.most_unpacked]), True
            if time.monotonic() > until:
                raise TimeoutError
        return bytes(body), False


def _parts(url: str) -> SplitResult:
    """Return the parts of an address that we go to at all; raises Unreachable for every other."""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in PORTS and parts.hostname and not parts.username and not parts.password
        # Looking at the port is what finds a wrong one.
        plain = plain and (parts.port is None or parts.port > 0)
    except ValueError:
        plain = False
    if not plain or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url) or "\\" in url:
        raise Unreachable("no web address", is_unsafe=True)
    return parts


class Line:
    """A connection that is cut when time is out, however slowly something still trickles in."""

    def __init__(self, address: str, port: int, until: float) -> None:
        self.is_cut = False
        try:
            self.stream = socket.create_connection((address, port), timeout=PATIENCE)
        except OSError as fault:
            raise Unreachable(type(fault).__name__) from None
        self._watch = threading.Timer(max(0.1, until - time.monotonic()), self._cut)
        self._watch.daemon = True
        self._watch.start()

    def encrypt(self, tls: ssl.SSLContext, host: str) -> None:
        """Go on encrypted; the name in the certificate must be the host's."""
        stream = tls.wrap_socket(self.stream, server_hostname=host, do_handshake_on_connect=False)
        self.stream = stream
        stream.do_handshake()

    def _cut(self) -> None:
        self.is_cut = True
        with suppress(OSError):
            # Not the method of an encrypted stream, which would take away what the other thread reads from.
            socket.socket.shutdown(self.stream, socket.SHUT_RDWR)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._watch.cancel()
        self.stream.close()
