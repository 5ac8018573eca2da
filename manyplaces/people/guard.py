"""Who is at the door: the middleware that recognises a signed-in person, and what a page asks of one.

Every request has `request.actor` afterwards (a visitor without rights where nobody is signed in), `request.session_row`
and `request.person`, both None for a visitor. Who still owes the passkey beside the letter's code has a person but no
rights, and `request.lacks_passkey` is true. A POST in a session must carry the session's form token; one of a
page that is stored for everybody has none and is a visitor's. A visitor's POST must come from our own
pages, so that no other site can send forms in a visitor's name.

The cookie holds the session's secret and, signed, when it was last shown: that is how a session ends when nobody uses
it, though reading a page writes nothing.
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
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from manyplaces.core.actor import Actor
from manyplaces.core.addresses import is_link, is_personal
from manyplaces.core.tokens import digest
from manyplaces.people.models import Person, RoleGrant, Session
from manyplaces.people.rules import FRESH, IDLE, LONGEST, Role, has_role, may

VISITOR = Actor("visitor", "page")
FORM_TOKEN = "form_token"  # noqa: S105 (the name of a field)
LOOPBACK = ("127.0.0.1", "::1")
# The signed time in the cookie is made anew when it is older than this, so that not every answer sets a cookie.
RENEWED_AFTER = timedelta(minutes=1)

View = Callable[..., HttpResponse]


def cookie_name(what: str = "session") -> str:
    """Return a cookie's name; on an encrypted site one that browsers bind to exactly this host."""
    return f"__Host-{what}" if is_encrypted() else what


def is_encrypted() -> bool:
    """Tell whether the site is served over https."""
    return settings.SITE_URL.startswith("https://")


def set_own_cookie(response: HttpResponseBase, what: str, text: str, longest: timedelta) -> None:
    """Set a cookie that no script reads and no other site sends along with a form."""
    response.set_cookie(
        cookie_name(what), text, max_age=longest, httponly=True, secure=is_encrypted(), samesite="Lax", path="/"
    )


def seat(response: HttpResponseBase, secret: str) -> None:
    """Leave a session's secret in the browser, with the time."""
    set_own_cookie(response, "session", session_cookie(secret), LONGEST)


def session_cookie(secret: str) -> str:
    """Return the text of the session's cookie: its secret and the time, signed."""
    return signer().sign(secret)


