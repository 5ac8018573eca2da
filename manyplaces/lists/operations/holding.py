"""Taking a list in hand for an operation, and putting it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.journal.operations import record
from manyplaces.lists.models import READY, SiteList
from manyplaces.lists.rules import Answer, Verdict, require_own

# What is written of a row when it was looked up.
FOUND = (
    *("verdict", "reason", "facts", "school", "suggestions", "answer", "returning_from"),
    *("date_edtf", "time_local", "fold", "tactic"),
)


def held(site_list: SiteList, *, with_file: bool = False, by: Actor) -> SiteList:
    """Return the locked list with its action; refuses whoever it does not belong to.

    Its file is not read along unless it is wanted: it may be large.
    """
    rows = SiteList.objects.select_related("action", "organisation").select_for_update(of=("self",))
    stored = (rows if with_file else rows.defer("upload_sealed")).get(pk=site_list.pk)
    require_own(by, stored.person)
    return stored


@transaction.atomic(savepoint=False)
def keep_list(
    stored: SiteList, fields: Iterable[str], verb: str = "", before: dict[str, Any] | None = None, *, by: Actor
) -> None:
    """Write fields of a list that is in hand, and what was done to it into the journal; nothing without a verb."""
    stored.full_clean(exclude=["action", "organisation", "upload_sealed"], validate_unique=False)
    stored.save(update_fields=[*fields])
    if verb:
        record(by, f"sitelist.{verb}", stored, before=before or {}, unseen=True)


def has_rest(stored: SiteList) -> bool:
    """Tell whether rows of a list are left that could be committed or are asked about; one query."""
    asked = Q(verdict__in=(Verdict.UNSURE, Verdict.UNKNOWN), answer=Answer.NONE)
    return stored.rows.filter(asked | READY, commitment=None).exists()


def not_now(stored: SiteList) -> str:
    """Return why nothing can be done with a list at the moment."""
    stage = stored.get_stage_display()
    return _("That cannot be done with this list now. Look at it again. It stands at: %(stage)s.") % {"stage": stage}
