"""Photos of sites, looked at before anybody else sees them: shown, kept back, covered more, taken down for good."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.desk.forms.review import read_text
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role
from manyplaces.reports import operations
from manyplaces.reports.forms.photos import DescribeForm, grid
from manyplaces.reports.models import Photo
from manyplaces.reports.queries.looking import look_at, photos_page, photos_within
from manyplaces.reports.views.photos import covered
from manyplaces.reports.views.pictures import picture_answer


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def photos(request: Any) -> HttpResponse:
    """What was asked to be taken down, and what waits, in the reader's area."""
    if request.method == "POST":
        try:
            messages.success(request, _decided(request))
        except (NotNow, ValidationError) as refusal:
            messages.error(request, in_words(refusal))
        return redirect("desk:photos")
    return render(request, "desk/photos.html", {"page": photos_page(request.actor)})


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def photo(request: Any, key: str) -> HttpResponse:
    """One photo, large: what is said of it, and covering more of it by hand."""
    look = look_at(key, request.actor)
    if look is None:
        raise Http404
    form = DescribeForm(look.photo, request.POST if request.POST.get("do") == "describe" else None)
    refusal = ""
    if form.is_bound:
        if form.is_valid():
            with refusals_on(form):
                operations.describe_photo(form.described(), by=request.actor)
        if form.is_valid():
            messages.success(request, _("Kept."))
            return redirect("desk:photo", key)
    elif request.method == "POST":
        refusal = covered(request, look.photo, request.actor)
        if not refusal:
            messages.success(request, _("It is being covered, and waits for your look in some seconds."))
            return redirect("desk:photos")
    given = {"page": look, "form": form, "grid": grid(), "refusal": refusal}
    given["is_kept"] = look.photo.is_kept(timezone.now())
    return render(request, "desk/photo.html", given, status=422 if request.method == "POST" else 200)


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def photo_file(request: Any, file: str) -> HttpResponse:
    """A file of a photo in the reader's area; covered, as everybody gets to see it."""
    if not photos_within(request.actor).filter(picture=file.partition("-")[0]).exists():
        raise Http404
    return picture_answer(file, "no-store")


def _decided(request: Any) -> str:
    """Do what a button said, and return what to tell."""
    found: Photo | None = photos_within(request.actor).filter(key=read_text(request.POST, "photo", 20)).first()
    did, by = read_text(request.POST, "do", 10), request.actor
    if found is None:
        raise NotNow(_("This is gone already."))
    if did in ("show", "keep"):
        # Of which picture the reader has decided: more may have been covered since.
        found.picture = read_text(request.POST, "picture", 40)
        operations.decide_photo(found, shown=did == "show", by=by)
        return _("Shown on the page of the event.") if did == "show" else _("Kept back; nobody sees it.")
    if did in ("gone", "restore"):
        operations.decide_takedown(found, gone=did == "gone", by=by)
        return _("Gone for good, with its files.") if did == "gone" else _("It is shown, as before.")
    if did == "delete":
        operations.remove_photo(found, by=by)
        return _("Gone for good, with its files.")
    raise NotNow(_("This is gone already."))
