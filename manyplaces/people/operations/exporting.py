"""That somebody took the journal, or what is held about a place, an event or somebody, out of the site."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import record
from manyplaces.people.rules import HandedOut, Role, require


@transaction.atomic
def export_journal(*, by: Actor) -> None:
    """Note in the journal that it is taken out as a file; for national coordinators of the whole coalition."""
    require(by, Role.NATIONAL)
    last = Entry.objects.order_by("-pk").first()
    if last is not None:
        record(by, "entry.exported", last, before={}, unseen=True)


@transaction.atomic
def hand_out(subject: models.Model | None, *, reason: str, by: Actor) -> None:
    """Note in the journal that what is held is handed out, and on what ground; for national coordinators.

    Without a subject it is about somebody of whom there is no row that could be named. Raises ValidationError for a
    ground that is not on the list: there is no room for words, in which a name might stand for ever.
    """
    require(by, Role.NATIONAL)
    if reason not in HandedOut.values:
        raise ValidationError({"reason": _("Choose why it is handed out.")})
    known = subject if subject is not None else Entry.objects.order_by("-pk").first()
    if known is not None:
        record(by, f"{known._meta.model_name}.handed-out", known, before={"reason": reason}, unseen=True)
