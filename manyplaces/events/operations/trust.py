"""Trust in hosts, which makes a reviewer's look needless, and patterns that nobody needs to look at."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.events.models import BlockedPattern, Commitment, Host, TrustedHost
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.offers import blocked
from manyplaces.events.operations.review import Decided, decide
from manyplaces.events.queries.deciding import may_untrust
from manyplaces.events.rules import Review
from manyplaces.journal.operations import keep, record
from manyplaces.people.rules import Role, require

SHORTEST_PATTERN = 4


@transaction.atomic
def trust_host(host: Host, *, by: Actor) -> TrustedHost:
    """Trust the address of a host who has proved it: where an action allows it, his commitments are online at once."""
    row = Commitment.objects.select_related("action").get(pk=host.commitment_id)
    require(by, Role.COORDINATOR, action=row.action.slug, state=row.state, city=row.city_slug)
    if host.proved_at is None or not host.email_hash:
        raise NotNow(_("Only a host who has used the link in our letter can be trusted."))
    known = TrustedHost.objects.filter(email_hash=host.email_hash).first()
    trusted = TrustedHost(email_hash=host.email_hash, made_by=by.name[:80])
    return known or keep(trusted, None, fields=(), by=by, unseen=True).row


@transaction.atomic
def untrust_host(trusted: TrustedHost, *, by: Actor) -> None:
    """Withdraw the trust; what is online because of it stays until somebody takes it down.

    A national coordinator may, and a coordinator in whose area the host has committed something.
    """
    if not may_untrust(trusted, by):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    stored = TrustedHost.objects.select_for_update().filter(pk=trusted.pk).first()
    if stored is None:
        raise NotNow(_("This trust was withdrawn already."))
    stored.full_clean(validate_unique=False)
    record(by, "trustedhost.removed", stored, before={}, unseen=True)
    stored.delete()


@transaction.atomic
def block_pattern(kind: str, text: str, *, by: Actor) -> tuple[BlockedPattern, Decided]:
    """Decline from now on whatever has these words or links to this host, and what waits and has them.

    A pattern counts everywhere, so it takes somebody who reviews everywhere.
    """
    require(by, Role.REVIEWER, Role.COORDINATOR)
    words = clean_line(text, 100).casefold()
    if kind == BlockedPattern.Kind.LINK:
        words = words.partition("://")[2] or words
        words = words.partition("/")[0].removeprefix("www.")
    if len(words) < SHORTEST_PATTERN:
        raise ValidationError({"text": _("Give at least four letters, or too much would be declined.")})
    known = BlockedPattern.objects.filter(kind=kind, text=words).first()
    pattern = known or BlockedPattern(kind=kind, text=words, made_by=by.name[:80])
    by = on_errand(by)
    if known is None:
        pattern = keep(pattern, None, fields=(), by=by, unseen=True).row
    waiting = list(Commitment.objects.filter(review__in=[Review.WAITING, Review.ASKED], event=None))
    hit = [(row.key, row.version) for row, is_hit in zip(waiting, blocked(waiting), strict=True) if is_hit]
    with override("en"):
        reason = _("This was declined automatically.")
    return pattern, decide("decline", hit, reason=reason, by=by)


@transaction.atomic
def unblock(pattern: BlockedPattern, *, by: Actor) -> None:
    """Forget a pattern; what it declined stays declined."""
    require(by, Role.REVIEWER, Role.COORDINATOR)
    stored = BlockedPattern.objects.select_for_update().filter(pk=pattern.pk).first()
    if stored is None:
        raise NotNow(_("This pattern is gone already."))
    stored.full_clean(validate_unique=False)
    record(by, "blockedpattern.removed", stored, before={"kind": stored.kind, "text": stored.text}, unseen=True)
    stored.delete()
