"""The gate's own answers: a short complete page in both languages for what never reaches Django."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, quote

from manyplaces.core.addresses import is_link, is_personal
from manyplaces.gate.headers import Headers, security_headers, written

Send = Callable[[dict[str, Any]], Awaitable[None]]

METHODS = ("GET", "HEAD", "POST")
# What was typed is given back up to so many bytes, and so many fields.
LARGEST_KEPT, MOST_KEPT = 65_536, 200
# So many bytes of a file are in memory at once.
PIECE = 262_144
FORM_TYPE = "application/x-www-form-urlencoded"
# The Retry-After (in seconds) of what will soon go again.
SOON = 3

# A sentence of its own for a status that has another elsewhere.
UPLOAD_TOO_LARGE, PHOTOS_TOO_LARGE = 4130, 4131
CLOSED = 5030

SENTENCES = {
    400: ("This request cannot be read.", "No se puede leer esta petición."),
    405: ("Pages here can only be read.", "Aquí las páginas solo se pueden leer."),
    408: ("The request took too long to arrive.", "La petición tardó demasiado en llegar."),
    413: ("This is more than the site takes at once (1 MB).", "Es más de lo que el sitio acepta de una vez (1 MB)."),
    UPLOAD_TOO_LARGE: (
        "This is more than the site takes at once (12 MB). Send the list in parts.",
        "Es más de lo que el sitio acepta de una vez (12 MB). Envíe la lista por partes.",
    ),
    PHOTOS_TOO_LARGE: (
        "These are more photos than the site takes at once (25 MB). Go back and send a few at a time.",
        "Son más fotos de las que el sitio acepta de una vez (25 MB). Vuelva atrás y envíe unas pocas cada vez.",
    ),
    421: (
        "This site is not served under the name you asked for. Check the address.",
        "Este sitio no se sirve con el nombre que pidió. Revise la dirección.",
    ),
    429: (
        "Too many forms came from where you are. Please wait %(minutes)s, then send yours again.",
        "Llegaron demasiados formularios desde donde usted está. Espere %(minutes)s y envíe el suyo de nuevo.",
    ),
    431: ("The request's headers are too long.", "Las cabeceras de la petición son demasiado largas."),
    500: (
        "Something went wrong on our side. It has been noted; please try again in a minute.",
        "Algo falló de nuestro lado. Quedó anotado; inténtelo de nuevo en un minuto.",
    ),
    CLOSED: (
        "This site can only be read at the moment. It was closed for safety; please try again later.",
        "Por ahora este sitio solo se puede leer. Se cerró por seguridad; inténtelo de nuevo más tarde.",
    ),
    503: (
        "Very many people are here right now. Please try again in a few seconds.",
        "Hay muchísima gente aquí en este momento. Inténtelo de nuevo en unos segundos.",
    ),
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/static/site.css">
</head>
<body>
<main>
<div class="width">
<header class="head">
<h1>{title}</h1>
<p class="lead">{english}</p>
<p class="lead" lang="es">{spanish}</p>
</header>
{kept}<p><a href="/">Home</a> · <a href="/es/" lang="es" hreflang="es">Inicio</a></p>
</div>
</main>
</body>
</html>
"""

# Takes the place of `kept` where somebody has sent a form that is not lost.
SLOT = "<!-- what was typed -->\n"
KEPT = """<form method="post" action="{action}" class="kept">
{fields}
<p>What you typed is still here. Wait a moment, then send it again.</p>
<p lang="es">Lo que escribió sigue aquí. Espere un momento y envíelo de nuevo.</p>
<div class="buttons"><button class="primary">Send again · <span lang="es">Enviar de nuevo</span></button></div>
</form>
"""


@dataclass(frozen=True)
class Typed:
    """A form that somebody sent, by which his work is given back to him where it could not be taken."""

    path: str
    query: bytes
    content_type: str
    body: bytes

    @property
    def form(self) -> str:
        """The same form once more, to the same address; empty where the address is a secret, or it is no plain form."""
        if is_personal(self.path) or is_link(self.path) or not self.content_type.startswith(FORM_TYPE):
            return ""
        if not 0 < len(self.body) <= LARGEST_KEPT or b"\0" in self.body or b"%00" in self.body:
            return ""
        try:
            pairs = parse_qsl(
                self.body.decode(), keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_KEPT
            )
        except ValueError:
            return ""
        query = f"?{self.query.decode('latin-1')}" if self.query else ""
        fields = "\n".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in pairs
        )
        return KEPT.format(action=escape(quote(self.path) + query), fields=fields)


