"""Reads what is owed in letters, as the worker would send it."""

from __future__ import annotations

import re

from manyplaces.mail.models import Letter


def letters_to(address: str) -> list[tuple[str, str]]:
    """The letters owed to an address, oldest first: kind and text with its subject."""
    owed = [letter for letter in Letter.objects.order_by("pk") if letter.to == address]
    return [(letter.kind, f"{letter.content['subject']}\n{letter.content['body']}") for letter in owed]


def newest_code(address: str) -> str:
    """The six digits of the newest letter with a code."""
    text = [text for kind, text in letters_to(address) if kind == "people.code"][-1]
    found = re.search(r"^\d{6}$", text, re.M)
    assert found is not None
    return found[0]
