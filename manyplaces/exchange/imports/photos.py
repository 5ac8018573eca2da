"""A row of the file of photos: what is seen, who took it, why it may be shown, and its prepared picture."""

from __future__ import annotations

from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.carried import Carried
from manyplaces.core.prints import SIZES
from manyplaces.core.words import fold
from manyplaces.exchange.cells import Cells, read_moment
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.reports.models import Photo
from manyplaces.reports.operations import bring_photo
from manyplaces.reports.rules.photos import Consent, PhotoState

CONSENTS = {fold(consent.value): str(consent.value) for consent in Consent}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Show the photo that the row describes."""
    event = lookups.event(cells.text("event_id"), "event_id")
    photo = Photo(
        key=cells.text("id"),
        event=event,
        alt=cells.text("alt"),
        alt_es=cells.text("alt_es"),
        credit=cells.text("credit"),
        consent=cells.choice("consent", CONSENTS, _("Write one of these: %s.") % ", ".join(Consent.values)),
        settled_at=read_moment(cells, "shown_at", event.zone),
    )
    digests = {size: cells.text(f"{size}_sha256") for size in SIZES}
    carried = Carried(cells.text("picture"), digests, lookups.pictures, keeps=lookups.keeps)
    kept = bring_photo(photo, carried, by=by)
    if kept.row.state != PhotoState.SHOWN:
        cells.notes.append(_("This photo is no longer shown here, and stays so."))
    return Taken(kept.row.key, kept.outcome)
