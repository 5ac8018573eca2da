"""A letter is written once in the reader's language, and both its forms say the same."""

from __future__ import annotations

from typing import Any

import pytest

from manyplaces.mail.letters import written
from manyplaces.mail.operations import owe_letter


@pytest.mark.django_db
def test_owing_twice_is_owing_once(nia: Any) -> None:
    letter = written("mail.try_out", "es")
    print(letter.text, letter.html)
    first = owe_letter("mail.try_out", "Hana@Example.org", letter, language="es", key="a", by=nia)
    again = owe_letter("mail.try_out", "Hana@Example.org", letter, language="es", key="a", by=nia)
    assert first.pk == again.pk
    assert again.to == "hana@example.org"
    assert again.content["subject"] == letter.subject
