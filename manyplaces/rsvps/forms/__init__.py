"""The form with which somebody says that he comes, and the one with which he changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.core import effort, throttle, together
from manyplaces.core.refusals import refused_on
from manyplaces.events.rules.welcome import Spoken
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask
from manyplaces.rsvps.queries import Facts, hosting
from manyplaces.rsvps.rules import (
    LONGEST_NEEDS,
    MOST_PEOPLE,
    GuestContact,
    read_contact,
    read_people,
    read_spoken,
    require_modest,
)
from manyplaces.rsvps.rules.links import body_digest, uid_of
from manyplaces.rsvps.rules.texts import read_mobile

# So many forms from one source within ten minutes ask for nothing; a family, or a few friends on one network.
WHAT, FREE, SECONDS = "come", 8, 600
WANTS = ("evening", "early", "host")
# The ticks of who leaves a number, where texts are sent at all.
TEXT_WANTS = ("text_evening", "text_news")
# The name of a tick begins so that gives an organisation somebody's contact.
SHARE = "share-"
# What the script puts into a form so that one whose address was passed on is told from the same one sent twice.
MARK, LONGEST_MARK = "mark", 40
FIELDS = ("people", "name", "email", "needs", "speaks", *WANTS, MARK)


def read_ask(values: Mapping[str, str], form_key: str, facts: Facts, language: str) -> Ask:
    """Return what a form asks for; raises ValidationError by field. Every door reads a form by this function."""
    people, contact, wrong = _read(values)
    wants = [name for name in WANTS if values.get(name)]
    shares = shared_in(values, facts.organisations)
    if contact is not None and (wants or shares) and not contact.email:
        wrong["email"] = [str(_("Give an e-mail address, or take the ticks away."))]
    phone, texts = read_texts(values, wrong)
    if wrong or contact is None:
        raise ValidationError(wrong)
    contact = replace(contact, phone=phone)
    if contact.is_to_be_proved:
        _require_modest(people, facts)
    parts = [str(people), contact.name, contact.email, contact.needs, read_spoken(values.get("speaks", "")), *wants]
    mark = values.get(MARK, "")[:LONGEST_MARK]
    parts += [str(number) for number in shares] + [part for part in (phone, *texts, mark) if part]
    rsvp = Rsvp(
        uid=uid_of(form_key),
        body_digest=body_digest(form_key, parts),
        event_id=facts.event,
        people=people,
        language="es" if language == "es" else "en",
        speaks=parts[4],
        **{f"wants_{name}": name in (*wants, *texts) for name in (*WANTS, *TEXT_WANTS)},
    )
    return Ask(rsvp, contact, facts.action, facts.key, tuple(shares))


def _require_modest(people: int, facts: Facts) -> None:
    try:
        require_modest(people, facts.capacity)
    except ValidationError as refusal:
        raise ValidationError({"people": refusal.messages}) from refusal


def _read(values: Mapping[str, str]) -> tuple[int, GuestContact | None, dict[str, list[str]]]:
    """Return how many come, what is left of a person (None where that is wrong), and what is wrong by field."""
    wrong: dict[str, list[str]] = {}
    people, contact = 1, None
    try:
        people = read_people(values.get("people", ""))
    except ValidationError as refusal:
        wrong["people"] = refusal.messages
    try:
        contact = read_contact(*(values.get(name, "") for name in ("name", "email", "needs")))
    except ValidationError as refusal:
        wrong |= refusal.message_dict
    return people, contact, wrong


def read_change(values: Mapping[str, str]) -> tuple[int, GuestContact]:
    """Return how many come from now on, and the name and needs that are kept; raises ValidationError by field."""
    people, contact, wrong = _read({**values, "email": ""})
    if wrong or contact is None:
        raise ValidationError(wrong)
    return people, contact


def read_texts(values: Mapping[str, str], wrong: dict[str, list[str]]) -> tuple[str, list[str]]:
    """Return the number to text to and the ticks for it, both empty where none are sent; adds what is wrong."""
    if not settings.TEXTS:
        return "", []
    wants = [name for name in TEXT_WANTS if values.get(name)]
    try:
        phone = read_mobile(values.get("phone", ""))
    except ValidationError as refusal:
        wrong["phone"] = refusal.messages
        return "", wants
    if phone and not wants:
        wrong["phone"] = [str(_("Tick what we may text you, or take the number away."))]
    elif wants and not phone:
        wrong["phone"] = [str(_("Give the number of a mobile phone, or take the ticks away."))]
    return phone, wants


def shared_in(values: Mapping[str, str], organisations: Iterable[int]) -> list[int]:
    """Return the organisations (by row number) that were ticked, of those that may be."""
    return [number for number in organisations if values.get(f"{SHARE}{number}")]


def typed_in(sent: MultiValueDict[str, str]) -> dict[str, str]:
    """Return what a form holds, of a field that comes more than once the first: no two readers see two answers."""
    return {name: values[0] for name, values in sent.lists() if values}


def read_version(text: str) -> int | None:
    """Return which state of an answer a form was made from, from its hidden field; None where it does not say."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def work_owed(source: str) -> int:
    """Return how much work a browser owes for the next form from a source (see core.effort); 0 for none."""
    return effort.bits_for(throttle.counted(source, WHAT) + 1 - FREE)


def has_worked(source: str, form_key: str, proof: str) -> bool:
    """Tell whether a form's proof is worth what is owed, and count the form that is then taken.

    Only what is taken is counted, and once: who waits his turn behind one address makes it no harder for the others.
    """
    return together.once(("worked", form_key), lambda: _has_worked(source, form_key, proof))


def _has_worked(source: str, form_key: str, proof: str) -> bool:
    owed = work_owed(source)
    if owed and effort.bits_of(form_key, proof, timezone.localdate()) < owed:
        return False
    throttle.take(source, WHAT, FREE, SECONDS)
    return True


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
