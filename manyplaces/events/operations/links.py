"""Private links: replaced by their host, sent again to whoever lost the letter, and the one of before ended."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import digest, new_token
from manyplaces.events.letters import hosts as letters
from manyplaces.events.models import Host
from manyplaces.events.operations.committing import owe
from manyplaces.events.operations.holding import held, keep_held
from manyplaces.events.rules.hosting import FIRST_LINK, MOST_LINKS, ONE_LINK, link_is_alive


@transaction.atomic
def replace_link(host: Host, *, by: Actor) -> Host:
    """Send the host a new private link; every old one is dead at once."""
    return _renew(host, None, by=by)


@transaction.atomic
def send_links(email: str, *, by: Actor) -> int:
    """Send a new private link for every commitment that has a host of this address; returns how many.

    Whoever asks learns nothing by it, and takes nothing away: the link of before works until the new one is used, for
    a day at most. The first comes after ten minutes, later ones once an hour for each commitment, so that nobody can
    make us pester an address.
    """
    now = timezone.now()
    due = Q(link_made_at=None) | Q(link_made_at__lte=now - ONE_LINK)
    rows = Host.objects.filter(due | Q(former_digest=None, link_made_at__lte=now - FIRST_LINK))
    found = (
        rows.filter(email_hash__in=email_hashes(email))
        .select_related("commitment__action")
        .order_by("-pk")[:MOST_LINKS]
    )
    alive = [
        host
        for host in found
        if link_is_alive(host.commitment.day, now.date(), is_frozen=host.commitment.action.is_frozen)
    ]
    for host in alive:
        by = replace(by, holds=host.commitment.key)
        # Where the last letter was not used either, the link that is known to work is kept.
        _renew(host, host.former_digest or host.link_digest, by=by)
    return len(alive)


@transaction.atomic
def end_former_link(host: Host, *, by: Actor) -> None:
    """End the link of before, because the new one was used."""
    held(host.commitment_id, by)
    fresh = Host.objects.select_for_update().get(pk=host.pk)
    if fresh.former_digest:
        fresh.former_digest = None
        keep_held(fresh, "host.link-used", {}, by=by)


def _renew(host: Host, former: str | None, *, by: Actor) -> Host:
    commitment = held(host.commitment_id, by)
    fresh = Host.objects.select_for_update().get(pk=host.pk)
    if not fresh.email_hash:
        raise NotNow(_("We have no e-mail address to send a link to."))
    fresh.commitment = commitment
    token, now = new_token(), timezone.now()
    fresh.link_digest, fresh.link_made_at, fresh.former_digest = digest(token), now, former
    keep_held(fresh, "host.link-replaced", {}, by=by)
    letter = letters.link_again(commitment, token, fresh.language, is_former_alive=bool(former))
    owe(fresh, "link_again", letter, times=int(now.timestamp() * 1000), by=by)
    return fresh
