"""The addresses of the room: signing in, one's own data, the first run, what waits for a second yes."""

from __future__ import annotations

from django.urls import path

from manyplaces.people.views import coordinators, own, proving, signing

app_name = "people"

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", signing.code, name="code"),
    path("sign-in/passkey/", signing.passkey, name="passkey"),
    path("sign-in/passkey/options.json", signing.options, name="options"),
    path("sign-in/recovery/", signing.recovery, name="recovery"),
    path("sign-in/again/", proving.prove, name="prove"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("first-run/", coordinators.first_run, name="first_run"),
    path("me/", own.me, name="me"),
    path("me/data.json", own.own_data, name="own_data"),
    path("me/address/", own.address, name="address"),
    path("me/sessions/", own.sessions, name="sessions"),
    path("me/passkeys/", own.passkeys, name="passkeys"),
    path("me/leave/", own.leave, name="leave"),
    path("desk/waiting/", coordinators.proposals, name="proposals"),
]
