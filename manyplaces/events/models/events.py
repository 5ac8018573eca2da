"""Events: what was approved, or came by a list, and is public."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Tactic
from manyplaces.core import fuzzydates, localtimes
from manyplaces.core.models import Bilingual, Dated, plain_key
from manyplaces.events.models.welcome import Welcoming
from manyplaces.events.rules import Covers, Phase, bad_link
from manyplaces.events.rules.steps import Area
from manyplaces.people.models import OrganisationName
from manyplaces.places.models import City, Place, PlaceName

# The fields on which the point of an event rests; besides, it rests on where its place and its city are.
RESTS_ON = {"city", "city_id", "spelling", "spelling_id", "covers", "is_shielded", "only_city"}


class ListedEvents(models.Manager["Event"]):
    """The events that everybody may see: what a query begins with unless it says `every`."""

    def get_queryset(self) -> models.QuerySet[Event]:
        """Leave out what its host paused or a coordinator took off the pages."""
        return super().get_queryset().filter(is_listed=True)


class Event(Dated, Welcoming, Bilingual):
    """What one place does under an action; what it leaves open it inherits from the action."""

    key = models.CharField(_("id"), max_length=60, unique=True, validators=[plain_key])
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="events")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="events")
    spelling = models.ForeignKey(PlaceName, on_delete=models.PROTECT, related_name="events", null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    covers = models.CharField(max_length=10, choices=Covers.choices, default=Covers.PLACE)
    tactic = models.CharField(_("tactic"), max_length=20, choices=Tactic.choices, blank=True)
    tactic_words = models.CharField(max_length=100, blank=True)
    time_local = models.TimeField(_("local time"), null=True, blank=True)
    # Which of the two when clocks go back: 0 for the first time the hour passes, 1 for the second.
    fold = models.PositiveSmallIntegerField(null=True, blank=True, choices=[(0, "0"), (1, "1")])
    zone = models.CharField(max_length=40)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices)
    hosts_words = models.CharField(_("hosts"), max_length=500, blank=True)
    hosts = models.ManyToManyField(OrganisationName, related_name="events", blank=True)
    demands = models.ManyToManyField(Demand, related_name="events", blank=True)
    sources = models.TextField(blank=True, validators=[MaxLengthValidator(10_000)])
    note = models.TextField(blank=True, validators=[MaxLengthValidator(5_000)])
    note_es = models.TextField(blank=True, validators=[MaxLengthValidator(5_000)])
    # Off the pages while the host pauses it; the row and what hangs on it stay.
    is_listed = models.BooleanField(default=True)
    # The name or alias a host wants on the page; empty for none, and emptied for good when a host is harassed.
    shown_host = models.CharField(max_length=80, blank=True)
    # Where to come, in the host's words; public.
    address = models.CharField(_("address"), max_length=200, blank=True)
    # The city is shown and nothing nearer: no venue, address, host or dot.
    is_shielded = models.BooleanField(default=False)
    # It is so because its host wants it, and not because a reviewer or coordinator hid it; the host may end it.
    only_city = models.BooleanField(default=False)
    # Why it was cancelled or postponed, and to when.
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    reason_es = models.CharField(max_length=300, blank=True)
    moved_to = models.CharField(_("postponed to"), max_length=40, blank=True)
    # On which day (EDTF) it was to take place, before it took another one.
    moved_from = models.CharField(_("moved from"), max_length=40, blank=True)

    # Where the public map and list show it, in degrees: the place, or the middle of the city where no more is told.
    # Kept here so that what is near can be found through one index.
    shown_lat = models.FloatField(null=True, blank=True, editable=False)
    shown_lon = models.FloatField(null=True, blank=True, editable=False)

    objects = ListedEvents()
    every: models.Manager[Event] = models.Manager()

    class Meta:
        base_manager_name = "every"
        indexes = (
            models.Index(fields=["action", "city"], name="event_by_action_and_city"),
            models.Index(fields=["action", "shown_lat", "shown_lon"], name="event_by_action_and_point"),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.venue or self.city}"

    def save(self, **options: Any) -> None:
        """Save the row, with its point where anything changes on which that rests."""
        fields = options.get("update_fields")
        if fields is None or RESTS_ON & {*fields}:
            self.shown_lat, self.shown_lon = self.public_point
            if fields is not None:
                options["update_fields"] = {*fields, "shown_lat", "shown_lon"}
        super().save(**options)

    def clean(self) -> None:
        super().clean()
        wrong = next((link for link in self.sources.split() if bad_link(link)), None)
        if wrong:
            sentence = _(
                "“%s” is not a web address. Sources begin with http:// or https:// and are separated by blanks."
            )
            raise ValidationError({"sources": sentence % wrong[:80]})
        if self.time_local and self.date_from and self.date_from == self.date_to:
            try:
                localtimes.resolve(self.date_from, self.time_local, self.zone, self.fold)
            except ValidationError as refusal:
                raise ValidationError({"time_local": refusal.messages}) from refusal

    @property
    def first_day(self) -> datetime.date | None:
        """The earliest day: the event's own, or its action's."""
        return self.date_from or self.action.date_from

    @property
    def last_day(self) -> datetime.date | None:
        """The latest day: the event's own, or its action's."""
        return self.date_to or self.action.date_to

    @property
    def meant(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The days on which it is to take place: of what was postponed the new ones, None where nobody knows them."""
        if self.phase != Phase.POSTPONED:
            return self.first_day, self.last_day
        if not self.moved_to:
            return None, None
        new = fuzzydates.read(self.moved_to)
        return new.earliest, new.latest

    @property
    def date_text(self) -> str:
        """The date as EDTF: the event's own, or its action's."""
        return self.date_edtf or self.action.date_edtf

    @property
    def meant_text(self) -> str:
        """The date as EDTF on which it is to take place: of what was postponed the new one, as soon as it is known."""
        return self.moved_to if self.phase == Phase.POSTPONED and self.moved_to else self.date_text

    @property
    def starts_at(self) -> datetime.datetime | None:
        """The start with its time zone, where day and time are known exactly."""
        if not self.time_local or not self.date_from or self.date_from != self.date_to:
            return None
        return localtimes.resolve(self.date_from, self.time_local, self.zone, self.fold)

    @property
    def source_links(self) -> list[str]:
        """Where it is written, a web address each."""
        return self.public_sources.split()

    @property
    def area(self) -> Area:
        """Where it belongs, for the rights of who does something with it."""
        return Area(self.action.slug, self.city.state, self.city.slug)

    @property
    def standing(self) -> str:
        """Where it stands: its phase."""
        return str(self.phase)

    # What everybody may be told of where it is and who hosts it. Pages, feeds, tables and search ask these and never
    # the fields, so that an event whose host is harassed shows its city and nothing nearer, everywhere.

    @property
    def public_place(self) -> Place | None:
        """The place."""
        return self.spelling.place if self.spelling and not self.is_shielded else None

    @property
    def public_point(self) -> tuple[float | None, float | None]:
        """Its latitude and longitude: those of the place; else, or where no more is told, those of the city."""
        place = self.public_place if self.covers == Covers.PLACE and not self.only_city else None
        at = self.city if place is None or place.lat is None or place.lon is None else place
        return (at.lat, at.lon) if at.lat is not None and at.lon is not None else (None, None)

    @property
    def public_spelling(self) -> str:
        """The place's name as the source has it."""
        return self.spelling.text if self.spelling and not self.is_shielded else ""

    @property
    def public_venue(self) -> str:
        """The place in words."""
        return "" if self.is_shielded else self.venue

    @property
    def public_address(self) -> str:
        """Where to come."""
        return "" if self.is_shielded else self.address

    @property
    def public_host(self) -> str:
        """The name or alias that the host wants on the page."""
        return "" if self.is_shielded else self.shown_host

    @property
    def public_hosts_words(self) -> str:
        """The organisations and others that host it, in words."""
        return "" if self.is_shielded else self.hosts_words

    @property
    def public_sources(self) -> str:
        """Where it is written, web addresses separated by blanks."""
        return "" if self.is_shielded else self.sources

    def public_note(self, language: str) -> str:
        """Return the note in the language, in the host's own words."""
        return "" if self.is_shielded else self.text("note", language)

    # A host's own wish for no more than the city leaves what no place can be known by: what was ticked, and a number.
    # Words may name the place. Where others have hidden it, none of it is told.

    @property
    def is_hidden_by_others(self) -> bool:
        """Whether a reviewer or coordinator hid where and who; what its host wants does not end that."""
        return self.is_shielded and not self.only_city

    @property
    def public_spoken(self) -> str:
        """The codes of the languages spoken."""
        return "" if self.is_hidden_by_others else self.spoken

    @property
    def public_access(self) -> str:
        """The codes of what makes it accessible."""
        return "" if self.is_hidden_by_others else self.access

    @property
    def public_capacity(self) -> int | None:
        """For how many there is room; never how many come."""
        return None if self.is_hidden_by_others else self.capacity

    @property
    def public_access_note(self) -> str:
        """More about accessibility, in the host's words."""
        return "" if self.is_shielded else self.access_note

    @property
    def public_safety(self) -> str:
        """A word about safety, in the host's words."""
        return "" if self.is_shielded else self.safety
