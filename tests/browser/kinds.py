"""Every kind of page the site has, one address of each, and how a page is asked for without a browser."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

# A kind of page to one address of it, in English; the Spanish one begins with /es.
KINDS = {
    "home": "/",
    "action": "/actions/may2014/",
    "large action": "/actions/walkout-mar-2018/",
    "action searched": "/actions/walkout-mar-2018/?q=lincoln",
    "numbers": "/actions/feb2016/numbers/",
    "media": "/actions/feb2016/media/",
    "state": "/actions/walkout-mar-2018/ca/",
    "city": "/actions/feb2016/wi/milwaukee/",
    "event": "/events/LA001/",
    "place": "/places/auer-avenue-elementary-school-milwaukee-wi/",
    "organisation": "/organisations/united-teachers-los-angeles/",
    "record": "/about/data/",
    "coalition": "/about/coalition/",
    "search found": "/search/?q=milwaukee",
    "search nothing": "/search/?q=zzzz",
    "search empty": "/search/",
    "not found": "/actions/nowhere/",
}
ADDRESSES = {
    f"{kind}, {language}": ("/es" if language == "Spanish" else "") + path
    for kind, path in KINDS.items()
    for language in ("English", "Spanish")
}


@dataclass(frozen=True)
class Wire:
    """An answer as it came over the wire: nothing is followed, nothing unpacked. Header names are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(site: str, path: str, method: str = "GET", **headers: str) -> Wire:
    """Ask a site for a path; headers are given as Accept_Encoding="br"."""
    place = urlsplit(site)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Wire(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()
