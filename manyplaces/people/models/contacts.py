"""Contacts that people gave to an organisation by a tick of their own, and each time that they were taken out."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.contacts import Reachable
from manyplaces.core.tokens import digest, new_key
from manyplaces.people.models.accounts import Person
from manyplaces.people.models.organisations import Organisation


class GivenContacts(models.QuerySet["GivenContact"]):
    """Contacts by who may take them back."""

    def given_with(self, owner: str) -> GivenContacts:
        """Leave out what was not given with this secret."""
        return self.filter(owner_digest=digest(owner))


class GivenContact(Reachable):
    """A name and an address that their owner gave to one organisation; kept apart from why he came to the site."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="given_contacts")
    given_on = models.DateField()
    # A digest of the secret in his letter, with which its owner takes it back as long as it is here. Nothing of why, or
    # with which answer, he gave it: in a backup of the database that would outlive the key that sealed the answer.
    owner_digest = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    objects = GivenContacts.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "email_hash"], name="one_contact_for_an_organisation"),
        )

    def __str__(self) -> str:
        return f"contact {self.uid} given to {self.organisation_id}"


class ContactExport(models.Model):
    """That somebody wants an organisation's contacts as a file: why, how many there were, and until when he gets it."""

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contact_exports")
    reason = models.CharField(_("reason"), max_length=300)
    many = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    person_name = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    # From when on, and until when, the file can be had; empty while a second coordinator has not agreed.
    ready_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    proposal = models.CharField(max_length=20, blank=True, editable=False)

    def __str__(self) -> str:
        return f"export {self.uid} of contacts given to {self.organisation_id}"

    def clean(self) -> None:
        if len(self.reason.split()) < 2:
            raise ValidationError({"reason": _("Say in a few words what the contacts are for.")})
