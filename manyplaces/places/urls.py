"""The addresses of the room: finding a school."""

from __future__ import annotations

from django.urls import path

from manyplaces.places import views

app_name = "places"

urlpatterns = [path("places/find.json", views.find, name="find")]
