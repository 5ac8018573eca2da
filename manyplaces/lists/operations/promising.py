"""From the words of a row to what its site promises: read when it is looked up, and committed as it was shown."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.rules import tactic_of, tactics_of
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.core.spokenclocks import read_start
from manyplaces.core.spokendates import read_spoken
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment
from manyplaces.events.operations import Offer, check_offer
from manyplaces.events.operations.offers import blocked
from manyplaces.events.rules.hosting import HostContact
from manyplaces.events.rules.welcome import Access, Spoken, recognised
from manyplaces.lists.models import ListRow
from manyplaces.lists.rules import Reason, Verdict

# What people write into a column that they have nothing for.
NOTHING = ("", "na", "n a", "none", "no", "ninguno", "ninguna", "unknown")
Refusals = (ValidationError, PermissionDenied, NotNow)


def read_words(row: ListRow) -> bool:
    """Read a row's day, time and tactic, the list's or the action's where it has none; False where it is refused."""
    action = row.of.action
    try:
        with translation.override("en"):
            return _read_tactic(row, action) and _read_day(row, action) and _read_languages(row)
    except ValidationError as refusal:
        row.say(Verdict.REFUSED, Reason.WORDS, text=in_words(refusal))
        return False


def _read_tactic(row: ListRow, action: Action) -> bool:
    row.tactic = tactic_of(fold(row.tactic_words)) if row.tactic_words else action.tactic or tactics_of(action)[0]
    if row.tactic in tactics_of(action):
        return True
    row.say(Verdict.REFUSED, Reason.TACTIC, words=row.tactic_words[:60])
    return False


def _read_day(row: ListRow, action: Action) -> bool:
    first, only = action.date_from, action.date_from == action.date_to
    day_words, time_words = row.date_words or row.of.date_words, row.time_words or row.of.time_words
    usual = (action.time_words, action.time_words_es)
    row.date_edtf = first.isoformat() if first and only else ""
    row.time_local, row.fold = action.time_local, None
    if day_words:
        # What has no year is in the year of the action.
        spoken = read_spoken(day_words, today=first or timezone.localdate(), zone="UTC")
        row.date_edtf = spoken.edtf or ""
        row.time_local, row.fold = spoken.time or action.time_local, spoken.fold
        if not _is_a_day(row.date_edtf):
            row.say(Verdict.REFUSED, Reason.BAD_DAY, words=day_words[:60])
            return False
    if time_words:
        row.time_local, zone = read_start(time_words, usual=action.time_local, words=usual)
        if zone:
            raise ValidationError(_("Leave the time zone out: the time is that of the place."))
    if not row.date_edtf:
        row.say(Verdict.REFUSED, Reason.NO_DAY)
        return False
    return True


def _read_languages(row: ListRow) -> bool:
    """See that every language is known; what makes a place accessible is taken in any words."""
    unknown = recognised(_said(row.spoken_words or row.of.spoken_words), Spoken)[1]
    if unknown:
        row.say(Verdict.REFUSED, Reason.LANGUAGE, words=unknown[0][:60])
    return not unknown


def _said(words: str) -> str:
    return "" if fold(words) in NOTHING else words


def _is_a_day(edtf: str) -> bool:
    try:
        datetime.date.fromisoformat(edtf)
    except ValueError:
        return False
    return True


def promised(row: ListRow) -> Commitment:
    """Return the commitment that a row stands for, unsaved."""
    school, site_list = row.school, row.of
    state, city_name, _short = row.where
    access, more = recognised(_said(row.access_words), Access)
    return Commitment(
        action=site_list.action,
        school=school,
        venue=school.name if school else row.venue,
        address=row.address or (school.street if school else ""),
        city_name=city_name,
        state=state,
        date_edtf=row.date_edtf,
        time_local=row.time_local,
        fold=row.fold,
        tactic=row.tactic,
        hosts_words=row.hosts_words,
        vouched_by=site_list.organisation,
        expected=row.expected,
        posters=row.posters,
        stickers=row.stickers,
        note=row.note,
        spoken=recognised(_said(row.spoken_words or site_list.spoken_words), Spoken)[0],
        access=access,
        access_note=", ".join(more),
        safety=row.safety,
        capacity=row.capacity,
        language=row.language,
    )


def offered(row: ListRow, actor: Actor, *, is_asked_only: bool = False) -> Offer | None:
    """Return the checked offer of a row; None where it is refused, which is then said in the row.

    `is_asked_only`: before the list is committed it does not matter yet whether the action takes commitments.
    """
    contact = HostContact(row.name, row.email, row.phone, row.language) if row.email or row.phone else None
    try:
        with translation.override("en"):
            return check_offer(Offer(promised(row), contact), actor=actor, now=timezone.now(), is_change=is_asked_only)
    except Refusals as refusal:
        row.say(Verdict.REFUSED, Reason.WORDS, text=in_words(refusal)[:300])
        return None


def refuse_blocked(pairs: Sequence[tuple[ListRow, Offer]]) -> list[tuple[ListRow, Offer]]:
    """Return the pairs without those that have what reviewers have blocked; these are refused. One query."""
    fine = []
    for pair, is_blocked in zip(pairs, blocked([offer.commitment for _row, offer in pairs]), strict=True):
        if is_blocked:
            pair[0].say(Verdict.REFUSED, Reason.BLOCKED)
        else:
            fine.append(pair)
    return fine
