"""Who keeps this site: what the coalition says of itself, its members and its partners."""

from __future__ import annotations

from dataclasses import dataclass

from manyplaces.people.models import Coalition, Organisation
from manyplaces.people.queries import coalition


@dataclass(frozen=True)
class CoalitionPage:
    """The coalition, and the organisations it names, each list in the order of names."""

    coalition: Coalition
    members: list[Organisation]
    partners: list[Organisation]


def coalition_page() -> CoalitionPage:
    """Return who keeps this site; two queries."""
    named = Organisation.objects.filter(kind__in=(Organisation.Kind.MEMBER, Organisation.Kind.PARTNER))
    found = list(named.filter(names__isnull=False).distinct().order_by("name", "pk"))
    members = [one for one in found if one.kind == Organisation.Kind.MEMBER]
    return CoalitionPage(coalition(), members, [one for one in found if one not in members])
