"""A link may lead anywhere: our own network, a bomb, a page without an end. Nothing of it does us harm."""

from __future__ import annotations

import datetime
import socket
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from manyplaces.core.fetching import Fetcher, Unreachable
from manyplaces.core.reach import is_public
from manyplaces.core.visiting import Forbidden, Visitor
from manyplaces.record.rules.pages import PageFacts, facts_of
from tests.record.trap import STORY, Trapped, trap

TODAY = datetime.date(2026, 11, 27)


@pytest.fixture
def site() -> Iterator[Trapped]:
    with trap() as server:
        yield server


def visitor(*own: Trapped, deadline: float = 5.0, most: int = 1_000_000) -> Visitor:
    fetcher = Fetcher("https://walk.example", tuple(one.at for one in own), deadline, most, 2 * most)
    return Visitor(fetcher, pause=0.0)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200"),
        *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "168.63.129.16"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
        *("2001:0:7f00:1::", "::127.0.0.1", "no address", ""),
    ],
)
def test_no_address_of_our_own_network_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_addresses_of_others_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "link",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://127.1/"),
        *("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://0/"),
        *("http://10.0.0.1/", "https://192.168.0.1/", "http://8.8.8.8:22/", "http://8.8.8.8:8080/"),
        *("ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)", "//example.org"),
        *("http://user:password@example.org/", "http://example.org\\@127.0.0.1/", "http:///etc", "http://[", ""),
        *("http://example.org:0/", "http://example.org:99999/", "http://a b/", "http://a\r\nHost: b/"),
    ],
)
def test_where_we_do_not_go_nothing_is_asked(link: str) -> None:
    with pytest.raises(Unreachable) as refused:
        Fetcher("https://walk.example").fetch(link)
    assert refused.value.is_unsafe


def stays_here(link: str) -> bool:
    """Whether a link needs no other machine: its host is none, this machine, or a number that is not public."""
    try:
        host = urlsplit(link).hostname or ""
        number = socket.inet_ntoa(socket.inet_aton(host)) if host and not host.startswith("::") else host
    except (ValueError, OSError):
        return host == "localhost"
    return not is_public(number)


def test_what_others_use_to_lead_astray_leads_nowhere(site: Trapped, shared: Path) -> None:
    lines = (shared / "corpora/redirect/Open-Redirect-payloads.txt").read_text("utf-8", "replace").splitlines()
    away, asked = f"http://{site.at}/away", 0
    for line in lines:
        target = line.encode("utf-8").decode("latin-1").replace("\r", "")
        with suppress(ValueError):
            # The list names machines of others; no test asks for them.
            if not stays_here(urljoin(away, target)):
                continue
        asked += 1
        site.says["/away"] = (302, {"Location": target}, b"")
        with suppress(Unreachable, Forbidden):
            found = visitor(site, deadline=1.0).visit(away)
            assert found.page.url.startswith(f"http://{site.at}/"), line
    assert asked > 50


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.1:%(other)s/secret", "http://169.254.169.254/latest/", "http://localhost:%(other)s/secret"),
        *("//127.0.0.1:%(other)s/secret", "http://[::ffff:7f00:1]:%(other)s/secret", "file:///etc/passwd"),
    ],
)
def test_a_redirect_into_our_own_network_is_not_followed(site: Trapped, target: str) -> None:
    with trap() as secret:
        link = f"http://{site.at}/to?" + target.replace("%(other)s", secret.at.rpartition(":")[2])
        with pytest.raises(Unreachable) as refused:
            visitor(site).visit(link)
        assert (refused.value.is_unsafe, secret.asked) == (True, [])


def test_redirects_are_followed_five_times_and_no_more(site: Trapped) -> None:
    for number in range(5):
        site.says[f"/{number}"] = (301, {"Location": f"/{number + 1}"}, b"")
    site.says["/5"] = (200, {}, b"there")
    assert visitor(site).visit(f"http://{site.at}/0").page.body == b"there"
    site.says["/5"] = (301, {"Location": "/6"}, b"")
    with pytest.raises(Unreachable):
        visitor(site).visit(f"http://{site.at}/0")
    with pytest.raises(Unreachable):
        visitor(site).visit(f"http://{site.at}/round")


def test_an_endless_page_is_cut_and_a_bomb_does_not_go_off(site: Trapped) -> None:
    tracemalloc.start()
    endless = visitor(site).visit(f"http://{site.at}/endless").page
    bomb = visitor(site).visit(f"http://{site.at}/bomb").page
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (endless.is_cut, len(endless.body) <= 2_000_000) == (True, True)
    assert (bomb.is_cut, len(bomb.body)) == (True, 2_000_000)
    assert most < 40_000_000


