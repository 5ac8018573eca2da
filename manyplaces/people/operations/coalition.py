"""Changing what the coalition says of itself."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.journal.operations import Kept, keep, record
from manyplaces.people.models import Coalition
from manyplaces.people.models.coalition import ONLY_ROW
from manyplaces.people.queries import coalition_version
from manyplaces.people.rules import Role, require

FIELDS = ("name", "colour", "languages", "about", "about_es")


@transaction.atomic
def change_coalition(coalition: Coalition, *, shown: int | None = None, by: Actor) -> Kept[Coalition]:
    """Bring what the coalition says of itself into line with the row handed in; for national coordinators.

    Raises PermissionDenied, and ValidationError by field, such as for a colour that cannot be read on white. With the
    version that was `shown` (`queries.coalition_version`), raises NotNow where somebody changed it since.
    """
    require(by, Role.NATIONAL)
    coalition.pk = ONLY_ROW
    coalition.colour = clean_line(coalition.colour, 20).lower()
    stored = one(Coalition.objects.select_for_update().filter(pk=ONLY_ROW))
    if shown is not None and shown != coalition_version():
        raise NotNow(_("Somebody changed this while you had it open. Look at what stands here now, then save again."))
    kept = keep(coalition, stored, fields=FIELDS, by=by)
    if kept.row.contact == coalition.contact:
        return kept
    # The journal is for ever, so it tells that the contact changed, and not which address stood there before.
    kept.row.contact = coalition.contact
    kept.row.full_clean(validate_unique=False)
    kept.row.save(update_fields=["contact"])
    record(by, "coalition.contact_changed", kept.row, before={})
    return Kept(kept.row, "changed")
