"""What signing in needs: codes that were asked for, sessions, passkeys and recovery codes. No secret itself is kept."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.contacts import Reachable
from manyplaces.core.tokens import new_key
from manyplaces.people.models.accounts import Person


class Session(models.Model):
    """A browser in which somebody is signed in; the cookie's secret itself is not kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    # How the person's own page names it.
    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    # When the person last proved to be present, by a code or a passkey; sensitive steps want it at most 5 minutes old.
    proved_at = models.DateTimeField()
    # Whether a passkey or a recovery code was shown beside the letter's code.
    is_strong = models.BooleanField(default=False)
    # Whether the person had a passkey when signing in, so that the letter's code alone opens nothing.
    wants_passkey = models.BooleanField(default=False)
    # The challenge of the passkey ceremony that is under way; taken away when it is answered, so that it counts once.
    ceremony = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"session {self.pk} of person {self.person_id}"

    def was_proved_within(self, longest: datetime.timedelta, now: datetime.datetime) -> bool:
        """Tell whether the person proved to be present within this time."""
        return now - self.proved_at <= longest


class SignIn(Reachable):
    """A code that was asked for, bound to the browser that asked; kept for an unknown address too, without a code.

    The hash of the code is made with the browser's secret, of which only the digest is kept, so that six digits cannot
    be found by trying. Only a change of address keeps the (new) address itself.
    """

    class Purpose(models.TextChoices):
        """What the code is for."""

        SIGN_IN = "sign-in", _("sign in")
        PROVE = "prove", _("prove to be present")
        ADDRESS = "address", _("change of address")
        PASSKEY = "passkey", _("sign in with a passkey")

    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(db_index=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    # Whether the browser showed that this person was signed in there before: letters to it are counted apart, so that
    # nobody else can use up somebody's letters.
    is_known = models.BooleanField(default=False)
    # The challenge, where a passkey is shown instead of a code.
    ceremony = models.JSONField(null=True, blank=True)
    # Set when it was used, or burned by too many wrong codes.
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Passkey(models.Model):
    """A passkey of somebody: its public half."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    label = models.CharField(_("name"), max_length=60)
    # SHA-256 of the credential's id, by which two people cannot have the same.
    credential_hash = models.CharField(max_length=64, unique=True)
    # The credential as the FIDO2 library keeps it: id and public key.
    credential = models.BinaryField()
    # How often it was used, as it counts itself; 0 where it does not count. One that goes back was copied.
    count = models.BigIntegerField(default=0)
    made_on = models.DateField()
    used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"passkey {self.pk} of person {self.person_id}"


class RecoveryCode(models.Model):
    """One of the codes on paper that stand in for a lost passkey, each once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"recovery code {self.pk} of person {self.person_id}"


class FirstRunCode(models.Model):
    """The code with which whoever runs the machine makes a national coordinator in the browser; at most one."""

    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"first-run code {self.pk}"
