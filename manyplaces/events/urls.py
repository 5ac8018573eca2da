"""The addresses of the room: committing, a host's private page."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "events"

urlpatterns: list[URLPattern] = []
