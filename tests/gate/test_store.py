"""Otto reads public pages: they come from the store, in his encoding, and right again within a second of a change."""

from __future__ import annotations

import gzip
import threading
import time
from datetime import UTC, datetime

import pytest

from manyplaces.gate.store import Page, Store, best_encoding, matches
from tests.gate.conftest import Answer, Site, read_answer, request


def number_in(answer: Answer) -> str:
    """The number of the record that a page was rendered for."""
    return answer.text.split(" of ")[0].removeprefix("<p>number ")


def test_a_page_is_rendered_once_and_then_read_from_the_store(site: Site) -> None:
    first, *others = [site.get("/actions/") for _ in range(5)]
    assert site.renders("/actions/") == 1
    assert {other.wire for other in others} == {first.wire}
    assert first.status == 200


def test_the_stored_page_says_how_it_may_be_kept(site: Site) -> None:
    for _ in range(2):
        answer = site.get("/actions/", accept_encoding="br")
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
        assert answer.headers["content-language"] == "en"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-encoding"] == "br"
        assert answer.headers["content-length"] == str(len(answer.wire))
        assert answer.names.count("etag") == 1
        assert "x-request-id" not in answer.headers


def test_each_encoding_holds_the_same_page_under_its_own_tag(site: Site) -> None:
    for _ in range(2):
        plain = site.get("/a")
        packed = site.get("/a", accept_encoding="gzip, deflate")
        brotli = site.get("/a", accept_encoding="gzip, deflate, br, zstd")
        assert gzip.decompress(packed.wire) == plain.wire == brotli.text.encode()
        assert (packed.headers["content-encoding"], brotli.headers["content-encoding"]) == ("gzip", "br")
        assert "content-encoding" not in plain.headers
        assert len({answer.headers["etag"] for answer in (plain, packed, brotli)}) == 3
    assert site.renders("/a") == 1


@pytest.mark.parametrize(
    ("accepts", "chosen"),
    [
        (b"", ""),
        (b"gzip, deflate, br", "br"),
        (b"br;q=0, gzip", "gzip"),
        (b"br;q=0.5, gzip;q=0.9", "gzip"),
        (b"gzip;q=0", ""),
        (b"*", "br"),
        (b"*;q=0", ""),
        (b"GZIP", "gzip"),
        (b"gzip;q=soon", ""),
        (b"identity", ""),
    ],
)
def test_the_encoding_is_the_one_the_browser_likes_best(accepts: bytes, chosen: str) -> None:
    assert best_encoding(accepts) == chosen


def test_otto_is_told_that_nothing_has_changed(site: Site) -> None:
    tag = site.get("/a", accept_encoding="br").headers["etag"]
    answer = site.get("/a", accept_encoding="br", if_none_match=tag)
    assert (answer.status, answer.wire, answer.headers["etag"]) == (304, b"", tag)
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-security-policy" in answer.headers
    assert site.get("/a", accept_encoding="br", if_none_match=f'"other", W/{tag}').status == 304
    assert site.get("/a", accept_encoding="br", if_none_match="*").status == 304
    assert site.get("/a", accept_encoding="gzip", if_none_match=tag).status == 200
    assert site.get("/a?q=1", accept_encoding="br", if_none_match=site.get("/a?q=1").headers["etag"]).status == 200


def test_a_tag_is_compared_whole() -> None:
    assert not matches(b'"abc', b'"abcd"')
    assert matches(b'"x",W/"abcd"', b'"abcd"')


def test_head_has_the_headers_of_get_and_no_body(site: Site) -> None:
    for path in ("/a", "/a?q=1", "/nowhere", "/static/site.css"):
        for _ in range(2):
            got, head = site.get(path), site.get(path, method="HEAD")
            for answer in (got, head):
                answer.headers.pop("date")
                answer.headers.pop("x-request-id", None)
            assert (head.status, head.headers, head.wire) == (got.status, got.headers, b"")


def test_a_change_of_the_record_is_seen_within_a_second(site: Site) -> None:
    assert number_in(site.get("/a")) == "1"
    for number in range(2, 7):
        site.set_number(number)
        changed = time.monotonic()
        while number_in(site.get("/a")) != str(number):
            time.sleep(0.01)
        assert time.monotonic() - changed < 1.0
        # And never again an older one.
        assert {number_in(site.get("/a")) for _ in range(20)} == {str(number)}


