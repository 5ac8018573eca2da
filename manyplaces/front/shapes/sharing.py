"""What somebody passes on of an event or an action: its address, a sentence, and links that open a letter with both."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core import fuzzydates
from manyplaces.core.localtimes import clock_words
from manyplaces.events.models import Event
from manyplaces.events.rules import CALLED_OFF, Phase
from manyplaces.events.shapes.moments import starts
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.wording import event_words, phase_words


@dataclass(frozen=True)
class Shared:
    """What is passed on: the absolute address, what it is called, and a sentence that says when and where."""

    link: str
    title: str
    sentence: str

    @property
    def letters(self) -> str:
        """The address as one says and types it."""
        return self.link.partition("://")[2]

    @property
    def mail(self) -> str:
        """A link (RFC 6068) that opens a letter to nobody yet."""
        body = f"{self.sentence}\r\n\r\n{self.link}\r\n"
        return f"mailto:?subject={quote(self.title)}&body={quote(body)}"

    @property
    def sms(self) -> str:
        """A link that opens a text message to nobody yet; written so that iOS and Android both understand it."""
        body = f"{self.sentence} {self.link}"
        return f"sms:?&body={quote(body)}"


def shared_event(event: Event, language: str) -> Shared:
    """Return what is passed on of an event, in the language that is on."""
    title = event_words(event)
    if event.phase in CALLED_OFF:
        title = f"{phase_words(event.phase).capitalize()}: {title}"
    return Shared(addresses.event(event.key, language), title, f"{title}. {_when(event, language)}.")


def shared_action(action: Action, language: str) -> Shared:
    """Return what is passed on of an action, in the language that is on."""
    name = action.text("name", language)
    when = fuzzydates.words(action.date_edtf, language)
    return Shared(addresses.action(action.slug, language), name, f"{name}. {_capital(when)}.")


def _when(event: Event, language: str) -> str:
    if event.phase == Phase.POSTPONED and event.moved_to:
        return _("New day: %(day)s") % {"day": fuzzydates.words(event.moved_to, language)}
    start = starts(event)
    clock = f", {clock_words(start.timetz())} {start.tzname()}" if start else ""
    return f"{_capital(fuzzydates.words(event.date_text, language))}{clock}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
