"""How people can be reached: addresses and telephone numbers as they are typed, and rows that keep them sealed."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.sealing import lookup, lookups, seal, unseal
from manyplaces.core.tokens import new_key
from manyplaces.core.words import clean_line

LANGUAGES = (("en", "English"), ("es", "Español"))
LONGEST_ADDRESS = 254

_is_address = EmailValidator(_("This is not an e-mail address. It looks like name@example.org."))


def read_email(text: str) -> str:
    """Return an e-mail address in the form in which it is kept and looked for; raises ValidationError.

    Small letters throughout: no mail service of today tells capitals apart, and people type both.
    """
    address = clean_line(text, 1000).lower()
    if not address:
        return ""
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(_("This e-mail address is too long. It may have 254 characters."))
    _is_address(address)
    return address


def read_phone(text: str) -> str:
    """Return a telephone number as +14145550123; a number without a country is one of the United States.

    Raises ValidationError for what is no number that could be called.
    """
    typed = clean_line(text, 1000)
    if not typed:
        return ""
    wrong = ValidationError(_("This is not a telephone number. Give it with its area code, such as 414-555-0123."))
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        raise wrong from None
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_hashes(address: str) -> list[str]:
    """Return the hashes under which rows with this address (as typed) may be kept; none for what is no address."""
    try:
        return lookups(read_email(address), "email")
    except ValidationError:
        return []


class Reachable(models.Model):
    """A row about somebody: name, address and number are sealed, and the address is found by its keyed hash."""

    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    name_sealed = models.BinaryField(default=b"", editable=False)
    email_sealed = models.BinaryField(default=b"", editable=False)
    phone_sealed = models.BinaryField(default=b"", editable=False)
    email_hash = models.CharField(max_length=43, blank=True, editable=False, db_index=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")

    SEALED = ("name", "email", "phone")

    class Meta:
        abstract = True

    def set_contact(self, *, name: str | None = None, email: str | None = None, phone: str | None = None) -> None:
        """Seal what is given, each as its reading function returned it; what is None stays as it is."""
        for field, text in (("name", name), ("email", email), ("phone", phone)):
            if text is not None:
                setattr(self, f"{field}_sealed", seal(text, f"{self._meta.label_lower}.{field}", self.uid))
        if email is not None:
            self.email_hash = lookup(email, "email")

    def opened(self, field: str) -> str:
        """Return "name", "email" or "phone" in the clear; empty where nothing is kept."""
        return unseal(getattr(self, f"{field}_sealed"), f"{self._meta.label_lower}.{field}", self.uid)

    @property
    def name(self) -> str:
        """The name or alias in the clear."""
        return self.opened("name")

    @property
    def email(self) -> str:
        """The e-mail address in the clear."""
        return self.opened("email")

    @property
    def phone(self) -> str:
        """The telephone number in the clear."""
        return self.opened("phone")
