"""Organisations under every spelling of their names."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.core.models import Bilingual, safe_link


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
