"""Imports that can still be undone, those that brought the sample; what an archive may not show; the press kit."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.generation import current_generation
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers
from manyplaces.exchange.models import UNDO_WITHIN, ArchiveFile, Import
from manyplaces.front.shapes import addresses
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Job
from manyplaces.people.queries import press_contacts
from manyplaces.places.models import City
from manyplaces.record.models import Claim
from manyplaces.record.queries import Figure, figures
from manyplaces.record.queries.standing import Standing, standing
from manyplaces.reports.models import Photo, Report
from manyplaces.reports.queries.photos import ShownPhoto, shown_photos
from manyplaces.reports.rules import Review
from manyplaces.reports.rules.photos import PhotoState

# So many quotes and photos are in a kit.
MOST_QUOTES, MOST_PHOTOS = 500, 24
# What the journal tells of these is nothing that a page of the record shows.
UNSHOWN = (
    *("core.", "exchange.", "journal.", "lists.", "mail.", "rsvps."),
    *("people.contact", "people.first", "people.pass", "people.person", "people.proposal", "people.role"),
    *("places.school", "events.blocked", "events.host", "events.trusted"),
)
# What only adds to the record, or says of an event how it goes on, takes nothing off a page.
ADDING = (
    *("added", "approved", "declined", "asked", "answered", "noted", "kept", "held", "not-held", "lapsed"),
    *("cancelled", "postponed", "moved", "restored", "resumed", "unshielded", "imported", "exported", "purged"),
    *("contacts-forgotten", "trusted", "distrusted", "link_lent", "link_ended"),
)


def undoable_imports() -> list[Import]:
    """Return the imports of the last 24 hours that did something and were not undone, newest first; one query."""
    recent = Import.objects.filter(undone_at=None, started__gte=timezone.now() - UNDO_WITHIN)
    return list(recent.exclude(created=0, changed=0).order_by("-number"))


def sample_imports() -> list[Import]:
    """Return the imports of the sample that is in the record now, in the order in which they came; one query."""
    return list(Import.objects.filter(is_sample=True, undone_at=None).order_by("number"))


@dataclass(frozen=True)
class ArchivesPage:
    """What the desk shows of archives: the actions to choose from, and each archive with how far its job has come."""

    actions: list[Action]
    archives: list[tuple[ArchiveFile, int, int]]

    @property
    def is_busy(self) -> bool:
        """Whether one is being made."""
        return any(archive.ready_at is None and not archive.refusal for archive, _done, _total in self.archives)


def archives_page() -> ArchivesPage:
    """Return what the desk shows of archives, the newest first; three queries."""
    archives = list(ArchiveFile.objects.order_by("-pk"))
    jobs = {job.about: job for job in Job.objects.filter(about__in=[archive.uid for archive in archives])}
    shown = [(archive, jobs[archive.uid].done, jobs[archive.uid].total) for archive in archives if archive.uid in jobs]
    return ArchivesPage(list(Action.objects.order_by("-date_from", "slug")), shown)


def where_the_record_stands() -> tuple[int, int]:
    """Return the number of the record and that of the newest entry of its journal, 0 before the first; two queries."""
    return current_generation(), Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0


def is_anything_taken_away(entry: int) -> bool:
    """Tell whether since this entry of the journal anything was changed that pages had shown; one query.

    What is not known to be harmless counts: a text that was corrected may have named somebody.
    """
    harmless = Q(verb="commitment.changed")
    for beginning in UNSHOWN:
        harmless |= Q(subject_kind__startswith=beginning)
    for verb in ADDING:
        harmless |= Q(verb__endswith=f".{verb}")
    return Entry.objects.filter(pk__gt=entry).exclude(harmless).exists()


def kept_off_pages(slug: str = "") -> dict[str, int]:
    """Return how many events and photos (of one action) no page shows any more, and how many events are shown by their
    city alone; one query each.

    A count is all that is told of them.
    """
    photos = Photo.objects.filter(state__in=(PhotoState.TAKEN_DOWN, PhotoState.GONE), takedowns__isnull=False)
    photos = photos.filter(event__action__slug=slug) if slug else photos
    events = Event.every.filter(action__slug=slug) if slug else Event.every.all()
    return {
        "events_taken_off_the_pages": events.filter(is_listed=False).count(),
        "events_shown_by_city_alone": events.filter(is_listed=True, is_shielded=True).count(),
        "photos_taken_down": photos.distinct().count(),
    }


def newest_change() -> tuple[int, int, str]:
    """Return the number of the record, and of its newest change the entry and the moment; two queries."""
    newest = Entry.objects.order_by("-pk").values_list("pk", "at").first()
    return (current_generation(), newest[0], newest[1].isoformat()) if newest else (current_generation(), 0, "")


@dataclass(frozen=True)
class Kit:
    """What a press kit holds, of an action or of one city in it.

    `claims` speak of the whole, `site_claims` of one site each; `quotes` are reports whose words were shown.
    """

    action: Action
    city: City | None
    events: QuerySet[Event]
    standing: Standing
    figures: list[Figure]
    claims: list[Claim]
    site_claims: list[Claim]
    quotes: list[Report]
    photos: list[ShownPhoto]
    contacts: list[str]

    @property
    def zone(self) -> str:
        """By whose clock times are told."""
        return self.city.zone if self.city else "UTC"

    @property
    def about(self) -> str:
        """What the figures are about."""
        return str(self.city or self.action.name)

    def page(self, language: str) -> str:
        """Return the address of the page that says the same."""
        slug = self.action.slug
        return addresses.city(slug, self.city, language) if self.city else addresses.action(slug, language)


def press_kit(action: Action, city: City | None = None) -> Kit:
    """Return what the press kit of an action or of one city in it holds; nine queries."""
    within = {"city": city} if city else {}
    events = Event.objects.filter(action=action, **within)
    claims = Claim.objects.filter(action=action).select_related(
        "action", "city", "event__action", "event__city", "event__spelling__place"
    )
    if city:
        claims = claims.filter(Q(city=city) | Q(event__city=city))
    stated = list(claims.order_by("metric", "phase", "pk"))
    sites = [claim for claim in stated if claim.event is not None and claim.event.covers == Covers.PLACE]
    others = [claim for claim in stated if claim.event is None or claim.event.covers != Covers.PLACE]
    quotes = Report.objects.filter(event__in=events.filter(is_shielded=False), review=Review.SHOWN, took_place=True)
    quotes = quotes.select_related("event__action", "event__city", "event__spelling__place").exclude(happened="")
    return Kit(
        action,
        city,
        events,
        standing(action, timezone.localdate(), city=city.pk if city else None),
        figures(claim for claim in stated if claim.event is None and (city or claim.city is None)),
        others,
        sites,
        list(quotes.order_by("pk")[:MOST_QUOTES]),
        shown_photos(action=action, city=city, most=MOST_PHOTOS),
        press_contacts(action.slug, city.state if city else "", city.slug if city else ""),
    )
