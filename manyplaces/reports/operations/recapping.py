"""The recap of an action: written, handed in, looked at by somebody else, published, and corrected with a date.

What is not right goes back to its writer; what must not stand there comes off the page at once.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.rules import require_public
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import clean_texts, keep, record
from manyplaces.people.rules import Role, require
from manyplaces.record.models import Correction
from manyplaces.reports.models import Recap
from manyplaces.reports.queries.recaps import others_look, unknown_in
from manyplaces.reports.rules.recaps import RecapState, why_not_publish

CONTENT = ("body", "body_es", "photos", "hits", "shows_cities")


@transaction.atomic
def write_recap(recap: Recap, *, version: int, by: Actor) -> Recap:
    """Keep what somebody writes as the recap of an action: a draft again, whoever had it before him.

    `version` is that of the recap that was shown, 0 where there was none. Raises ValidationError by field for a number
    that nobody knows and for what cannot be shown, NotNow where it was changed since or is public: `correct_recap`
    changes that.
    """
    stored = _stored(recap, by)
    _checked(recap)
    if stored is None:
        recap.state, recap.written_at, recap.written_by = RecapState.DRAFT, timezone.now(), by.name
        recap.writer_id = by.person or None
        return keep(recap, None, fields=(), by=by, unseen=True).row
    if stored.is_public:
        raise NotNow(_("This recap is public already. Change it together with a correction, so that readers know."))
    before = _written(recap, stored, version, by)
    if before:
        before |= {"state": stored.state}
        stored.state, stored.handed_in_at = RecapState.DRAFT, None
        _keep(stored, "recap.changed", before, by=by, unseen=True)
    return stored


@transaction.atomic
def hand_in_recap(recap: Recap, *, version: int, by: Actor) -> Recap:
    """Ask for a second pair of eyes. Raises NotNow where it was changed since it was shown or is public."""
    stored = _of_version(recap, version, by)
    if stored.is_public:
        raise NotNow(_("This recap is public already."))
    if not (stored.body or stored.body_es):
        raise ValidationError({"body": _("Write something first, in one language at least.")})
    if stored.state == RecapState.WAITING:
        return stored
    stored.state, stored.handed_in_at = RecapState.WAITING, timezone.now()
    stored.alone = not others_look(stored, by)
    before: dict[str, object] = {"state": RecapState.DRAFT.value}
    before |= {name: getattr(stored, name) for name in ("returned_by", "returned_why") if getattr(stored, name)}
    stored.returned_by = stored.returned_why = ""
    return _keep(stored, "recap.handed-in", before, by=by, unseen=True)


@transaction.atomic
def give_recap_back(recap: Recap, why: str, *, version: int, by: Actor) -> Recap:
    """Let whoever wrote a recap change it, with a sentence of why that he reads; it is a draft again.

    Raises ValidationError for no sentence, NotNow for what nobody has handed in or was changed since it was shown.
    """
    stored = _of_version(recap, version, by)
    if stored.state != RecapState.WAITING:
        raise NotNow(_("This recap waits for nobody. Only what was handed in can be given back."))
    stored.returned_why = why.strip()
    if not stored.returned_why:
        raise ValidationError({"returned_why": _("Say in a sentence what is to be changed.")})
    clean_texts(stored)
    return _returned(stored, "recap.given-back", {"state": RecapState.WAITING.value}, by=by, unseen=True)


@transaction.atomic
def withdraw_recap(recap: Recap, *, version: int, by: Actor) -> Recap:
    """Take a public recap off the page at once; it is a draft again, and two have to agree before it is back.

    One person is enough, for what should not stand there must not wait. Its corrections come back with it. Raises
    NotNow where it is not public, was changed since it was shown, or stands in a closed record.
    """
    stored = _of_version(recap, version, by)
    if not stored.is_public:
        raise NotNow(_("This recap is not public."))
    before: dict[str, object] = {"state": RecapState.PUBLIC.value, "approved_by": stored.approved_by}
    stored.approved_by = stored.returned_why = ""
    return _returned(stored, "recap.withdrawn", before, by=by)


@transaction.atomic
def publish_recap(recap: Recap, *, version: int, by: Actor) -> Recap:
    """Let everybody read a recap in the state that was shown; not who wrote it last, unless he is alone, after a day.

    Raises PermissionDenied for who wrote it, NotNow for what was not handed in, was changed since or is public.
    """
    stored = _of_version(recap, version, by)
    require_public(stored.action)
    if by.person == 0:
        raise PermissionDenied(_("A person has to look at it. Publish it on the desk."))
    now = timezone.now()
    is_own, others = by.person == stored.writer_id, not stored.alone or others_look(stored, by)
    if sentence := why_not_publish(stored.state, stored.handed_in_at, now, is_own=is_own, others=others):
        is_waiting = stored.state == RecapState.WAITING
        raise PermissionDenied(sentence) if is_waiting and others else NotNow(sentence)
    _checked(stored)
    stored.state, stored.approved_by, stored.published_at = RecapState.PUBLIC, by.name, now
    return _keep(stored, "recap.published", {"state": RecapState.WAITING.value}, by=by)


@transaction.atomic
def correct_recap(recap: Recap, correction: Correction, *, version: int, by: Actor) -> Recap:
    """Change a public recap together with a dated note that readers see; what stood there stays in the journal.

    That is how one in a closed record is corrected too. The same form sent twice is one correction. Raises
    ValidationError by field, NotNow where it is not public, was changed since it was shown, or says nothing else than
    before.
    """
    stored = _stored(recap, by)
    if stored is None or not stored.is_public:
        raise NotNow(_("This recap is not public. Change it without a correction."))
    clean_texts(correction)
    if one(Correction.objects.filter(uid=correction.uid)) is not None:
        return stored
    _checked(recap)
    before = _written(recap, stored, version, by)
    if not before:
        raise NotNow(_("The recap says what it said before. Change what is wrong, then save the correction."))
    correction.action = stored.action
    _keep(stored, "recap.corrected", before, by=by)
    stored.corrections.add(keep(correction, None, fields=(), by=by).row)
    return stored


def _stored(recap: Recap, by: Actor) -> Recap | None:
    """Return the recap of the action as it is, both locked; raises PermissionDenied for who may not write it."""
    action = Action.every.select_for_update().get(pk=recap.action_id)
    require(by, Role.NATIONAL, action=action.slug)
    found = one(Recap.objects.select_for_update().filter(action=action))
    if found is not None:
        found.action = action
    return found


def _of_version(recap: Recap, version: int, by: Actor) -> Recap:
    stored = _stored(recap, by)
    if stored is None or stored.version != version:
        raise NotNow(_("Somebody changed this recap since you opened the page. Read it once more."))
    return stored


def _written(recap: Recap, stored: Recap, version: int, by: Actor) -> dict[str, object]:
    """Bring the stored recap into line with what was written; return the values before, empty where they are alike."""
    before = {name: getattr(stored, name) for name in CONTENT if getattr(stored, name) != getattr(recap, name)}
    if before and stored.version != version:
        raise NotNow(_("Somebody changed this recap while you had it open. Look at what stands here now."))
    for name in before:
        setattr(stored, name, getattr(recap, name))
    if before:
        before |= {"written_by": stored.written_by}
        stored.writer_id, stored.written_by, stored.written_at = by.person or None, by.name, timezone.now()
    return before


def _checked(recap: Recap) -> None:
    clean_texts(recap)
    if wrong := unknown_in(recap):
        raise ValidationError(wrong)


def _returned(stored: Recap, verb: str, before: dict[str, object], *, by: Actor, unseen: bool = False) -> Recap:
    stored.state, stored.handed_in_at = RecapState.DRAFT, None
    stored.returned_at, stored.returned_by = timezone.now(), by.name
    return _keep(stored, verb, before, by=by, unseen=unseen)


@transaction.atomic(savepoint=False)
def _keep(stored: Recap, verb: str, before: dict[str, object], *, by: Actor, unseen: bool = False) -> Recap:
    stored.version += 1
    stored.full_clean(exclude=("action", "writer"), validate_unique=False)
    stored.save()
    record(by, verb, stored, before=before, unseen=unseen)
    return stored