def recognise(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's middleware that says who acts."""

    def recognised(request: Any) -> HttpResponseBase:
        _be_visitor(request)
        secret = _secret(request)
        if secret:
            _recognise(request, secret)
        if request.method == "POST":
            if FORM_TOKEN not in request.POST and not is_personal(request.path):
                # A form of a page that is stored for everybody: who sends it acts as everybody may.
                _be_visitor(request)
            if not _is_ours(request):
                return _refused(request)
        response = get_response(request)
        if request.session_row is not None:
            response.setdefault("Cache-Control", "no-store")
            _renew(request, response, secret)
        return response

    return recognised


def _be_visitor(request: Any) -> None:
    request.actor, request.person, request.session_row, request.form_token = VISITOR, None, None, ""
    request.lacks_passkey = False


def signer() -> TimestampSigner:
    """Return what signs the session's cookie."""
    return TimestampSigner(salt="manyplaces.session")


def _secret(request: Any) -> str:
    """Return the session's secret from the cookie; empty where there is none or nobody showed it for too long."""
    try:
        return signer().unsign(request.COOKIES.get(cookie_name(), ""), max_age=IDLE)
    except BadSignature:
        return ""


def _renew(request: Any, response: HttpResponseBase, secret: str) -> None:
    if cookie_name() in response.cookies:
        return
    try:
        signer().unsign(request.COOKIES[cookie_name()], max_age=RENEWED_AFTER)
    except BadSignature:
        seat(response, secret)


def _recognise(request: Any, secret: str) -> None:
    now = timezone.now()
    alive = Session.objects.select_related("person").filter(made_at__gt=now - LONGEST, person__disabled_at=None)
    session = alive.filter(digest=digest(secret)).first()
    if session is None:
        return
    request.session_row, request.person = session, session.person
    request.form_token = form_token(secret)
    actor = actor_of(session.person)
    request.lacks_passkey = not session.is_strong and _owes_passkey(request, session, actor)
    # Without rights nothing can be seen or done, whatever a page forgets to ask.
    request.actor = Actor(actor.name, "page", person=actor.person) if request.lacks_passkey else actor


def _owes_passkey(request: Any, session: Session, actor: Actor) -> bool:
    wanted = session.wants_passkey or any(grant.role == Role.NATIONAL for grant in actor.grants)
    return wanted and passkeys_work(request)


def passkeys_work(request: Any) -> bool:
    """Tell whether browsers offer passkeys here: nowhere on a bare number, so a trial on 127.0.0.1 goes without.

    A site that others can reach never goes without, whichever name a request gives.
    """
    return settings.ENVIRONMENT.is_public or urlsplit(f"//{request.get_host()}").hostname not in LOOPBACK


def origin_of(request: Any) -> str:
    """Return the origin under which browsers know this site: the public one, or the local name that was asked for."""
    if settings.ENVIRONMENT.is_public:
        address = urlsplit(settings.SITE_URL)
        return f"{address.scheme}://{address.netloc}"
    return f"{request.scheme}://{request.get_host()}"


def actor_of(person: Person, door: str = "page") -> Actor:
    """Return the person as operations are told, with the rights that are in force; a closed account has none."""
    held = RoleGrant.objects.in_force(timezone.localdate()).filter(person=person, person__disabled_at=None)
    return Actor(person.alias, door, person=person.pk, grants=tuple(grant.as_grant() for grant in held))


def form_token(secret: str) -> str:
    """Return what every form of a session carries; it cannot be made without the cookie."""
    return hmac.digest(secret.encode(), b"form", "sha256").hex()[:32]


def _is_ours(request: Any) -> bool:
    """Tell whether a POST was sent by one of our own pages."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return False
    if request.session_row is not None:
        return hmac.compare_digest(request.POST.get(FORM_TOKEN, "").encode(), request.form_token.encode())
    # A browser names where a form comes from; a program that has neither cookie nor page sends nothing.
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    if origin == "null" and is_link(request.path):
        # The page of a private link tells nobody its address. Whoever sends its form knows the link.
        return True
    return not origin or urlsplit(origin).netloc == request.get_host()


def _refused(request: Any) -> HttpResponse:
    """Refuse a form that is not ours; one of our own pages from before somebody signed in is kept to be sent again."""
    if request.session_row is None or not _comes_from_here(request) or request.FILES:
        raise PermissionDenied
    if request.path in (reverse("people:sign_in"), reverse("people:code")):
        # Back, and the same code once more: the page itself leads on who is signed in.
        return redirect(f"{request.path}?{urlencode({'next': request.POST.get('next', '')})}")
    shown = {"carried": typed(request), "is_again": True, "has_one": False}
    return render(request, "people/prove.html", shown, status=403)


def _comes_from_here(request: Any) -> bool:
    """Tell whether the browser says that the form was on a page of ours, which it does of every form."""
    is_other = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    return not is_other and urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def typed(request: Any, but: str = "") -> list[tuple[str, str]]:
    """Return the fields of a form as name and text, without the session's token and those that begin with `but`."""
    fields = ((name, text) for name, texts in request.POST.lists() for text in texts if name != FORM_TOKEN)
    return [(name, text) for name, text in fields if not but or not name.startswith(but)]


def for_roles(*roles: str) -> Callable[[View], View]:
    """Return a decorator for pages of people with one of the roles (anywhere); without roles, for everybody signed in.

    A visitor is led to sign in and back; who owes the passkey is led there; somebody without the role gets 403. Which
    rows he sees and what he may do with them is for queries and operations to say.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.person is None:
                return led_to("people:sign_in", request)
            if request.lacks_passkey:
                return led_to("people:passkey", request)
            if roles and not has_role(request.actor, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def for_nationals(view: View) -> View:
    """Decorate a page about the whole coalition: who is national coordinator of one action alone gets 403 as well."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.actor, Role.NATIONAL):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return for_roles(Role.NATIONAL)(guarded)


def is_fresh(request: Any) -> bool:
    """Tell whether whoever is signed in proved to be present within the last 5 minutes."""
    return bool(request.session_row.was_proved_within(FRESH, timezone.now()))


def led_to(name: str, request: Any) -> HttpResponse:
    """Return the way to another page, and back to this one afterwards."""
    return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")
