"""The addresses of the room: signing in, one's own data."""

from __future__ import annotations

from django.urls import path

from manyplaces.people.views import own, signing

app_name = "people"

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("me/", own.me, name="me"),
]
