"""Nia is signed in: her pages reach Django with her cookie, and nobody after her finds them anywhere."""

from __future__ import annotations

import asyncio
import http.client
import ipaddress
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from manyplaces.cli.up import was_here
from manyplaces.core.addresses import PERSONAL
from manyplaces.gate.headers import FOR_PAGES
from manyplaces.gate.requests import LARGEST_ON_THE_DESK, Bodies, Broken, Request
from manyplaces.people.guard import session_cookie
from tests.cli.test_up import started
from tests.gate.conftest import Site, read_answer, request, tiny_site

HEADERS = {name.decode(): value.decode() for name, value in FOR_PAGES}
NAMES = HEADERS | {"referrer-policy": "no-referrer"}


def told(site: Site, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> dict[str, Any]:
    """What Django was told of a request, as the tiny site echoes it."""
    found: dict[str, Any] = json.loads(site.get(path, method, body, **headers).text)
    return found


def test_a_personal_page_is_made_for_each_who_asks_and_kept_by_nobody(site: Site) -> None:
    for path in (*PERSONAL, *(f"/es{path}" for path in PERSONAL)):
        for name in ("nia", "otto"):
            found = told(site, f"{path}echo", cookie=f"session={name}", host=f"127.0.0.1:{site.port}")
            assert (found["HTTP_COOKIE"], found["HTTP_HOST"]) == (f"session={name}", f"127.0.0.1:{site.port}")
        answer = site.get(f"{path}echo")
        assert (answer.headers["cache-control"], answer.names.count("cache-control")) == ("no-store", 1)
        assert {"etag", "last-modified", "expires"} & set(answer.names) == set()
        assert site.renders(f"{path}echo") == 3


def test_nothing_personal_is_kept_whatever_the_page_says_of_itself(site: Site) -> None:
    assert site.get("/desk/kept").headers["cache-control"] == "no-store"
    assert site.get("/desk/kept?q=1").headers["cache-control"] == "no-store"
    assert site.get("/desk/nowhere").headers["cache-control"] == "no-store"
    assert site.get("/desk/post", "POST", b"a=1").headers["cache-control"] == "no-store"
    assert site.renders("/desk/kept") == 2


def test_many_who_ask_for_a_personal_page_at_once_each_get_their_own(site: Site) -> None:
    found: list[str] = []

    def ask(name: str) -> None:
        found.append(told(site, "/desk/echo", cookie=f"session={name}")["HTTP_COOKIE"])

    names = [f"nia{number}" for number in range(20)]
    visitors = [threading.Thread(target=ask, args=[name]) for name in names]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert sorted(found) == sorted(f"session={name}" for name in names)


def test_a_public_page_is_never_made_with_a_cookie_even_where_its_address_looks_personal(site: Site) -> None:
    for path in ("/echo", "/desks/echo", "/es/echo", "/a/desk/echo", "/echo?next=/desk/"):
        assert "HTTP_COOKIE" not in told(site, path, cookie="session=nia")


def test_personal_pages_carry_the_security_headers_and_are_no_data_for_other_sites(site: Site) -> None:
    for path in ("/desk/", "/desk/needs.csv", "/me/held.json", "/es/sign-in/", "/desk/nowhere"):
        answer = site.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "access-control-allow-origin" not in answer.headers


def test_an_address_that_is_a_secret_is_told_to_nobody(site: Site) -> None:
    for path in ("/host/22-letters/", "/es/host/22-letters/", "/es/actions/oct/commit/with/22-letters/", "/linked"):
        answer = site.get(path)
        assert {name: answer.headers[name] for name in NAMES} == NAMES
        assert answer.names.count("referrer-policy") == 1
    answer = site.get("/loose")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_signing_out_can_clear_what_the_browser_has(site: Site) -> None:
    answer = site.get("/sign-out/", "POST", b"a=1")
    assert answer.headers["clear-site-data"] == '"cache", "cookies"'
    assert answer.headers["set-cookie"] == "session=; Max-Age=0"


def test_the_desk_takes_lists_of_twelve_megabytes_and_other_pages_one(site: Site) -> None:
    for path in ("/desk/post", "/es/desk/post"):
        assert site.get(path, "POST", b"x" * 12_000_000).text == "POST 12000000"
        refused = site.get(path, "POST", b"x" * 12_000_001)
        assert (refused.status, "12 MB" in refused.text, "partes" in refused.text) == (413, True, True)
    for path in ("/post", "/me/post", "/host/post"):
        refused = site.get(path, "POST", b"x" * 1_000_001)
        assert (refused.status, "(1 MB)" in refused.text) == (413, True)


def test_a_few_uploads_at_a_time_and_a_form_always(site: Site) -> None:
    head = b"POST /desk/post HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 11000000\r\n\r\n"
    wires = [site.connect() for _ in range(8)]
    for wire in wires:
        wire.sendall(head + b"x" * 1000)
    time.sleep(0.3)
    ninth = site.raw(head)
    assert ninth.startswith(b"HTTP/1.1 503 ")
    assert site.get("/desk/post", "POST", b"a=1").text == "POST 3"
    for wire in wires:
        wire.close()
    time.sleep(0.3)
    assert site.get("/desk/post", "POST", b"x" * 2_000_000).text == "POST 2000000"


def test_photos_come_by_a_larger_form_two_at_a_time_and_hold_no_place_of_lists(site: Site) -> None:
    page = "/host/hana-holds-this-link-22/photos/"
    refused = site.get(f"/es{page}", "POST", b"x" * 25_000_001)
    assert (refused.status, "25 MB" in refused.text, "unas pocas" in refused.text) == (413, True, True)
    # A part of a photo is no larger than any form.
    assert site.get(f"{page}part", "POST", b"x" * 1_000_001).status == 413
    head = f"POST {page} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 24000000\r\n\r\n".encode()
    wires = [site.connect() for _ in range(2)]
    for wire in wires:
        wire.sendall(head + b"x" * 1000)
    time.sleep(0.3)
    assert site.raw(head).startswith(b"HTTP/1.1 503 ")
    assert site.get("/desk/post", "POST", b"x" * 2_000_000).text == "POST 2000000"
    for wire in wires:
        wire.close()


@pytest.mark.django_db
def test_a_stranger_holds_no_place_of_those_who_bring_a_list() -> None:
    cookie = f"a=b; session={session_cookie('secret')}"
    assert was_here(cookie)
    for forged in (cookie[:-1] + "!", "session=otto", "", "\\x00;=;"):
        assert not was_here(forged)
    bodies = Bodies()
    bodies.may_upload = was_here

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"x", "more_body": False}

    def upload(cookies: str) -> Request:
        headers = [(b"content-length", b"9000000"), (b"cookie", cookies.encode())]
        return Request(
            {"method": "POST", "path": "/desk/lists/", "query_string": b"", "headers": headers, "client": ("::1", 1)}
        )

    def read(cookies: str) -> bytes:
        # In a thread of its own: a browser of other tests may have left a loop running in this one.
        with ThreadPoolExecutor(1) as alone:
            return alone.submit(asyncio.run, bodies.read(upload(cookies), receive, LARGEST_ON_THE_DESK)).result()

    with pytest.raises(Broken) as refused:
        read("")
    assert (refused.value.status, bodies.uploads) == (413, 0)
    assert read(cookie) == b"x"


