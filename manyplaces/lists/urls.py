"""The addresses of the room: bringing a list, and what becomes of it."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "lists"

urlpatterns: list[URLPattern] = []
