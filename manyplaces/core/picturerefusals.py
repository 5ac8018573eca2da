"""Why a file is not taken as a picture, each with a sentence that says what to do."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Refusal(models.TextChoices):
    """The reasons; the labels are the sentences."""

    EMPTY = "empty", _("This file is empty. Choose the picture once more.")
    TOO_MANY_BYTES = (
        "too_many_bytes",
        _("This file is larger than 50 MB. Take a screenshot of the picture, or save it smaller, and choose that."),
    )
    TOO_MANY_PIXELS = (
        "too_many_pixels",
        _("This picture has more than 50 megapixels. Take a screenshot of it, or save it smaller, and choose that."),
    )
    MOVING = (
        "moving",
        _("Pictures that move, GIFs among them, are not taken. Take a screenshot of one moment and choose that."),
    )
    VIDEO = "video", _("This is a video. Choose a photo, or take a screenshot of one moment and choose that.")
    DRAWING = "drawing", _("Drawings (SVG) are not taken. Save it as PNG, or take a screenshot, and choose that.")
    OTHER_KIND = (
        "other_kind",
        _("Pictures of this kind are not taken. Save it as JPEG, PNG, WebP, HEIC or AVIF, and choose that."),
    )
    NO_PICTURE = "no_picture", _("This file is no picture, whatever its name says. Choose a photo.")
    TWO_IN_ONE = (
        "two_in_one",
        _("Another file is hidden in this picture. Open the picture, take a screenshot of it, and choose that."),
    )
    CUT_OFF = (
        "cut_off",
        _("The end of this picture is missing; it was cut off on its way. Choose the original once more."),
    )
    DAMAGED = (
        "damaged",
        _("This picture cannot be opened; it is damaged or unusual. Take a screenshot of it, and choose that."),
    )
    TOO_HEAVY = (
        "too_heavy",
        _("This picture takes too much time or memory to open. Take a screenshot of it, and choose that."),
    )


class Refused(Exception):
    """A file that is not taken; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        """Its text is the sentence."""
        super().__init__(str(reason.label))
        self.reason = reason
