"""The addresses of the room: finding a school."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.http import require_safe

from manyplaces.places import views

app_name = "places"

urlpatterns = [path("places/find.json", require_safe(views.find), name="find")]
