"""A page of the site as it stands in an archive: without what needs a server, its links leading from file to file.

Pages are read by patterns and not by a parser, which would take ten times as long over thousands of them. That is safe
because all of them are our own: a sign that could be taken for a tag is written as an entity wherever people's words
stand, and tests/exchange/archive compares what a parser and a browser find.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

# The attributes of a tag; a ">" may stand between quotes.
_INSIDE = r"""(?:[^>"']|"[^"]*"|'[^']*')*+"""
_WHOLE = rf"<({{}})\b{{}}{_INSIDE}>.*?</\1>\n?"
_SCRIPTS = re.compile(_WHOLE.format("script", r"(?![^>]*application/ld\+json)"), re.S)
_FORMS = re.compile(_WHOLE.format("form", ""), re.S)
# What says by data-on-site that it means something there alone, and what passes the site's own address on.
_LIVE = re.compile(_WHOLE.format("section|p|li|ul|aside|small", r"(?=[^>]*\sdata-(?:on-site|share)\b)"), re.S)
_FIGURES = re.compile(rf"<figure\b{_INSIDE}>")
_DATA = re.compile(r"""\s+data-(?!label)[\w-]+=(?:"[^"]*"|'[^']*')""")
_NOINDEX = re.compile(r'<meta name="robots" content="[^"]*\bnoindex\b')

_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_ANCHOR = re.compile(rf"<a\b({_INSIDE})>(.*?)</a>", re.S)
_SHOWING = re.compile(rf"<(link|meta|img|image|source|video|audio|track|object|embed|iframe|area|use)\b({_INSIDE})>")
_STYLE_URL = re.compile(r"""url\(\s*(["']?)([^"')]+)\1\s*\)""")
# What a meta tag names that is an address.
_NAMING = re.compile(r'(?:property|name)="(?:og:image|og:url|twitter:image)"')
_SCHEME = re.compile(r"(?:https?|mailto|tel|sms):", re.I)

# A link that is gone leaves its words between two signs that no page holds, until it is clear what stood around it.
_GONE = "\x01{}\x02"
_LEFT = re.compile("\x01([^\x02]*)\x02")
_EMPTY = re.compile(r"<(li|p|div|dd|h3)\b[^>]*>[\s·|]*(?:\x01[^\x02]*\x02[\s·|]*)+</\1>\n?")
_BARE = re.compile(r"<(ul|ol|nav)\b[^>]*>\s*</\1>\n?")

Leads = Callable[[str], str]


def stripped(page: str) -> str:
    """Return a page without its scripts and forms, and without what only they need."""
    page = _LIVE.sub("", _FORMS.sub("", _SCRIPTS.sub("", page)))
    return _FIGURES.sub(lambda figure: _DATA.sub("", figure[0]), page)


def is_not_for_keeping(page: str) -> bool:
    """Tell whether a page asks search engines to pass it by: it answers somebody, and is no page of the record."""
    return bool(_NOINDEX.search(page))


def links_in(page: str) -> tuple[list[str], list[str]]:
    """Return where a page leads (links, its other forms and languages) and what it shows (pictures, styles)."""
    leads = [link for anchor in _ANCHOR.finditer(page) if (link := _attributes(anchor[1]).get("href"))]
    shows: list[str] = []
    for tag in _SHOWING.finditer(page):
        named = _attributes(tag[2])
        if tag[1] in ("link", "area"):
            is_other = tag[1] == "area" or named.get("rel") in ("alternate", "canonical")
            (leads if is_other else shows).append(named.get("href", ""))
        elif tag[1] == "meta":
            shows += [named.get("content", "")] if _NAMING.search(tag[2]) and "og:url" not in tag[2] else []
        else:
            shows += [named[name] for name in ("src", "href", "poster", "data") if name in named]
            shows += [source.split()[0] for source in named.get("srcset", "").split(",") if source.strip()]
    return [link for link in leads if link], [link for link in shows if link]


def links_in_styles(sheet: str) -> list[str]:
    """Return what a stylesheet loads."""
    return [found[2] for found in _STYLE_URL.finditer(sheet)]


def _attributes(inside: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(inside))


@dataclass
class Rewriting:
    """A page or stylesheet on its way into the archive.

    `leads` gives for a link, as it stands in an attribute, what stands there in the archive: the relative address of a
    file, the link itself where it leads away from the site, or nothing where it leads nowhere.
    """

    leads: Leads
    outside: set[str] = field(default_factory=set)

    def page(self, page: str, banner: str) -> str:
        """Return a stripped page with its links as they are in the archive, and `banner` before its content."""
        page = _SHOWING.sub(self._shown, page)
        page = _ANCHOR.sub(self._anchor, page)
        if "\x01" in page:
            page = _LEFT.sub(r"\1", _BARE.sub("", _BARE.sub("", _EMPTY.sub("", page))))
        return page.replace("<main", f"{banner}<main", 1)

    def sheet(self, sheet: str) -> str:
        """Return a stylesheet with its addresses as they are in the archive."""
        return _STYLE_URL.sub(lambda found: f'url("{self.leads(found[2])}")', sheet)

    def _anchor(self, anchor: re.Match[str]) -> str:
        inside, words = anchor[1], anchor[2]
        link = _attributes(inside).get("href", "")
        if not link or link.startswith("#"):
            return anchor[0]
        to = self.leads(link)
        if to:
            self._note(to)
            return f"<a{inside.replace(_href(link), _href(to), 1)}>{words}</a>"
        # Of a button nothing is left; in a sentence its words stay.
        return _GONE.format("" if 'class="button' in inside else words)

    def _shown(self, tag: re.Match[str]) -> str:
        name, inside = tag[1], tag[2]
        if name == "meta" and not _NAMING.search(inside):
            return tag[0]
        named = _attributes(inside)
        for attribute in ("src", "href", "poster", "data", "content"):
            if link := named.get(attribute):
                if link.startswith(("#", "data:")):
                    continue
                to = self.leads(link)
                if not to:
                    return ""
                inside = inside.replace(f'{attribute}="{link}"', f'{attribute}="{to}"', 1)
        if sources := named.get("srcset"):
            inside = inside.replace(sources, self._sources(sources), 1)
        return f"<{name}{inside}>"

    def _sources(self, sources: str) -> str:
        each = [source.strip().partition(" ") for source in sources.split(",") if source.strip()]
        return ", ".join(f"{to} {size}".strip() for link, _, size in each if (to := self.leads(link)))

    def _note(self, to: str) -> None:
        if to.startswith(("http://", "https://")):
            self.outside.add(html.unescape(to))


def _href(link: str) -> str:
    return f'href="{link}"'


def leads_away(link: str) -> bool:
    """Tell whether a link that leads from the site may stay: to a page of the web, a letter, a telephone."""
    return bool(_SCHEME.match(link))
