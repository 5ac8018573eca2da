"""The organisations as the desk sees them: how they stand, what they host and what they vouch for."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment, Event
from manyplaces.people.models import Organisation, OrganisationName

ON_A_PAGE = 50


@dataclass(frozen=True)
class OrganisationDesk:
    """One organisation: its spellings, what it hosts, what came by its link, and the actions the link is for."""

    organisation: Organisation
    spellings: list[OrganisationName]
    events: int
    vouched: int
    online: int
    actions: list[Action]


@dataclass(frozen=True)
class Moving:
    """A spelling of another organisation that is to come over: with so many events, and whether nothing is left."""

    spelling: OrganisationName
    events: int
    is_last: bool

    @property
    def other(self) -> Organisation:
        """The organisation that it stands for until then."""
        return self.spelling.organisation


def what_moves(organisation: Organisation, spelling: str) -> Moving | None:
    """Return what comes over with a spelling, or None where it is nobody else's; three queries."""
    names = OrganisationName.objects.select_related("organisation").exclude(organisation=organisation)
    found = names.filter(folded=fold(spelling)[:200]).first()
    if found is None:
        return None
    events = Event.every.filter(hosts=found).distinct().count()
    return Moving(found, events, not found.organisation.names.exclude(pk=found.pk).exists())


def organisations_page(words: str, kind: str, number: int) -> Page[Organisation]:
    """Return organisations by name, with `events` and `vouched` counted and `spellings`; three queries.

    Only those of a kind where one is given, and only those one of whose spellings has the words in it.
    """
    found = _counted(Organisation.objects.filter(Exists(OrganisationName.objects.filter(organisation=OuterRef("pk")))))
    if kind in Organisation.Kind.values:
        found = found.filter(kind=kind)
    if folded := fold(words[:200]):
        named = OrganisationName.objects.filter(folded__contains=folded)
        found = found.filter(pk__in=named.values("organisation"))
    ordered = found.prefetch_related("names").order_by(Lower("name"), "pk")
    return Paginator(ordered, ON_A_PAGE).get_page(number)


def organisation_desk(organisation: Organisation) -> OrganisationDesk:
    """Return everything about one organisation; four queries."""
    vouched = Commitment.objects.filter(vouched_by=organisation).aggregate(
        sent=Count("pk"), online=Count("pk", filter=Q(event__isnull=False))
    )
    ahead = Action.objects.filter(date_to__gte=timezone.localdate()).order_by("date_from")
    return OrganisationDesk(
        organisation,
        list(organisation.names.order_by("pk")),
        Event.every.filter(hosts__organisation=organisation).distinct().count(),
        vouched["sent"],
        vouched["online"],
        list(ahead[:10]),
    )


def _counted(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    hosted = Event.every.filter(hosts__organisation=OuterRef("pk")).order_by().values("hosts__organisation")
    vouched = Commitment.objects.filter(vouched_by=OuterRef("pk")).order_by().values("vouched_by")
    return found.annotate(
        events=Coalesce(Subquery(hosted.annotate(many=Count("pk", distinct=True)).values("many")), 0),
        vouched=Coalesce(Subquery(vouched.annotate(many=Count("pk")).values("many")), 0),
    )
