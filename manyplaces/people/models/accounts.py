"""The people with an account, and what each may do."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.actor import Grant
from manyplaces.core.contacts import Reachable
from manyplaces.people.rules import Role


class Person(Reachable):
    """Somebody with an account. Hosts and guests have none."""

    # The public name, under which the journal tells what this person did.
    alias = models.CharField(_("name"), max_length=60)
    made_on = models.DateField(auto_now_add=True)
    seen_on = models.DateField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    # What of this person every press kit may say, by his own wish and in his own words; empty where he has not agreed.
    press_line = models.CharField(_("how the press reaches me"), max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint(
                fields=["email_hash"], condition=~models.Q(email_hash=""), name="one_account_per_address"
            ),
        )

    def __str__(self) -> str:
        return f"person {self.pk}"


class GrantsInForce(models.QuerySet["RoleGrant"]):
    """Rights by what they are worth today."""

    def in_force(self, today: datetime.date) -> GrantsInForce:
        """Leave out what has ended."""
        return self.filter(models.Q(until=None) | models.Q(until__gte=today))


class RoleGrant(models.Model):
    """A role that somebody has, how far it reaches and until when; see manyplaces.core.actor.Grant."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    action = models.CharField(_("action"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    since = models.DateTimeField(auto_now_add=True)
    # The last day on which it is worth something.
    until = models.DateField(_("until"), null=True, blank=True)

    objects = GrantsInForce.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "role", "action", "state", "city"], name="one_grant_of_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.action or '*'} {self.city or '*'} {self.state or '*'}"

    def as_grant(self) -> Grant:
        """Return the right as operations are told it."""
        return Grant(self.role, self.action, self.state, self.city)
