"""The addresses of the room: the host's report."""

from __future__ import annotations

from django.urls import re_path

from manyplaces.reports import views

app_name = "reports"

urlpatterns = [
    # With the private link of the host's page in `events`, or that of a letter which asks for it and can do no more.
    re_path(r"^host/(?P<token>[-\w.]{10,90})/report/$", views.report, name="report"),
]
