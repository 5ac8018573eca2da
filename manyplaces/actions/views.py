"""The toolkit that hosts are offered, and its files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header

from manyplaces.actions.models import Action, MaterialVersion
from manyplaces.actions.queries import content_of, version_at
from manyplaces.actions.queries import toolkit as toolkit_of
from manyplaces.actions.rules import Visibility, papers_for_any

# A file's address names its version, so it is right for ever; but ours is the only copy that we keep of it in memory.
KEPT = "private, max-age=86400"


def toolkit(request: Any, slug: str) -> HttpResponse:
    """Guidelines, files and links for the hosts of an action."""
    action = get_object_or_404(Action, slug=slug)
    pieces = toolkit_of(action, request.LANGUAGE_CODE)
    papers = papers_for_any(action, timezone.localdate())
    if not pieces and not action.guidelines and not papers:
        # Letters to hosts name this address whether there is a toolkit yet or not.
        return redirect("front:action", slug=action.slug)
    context = {"page": {"action": action, "pieces": pieces, "papers": papers}, "name": "toolkit", "linked": None}
    return render(request, "actions/toolkit.html", context)


def material_file(request: HttpRequest, key: str, label: str, file_name: str) -> HttpResponse:
    """A file of a toolkit that is public, in the version that the address names."""
    version = version_at(key, label, file_name)
    if version is None or version.material.action.visibility == Visibility.DRAFT:
        raise Http404
    content = content_of(version)
    if content is None:
        raise Http404
    return file_answer(version, content)


def file_answer(version: MaterialVersion, content: bytes) -> HttpResponse:
    """Return a file to be saved, never shown within the site; its name is one that we made."""
    answer = HttpResponse(content, version.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, version.file_name) or "attachment"
    answer["Cache-Control"] = KEPT
    return answer
