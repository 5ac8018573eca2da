"""Turns what a page shows into an answer: HTML, JSON, a calendar or a feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import translate_url

from manyplaces.core.addresses import is_personal
from manyplaces.front import feeds, shapes
from manyplaces.people import queries

Maker = Callable[[Any, str], bytes]

CALENDARS: dict[str, Maker] = {
    "action": feeds.action_calendar,
    "state": feeds.state_calendar,
    "city": feeds.city_calendar,
    "event": feeds.event_calendar,
    "near": feeds.near_calendar,
}
ATOMS: dict[str, Maker] = {"home": feeds.home_atom, "action": feeds.action_atom}
_overheard: ContextVar[list[tuple[str, Any]] | None] = ContextVar("overheard", default=None)


@contextmanager
def overheard() -> Iterator[list[tuple[str, Any]]]:
    """Give which pages, by name, are answered with until the end of the `with`; their other forms show the same."""
    heard: list[tuple[str, Any]] = []
    before = _overheard.set(heard)
    try:
        yield heard
    finally:
        _overheard.reset(before)


def read_once(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's middleware within which the coalition is read from the database once at most."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        with queries.read_once():
            return get_response(request)

    return answered


def in_offered_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's middleware that leads from a public page in a language that is not offered to one that is.

    Data for programs stay where they are, and so do the desk, private links and what a letter leads to.
    """

    def led(request: HttpRequest) -> HttpResponseBase:
        path = request.path
        if request.method == "GET" and path.endswith("/") and not (is_personal(path) or "/letters/" in path):
            here, codes = request.get_full_path(), queries.coalition().codes
            # What is no page of ours has no address in another language: it is not found, in words that are offered.
            if request.LANGUAGE_CODE not in codes and (there := translate_url(here, codes[0])) != here:
                return redirect(there)
        return get_response(request)

    return led


def answer(request: HttpRequest, name: str, page: Any, form: str) -> HttpResponse:
    """Answer with the page `name` in `form` ("html", "json", "ics" or "atom")."""
    language = request.LANGUAGE_CODE
    if (heard := _overheard.get()) is not None:
        heard.append((name, page))
    if form == "html":
        return render(request, f"front/{name}.html", context_of(request, name, page))
    if form == "json":
        shape = shapes.SHAPES[name](page, language)
        return JsonResponse(shape, json_dumps_params={"ensure_ascii": False})
    if form == "ics" and name in CALENDARS:
        return HttpResponse(CALENDARS[name](page, language), "text/calendar; charset=utf-8")
    if form == "atom" and name in ATOMS:
        return HttpResponse(ATOMS[name](page, language), "application/atom+xml; charset=utf-8")
    raise Http404


def context_of(request: HttpRequest, name: str, page: Any) -> dict[str, Any]:
    """Return what the templates of the front are given beside `templating.where`: the page, its name, its data."""
    language = getattr(request, "LANGUAGE_CODE", "en")
    return {
        "page": page,
        "name": name,
        "linked": shapes.LINKED[name](page, language) if name in shapes.LINKED else None,
    }
