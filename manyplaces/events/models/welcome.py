"""What a commitment and its event both say to those who come."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.events.rules.welcome import MOST_PLACES, Access, AddressFor, Spoken, chosen, words

# What a host says to those who come; an event shows it as its commitment has it.
WELCOME = ("spoken", "access", "access_note", "safety", "capacity", "address_for")


class Welcoming(models.Model):
    """A row that says what is spoken, how one gets in, what about safety, and for how many there is room."""

    # Codes separated by blanks, in the order of the choices; empty where nobody said it.
    spoken = models.CharField(_("languages spoken"), max_length=80, blank=True)
    access = models.CharField(_("accessibility"), max_length=80, blank=True)
    access_note = models.CharField(_("more about accessibility"), max_length=200, blank=True)
    safety = models.TextField(_("about safety"), blank=True, validators=[MaxLengthValidator(1_000)])
    # For how many there is room; None where nobody counts.
    capacity = models.PositiveIntegerField(
        _("room for how many"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    # Of use where only the city is shown: who learns the address all the same.
    address_for = models.CharField(max_length=6, choices=AddressFor.choices, default=AddressFor.EVERYBODY)

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        for field, choices in (("spoken", Spoken), ("access", Access)):
            if " ".join(chosen(getattr(self, field), choices)) != getattr(self, field):
                raise ValidationError({field: _("Choose from the list.")})

    @property
    def spoken_words(self) -> list[str]:
        """The languages in words."""
        return words(self.spoken, Spoken)

    @property
    def access_words(self) -> list[str]:
        """What makes it accessible, in words."""
        return words(self.access, Access)
