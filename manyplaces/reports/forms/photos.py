"""Forms about photos: choosing them, saying what is seen, choosing what is covered, asking for one to be taken down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.tokens import new_token
from manyplaces.reports.models import Photo
from manyplaces.reports.rules.photos import (
    COLUMNS,
    LONGEST_ALT,
    LONGEST_CREDIT,
    ROWS,
    Consent,
    Corners,
    Reason,
    box_of_hundredths,
    boxes_of_fields,
)

SIDES = ("left", "top", "width", "height")


class SendForm(forms.Form):
    """Choosing photos, and what is to be read about children first."""

    # The key of this form: sent twice its photos are the same.
    uid = forms.RegexField(r"\A[-\w]{22}\Z", widget=forms.HiddenInput)
    stated = forms.BooleanField(
        label=gettext_lazy(
            "I have looked at each photo. Nobody in it is on the school’s list of those who must not be photographed, "
            "no name of a child can be read in it, and I write none."
        )
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"uid": new_token()})


class DescribeForm(forms.Form):
    """What is seen, who took it, why it may be shown."""

    alt = forms.CharField(
        label=gettext_lazy("What is seen, in English"),
        required=False,
        max_length=LONGEST_ALT,
        help_text=gettext_lazy("A sentence for those who cannot see it, without names."),
    )
    alt_es = forms.CharField(
        label=gettext_lazy("What is seen, in Spanish"),
        required=False,
        max_length=LONGEST_ALT,
        help_text=gettext_lazy("A sentence for those who cannot see it, without names."),
    )
    credit = forms.CharField(
        label=gettext_lazy("Who took it"),
        required=False,
        max_length=LONGEST_CREDIT,
        help_text=gettext_lazy("As it is to stand under the photo; a group’s name will do."),
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("Why it may be shown"), required=False, choices=Consent.choices, widget=forms.RadioSelect
    )

    def __init__(self, photo: Photo, data: Any = None, *, only: str = "") -> None:
        """With `only`, a language, what is seen is asked for in that one alone."""
        first = {name: getattr(photo, name) for name in ("alt", "alt_es", "credit", "consent")}
        super().__init__(data, initial=first, prefix=photo.key)
        self.photo, other = photo, {"en": "alt_es", "es": "alt"}.get(only, "")
        if other and not first[other]:
            del self.fields[other]

    def described(self) -> Photo:
        """Return the photo with what was typed, unsaved."""
        for name, text in self.cleaned_data.items():
            setattr(self.photo, name, text)
        return self.photo


class TakedownForm(forms.Form):
    """Why a photo is to be taken down; nothing about who asks."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=Reason.choices, widget=forms.RadioSelect, initial=Reason.ME
    )


def read_boxes(sent: Mapping[str, Any], fields: Iterable[str], photo: Photo) -> list[Corners]:
    """Return what a form wants covered, in pixels of the large size: fields of the grid, and a box in hundredths.

    Raises ValidationError for numbers that are none.
    """
    width, height = photo.large_width, photo.large_height
    ticked = [int(field) for field in fields if field.isdecimal() and len(field) < 4]
    boxes = boxes_of_fields(ticked, width, height)
    typed = [str(sent.get(side, "")).strip().removesuffix("%") for side in SIDES]
    if not any(typed):
        return boxes
    numbers = [int(text) if text.isdecimal() and len(text) < 4 else -1 for text in typed]
    left, top, across, down = numbers
    if min(numbers) < 0 or not (across and down) or left + across > 100 or top + down > 100:
        raise ValidationError(_("Give four whole numbers from 0 to 100 that lie within the photo."))
    return [*boxes, box_of_hundredths((left, top, across, down), width, height)]


def kept_boxes(photo: Photo, kept: Iterable[str]) -> list[Corners]:
    """Return those of the boxes that are covered now whose numbers a form names."""
    numbers = {int(one) for one in kept if one.isdecimal() and len(one) < 4}
    return [(one[0], one[1], one[2], one[3]) for place, one in enumerate(photo.boxes) if place in numbers]


def grid() -> list[list[int]]:
    """Return the numbers of the grid's fields, row by row."""
    return [list(range(row * COLUMNS, (row + 1) * COLUMNS)) for row in range(ROWS)]
