"""Letters about how it went."""

from __future__ import annotations

from django.utils import translation

from manyplaces.events.models import Event
from manyplaces.mail.letters import Written, written
from manyplaces.reports.rules.links import report_link_of
from manyplaces.rsvps.letters import facts_of


def ask_for_report(event: Event, host: str, language: str) -> Written:
    """Ask a host (by his uid) how it went, with a link that does just that."""
    with translation.override(language):
        facts = facts_of(event, language)
        facts["place"] = facts["place"] or event.city.name
    return written("reports.ask", language, **facts, link=report_link_of(host))
