"""Photos of an event, and requests to take one down."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.contacts import LANGUAGES
from manyplaces.core.picturerefusals import Refusal
from manyplaces.core.prints import SIZES, file_name
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Event
from manyplaces.reports.rules.photos import LONGEST_ALT, LONGEST_CREDIT, Consent, PhotoState, Reason

WHOSE = ("event__action", "event__city", "event__spelling__place")


def photo_key() -> str:
    """Return a key for a new photo."""
    return f"p-{new_key(12)}"


@dataclass(frozen=True)
class PictureFile:
    """A file of a photo: its name, its pixels across and down."""

    name: str
    width: int
    height: int


class Photo(models.Model):
    """A photo that a site sent. Whoever sees it sees it covered; the public does after somebody has looked at it."""

    key = models.CharField(max_length=20, unique=True, default=photo_key, editable=False)
    # The key of the upload: sent twice it is one photo.
    uid = models.CharField(max_length=22, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="photos")
    state = models.CharField(max_length=10, choices=PhotoState.choices, default=PhotoState.UPLOADING)
    refusal = models.CharField(max_length=20, choices=Refusal.choices, blank=True)
    # The upload, as long as it is kept, and until when that is once it is prepared.
    negative = models.CharField(max_length=40, blank=True)
    negative_until = models.DateTimeField(null=True, blank=True)
    # The prepared picture; of one that is gone, until its files are.
    picture = models.CharField(max_length=40, blank=True)
    large_width = models.PositiveSmallIntegerField(default=0)
    large_height = models.PositiveSmallIntegerField(default=0)
    middle_width = models.PositiveSmallIntegerField(default=0)
    middle_height = models.PositiveSmallIntegerField(default=0)
    small_width = models.PositiveSmallIntegerField(default=0)
    small_height = models.PositiveSmallIntegerField(default=0)
    # What is covered, in pixels of the large size; forgotten when the photo is shown.
    boxes = models.JSONField(default=list, blank=True)
    # What is to be covered by hand, and whether instead of what is covered: {"anew": false, "boxes": [[1, 2, 3, 4]]}.
    wanted = models.JSONField(null=True, blank=True)
    alt = models.CharField(gettext_lazy("what is seen, in English"), max_length=LONGEST_ALT, blank=True)
    alt_es = models.CharField(gettext_lazy("what is seen, in Spanish"), max_length=LONGEST_ALT, blank=True)
    credit = models.CharField(gettext_lazy("who took it"), max_length=LONGEST_CREDIT, blank=True)
    consent = models.CharField(gettext_lazy("why it may be shown"), max_length=12, choices=Consent.choices, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    made_at = models.DateTimeField(auto_now_add=True)
    prepared_at = models.DateTimeField(null=True, blank=True)
    # When it last became shown, kept back, hidden or gone.
    settled_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["state", "made_at"], name="photo_in_the_queue"),
            models.Index(fields=["picture"], name="photo_by_its_picture"),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"

    def clean(self) -> None:
        """Refuse to show what is not described or allowed."""
        super().clean()
        if self.state == PhotoState.SHOWN and (wrong := self.lacking):
            raise ValidationError(wrong)

    @property
    def lacking(self) -> dict[str, str]:
        """What has to be said before it can be shown, by field."""
        wrong = {}
        if not (self.alt or self.alt_es):
            wrong["alt"] = _("Say in a sentence what is seen, for those who cannot see it.")
        if not self.consent:
            wrong["consent"] = _("Say why it may be shown.")
        return wrong

    @property
    def sentence(self) -> str:
        """Why it could not be taken, and what to do."""
        return str(Refusal(self.refusal).label) if self.refusal else ""

    def file(self, size: str) -> PictureFile:
        """Return the file of a size ("large", "middle", "small")."""
        width, height = getattr(self, f"{size}_width"), getattr(self, f"{size}_height")
        return PictureFile(file_name(self.picture, size), width, height)

    @property
    def files(self) -> list[PictureFile]:
        """Its three files, the large one first; none where no picture is there."""
        return [self.file(size) for size in SIZES] if self.picture else []

    def words(self, language: str) -> tuple[str, str]:
        """Return what is seen, in this language or in the other, and in which that is."""
        other = "en" if language == "es" else "es"
        texts = {"en": self.alt, "es": self.alt_es}
        return (texts[language], language) if texts.get(language) else (texts[other], other)

    def is_kept(self, now: datetime.datetime) -> bool:
        """Tell whether the upload can still be covered anew."""
        return bool(self.negative and self.negative_until and self.negative_until > now)


class Takedown(models.Model):
    """Somebody asked for a photo to be taken down: why, and what became of it. Nothing of who it was is kept."""

    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="takedowns")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    # Whether it was hidden at once; of many requests from one source only the first are.
    hid = models.BooleanField(default=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    # Whether the photo is gone for good; unknown until somebody has decided.
    is_gone = models.BooleanField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["decided_at", "asked_at"], name="takedown_in_the_queue"),)

    def __str__(self) -> str:
        return f"{self.photo_id}: {self.reason}"


def measures(sizes: dict[str, Any]) -> dict[str, int]:
    """Return the columns for the pixels of a prepared picture's sizes by name."""
    return {f"{name}_{side}": getattr(size, side) for name, size in sizes.items() for side in ("width", "height")}
