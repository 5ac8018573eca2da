"""Who hosts a commitment: the address is proved, others join, take over or are taken off, contacts are erased."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import read_email, read_phone
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.events.letters import hosts as letters
from manyplaces.events.models import Commitment, Host
from manyplaces.events.operations.committing import approve_trusted, is_trusted, new_host, owe
from manyplaces.events.operations.holding import OPEN, held, keep_held, require_state
from manyplaces.events.operations.offers import LONGEST_NAME
from manyplaces.events.rules import Review
from manyplaces.events.rules.hosting import MOST_HOSTS, MOST_NAMED, NAMED_WITHIN, HostContact, may_dismiss
from manyplaces.journal.operations import record
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import stop_letters, stop_letters_of


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
        stop_letters_of(former.uid, by=by)
        _say_goodbye(stored, former, by=by)
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
        _erase(former, by)
    return _add(host.commitment, contact, host, "hand_over", by=by)


def _add(commitment: Commitment, contact: HostContact, replaces: Host | None, kind: str, *, by: Actor) -> Host:
    stored = held(commitment.pk, by)
    require_state(stored, OPEN)
    _require_few_letters(stored)
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
    # Whoever has a link can do this; those whose event it is hear of it while they can still stop it.
    for other in stored.hosts.exclude(pk=host.pk).exclude(proved_at=None).exclude(email_hash=""):
        other.commitment = stored
        told = letters.host_named(stored, other.language, takes_over=other == replaces)
        owe(other, "host_named", told, times=host.pk, secret=False, by=by)
    letter = letters.hand_over if kind == "hand_over" else letters.co_host
    owe(host, kind, letter(stored, token, host.language), by=by)
    return host


def _say_goodbye(stored: Commitment, host: Host, *, by: Actor) -> None:
    """Tell somebody whose address was proved that he is no host any more, by somebody else's doing."""
    if host.email_hash and host.proved_at is not None:
        host.commitment = stored
        owe(host, "no_host", letters.no_host(stored, host.language), secret=False, by=by)


def _require_few_letters(stored: Commitment) -> None:
    """Refuse to write to a sixth person within a day: whoever holds a private link must not send letters to a town."""
    kinds, since = ("events.co_host", "events.hand_over"), timezone.now() - NAMED_WITHIN
    if Letter.objects.filter(about=stored.key, kind__in=kinds, made_at__gt=since).count() >= MOST_NAMED:
        raise NotNow(_("Five letters were sent from here within a day. Try again tomorrow."))


def _email(contact: HostContact) -> str:
    try:
        email = read_email(contact.email)
    except ValidationError as refusal:
        raise ValidationError({"email": refusal.messages}) from refusal
    if not email:
        raise ValidationError({"email": _("Give the e-mail address: the private link is sent there.")})
    return email


@transaction.atomic
def remove_host(host: Host, *, by: Actor) -> None:
    """Erase a host's name, address and number, and end his link; the commitment stays as it is."""
    stored = held(host.commitment_id, by)
    _erase(host, by)
    if not stored.hosts.exists():
        stop_letters(stored.key, by=by)


@transaction.atomic
def dismiss_host(host: Host, other: Host, *, by: Actor) -> None:
    """Let the host take another one off: his name and address are erased, his link ends, and he is told.

    Raises PermissionDenied as `may_dismiss` says, so that nobody who was added by mistake removes who added him.
    """
    stored = held(host.commitment_id, by)
    acting = stored.hosts.filter(pk=host.pk).exclude(proved_at=None).first()
    named = stored.hosts.select_for_update().filter(pk=other.pk).first()
    if named is None:
        raise NotNow(_("This host is gone already. Load the page again."))
    if acting is None or not may_dismiss(acting, named):
        raise PermissionDenied(_("Only the first host takes others off. Ask him, or write to us."))
    remove_host(named, by=by)
    _say_goodbye(stored, named, by=by)


def _erase(host: Host, by: Actor) -> None:
    """Take a host out of the record, and with him what is still owed to his address."""
    stop_letters_of(host.uid, by=by)
    record(by, "host.removed", host, unseen=True)
    host.delete()
