"""Atom feeds: the archive with one entry an action, and one action with its recap, its media hits and its events."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.rules import CALLED_OFF
from manyplaces.events.shapes.moments import exact_days
from manyplaces.front.queries import changes
from manyplaces.front.queries.action import ActionPage
from manyplaces.front.queries.home import Home
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.recaps import how_it_went
from manyplaces.front.shapes.wording import called_off_words, event_words, figure_line, phase_words
from manyplaces.people.queries import coalition
from manyplaces.record.models import MediaHit
from manyplaces.record.queries import Figure
from manyplaces.record.rules import Metric

# What was never changed needs a time all the same, and one that stays.
BEGINNING = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
Item = dict[str, Any]


class Feed(Atom1Feed):
    """Atom without a clock: an unchanged record has an unchanged feed."""

    def latest_post_date(self) -> datetime.datetime:
        """Return when the latest entry changed; Django would take now for a feed without entries."""
        return max((item["updateddate"] for item in self.items), default=BEGINNING)


def home_atom(page: Home, language: str) -> bytes:
    """The archive; four queries of its own."""
    cards = [*page.coming, *page.past]
    changed = changes.card_changes([card.action for card in cards])
    feed = _feed(coalition().name, addresses.home(language), language)
    for card in cards:
        feed.add_item(**_recap(card.action, card.figures, changed, language))
    return _bytes(feed)


def action_atom(page: ActionPage, language: str) -> bytes:
    """One action: its recap first, then what was published and what took place, newest first; nine queries."""
    action = page.action
    feed = _feed(action.text("name", language), addresses.action(action.slug, language), language)
    feed.add_item(**_recap(action, page.figures, changes.card_changes([action]), language, how_it_went(page, language)))
    events, hits = changes.newest_events(action), changes.newest_media(action)
    told = changes.last_changes(MediaHit, [hit.pk for hit in hits])
    listed = changes.last_changes(Event, [event.pk for event in events])
    dated = [(_first(hit.date_from, action), 1, hit.key, _story(hit, action, told, language)) for hit in hits]
    dated += [(_first(event.first_day, action), 0, event.key, _event(event, listed, language)) for event in events]
    latest = sorted(dated, key=lambda entry: entry[3]["updateddate"], reverse=True)[: changes.MOST_IN_FEED - 1]
    for *_order, item in sorted(latest, key=lambda entry: entry[:3], reverse=True):
        feed.add_item(**item)
    return _bytes(feed)


def _feed(title: str, link: str, language: str) -> Feed:
    url = addresses.form_of(link, "atom")
    return Feed(
        title=title,
        link=link,
        description=None,
        language=language,
        author_name=coalition().name,
        author_link=addresses.home(language),
        feed_url=url,
        feed_guid=_identity(url),
    )


def _bytes(feed: Feed) -> bytes:
    return str(feed.writeString("utf-8")).encode()


def _identity(url: str) -> str:
    """Return an identity (RFC 9562) that stays when the address of the site gains a port or another scheme."""
    path = url.removeprefix(settings.SITE_URL)
    return uuid.uuid5(uuid.NAMESPACE_URL, f"//{addresses.host()}{path}").urn


def _recap(action: Action, figures: list[Figure], changed: changes.Changes, language: str, went: str = "") -> Item:
    url = addresses.action(action.slug, language)
    lines = format_html_join("", "<li>{}</li>", ((figure_line(figure),) for figure in figures))
    return {
        "title": action.text("name", language),
        "link": url,
        "unique_id": _identity(f"{url}recap"),
        "updateddate": changed.get(action.pk, _midnight(action.date_from)),
        "description": format_html(
            '<p>{}</p><p>{}</p>{}<p><a href="{}">{}</a></p>',
            action.date_words(language),
            went or action.text("summary", language) or action.text("frame", language),
            format_html("<ul>{}</ul>", lines) if lines else "",
            addresses.numbers(action.slug, language),
            _("What every number rests on"),
        ),
    }


def _event(event: Event, changed: changes.Changes, language: str) -> Item:
    url = addresses.event(event.key, language)
    told = [
        f"{claim.value_words} {claim.metric_words}" + (f" ({claim.claimant})" if claim.claimant else "")
        for claim in event.claims.all()
        if claim.metric == Metric.PEOPLE
    ]
    when = event.date_words(language) or event.action.date_words(language)
    called_off = event.phase in CALLED_OFF
    named = event_words(event)
    return {
        "title": f"{phase_words(event.phase).capitalize()}: {named}" if called_off else named,
        "link": url,
        "unique_id": _identity(url),
        "updateddate": changed.get(event.pk, _midnight(event.first_day)),
        "description": _paragraphs(
            f"{phase_words(event.phase).capitalize()}. {when}",
            "; ".join(told),
            called_off_words(event, language),
            event.public_note(language),
        ),
        "categories": [event.phase],
    }


def _story(hit: MediaHit, action: Action, changed: changes.Changes, language: str) -> Item:
    url = addresses.media(action.slug, language, hit.key)
    exact = exact_days(hit.date_edtf)
    links = [(link, words) for link, words in _links(hit) if link]
    ways = format_html_join(" · ", '<a href="{}">{}</a>', links)
    return {
        "title": f"{hit.outlet}: {hit.headline}" if hit.headline else hit.outlet,
        "link": url,
        "unique_id": _identity(url.replace("#", "")),
        "pubdate": _midnight(exact[0]) if exact else None,
        "updateddate": changed.get(hit.pk, _midnight(hit.date_from)),
        "description": _paragraphs(str(hit.get_kind_display()), hit.date_words(language), ways),
        "categories": [hit.kind],
    }


def _links(hit: MediaHit) -> list[tuple[str, str]]:
    return [(hit.link, _("the original")), (hit.archived_link, _("archived copy"))]


def _paragraphs(*texts: str) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts if text))


def _midnight(day: datetime.date | None) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC) if day else BEGINNING


def _first(day: datetime.date | None, action: Action) -> datetime.date:
    return day or action.date_from or BEGINNING.date()
