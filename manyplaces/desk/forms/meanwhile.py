"""What somebody else changed of an action while a form was open, in the words that the form itself has for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import get_language, gettext

from manyplaces.actions.models import Action
from manyplaces.actions.queries import Change
from manyplaces.actions.rules import Visibility
from manyplaces.core import fuzzydates

LONGEST = 300


@dataclass(frozen=True)
class Told:
    """One change: its field (empty: the whole action) with label, a sentence, and whether both changed it."""

    field: str
    label: str
    sentence: str
    both: bool = False


def made_public(who: str, stored: Action) -> str:
    """Return the sentence for an action that was published meanwhile, or made a draft again."""
    if stored.visibility == Visibility.DRAFT:
        return gettext("%(who)s made it a draft again.") % {"who": who}
    return gettext("%(who)s published it: what you save now is public at once.") % {"who": who}


def changed(change: Change, field: Any, now: Any) -> str:
    """Return the sentence for a field that was changed; `now` is what the form shows of what stands there now."""
    sentence = gettext("%(who)s changed it to “%(now)s”.")
    return sentence % {"who": change.who, "now": in_words(field, change.field, now)}


def in_words(field: Any, name: str, value: Any) -> str:
    """Return what a field shows of a value as people read it: labels of choices, dates and times in words."""
    if not value and value != 0:
        return gettext("empty")
    if labels := dict(getattr(field, "choices", ())):
        return ", ".join(str(labels.get(one, one)) for one in (value if isinstance(value, list) else [value]))
    if name == "date_edtf":
        return fuzzydates.words(value, get_language() or "en")
    text = str(value).replace("T", ", ") if name in ("opens_at", "closes_at") else str(value)
    return Truncator(text).chars(LONGEST)
