"""The addresses of pages; the same address with .json, .ics or .atom instead of its last slash is the same page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from manyplaces.front.views import colours, near, pages, sharing

app_name = "front"

SLUG = r"(?P<slug>[-\w]{1,60})"
STATE = r"(?P<state>[a-z]{2})"
EVENT = r"(?P<key>[-\w.:]{1,60})"


def _page(view: Callable[..., HttpResponse], address: str, *, forms: tuple[str, ...] = ("json",)) -> list[URLPattern]:
    """Return the page at `address` and each further form of it; `address` is a pattern without its last slash."""
    name, view = view.__name__, require_safe(view)
    bare = address or "index"
    found = [re_path(rf"^{address}/$" if address else r"^$", view, name=name)]
    return found + [re_path(rf"^{bare}\.{form}$", view, {"form": form}, name=f"{name}_{form}") for form in forms]


urlpatterns = [
    *_page(pages.home, "", forms=("json", "atom")),
    path("actions/", RedirectView.as_view(pattern_name="front:home"), name="actions"),
    re_path(r"^favicon\.(?:svg|ico)$", require_safe(colours.favicon), name="favicon"),
    re_path(r"^colour/(?P<hue>[0-9a-f]{6})\.css$", require_safe(colours.colour), name="colour"),
    re_path(r"^colour/(?P<hue>[0-9a-f]{6})\.svg$", require_safe(colours.icon), name="icon"),
    *_page(pages.search, "search"),
    *_page(pages.record, "about/data"),
    *_page(pages.coalition, "about/coalition"),
    *_page(pages.action, rf"actions/{SLUG}", forms=("json", "ics", "atom")),
    *_page(pages.numbers, rf"actions/{SLUG}/numbers"),
    *_page(pages.media, rf"actions/{SLUG}/media"),
    *_page(near.near, rf"actions/{SLUG}/near", forms=("json", "ics")),
    re_path(rf"^actions/{SLUG}/card\.png$", require_safe(pages.card), name="card"),
    re_path(rf"^actions/{SLUG}/tally\.json$", require_safe(pages.tally), name="tally"),
    re_path(rf"^actions/{SLUG}/poster\.pdf$", require_safe(sharing.action_poster), name="action_poster"),
    re_path(rf"^actions/{SLUG}/qr\.svg$", require_safe(sharing.action_qr), name="action_qr"),
    re_path(rf"^actions/{SLUG}/points\.bin$", require_safe(pages.points), name="points"),
    re_path(rf"^actions/{SLUG}/points/(?P<part>\d{{1,5}})\.json$", require_safe(pages.points_part), name="points_part"),
    *_page(pages.state, rf"actions/{SLUG}/{STATE}", forms=("json", "ics")),
    *_page(pages.city, rf"actions/{SLUG}/{STATE}/(?P<city>[-\w]{{1,100}})", forms=("json", "ics")),
    *_page(pages.event, rf"events/{EVENT}", forms=("json", "ics")),
    re_path(rf"^events/{EVENT}/poster\.pdf$", require_safe(sharing.event_poster), name="event_poster"),
    re_path(rf"^events/{EVENT}/qr\.svg$", require_safe(sharing.event_qr), name="event_qr"),
    *_page(pages.place, r"places/(?P<key>[-\w]{1,120})"),
    *_page(pages.organisation, r"organisations/(?P<slug>[-\w]{1,80})"),
]
