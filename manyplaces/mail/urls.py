"""The addresses of the room: unsubscribing, the state of the worker."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "mail"

urlpatterns: list[URLPattern] = []
