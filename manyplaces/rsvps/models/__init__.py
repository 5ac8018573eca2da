"""Who comes: one row for each answer, a count for each event, and the safes that seal what attendees gave."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.contacts import LANGUAGES
from manyplaces.core.safes import lookup_in, seal_in, unseal_from
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Event
from manyplaces.events.rules.welcome import Spoken
from manyplaces.people.models import Organisation
from manyplaces.rsvps.models.messages import Message as Message
from manyplaces.rsvps.models.telling import News as News
from manyplaces.rsvps.models.telling import Reminding as Reminding
from manyplaces.rsvps.models.telling import Round as Round
from manyplaces.rsvps.rules import MOST_PEOPLE, GuestContact, State


class Safe(models.Model):
    """Which safe holds what attendees of an action gave; see core.safes. Destroyed when all of it is forgotten."""

    class Kind(models.TextChoices):
        """What lies in it."""

        CONTACTS = "contacts", _("names and addresses")
        NEEDS = "needs", _("access needs")

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="safes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=40, unique=True)
    made_on = models.DateField(auto_now_add=True)
    # Since when nothing new is sealed in it: whoever found it open before has an hour to end what he writes.
    closed_at = models.DateTimeField(null=True, blank=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["action", "kind"], condition=models.Q(closed_at=None), name="one_open_safe_of_a_kind"
            ),
        )

    def __str__(self) -> str:
        return f"safe {self.pk} of {self.action_id}: {self.kind}"


class Rsvp(models.Model):
    """Somebody's word that so many come. Nothing else is kept of who it was but what he chose to leave.

    There is no time in it beyond the day, so that nobody can be found by when he pressed a button.
    """

    # Made from the key of the form: the same form sent twice is one row. See `operations.taking`.
    uid = models.CharField(max_length=20, unique=True, editable=False)
    # A digest, under the form's key, of what was sent, by which the same form with something else in it is known.
    body_digest = models.CharField(max_length=64, editable=False)
    # Whoever takes an event back must not take with it, unseen, the word of those who come: they would not be told.
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="rsvps")
    people = models.PositiveSmallIntegerField(
        _("how many"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMING)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    # The language he needs on site.
    speaks = models.CharField(max_length=3, choices=Spoken.choices, blank=True)

    # The safes in which the rest is sealed; empty where nothing was left.
    safe = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    needs_safe = models.CharField(max_length=40, blank=True, editable=False)
    name_sealed = models.BinaryField(default=b"", editable=False)
    email_sealed = models.BinaryField(default=b"", editable=False)
    needs_sealed = models.BinaryField(default=b"", editable=False)
    phone_sealed = models.BinaryField(default=b"", editable=False)
    email_hash = models.CharField(max_length=43, blank=True, db_index=True, editable=False)
    phone_hash = models.CharField(max_length=43, blank=True, db_index=True, editable=False)
    # Which of the two, "email" or "phone", is not shown to be his yet although the other is: nothing goes there.
    unproved = models.CharField(max_length=5, blank=True, editable=False)

    # What he agreed to, each by a tick of its own.
    wants_evening = models.BooleanField(default=False)
    wants_early = models.BooleanField(default=False)
    wants_host = models.BooleanField(default=False)
    wants_text_evening = models.BooleanField(default=False)
    wants_text_news = models.BooleanField(default=False)

    # To which of the organisations that host it he wants to give his name and address.
    shares = models.ManyToManyField(Organisation, related_name="+", blank=True)

    made_on = models.DateField(auto_now_add=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["event", "state"], name="rsvp_by_event_and_state"),)

    def __str__(self) -> str:
        return f"rsvp {self.pk} for {self.event_id}: {self.state}"

    def put_in(self, contact: GuestContact, safe: str, needs_safe: str) -> None:
        """Seal what he left of himself; the safes are those of the action. Raises Unopenable."""
        self.safe = safe if contact.name or contact.email or contact.phone else ""
        self.needs_safe = needs_safe if contact.needs else ""
        self.name_sealed = self._sealed("name", contact.name, self.safe)
        self.email_sealed = self._sealed("email", contact.email, self.safe)
        self.phone_sealed = self._sealed("phone", contact.phone, self.safe)
        self.needs_sealed = self._sealed("needs", contact.needs, self.needs_safe)
        self.email_hash = lookup_in(self.safe, contact.email, "email") if contact.email else ""
        self.phone_hash = lookup_in(self.safe, contact.phone, "phone") if contact.phone else ""

    def _sealed(self, field: str, text: str, safe: str) -> bytes:
        return seal_in(safe, text, f"rsvps.rsvp.{field}", self.uid) if text else b""

    def opened(self, field: str) -> str:
        """Return "name", "email", "phone" or "needs" in the clear; empty where nothing is kept. Raises Unopenable."""
        sealed: bytes = getattr(self, f"{field}_sealed")
        return unseal_from(self.needs_safe if field == "needs" else self.safe, sealed, f"rsvps.rsvp.{field}", self.uid)

    @property
    def contact(self) -> GuestContact:
        """Everything he left of himself, in the clear. Raises Unopenable."""
        return GuestContact(*(self.opened(field) for field in ("name", "email", "needs", "phone")))

    @property
    def is_readable(self) -> bool:
        """Whether what he left can still be opened; not for the moment in which it is being destroyed."""
        try:
            _opened = self.contact
        except Unopenable:
            return False
        return True

    @property
    def keeps_place(self) -> bool:
        """Whether a place is kept for him where room is limited, or he waits for one: he has shown who he is."""
        return bool(self.email_hash or self.phone_hash) and self.state in (State.COMING, State.WAITING)

    @property
    def is_reachable(self) -> bool:
        """Whether a letter reaches him: he gave an address, and showed that it is his."""
        return bool(self.email_hash) and self.unproved != "email" and self.state in (State.COMING, State.WAITING)

    @property
    def is_textable(self) -> bool:
        """Whether a text reaches him: he gave a number, and showed that it is his."""
        return bool(self.phone_hash) and self.unproved != "phone" and self.state in (State.COMING, State.WAITING)


class Crowd(models.Model):
    """How many have said that they come to an event. Never public; kept beside the rows so that nobody has to count."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="crowd")
    # People, not answers.
    coming = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    # What those who come were last told, as `rules.news.Facts` has it; empty before anybody was told anything.
    told: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return f"crowd of {self.event_id}"


