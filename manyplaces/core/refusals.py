"""The three refusals an operation knows, and how a door turns them into sentences."""

from __future__ import annotations

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
