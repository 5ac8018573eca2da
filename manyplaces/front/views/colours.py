"""What has the coalition's colour: one line of style, and the icon. Their addresses name the colour they have."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from manyplaces.front.assets import colour_sheet
from manyplaces.front.assets import icon as drawn_icon
from manyplaces.people.queries import coalition

FOR_EVER = "public, max-age=31536000, immutable"


def colour(request: HttpRequest, hue: str) -> HttpResponse:
    """The colour as a stylesheet; only the colour that is in force has an address."""
    return _lasting(colour_sheet(_in_force(hue)), "text/css; charset=utf-8")


def icon(request: HttpRequest, hue: str) -> HttpResponse:
    """The icon in the colour that is in force."""
    return _lasting(drawn_icon(_in_force(hue)), "image/svg+xml")


def favicon(request: HttpRequest) -> HttpResponse:
    """The icon at the address where browsers look for it by themselves."""
    return HttpResponse(drawn_icon(coalition().colour), "image/svg+xml")


def _in_force(hue: str) -> str:
    # Any other would be one more page to keep for everybody who makes up a colour.
    if coalition().hue != hue:
        raise Http404
    return f"#{hue}"


def _lasting(body: str, kind: str) -> HttpResponse:
    return HttpResponse(body, kind, headers={"Cache-Control": FOR_EVER})
