"""What an archive says of itself to people: its page and its README, in every language of the site."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.addresses import SPANISH
from manyplaces.exchange.archive.addresses import quoted
from manyplaces.front.assets import static_url
from manyplaces.front.templating import date_words
from manyplaces.people.queries import coalition

WIDTH = 78


@dataclass(frozen=True)
class Facts:
    """What an archive says of itself: of which action (empty: the whole record) and which number of the record it is,
    when it was made, how many events no page shows, and the addresses at which a reader begins.
    """

    slug: str
    number: int
    made_at: datetime
    kept_off: Mapping[str, int]
    starts: Sequence[str]


@dataclass(frozen=True)
class Words:
    """The same in one language: what it is called, what to know, and the file and words of the way in."""

    language: str
    title: str
    paragraphs: list[str]
    begin: str
    begin_words: str


def words(facts: Facts, language: str, begin: str) -> Words:
    """Return what is said in a language; `begin` is the file of the first page in it, empty where there is none."""
    with translation.override(language):
        action = Action.objects.filter(slug=facts.slug).first() if facts.slug else None
        named = {
            "name": action.text("name", language) if action else coalition().name,
            "day": date_words(facts.made_at.date().isoformat()),
            "time": f"{facts.made_at:%H:%M}",
            "site": settings.SITE_URL,
        }
        return Words(
            language, _("Archive: %(name)s") % named, _paragraphs(named, bool(action)), begin, _("Begin to read")
        )


def _paragraphs(named: Mapping[str, object], is_part: bool) -> list[str]:
    said = [
        _("The public pages of %(site)s as they stood on %(day)s at %(time)s UTC."),
        _(
            "Open index.html in a browser: neither a server nor a network is needed. Keep the files together. They can"
            " also be put on any web server as they are."
        ),
        _(
            "What needs the site itself is left out: signing up, searching, signing in, and the map that can be moved."
            " Links to newspapers and other sites lead into the web."
        ),
        _("Other actions are not in it; links to them lead to %(site)s.") if is_part else "",
        _("Files for programs (JSON, iCalendar, Atom) name pages by their addresses on %(site)s."),
        _("What had been taken down by then, and what never was public, is not in it."),
        _(
            "manifest.json lists every file with its size and hash. To see that nothing was lost or changed, unpack it"
            " and run “sha256sum -c MANIFEST.sha256”, or run “manyplaces check archive” with the ZIP."
        ),
    ]
    return [sentence % named for sentence in said if sentence]


def readme(facts: Facts, begins: Mapping[str, str]) -> str:
    """Return the README; `begins` has the files of first pages by their addresses."""
    parts = []
    for said in _said(facts, begins):
        lines = [said.title, "=" * len(said.title)]
        for paragraph in said.paragraphs:
            lines += ["", *textwrap.wrap(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)]
        parts.append("\n".join(lines) + "\n")
    return "\n\n".join(parts)


def about_page(facts: Facts, begins: Mapping[str, str], files: Mapping[str, str]) -> str:
    """Return the page about the archive; `files` has the files of all addresses."""
    hue = coalition().hue
    sheets = [static_url("site.css"), f"/colour/{hue}.css"]
    shown = {
        "said": _said(facts, begins),
        "sheets": [quoted(files[sheet]) for sheet in sheets if sheet in files],
        "icon": quoted(files.get(f"/colour/{hue}.svg", "")),
    }
    return render_to_string("exchange/about_archive.html", shown)


def _said(facts: Facts, begins: Mapping[str, str]) -> list[Words]:
    languages = {address: "es" if address.startswith(SPANISH) else "en" for address in facts.starts}
    return [words(facts, language, quoted(begins.get(address, ""))) for address, language in languages.items()]
