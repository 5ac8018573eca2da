"""The files served as they are and their addresses; and what is drawn in the coalition's colour."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from manyplaces.front.drawings.map import outline_svg
from manyplaces.front.fonts import fonts
from manyplaces.places.geometry import counties

FOLDER = Path(__file__).resolve().parent / "static"
TYPES = {".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
# A poster is drawn for whoever wants to print it, a press kit packed for who quotes; neither for who reads every page.
ROBOTS = "User-agent: *\nDisallow: /*/poster.pdf\nDisallow: /*/press-kit.zip\nAllow: /\n"
# Many dots of one colour around a large one: one action in many places.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="{colour}">
<circle cx="16" cy="16" r="7"/><circle cx="16" cy="4" r="3"/><circle cx="16" cy="28" r="3"/>
<circle cx="4" cy="16" r="3"/><circle cx="28" cy="16" r="3"/><circle cx="7.5" cy="7.5" r="2"/>
<circle cx="24.5" cy="7.5" r="2"/><circle cx="7.5" cy="24.5" r="2"/><circle cx="24.5" cy="24.5" r="2"/></g></svg>
"""


@dataclass(frozen=True)
class Asset:
    """One file: its path on the site, its type, its bytes, and whether the path names the content and never changes."""

    path: str
    content_type: str
    body: bytes
    immutable: bool = False


def static_url(name: str) -> str:
    """Return the address of the file `name` that changes with its content; raises KeyError for an unknown name."""
    return _addresses()[name]


@cache
def assets() -> tuple[Asset, ...]:
    """Return everything that is served as it is, each file under its name and under the name of its content."""
    served: list[Asset] = []
    for name, body in _files().items():
        kind = _content_type(name)
        served += [Asset(f"/static/{name}", kind, body), Asset(static_url(name), kind, body, immutable=True)]
    # What keeps a page for where there is no signal must lie above that page.
    served.append(Asset("/offline.js", TYPES[".js"], _files()["offline.js"]))
    return (*served, Asset("/robots.txt", "text/plain; charset=utf-8", ROBOTS.encode()))


def colour_sheet(colour: str) -> str:
    """Return the stylesheet that says which colour (as #rrggbb) is the coalition's."""
    return f":root {{ --coalition: {colour}; }}\n"


def icon(colour: str) -> str:
    """Return the site's icon in a colour as #rrggbb, as SVG."""
    return ICON.format(colour=colour)


@cache
def _addresses() -> dict[str, str]:
    return {name: _address(name, body) for name, body in _files().items()}


@cache
def _files() -> dict[str, bytes]:
    found = {"states.svg": outline_svg().encode(), **fonts(Path(settings.ASSETS_FOLDER))}
    # A file for each state: whoever looks at one place closely fetches only what lies there.
    for code, state in counties().items():
        found[f"counties-{code.lower()}.json"] = json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()
    for file in sorted(FOLDER.glob("*")):
        if file.is_file() and not file.name.startswith("."):
            found[file.name] = file.read_bytes()
    # Stylesheets name fonts and pictures, so their own content is known only after that of the others.
    known = {name: _address(name, body) for name, body in found.items() if not name.endswith(".css")}
    return {name: _styled(body, known) if name.endswith(".css") else body for name, body in found.items()}


def _styled(body: bytes, known: dict[str, str]) -> bytes:
    return re.sub(r"/static/([\w.-]+)", lambda found: known.get(found[1], found[0]), body.decode()).encode()


def _address(name: str, body: bytes) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"/static/{stem}.{hashlib.sha256(body).hexdigest()[:8]}{dot}{ending}"


def _content_type(name: str) -> str:
    return TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
