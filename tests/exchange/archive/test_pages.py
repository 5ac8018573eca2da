"""What becomes of a page on its way into an archive: what needs a server is gone, and links lead from file to file."""

from __future__ import annotations

import time

import pytest

from manyplaces.exchange.archive.addresses import Scope, files_of, own_address, quoted, why_not
from manyplaces.exchange.archive.pages import Rewriting, is_not_for_keeping, leads_away, links_in, stripped

SITE = "https://walkins.example"
FILES = {"/a/": "../a/index.html", "/b.csv": "../b.csv", "/p.png": "../p.png", "/p2.png": "../p2.png"}


def leads(link: str) -> str:
    """A small archive: what it holds, and links that leave it."""
    found = own_address(link, "/here/", SITE)
    if found is None:
        return link if leads_away(link) else ""
    return FILES[found[0]] + found[1] if found[0] in FILES else ""


def kept(body: str) -> str:
    """A body as it is in the archive."""
    return Rewriting(leads).page(stripped(body), "")


def test_scripts_and_forms_go_and_linked_data_stays() -> None:
    page = (
        '<script src="/static/site.js" defer></script>\n'
        '<script type="application/ld+json">{"url": "https://walkins.example/a/"}</script>\n'
        '<form class="search" action="/search/"><label for="q">Find</label><input id="q" name="q"></form>\n'
        "<p>Words.</p>"
    )
    assert kept(page) == (
        '<script type="application/ld+json">{"url": "https://walkins.example/a/"}</script>\n<p>Words.</p>'
    )


def test_what_passes_the_site_on_goes_and_so_does_what_means_something_there_alone() -> None:
    page = (
        '<section class="section share" aria-labelledby="share" data-share data-title="x > y"><h2>Pass it on</h2>'
        '<p>walkins.example/a/</p></section>\n<p class="note" data-on-site>It asks here again.</p>\n<p>Stays.'
        '<small data-on-site> · <a href="/x/">Ask<span>: this</span></a></small></p>'
    )
    assert kept(page) == "<p>Stays.</p>"


def test_the_drawn_map_stays_and_forgets_where_its_points_were() -> None:
    page = """<figure class="map" data-points="/points.bin" data-words='{"a": "b > c"}'><svg></svg></figure>"""
    assert kept(page) == '<figure class="map"><svg></svg></figure>'
    assert kept('<td data-label="Date">2016</td>') == '<td data-label="Date">2016</td>'


@pytest.mark.parametrize(
    "was, becomes",
    [
        # In the archive: by its file, with the place on it.
        ('<a class="x" href="/a/#top">A</a>', '<a class="x" href="../a/index.html#top">A</a>'),
        (f'<a href="{SITE}/b.csv">B</a>', '<a href="../b.csv">B</a>'),
        ('<a href="#here">H</a>', '<a href="#here">H</a>'),
        # Away.
        ('<a href="https://news.example/?a=1&amp;b=2">N</a>', '<a href="https://news.example/?a=1&amp;b=2">N</a>'),
        ('<a href="mailto:a@b.example">Write</a>', '<a href="mailto:a@b.example">Write</a>'),
        # Nowhere: words in a sentence stay, a button does not, and what holds nothing else goes with it.
        ('<p>None? <a href="/search/">Search</a>.</p>', "<p>None? Search.</p>"),
        ('<p>Or <a class="button" href="/a/commit/">Commit</a></p>', "<p>Or </p>"),
        ('<p class="take-part">\n<a class="button" href="/x/commit/">Commit</a>\n</p>\n<p>B</p>', "<p>B</p>"),
        ('<ul>\n<li><a href="/sign-in/"><b>Sign</b> in</a></li>\n</ul>\n<p>B</p>', "<p>B</p>"),
        ('<ul><li><a href="/x/">X</a></li><li><a href="/a/">A</a></li></ul>',
         '<ul><li><a href="../a/index.html">A</a></li></ul>'),
        ('<li><a href="webcal://walkins.example/a.ics">Subscribe</a></li>', ""),
        # What is shown.
        ('<img src="/p.png" alt="a > b">', '<img src="../p.png" alt="a > b">'),
        ('<img src="/p.png" srcset="/p.png 1x, /p2.png 2x">',
         '<img src="../p.png" srcset="../p.png 1x, ../p2.png 2x">'),
        ('<image href="/p.png" width="9"/>', '<image href="../p.png" width="9"/>'),
        ('<img src="/gone.png" alt="x">', ""),
        ('<img src="data:image/gif;base64,R0==" alt="x">', '<img src="data:image/gif;base64,R0==" alt="x">'),
        (f'<link rel="canonical" href="{SITE}/a/">', '<link rel="canonical" href="../a/index.html">'),
        (f'<link rel="alternate" hreflang="es" href="{SITE}/es/a/">', ""),
        (f'<meta property="og:image" content="{SITE}/p.png">', '<meta property="og:image" content="../p.png">'),
        (f'<meta property="og:url" content="{SITE}/gone/">', ""),
        ('<meta name="description" content="/p.png">', '<meta name="description" content="/p.png">'),
    ],
)  # fmt: skip
def test_a_link_leads_to_a_file_away_or_nowhere(was: str, becomes: str) -> None:
    assert kept(was) == becomes


