"""Letters to hosts about what was decided: by the reviewers about one commitment, by a coordinator about an area."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from manyplaces.events.letters.hosts import time_words
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.mail.letters import Written, written


def you_are_online(commitment: Commitment, host: Host) -> Written:
    """Say that everybody can see it now, and where."""
    return _written("you_are_online", commitment, host)


def corrected(commitment: Commitment, host: Host) -> Written:
    """Say that coordinators changed it in his place, and how it stands now."""
    is_online = commitment.event_id is not None and not commitment.is_paused
    with translation.override(host.language):
        tactic = str(commitment.get_tactic_display())
    return _written("corrected", commitment, host, tactic=tactic, is_online=is_online)


def declined(commitment: Commitment, host: Host) -> Written:
    """Say that it is not shown, and why."""
    return _written("declined", commitment, host, reason=commitment.reason)


def kept(commitment: Commitment, host: Host) -> Written:
    """Say that a change is not taken, why, and what is online."""
    return _written("kept", commitment, host, reason=commitment.reason)


def taken_down(commitment: Commitment, host: Host) -> Written:
    """Say that it is not shown any more, and why."""
    return _written("taken_down", commitment, host, reason=commitment.reason)


def question(commitment: Commitment, host: Host) -> Written:
    """Ask what the reviewers want to know; the answer goes on the private page."""
    return _written("question", commitment, host, question=commitment.reason)


def merged(commitment: Commitment, host: Host) -> Written:
    """Say that somebody committed the same place before, and that both host it now."""
    return _written("merged", commitment, host)


def again(commitment: Commitment, host: Host) -> Written:
    """Say that a decision was taken back and that reviewers look at it once more."""
    return _written("again", commitment, host)


def taken_back(commitment: Commitment, host: Host) -> Written:
    """Say that the list it came with was taken back, so that it is not shown and its link is dead."""
    return _written("taken_back", commitment, host)


def cancelled(commitment: Commitment, host: Host, event: Event) -> Written:
    """Say that it is cancelled, and why."""
    return _written("cancelled", commitment, host, reason=event.text("reason", host.language))


def postponed(commitment: Commitment, host: Host, event: Event) -> Written:
    """Say that it is put off, why, and to which day."""
    return _written("postponed", commitment, host, reason=event.text("reason", host.language), moved=event.moved_to)


def restored(commitment: Commitment, host: Host) -> Written:
    """Say that it takes place after all."""
    return _written("restored", commitment, host)


def _written(name: str, commitment: Commitment, host: Host, **further: Any) -> Written:
    language = host.language
    with translation.override(language):
        facts = {
            "action": commitment.action.text("name", language),
            "slug": commitment.action.slug,
            "key": commitment.key,
            "place": commitment.venue,
            "city": f"{commitment.city_name}, {commitment.state}",
            "day": commitment.date_edtf,
            "time": time_words(commitment),
        }
        # A ready reason is kept in English; in a reviewer's own words nothing is found to translate.
        facts |= {about: gettext(text) if about == "reason" and text else text for about, text in further.items()}
    return written(f"events.{name}", language, **facts)
