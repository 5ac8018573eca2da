"""What every decision is made of: the locked row, what is too late, and the decision as it is written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.events.models import Commitment, Host
from manyplaces.events.operations.approving import RELATIONS
from manyplaces.events.rules import Review
from manyplaces.events.rules.steps import CHANGED, STEPS, Step, may_take
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import record
from manyplaces.mail.models import Letter
from manyplaces.people.rules import TRUSTED_DOORS

LONGEST_REASON = 500
MOST_IN_OWN_WORDS, A_DAY = 500, timedelta(days=1)
# Of these only hosts are told whose address is proved.
PROVED_ONLY = ("decline", "take_down")


def opened(name: str, key: str, version: int, actor: Actor) -> tuple[Commitment, Step]:
    """Return the locked row and the step; refuses who has no right and what was decided or changed meanwhile."""
    stored, step = locked(key), STEPS[name]
    if not may_take(step, actor, stored):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    if stored.version != version or stored.standing not in step.sources:
        raise NotNow(_why_not(stored, step, version))
    return stored, step


def locked(key: str) -> Commitment:
    """Return the commitment, locked until the end of the transaction."""
    rows = Commitment.objects.select_related("action", "school", "event")
    found = rows.select_for_update(of=("self",)).filter(key=key).first()
    if found is None:
        raise NotNow(_("This commitment is not there any more."))
    return found


def _why_not(stored: Commitment, step: Step, version: int) -> str:
    if stored.version == version and stored.standing == CHANGED:
        sentence = _("“%(step)s” does not fit: an approved version is online. Choose “Keep what is online” instead.")
        return sentence % {"step": step.label}
    if stored.decided_at and stored.review not in (Review.WAITING, Review.WITHDRAWN):
        facts = {"name": stored.decided_by, "what": stored.get_review_display(), "time": f"{stored.decided_at:%H:%M}"}
        return _("%(name)s has decided this already, at %(time)s UTC: %(what)s.") % facts
    if stored.version == version:
        return _("“%(step)s” is not possible any more. Load the page again.") % {"step": step.label}
    return _("The host has changed this meanwhile. Look at it again, then decide.")


def required(step: Step, reason: str) -> str:
    """Return the reason as it is kept; refuses an empty one where the step wants words."""
    if not step.wants:
        return ""
    try:
        words = clean_line(" ".join(reason.split()), LONGEST_REASON)
    except ValidationError as refusal:
        raise ValidationError({"reason": refusal.messages}) from refusal
    if not words:
        asked = _("Write the question that the host is to answer.")
        raise ValidationError({"reason": asked if step.wants == "question" else _("Say why. The host reads it.")})
    return words


def require_few_words(step: Step, keys: Sequence[str], actor: Actor) -> None:
    """Refuse more than 500 letters within a day with words that only one person has read; four queries at most."""
    if not step.wants or actor.door in TRUSTED_DOORS:
        return
    hosts = Host.objects.filter(commitment__key__in=keys).exclude(email_hash="")
    new = (hosts.exclude(proved_at=None) if step.name in PROVED_ONLY else hosts).count()
    since, verbs = timezone.now() - A_DAY, [f"commitment.{one.done}" for one in STEPS.values() if one.wants]
    errands = Entry.objects.filter(actor=actor.name, verb__in=verbs, at__gt=since).values("errand")
    if new and Letter.objects.filter(about__in=errands, made_at__gt=since).count() + new > MOST_IN_OWN_WORDS:
        sentence = _(
            "These would be more than %(num)d letters in your words within a day. Take fewer today, or ask somebody "
            "else to look at the others."
        )
        raise ValidationError({"reason": sentence % {"num": MOST_IN_OWN_WORDS}})


@transaction.atomic(savepoint=False)
def settle(stored: Commitment, step: Step, *, by: Actor, **facts: Any) -> None:
    """Write a decision into the row and the journal, without the words that go to the host. Others are built on it."""
    facts |= {"review": step.target, "decided_by": by.name[:80], "decided_at": timezone.now()}
    before = {}
    for name, value in facts.items():
        column = str(getattr(stored._meta.get_field(name), "attname", name))
        before[column] = json.loads(json.dumps(getattr(stored, column), cls=DjangoJSONEncoder))
        setattr(stored, name, value)
    if stored.set_aside.get("errand") != by.errand:
        stored.set_aside = {}
    stored.version += 1
    stored.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    stored.save()
    record(by, f"commitment.{step.done}", stored, before=before, unseen=True)
