"""The text of a recap as readers see it: plain Markdown, with numbers that stay tied to the claims they rest on."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

# Whatever stands in two square brackets is a number of the record, such as [[claim 12]] or [[our held]].
_MARK = re.compile(r"\[\[([^\[\]\n]{0,60})\]\]")
_CLAIM = re.compile(r"claim ([1-9]\d{0,11})")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\\]+", re.I)
OURS = ("our held", "our people", "our cities")
TAGS = {"p", "br", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "hr", "code", "pre", "a", "span"}
ATTRIBUTES = {"a": {"href"}, "span": {"class", "lang"}, "ol": {"start"}}


@dataclass(frozen=True)
class Number:
    """A number of the record in its own words, which are in `language` where that is known.

    `who` said it, empty where it is our own count or nobody is named; `address` is where it is explained.
    """

    words: str
    who: str = ""
    address: str = ""
    language: str = ""
    is_disputed: bool = False


def marks_in(text: str) -> list[str]:
    """Return what stands in two square brackets in a text, blanks evened out, each once in the order of the text."""
    return list(dict.fromkeys(_even(found) for found in _MARK.findall(text)))


def claims_in(*texts: str) -> set[int]:
    """Return the numbers of the claims that the texts name."""
    found = (_CLAIM.fullmatch(mark) for text in texts for mark in marks_in(text))
    return {int(one[1]) for one in found if one}


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the text with marks called otherwise, by what stands in them; one without another name stays as it is."""

    def other(found: re.Match[str]) -> str:
        mark = _even(found[1])
        return f"[[{names[mark]}]]" if mark in names else found[0]

    return _MARK.sub(other, text)


def shown_text(text: str, numbers: Mapping[str, Number], language: str) -> Markup:
    """Return the HTML of a text that somebody wrote in Markdown; `numbers` are those of its marks.

    HTML in the text stays text, pictures become links, and links lead to http, https and mailto alone. A mark whose
    number is not there any more says so.
    """
    with translation.override(language):
        made = _MARKDOWN.render(text, {"numbers": numbers, "language": language})
    clean = nh3.clean(made, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return Markup(clean)  # noqa: S704 (cleaned in the line above)


def plain_text(text: str, numbers: Mapping[str, Number], language: str) -> str:
    """Return the same without any form, in one line a paragraph, for feeds and tables."""
    spaced = re.sub(r"</(?:p|h3|h4|li|blockquote|pre)>", r"\g<0>\n", str(shown_text(text, numbers, language)))
    lines = html.unescape(nh3.clean(spaced, tags=set())).split("\n")
    return "\n\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def _even(mark: str) -> str:
    return " ".join(mark.casefold().split())


def _take_mark(state: StateInline, silent: bool) -> bool:
    found = _MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("number", "", 0).content = _even(found[1])
    state.pos = found.end()
    return True


def _show_mark(_of: Any, tokens: Sequence[Token], place: int, _options: Any, env: Any) -> str:
    number = env["numbers"].get(tokens[place].content)
    if number is None:
        return str(format_html('<span class="gone">{}</span>', _("[a number that is no longer in the record]")))
    words: Any = number.words
    if number.language and number.language != env["language"]:
        words = format_html('<span lang="{}">{}</span>', number.language, words)
    if number.address:
        words = format_html('<a href="{}">{}</a>', number.address, words)
    who = format_html(" ({})", _("says %(who)s") % {"who": number.who}) if number.who else ""
    disputed = format_html(' <span class="disputed">{}</span>', _("disputed")) if number.is_disputed else ""
    return str(format_html('<span class="number">{}{}{}</span>', words, who, disputed))


def _lower_headings(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2") else "h4"


class _Markdown(MarkdownIt):
    """Markdown in which links lead to the web and to mail alone."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (its name there)
        """Tell whether a link may be one."""
        return _LINK.fullmatch(url) is not None


def _markdown() -> MarkdownIt:
    made = _Markdown("commonmark", {"html": False, "breaks": True}).disable(["html_inline", "html_block", "image"])
    made.inline.ruler.before("link", "number", _take_mark)
    made.core.ruler.push("headings", lambda state: _lower_headings(state.tokens))
    made.add_render_rule("number", _show_mark)
    return made


_MARKDOWN = _markdown()
