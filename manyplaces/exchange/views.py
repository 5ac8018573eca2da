"""The tables behind pages, each at the address of its page with .csv; the whole record, archives, the sample's end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.events.models import Event
from manyplaces.events.queries import openly, shown_organisations, shown_places
from manyplaces.exchange.columns import Kind
from manyplaces.exchange.exports import actions, claims, events, media
from manyplaces.exchange.exports.everything import export, export_crowds
from manyplaces.exchange.exports.table import Table, written
from manyplaces.exchange.kits.keeping import open_kit
from manyplaces.exchange.models import ArchiveFile
from manyplaces.exchange.operations import archive_path, ask_for_archive, remove_sample
from manyplaces.exchange.queries import archives_page, is_anything_taken_away, sample_imports
from manyplaces.front.views.pages import called
from manyplaces.people.guard import for_nationals
from manyplaces.people.views.proving import freshly_sent
from manyplaces.places.models import City
from manyplaces.record.models import Claim, MediaHit

Named = tuple[Table, str]


def _as_csv(view: Callable[..., Named]) -> Callable[..., HttpResponse]:
    """Answer with the table that the view returns, to be saved under the name it returns."""

    def answer(request: HttpRequest, **words: str) -> HttpResponse:
        table, name = view(request, **words)
        # Names are made of slugs alone, so nothing in them needs quoting.
        disposition = f'attachment; filename="{name}.csv"'
        return HttpResponse(written(table), "text/csv; charset=utf-8", headers={"Content-Disposition": disposition})

    answered: Callable[..., HttpResponse] = require_safe(wraps(view)(answer))
    return answered


@_as_csv
def home_csv(request: HttpRequest) -> Named:
    """All actions."""
    return actions.table(Action.objects.all()), "actions"


def _some(table: Table) -> Table:
    """Return a table that has rows; one without any is not found."""
    rows = iter(table.rows)
    first = next(rows, None)
    if first is None:
        raise Http404
    return replace(table, rows=chain([first], rows))


@_as_csv
def action_csv(request: HttpRequest, slug: str) -> Named:
    """The events of an action."""
    action = called(slug)
    return events.table(Event.objects.filter(action=action)), f"{slug}-events"


@_as_csv
def numbers_csv(request: HttpRequest, slug: str) -> Named:
    """The claims about an action."""
    action = called(slug)
    return claims.table(Claim.objects.filter(action=action)), f"{slug}-claims"


@_as_csv
def media_csv(request: HttpRequest, slug: str) -> Named:
    """The media hits of an action."""
    action = called(slug)
    return media.table(MediaHit.objects.filter(action=action)), f"{slug}-media"


@_as_csv
def state_csv(request: HttpRequest, slug: str, state: str) -> Named:
    """The events of an action in one state."""
    found = Event.objects.filter(action=called(slug), city__state=state.upper())
    return _some(events.table(found)), f"{slug}-{state}"


@_as_csv
def city_csv(request: HttpRequest, slug: str, state: str, city: str) -> Named:
    """The events of an action in one city."""
    action, place = called(slug), get_object_or_404(City, state=state.upper(), slug=city)
    found = Event.objects.filter(action=action, city=place)
    return _some(events.table(found)), f"{slug}-{state}-{city}"


@_as_csv
def city_numbers_csv(request: HttpRequest, slug: str, state: str, city: str) -> Named:
    """Every figure about a city in an action and about its single sites, with who states it and when."""
    action, place = called(slug), get_object_or_404(City, state=state.upper(), slug=city)
    stated = Claim.objects.filter(Q(city=place) | Q(event__city=place), action=action)
    found = claims.table(stated, whole=True)
    # Where something takes place and nobody has stated a figure yet, the empty table says just that.
    takes_part = Event.objects.filter(action=action, city=place).exists()
    return found if takes_part else _some(found), f"{slug}-{state}-{city}-claims"


@_as_csv
def place_csv(request: HttpRequest, key: str) -> Named:
    """The events at one place, whatever it was called."""
    place = get_object_or_404(shown_places(), key=key)
    return events.table(openly(Event.objects.filter(spelling__place=place))), f"place-{key}"


@_as_csv
def organisation_csv(request: HttpRequest, slug: str) -> Named:
    """The events that one organisation hosted, whatever it was called."""
    organisation = get_object_or_404(shown_organisations(), slug=slug)
    return events.table(
        openly(Event.objects.filter(hosts__organisation=organisation).distinct())
    ), f"organisation-{slug}"


@_as_csv
def record_csv(request: HttpRequest, kind: Kind) -> Named:
    """A whole table of the record."""
    return export(kind), kind


@_as_csv
def crowds_csv(request: HttpRequest) -> Named:
    """What was held, in the columns of the Crowd Counting Consortium."""
    return export_crowds(), "crowds"


@require_safe
def action_kit(request: HttpRequest, slug: str) -> FileResponse:
    """What reporters may quote of an action, with what it rests on."""
    return _kit(slug, get_object_or_404(Action, slug=slug))


@require_safe
def city_kit(request: HttpRequest, slug: str, state: str, city: str) -> FileResponse:
    """What reporters may quote of a city in an action."""
    action, place = get_object_or_404(Action, slug=slug), get_object_or_404(City, state=state.upper(), slug=city)
    return _kit(f"{slug}-{state}-{city}", action, place)


def _kit(name: str, action: Action, city: City | None = None) -> FileResponse:
    opened = open_kit(action, city)
    if opened is None:
        raise Http404
    return FileResponse(opened, as_attachment=True, filename=f"{name}-press-kit.zip", content_type="application/zip")


@for_nationals
def archives(request: Any) -> HttpResponse:
    """Ask for an archive of everything or of one action, see how far it is, and fetch it."""
    if request.method == "POST":
        try:
            ask_for_archive(ArchiveFile(slug=request.POST.get("action", "")[:60]), by=request.actor)
        except (ValidationError, NotNow) as refusal:
            messages.error(request, in_words(refusal))
        return redirect("exchange:archives")
    return render(request, "exchange/archives.html", {"page": archives_page()})


@for_nationals
def archive_file(request: Any, uid: str) -> Any:
    """An archive that is ready, as long as pages still show all that is in it."""
    found = get_object_or_404(ArchiveFile, uid=uid, ready_at__isnull=False, ends_at__gt=timezone.now())
    if is_anything_taken_away(found.entry):
        messages.error(request, _("Since it was made something was changed or taken down. Have it made anew."))
        return redirect("exchange:archives")
    try:
        opened = archive_path(found).open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"{found.slug or 'archive'}-{found.ready_at:%Y-%m-%d}.zip"
    return FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip")


@for_nationals
@freshly_sent
def sample(request: Any) -> HttpResponse:
    """What the sample holds, and one button that takes it away."""
    if request.method == "POST":
        try:
            removed = remove_sample(by=request.actor)
        except NotNow as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The sample is gone: %s rows.") % f"{removed.gone:,}")
            if removed.stayed:
                said = _("Cities, places and organisations that your own record uses have stayed: %s rows.")
                messages.success(request, said % f"{removed.stayed:,}")
        return redirect("exchange:sample")
    runs = sample_imports()
    return render(request, "exchange/sample.html", {"runs": runs, "rows": sum(run.created for run in runs)})
