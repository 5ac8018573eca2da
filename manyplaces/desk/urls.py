"""The addresses of the room: the desk."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from manyplaces.desk.views import coalition, journal, letters, organisations, stand

app_name = "desk"

urlpatterns: list[URLPattern] = [
    path("desk/", stand.stand, name="stand"),
    path("desk/letters/", letters.letters, name="letters"),
    path("desk/journal/", journal.journal, name="journal"),
    re_path(r"^desk/actions/(?P<slug>[-\w]{1,60})/needs\.csv$", stand.needs, name="needs"),
    path("desk/begin/", coalition.begin, name="begin"),
    path("desk/coalition/", coalition.coalition, name="coalition"),
    path("desk/organisations/", organisations.organisations, name="organisations"),
    path("desk/organisations/add/", organisations.add_organisation, name="add_organisation"),
    re_path(r"^desk/organisations/(?P<slug>[-\w]{1,80})/$", organisations.organisation, name="organisation"),
]
