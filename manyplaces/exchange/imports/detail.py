"""One row of the file of details, read but not yet understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Detail:
    """What is said (`field`, `value`, `value_es`) about which one (`what`, `action_id`, `key`)."""

    what: str
    action_id: str
    key: str
    field: str
    value: str
    value_es: str

    # The fields that have a Spanish form.
    TRANSLATED: ClassVar = frozenset(
        {
            *("name", "frame", "summary", "date_note", "about", "heading", "text", "note", "rights", "safety", "bring"),
            *("guidelines", "time_words"),
        }
    )

    def set_on(self, row: models.Model, field: str = "") -> None:
        """Set the field of the row (by another name, if one is given) in each language that the detail speaks."""
        field = field or self.field
        if self.value:
            setattr(row, field, self.value)
        if self.value_es:
            setattr(row, f"{field}_es", self.value_es)

    def yes(self) -> bool:
        """Return the value as yes or no."""
        if self.value.lower() not in YES_NO:
            raise ValidationError({"value": _("Write yes or no.")})
        return YES_NO[self.value.lower()]

    def number(self) -> float:
        """Return the value as a number."""
        try:
            return float(self.value[:20])
        except ValueError:
            raise ValidationError({"value": _("This is not a number.")}) from None
