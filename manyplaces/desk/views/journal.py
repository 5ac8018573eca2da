"""The journal: who did what through which door."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from manyplaces.desk.queries.stand import entries
from manyplaces.people.guard import for_nationals

ON_A_PAGE = 50


@for_nationals
def journal(request: Any) -> HttpResponse:
    """Every change, newest first, searchable; no letter's text and no contact is in it."""
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    page = Paginator(entries(words, kind), ON_A_PAGE).get_page(request.GET.get("page"))
    kinds = sorted(
        (model._meta.label_lower, str(model._meta.verbose_name))
        for model in apps.get_models()
        if model.__module__.startswith("manyplaces.")
    )
    return render(request, "desk/journal.html", {"page": page, "words": words, "kind": kind, "kinds": kinds})
