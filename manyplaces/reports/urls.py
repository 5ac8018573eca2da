"""The addresses of the room: the host's report."""

from __future__ import annotations

from django.urls import re_path

from manyplaces.reports import views

app_name = "reports"

urlpatterns = [
    # The private link is that of the host's page in `events`.
    re_path(r"^host/(?P<token>[-\w]{10,60})/report/$", views.report, name="report"),
]
