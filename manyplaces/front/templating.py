"""Jinja2 for the public pages: what every template may use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.translation import gettext as _
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from manyplaces.core import fuzzydates
from manyplaces.core.addresses import in_english
from manyplaces.core.localtimes import clock_words
from manyplaces.core.models import Bilingual
from manyplaces.core.words import fold, lead, paragraphs
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers, Phase, city_tally
from manyplaces.events.shapes.wording import clock, tactic_words, when_words
from manyplaces.front.assets import static_url
from manyplaces.front.drawings.map import dot_map, legend_svg
from manyplaces.front.drawings.sharing import dots_at, dots_of, dots_of_events
from manyplaces.front.drawings.thumbnail import small_map
from manyplaces.front.queries.action import StateRow
from manyplaces.front.shapes.around import miles_words
from manyplaces.front.shapes.posters import has_poster
from manyplaces.front.shapes.recaps import how_it_went, recap_text
from manyplaces.front.shapes.sharing import shared_action, shared_event
from manyplaces.front.shapes.standing import at_place, people_range
from manyplaces.front.shapes.wording import figure_signs, figure_words
from manyplaces.people.queries import coalition
from manyplaces.places.geometry import STATES, regions
from manyplaces.record.models import Claim
from manyplaces.record.rules import Metric

PACKAGE = Path(__file__).resolve().parent.parent


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend asks for."""
    options |= {"undefined": StrictUndefined, "loader": FileSystemLoader(sorted(PACKAGE.glob("*/templates")))}
    made = Environment(**options, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)  # noqa: S701 (the backend sets autoescape)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals.update(_given(), _=ours, gettext=ours)
    made.filters.update(
        number=number, date=date_words, day=day_words, host=host, lead=lead, paragraphs=paragraphs,
        spoken=figure_words, signs=figure_signs, people=people_range,
    )  # fmt: skip
    return made


def _given() -> dict[str, Any]:
    """What templates call by name."""
    return {
        "ngettext": counted, "site": Site(), "static": static_url, "to": to, "url": url,
        "in_language": translate_url, "form_of": form_of, "state_name": state_name, "said": said,
        "foreign": foreign, "title_of": title_of, "clock": clock, "when": when, "moment_words": moment_words,
        "at_place": at_place,
        "words_of": words_of, "turnouts": turnouts, "phase_names": phase_names, "dots_of": dots_of,
        "dots_at": dots_at, "dots_of_events": dots_of_events, "by_name": by_name, "tactic_of": tactic_of,
        "miles_words": miles_words, "dot_map": dot_map, "legend": legend_svg, "small_map": small_map,
        "shared_action": shared_action, "shared_event": shared_event, "has_poster": has_poster, "map_regions": regions,
        "recap_text": recap_text, "how_it_went": how_it_went,
    }  # fmt: skip


class Site:
    """What templates call `site`: its address, and what the coalition says of itself, read when first asked for."""

    @property
    def url(self) -> str:
        """The public address, without a slash at its end."""
        return str(settings.SITE_URL).rstrip("/")

    @property
    def tiles(self) -> str:
        """The address of the operator's tile server; empty where there is none."""
        return str(settings.TILES)

    @property
    def tiles_credit(self) -> str:
        """Whom the map thanks for its streets."""
        return str(settings.TILES_CREDIT)

    @property
    def forget_days(self) -> int:
        """How many days after an event what its attendees left is destroyed."""
        return int(settings.FORGET_DAYS)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(coalition(), name)


def where(request: HttpRequest) -> dict[str, Any]:
    """Return what every page of every room is given: its language, and its addresses in both."""
    return {
        "lang": _language(),
        "path": request.path,
        "paths": _paths(in_english(request.path)) or dict.fromkeys(("en", "es"), request.path),
    }


# Django's table of addresses takes long and says the same each time, in the language that is on; so too `_address`.
@lru_cache(maxsize=512)
def _paths(english: str) -> dict[str, str]:
    """Return the address of a page in each language; empty where there is no such page, or one for all of them."""
    with translation.override("en"):
        spanish = translate_url(english, "es")
    return {} if spanish == english else {"en": english, "es": spanish}


def ours(text: str, /, **named: Any) -> Markup:
    """Return a text of ours in the page's language; what is named is escaped. Jinja2's own way is longer."""
    found = Markup(translation.gettext(text))  # noqa: S704 (our own text)
    return found % named if "%" in found else found