@pytest.mark.parametrize("path", ["/slow", "/head"])
def test_who_trickles_is_cut_off_in_time(site: Trapped, path: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        visitor(site, deadline=1.0).visit(f"http://{site.at}{path}")
    assert time.monotonic() - begun < 3.0


@pytest.mark.parametrize("path", ["/broken", "/odd", "/rubbish", "/many"])
def test_what_is_no_answer_is_none(site: Trapped, path: str) -> None:
    with pytest.raises(Unreachable):
        visitor(site).visit(f"http://{site.at}{path}")


def test_who_asks_says_so_and_brings_no_cookies(site: Trapped) -> None:
    visits = visitor(site)
    for _twice in range(2):
        assert visits.visit(f"http://{site.at}/story?a=1&b=ñ").page.body == STORY
    assert [path for path, _headers in site.asked] == ["/robots.txt", *["/story?a=1&b=%C3%B1"] * 2]
    headers = site.asked[-1][1]
    assert headers.pop("User-Agent").startswith("Manyplaces/1 (+https://walk.example; ")
    assert sorted(headers) == ["Accept", "Accept-Encoding", "Connection", "Host"]


def test_what_robots_txt_asks_is_done(site: Trapped) -> None:
    site.says["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /private\n")
    assert visitor(site).visit(f"http://{site.at}/story").page.status == 200
    for answer in (
        (200, {}, b"User-agent: manyplaces\nDisallow: /\n"),
        (200, {}, b"User-agent: *\nDisallow: /story\n"),
        (503, {}, b""),
        (302, {"Location": "/robots.txt"}, b""),
    ):
        site.says["/robots.txt"] = answer
        with pytest.raises(Forbidden):
            visitor(site).visit(f"http://{site.at}/story")
    assert site.pages == ["/story"]
    # A page may lead to one that is closed to us.
    site.says["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /story\n")
    with pytest.raises(Forbidden):
        visitor(site).visit(f"http://{site.at}/to?/story")
    site.says["/robots.txt"] = (404, {}, b"")
    assert visitor(site).visit(f"http://{site.at}/story").page.status == 200


def test_a_site_is_asked_once_in_a_while_and_another_one_at_once(site: Trapped) -> None:
    with trap("127.0.0.2") as other:
        visits, slept = visitor(site, other), []
        visits.pause, visits.sleep = 3.0, slept.append
        visits.visit(f"http://{site.at}/story")
        visits.visit(f"http://{other.at}/story")
    # Of each the page, after robots.txt.
    assert [round(seconds) for seconds in slept] == [3, 3]


def test_a_page_says_what_it_is_whatever_it_is_written_in(site: Trapped) -> None:
    for path in ("/story", "/packed"):
        page = visitor(site).visit(f"http://{site.at}{path}").page
        told = facts_of(page.body, page.header("Content-Type"), TODAY)
        assert told == PageFacts("El Nuevo Día", "Entran juntos en Mayagüez", "2014-11-14", "es")
    latin = "<title>Día de acción</title>".encode("latin-1")
    assert facts_of(latin, "text/html; charset=ISO-8859-1", TODAY).headline == "Día de acción"
    assert facts_of(latin, "text/html; charset=utf-8", TODAY).headline == "D�a de acci�n"
    inside = b"<meta charset='windows-1252'><title>\x93Walk in\x94</title>"
    assert facts_of(inside, "text/html", TODAY).headline == "“Walk in”"
    for wrong in ("zlib", "unicode_escape", "rot13", "idna", "no-such-thing"):
        assert facts_of(b"<title>Walk in</title>", f"text/html; charset={wrong}", TODAY).headline == "Walk in"
    assert facts_of("<title>Día</title>".encode("utf-16"), "text/html", TODAY).headline == "Día"
    assert facts_of(b"%PDF-1.7 <title>x</title>", "application/pdf", TODAY) == PageFacts()


def test_linked_data_speaks_where_nothing_else_does() -> None:
    said = b"""<title>A | B</title><script type="application/ld+json">[{"@type": "WebSite", "name": "No"},
    {"@type": ["NewsArticle"], "headline": "Walk in", "datePublished": "2014-11-14T01:00",
    "publisher": [{"name": "Post"}]}]
    </script>"""
    assert facts_of(said, "text/html", TODAY) == PageFacts("Post", "Walk in", "2014-11-14", "")
    for wrong in (b"{", b"[" * 100_000, b'{"@type": {"a": 1}}', b'{"@graph": 5}', b"null", b'"x"'):
        found = facts_of(b'<script type="application/ld+json">' + wrong + b"</script>", "", TODAY)
        assert found == PageFacts()


@pytest.mark.parametrize("day", ["2014-11-31", "1014-11-14", "2099-01-01", "14.11.2014", "yesterday", ""])
def test_a_day_that_cannot_be_is_none(day: str) -> None:
    page = f'<meta property="article:published_time" content="{day}">'.encode()
    assert facts_of(page, "text/html", TODAY).date == ""


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<", "<a ", "<meta name=", "<title>", "<div>", "&", "<script>", '<meta a="', "<meta a a", "<!-- --><b>"],
)
def test_no_page_keeps_us_busy(piece: str) -> None:
    begun = time.process_time()
    facts_of((piece * (1_000_000 // len(piece))).encode(), "text/html", TODAY)
    assert time.process_time() - begun < 2.0


def test_what_attackers_write_is_read_as_plain_words(shared: Path) -> None:
    lines = [
        line
        for file in sorted((shared / "corpora/xss").glob("*.txt"))
        for line in file.read_text("utf-8", "replace").splitlines()
    ]
    assert len(lines) > 300
    for line in lines:
        for page in (f"<title>{line}</title>", f"<meta property='og:title' content='{line}'>", line):
            told = facts_of(page.encode("utf-8", "replace"), "text/html", TODAY)
            assert "\n" not in told.headline
            assert len(told.headline) <= 500
