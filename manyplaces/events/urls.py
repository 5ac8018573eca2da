"""The addresses of the room: committing, a host's private page."""

from __future__ import annotations

from django.urls import re_path
from django.views.decorators.http import require_safe

from manyplaces.events.views import committing, hosting, papers

app_name = "events"

# With the secret of an organisation's link, or without; manyplaces.core.addresses knows that it is one.
COMMIT = r"^actions/(?P<slug>[-\w]{1,60})/commit/(?:with/(?P<secret>[-\w]{10,60})/)?"

# The papers of a school by their kind, such as sign-in, or all of them.
PAPER = r"papers/(?P<paper>[a-z-]{3,12})\.pdf$"

urlpatterns = [
    re_path(COMMIT + "$", committing.commit, name="commit"),
    re_path(COMMIT + "done/$", committing.committed, name="committed"),
    re_path(r"^host/$", hosting.link, name="link"),
    re_path(r"^host/(?P<token>[-\w]{10,60})/$", hosting.host, name="host"),
    re_path(r"^host/(?P<token>[-\w]{10,60})/" + PAPER, require_safe(papers.host_paper), name="host_paper"),
    re_path(r"^actions/(?P<slug>[-\w]{1,60})/" + PAPER, require_safe(papers.any_paper), name="any_paper"),
]
