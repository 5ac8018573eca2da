"""Letters that are owed, jobs that are to be done, the clock's slots, and the sign that the worker lives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.contacts import LANGUAGES
from manyplaces.core.safes import lookup_in, seal_in, unseal_from
from manyplaces.core.sealing import lookup, lookups, seal, unseal
from manyplaces.core.tokens import new_key

# The list of its own of who wants no text messages: known by the hash of the number.
TEXTS = "texts"


class Letter(models.Model):
    """A letter that we owe somebody. Address and text are sealed, and both are erased once it is sent or stopped."""

    class Channel(models.TextChoices):
        """By which way it goes."""

        MAIL = "mail", _("letter")
        TEXT = "text", _("text message")

    class State(models.TextChoices):
        """How far a letter has come."""

        OWED = "owed", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be delivered")
        STOPPED = "stopped", _("stopped")

    class Error(models.TextChoices):
        """Why a letter was not delivered: a kind, never the words of a server, which may quote the address."""

        REFUSED = "refused", _("The recipient’s mail server refuses it.")
        PUT_OFF = "put_off", _("The recipient’s mail server has put it off.")
        BROKEN_OFF = "broken_off", _("The connection broke while it was sent.")
        ADDRESS = "address", _("No letter can be sent to this address.")
        UNREADABLE = "unreadable", _("The key that sealed it is gone.")
        BROKEN = "broken", _("Something is wrong with this letter itself.")
        LATE = "late", _("What it says is no longer true.")
        UNSUBSCRIBED = "unsubscribed", _("The recipient does not want such letters.")
        TEXT_REFUSED = "text_refused", _("The text service refuses it.")
        TEXT_PUT_OFF = "text_put_off", _("The text service has put it off.")

    # Stays the same over all tries, so that a mail server recognises a letter that it has already taken.
    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL)
    # On which clock (an IANA name) a text keeps the hours in which nobody is disturbed.
    zone = models.CharField(max_length=40, blank=True)
    # The public key of what it is about, such as an event's.
    about = models.CharField(max_length=60, blank=True, db_index=True)
    # One for each effect: what is owed already is not owed again.
    key = models.CharField(max_length=150, unique=True)
    # The safe whose key sealed it, so that it goes with the safe; empty for the keys of all contacts.
    safe = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    to_sealed = models.BinaryField(default=b"", editable=False)
    to_hash = models.CharField(max_length=43, blank=True, editable=False, db_index=True)
    content_sealed = models.BinaryField(default=b"", editable=False)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    # The name of the list that the reader can leave, and what proves the link with which he does.
    unsubscribe = models.CharField(max_length=40, blank=True)
    token_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    is_secret = models.BooleanField(default=False)
    is_urgent = models.BooleanField(default=False)
    # After this moment it is not sent any more, such as a code that has expired.
    until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    error = models.CharField(max_length=20, choices=Error.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # When it is due. A worker that takes it in hand puts this off by its lease: should it die, the letter is due again.
    next_try_at = models.DateTimeField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    # The hashes under which a wish of the reader may be kept, as long as the letter is being written; see the ledger.
    known_as: Sequence[str] = ()

    class Meta:
        indexes = (models.Index(fields=["state", "is_urgent", "next_try_at"], name="letter_due"),)

    def __str__(self) -> str:
        return f"letter {self.pk} {self.kind} {self.state}"

    @classmethod
    def keyed(cls, beginning: str) -> models.QuerySet[Letter]:
        """Return the letters whose keys begin so, with a colon at the end; an index finds them in every database."""
        return cls.objects.filter(key__gte=beginning, key__lt=beginning[:-1] + ";")

    def put_in(self, to: str, content: dict[str, str]) -> None:
        """Seal the address and what is written, in the letter's safe where it has one; raises Unopenable."""
        self.to_sealed = self._seal(to, "mail.letter.to")
        self.content_sealed = self._seal(json.dumps(content, ensure_ascii=False), "mail.letter.content")
        what = "phone" if self.channel == self.Channel.TEXT else "email"
        self.to_hash = lookup_in(self.safe, to, what) if self.safe else lookup(to, what)
        self.known_as = lookups(to, what) if self.unsubscribe else ()

    @property
    def to(self) -> str:
        """The address in the clear; empty once the letter is settled. Raises Unopenable."""
        return self._unseal(self.to_sealed, "mail.letter.to")

    @property
    def content(self) -> dict[str, str]:
        """What is written, as `letters.Written` has it; empty once the letter is settled. Raises Unopenable."""
        text = self._unseal(self.content_sealed, "mail.letter.content")
        found: dict[str, str] = json.loads(text) if text else {}
        return found

    def _seal(self, text: str, field: str) -> bytes:
        return seal_in(self.safe, text, field, self.uid) if self.safe else seal(text, field, self.uid)

    def _unseal(self, sealed: bytes | memoryview, field: str) -> str:
        return unseal_from(self.safe, sealed, field, self.uid) if self.safe else unseal(sealed, field, self.uid)


class Suppression(models.Model):
    """An address or number, known by its hash alone, whose owner does not want the letters of a list."""

    email_hash = models.CharField(max_length=43)
    unsubscribe = models.CharField(max_length=40)
    made_on = models.DateField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["email_hash", "unsubscribe"], name="one_wish_per_list"),)

    def __str__(self) -> str:
        return f"suppression {self.pk} of {self.unsubscribe}"


class Job(models.Model):
    """Something to be done in the background; what it needs to know is in `payload`, which never holds a contact."""

    class State(models.TextChoices):
        """How far a job has come."""

        OPEN = "open", _("waiting or under way")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=60, blank=True, db_index=True)
    payload: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    # Who asked for it, and on what errand, for the journal of what it does.
    actor = models.CharField(max_length=80)
    person = models.BigIntegerField(default=0)
    errand = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    # The kind of the last error, such as OperationalError; where it happened stands in the log.
    error = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["state", "next_try_at"], name="job_due"),)

    def __str__(self) -> str:
        return f"job {self.pk} {self.name} {self.state}"


class Slot(models.Model):
    """A chore of the clock and the last slot in which it was started; a slot is started by one worker only."""

    name = models.CharField(max_length=60)
    slot = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name"], name="one_slot_per_chore"),)

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"


class Heartbeat(models.Model):
    """The sign that a worker lives, and what keeps it from sending letters."""

    class Trouble(models.TextChoices):
        """What is wrong with our own mail server: a kind, never its words."""

        UNREACHABLE = "unreachable", _("The mail server does not answer.")
        SIGN_IN = "sign_in", _("The mail server refuses the user name or the password.")
        SENDER = "sender", _("The mail server refuses the sender’s address.")
        ENCRYPTION = "encryption", _("There is no safe connection to the mail server.")
        TEXTS = "texts", _("The text service does not answer, or does not know us.")

    name = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField()
    trouble = models.CharField(max_length=20, choices=Trouble.choices, blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"
