"""Commitments and their hosts: what sites want, before and behind what is public."""

from __future__ import annotations

import datetime

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Tactic
from manyplaces.core import localtimes
from manyplaces.core.contacts import LANGUAGES, Reachable
from manyplaces.core.models import Dated
from manyplaces.core.tokens import new_key
from manyplaces.events.models.events import Event
from manyplaces.events.models.welcome import Welcoming
from manyplaces.events.rules import Review
from manyplaces.events.rules.steps import CHANGED, Area
from manyplaces.people.models import Organisation
from manyplaces.places.models import LATITUDE, LONGITUDE, School


def commitment_key() -> str:
    """Return a key for a new commitment; its event has the same."""
    return f"c-{new_key(9)}"


class Commitment(Dated, Welcoming):
    """A site's promise, as its host last stated it. Nothing of it is public before a person has looked.

    Approval makes or changes the event of the same key: the event is what was approved, the commitment what is wanted
    now, and where the two differ a reviewer is shown the difference while the event stays online.
    """

    key = models.CharField(max_length=20, unique=True, default=commitment_key, editable=False)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="commitments")
    event = models.OneToOneField(Event, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitment")
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.WAITING)
    # Raised by every change; a step is taken against the number that was shown, so that none is taken twice.
    version = models.PositiveIntegerField(default=0)

    # Where: a school of the registry, or a place of one's own with an address or a pin.
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments")
    venue = models.CharField(_("school or place"), max_length=200)
    address = models.CharField(_("address"), max_length=200, blank=True)
    city_name = models.CharField(_("city"), max_length=100)
    city_slug = models.CharField(max_length=100, editable=False)
    county = models.CharField(max_length=100, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=2)
    lat = models.FloatField(null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(null=True, blank=True, validators=LONGITUDE)

    # The page is to show the city and nothing nearer: the place is somebody's home.
    only_city = models.BooleanField(_("only the city is shown"), default=False)

    # What and when. The date of `Dated` is one exact day.
    tactic = models.CharField(_("tactic"), max_length=20, choices=Tactic.choices)
    time_local = models.TimeField(_("local time"), null=True, blank=True)
    fold = models.PositiveSmallIntegerField(null=True, blank=True, choices=[(0, "0"), (1, "1")])
    zone = models.CharField(max_length=40, editable=False)
    demands = models.ManyToManyField(Demand, related_name="commitments", blank=True)
    expected = models.PositiveIntegerField(_("how many you expect"), null=True, blank=True)
    note = models.TextField(_("for those who come"), blank=True, validators=[MaxLengthValidator(1_000)])
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")

    # Who.
    hosts_words = models.CharField(_("host organisation"), max_length=200, blank=True)
    shown_host = models.CharField(_("name on the page"), max_length=80, blank=True)
    # An organisation that answers for it; the host then needs no address.
    vouched_by = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="vouched_commitments"
    )

    # What is needed, counted for the desk.
    posters = models.PositiveIntegerField(_("posters"), default=0)
    stickers = models.PositiveIntegerField(_("stickers"), default=0)
    media_help = models.BooleanField(_("help with the media"), default=False)

    # For the reviewers alone.
    remark = models.TextField(_("a word to the reviewers"), blank=True, validators=[MaxLengthValidator(1_000)])
    is_paused = models.BooleanField(default=False)
    # Why it was declined, or what the reviewers ask; and what the host answered.
    reason = models.CharField(max_length=500, blank=True)
    answer = models.TextField(blank=True, validators=[MaxLengthValidator(1_000)])
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # What the last decision replaced and an undo brings back, until somebody does something else: the words of hosts,
    # which do not go into the journal because that is kept for ever.
    set_aside = models.JSONField(default=dict, blank=True, editable=False)
    # Whether somebody else has joined or taken over as host: trust in a host is trust in what he alone says.
    is_shared = models.BooleanField(default=False, editable=False)
    # Through which door and on what errand (a list, a partner's file) it came.
    door = models.CharField(max_length=20)
    errand = models.CharField(max_length=40, blank=True, db_index=True)
    # A random number that all commitments of one source within an hour share; nothing of the source is in it.
    cluster = models.BigIntegerField(null=True, blank=True)
    # The same form sent twice within a day is one commitment: a keyed hash of what was sent.
    intent = models.CharField(max_length=43, null=True, blank=True, unique=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (
            models.Index(fields=["review", "state", "city_slug"], name="commitment_in_the_queue"),
            models.Index(fields=["action", "state", "city_slug"], name="commitment_by_area"),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.venue}, {self.city_name}"

    @property
    def area(self) -> Area:
        """Where it belongs, for the rights of who does something with it."""
        return Area(self.action.slug, self.state, self.city_slug)

    @property
    def standing(self) -> str:
        """Where it stands with the reviewers; CHANGED where an approved version is online while it waits."""
        waits = self.review in (Review.WAITING, Review.ASKED)
        return CHANGED if waits and self.event_id else str(self.review)

    @property
    def day(self) -> datetime.date:
        """The day, as it is at the place."""
        if self.date_from is None:
            self.settle_date()
        return self.date_from or datetime.date.max

    @property
    def starts_at(self) -> datetime.datetime | None:
        """The start with its time zone; None where no time was named."""
        if not self.time_local or self.date_from is None:
            return None
        return localtimes.resolve(self.date_from, self.time_local, self.zone, self.fold)


class Host(Reachable):
    """Somebody responsible for a commitment, reached by a letter and holding a private link of his own."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="hosts")
    # The link's secret is in the letter alone; an emptied digest is a link that was revoked.
    link_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    # The link of before, which a new one that somebody asked for by the address does not end at once.
    former_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    link_made_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When somebody acted through the link of the letter: until then the address proves nothing.
    proved_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_first = models.BooleanField(default=True)
    # He wants us to keep how he is reached, for the next time; else it is erased when the record of this one is final.
    is_kept = models.BooleanField(default=False)
    # Whose place this one takes as soon as he has shown that the letter reached him.
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"host {self.uid} of {self.commitment_id}"


class TrustedHost(models.Model):
    """The keyed hash of an address whose commitments need no reviewer where the action says so."""

    email_hash = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"trusted host {self.pk}"


class BlockedPattern(models.Model):
    """What a reviewer does not want to see again: words, or the host of a link; what has it is declined on arrival."""

    class Kind(models.TextChoices):
        """What the text is compared with."""

        WORDS = "words", _("words in any text")
        LINK = "link", _("links to this host")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    text = models.CharField(max_length=100)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=80)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "text"], name="one_block_of_a_kind"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
