"""A row of the file of details: one thing that is said about something the other files hold."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.exchange.cells import Cells
from manyplaces.exchange.imports import called, known, stated
from manyplaces.exchange.imports.detail import Detail
from manyplaces.exchange.lookups import Lookups, Taken

Say = Callable[[Detail, Lookups, Actor], Taken]

# What a row may be about, and which fields that has.
SAYING: dict[str, tuple[Say, tuple[str, ...]]] = {
    "action": (called.say_action, called.ACTION_FIELDS),
    "part": (called.say_part, called.PART_FIELDS),
    "demand": (called.say_demand, ("text",)),
    "goal": (called.say_goal, ("sites",)),
    "organisation": (known.say_organisation, known.ORGANISATION_FIELDS),
    "city": (known.say_city, known.CITY_FIELDS),
    "place": (known.say_place, known.PLACE_FIELDS),
    "event": (stated.say_event, ("covers", "note", "demand", "reason", "moved_to", "moved_from", "address")),
    "media": (stated.say_media, stated.MEDIA_FIELDS),
    "claim": (stated.say_claim, ("disputed", "chosen")),
    "note": (called.say_note, ("heading", "text", "position")),
}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Say about its subject what the row says."""
    what, field = cells.text("what"), cells.text("field")
    if what not in SAYING:
        raise ValidationError(
            {
                "what": _("“%(what)s” is not known here. Write %(known)s.")
                % {"what": what[:40], "known": ", ".join(SAYING)}
            }
        )
    say, fields = SAYING[what]
    if field not in fields:
        sentence = _("A row about “%(what)s” has no field “%(field)s”. Write %(known)s.")
        raise ValidationError({"field": sentence % {"what": what, "field": field[:40], "known": ", ".join(fields)}})
    key = cells.text("key")
    if not key and what != "action":
        raise ValidationError({"key": _("The key is missing: which one is it?")})
    detail = Detail(what, cells.text("action_id"), key, field, cells.text("value"), cells.text("value_es"))
    if not detail.value and not detail.value_es:
        raise ValidationError({"value": _("The row says nothing: value and value_es are both empty.")})
    if detail.value_es and field not in detail.TRANSLATED:
        raise ValidationError({"value_es": _("“%s” is not a text, so it has no Spanish form.") % field})
    if not detail.value and field not in detail.TRANSLATED:
        raise ValidationError({"value": _("The value is missing.")})
    try:
        return say(detail, lookups, by)
    except ValidationError as refusal:
        raise _at_the_cells(refusal) from refusal


def _at_the_cells(refusal: ValidationError) -> ValidationError:
    """Tell a fault at the cell it stands in: the field it is about is named by the row, its words are the value."""
    if not hasattr(refusal, "error_dict"):
        return ValidationError({"value": refusal.messages})
    columns = ("what", "action_id", "key", "field", "value", "value_es")
    told: dict[str, list[str]] = {}
    for name, messages in refusal.message_dict.items():
        column = name if name in columns else "value_es" if name.endswith("_es") else "value"
        told.setdefault(column, []).extend(messages)
    return ValidationError(told)
