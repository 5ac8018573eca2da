"""What needs a second person's yes, or time in which it can be stopped."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext

from manyplaces.core.tokens import new_key
from manyplaces.people.models.accounts import Person
from manyplaces.people.rules import ALONE_AFTER, PROPOSAL_LIVES


class Proposals(models.QuerySet["Proposal"]):
    """Proposals by what can still become of them."""

    def waiting(self) -> Proposals:
        """Leave out what was stopped or carried out, and what nobody agreed to in time."""
        oldest = timezone.now() - PROPOSAL_LIVES
        return self.filter(stopped_at=None, carried_out_at=None, made_at__gt=oldest)


class Proposal(models.Model):
    """A step that one national coordinator proposed; another agrees to it or stops it; the clock carries it out."""

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    # Which room and step it is about, such as people.grant_national.
    kind = models.CharField(max_length=60)
    # What the step needs, and under "en" and "es" what it is in a sentence. No contact, no private name.
    payload = models.JSONField()
    made_at = models.DateTimeField()
    # Not carried out before, whoever agrees.
    wait_until = models.DateTimeField()
    # Whether there was nobody who could have agreed when it was made: then it may be carried out after a day. What was
    # made before others never becomes the step of one, however few are left.
    alone = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_name = models.CharField(max_length=80)
    seconded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    seconded_name = models.CharField(max_length=80, blank=True)
    seconded_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_name = models.CharField(max_length=80, blank=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)

    objects = Proposals.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    def words(self, language: str) -> str:
        """Return what is proposed, in a sentence of the language."""
        return str(self.payload.get(language) or self.payload.get("en") or self.kind)

    @property
    def proposer(self) -> str:
        """Who proposed it, in words: some proposals nobody makes, such as that of the many letters of a host."""
        return gettext("The site itself") if self.proposed_name == "clock" else self.proposed_name

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be carried out."""
        return self.stopped_at is None and self.carried_out_at is None and timezone.now() < self.ends_at

    @property
    def ends_at(self) -> datetime.datetime:
        """When it is dropped if nothing has come of it."""
        return self.made_at + PROPOSAL_LIVES

    @property
    def alone_at(self) -> datetime.datetime:
        """From when on a single coordinator's own proposal is carried out."""
        return max(self.wait_until, self.made_at + ALONE_AFTER)
