"""What makes a reviewer look twice at a commitment: pure, from its texts and from what is known around it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.words import fold
from manyplaces.events.rules.hosting import DAYS_AROUND
from manyplaces.places.geometry import STATES

# So many links are more than a host needs.
MANY_LINKS = 2
# So many from one source within an hour, or with one text, are no coincidence.
MANY_ALIKE = 3
# A shorter text is often the same by chance.
LONG_ENOUGH = 15


class Smell(models.TextChoices):
    """Why a reviewer should look twice."""

    SOURCE = "source", _("Many came from one source within the hour")
    TEXT = "text", _("Others have the same text")
    LINKS = "links", _("Several links")
    TWICE = "twice", _("The same place on the same day is there already")
    ELSEWHERE = "elsewhere", _("The city or the address is in another state")
    FAR_PIN = "far_pin", _("The pin is far from the city")
    LETTERS = "letters", _("Letters that look like others")
    NAME = "name", _("Looks like the name of an organisation, but is another")
    DAY = "day", _("The day is far from the action’s")
    AREA = "area", _("Its area was called off: others of the city or county are cancelled or postponed")
    ADDRESS = "address", _("Nobody has used the link in our letter yet")


# Letters of other scripts and figures, and the Latin letters for which they pass.
_LIKE = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u04ae\u0410"
    "\u0412\u0415\u041a\u041c\u041d\u0406\u0408\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u050c\u03b1"
    "\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03c9\u0391\u0392\u0395\u0396\u0397\u0399"
    "\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0251\u0261\u0269\u0280\u028f\u1d0f\u0578\u0585"
    "\u0581\u0570"
    "0135$@|"
)
_MEANT = "aeopcyxijshdqwyabekmhijopctyxsgaeikvoptuxwabezhikmnoptyxagiryonoghoiessai"
_LOOKALIKES = str.maketrans(_LIKE, _MEANT)
_WORD = re.compile(r"\w+")
_ENDS = "com|net|org|info|ru|cn|top|xyz|biz|io|shop|site|online"
_LINK = re.compile(rf"(?:https?://|www\.)\S+|\b[a-z0-9-]{{2,63}}\.(?:{_ENDS})\b\S*", re.I)
_STATE = re.compile(r",\s*([A-Z]{2})\b(?:\s+\d{5})?")


def skeleton(text: str) -> str:
    """Return what a name looks like: “Accept” with a Cyrillic A has the skeleton of “Accept”."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOKALIKES)
    return fold(plain).replace("rn", "m").replace("vv", "w").replace("l", "i")


def has_foreign_letters(text: str) -> bool:
    """Tell whether one word of the text mixes letters of several scripts, which no language does."""
    return any(len(_scripts(word)) > 1 for word in _WORD.findall(text) if not word.isascii())


def _scripts(word: str) -> set[str]:
    return {
        unicodedata.name(sign, "?").partition(" ")[0] for sign in unicodedata.normalize("NFKC", word) if sign.isalpha()
    }


def links_in(texts: Iterable[str]) -> int:
    """Return how many links the texts have."""
    return sum(len(_LINK.findall(text)) for text in texts)


def names_other_state(texts: Iterable[str], state: str) -> bool:
    """Tell whether an address such as “Chicago, IL 60601” names another state than the commitment."""
    return any(found in STATES and found != state for text in texts for found in _STATE.findall(text))


def is_far_day(day: datetime.date | None, first: datetime.date | None, last: datetime.date | None) -> bool:
    """Tell whether a day lies more than two weeks from the action's own days."""
    if day is None or first is None or last is None:
        return False
    around = datetime.timedelta(days=DAYS_AROUND)
    return not first - around <= day <= last + around


def text_key(texts: Iterable[str]) -> str:
    """Return what two commitments with the same text share; empty where they say too little."""
    folded = fold(" ".join(texts))
    return folded if len(folded) >= LONG_ENOUGH else ""
