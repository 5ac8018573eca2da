"""The addresses of the room: saying that one comes, and one's own page."""

from __future__ import annotations

from django.urls import re_path

from manyplaces.rsvps import views
from manyplaces.rsvps.views import relaying, sharing, texting

app_name = "rsvps"

EVENT = r"^events/(?P<key>[-\w.:]{1,60})/"

urlpatterns = [
    # With the key of one form, which makes sending it twice the same as sending it once; see manyplaces.gate.rush.
    re_path(EVENT + r"come/(?:(?P<form>[-\w]{22}|form)/)?$", views.come, name="come"),
    re_path(EVENT + r"come/letter/$", views.letter, name="letter"),
    re_path(r"^coming/(?P<token>[-\w.]{10,90})/$", views.coming, name="coming"),
    re_path(r"^given/(?P<token>[-\w]{22})/$", sharing.given, name="given"),
    # In a text, where there is little room; and what the gateway passes on of what people text back.
    re_path(r"^t/(?P<token>[-\w]{18})$", texting.short, name="short"),
    re_path(r"^texts/(?P<secret>[0-9a-f]{32})/?$", texting.texted, name="texted"),
    # The private link is that of the host's page in `events`.
    re_path(r"^host/(?P<token>[-\w]{10,60})/coming/$", relaying.guests, name="guests"),
    re_path(r"^host/(?P<token>[-\w]{10,60})/coming/message/$", relaying.message, name="message"),
]
