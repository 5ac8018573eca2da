"""How a letter is written: a text from a template, its HTML made from that text, and what stands at its foot.

A template is <room>/letters/<name>.txt. Its first line is the subject, then come paragraphs with an empty line between
them. In HTML a line with nothing but an address of our own site becomes a button, named by the line before it where
that is short and ends in a colon; lines that begin with "- " become a list, with "> " a quotation; a code on its own
line is large.
`{% set why = _("...") %}` says why the reader gets the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from manyplaces.core import fuzzydates

PACKAGE = Path(__file__).resolve().parent.parent
LONGEST_SUBJECT = 150
ANY_LINK = "link-of-any-letter"
# A longer line before an address is a sentence and no name of a button.
LONGEST_LABEL = 50
CODE = re.compile(r"[0-9]{4,10}|[0-9]{3}[ -][0-9]{3}")


@dataclass(frozen=True)
class Letterhead:
    """Who writes: the coalition's name, address and colour, and where questions go (an e-mail address or a page)."""

    name: str
    url: str
    colour: str
    contact: str = ""


def _from_settings() -> Letterhead:
    return Letterhead("Manyplaces", f"{settings.SITE_URL.rstrip('/')}/", "#b3123f")


_letterheads: list[Callable[[], Letterhead]] = [_from_settings]


def letterhead_from(ask: Callable[[], Letterhead]) -> Callable[[], Letterhead]:
    """Let an upper room, which knows the coalition, say who writes; called when the room is registered."""
    _letterheads.append(ask)
    return ask


def letterhead() -> Letterhead:
    """Return who writes, as it is now."""
    if len(_letterheads) == 1:
        # A command that has no other use for the upper rooms has not loaded the one that knows.
        autodiscover_modules("queries")
    return _letterheads[-1]()


@dataclass(frozen=True)
class Written:
    """A letter as it was written: subject on one line, body, why the reader gets it, his language, the way out."""

    subject: str
    body: str
    why: str
    language: str
    unsubscribe: str = ""

    @property
    def text(self) -> str:
        """The whole letter as plain text."""
        return self.text_under(letterhead())

    @property
    def html(self) -> str:
        """The whole letter as HTML."""
        return self.html_under(letterhead())

    def text_under(self, head: Letterhead) -> str:
        """Return the letter as plain text, signed by whoever writes."""
        with translation.override(self.language):
            lines = ["-- ", head.name, head.url, "", self.why]
            if head.contact:
                lines.append(_("Questions? Write to %(contact)s.") % {"contact": head.contact})
            if self.unsubscribe:
                lines += ["", _("If you do not want such letters any more:"), self.unsubscribe]
        return "\n".join([self.body, "", *lines]) + "\n"

    def html_under(self, head: Letterhead) -> str:
        """Return the same as HTML; colours are left to the reader's program, so that it can be read in the dark."""
        frame = _environment(autoescape=True).get_template("mail/letters/frame.html")
        with translation.override(self.language):
            return frame.render(letter=self, head=head, blocks=blocks(self.body))

    def with_unsubscribe(self, address: str) -> Written:
        """Return the letter with an address at which the reader leaves the list."""
        return replace(self, unsubscribe=address)


def written(template: str, language: str, **context: Any) -> Written:
    """Write the letter `template` ("events.thank_host") in a language ("en", "es"); the context is for its texts.

    What people typed may be put in as it is: a quotation with `{{ text|quoted }}`, anything else on one line.
    """
    room, _dot, name = template.partition(".")
    with translation.override(language):
        found = _environment(autoescape=False).get_template(f"{room}/letters/{name}.txt")
        made = found.make_module({"site": SimpleLazyObject(letterhead), "lang": language, **context})
        why = getattr(made, "why", None) or _("You get this letter because this address was given on our site.")
        subject, _end, body = str(made).strip().partition("\n")
    return Written(one_line(subject), _tidy(body), one_line(str(why), 500), language)


def one_line(text: str, longest: int = LONGEST_SUBJECT) -> str:
    """Return the text on one line, without a sign that a header or a terminal would obey.

    What a mail program would decode (`=?utf-8?q?...?=`, RFC 2047) is broken up: anything may be written in it.
    """
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()).replace("=?", "= ?")
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def quoted(text: str) -> str:
    """Return what somebody wrote as a quotation, so that it cannot be taken for our own words."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def absolute(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the whole address of a page in the language of the letter, such as `url("events:host", token)`."""
    return str(settings.SITE_URL).rstrip("/") + reverse(name, args=args, kwargs=kwargs)


def way_out(token: str, language: str) -> str:
    """Return the address at which the reader leaves a list; made for very many letters, so its form is kept."""
    return _form_of_way_out(str(settings.SITE_URL), language).replace(ANY_LINK, token)


@lru_cache(maxsize=8)
def _form_of_way_out(site: str, language: str) -> str:
    with translation.override(language):
        return absolute("mail:unsubscribe", ANY_LINK)


@dataclass(frozen=True)
class Block:
    """One piece of a letter: text, list, quote, code or button, with its lines; of a button the address too."""

    kind: str
    lines: list[str]
    address: str = ""


def blocks(body: str) -> list[Block]:
    """Return the pieces of a body in their order."""
    found: list[Block] = []
    for part in re.split(r"\n{2,}", body.strip()):
        lines = part.splitlines()
        if _is_ours(lines[-1]):
            label = lines[-2].removesuffix(":") if len(lines) > 1 and lines[-2].endswith(":") else ""
            label = label if len(label) <= LONGEST_LABEL else ""
            before = lines[: -2 if label else -1]
            found += _plain(before)
            found.append(Block("button", [label or _("Open the page")], lines[-1]))
        else:
            found += _plain(lines)
    return found


def _plain(lines: list[str]) -> list[Block]:
    if len(lines) == 1 and CODE.fullmatch(lines[0]):
        return [Block("code", lines)]
    runs = groupby(lines, lambda line: "list" if line.startswith("- ") else "quote" if line[:1] == ">" else "text")
    return [Block(kind, [line if kind == "text" else line[1:].strip() for line in run]) for kind, run in runs]


def _is_ours(line: str) -> bool:
    # An address of somebody else, which may stand in what a visitor typed, never becomes a button.
    return line.startswith(f"{str(settings.SITE_URL).rstrip('/')}/") and " " not in line


def _tidy(body: str) -> str:
    lines = "\n".join(line.rstrip() for line in body.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


@cache
def _environment(*, autoescape: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=autoescape,  # noqa: S701 (plain text is not HTML; the frame, which is, escapes)
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals.update(url=absolute)
    made.filters.update(quoted=quoted, line=one_line, date=_date)
    return made


def _date(text: str) -> str:
    """Return an EDTF date in the words of the letter's language."""
    return fuzzydates.words(text, translation.get_language() or "en") if text else ""