@dataclass
class Reply:
    """What goes back to a visitor: the status, all headers (names in small letters) and the body's bytes."""

    status: int
    headers: Headers
    body: bytes = b""
    close: bool = False
    route: str = "-"
    extra: Headers = field(default_factory=list)
    # An open file instead of the body, sent piece by piece.
    file: BinaryIO | None = None

    def header(self, name: bytes) -> bytes:
        """Return the value of the first header of this name, or nothing."""
        return next((value for known, value in self.headers if known == name), b"")

    @property
    def is_public(self) -> bool:
        """Whether this answer is the same for everybody: a 200, no open file, without cookie, that may be kept."""
        is_kept = self.file is None and b"no-store" not in self.header(b"cache-control").lower()
        return self.status == 200 and not self.is_personal and is_kept

    @property
    def is_personal(self) -> bool:
        """Whether this answer is for the one who asked and nobody else."""
        return bool(self.header(b"set-cookie")) or b"private" in self.header(b"cache-control").lower()

    async def send(self, method: str, send: Send) -> None:
        """Send the answer through ASGI."""
        headers = list(self.headers)
        size = len(self.body) if self.file is None else os.fstat(self.file.fileno()).st_size
        if self.status not in (204, 304) and not self.header(b"content-length"):
            headers.append((b"content-length", b"%d" % size))
        if self.close:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        if self.file is None:
            await send({"type": "http.response.body", "body": b"" if method == "HEAD" else self.body})
            return
        with self.file as file:
            while piece := b"" if method == "HEAD" else await asyncio.to_thread(file.read, PIECE):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def own_reply(status: int, path: str = "/", *, sentence: int = 0, close: bool = False) -> Reply:
    """Return the gate's own page for `status`, in the words of `sentence` where these differ from the status."""
    return _page(status, path, SENTENCES[sentence or status], close, wait=3600 if sentence == CLOSED else SOON)


def too_many(path: str, retry_after: bytes) -> Reply:
    """Return the page for who sent too many forms; `retry_after` is in seconds."""
    seconds = int(retry_after) if retry_after.isdigit() else 60
    minutes = max(1, -(-seconds // 60))
    english, spanish = SENTENCES[429]
    words = (
        english % {"minutes": f"{minutes} minute{'s' * (minutes > 1)}"},
        spanish % {"minutes": f"{minutes} minuto{'s' * (minutes > 1)}"},
    )
    reply = _page(429, path, words, close=False)
    reply.headers.append((b"retry-after", b"%d" % seconds))
    return reply


def with_typed(reply: Reply, typed: Typed | None) -> Reply:
    """Return our own page about what cannot be done now with what was typed in it, so that nobody types it twice."""
    if typed is not None and reply.status == 503:
        reply.body = reply.body.replace(SLOT.encode(), typed.form.encode(), 1)
    return reply


def settled(reply: Reply, path: str) -> Reply:
    """Return Django's answer as it leaves: a bare 429 or 503 becomes a page, and what is personal is kept by nobody."""
    if reply.status == 429 and not reply.body:
        reply = too_many(path, reply.header(b"retry-after"))
    if reply.status == 503 and not reply.body:
        reply = own_reply(503, path, sentence=0 if reply.header(b"retry-after") == b"%d" % SOON else CLOSED)
    if is_personal(path):
        reply.headers = [field for field in reply.headers if field[0] != b"cache-control"]
        reply.headers.append((b"cache-control", b"no-store"))
    return reply


def _page(status: int, path: str, words: tuple[str, str], close: bool, wait: int = SOON) -> Reply:
    english, spanish = words
    title = escape(english.partition(".")[0].partition(":")[0])
    kept = SLOT if status == 503 else ""
    body = PAGE.format(title=title, english=escape(english), spanish=escape(spanish), kept=kept).encode()
    headers: Headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        *security_headers(path),
    ]
    if status == 405:
        headers.append((b"allow", ", ".join(METHODS).encode()))
    if status == 503:
        headers.append((b"retry-after", b"%d" % wait))
    return Reply(status, headers, body, close)


def raw_reply(status: int) -> bytes:
    """Return a whole answer as bytes that ends the connection, for what could not be read as a request at all."""
    reply = own_reply(status)
    head = b"HTTP/1.1 %d %b\r\n" % (status, HTTPStatus(status).phrase.encode())
    length = (b"content-length", b"%d" % len(reply.body))
    return head + written([*reply.headers, length, (b"connection", b"close")]) + b"\r\n" + reply.body
