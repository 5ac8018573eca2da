"""Photos that a host sends by his link: as a plain form or part by part, described, covered, deleted again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manyplaces.core.negatives import received
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.core.sealing import Unopenable
from manyplaces.core.tokens import digest
from manyplaces.reports import operations
from manyplaces.reports.forms.photos import DescribeForm, SendForm, grid, kept_boxes, read_boxes
from manyplaces.reports.models import Photo
from manyplaces.reports.queries.photos import photos_of
from manyplaces.reports.rules import why_not_now
from manyplaces.reports.rules.photos import PREPARED, PhotoState
from manyplaces.reports.views.links import Reporting, reporting
from manyplaces.reports.views.pictures import picture_answer
from manyplaces.rsvps.views.relaying import gone, shown

PART = 1_000_000


def photos(request: HttpRequest, token: str) -> HttpResponse:
    """What was sent, each photo with what is still to be said of it; and sending more."""
    found = reporting(token)
    if found is None:
        return gone(request)
    rows = photos_of(found.event)
    told = Told(request, found, rows)
    if request.method == "POST":
        told.do()
        if told.way and not told.refusal:
            return redirect(f"{request.path}?did={told.way}{told.where}")
    sentence = why_not_now(found.event, timezone.now())
    given = {"page": token, "is_private": found.is_private, "event": found.event, "rows": rows, "forms": told.forms}
    given |= {"form": told.form, "not_now": sentence, "refusal": told.refusal, "told": request.GET.get("did", "")}
    return shown(request, "reports/photos.html", given, 422 if request.method == "POST" else 200)


class Told:
    """A form of this page, what came of it, and the forms that the page shows afterwards."""

    def __init__(self, request: HttpRequest, found: Reporting, rows: list[Photo]) -> None:
        """Nothing is done before `do`."""
        self.request, self.found, self.rows = request, found, rows
        self.language = get_language() or "en"
        self.form = SendForm(request.POST if request.POST.get("do") == "send" else None)
        self.forms = {photo.key: DescribeForm(photo, only=self.language) for photo in rows if photo.files}
        self.refusal = self.way = self.where = ""

    def do(self) -> None:
        """Do what the form says; `way` says what was done, `refusal` why it was not."""
        photo = next((row for row in self.rows if row.key == self.request.POST.get("photo")), None)
        does = self.request.POST.get("do", "")
        try:
            if does == "send":
                self._send()
            elif does == "describe" and photo is not None and photo.key in self.forms:
                self._describe(photo)
            elif does == "delete" and photo is not None:
                operations.remove_photo(photo, by=self.found.by)
                self.way = "deleted"
        except (NotNow, ValidationError) as refusal:
            self.refusal = in_words(refusal)

    def _send(self) -> None:
        files = self.request.FILES.getlist("files")
        if not files:
            self.form.add_error(None, _("Choose at least one photo."))
        if not self.form.is_valid():
            return
        with refusals_on(self.form):
            for number, file in enumerate(files):
                self._take(file, digest(f"{self.form.cleaned_data['uid']}:{number}")[:22])
        self.way = "sent" if self.form.is_valid() else ""

    def _take(self, file: Any, uid: str) -> None:
        by, size = self.found.by, int(file.size or 0)
        photo = Photo(uid=uid, event=self.found.event, language=self.language)
        photo = operations.begin_photo(photo, size=size, stated=True, by=by)
        place = received(photo.negative) if photo.state == PhotoState.UPLOADING else size
        file.seek(place)
        for part in file.chunks(PART):
            place = operations.take_part(photo, place, part, by=by)
        operations.finish_photo(photo, by=by)

    def _describe(self, photo: Photo) -> None:
        form = self.forms[photo.key] = DescribeForm(photo, self.request.POST, only=self.language)
        if form.is_valid():
            with refusals_on(form):
                operations.describe_photo(form.described(), by=self.found.by)
        self.way, self.where = ("described" if form.is_valid() else "", f"#{photo.key}")


def photo_part(request: HttpRequest, token: str) -> HttpResponse:
    """A part of a photo; the answer says how many bytes are here, so that whoever was cut off knows where to go on."""
    found = reporting(token)
    if found is None:
        return JsonResponse({"sentence": _("This link does not work any more.")}, status=404)
    size, place = (_number(request.POST.get(name, "")) for name in ("size", "at"))
    photo = Photo(uid=request.POST.get("uid", "")[:22], event=found.event, language=get_language() or "en")
    try:
        stated = request.POST.get("stated") == "on"
        photo = operations.begin_photo(photo, size=size, stated=stated, by=found.by)
        here = _taken(request, photo, place, size, found)
    except (NotNow, ValidationError) as refusal:
        return JsonResponse({"sentence": in_words(refusal)}, status=409)
    except Unopenable:
        here = 0
    photo.refresh_from_db()
    answer = JsonResponse({"at": here, "state": photo.state, "sentence": photo.sentence})
    answer["Cache-Control"] = "no-store"
    return answer


def host_photo(request: HttpRequest, token: str, key: str) -> HttpResponse:
    """One photo, large, and covering more of it by hand."""
    found = reporting(token)
    if found is None:
        return gone(request)
    photo = next((row for row in photos_of(found.event) if row.key == key and row.files), None)
    if photo is None or photo.state not in PREPARED:
        return redirect(reverse("reports:photos", args=[token]))
    refusal = ""
    if request.method == "POST":
        refusal = covered(request, photo, found.by)
        if not refusal:
            return redirect(f"{reverse('reports:photos', args=[token])}?did=covered#{photo.key}")
    given = {"page": token, "event": found.event, "photo": photo, "grid": grid(), "refusal": refusal}
    given["is_kept"] = photo.is_kept(timezone.now())
    return shown(request, "reports/host_photo.html", given, 422 if refusal else 200)


def host_picture(request: HttpRequest, token: str, file: str) -> HttpResponse:
    """A file of a photo that the holder of the link has sent; covered, as everybody gets to see it."""
    found = reporting(token)
    key = file.partition("-")[0]
    if found is None or not any(row.picture == key for row in photos_of(found.event)):
        raise Http404
    return picture_answer(file, "no-store")


def covered(request: HttpRequest, photo: Photo, by: Any) -> str:
    """Have covered what a form says; returns why it was not, empty where it was."""
    try:
        boxes = read_boxes(request.POST, request.POST.getlist("field"), photo)
        anew = request.POST.get("do") == "anew"
        kept = kept_boxes(photo, request.POST.getlist("kept")) if anew else []
        operations.cover_photo(photo, [*kept, *boxes], anew=anew, by=by)
    except (NotNow, ValidationError) as refusal:
        return in_words(refusal)
    return ""


def _taken(request: HttpRequest, photo: Photo, place: int, size: int, found: Reporting) -> int:
    if photo.state != PhotoState.UPLOADING:
        return size
    part = request.FILES.get("part")
    content = part.read() if part is not None else b""
    here = operations.take_part(photo, place, content, by=found.by) if content else received(photo.negative)
    if here >= size and photo.state == PhotoState.UPLOADING:
        operations.finish_photo(photo, by=found.by)
    return here


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0
