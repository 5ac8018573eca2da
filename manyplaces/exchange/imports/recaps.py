"""A row of the file of recaps: what a coalition told of an action, with what it shows."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.exchange.cells import Cells, read_moment
from manyplaces.exchange.imports.actions import ZONE
from manyplaces.exchange.imports.reports import YES_OR_NO
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.exchange.naming import GONE, coming_in
from manyplaces.reports.models import Recap
from manyplaces.reports.operations import bring_recap
from manyplaces.reports.rules.marks import OURS, marks_in, renamed


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Publish the recap that the row holds."""
    action = lookups.action(cells.text("action_id"))
    texts = {"text": cells.text("text"), "text_es": cells.text("text_es")}
    marks = coming_in(action) if any(map(marks_in, texts.values())) else {}
    for column, text in texts.items():
        if unknown := [mark for mark in marks_in(text) if mark not in {*marks, *OURS, GONE}]:
            sentence = _("[[%(mark)s]] is no number of this action. Choose one from the list.")
            raise ValidationError({column: [sentence % {"mark": mark} for mark in unknown]})
    written_at = read_moment(cells, "written_at", ZONE) or timezone.now()
    recap = Recap(
        action=action,
        body=renamed(texts["text"], marks),
        body_es=renamed(texts["text_es"], marks),
        photos=cells.text("photos").split(),
        hits=cells.text("stories").split(),
        shows_cities=cells.choice("shows_cities", YES_OR_NO, _("Write yes or no.")) == "yes",
        written_at=written_at,
        published_at=read_moment(cells, "published_at", ZONE) or written_at,
    )
    return Taken(action.slug, bring_recap(recap, but=(GONE,), by=by).outcome)
