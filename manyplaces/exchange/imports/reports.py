"""A row of the file of reports: how it went at one site, with who counted, from what, and how it reached us."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.words import fold
from manyplaces.exchange.cells import Cells, read_moment
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.reports.models import Report
from manyplaces.reports.operations import decide_words, take_report
from manyplaces.reports.rules import CountedBy, How, Review, Source

YES_OR_NO = {"yes": "yes", "no": "no", "si": "yes", "true": "yes", "false": "no"}
LANGUAGES = {"en": "en", "es": "es", "english": "en", "spanish": "es"}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Keep the report that the row describes; the same row again is the same report, whatever file it stands in."""
    report, shown = _report(cells, lookups), _choice(cells, "shown", YES_OR_NO, "")
    stored = one(Report.objects.filter(uid=report.uid))
    kept = take_report(report, by=by)
    if shown == "yes" and kept.has_words and kept.review != Review.SHOWN:
        decide_words(kept, shown=True, by=by)
        return Taken(kept.key, "added" if stored is None else "changed")
    if shown == "no" and not kept.has_words and stored is None:
        # Its words are where it came from, and nobody has let them be shown: here too its number alone counts.
        decide_words(kept, shown=False, by=by)
    return Taken(kept.key, "added" if stored is None else "unchanged")


def _report(cells: Cells, lookups: Lookups) -> Report:
    event = lookups.event(cells.text("event_id"), "event_id")
    key, now = cells.text("id"), timezone.now()
    report = Report(
        event=event,
        people_words=cells.text("people_text"),
        adults=cells.whole("adults"),
        pupils=cells.whole("pupils"),
        how=_choice(cells, "how", _either(How), ""),
        counted_by=_choice(cells, "counted_by", _either(CountedBy), CountedBy.HOST),
        happened=cells.text("happened"),
        covered=cells.text("covered"),
        took_place=_choice(cells, "took_place", YES_OR_NO, "yes") == "yes",
        language=_choice(cells, "language", LANGUAGES, "en"),
        source=_choice(cells, "came_by", _either(Source), Source.TABLE),
        written_at=read_moment(cells, "written_at", event.zone) or now,
        made_at=min(read_moment(cells, "came_at", event.zone) or now, now),
    )
    known = one(Report.objects.filter(key=key)) if key else None
    if known is not None and known.event_id != event.pk:
        raise ValidationError({"id": _("The id %s belongs to a report of another site.") % key[:40]})
    if known is not None:
        # An empty cell leaves what is there: words that nobody has looked at yet are in no table.
        report.happened, report.covered = report.happened or known.happened, report.covered or known.covered
    report.key = key or report.key
    report.uid = known.uid if known is not None else _uid(report, key)
    return report


def _uid(report: Report, key: str) -> str:
    """Return the key of the form that this row is: of its id, or of its site and all that it says."""
    said = (report.people_words, report.adults, report.pupils, report.how, report.counted_by, report.happened)
    parts = ["", key] if key else [report.event.key, *map(str, said), report.covered, str(report.took_place)]
    return f"t{hashlib.sha256(chr(31).join(parts).encode('utf-8', 'replace')).hexdigest()[:21]}"


def _either(kind: type[How | CountedBy | Source]) -> dict[str, str]:
    """Return the choices by their values and by their words in the reader's language."""
    return {fold(str(one.label)): str(one.value) for one in kind} | {one.value: str(one.value) for one in kind}


def _choice(cells: Cells, column: str, choices: dict[str, str], usual: str) -> str:
    if not cells.text(column):
        return usual
    known = ", ".join(dict.fromkeys(choices.values()))
    return cells.choice(column, choices, _("Write one of these: %s.") % known)
