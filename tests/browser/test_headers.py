"""Otto asks for everything in every wrong way: each answer carries the headers that protect whoever reads it."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.browser.conftest import Site
from tests.browser.kinds import ADDRESSES, KINDS, Wire, ask

# Written out here once more: whoever weakens one has to do it in two places.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; report-uri /csp-reports"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
OURS = {**ALWAYS, "cross-origin-resource-policy": "same-origin"}
# Open data may be read by other people's scripts; without credentials there is nothing in it that others may not see.
OPEN = {**ALWAYS, "cross-origin-resource-policy": "cross-origin", "access-control-allow-origin": "*"}
# What is there to be saved runs nothing, wherever it is opened.
SAVED = {**OPEN, "content-security-policy": "default-src 'none'; sandbox"}
MUST_NOT = ("set-cookie", "server", "x-powered-by", "access-control-allow-credentials", "location")
DATA = (
    *("/index.json", "/index.atom", "/index.csv", "/about/data.json", "/about/data/events.csv", "/search.json?q=auer"),
    *("/actions/feb2016.json", "/actions/feb2016.ics", "/actions/feb2016.atom", "/actions/feb2016.csv"),
    *("/actions/feb2016/numbers.json", "/actions/feb2016/numbers.csv", "/actions/feb2016/media.json"),
    *("/actions/feb2016/media.csv", "/actions/feb2016/wi.ics", "/actions/feb2016/wi.json", "/actions/feb2016/wi.csv"),
    *("/actions/feb2016/wi/milwaukee.ics", "/actions/feb2016/wi/milwaukee.json", "/actions/feb2016/wi/milwaukee.csv"),
    *("/events/LA001.json", "/events/LA001.ics", f"{KINDS['place'].rstrip('/')}.json"),
    f"{KINDS['organisation'].rstrip('/')}.json",
)
FILES = ("/static/site.css", "/static/site.js", "/favicon.ico", "/favicon.svg", "/robots.txt")
SECRET = ("/.git/config", "/.env", "/data/manyplaces.sqlite3", "/manyplaces.sqlite3", "/static/", "/static/../.env")


def guarded(answer: Wire) -> dict[str, str]:
    """Those headers of an answer that protect, as it has them."""
    found = {name: value for name, value in answer.headers.items() if name in OPEN or name in MUST_NOT}
    assert "camera=()" in answer.headers["permissions-policy"]
    return found


def test_every_page_has_them(site: Site) -> None:
    wrong = {path: found for path in ADDRESSES.values() if (found := guarded(ask(site.url, path))) != OURS}
    assert wrong == {}


def test_all_open_data_has_them_and_may_be_read_by_everybody(site: Site) -> None:
    answers = {f"{tongue}{path}": ask(site.url, f"{tongue}{path}") for path in DATA for tongue in ("", "/es")}
    assert {path: answer.status for path, answer in answers.items() if answer.status != 200} == {}
    for path, answer in answers.items():
        assert (path, guarded(answer)) == (path, SAVED if "content-disposition" in answer.headers else OPEN)


def test_files_pictures_and_what_has_not_changed_have_them(site: Site) -> None:
    answers = {path: ask(site.url, path) for path in (*FILES, "/actions/feb2016/card.png")}
    assert {path: answer.status for path, answer in answers.items() if answer.status != 200} == {}
    for path in ("/", "/es/actions/feb2016/", "/static/site.css"):
        tag = ask(site.url, path).headers["etag"]
        answers[f"{path} again"] = again = ask(site.url, path, If_None_Match=tag)
        assert (again.status, again.body) == (304, b"")
    assert {path: guarded(answer) for path, answer in answers.items() if guarded(answer) != OURS} == {}


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "PROPFIND"])
def test_other_methods_are_refused_with_them_everywhere(site: Site, method: str) -> None:
    for path in ("/", "/es/actions/feb2016/", "/actions/feb2016.json", "/static/site.css", "/nowhere"):
        answer = ask(site.url, path, method)
        assert (answer.status, answer.headers["allow"], guarded(answer)) == (405, "GET, HEAD, POST", OURS), path


def test_an_answer_without_a_body_has_the_same_headers(site: Site) -> None:
    for path in ("/", "/actions/feb2016.ics", "/nowhere/", "/static/site.css"):
        whole, head = ask(site.url, path), ask(site.url, path, "HEAD")
        assert head.body == b""
        assert {**head.headers, "date": "", "x-request-id": ""} == {**whole.headers, "date": "", "x-request-id": ""}


def raw(site: Site, request: bytes) -> Wire:
    """Send bytes as they are, and read the answer."""
    with socket.create_connection((urlsplit(site.url).hostname or "", urlsplit(site.url).port or 0), 20) as line:
        line.sendall(request)
        line.settimeout(20)
        said = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(": ") for line in rest]
    return Wire(int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, body)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"this is not HTTP\r\n\r\n",
    ],
    ids=["another host", "no host", "two hosts", "no request"],
)
def test_what_cannot_be_read_is_told_so_with_them(site: Site, request_: bytes) -> None:
    answer = raw(site, request_)
    assert (answer.status, guarded(answer)) == (400, OURS)
    assert b"<h1>" in answer.body
    assert b'lang="es"' in answer.body


def test_a_page_that_is_not_there_helps_on(site: Site) -> None:
    for path, word in (("/actions/nowhere/", "Search"), ("/es/actions/nowhere/", "Buscar"), ("/events/%00/", "Search")):
        answer = ask(site.url, path)
        page = answer.body.decode()
        assert (answer.status, guarded(answer)) == (404, OURS)
        assert f">{word}</button>" in page
        assert 'name="q"' in page
        assert re.search(r'<main.*<a href="/(es/)?"', page, re.S)
        assert "Traceback" not in page


def test_nothing_of_the_installation_is_served(site: Site) -> None:
    assert {path: ask(site.url, path).status for path in SECRET} == dict.fromkeys(SECRET, 404)


def test_no_redirect_leads_to_another_host(site: Site, shared: Path) -> None:
    lines = (shared / "corpora/redirect/Open-Redirect-payloads.txt").read_text("utf-8").splitlines()
    asked = []
    for line in filter(None, lines):
        # As a path it goes out as it stands, only without what no client can send.
        bare = re.sub(r"[\x00-\x20\x7f-\uffff]", "", line)
        asked += [bare if bare.startswith("/") else f"/{bare}", f"/es/{bare}", f"/actions{bare}"]
        asked += [f"/search/?q={quote(line)}&next={quote(line)}&url={quote(line)}", f"/actions/?next={quote(line)}"]
    led = {}
    for path in asked:
        answer = raw(
            site, f"GET {path} HTTP/1.1\r\nHost: {urlsplit(site.url).netloc}\r\nConnection: close\r\n\r\n".encode()
        )
        if location := answer.headers.get("location"):
            led[path] = location
    # A slash at the end may be added and the address of all actions is the first page; nothing else is led anywhere.
    assert {
        path: place for path, place in led.items() if urlsplit(place).netloc or not re.match(r"/[^/\\]|/\Z", place)
    } == {}
    assert {place for path, place in led.items() if path.startswith("/actions/?")} == {"/"}
