"""Imports that can still be undone, those that brought the sample; and what of the record an archive may not show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.generation import current_generation
from manyplaces.events.models import Event
from manyplaces.exchange.models import UNDO_WITHIN, ArchiveFile, Import
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Job

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
    """Return how many events (of one action) no page shows, and how many are shown by their city alone; one query each.

    A count is all that is told of them.
    """
    events = Event.every.filter(action__slug=slug) if slug else Event.every.all()
    return {
        "events_taken_off_the_pages": events.filter(is_listed=False).count(),
        "events_shown_by_city_alone": events.filter(is_listed=True, is_shielded=True).count(),
    }
