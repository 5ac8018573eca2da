"""The recap of an action, as the coalition tells it afterwards."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.models import Bilingual
from manyplaces.people.models import Person
from manyplaces.record.models import Correction
from manyplaces.reports.rules.recaps import LONGEST_RECAP, RecapState

TEXT = (MaxLengthValidator(LONGEST_RECAP),)


class Recap(Bilingual):
    """What the coalition says of how an action went. Once public it changes only together with a dated correction."""

    action = models.OneToOneField(Action, on_delete=models.PROTECT, related_name="recap")
    # Markdown, with marks for numbers of the record (see rules/marks.py).
    body = models.TextField(_("text"), blank=True, validators=TEXT)
    body_es = models.TextField(_("text in Spanish"), blank=True, validators=TEXT)
    # Keys of photos and of media hits in the order in which they are shown.
    photos = models.JSONField(default=list, blank=True)
    hits = models.JSONField(default=list, blank=True)
    shows_cities = models.BooleanField(_("show what cities report"), default=True)
    state = models.CharField(max_length=8, choices=RecapState.choices, default=RecapState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    # Who changed it last, who let everybody read it, by their public names.
    writer = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    written_by = models.CharField(max_length=80, blank=True)
    written_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    # Whether nobody else could have looked at it then.
    alone = models.BooleanField(default=False)
    approved_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # When, by whom and why it became a draft again: given back to its writer, or off the page, which needs no why.
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=80, blank=True)
    returned_why = models.TextField(_("what is to be changed"), blank=True, validators=[MaxLengthValidator(500)])
    corrections = models.ManyToManyField(Correction, related_name="recaps", blank=True)

    def __str__(self) -> str:
        return f"{self.action_id}: {self.state}"

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state == RecapState.PUBLIC
