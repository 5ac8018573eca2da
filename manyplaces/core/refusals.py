"""The three refusals an operation knows, and how a door turns them into sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class NotNow(Exception):
    """The world is not in the state that this step needs; also a lost race."""


def sentences(refusal: Exception) -> list[tuple[str, str]]:
    """Return (field, sentence) pairs in the words of the refusal; the field is empty where it is about the whole."""
    if isinstance(refusal, ValidationError):
        if hasattr(refusal, "error_dict"):
            return [
                ("" if field == NON_FIELD_ERRORS else field, sentence)
                for field, found in refusal.message_dict.items()
                for sentence in found
            ]
        return [("", sentence) for sentence in refusal.messages]
    return [("", str(refusal))]


def in_words(refusal: Exception) -> str:
    """Return the sentences of a refusal as one text."""
    return " ".join(sentence for _field, sentence in sentences(refusal))


class Fillable(Protocol):
    """What a form is here: its fields by name, and a place for what is wrong."""

    @property
    def fields(self) -> Collection[str]: ...

    def add_error(self, field: str | None, error: Any) -> None: ...


def refused_on(form: Fillable, refusal: Exception) -> None:
    """Say a refusal at the field it is about, or over the form."""
    for field, sentence in sentences(refusal):
        form.add_error(field if field in form.fields else None, sentence)


@contextmanager
def refusals_on(form: Fillable) -> Iterator[None]:
    """Show what an operation inside the `with` refuses at the field it is about, or else over the whole form.

    PermissionDenied passes through: nobody is shown a form for what he may not do. Afterwards the form is valid only
    where nothing was refused.
    """
    try:
        yield
    except (ValidationError, NotNow) as refusal:
        refused_on(form, refusal)
