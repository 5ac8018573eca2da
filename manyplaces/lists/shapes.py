"""A list in the form of paper: what is printed on the page of each site, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manyplaces.actions.models import Demand
from manyplaces.actions.rules import Tactic
from manyplaces.core.fuzzydates import words
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.people.queries import coalition


def paper(site_list: SiteList, rows: Iterable[ListRow], demands: Iterable[Demand], address: str) -> dict[str, Any]:
    """Return what `drawings.forms_pdf` prints: words, what all pages share, and one dict of strings for each site.

    `address` is where the same form stands on the web.
    """
    language, action = get_language() or "en", site_list.action
    day = words(action.date_edtf, language) if action.date_edtf else ""
    usual = {
        # Nobody writes a span of days on one line: the host says which of them.
        "day": day if action.date_from and action.date_from == action.date_to else "",
        "time": action.usual_time(language),
        "tactic": str(Tactic(action.tactic).label) if action.tactic else "",
    }
    return {
        "language": language,
        "coalition": coalition().name,
        "colour": coalition().colour,
        "action": action.text("name", language),
        "date": day,
        "address": address,
        "demands": [demand.text("description", language) for demand in demands],
        "words": _words(site_list),
        "sites": [_site(row, usual) for row in rows],
    }


def _site(row: ListRow, usual: dict[str, str]) -> dict[str, str]:
    school = row.school
    state, city, _short = row.where
    place = ", ".join(filter(None, (city, state)))
    both = row.of
    said = {
        "day": row.date_words or both.date_words,
        "time": row.time_words or both.time_words,
        "tactic": row.tactic_words,
    }
    return {
        "number": str(row.line),
        "name": school.name if school else row.venue,
        "where": " · ".join(filter(None, (place, school.district if school else row.district))),
        "address": row.address or (school.street if school else ""),
        "hosts": row.hosts_words,
        "note": row.note,
        **{name: str(getattr(row, name) or "") for name in ("expected", "posters", "stickers")},
        **{name: text or usual[name] for name, text in said.items()},
    }


def _words(site_list: SiteList) -> dict[str, str]:
    return {
        "title": _("Forms for %(list)s") % {"list": site_list.title},
        "back": _("Give this sheet back to %(name)s.") % {"name": site_list.made_by},
        "what": _("What and when?"),
        "day": _("Day"),
        "time": _("Time"),
        "tactic": _("What will you do?"),
        "address": _("Where to meet"),
        "public": _("public"),
        "hosts": _("Organisation that hosts"),
        "expected": _("How many people do you expect?"),
        "demands": _("What are you asking for?"),
        "needs": _("What do you need?"),
        "posters": _("Posters"),
        "stickers": _("Stickers"),
        "media": _("I would like help with the media"),
        "note": _("For those who come"),
        "host": _("Who hosts?"),
        "sealed": _("Never public. Whoever has typed this in tears the sheet up."),
        "name": _("Your name or alias"),
        "email": _("E-mail"),
        "phone": _("Telephone"),
        "letters": _("Language of our letters"),
        "online": _("Or do it on your phone:"),
    }
