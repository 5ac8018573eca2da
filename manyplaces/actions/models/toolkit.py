"""The toolkit for hosts: pieces, and the versions of each."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models.actions import Action
from manyplaces.core.contacts import LANGUAGES
from manyplaces.core.models import Bilingual, safe_link
from manyplaces.core.tokens import new_key


def material_key() -> str:
    """Return a key for a new piece of the toolkit."""
    return f"m-{new_key()}"


class Material(Bilingual):
    """One piece of the toolkit for hosts: a poster, a flyer, a page elsewhere."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="materials")
    # Part of the address of its files.
    key = models.SlugField(max_length=60, unique=True, default=material_key, editable=False)
    name = models.CharField(_("name"), max_length=200)
    name_es = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # Since when it is no longer offered; its files are at their addresses no more.
    removed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class MaterialVersion(models.Model):
    """One version of a material in one language: a file in the data folder, or a link. Older versions are kept."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    number = models.PositiveSmallIntegerField()
    url = models.CharField(max_length=2000, blank=True, validators=[safe_link])
    # The name under which the file is offered; on disk it has a random one.
    file_name = models.CharField(max_length=120, blank=True)
    stored_as = models.CharField(max_length=60, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=80)
    # Since when it is no longer offered; its file is at its address no more, and deleted a day later.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    file_deleted = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["material", "language", "number"], name="one_version_per_number"),
        )

    def __str__(self) -> str:
        return f"{self.material_id} {self.language} {self.number}"

    def clean(self) -> None:
        super().clean()
        if bool(self.url) == bool(self.stored_as):
            raise ValidationError({"url": _("Give either a file or a link.")})

    @property
    def label(self) -> str:
        """Its language and number, as they stand in the address of a file."""
        return f"{self.language}-{self.number}"
