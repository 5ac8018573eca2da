"""A list in the form of paper: a commitment form for each site, with what its row says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manyplaces.actions.models import Demand
from manyplaces.actions.rules import Paper
from manyplaces.events.shapes.papers import Lines, Printed, printed
from manyplaces.events.shapes.printed import printable
from manyplaces.events.shapes.sites import Facts, any_facts
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.places.geometry import STATES


def paper(
    site_list: SiteList, rows: Iterable[ListRow], demands: Iterable[Demand], address: str, lines: Lines
) -> Printed:
    """Return what `events.drawings.papers_pdf` prints: a form for each site, with nobody's contact on it.

    `address` is where the same form stands on the web; `lines` are the texts of papers.
    """
    language, action = get_language() or "en", site_list.action
    usual = any_facts(action, list(demands), address, language)
    usual |= {"back": _("Give this sheet back to %(name)s.") % {"name": printable(site_list.made_by)}}
    sites = [{**usual, **_site(row, usual, language)} for row in rows]
    return printed(action, sites, [(Paper.COMMITMENT, place) for place in range(len(sites))], lines)


def _site(row: ListRow, usual: Facts, language: str) -> Facts:
    school, both = row.school, row.of
    state, city, _short = row.where
    day = row.date_words or both.date_words
    said = {
        "name": school.name if school else row.venue,
        "city": city,
        "state": STATES.get(state, (state, state))[language == "es"],
        "district": school.district if school else row.district,
        "address": row.address or (school.street if school else ""),
        "hosts": row.hosts_words,
        "note": row.note,
        "exact": day or usual["exact"],
        "day": day or usual["day"],
        "time": row.time_words or both.time_words or usual["time"],
        "tactic": row.tactic_words or usual["tactic"],
        **{name: str(getattr(row, name) or "") for name in ("expected", "posters", "stickers")},
    }
    return {"number": str(row.line), **{name: printable(text) for name, text in said.items()}}
