"""What is read from a form that somebody sends who comes or changes his answer, and how much work is owed for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from manyplaces.core import effort, throttle, together
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask
from manyplaces.rsvps.queries import Facts
from manyplaces.rsvps.rules import GuestContact, read_contact, read_people, read_spoken, require_modest
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