class Look(models.Model):
    """When a machine last looked whether something is due to be destroyed; two looks must agree before anything is."""

    # The start of the machine, and how many seconds it ran then: a clock that somebody sets is found out by it.
    boot = models.CharField(max_length=40, unique=True)
    uptime = models.FloatField()
    at = models.DateTimeField()
    # Its clock was set since the look before: the next look that counts is a day later and not an hour.
    is_wary = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"look at {self.at:%Y-%m-%d %H:%M}"


class Purge(models.Model):
    """What was destroyed on a day, of one kind in one action and state, and how much of it; never whose."""

    class What(models.TextChoices):
        """What it was."""

        NEEDS = "needs", _("what people need to take part")
        UNCONFIRMED = "unconfirmed", _("answers that nobody confirmed")
        ANSWERS = "answers", _("answers, with what people left of themselves")
        LETTERS = "letters", _("letters to attendees")
        FURTHER = "further", _("what else was kept about who comes")
        SAFES = "safes", _("keys that seal what people left")
        HOSTS = "hosts", _("names and addresses of hosts")

    on = models.DateField()
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="purges")
    # Empty where it belongs to the whole action.
    state = models.CharField(max_length=2, blank=True)
    what = models.CharField(max_length=12, choices=What.choices)
    many = models.PositiveIntegerField(default=0)
    # It was fewer than five, or five and a few more, so that the number would tell too much.
    is_few = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["on", "action", "state", "what"], name="one_line_of_a_purge"),)

    def __str__(self) -> str:
        return f"{self.on}: {self.what} of {self.action_id} in {self.state}"


class PastCrowd(models.Model):
    """How many had said that they come, in one state under one action, once the answers are destroyed.

    A number of fewer than five people is dropped as soon as no answer of the action is left that could be added.
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="past_crowds")
    state = models.CharField(max_length=2)
    people = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["action", "state"], name="one_past_crowd_of_a_state"),)

    def __str__(self) -> str:
        return f"past crowd of {self.action_id} in {self.state}"
