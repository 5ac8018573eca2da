"""The addresses of the room: the host's report and photos, their files, and asking for one to be taken down."""

from __future__ import annotations

from django.urls import re_path
from django.views.decorators.http import require_POST, require_safe

from manyplaces.reports import views
from manyplaces.reports.views import covering, photos, pictures

app_name = "reports"

# With the private link of the host's page in `events`, or that of a letter which asks how it went and can do no more.
LINK = r"^host/(?P<token>[-\w.]{10,90})"
FILE = r"(?P<file>[a-z0-9]{1,40}-[a-z]{1,10}\.(?:jpg|webp))$"

urlpatterns = [
    re_path(rf"{LINK}/report/$", views.report, name="report"),
    re_path(r"^host/(?P<token>[-\w]{10,60})/covered/$", covering.covered, name="covered"),
    re_path(rf"{LINK}/photos/$", photos.photos, name="photos"),
    re_path(rf"{LINK}/photos/part$", require_POST(photos.photo_part), name="photo_part"),
    re_path(rf"{LINK}/photos/(?P<key>p-[a-z0-9]{{1,18}})/$", photos.host_photo, name="host_photo"),
    re_path(rf"{LINK}/photos/{FILE}", require_safe(photos.host_picture), name="host_picture"),
    re_path(rf"^pictures/{FILE}", require_safe(pictures.picture), name="picture"),
    re_path(r"^photos/(?P<key>p-[a-z0-9]{1,18})/take-down/$", pictures.take_down, name="take_down"),
]
