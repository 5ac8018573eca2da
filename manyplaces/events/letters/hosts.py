"""Letters to hosts about their own commitment: each brings the private link, and never a contact of somebody else."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from manyplaces.core.localtimes import clock_words
from manyplaces.events.models import Commitment
from manyplaces.mail.letters import Written, written


def thank_host(commitment: Commitment, token: str, language: str) -> Written:
    """Thank for a commitment: what was said, what comes next, and the link that proves the address."""
    return _written("thank_host", commitment, token, language)


def co_host(commitment: Commitment, token: str, language: str) -> Written:
    """Tell somebody that a host named him as co-host."""
    return _written("co_host", commitment, token, language)


def hand_over(commitment: Commitment, token: str, language: str) -> Written:
    """Ask somebody to take over from the host."""
    return _written("hand_over", commitment, token, language)


def link_again(commitment: Commitment, token: str, language: str, *, is_former_alive: bool) -> Written:
    """Bring a new private link, and say what becomes of the one of before."""
    return _written("link_again", commitment, token, language, is_former_alive=is_former_alive)


def host_named(commitment: Commitment, language: str, *, takes_over: bool) -> Written:
    """Tell a host that somebody else was named, and how to stop it; `takes_over` says that it is in his place."""
    return _written("host_named", commitment, "", language, takes_over=takes_over)


def no_host(commitment: Commitment, language: str) -> Written:
    """Tell somebody that he is no host any more."""
    return _written("no_host", commitment, "", language)


def withdrawn(commitment: Commitment, language: str) -> Written:
    """Say that the commitment was withdrawn, and what stays."""
    return _written("withdrawn", commitment, "", language)


def _written(name: str, commitment: Commitment, token: str, language: str, **further: Any) -> Written:
    with translation.override(language):
        facts: dict[str, Any] = {
            "action": commitment.action.text("name", language),
            "slug": commitment.action.slug,
            "place": commitment.venue,
            "city": f"{commitment.city_name}, {commitment.state}",
            "day": commitment.date_edtf,
            "time": time_words(commitment),
            "tactic": str(commitment.get_tactic_display()),
            "token": token,
            **further,
        }
    return written(f"events.{name}", language, **facts)


def time_words(commitment: Commitment) -> str:
    """Return the start as people say it, such as “7:20 a.m. CDT”; empty where none is known."""
    time, moment = commitment.time_local, commitment.starts_at
    if time is None or moment is None:
        return ""
    return f"{clock_words(time)} {moment.tzname()}"