def counted(one: str, many: str, count: int, /, **named: Any) -> Markup:
    """Return the sentence for so many; `num` in it is the number with its thousands apart, what is named is escaped."""
    return Markup(translation.ngettext(one, many, count)) % {"num": number(count), **named}  # noqa: S704 (our own text)


def to(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page of the front, such as `to("action", action.slug)`."""
    return _address(f"front:{name}", args, tuple(kwargs.items()), _language())


@lru_cache(maxsize=2_048)
def _address(name: str, args: tuple[Any, ...], named: tuple[tuple[str, Any], ...], _here: str) -> str:
    return reverse(name, args=args, kwargs=dict(named))


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page of any room, such as `url("events:commit", action.slug)`."""
    return reverse(name, args=args, kwargs=kwargs)


def form_of(path: str, form: str) -> str:
    """Return the address of another form of a page: of /actions/oct2025/ in "ics" it is /actions/oct2025.ics."""
    return f"{path}index.{form}" if path in ("/", "/es/") else f"{path.rstrip('/')}.{form}"


def number(value: int | None) -> str:
    """Return a number with its thousands apart, as English and the Spanish of the United States write it."""
    return "" if value is None else f"{value:,}"


def date_words(text: str) -> str:
    """Return an EDTF date in the words of the page's language."""
    return fuzzydates.words(text, _language()) if text else ""


def day_words(text: str) -> str:
    """Return an EDTF date in words, without its year."""
    return fuzzydates.short_words(text, _language()) if text else ""


def state_name(code: str) -> str:
    """Return a state's name in the page's language."""
    names = STATES.get(code, (code, code))
    return names[1] if _language() == "es" else names[0]


def host(link: str) -> str:
    """Return the host of a web address, without www."""
    return link.partition("://")[2].partition("/")[0].removeprefix("www.")


def said(row: Bilingual, field: str) -> Markup:
    """Return a text of a row in the page's language; one that was never translated is marked with its own."""
    language = _language()
    translated: Any = getattr(row, f"{field}_es", "")
    text = row.text(field, language)
    return escape(text) if translated and language == "es" else foreign(text, coalition().plain_language)


def foreign(text: str, language: str = "en") -> Markup:
    """Return a text as its source has it, marked with its language where the page is in another."""
    if not text or language == _language():
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(language, text)


def words_of(claim: Claim) -> Markup:
    """Return the words of a claim; a bare number gets its thousands apart."""
    plain = claim.value_words
    return escape(number(int(plain))) if plain.isascii() and plain.isdigit() else foreign(plain)


def turnouts(event: Event) -> list[Claim]:
    """Return what was said about how many people came to an event; its claims must be loaded."""
    return [claim for claim in event.claims.all() if claim.metric == Metric.PEOPLE]


def title_of(event: Event) -> str:
    """Return what an event is called: its place, what it stands for, or its tactic where no place is known."""
    if event.covers == Covers.CITY:
        return _("Whole city: %(words)s") % {"words": city_tally(event.venue) or event.venue or event.city.name}
    if event.public_place:
        return event.public_place.name
    if event.public_venue:
        return event.public_venue[:1].upper() + event.public_venue[1:]
    what = tactic_words(event) or _("event")
    if event.is_shielded:
        return _("%(tactic)s, place not shown") % {"tactic": what[:1].upper() + what[1:]}
    return _("%(tactic)s, place not recorded") % {"tactic": what[:1].upper() + what[1:]}


def tactic_of(event: Event) -> Markup:
    """Return the tactic of an event in the page's language, or in the source's words where it is an unusual one."""
    words = tactic_words(event)
    return foreign(words) if words == event.tactic_words else escape(words)


def when(event: Event) -> str:
    """Return when an event is to take place, as `when_words` says it, in the page's language."""
    return when_words(event, _language())


def moment_words(moment: datetime.datetime) -> str:
    """Return a day and hour as the clock of its zone shows them: "October 1, 2027, 9:00 a.m."."""
    return f"{date_words(moment.date().isoformat())}, {clock_words(moment.time())}"


def phase_names() -> dict[str, str]:
    """Return what each phase of an event is called, for lists too long to ask row by row."""
    return {phase.value: str(phase.label) for phase in Phase}


def by_name(states: Iterable[StateRow]) -> list[StateRow]:
    """Return states in the order of their names in the page's language."""
    return sorted(states, key=lambda state: fold(state_name(state.code)))


def _language() -> str:
    return translation.get_language() or "en"
