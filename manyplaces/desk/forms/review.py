"""What a reviewer says with a decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from manyplaces.events.models import BlockedPattern
from manyplaces.events.operations.review import Pick

OWN_WORDS = "own"
# Kept in English; the letter says them in the language of whoever reads it.
REASONS = {
    "decline": (
        _("We could not find out whether this is real."),
        _("This does not belong to this action."),
        _("The text holds links or words that we do not show."),
        _("The same place is in the list already."),
    ),
    "keep": (
        _("The place or the time could not be confirmed."),
        _("The text holds links or words that we do not show."),
    ),
    "take_down": (
        _("We could not find out whether this is real."),
        _("The school or the place does not know of it."),
    ),
}
MOST_PICKS = 5000
# The steps that one form takes with many.
DECIDED = ("approve", "decline", "keep", "ask", "take_down")


class DecideForm(forms.Form):
    """A reason, ready or in one's own words."""

    reason = forms.ChoiceField(label=_("The reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_("The host reads it as you write it."),
    )

    def __init__(self, step: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = REASONS.get(step, ())
        if not ready:
            del self.fields["reason"]
            self.fields["words"].label = _("The question")
            self.fields["words"].required = True
            return
        with override("en"):
            english = [str(sentence) for sentence in ready]
        choices = [*zip(english, ready, strict=True), (OWN_WORDS, _("Another one, in my own words"))]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]
        self.fields["reason"].initial = english[0]

    @property
    def said(self) -> str:
        """The reason as it goes into the operation."""
        reason = str(self.cleaned_data.get("reason", OWN_WORDS))
        return str(self.cleaned_data["words"]) if reason == OWN_WORDS else reason


class PatternForm(forms.Form):
    """What is not wanted again."""

    kind = forms.ChoiceField(
        label=_("What to block"), choices=BlockedPattern.Kind.choices, widget=forms.RadioSelect, initial="link"
    )
    text = forms.CharField(
        label=_("The words or the host"), max_length=100, help_text=_("Such as “cheap pills” or “spam.example”.")
    )


def read_text(data: Any, name: str, most: int = 60) -> str:
    """Return what an address or a form says under a name, without the one sign that a database cannot hold."""
    return str(data.get(name, "")).replace("\0", "")[:most]


def read_picks(text: str) -> list[Pick]:
    """Return the picks of a form ("key:version key:version"); whatever is none is left out."""
    found = []
    for part in text.replace("\0", "").split()[:MOST_PICKS]:
        key, _colon, version = part.rpartition(":")
        if key and version.isdecimal() and len(version) < 10:
            found.append((key[:20], int(version)))
    return found


def read_decision(data: Any) -> tuple[str, list[Pick]]:
    """Return the step and the picks that were chosen: one row's button, one bundle's, or all that are ticked.

    The step is empty where none was chosen.
    """
    for name in ("one", "all"):
        step, _blank, which = str(data.get(name, "")).partition(" ")
        if step in DECIDED:
            return step, read_picks(which if name == "one" else str(data.get(f"bundle-{which}", "")))
    step = str(data.get("step", ""))
    return (step if step in DECIDED else ""), read_picks(" ".join(data.getlist("pick")))
