"""The absolute addresses of pages and of their further forms, as they stand in JSON, calendars and feeds."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from manyplaces.places.models import City

# The signs that need no percent in a path, as the router of pages has them.
PLAIN = "!*'();:@&=+$,/~"


def absolute(path: str, language: str) -> str:
    """Return the absolute address of `path` (begins with a slash) in a language; Spanish stands under /es/."""
    return f"{settings.SITE_URL}{'/es' if language == 'es' else ''}{path}"


def host() -> str:
    """Return the name of this site's host, without a port."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def home(language: str) -> str:
    """The first page."""
    return absolute("/", language)


def action(slug: str, language: str) -> str:
    """One action."""
    return absolute(f"/actions/{slug}/", language)


def numbers(slug: str, language: str, metric: str = "") -> str:
    """All numbers of an action, or the place on that page where those of one metric stand."""
    return absolute(f"/actions/{slug}/numbers/", language) + (f"#{metric}" if metric else "")


def media(slug: str, language: str, key: str = "") -> str:
    """All media hits of an action, or the place on that page where one of them stands."""
    return absolute(f"/actions/{slug}/media/", language) + (f"#{quote(key, safe=PLAIN)}" if key else "")


def near(slug: str, language: str) -> str:
    """What of an action is near somebody."""
    return absolute(f"/actions/{slug}/near/", language)


def card(slug: str, language: str) -> str:
    """The picture that a shared link to an action shows."""
    return absolute(f"/actions/{slug}/card.png", language)


def state(slug: str, code: str, language: str) -> str:
    """One state within an action."""
    return absolute(f"/actions/{slug}/{code.lower()}/", language)


def city(slug: str, where: City, language: str) -> str:
    """One city within an action."""
    return absolute(f"/actions/{slug}/{where.state.lower()}/{where.slug}/", language)


def event(key: str, language: str) -> str:
    """One event."""
    return absolute(f"/events/{quote(key, safe=PLAIN)}/", language)


def place(key: str, language: str) -> str:
    """One place."""
    return absolute(f"/places/{key}/", language)


def organisation(slug: str, language: str) -> str:
    """One organisation."""
    return absolute(f"/organisations/{slug}/", language)


def record(language: str) -> str:
    """What the record holds."""
    return absolute("/about/data/", language)


def coalition(language: str) -> str:
    """Who keeps this site."""
    return absolute("/about/coalition/", language)


def search(query: str, language: str) -> str:
    """What is found for a query."""
    return absolute("/search/", language) + (f"?{urlencode({'q': query})}" if query else "")


def picture(name: str) -> str:
    """The file of a picture; the same in every language."""
    return absolute(f"/pictures/{name}", "en")


def table(name: str) -> str:
    """One table of the record as CSV; the same in every language."""
    return absolute(f"/about/data/{name}.csv", "en")


def form_of(page: str, form: str) -> str:
    """Return the address of the page at `page` in another form, such as json or ics; a query stays behind it."""
    bare, mark, query = page.partition("?")
    stem = f"{bare}index" if bare in (home("en"), home("es")) else bare.removesuffix("/")
    return f"{stem}.{form}{mark}{query}"
