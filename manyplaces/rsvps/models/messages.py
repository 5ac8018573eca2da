"""What hosts write to those who come."""

from __future__ import annotations

from django.db import models

from manyplaces.core.safes import seal_in, unseal_from
from manyplaces.core.sealing import Unopenable
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Event, Host
from manyplaces.rsvps.rules.messages import Stage


class Message(models.Model):
    """A message of a host to those who come and want to hear from him. Its text lies in the safe of what they left."""

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="messages")
    # Nobody once he is host no more; then nothing of it goes out.
    host = models.ForeignKey(Host, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.DUE)
    version = models.PositiveIntegerField(default=0)
    safe = models.CharField(max_length=40, blank=True, db_index=True, editable=False)
    text_sealed = models.BinaryField(default=b"", editable=False)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    # Why it was not let through.
    reason = models.CharField(max_length=500, blank=True)
    # Up to which answer (by row number) the letters are written, and how many letters that were.
    reached = models.BigIntegerField(default=0)
    letters = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["stage", "not_before"], name="message_due"),)

    def __str__(self) -> str:
        return f"message {self.pk} about {self.event_id}: {self.stage}"

    def put_in(self, text: str, safe: str) -> None:
        """Seal what was written in a safe of the action; raises Unopenable."""
        self.safe, self.text_sealed = safe, seal_in(safe, text, "rsvps.message.text", self.uid)

    @property
    def text(self) -> str:
        """What was written; empty once it was destroyed."""
        try:
            return unseal_from(self.safe, self.text_sealed, "rsvps.message.text", self.uid)
        except Unopenable:
            return ""
