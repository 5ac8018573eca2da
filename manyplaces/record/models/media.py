"""What was published about an action, and what is known about the links."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.models import Dated, plain_key, safe_link
from manyplaces.events.models import Event
from manyplaces.places.models import City
from manyplaces.record.rules import LinkState, MediaKind
from manyplaces.record.rules.links import archive_address
from manyplaces.record.rules.media import Answer, HitReview


class PublicHits(models.Manager["MediaHit"]):
    """The media hits that everybody may see: what a query begins with unless it says `every`."""

    def get_queryset(self) -> models.QuerySet[MediaHit]:
        """Leave out what nobody has looked at yet, what was kept back, and what was taken down."""
        return super().get_queryset().filter(review=HitReview.SHOWN)


class MediaHit(Dated):
    """One published item: a citation that survives its link."""

    key = models.CharField(_("id"), max_length=60, unique=True, validators=[plain_key])
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="media")
    events = models.ManyToManyField(Event, related_name="media", blank=True)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="media", null=True, blank=True)
    state = models.CharField(max_length=2, blank=True)
    place_words = models.CharField(_("place"), max_length=100, blank=True)
    outlet = models.CharField(_("outlet"), max_length=200)
    outlet_folded = models.CharField(max_length=200, editable=False, db_index=True)
    # In brackets where the headline was not recovered and is described instead.
    headline = models.CharField(_("headline"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=MediaKind.choices)
    language = models.CharField(max_length=8, default="en")
    link = models.CharField(_("link"), max_length=2000, blank=True, validators=[safe_link])
    archived_link = models.CharField(max_length=2000, blank=True, validators=[safe_link])
    link_state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.UNKNOWN)
    # Public only after a person has looked; what a table or a coordinator brings, a person has looked at.
    review = models.CharField(max_length=10, choices=HitReview.choices, default=HitReview.SHOWN)
    # The public names of who typed it in and of who decided about it; empty where a host or a table brought it.
    entered_by = models.CharField(max_length=80, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    # That these are not one story, a person has said; they are suggested no more.
    other_stories = models.ManyToManyField("self", blank=True)
    copy_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="copies", null=True, blank=True)
    # Its copies, where stories were fetched together with them.
    shown_copies: list[MediaHit]

    objects = PublicHits()
    every: models.Manager[MediaHit] = models.Manager()

    class Meta:
        base_manager_name = "every"
        indexes = (models.Index(fields=["action", "review"], name="hit_by_action_and_review"),)

    def __str__(self) -> str:
        return f"{self.outlet}: {self.headline}"

    def clean(self) -> None:
        super().clean()
        if self.copy_of is not None and (self.copy_of_id == self.pk or self.copy_of.copy_of_id):
            raise ValidationError(
                {"copy_of": _("A story can only be a copy of an original, not of itself or of another copy.")}
            )

    @property
    def said(self) -> str:
        """A fingerprint of what people say of it, by which two who correct it at once find each other out.

        No number of a version: tables and what a page says of itself change a hit too.
        """
        about = (self.outlet, self.headline, self.date_edtf, self.kind, self.state, str(self.city_id or ""))
        text = "\x1f".join((*about, self.language, self.link, self.archived_link))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]

    @property
    def in_archive(self) -> str:
        """Where the web archive that the operator names has its page; empty where he names none."""
        return archive_address(settings.WEB_ARCHIVE, self.link, self.date_from)

    @property
    def watched(self) -> LinkWatch | None:
        """What is known of the link that it has now; no query where `watch` was selected with it."""
        watch: LinkWatch | None = getattr(self, "watch", None)
        return watch if watch is not None and watch.link == self.link else None

    @property
    def is_described(self) -> bool:
        """Whether the headline is ours because the real one was not recovered."""
        return not self.headline or self.headline.startswith("(")


class LinkWatch(models.Model):
    """What the link of a media hit answered, when it is asked again, and what the page says of itself.

    A machine's notes: nothing of it is public but through the hit, and nothing overwrites what somebody has typed.
    """

    hit = models.OneToOneField(MediaHit, on_delete=models.CASCADE, related_name="watch")
    # The link that all this is about; another link of the hit begins anew.
    link = models.CharField(max_length=2000)
    due_at = models.DateTimeField(db_index=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    # So many times in a row it was gone, and since when.
    failures = models.PositiveSmallIntegerField(default=0)
    failed_since = models.DateTimeField(null=True, blank=True)
    # What the page calls itself; empty once somebody has taken it or let it be.
    read_outlet = models.CharField(max_length=200, blank=True)
    read_headline = models.CharField(max_length=500, blank=True)
    read_date = models.CharField(max_length=10, blank=True)
    read_language = models.CharField(max_length=8, blank=True)
    # The name of the file with the copy that we keep ourselves; empty where there is none.
    capture = models.CharField(max_length=60, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.link}: {self.answer or '?'}"

    @property
    def has_read(self) -> bool:
        """Whether the page says anything of itself that nobody has decided about."""
        return bool(self.read_outlet or self.read_headline or self.read_date)
