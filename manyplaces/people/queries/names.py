"""Whether somebody may work under a name: the journal tells everything under it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from manyplaces.core.words import fold
from manyplaces.journal.models import Entry
from manyplaces.people.models import Person
from manyplaces.people.rules import RESERVED_NAMES


def objection_to_name(alias: str, person: int = 0) -> str:
    """Return why an account (its key, 0 for a new one) may not have this name, or nothing; two queries.

    Names that differ only in case, accents, blanks or signs are one name. It stays with whoever worked under it, also
    after his account was deleted, so that what the journal tells is about one person. The whole journal is read.
    """
    wanted = _key(alias)
    if not wanted:
        return _("Give a name with letters in it.")
    if wanted in map(_key, RESERVED_NAMES):
        return _("The journal uses this name for something else. Choose another one.")
    others = Person.objects.exclude(pk=person).values_list("alias", flat=True)
    earlier = Entry.objects.exclude(person=person).values_list("actor", flat=True).order_by().distinct()
    if any(_key(name) == wanted for names in (others, earlier) for name in names.iterator()):
        return _("Somebody else works or has worked here under this name. Add something to it, such as a city.")
    return ""


def _key(name: str) -> str:
    return fold(name).replace(" ", "")