def test_a_form_says_where_it_comes_from_even_when_the_address_is_kept_secret(site: Site) -> None:
    found = told(site, "/host/echo", "POST", b"a=1", origin="null", sec_fetch_site="same-origin")
    assert (found["HTTP_ORIGIN"], found["HTTP_SEC_FETCH_SITE"]) == ("null", "same-origin")


def test_a_form_carries_a_mark_of_its_source_and_a_page_that_is_read_does_not(site: Site) -> None:
    marks = {told(site, path, "POST", b"a=1")["manyplaces.source"] for path in ("/echo", "/desk/echo", "/host/echo")}
    assert [len(mark) for mark in marks] == [22]
    for path in ("/echo", "/desk/echo"):
        assert "manyplaces.source" not in told(site, path)


def test_a_forged_address_changes_nothing(site: Site) -> None:
    forged = [{}, {"x_forwarded_for": "203.0.113.7"}, {"forwarded": "for=203.0.113.8"}, {"x_real_ip": "203.0.113.9"}]
    assert len({told(site, "/echo", "POST", b"a=1", **headers)["manyplaces.source"] for headers in forged}) == 1


def test_behind_two_servers_what_these_saw_counts_and_what_a_visitor_wrote_does_not(tmp_path: Path) -> None:
    with tiny_site(tmp_path, PROXIES="2") as site:

        def source(named: str) -> str:
            return str(told(site, "/echo", "POST", b"a=1", x_forwarded_for=named)["manyplaces.source"])

        gil = source("198.51.100.4, 10.0.0.1")
        assert [source(f"{forged}198.51.100.4, 10.0.0.1") for forged in ("1.1.1.1, ", "a, b, ", ", ,")] == [gil] * 3
        assert source("198.51.100.4:5123, 10.0.0.1") == gil
        assert source("198.51.100.5, 10.0.0.1") != gil
        # A household has a whole network of IPv6 addresses.
        hana = source("2001:db8:1:2:aaaa::1, 10.0.0.1")
        assert source("[2001:db8:1:2:bbbb::9], 10.0.0.1") == hana
        assert source("2001:db8:1:3:aaaa::1, 10.0.0.1") != hana
        # What is no address is as good as none: the one who connected is meant.
        nobody = source("")
        assert [source(nonsense) for nonsense in ("unknown, x", "'; drop table", "999.1.1.1, 1")] == [nobody] * 3


