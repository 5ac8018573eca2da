"""Otto sends what no browser sends: every answer is clear, carries all security headers, and harms nobody else."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from manyplaces.gate.headers import FOR_PAGES
from tests.gate.conftest import Site, read_all, read_answer, request

HEADERS = {name.decode(): value.decode() for name, value in FOR_PAGES}


def assert_headed(raw: bytes) -> None:
    """Every security header is there exactly once, and the server does not say what it is."""
    lines = raw.split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    names = [line.split(": ")[0].lower() for line in lines]
    assert [names.count(name) for name in HEADERS] == [1] * len(HEADERS)
    assert "server" not in names
    assert "set-cookie" not in names


@pytest.mark.parametrize(
    "path", ["/a", "/a?q=1", "/nowhere", "/broken", "/broken?q=1", "/static/site.css", "/mine", "/csp-reports"]
)
def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    for _ in range(2):
        assert_headed(site.raw(request(path, connection="close")))
        answer = site.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(site: Site) -> None:
    policy = dict(part.split(" ", 1) for part in site.get("/a").headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "report-uri": "/csp-reports",
    }


def test_public_data_may_be_read_by_other_sites_and_pages_may_not(site: Site) -> None:
    for ending in ("json", "csv", "ics", "atom"):
        for _ in range(2):
            answer = site.get(f"/actions/feb2016.{ending}")
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
            assert "access-control-allow-credentials" not in answer.headers
    page = site.get("/actions/feb2016/")
    assert "access-control-allow-origin" not in page.headers
    assert "access-control-allow-origin" not in site.get("/a.json", method="POST", body=b"x").headers


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"])
def test_a_method_that_is_not_on_the_list_is_refused(site: Site, method: str) -> None:
    raw = site.raw(request("/a", method))
    assert raw.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nallow: GET, HEAD, POST\r\n" in raw
    assert_headed(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
        b"GET /\xff HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 4 + b"\r\n\r\n",
    ],
)
def test_what_is_no_sound_request_is_answered_with_400_and_the_end(site: Site, raw: bytes) -> None:
    answer = site.raw(raw)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert_headed(answer)
    assert b"No se puede leer" in answer


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "127.0.0.1:x", "evil.example:80", "a b"]
)
def test_a_name_that_is_not_ours_is_refused_before_the_store_is_looked_at(site: Site, host: str) -> None:
    site.get("/a")
    for path in ("/a", "/static/site.css", "/a?q=1", "/csp-reports"):
        answer = site.get(path, host=host)
        assert (answer.status, answer.headers["connection"]) == (400, "close")
        assert "not served under the name" in answer.text
        assert host not in answer.text or not host


def test_one_of_our_names_with_any_port_is_taken_and_two_names_are_not(site: Site) -> None:
    for host in ("127.0.0.1", "otto.example", "OTTO.example:8443", f"127.0.0.1:{site.port}", "otto.example."):
        assert site.get("/a", host=host).status == 200
    raw = site.raw(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 400 ")
    assert site.raw(b"GET /a HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_django_learns_nothing_of_who_reads(site: Site) -> None:
    told = site.get(
        "/echo",
        host="otto.example",
        x_forwarded_for="203.0.113.9",
        forwarded="for=203.0.113.9",
        x_forwarded_host="evil.example",
        user_agent="Otto's browser",
        referer="https://evil.example/",
        cookie="a=b",
        accept_language="es",
    ).text
    for word in ("203.0.113.9", "evil", "browser", "a=b", '"es"', "otto.example"):
        assert word not in told
    searched = site.get("/echo?q=1", x_forwarded_for="203.0.113.9", accept_language="es").text
    assert "203.0.113.9" not in searched
    assert '"es"' not in searched


def test_a_post_goes_to_django_and_one_above_a_megabyte_does_not(site: Site) -> None:
    assert site.get("/post", method="POST", body=b"x" * 1_000_000).text == "POST 1000000"
    refused = site.get("/post", method="POST", body=b"x" * 1_000_001)
    assert (refused.status, refused.headers["connection"]) == (413, "close")
    endless = site.raw(b"POST /post HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n")
    assert endless.startswith(b"HTTP/1.1 413 ")
    chunks = b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"
    raw = b"POST /post HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert site.raw(raw + chunks * 2 + b"0\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    assert site.renders("/post") == 1


def test_headers_without_end_are_refused(site: Site) -> None:
    with site.connect() as wire:
        wire.sendall(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        try:
            for number in range(2_000):
                wire.sendall(b"X-%d: %b\r\n" % (number, b"x" * 60))
        except (BrokenPipeError, ConnectionResetError):
            pass
        with contextlib.suppress(ConnectionResetError):
            assert read_all(wire).startswith(b"HTTP/1.1 431 ")
    assert site.get("/a").status == 200


def test_an_error_of_the_application_shows_a_plain_page_and_nothing_of_the_inside(site: Site) -> None:
    answer = site.get("/broken")
    assert answer.status == 500
    assert "Something went wrong on our side." in answer.text
    assert "Algo falló" in answer.text
    assert "RuntimeError" not in answer.text
    assert answer.headers["x-request-id"] in {line.get("request") for line in site.log()}


def test_when_too_many_wait_the_rest_is_told_to_come_back(site: Site) -> None:
    wires = [site.connect() for _ in range(530)]
    for number, wire in enumerate(wires):
        wire.sendall(request(f"/slow?q={number}", connection="close"))
    time.sleep(0.3)
    last = site.get("/slow?q=last")
    assert (last.status, last.headers["retry-after"]) == (503, "3")
    assert "a few seconds" in last.text
    # What is stored is still answered.
    assert site.get("/static/site.css").status == 200
    for wire in wires:
        wire.close()


def test_nothing_is_rendered_for_those_who_have_hung_up(site: Site) -> None:
    wires = [site.connect() for _ in range(20)]
    for number, wire in enumerate(wires):
        wire.sendall(request(f"/slow?q={number}"))
    time.sleep(0.2)
    for wire in wires:
        wire.close()
    began = time.monotonic()
    assert site.get("/b?q=1").status == 200
    assert time.monotonic() - began < 1.5
    assert site.renders("/slow") <= 2


def test_two_hundred_slow_connections_harm_nobody_and_are_ended(site: Site) -> None:
    site.get("/a")
    slow = [site.connect() for _ in range(200)]
    for wire in slow:
        wire.sendall(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ")
    began = time.monotonic()
    longest = 0.0
    while time.monotonic() - began < 12.5:
        for wire in slow[:100]:
            with contextlib.suppress(OSError):
                wire.sendall(b"b")
        asked = time.monotonic()
        assert site.get("/a").status == 200
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.25)
    assert longest < 0.5
    for wire in slow[100:]:
        assert read_all(wire).startswith(b"HTTP/1.1 408 ")
    for wire in slow[:100]:
        wire.settimeout(0.5)
        # Who went on sending may find the connection reset; what nobody finds is that it is still open.
        with contextlib.suppress(ConnectionResetError):
            read_all(wire)


def test_who_asks_for_much_and_reads_nothing_does_not_fill_the_memory(site: Site) -> None:
    site.get("/a")
    before = resident(site.process)
    with site.connect() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.settimeout(1.0)
        with contextlib.suppress(TimeoutError):
            wire.sendall(request("/a") * 20_000)
        time.sleep(0.5)
        assert resident(site.process) - before < 20_000_000
        assert read_answer(wire).status == 200
    assert site.get("/a").status == 200


def resident(process: int) -> int:
    """The bytes of memory a process holds."""
    with open(f"/proc/{process}/statm") as file:
        return int(file.read().split()[1]) * 4096
