"""The files of photos that everybody may see, and asking for one to be taken down."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from manyplaces.actions.rules import Visibility
from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.pictures import picture_file
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.core.shelves import CONTENT_TYPES, Missing, Unreachable
from manyplaces.reports.forms.photos import TakedownForm
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.models.photos import WHOSE
from manyplaces.reports.operations import ask_takedown
from manyplaces.reports.queries.photos import picture_is_public, public_photos
from manyplaces.reports.rules.photos import AT_ONCE, MOST_REQUESTS, WITHIN, PhotoState

VISITOR = Actor("visitor", "page")
# The address names the content, but nobody keeps it without asking: what is taken down is gone at the next look.
ASKED_EACH_TIME = "public, max-age=0, must-revalidate"


def picture(request: HttpRequest, file: str) -> HttpResponse:
    """A file of a photo that everybody may see."""
    if not picture_is_public(file):
        raise Http404
    return picture_answer(file, ASKED_EACH_TIME)


def picture_answer(file: str, kept: str) -> HttpResponse:
    """Return a file of a picture; whoever calls has looked whether it may be seen."""
    try:
        content = picture_file(file)
    except Missing:
        raise Http404 from None
    except Unreachable:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    answer = HttpResponse(content, CONTENT_TYPES[PurePosixPath(file).suffix])
    answer["Cache-Control"] = kept
    return answer


def take_down(request: HttpRequest, key: str) -> HttpResponse:
    """Anybody asks for a photo to be taken down: one question, no account; hidden at once, somebody decides."""
    rows = Photo.objects.select_related(*WHOSE).exclude(event__action__visibility=Visibility.DRAFT)
    photo = get_object_or_404(rows.filter(event__is_listed=True), key=key)
    is_hidden = photo.state in (PhotoState.TAKEN_DOWN, PhotoState.GONE)
    if not is_hidden and not public_photos().filter(pk=photo.pk).exists():
        raise Http404
    form = TakedownForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            asked = ask_takedown(_asked(request, photo, form.cleaned_data["reason"]), by=VISITOR)
        if form.is_valid():
            hides = asked.photo.state in (PhotoState.TAKEN_DOWN, PhotoState.GONE)
            return redirect(f"{request.path}?did={'hidden' if hides else 'waits'}")
    given = {"page": photo, "form": form, "is_hidden": is_hidden, "told": request.GET.get("did", "")}
    return render(request, "reports/take_down.html", given, status=422 if request.method == "POST" else 200)


def _asked(request: HttpRequest, photo: Photo, reason: str) -> Takedown:
    source = throttle.source_of(request.META)
    if not throttle.take(source, "takedown", MOST_REQUESTS, WITHIN):
        raise NotNow(throttle.too_many(throttle.wait(source, "takedown")))
    return Takedown(photo=photo, reason=reason, hid=throttle.counted(source, "takedown") <= AT_ONCE)
