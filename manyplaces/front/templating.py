"""Jinja2 for the public pages: what every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from manyplaces.core import fuzzydates
from manyplaces.front.assets import static_url
from manyplaces.places.geometry import STATES


def environment(**options: Any) -> Environment:
    """Return the environment that Django's Jinja2 backend asks for."""
    options["loader"] = options["loader"]
    made = Environment(  # noqa: S701 (the backend sets autoescape)
        **options, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    made.globals.update(
        site={"name": settings.SITE_NAME, "url": settings.SITE_URL, "colour": settings.SITE_COLOUR},
        static=static_url,
        to=to,
        state_name=state_name,
    )
    made.filters.update(number=number, date=date_words, day=day_words, host=host)
    return made


def to(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page of the front, such as `to("action", action.slug)`."""
    return reverse(f"front:{name}", args=args, kwargs=kwargs)


def number(value: int | None) -> str:
    """Return a number with its thousands apart, as English and the Spanish of the United States write it."""
    return "" if value is None else f"{value:,}"


def date_words(text: str) -> str:
    """Return an EDTF date in the words of the page's language."""
    return fuzzydates.words(text, translation.get_language() or "en") if text else ""


def day_words(text: str) -> str:
    """Return an EDTF date in words, without its year."""
    return fuzzydates.short_words(text, translation.get_language() or "en") if text else ""


def state_name(code: str) -> str:
    """Return a state's name in the page's language."""
    names = STATES.get(code, (code, code))
    return names[1] if translation.get_language() == "es" else names[0]


def host(link: str) -> str:
    """Return the host of a web address, without www."""
    return link.partition("://")[2].partition("/")[0].removeprefix("www.")
