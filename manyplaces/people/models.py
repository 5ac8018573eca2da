"""Organisations under every spelling of their names, and the people who may do something, with their rights."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.actor import Grant
from manyplaces.core.contacts import Reachable
from manyplaces.core.models import Bilingual, safe_link
from manyplaces.people.rules import Role


class Organisation(Bilingual):
    """A member of the coalition, a partner or a host group; never a single person."""

    class Kind(models.TextChoices):
        """How an organisation stands to the coalition."""

        MEMBER = "member", _("member")
        PARTNER = "partner", _("partner")
        HOST = "host", _("host")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.HOST)
    about = models.TextField(blank=True, validators=[MaxLengthValidator(5000)])
    about_es = models.TextField(blank=True, validators=[MaxLengthValidator(5000)])
    url = models.CharField(max_length=2000, blank=True, validators=[safe_link])
    # What it answers for may be online at once, where the action says so; can be withdrawn.
    is_trusted = models.BooleanField(default=False)
    # The secret of the link under which its hosts commit; whoever holds the link speaks for the organisation.
    vouch_digest = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """One spelling under which an organisation is known."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.text


class Person(Reachable):
    """Somebody with an account. Hosts and guests have none."""

    # The public name, under which the journal tells what this person did.
    alias = models.CharField(_("name"), max_length=60)
    made_on = models.DateField(auto_now_add=True)
    seen_on = models.DateField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "people"
        constraints = (
            models.UniqueConstraint(
                fields=["email_hash"], condition=~models.Q(email_hash=""), name="one_account_per_address"
            ),
        )

    def __str__(self) -> str:
        return self.alias


class RoleGrant(models.Model):
    """A role that somebody has, how far it reaches and until when; see manyplaces.core.actor.Grant."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    action = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=100, blank=True)
    since = models.DateTimeField(auto_now_add=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "role", "action", "state", "city"], name="one_grant_of_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.action or '*'} {self.city or '*'} {self.state or '*'}"

    def as_grant(self) -> Grant:
        """Return the right as operations are told it."""
        return Grant(self.role, self.action, self.state, self.city)


class Session(models.Model):
    """A browser in which somebody is signed in; the cookie's secret itself is not kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    # When the person last proved to be present, by a code or a passkey; sensitive steps want it at most 5 minutes old.
    proved_at = models.DateTimeField()
    # Whether a passkey or a recovery code was shown beside the letter's code.
    is_strong = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"session {self.pk} of person {self.person_id}"
