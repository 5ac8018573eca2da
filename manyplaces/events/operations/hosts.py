"""Who hosts a commitment: the address is proved, others join or take over, links are replaced, contacts erased."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes, read_email, read_phone
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import digest, new_token
from manyplaces.core.words import clean_line
from manyplaces.events.letters import hosts as letters
from manyplaces.events.models import Commitment, Host
from manyplaces.events.operations.committing import approve_trusted, is_trusted, new_host, owe
from manyplaces.events.operations.holding import OPEN, held, keep_held, require_state
from manyplaces.events.operations.offers import LONGEST_NAME
from manyplaces.events.rules import Review
from manyplaces.events.rules.hosting import MOST_HOSTS, MOST_LINKS, ONE_LINK, HostContact, link_is_alive
from manyplaces.journal.operations import record
from manyplaces.mail.operations import stop_letters


@transaction.atomic
def prove_host(host: Host, *, by: Actor) -> Host:
    """Note that the letter has reached the host. A trusted one is online now; whom he replaces is no host any more."""
    stored = held(host.commitment_id, by)
    fresh = Host.objects.select_for_update().get(pk=host.pk)
    if fresh.proved_at is not None:
        return fresh
    fresh.proved_at = timezone.now()
    fresh.is_first = fresh.is_first or fresh.replaces is not None
    former, fresh.replaces = fresh.replaces, None
    keep_held(fresh, "host.proved", {}, by=by)
    if former is not None:
        record(by, "host.replaced", former, unseen=True)
        former.delete()
    if stored.review == Review.WAITING and is_trusted(stored):
        approve_trusted(stored)
    return fresh


@transaction.atomic
def add_cohost(commitment: Commitment, contact: HostContact, *, by: Actor) -> Host:
    """Add a host beside the first, with a letter and a private link of his own; four at most."""
    return _add(commitment, contact, None, "co_host", by=by)


@transaction.atomic
def hand_over(host: Host, contact: HostContact, *, by: Actor) -> Host:
    """Ask somebody to take a host's place. It is his as soon as he used his link; until then nothing changes."""
    held(host.commitment_id, by)
    for former in Host.objects.filter(replaces=host, proved_at=None):
        record(by, "host.removed", former, unseen=True)
        former.delete()
    return _add(host.commitment, contact, host, "hand_over", by=by)


def _add(commitment: Commitment, contact: HostContact, replaces: Host | None, kind: str, *, by: Actor) -> Host:
    stored = held(commitment.pk, by)
    require_state(stored, OPEN)
    name, email = clean_line(contact.name, LONGEST_NAME), _email(contact)
    phone = read_phone(contact.phone)
    if replaces is None and stored.hosts.count() >= MOST_HOSTS:
        raise ValidationError({"email": _("There are four hosts already. One of them has to leave first.")})
    host, token = new_host(stored, HostContact(name, email, phone, contact.language), timezone.now())
    if stored.hosts.filter(email_hash=host.email_hash).exists():
        raise ValidationError({"email": _("Somebody with this address is a host already.")})
    host.is_first, host.replaces = not stored.hosts.exists(), replaces
    keep_held(host, "host.added", None, by=by)
    stored.is_shared = True
    stored.save(update_fields=["is_shared"])
    letter = letters.hand_over if kind == "hand_over" else letters.co_host
    owe(host, kind, letter(stored, token, host.language), by=by)
    return host


def _email(contact: HostContact) -> str:
    try:
        email = read_email(contact.email)
    except ValidationError as refusal:
        raise ValidationError({"email": refusal.messages}) from refusal
    if not email:
        raise ValidationError({"email": _("Give the e-mail address: the private link is sent there.")})
    return email


@transaction.atomic
def replace_link(host: Host, *, by: Actor) -> Host:
    """Send the host a new private link; the old one is dead at once."""
    commitment = held(host.commitment_id, by)
    fresh = Host.objects.select_for_update().get(pk=host.pk)
    if not fresh.email_hash:
        raise NotNow(_("We have no e-mail address to send a link to."))
    fresh.commitment = commitment
    token, now = new_token(), timezone.now()
    fresh.link_digest, fresh.link_made_at = digest(token), now
    keep_held(fresh, "host.link-replaced", {}, by=by)
    letter = letters.link_again(commitment, token, fresh.language)
    owe(fresh, "link_again", letter, times=int(now.timestamp() * 1000), by=by)
    return fresh


@transaction.atomic
def send_links(email: str, *, by: Actor) -> int:
    """Send a new private link for every commitment that has a host of this address; returns how many.

    Whoever asks learns nothing by it. An address gets at most one an hour for each commitment, so that nobody can make
    us pester it.
    """
    now = timezone.now()
    rows = Host.objects.filter(email_hash__in=email_hashes(email)).exclude(link_made_at__gt=now - ONE_LINK)
    found = rows.select_related("commitment").order_by("-pk")[:MOST_LINKS]
    alive = [host for host in found if link_is_alive(host.commitment.day, now.date())]
    for host in alive:
        by = replace(by, holds=host.commitment.key)
        replace_link(host, by=by)
    return len(alive)


@transaction.atomic
def remove_host(host: Host, *, by: Actor) -> None:
    """Erase a host's name, address and number, and end his link; the commitment stays as it is."""
    stored = held(host.commitment_id, by)
    record(by, "host.removed", host, unseen=True)
    host.delete()
    if not stored.hosts.exists():
        stop_letters(stored.key, by=by)
