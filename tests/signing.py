"""People with an account and a real session, for tests that knock at the pages as somebody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from manyplaces.core.actor import Grant
from manyplaces.core.contacts import read_email
from manyplaces.core.tokens import digest, new_token
from manyplaces.people.guard import FORM_TOKEN, cookie_name, form_token, session_cookie
from manyplaces.people.models import Person, RoleGrant, Session


class SignedIn(Client):
    """A browser in which somebody is signed in; `post_form` adds what every form of the session carries."""

    form_token = ""

    def post_form(self, url: str, data: dict[str, Any] | None = None, **further: Any) -> HttpResponse:
        """Send a form as a page of ours would."""
        answer: Any = self.post(url, {FORM_TOKEN: self.form_token, **(data or {})}, **further)
        return answer  # type: ignore[no-any-return]


def person_with(*grants: Grant, alias: str = "Nia", email: str = "", language: str = "en") -> Person:
    """Somebody with an account and these rights; the one who has the address already, if anybody."""
    person = Person(alias=alias, language=language)
    person.set_contact(email=read_email(email or f"{alias}@example.org"))
    known = Person.objects.filter(email_hash=person.email_hash).first()
    if known is None:
        person.save()
    person = known or person
    for grant in grants:
        RoleGrant.objects.get_or_create(
            person=person, role=grant.role, action=grant.action, state=grant.state, city=grant.city
        )
    return person


def new_session(person: Person, *, strong: bool = True) -> str:
    """Begin a session just now and return its secret."""
    secret, now = new_token(), timezone.now()
    Session.objects.create(person=person, digest=digest(secret), made_at=now, proved_at=now, is_strong=strong)
    return secret


def signed_in(client: Client | None, person: Person, strong: bool = True) -> SignedIn:
    """A test client of its own in which this person is signed in; `client`, where given, is signed in as well."""
    secret = new_session(person, strong=strong)
    browser = SignedIn()
    browser.form_token = form_token(secret)
    for one in (browser, client):
        if one is not None:
            one.cookies[cookie_name()] = session_cookie(secret)
    return browser
