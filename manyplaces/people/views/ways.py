"""What the pages of signing in share: the way on, the secret of the asking browser, and where passkeys belong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from manyplaces.core import throttle
from manyplaces.core.refusals import NotNow
from manyplaces.people.guard import cookie_name, origin_of, seat, set_own_cookie
from manyplaces.people.operations import Begun, Site, end_session
from manyplaces.people.queries import coalition
from manyplaces.people.rules import CODE_LIVES, KNOWN_FOR

HOUR = 3600.0
_known = TimestampSigner(salt="manyplaces.known")


def next_of(request: Any) -> str:
    """Return the path on our own site to which the person wanted to go; empty where none or another site was given."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")[:2000]
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_path and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def with_next(name: str, request: Any) -> str:
    """Return the address of a page that leads on to where the person wanted to go."""
    wanted = next_of(request)
    return f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted else reverse(name)


def onward(request: Any) -> HttpResponse:
    """Lead on to where the person wanted to go, or to the desk."""
    return redirect(next_of(request) or home_of_desk())


def home_of_desk() -> str:
    """Return the address of the page with which the desk begins."""
    for name in ("desk:stand", "people:me"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"


def browser_secret(request: Any) -> str:
    """Return the secret of the browser that asked for a code; empty where none did."""
    return str(request.COOKIES.get(cookie_name("asked"), ""))[:100]


def keep_browser_secret(response: HttpResponse, secret: str) -> None:
    """Bind what was asked for to this browser, for as long as a code lives."""
    set_own_cookie(response, "asked", secret, CODE_LIVES)


def known_person(request: Any) -> str:
    """Return the uid of the person who was signed in in this browser before; empty where nobody was."""
    try:
        return _known.unsign(request.COOKIES.get(cookie_name("known"), ""), max_age=KNOWN_FOR)
    except BadSignature:
        return ""


def enter(request: Any, begun: Begun, way: HttpResponse) -> HttpResponse:
    """Leave the new session in the browser, and that this person was here; what was signed in there before ends."""
    if request.session_row is not None:
        end_session(request.session_row, by=request.actor)
    seat(way, begun.secret)
    set_own_cookie(way, "known", _known.sign(begun.session.person.uid), KNOWN_FOR)
    forget_cookie(way, "asked")
    return way


def forget_cookie(response: HttpResponse, what: str) -> None:
    """Take a cookie away."""
    set_own_cookie(response, what, "", timedelta(0))


def site_of(request: Any) -> Site:
    """Return the site as browsers know it."""
    return Site(origin_of(request), coalition().name)


def not_too_many(request: Any, what: str, most: int) -> None:
    """Raise NotNow where too many came from one source within an hour."""
    source = throttle.source_of(request.META)
    if not throttle.take(source, what, most, HOUR):
        request.must_wait = throttle.wait(source, what)
        raise NotNow(throttle.too_many(request.must_wait))


def and_wait(request: Any, answer: HttpResponse) -> HttpResponse:
    """Return the answer, to programs too as one to who has to wait where `not_too_many` said so."""
    if seconds := getattr(request, "must_wait", 0):
        answer.status_code, answer["Retry-After"] = 429, str(seconds)
    return answer


REFUSALS = (ValidationError, PermissionDenied, NotNow)
