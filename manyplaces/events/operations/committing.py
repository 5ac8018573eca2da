"""A site commits: through the page, a list, a table or a command, always by these functions."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from manyplaces.actions.models import Demand
from manyplaces.actions.rules import Approval
from manyplaces.core.actor import Actor
from manyplaces.core.tokens import digest, new_token
from manyplaces.events.letters import hosts as letters
from manyplaces.events.models import Commitment, Host, TrustedHost
from manyplaces.events.operations.offers import Offer, blocked, check_offer
from manyplaces.events.rules import Review
from manyplaces.events.rules.hosting import MOST_THANKS, ONE_INTENT, ONE_LINK, HostContact, last_use, list_of
from manyplaces.journal.operations import Gathering, record
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import new_letter, owe_letter, owe_letters

# Approval by trust is nobody's decision of the moment: the coalition decided it when it began to trust.
TRUST = Actor("trust", "clock")
Made = tuple[Offer, Host | None, str]


@transaction.atomic
def commit_site(
    commitment: Commitment,
    *,
    contact: HostContact | None = None,
    demands: Sequence[Demand] = (),
    by: Actor,
    intent: str = "",
    cluster: int | None = None,
) -> Commitment:
    """Commit one site and return the stored row; the one that the same intent made before, where there is one.

    See `check_offer` for what is refused. Its host is owed a letter with his private link; whatever has a blocked
    pattern is kept as declined and nobody is written to.
    """
    return commit_sites([Offer(commitment, contact, demands, intent, cluster)], by=by)[0]


@transaction.atomic
def commit_sites(offers: Sequence[Offer], *, by: Actor) -> list[Commitment]:
    """Commit many sites in one transaction, all or none; returns the stored rows in the order of the offers."""
    now = timezone.now()
    return commit_checked([check_offer(offer, actor=by, now=now) for offer in offers], by=by)


def commit_checked(offers: Sequence[Offer], *, by: Actor) -> list[Commitment]:
    """Do the same with offers that `check_offer` has returned a moment ago, for the same actor."""
    now = timezone.now()
    try:
        with transaction.atomic():
            return _commit(offers, now, by=by)
    except IntegrityError:
        # The same form arrived twice at the same moment, in two processes: now the other's row is there to be found.
        with transaction.atomic():
            return _commit(offers, now, by=by)


def _commit(offers: Sequence[Offer], now: datetime.datetime, *, by: Actor) -> list[Commitment]:
    known = _known([offer.intent for offer in offers if offer.intent], now)
    new = _unknown(offers, known)
    rows = [offer.commitment for offer in new]
    for offer, is_blocked in zip(new, blocked(rows), strict=True):
        row = offer.commitment
        # Where many were refused together and each is tried by itself, the row must not keep the number it had.
        row.pk = None
        row.cluster = offer.cluster
        row.review = Review.DECLINED if is_blocked else Review.WAITING
        row.decided_by = "blocked pattern" if is_blocked else ""
        row.language = offer.contact.language if offer.contact and offer.contact.email else row.language
    Commitment.objects.bulk_create(rows, batch_size=200)
    _link_demands(new)
    made = _add_hosts(new, now)
    with Gathering():
        for row in rows:
            record(by, "commitment.added", row, unseen=True)
    owe_letters([_thanks(host, token) for _offer, host, token in made if host is not None and token])
    for row in rows:
        if row.review == Review.WAITING and row.vouched_by_id and is_trusted(row):
            approve_trusted(row)
    return [known[offer.intent] if offer.intent else offer.commitment for offer in offers]


def _known(intents: list[str], now: datetime.datetime) -> dict[str, Commitment]:
    """Return what the same forms made within a day, by intent; older rows and withdrawn ones give their intent free."""
    found = {}
    for row in Commitment.objects.filter(intent__in=intents) if intents else ():
        if row.made_at > now - ONE_INTENT and row.review != Review.WITHDRAWN:
            found[str(row.intent)] = row
        else:
            row.intent = None
            row.save(update_fields=["intent"])
    return found


def _unknown(offers: Sequence[Offer], known: dict[str, Commitment]) -> list[Offer]:
    """Return the offers whose intent made nothing yet, each intent once, and note them as known."""
    new = []
    for offer in offers:
        if offer.intent and offer.intent in known:
            continue
        offer.commitment.intent = offer.intent or None
        known[offer.intent] = offer.commitment
        new.append(offer)
    return new


def _link_demands(offers: list[Offer]) -> None:
    through = Commitment.demands.through
    through.objects.bulk_create(
        through(commitment_id=offer.commitment.pk, demand_id=demand.pk) for offer in offers for demand in offer.demands
    )


def _add_hosts(offers: list[Offer], now: datetime.datetime) -> list[tuple[Offer, Host | None, str]]:
    made: list[Made] = []
    for offer in offers:
        contact = offer.contact
        if contact is None or not (contact.email or contact.phone or contact.name):
            made.append((offer, None, ""))
            continue
        host, token = new_host(offer.commitment, contact, now)
        made.append((offer, host, token))
    made = _without_pestering(made, now)
    Host.objects.bulk_create([host for _offer, host, _token in made if host is not None], batch_size=200)
    return made


def _without_pestering(made: list[Made], now: datetime.datetime) -> list[Made]:
    """Take the letter away where an address that somebody typed got enough within the hour; it can be asked for."""
    hashes = {host.email_hash for offer, host, token in made if host and token and not offer.commitment.errand}
    known = Host.objects.filter(email_hash__in=hashes, link_made_at__gt=now - ONE_LINK).values_list("email_hash")
    had = Counter(dict(known.annotate(Count("pk")))) if hashes else Counter()
    kept: list[Made] = []
    for offer, host, token in made:
        if host is not None and token and host.email_hash in hashes:
            had[host.email_hash] += 1
            if had[host.email_hash] > MOST_THANKS and not offer.commitment.errand:
                host.link_digest = host.link_made_at = None
        kept.append((offer, host, token if host and host.link_digest else ""))
    return kept


def new_host(commitment: Commitment, contact: HostContact, now: datetime.datetime) -> tuple[Host, str]:
    """Return an unsaved host, and the secret of his private link; empty where no letter can bring it."""
    host = Host(commitment=commitment, language=contact.language)
    host.set_contact(name=contact.name, email=contact.email, phone=contact.phone)
    if not contact.email or commitment.review == Review.DECLINED:
        return host, ""
    token = new_token()
    host.link_digest, host.link_made_at = digest(token), now
    return host, token


def _thanks(host: Host, token: str) -> Letter:
    about = host.commitment
    letter = letters.thank_host(about, token, host.language)
    return new_letter(
        "events.thank_host",
        host.email,
        letter,
        language=host.language,
        key=f"thank_host:{host.uid}:1",
        about=about.key,
        unsubscribe=list_of(host.proved_at),
        until=last_use(about.day, timezone.now()),
        secret=True,
    )


@transaction.atomic(savepoint=False)
def owe(host: Host, kind: str, letter: Written, *, by: Actor, times: int = 1, secret: bool = True) -> None:
    """Owe a host a letter about his commitment, once for each kind and number."""
    owe_letter(
        f"events.{kind}",
        host.email,
        letter,
        language=host.language,
        key=f"{kind}:{host.uid}:{times}",
        about=host.commitment.key,
        unsubscribe=list_of(host.proved_at),
        until=last_use(host.commitment.day, timezone.now()),
        secret=secret,
        by=by,
    )


def approve_trusted(commitment: Commitment) -> None:
    """Put a commitment online that needs no reviewer."""
    from manyplaces.events.operations.review import approve

    approve(commitment, version=commitment.version, by=TRUST)


def is_trusted(commitment: Commitment) -> bool:
    """Tell whether no reviewer is needed: the action allows it, and the voucher or the host is trusted.

    Only the host who committed it himself, and only as long as nobody has joined him: somebody else's name must not
    carry what he never said.
    """
    if commitment.action.approval != Approval.TRUSTED or commitment.is_shared:
        return False
    voucher = commitment.vouched_by
    if voucher is not None and voucher.is_trusted:
        return True
    hashes = commitment.hosts.filter(is_first=True).exclude(proved_at=None).exclude(email_hash="").values("email_hash")
    return TrustedHost.objects.filter(email_hash__in=hashes).exists()