def test_words_that_look_like_markup_stay_words() -> None:
    words = "<p>&lt;form&gt; and &lt;script&gt;alert(1)&lt;/script&gt; &lt;a href=&quot;/x/&quot;&gt;</p>"
    assert kept(words) == words


def test_the_banner_stands_before_the_content() -> None:
    assert Rewriting(leads).page('<body><main id="main">x</main>', "<aside>About</aside>") == (
        '<body><aside>About</aside><main id="main">x</main>'
    )


def test_a_stylesheet_finds_its_fonts() -> None:
    sheet = "@font-face { src: url('/p.png') format(\"woff2\"); } a { background: url(/p2.png) }"
    assert Rewriting(leads).sheet(sheet) == (
        '@font-face { src: url("../p.png") format("woff2"); } a { background: url("../p2.png") }'
    )


def test_links_that_lead_away_are_noted() -> None:
    rewriting = Rewriting(leads)
    rewriting.page(
        '<a href="https://news.example/?a=1&amp;b=2">N</a><a href="/a/">A</a><a href="mailto:a@b.c">M</a>', ""
    )
    assert rewriting.outside == {"https://news.example/?a=1&b=2"}


def test_what_a_page_leads_to_and_what_it_shows() -> None:
    page = (
        '<link rel="stylesheet" href="/s.css"><link rel="alternate" type="text/csv" href="/b.csv">'
        f'<meta property="og:image" content="{SITE}/card.png"><meta property="og:url" content="{SITE}/a/">'
        '<a href="/a/"><img src="/p.png" srcset="/p2.png 2x"></a>'
    )
    assert links_in(page) == (["/a/", "/b.csv"], ["/s.css", f"{SITE}/card.png", "/p.png", "/p2.png"])


def test_a_page_that_search_engines_pass_by_is_not_kept() -> None:
    assert is_not_for_keeping('<meta name="robots" content="noindex">')
    assert not is_not_for_keeping("<p>&lt;meta name=&quot;robots&quot; content=&quot;noindex&quot;&gt;</p>")


def test_a_long_page_takes_no_longer_a_line_than_a_short_one() -> None:
    line = (
        '<ul><li><a class="x" href="/a/#b">A</a> <a href="/x/">X</a></li></ul>'
        '<form><input></form><p title="a > b">P</p>\n'
    )
    took = []
    for lines in (2_000, 20_000):
        began = time.process_time()
        assert kept(line * lines).count("../a/index.html#b") == lines
        took.append((time.process_time() - began) / lines)
    assert took[1] < 4 * took[0]


@pytest.mark.parametrize(
    "link, found",
    [
        ("/a/", ("/a/", "")),
        ("/a/#x", ("/a/", "#x")),
        (SITE, ("/", "")),
        (f"{SITE}/a/?q=1", ("/a/?q=1", "")),
        (f"{SITE}.evil.example/a/", None),
        ("//evil.example/", None),
        ("https://news.example/", None),
        ("webcal://walkins.example/a.ics", None),
        ("poster.pdf", ("/here/poster.pdf", "")),
        ("?q=a", ("/here/?q=a", "")),
        ("/events/a%C3%B1o/", ("/events/año/", "")),
        ("/es/actions/x.csv", ("/actions/x.csv", "")),
    ],
)
def test_where_a_link_leads_on_this_site(link: str, found: tuple[str, str] | None) -> None:
    assert own_address(link, "/here/", SITE) == found


