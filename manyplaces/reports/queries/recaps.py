"""The recap of an action with everything it shows: numbers, photos, stories, what cities report, corrections."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.people.models import RoleGrant
from manyplaces.people.rules import Role
from manyplaces.record.models import Claim, Correction, MediaHit
from manyplaces.record.rules import MediaKind
from manyplaces.reports.models import Recap
from manyplaces.reports.queries.cities import CitySummary, city_summaries
from manyplaces.reports.queries.photos import ShownPhoto, public_photos, shown_photos
from manyplaces.reports.rules.marks import OURS, claims_in, marks_in
from manyplaces.reports.rules.recaps import RecapState

# So much is offered to whoever writes.
MOST_CLAIMS, MOST_PHOTOS, MOST_STORIES = 200, 120, 120


@dataclass(frozen=True)
class ToWriteFrom:
    """What whoever writes a recap can choose from: claims about the whole action and its cities, photos, stories."""

    claims: list[Claim]
    photos: list[ShownPhoto]
    hits: list[MediaHit]


@dataclass(frozen=True)
class ShownRecap:
    """A recap as readers see it; photos and hits in its order, without those that nobody may see any more."""

    recap: Recap
    claims: dict[int, Claim] = field(default_factory=dict)
    photos: list[ShownPhoto] = field(default_factory=list)
    hits: list[MediaHit] = field(default_factory=list)
    cities: list[CitySummary] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)

    def words(self, language: str) -> tuple[str, str]:
        """Return the text in this language, or in the other where it was written in that alone; and in which it is."""
        texts = {"en": self.recap.body, "es": self.recap.body_es}
        return next(((text, code) for code in (language, "en", "es") if (text := texts.get(code, ""))), ("", "en"))


def public_recap(action: Action) -> ShownRecap | None:
    """Return the recap of an action that everybody may read; where there is one, it stands in for its short one.

    One query where there is none, else eight.
    """
    found = Recap.objects.filter(action=action, state=RecapState.PUBLIC).first()
    return None if found is None else shown_recap(found)


def public_recaps(action: OuterRef) -> Exists:
    """Return the question, within a query of actions, whether one has a recap that everybody may read."""
    return Exists(Recap.objects.filter(action=action, state=RecapState.PUBLIC))


def shown_recap(recap: Recap) -> ShownRecap:
    """Return a recap, also one that is not kept yet, with what it shows; seven queries."""
    action = recap.action
    claims = Claim.objects.filter(action=action, pk__in=claims_in(recap.body, recap.body_es))
    photos = {photo.key: photo for photo in shown_photos(action=action)} if recap.photos else {}
    hits = {hit.key: hit for hit in MediaHit.objects.filter(action=action, key__in=recap.hits).select_related("city")}
    return ShownRecap(
        recap,
        {claim.pk: claim for claim in claims},
        [photos[key] for key in recap.photos if key in photos],
        [hits[key] for key in recap.hits if key in hits],
        city_summaries(action) if recap.shows_cities else [],
        list(recap.corrections.all()) if recap.pk else [],
    )


def recap_on_desk(action: Action) -> Recap:
    """Return the recap of an action, or one that nobody has begun, of version 0; one query."""
    found = Recap.objects.filter(action=action).select_related("action").first()
    return found or Recap(action=action, version=0)


def to_write_from(recap: Recap) -> ToWriteFrom:
    """Return what could stand in a recap; three queries."""
    claims = Claim.objects.filter(action=recap.action, event=None).select_related("city")
    stories = MediaHit.objects.filter(Q(copy_of=None) | Q(key__in=recap.hits), action=recap.action)
    news = Case(When(key__in=recap.hits, then=0), When(kind=MediaKind.EARNED, then=1), default=2)
    return ToWriteFrom(
        list(claims.order_by("city__state", "city__name", "metric", "phase", "pk")[:MOST_CLAIMS]),
        shown_photos(action=recap.action, most=MOST_PHOTOS),
        list(stories.select_related("city").order_by(news, "date_from", "pk")[:MOST_STORIES]),
    )


def unknown_in(recap: Recap, *, but: Collection[str] = ()) -> dict[str, list[str]]:
    """Return what a recap names that is not there, as sentences by field, marks in `but` left aside; three queries."""
    known = set(
        Claim.objects.filter(action=recap.action_id, pk__in=claims_in(recap.body, recap.body_es)).values_list(
            "pk", flat=True
        )
    )
    marks = {*OURS, *but, *(f"claim {number}" for number in known)}
    wrong = {}
    for name in ("body", "body_es"):
        if unknown := [mark for mark in marks_in(getattr(recap, name)) if mark not in marks]:
            wrong[name] = [
                _("[[%(mark)s]] is no number of this action. Choose one from the list.") % {"mark": mark}
                for mark in unknown
            ]
    photos = public_photos().filter(event__action=recap.action_id, key__in=recap.photos)
    if photos.count() < len(set(recap.photos)):
        wrong["photos"] = [_("One of these photos is not shown to anybody any more. Choose again.")]
    if MediaHit.objects.filter(action=recap.action_id, key__in=recap.hits).count() < len(set(recap.hits)):
        wrong["hits"] = [_("One of these stories is not in the record any more. Choose again.")]
    return wrong


def others_look(recap: Recap, by: Actor) -> bool:
    """Tell whether another person could publish this recap: somebody else who is national for its action; one query."""
    held = RoleGrant.objects.in_force(timezone.localdate()).filter(role=Role.NATIONAL, state="", city="")
    reaching = held.filter(Q(action="") | Q(action=recap.action.slug), person__disabled_at=None)
    return reaching.exclude(person=by.person or None).exists()
