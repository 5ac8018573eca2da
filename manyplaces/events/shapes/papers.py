"""The papers of schools: what is printed on which sheet, from the words of a text and the facts of a school."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import DEMANDS, Line, Paper, Piece
from manyplaces.core.localtimes import clock_words
from manyplaces.events.queries.papers import EventOnPaper
from manyplaces.events.shapes.paper_words import words_of_papers
from manyplaces.events.shapes.printed import capital
from manyplaces.events.shapes.sites import Facts, any_facts, event_facts
from manyplaces.people.queries import coalition

Lines = dict[Paper, list[Line]]
# Some text, and whether it says what is still to be filled in.
Run = dict[str, Any]
# What `drawings.papers_pdf` prints: what all papers of one file share, `sites` with the facts of each school, and
# `sheets`, each with its paper, the place of its school among the sites, and its text.
Printed = dict[str, Any]


def event_papers(action: Action, rows: Sequence[EventOnPaper], papers: Iterable[Paper], lines: Lines) -> Printed:
    """Return those of the `papers` that the events have, event by event; `lines` are their texts."""
    wanted, language = set(papers), get_language() or "en"
    sites = [event_facts(row, language) for row in rows]
    sheets = [(paper, place) for place, row in enumerate(rows) for paper in row.papers if paper in wanted]
    return printed(action, sites, sheets, lines)


def any_paper(action: Action, paper: Paper, demands: list[Demand], address: str, lines: Lines) -> Printed:
    """Return one paper without a school's name on it; the code on it leads to the `address`."""
    site = any_facts(action, demands, address, get_language() or "en")
    return printed(action, [site], [(paper, 0)], lines)


def printed(action: Action, sites: list[Facts], sheets: Sequence[tuple[Paper, int]], lines: Lines) -> Printed:
    """Return the sheets in their order, with all that their schools share; a sheet names the place of its school."""
    name = action.text("name", get_language() or "en")
    titles = list(dict.fromkeys(str(paper.label) for paper, _place in sheets))
    return {
        "language": get_language() or "en",
        "title": f"{titles[0] if len(titles) == 1 else _('On paper')}: {name}",
        "coalition": coalition().name,
        "colour": coalition().colour,
        "words": words_of_papers(settings.FORGET_DAYS),
        "sites": [_shown(site) for site in sites],
        "sheets": [
            {"kind": paper.value, "site": place, "text": [_line(line, sites[place]) for line in lines[paper]]}
            for paper, place in sheets
        ],
    }


def _shown(site: Facts) -> Facts:
    """Return the facts of a school as they stand on its papers: lines put together, and gaps where nothing is known."""
    day = _run(site["day"]) if site["day"] else _value("date", site)
    where = [part for part in (site["name"], site["address"], site["city"], site["state"]) if part]
    return {
        **{name: said for name, said in site.items() if name not in ("start", "date")},
        "where": " · ".join(filter(None, (", ".join(filter(None, (site["city"], site["state"]))), site["district"]))),
        "kicker": capital(site["tactic"]),
        "press": {
            "what": [_run(capital(site["tactic"])), _run(": "), _run(site["action"])]
            if site["tactic"]
            else [_run(site["action"])],
            "when": [day, _run(", "), _value("time", site)],
            "where": [_run(", ".join(where))] if where else [_run(_("place and address"), gap=True)],
            "who": [_value("host", site)],
        },
    }


def _line(line: Line, site: Facts) -> dict[str, Any]:
    """Return one line of a text with what is known of the school in the place of its names."""
    form, runs = (
        line.form,
        [_value(piece.text, site) if piece.kind == "name" else _words(piece) for piece in line.pieces],
    )
    if form == DEMANDS and not site["demands"]:
        form = "paragraph"
    lead = line.lead if line.minutes is None else _moment(line.minutes, site["start"])
    return {"form": form, "lead": lead, "runs": runs}


def _run(text: str, *, gap: bool = False) -> Run:
    return {"text": text, "gap": gap}


def _words(piece: Piece) -> Run:
    return _run(piece.text, gap=piece.kind == "gap")


def _value(name: str, site: Facts) -> Run:
    """Return what a name stands for; a gap that says what belongs into it where that is not known."""
    known = {
        "school": site["name"],
        "date": site.get("date", ""),
        "host": site["hosts"],
        DEMANDS: "; ".join(site["demands"]),
        "coalition": coalition().name,
        **{one: site[one] for one in ("city", "state", "time", "tactic", "action", "contact")},
    }
    return _run(known[name]) if known[name] else _run(_missing()[name], gap=True)


def _missing() -> dict[str, str]:
    return {
        "school": _("name of the school"),
        "city": _("city"),
        "state": _("state"),
        "date": _("day"),
        "time": _("time"),
        "tactic": _("what you do"),
        "host": _("who hosts"),
        DEMANDS: _("what you ask for"),
        "action": _("name of the action"),
        "coalition": _("name of the coalition"),
        "contact": _("whom to ask"),
    }


def _moment(minutes: int, start: datetime.datetime | None) -> str:
    """Return when something comes, by the clock of the school or, where its start is not known, from the start."""
    if start is not None:
        return clock_words((start + datetime.timedelta(minutes=minutes)).timetz())
    if minutes < 0:
        return ngettext("%d minute before", "%d minutes before", -minutes) % -minutes
    return ngettext("%d minute after", "%d minutes after", minutes) % minutes if minutes else _("At the start")
