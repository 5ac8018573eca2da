"""The journal: who did what through which door; and the journal as files."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from manyplaces.desk.forms.journal import JournalForm
from manyplaces.desk.queries.journal import entries, file_lines, files, kinds, lines
from manyplaces.people.guard import for_nationals
from manyplaces.people.operations import export_journal
from manyplaces.people.views.proving import freshly_proved

ON_A_PAGE = 50
FILTERS = ("q", "kind", "since", "until")


@for_nationals
def journal(request: Any) -> HttpResponse:
    """Every change, newest first, searchable; no letter's text and no contact is in it."""
    form = JournalForm(request.GET)
    page = Paginator(entries(form.asked()), ON_A_PAGE).get_page(request.GET.get("page"))
    more = QueryDict(mutable=True)
    more.update({name: request.GET.get(name, "") for name in FILTERS if request.GET.get(name)})
    shown = {"page": page, "lines": lines(page), "form": form, "kinds": kinds(), "more": more.urlencode()}
    return render(request, "desk/journal.html", shown)


@for_nationals
@freshly_proved
def journal_export(request: Any) -> HttpResponse:
    """The journal as files of JSON lines, with its chain; taking one out is an entry itself."""
    parts = files()
    if request.method != "POST":
        return render(request, "desk/journal_export.html", {"files": parts})
    number = request.POST.get("file", "")
    if number not in {str(part[0]) for part in parts}:
        raise Http404
    export_journal(by=request.actor)
    answer = HttpResponse("".join(file_lines(int(number))), content_type="application/x-ndjson; charset=utf-8")
    name = f"manyplaces-journal-{timezone.now():%Y-%m-%d}-{number}.jsonl"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
