"""The addresses of the room: the toolkit and its files."""

from __future__ import annotations

from django.urls import re_path
from django.views.decorators.http import require_safe

from manyplaces.actions import views

app_name = "actions"

urlpatterns = [
    re_path(r"^actions/(?P<slug>[-\w]{1,60})/toolkit/$", require_safe(views.toolkit), name="toolkit"),
    re_path(
        r"^toolkit/(?P<key>[-\w]{1,60})/(?P<label>[a-z]{2}-\d{1,4})/(?P<file_name>[-\w.]{1,120})$",
        require_safe(views.material_file),
        name="material_file",
    ),
]
