"""The form with which somebody says that he comes, and the one with which he changes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.core.refusals import refused_on
from manyplaces.events.rules.welcome import Spoken
from manyplaces.rsvps.forms.reading import FIELDS, SHARE, TEXT_WANTS, WANTS, read_ask
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask
from manyplaces.rsvps.queries import Facts, hosting
from manyplaces.rsvps.rules import LONGEST_NEEDS, MOST_PEOPLE


class ComeForm(forms.Form):
    """How many come; everything else may be left empty, and no tick is set."""

    people = forms.CharField(
        label=_("How many of you are coming?"),
        required=False,
        help_text=_("You and whoever comes with you."),
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_PEOPLE, "inputmode": "numeric", "placeholder": "1"}),
    )
    name = forms.CharField(
        label=_("First name or alias"),
        required=False,
        help_text=_("Only the host sees it. You may leave it empty."),
        widget=forms.TextInput(attrs={"maxlength": 80, "autocomplete": "given-name"}),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        help_text=_("For what you tick below, and to tell you if it is moved or cancelled. The host does not see it."),
        widget=forms.EmailInput(attrs={"maxlength": 254, "autocomplete": "email"}),
    )
    evening = forms.BooleanField(label=_("Remind me the evening before"), required=False)
    early = forms.BooleanField(label=_("Remind me early on the day"), required=False)
    host = forms.BooleanField(
        label=_("The host may write to me"), required=False, help_text=_("Through us, without seeing my address.")
    )
    phone = forms.CharField(
        label=_("Mobile phone"),
        required=False,
        help_text=_(
            "Only for what you tick below; the host never sees it. The phone company and the text service see every "
            "text and to whom it goes, and can be made to hand it over; e-mail and the calendar do without them. A "
            "text says when and where, never your name. Answer STOP, and none comes any more."
        ),
        widget=forms.TextInput(attrs={"type": "tel", "maxlength": 40, "autocomplete": "tel", "inputmode": "tel"}),
    )
    text_evening = forms.BooleanField(label=_("Remind me by text message the evening before"), required=False)
    text_news = forms.BooleanField(label=_("Text me if it is moved or cancelled"), required=False)
    speaks = forms.ChoiceField(
        label=_("A language you need there"), required=False, choices=[("", _("none in particular")), *Spoken.choices]
    )
    needs = forms.CharField(
        label=_("What you need to take part"),
        required=False,
        help_text=_("Such as a ramp or an interpreter. Only the host sees it, and it is erased the day after."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NEEDS}),
    )

    def __init__(self, *given: Any, organisations: Mapping[int, str] | None = None, **more: Any) -> None:
        """`organisations` are those that host, by row number, to which somebody may give his contact."""
        super().__init__(*given, **more)
        for name in () if settings.TEXTS else ("phone", *TEXT_WANTS):
            self.fields.pop(name, None)
        for number, name in (organisations or {}).items():
            label = gettext("Give my name and e-mail to %(name)s") % {"name": name}
            self.fields[f"{SHARE}{number}"] = forms.BooleanField(label=label, required=False)

    @property
    def says_more(self) -> bool:
        """Whether anything but the number was typed, or is wrong: then all of the form is shown."""
        return self.is_bound and any(
            self[name].value() or self[name].errors for name in self.fields if name != "people"
        )

    @property
    def shares(self) -> list[Any]:
        """The ticks that give organisations somebody's contact, as fields to be shown."""
        return [self[name] for name in self.fields if name.startswith(SHARE)]

    def ask(self, form_key: str, facts: Facts) -> Ask | None:
        """Return what is asked for, or None where something is wrong, which then stands at its field."""
        self.is_valid()
        values = {name: str(self.data.get(name, "")) for name in (*FIELDS, *self.fields)}
        try:
            return read_ask(values, form_key, facts, get_language() or "en")
        except ValidationError as refusal:
            refused_on(self, refusal)
            return None


class ChangeForm(ComeForm):
    """The same for who changes what he said; his address stays."""

    email = phone = None  # type: ignore[assignment]

    @classmethod
    def of(cls, row: Rsvp) -> ChangeForm:
        """Return the form with what a row says."""
        contact = row.contact
        told: dict[str, Any] = {f"{name}": getattr(row, f"wants_{name}") for name in (*WANTS, *TEXT_WANTS)}
        told |= {f"{SHARE}{number}": True for number in row.shares.values_list("pk", flat=True)}
        told |= {"people": row.people, "name": contact.name, "needs": contact.needs, "speaks": row.speaks}
        return cls(initial=told, organisations=hosting(row.event) if row.email_hash else {})
