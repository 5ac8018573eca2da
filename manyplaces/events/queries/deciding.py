"""What the desk shows of single commitments, of decisions that can be taken back, and of trust."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils import timezone

from manyplaces.actions.rules import Approval
from manyplaces.core.actor import Actor
from manyplaces.events.models import BlockedPattern, Commitment, Event, Host, TrustedHost
from manyplaces.events.queries.queue import Waiting, one_waiting, reviewed_by
from manyplaces.events.rules import Review
from manyplaces.events.rules.steps import DECISIONS, Step, steps_open_to
from manyplaces.journal.models import Entry
from manyplaces.people.models import Organisation
from manyplaces.people.rules import Role, may

UNDO = datetime.timedelta(hours=24)
MOST_RECENT = 8
# How the numbers of errands begin on which reviewers decide; a list is undone as a list.
DECIDED = "d-"
MOST_ONLINE = 200


@dataclass(frozen=True)
class Recent:
    """Something decided in one go that can still be taken back, and by whom."""

    errand: str
    by: str
    step: Step
    many: int
    at: datetime.datetime


@dataclass(frozen=True)
class CommitmentDesk:
    """One commitment on the desk: what waits, the steps open to the reader, hosts without their contacts."""

    waiting: Waiting
    steps: list[Step]
    doubles: list[Commitment]
    hosts: list[Host]
    trusted: set[str]
    may_trust: bool
    may_show_again: bool

    @property
    def row(self) -> Commitment:
        """The commitment."""
        return self.waiting.commitment


@dataclass(frozen=True)
class TrustedDesk:
    """A host whom we trust, what he has committed, and whether the reader may withdraw the trust."""

    host: TrustedHost
    sites: list[Commitment]
    may_untrust: bool


@dataclass(frozen=True)
class TrustDesk:
    """Whom we trust and what is online because of it; what is blocked."""

    hosts: list[TrustedDesk]
    organisations: list[Organisation]
    online: list[Event]
    patterns: list[BlockedPattern]


def recent_decisions(by: Actor) -> list[Recent]:
    """Return what was decided within a day where the actor may decide, and not taken back; newest first; two queries.

    Whoever decided it: a mistake of a colleague who has gone to bed can be taken back too.
    """
    since = timezone.now() - UNDO
    entries = Entry.objects.filter(subject_kind=Commitment._meta.label_lower, at__gt=since)
    undone = set(
        entries.filter(verb="commitment.taken-back").values_list("before__errand", flat=True).distinct().order_by()
    )
    decided = entries.filter(verb__in=DECISIONS, errand__startswith=DECIDED).exclude(door="clock")
    elsewhere = decided.exclude(subject_id__in=reviewed_by(by).values("pk")).values("errand")
    found = decided.exclude(errand__in=elsewhere).values("errand", "verb", "actor")
    rows = found.annotate(many=Count("pk"), last=Max("at")).order_by("-last")[: MOST_RECENT * 4]
    return [
        Recent(row["errand"], row["actor"], DECISIONS[row["verb"]], row["many"], row["last"])
        for row in rows
        if row["errand"] not in undone
    ][:MOST_RECENT]


def picked(by: Actor, picks: Sequence[tuple[str, int]]) -> list[Commitment]:
    """Return the picked commitments that lie in the actor's area, in the version that is stored; one query."""
    rows = reviewed_by(by).filter(key__in=[key for key, _version in picks]).select_related("action")
    return list(rows.order_by("made_at", "pk"))


def commitment_desk(row: Commitment, by: Actor) -> CommitmentDesk:
    """Return one commitment as the desk shows it; seventeen queries."""
    waiting = one_waiting(row)
    full = waiting.commitment
    hosts = list(full.hosts.all())
    hashes = [host.email_hash for host in hosts if host.email_hash]
    area = {"action": full.action.slug, "state": full.state, "city": full.city_slug}
    return CommitmentDesk(
        waiting,
        steps_open_to(by, full),
        list(reviewed_by(by).filter(key__in=waiting.doubles).select_related("action").order_by("made_at")),
        hosts,
        set(TrustedHost.objects.filter(email_hash__in=hashes).values_list("email_hash", flat=True)),
        may(by, Role.COORDINATOR, **area),
        may(by, Role.COORDINATOR, **area),
    )


def trust_desk(by: Actor) -> TrustDesk:
    """Return whom we trust and what is online because of it in the actor's area, and what is blocked; six queries."""
    online = Event.every.filter(
        is_listed=True, commitment__review=Review.APPROVED, commitment__decided_by="trust",
        action__approval=Approval.TRUSTED, commitment__in=reviewed_by(by),
    ).select_related("action", "city", "commitment__vouched_by", "spelling__place")  # fmt: skip
    hosts = list(TrustedHost.objects.order_by("-made_at"))
    sites = _sites_of(hosts, by)
    return TrustDesk(
        [TrustedDesk(host, sites.get(host.email_hash, []), _may_untrust(sites, host, by)) for host in hosts],
        list(Organisation.objects.filter(is_trusted=True).order_by("name")),
        list(online.order_by("-pk")[:MOST_ONLINE]),
        list(BlockedPattern.objects.order_by("kind", "text")),
    )


def may_untrust(trusted: TrustedHost, by: Actor) -> bool:
    """Tell whether the actor may withdraw a trust: nationally, or where the host has committed something; one query."""
    return _may_untrust(_sites_of([trusted], by), trusted, by)


def _may_untrust(sites: Mapping[str, list[Commitment]], trusted: TrustedHost, by: Actor) -> bool:
    areas = [site.area for site in sites.get(trusted.email_hash, [])]
    return may(by) or any(
        may(by, Role.COORDINATOR, action=area.action, state=area.state, city=area.city) for area in areas
    )


def _sites_of(trusted: Sequence[TrustedHost], by: Actor) -> dict[str, list[Commitment]]:
    """Return what trusted hosts have committed in the actor's area, by the hash of their address, the newest first."""
    found: dict[str, list[Commitment]] = defaultdict(list)
    hosts = Host.objects.filter(email_hash__in=[one.email_hash for one in trusted], commitment__in=reviewed_by(by))
    for host in hosts.exclude(proved_at=None).select_related("commitment__action").order_by("-pk"):
        found[host.email_hash].append(host.commitment)
    return found
