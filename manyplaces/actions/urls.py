"""The addresses of the room: the toolkit."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "actions"

urlpatterns: list[URLPattern] = []
