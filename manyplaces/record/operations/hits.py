"""Media hits as people bring them: added by a host or on the desk, corrected, looked at, taken down."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.journal.operations import Kept, clean_texts, keep, record
from manyplaces.record.models import LinkWatch, MediaHit
from manyplaces.record.operations.captures import drop_capture
from manyplaces.record.operations.media import HIT_FACTS, add_media_hit
from manyplaces.record.rules import LinkState
from manyplaces.record.rules.links import link_key, plain_link, story_key
from manyplaces.record.rules.media import KEEPERS, LOOKERS, HitReview, require_role

CORRECTED = (*HIT_FACTS, "language", "archived_link", "link_state")


@transaction.atomic
def bring_media_hit(hit: MediaHit, event: Event | None = None, *, by: Actor) -> Kept[MediaHit]:
    """Add a media hit that somebody typed; who holds an event's private link brings it for a look, others at once.

    The same link, or the same outlet, headline and date, brought twice is one hit; what stands there is not changed,
    but that a coordinator shows by it what waited, and that it is about a host's event too. Raises PermissionDenied for
    whoever may not in that area, NotNow where it was taken down, ValidationError by field.
    """
    is_host = bool(by.holds)
    if is_host:
        _settle_for_host(hit, event, by)
    else:
        require_role(by, *KEEPERS, **_area(hit))
    _require_something(hit)
    said = (fold(hit.outlet), fold(hit.headline), hit.date_edtf)
    hit.key = link_key(hit.action.slug, hit.link) if hit.link else story_key(hit.action.slug, *said)
    known = _here_already(hit, is_host)
    if known is not None:
        return _known_already(known, event if is_host else None, by)
    hit.review = HitReview.WAITING if is_host else HitReview.SHOWN
    hit.entered_by = "" if is_host else by.name
    return add_media_hit(hit, [event] if event is not None else None, by=by)


@transaction.atomic
def correct_media_hit(hit: MediaHit, *, seen: str, by: Actor) -> Kept[MediaHit]:
    """Set what is said of the stored hit of this id; another link is one that nobody has checked.

    `seen` is what was said of the hit that was shown (`MediaHit.said`). Raises NotNow where somebody changed it since,
    PermissionDenied for whoever may not in its area, before and after, ValidationError by field.
    """
    stored = _stored(hit, by)
    require_role(by, *KEEPERS, **_area(hit))
    _require_something(hit)
    if seen != stored.said != hit.said:
        raise NotNow(
            _("Somebody changed this meanwhile. What you typed stands here, and replaces it if you save again.")
        )
    hit.outlet_folded = fold(hit.outlet)[:200]
    same = plain_link(hit.link) == plain_link(stored.link)
    hit.link_state = stored.link_state if same else LinkState.UNKNOWN
    if hit.link_state == LinkState.DEAD and hit.archived_link:
        hit.link_state = LinkState.ARCHIVED
    return keep(hit, stored, fields=CORRECTED, by=by, unseen=stored.review != HitReview.SHOWN)


@transaction.atomic
def decide_media_hit(hit: MediaHit, review: str, *, by: Actor) -> MediaHit:
    """Show a hit, keep back what a host sent, or take down what is shown; copies of it stay, the first stands for it.

    Raises PermissionDenied for whoever may not look at it there, ValidationError for any other wish.
    """
    roles = LOOKERS if review in (HitReview.SHOWN, HitReview.KEPT_BACK) else KEEPERS
    stored = _stored(hit, by, *roles)
    if review not in (HitReview.SHOWN, HitReview.KEPT_BACK, HitReview.TAKEN_DOWN):
        raise ValidationError(_("Show it, keep it back, or take it down."))
    if stored.review == review:
        return stored
    before = {"review": str(stored.review), "decided_by": stored.decided_by}
    unseen = HitReview.SHOWN not in (stored.review, review)
    stored.review, stored.decided_by = review, by.name
    stored.full_clean(exclude=("action", "city", "copy_of"), validate_unique=False)
    stored.save(update_fields=["review", "decided_by"])
    if review != HitReview.SHOWN:
        _leave_copies(stored, by)
    if review == HitReview.TAKEN_DOWN:
        _forget_page(stored)
    verb = "mediahit.taken-down" if review == HitReview.TAKEN_DOWN else "mediahit.decided"
    record(by, verb, stored, before=before, unseen=unseen)
    return stored


def _stored(hit: MediaHit, by: Actor, *roles: str) -> MediaHit:
    rows = MediaHit.every.select_for_update(of=("self",)).select_related("action", "city")
    stored = rows.get(key=hit.key)
    require_role(by, *(roles or KEEPERS), **_area(stored))
    return stored


def _area(hit: MediaHit) -> dict[str, str]:
    return {"action": hit.action.slug, "state": hit.state, "city": hit.city.slug if hit.city else ""}


def _settle_for_host(hit: MediaHit, event: Event | None, by: Actor) -> None:
    if event is None or event.key != by.holds:
        raise PermissionDenied(_("You do not have the right to do this. Use the private link in your letter."))
    hit.action, hit.city, hit.state = event.action, event.city, event.city.state


def _require_something(hit: MediaHit) -> None:
    clean_texts(hit)
    if not hit.outlet:
        raise ValidationError({"outlet": _("Say who published it: a newspaper, a station, a website.")})
    if not hit.headline and not hit.link:
        raise ValidationError({"headline": _("Give the headline, or a link.")})
    hit.settle_date()


def _here_already(hit: MediaHit, is_host: bool) -> MediaHit | None:
    """Return the stored hit that this one is, locked. Of a host also one that came otherwise with a link to that page.

    Whoever adds on the desk is shown such a one, and says himself whether both are to stand there.
    """
    rows = MediaHit.every.select_for_update(of=("self",))
    known = one(rows.filter(key=hit.key))
    if known is not None or not is_host or not hit.link:
        return known
    page = plain_link(hit.link)
    near = MediaHit.every.filter(action=hit.action, link__icontains=page.partition("/")[0].partition("?")[0])
    same = [other for other in near.order_by("pk") if plain_link(other.link) == page]
    # What is shown comes first, and of that the story before its copies.
    same.sort(key=lambda other: (other.review != HitReview.SHOWN, other.copy_of_id is not None))
    return rows.get(pk=same[0].pk) if same else None


def _known_already(known: MediaHit, event: Event | None, by: Actor) -> Kept[MediaHit]:
    """Leave what is here as it is; what a host brings is about his event too, unless it was taken off the pages.

    Of that a host learns nothing.
    """
    if event is not None:
        return _about_too(known, event, by)
    if known.review == HitReview.SHOWN:
        return Kept(known, "unchanged")
    if known.review == HitReview.TAKEN_DOWN:
        raise NotNow(_("This was taken down. Find it in the list and show it again if that was wrong."))
    return Kept(decide_media_hit(known, HitReview.SHOWN, by=by), "changed")


def _about_too(known: MediaHit, event: Event, by: Actor) -> Kept[MediaHit]:
    events = list(Event.every.only("pk").filter(media=known))
    if event in events or known.review not in (HitReview.SHOWN, HitReview.WAITING):
        return Kept(known, "unchanged")
    unseen = known.review != HitReview.SHOWN
    return keep(known, known, fields=(), by=by, links={"events": [*events, event]}, unseen=unseen)


def _leave_copies(hit: MediaHit, by: Actor) -> None:
    """Let the first copy of a story stand for it, and the others be copies of that one."""
    copies = list(MediaHit.every.select_for_update(of=("self",)).filter(copy_of=hit).order_by("date_from", "pk"))
    shown = [copy for copy in copies if copy.review == HitReview.SHOWN]
    heir = (shown or copies)[0] if copies else None
    for copy in copies:
        copy.copy_of = None if copy == heir else heir
        copy.full_clean(exclude=("action", "city", "copy_of"), validate_unique=False)
        copy.save(update_fields=["copy_of"])
        record(by, "mediahit.stands-for", copy, before={"copy_of_id": hit.pk})


def _forget_page(hit: MediaHit) -> None:
    """Forget what the page said and the copy of it that was kept."""
    watch = LinkWatch.objects.filter(hit=hit).first()
    if watch is not None:
        name = watch.capture
        watch.delete()
        transaction.on_commit(lambda: drop_capture(name))
