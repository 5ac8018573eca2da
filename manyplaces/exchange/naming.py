"""What a claim is called in a table that leaves this installation: numbers of rows differ from site to site."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from manyplaces.actions.models import Action
from manyplaces.record.models import Claim
from manyplaces.reports.rules.marks import claims_in, marks_in, renamed

# What a mark becomes whose claim is not public any more; a page says of it that it is no longer in the record.
GONE = "claim gone"


def claim_name(claim: Claim) -> str:
    """Return the name of a claim (with its city and event): made of all by which two claims are one."""
    where = (claim.city.state, claim.city.name) if claim.city else ("", "")
    event = claim.event.key if claim.event else ""
    said = (claim.phase, claim.metric_words, claim.value_words, claim.claimant, claim.source_url)
    return hashlib.sha256("\x1f".join((*where, event, *said)).encode("utf-8", "replace")).hexdigest()[:16]


def going_out(action: Action, *texts: str) -> Callable[[str], str]:
    """Return what makes texts about an action fit to leave: claims are called by name; one query."""
    found = Claim.objects.filter(action=action, pk__in=claims_in(*texts)).select_related("city", "event")
    names = {f"claim {claim.pk}": f"claim {claim_name(claim)}" for claim in found}
    named = {mark for text in texts for mark in marks_in(text) if mark.startswith("claim ")}
    names |= dict.fromkeys(named - set(names), GONE)
    return lambda text: renamed(text, names)


def coming_in(action: Action) -> dict[str, str]:
    """Return the marks of our own that marks with the names of claims of an action stand for; one query."""
    claims = Claim.objects.filter(action=action).select_related("city", "event").order_by("-pk")
    return {f"claim {claim_name(claim)}": f"claim {claim.pk}" for claim in claims}
