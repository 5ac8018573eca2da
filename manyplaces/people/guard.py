"""Who is at the door: the middleware that recognises a signed-in person, and what a page asks of one.

Every request has `request.actor` afterwards (a visitor without rights where nobody is signed in), `request.session_row`
and `request.person`, both None for a visitor. A POST in a session must carry the session's form token; a POST without
a session must come from our own pages, so that no other site can send forms in a visitor's name.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from manyplaces.core.actor import Actor
from manyplaces.core.tokens import digest
from manyplaces.people.models import Person, RoleGrant, Session
from manyplaces.people.rules import has_role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
VISITOR = Actor("visitor", "page")
FORM_TOKEN = "form_token"  # noqa: S105 (the name of a field)

View = Callable[..., HttpResponse]


def cookie_name() -> str:
    """Return the session cookie's name; on an encrypted site one that browsers bind to exactly this host."""
    return "__Host-session" if settings.SITE_URL.startswith("https://") else "session"


def recognise(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's middleware that says who acts."""

    def recognised(request: Any) -> HttpResponseBase:
        request.actor, request.person, request.session_row, request.form_token = VISITOR, None, None, ""
        secret = request.COOKIES.get(cookie_name(), "")
        if secret:
            _recognise(request, secret)
        if request.method == "POST" and not _is_ours(request):
            raise PermissionDenied
        response = get_response(request)
        if request.session_row is not None:
            response.setdefault("Cache-Control", "no-store")
        return response

    return recognised


def _recognise(request: Any, secret: str) -> None:
    now = timezone.now()
    alive = Q(seen_at__gt=now - IDLE, made_at__gt=now - LONGEST, person__disabled_at=None)
    session = Session.objects.select_related("person").filter(alive, digest=digest(secret)).first()
    if session is None:
        return
    request.session_row, request.person = session, session.person
    request.actor = actor_of(session.person)
    request.form_token = form_token(secret)


def actor_of(person: Person, door: str = "page") -> Actor:
    """Return the person as operations are told, with the rights that are in force today; one query."""
    today = timezone.localdate()
    held = RoleGrant.objects.filter(Q(until=None) | Q(until__gte=today), person=person)
    return Actor(person.alias, door, person=person.pk, grants=tuple(grant.as_grant() for grant in held))


def form_token(secret: str) -> str:
    """Return what every form of a session carries; it cannot be made without the cookie."""
    return hmac.digest(secret.encode(), b"form", "sha256").hex()[:32]


def _is_ours(request: Any) -> bool:
    """Tell whether a POST was sent by one of our own pages."""
    if request.session_row is not None:
        return hmac.compare_digest(request.POST.get(FORM_TOKEN, ""), request.form_token)
    # A browser names where a form comes from; a program that has neither cookie nor page sends nothing.
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    return not origin or urlsplit(origin).netloc == request.get_host()


def for_roles(*roles: str) -> Callable[[View], View]:
    """Return a decorator for pages of people with one of the roles (anywhere); without roles, for everybody signed in.

    A visitor is led to sign in and back; somebody without the role gets 403. Which rows he sees and what he may do
    with them is for queries and operations to say.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.person is None:
                return redirect(f"{reverse('people:sign_in')}?{urlencode({'next': request.get_full_path()})}")
            if roles and not has_role(request.actor, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate
