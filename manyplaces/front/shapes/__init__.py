"""The pages in the forms that programs read: JSON, and schema.org's words inside the HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from manyplaces.front.shapes import around, linked, lives, pages
from manyplaces.front.shapes.pieces import Shape
from manyplaces.front.shapes.wording import in_language

# What a page shows, by its name: (page, language) to what becomes its JSON.
SHAPES: dict[str, Callable[[Any, str], Shape]] = {
    "home": in_language(pages.home),
    "action": in_language(pages.action),
    "numbers": in_language(pages.numbers),
    "media": in_language(pages.media),
    "near": in_language(around.near),
    "state": in_language(pages.state),
    "city": in_language(pages.city),
    "event": in_language(pages.event),
    "place": in_language(lives.place),
    "organisation": in_language(lives.organisation),
    "record": in_language(lives.record),
    "coalition": in_language(lives.coalition_page),
    "search": in_language(lives.search),
}

# The same in JSON-LD, by the page's name: (page, language) to what stands in a script of type application/ld+json.
LINKED: dict[str, Callable[[Any, str], Markup]] = {
    name: in_language(linked.in_script(make)) for name, make in linked.MAKERS.items()
}