@pytest.mark.parametrize(
    "address, reason",
    [
        ("/actions/oct2016/", ""),
        ("/es/events/LA083/", ""),
        ("/actions/oct2016/tally.json", ""),
        ("/media/photos/x.webp", ""),
        *((f"{language}{place}", "needs_the_site") for language in ("", "/es") for place in (
            "/search/", "/search.json", "/actions/x/near/", "/actions/x/near.ics", "/actions/x/commit/",
            "/actions/x/commit/with/abc/", "/events/x/come/", "/sign-in/", "/desk/", "/me/", "/host/", "/host/abc/",
            "/coming/x/", "/letters/x/unsubscribe/", "/healthz", "/places/find.json", "/actions/x/?q=high",
            "/photos/p-abc/take-down/",
        )),
        ("/events/x/poster.pdf", "made_on_demand"),
        ("/es/actions/x/poster.pdf", "made_on_demand"),
    ],
)  # fmt: skip
def test_which_addresses_no_archive_holds(address: str, reason: str) -> None:
    assert why_not(address) == reason


def test_a_page_keeps_its_address_as_its_place_where_every_disk_can() -> None:
    kinds = {
        "/": "text/html; charset=utf-8", "/es/": "text/html", "/events/LA083/": "text/html",
        "/events/LA083.json": "x/y",
        "/events/la083/": "text/html", "/events/a:b/": "text/html", "/places/con/": "text/html",
        "/media/abc": "image/png",
        "/places/dots./": "text/html", "/about": "text/html",
    }  # fmt: skip
    assert files_of(kinds) == {
        "/": "index.html",
        "/about": "about.html",
        "/es/": "es/index.html",
        "/events/LA083.json": "events/LA083.json",
        "/events/LA083/": "events/LA083/index.html",
        "/events/a:b/": "events/a-b/index.html",
        "/events/la083/": "events/la083/index~2.html",
        "/media/abc": "media/abc.png",
        "/places/con/": "places/con-/index.html",
        "/places/dots./": "places/dots/index.html",
    }
    assert quoted("events/año & más/index.html") == "events/a%C3%B1o%20&%20m%C3%A1s/index.html"


def test_one_action_is_kept_with_its_places_and_without_other_actions() -> None:
    scope = Scope("oct2016", frozenset({"LA083", "a.b"}))
    own, place = "/actions/oct2016/", "/es/places/auer/"
    wanted = {
        address: (scope.wants(address, own, embedded=False), scope.wants(address, place, embedded=False))
        for address in (
            *(
                "/actions/oct2016.csv",
                "/es/actions/oct2016/wi/",
                "/events/LA083/",
                "/events/a.b/",
                "/es/events/a.b.json",
            ),
            *(
                "/actions/oct2017/",
                "/actions/oct20160/",
                "/events/LA084/",
                "/events/LA083x/",
                "/",
                "/es/",
                "/about/data/",
            ),
            *("/places/auer/", "/es/places/auer.csv", "/places/auer-two/", "/organisations/ctu/", "/about/coalition/"),
        )
    }
    both, first, none = (True, True), (True, False), (False, False)
    assert wanted == {
        "/actions/oct2016.csv": both,
        "/es/actions/oct2016/wi/": both,
        "/events/LA083/": both,
        "/events/a.b/": both,
        "/es/events/a.b.json": both,
        "/actions/oct2017/": none,
        "/actions/oct20160/": none,
        "/events/LA084/": none,
        "/events/LA083x/": none,
        "/": none,
        "/es/": none,
        "/about/data/": none,
        "/places/auer/": both,
        "/es/places/auer.csv": both,
        "/places/auer-two/": first,
        "/organisations/ctu/": first,
        "/about/coalition/": first,
    }
    assert scope.wants("/media/x.webp", place, embedded=True)
