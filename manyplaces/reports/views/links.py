"""Who reports: the host by his private link, or by that of a letter which asks how it went and can do no more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event, Host
from manyplaces.events.rules.hosting import link_is_alive
from manyplaces.events.views.committing import HOST
from manyplaces.reports.rules.links import read_report_link
from manyplaces.rsvps.queries.telling import hosts_to_remind
from manyplaces.rsvps.views.relaying import hosted, with_event


@dataclass(frozen=True)
class Reporting:
    """Who holds a link, his event, and whether the link is that of his private page."""

    host: Host
    event: Event
    is_private: bool

    @property
    def by(self) -> Actor:
        """Who acts."""
        return replace(HOST, door="link", holds=self.host.commitment.key)


def reporting(token: str) -> Reporting | None:
    """Return who reports by this link; None for one that is forged, ended or too old."""
    is_private = "." not in token
    host, event = hosted(token) if is_private else _asked(token)
    return None if host is None or event is None else Reporting(host, event, is_private)


def _asked(token: str) -> tuple[Host | None, Event | None]:
    uid = read_report_link(token)
    host = hosts_to_remind(uid=uid).select_related("commitment__action").first() if uid else None
    if host is None:
        return None, None
    is_frozen = host.commitment.action.is_frozen
    if not link_is_alive(host.commitment.day, timezone.localdate(), is_frozen=is_frozen):
        return None, None
    return with_event(host)
