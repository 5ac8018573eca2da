"""What is typed to cancel or postpone, and which area is meant."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from manyplaces.core import fuzzydates
from manyplaces.core.spokendates import read_spoken
from manyplaces.events.queries.areas import Area, Box

# What stands for all that one may call off, where a state would stand.
EVERYWHERE = "*"
BOX = ("south", "west", "north", "east")


class CallOffForm(forms.Form):
    """Why, in both languages, and to when."""

    reason = forms.CharField(
        label=_("The reason, in English"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
        help_text=_("Such as: Cancelled because of the hurricane. It goes into the letters and on the pages."),
    )  # fmt: skip
    reason_es = forms.CharField(
        label=_("The reason, in Spanish"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "lang": "es"}),
        help_text=_("Who reads Spanish gets the English one where this is empty."),
    )  # fmt: skip
    moved_to = forms.CharField(
        label=_("The new day"), max_length=40, required=False,
        help_text=_("Such as October 13, 2026. Leave it empty where it is not known yet."),
    )  # fmt: skip

    def __init__(self, step: str, zone: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        if step == "move":
            # Why and to when was said when it was postponed.
            self.fields.clear()
        elif step != "postpone":
            del self.fields["moved_to"]

    def clean_moved_to(self) -> str:
        """Understand a date as people type it."""
        text = str(self.cleaned_data["moved_to"]).strip()
        if not text:
            return ""
        today = timezone.now().astimezone(ZoneInfo(self.zone)).date()
        spoken = read_spoken(text, today=today, zone=self.zone)
        if spoken.edtf is None:
            raise ValidationError(spoken.warning or _("We cannot read this day. Write it like October 13, 2026."))
        if spoken.time is not None:
            raise ValidationError(_("Write the day alone. Each event keeps its own time."))
        if fuzzydates.read(spoken.edtf).latest < today:
            raise ValidationError(_("This day is over. Write a day that is still to come."))
        return spoken.edtf


def read_area(data: Any) -> Area:
    """Return the area that a query asks for; a box that is none raises ValidationError."""
    given = [str(data.get(name, "")).strip() for name in BOX]
    return Area(
        state=str(data.get("state", "")).strip("*").upper()[:2],
        everywhere=data.get("state") == EVERYWHERE,
        counties=[text[:100] for text in data.getlist("county")][:200],
        cities=[text[:100] for text in data.getlist("city")][:500],
        box=_box(given) if any(given) else None,
        drawn=_drawn(str(data.get("drawn", ""))),
    )


def _box(given: list[str]) -> Box:
    wrong = ValidationError(
        _("Give all four sides of the box in degrees, such as south 24.5, west -87.6, north 31, east -80.")
    )
    try:
        south, west, north, east = (float(text) for text in given)
    except ValueError:
        raise wrong from None
    if not (-90 <= south <= north <= 90 and -180 <= west <= east <= 180):
        raise wrong
    return south, west, north, east


def _drawn(text: str) -> Box | None:
    try:
        left, top, right, bottom = (float(part) for part in text[:60].split(","))
    except ValueError:
        return None
    return left, top, right, bottom