def test_a_second_after_a_change_even_a_slow_page_is_never_old(site: Site) -> None:
    site.get("/slow")
    site.set_number(2)
    time.sleep(0.85)
    found: list[str] = []
    visitors = [threading.Thread(target=lambda: found.append(number_in(site.get("/slow")))) for _ in range(10)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert found == ["2"] * 10


def test_many_who_ask_at_once_cost_one_rendering(site: Site) -> None:
    statuses: list[int] = []
    visitors = [threading.Thread(target=lambda: statuses.append(site.get("/slow").status)) for _ in range(40)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert statuses == [200] * 40
    assert site.renders("/slow") == 1


def test_while_a_slow_page_is_rendered_stored_pages_are_answered(site: Site) -> None:
    site.get("/a")
    slow = threading.Thread(target=lambda: site.get("/slow?q=1"))
    slow.start()
    time.sleep(0.05)
    began = time.monotonic()
    for _ in range(20):
        site.get("/a")
    assert time.monotonic() - began < 0.25
    slow.join()


@pytest.mark.parametrize(("path", "size"), [("/host/hana/photos/slow", 1), ("/slow/post", 70_000)])
def test_while_files_are_taken_one_after_the_other_pages_are_rendered(site: Site, path: str, size: int) -> None:
    answers: list[int] = []
    senders = [
        threading.Thread(target=lambda: answers.append(site.get(path, "POST", b"a" * size).status)) for _ in range(3)
    ]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    time.sleep(0.05)
    assert site.get("/a?q=1").status == 200
    assert time.monotonic() - began < 0.35
    for sender in senders:
        sender.join()
    assert (answers, time.monotonic() - began > 1.2) == ([200] * 3, True)


def test_what_is_personal_or_searched_for_or_an_error_is_not_stored(site: Site) -> None:
    for path in ("/cookie", "/mine", "/a?q=1", "/nowhere"):
        site.get(path)
        site.get(path)
        assert site.renders(path.split("?")[0]) == 2, path
    assert "set-cookie" not in site.get("/a").headers


def test_the_old_pages_stay_while_the_record_cannot_be_read(site: Site) -> None:
    site.get("/a")
    site.get("/failing")
    (site.folder / "number").unlink()
    (site.folder / "failing").touch()
    time.sleep(1.5)
    assert number_in(site.get("/a")) == "1"
    assert (site.get("/failing").status, site.renders("/a")) == (200, 1)
    assert "The number of the record cannot be read" in (site.folder / "stderr").read_text()
    site.set_number(2)
    time.sleep(0.5)
    assert number_in(site.get("/a")) == "2"
    assert site.get("/failing").status == 500


def test_a_percent_encoded_path_cannot_take_the_place_of_another(site: Site) -> None:
    site.get("/b%3Fq=1")
    assert "of /b?q=1<" in site.get("/b%3Fq=1").text
    assert "of /b<" in site.get("/b?q=1").text


def test_the_store_keeps_to_its_bytes_and_lets_the_least_read_go() -> None:
    store = Store(limit=100_000)
    today = (1, datetime.now(UTC).toordinal())
    for number in range(20):
        fields = [(b"content-type", b"image/png")]
        store.put(b"/%d" % number, Page(fields, b"x" * 8_000, today))
        assert store.fresh(b"/0", b"", today)
        assert store.size <= 100_000
        assert store.size == sum(page.size for page in store.pages.values())
    kept = sorted(int(path[1:]) for path in store.pages)
    assert kept == [0, *range(21 - len(kept), 20)]
    assert len(kept) == 100_000 // Page([(b"content-type", b"image/png")], b"x" * 8_000, today).size
    store.put(b"/huge", Page([(b"content-type", b"image/png")], b"x" * 50_000, today))
    assert store.get(b"/huge") is None


def test_the_encodings_made_later_are_counted_too() -> None:
    store = Store(limit=1_000_000)
    page = Page([(b"content-type", b"text/html")], b"walk-in " * 5_000, (1, 1))
    store.put(b"/", page)
    before = store.size
    store.make(b"/", page, "")
    assert store.size == page.size > before + 40_000
    store.drop(b"/")
    assert store.size == 0


def test_requests_in_one_row_are_answered_in_their_order(site: Site) -> None:
    site.get("/a")
    with site.connect() as wire:
        wire.sendall(request("/a") + request("/slow?q=1") + request("/a") + request("/b") + request("/a", "HEAD"))
        texts = [read_answer(wire).text.split("<p>")[1].split("</p>")[0] for _ in range(4)]
        head = read_answer(wire, "HEAD")
    assert [text.split(" of ")[1] for text in texts] == ["/a", "/slow", "/a", "/b"]
    assert head.status == 200


def test_a_connection_is_kept_or_closed_as_asked(site: Site) -> None:
    site.get("/a")
    with site.connect() as wire:
        for _ in range(3):
            wire.sendall(request("/a"))
            assert read_answer(wire).status == 200
        wire.sendall(request("/a", connection="close"))
        last = read_answer(wire)
        assert (last.headers["connection"], wire.recv(1)) == ("close", b"")
    old = site.raw(b"GET /a HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    assert old.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close" in old.split(b"\r\n\r\n")[0]


def test_files_are_kept_for_ever_under_the_name_of_their_content(site: Site) -> None:
    hashed = site.get("/static/site.0a1b2c3d.css", accept_encoding="gzip")
    named = site.get("/static/site.css", accept_encoding="br")
    assert hashed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert named.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert gzip.decompress(hashed.wire).decode() == named.text == "body{color:#000}" * 50
    assert site.get("/static/site.css", accept_encoding="br", if_none_match=named.headers["etag"]).status == 304
