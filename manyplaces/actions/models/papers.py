"""What a coalition writes on its papers instead of our words."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models.actions import Action
from manyplaces.actions.rules.papers import Paper, check_text
from manyplaces.core.contacts import LANGUAGES


class PaperText(models.Model):
    """The coalition's own words on one paper of an action in one language; without a row, ours are printed."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="paper_texts")
    paper = models.CharField(max_length=12, choices=Paper.choices)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    # Never empty: `clean` says so in a sentence of its own.
    text = models.TextField(_("text"), blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["action", "paper", "language"], name="one_text_per_paper_and_language"),
        )

    def __str__(self) -> str:
        return f"{self.action_id} {self.paper} {self.language}"

    def clean(self) -> None:
        super().clean()
        try:
            check_text(self.text, Paper(self.paper))
        except ValidationError as refusal:
            raise ValidationError({"text": refusal.messages}) from refusal