def test_too_many_forms_are_answered_with_a_page_that_says_when(site: Site) -> None:
    answer = site.get("/often", "POST", b"a=1")
    assert (answer.status, answer.headers["retry-after"]) == (429, "500")
    assert "Please wait 9 minutes" in answer.text
    assert "Espere 9 minutos" in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_a_file_that_somebody_gave_us_is_no_page_of_ours(site: Site) -> None:
    answer = site.get("/file")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.names.count("content-security-policy") == 1


def test_an_address_that_names_its_content_may_be_kept_for_ever(site: Site) -> None:
    for _ in range(2):
        assert site.get("/colour").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert site.renders("/colour") == 1


def test_a_closed_site_says_so_in_both_languages(site: Site) -> None:
    answer = site.get("/closed", "POST", b"a=1")
    assert (answer.status, answer.headers["retry-after"], answer.headers["cache-control"]) == (503, "3600", "no-store")
    assert ("closed for safety" in answer.text, "por seguridad" in answer.text) == (True, True)


def test_a_personal_page_is_answered_in_its_turn_between_stored_ones(site: Site) -> None:
    site.get("/a")
    with site.connect() as wire:
        wire.sendall(request("/a") + request("/desk/echo", cookie="session=nia") + request("/a"))
        found = [read_answer(wire) for _ in range(3)]
    assert [answer.headers["cache-control"] for answer in found] == [
        "public, max-age=0, must-revalidate",
        "no-store",
        "public, max-age=0, must-revalidate",
    ]


def test_after_many_forms_nothing_of_the_sender_is_in_the_data_folder(tmp_path: Path) -> None:
    running = started(tmp_path, MANYPLACES_PROXIES="1")
    try:
        statuses = set()
        for number in range(30):
            wire = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
            form = f"email=otto{number}%40example.org".encode()
            headers = {"X-Forwarded-For": "203.0.113.77", "Content-Type": "application/x-www-form-urlencoded"}
            wire.request("POST", "/sign-in/", form, headers)
            statuses.add(wire.getresponse().status)
        assert statuses & {500, 502} == set()
    finally:
        running.process.terminate()
        running.process.wait(10)
    address = ipaddress.ip_address("203.0.113.77")
    traces = (str(address).encode(), address.packed, address.packed.hex().encode(), str(int(address)).encode())
    kept = {file: file.read_bytes() for file in running.data.rglob("*") if file.is_file()}
    assert [file.name for file, text in kept.items() if any(trace in text for trace in traces)] == []
