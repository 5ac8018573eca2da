"""What strangers type into a form can neither become a header of our letters nor stop them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.mail.letters import Written, one_line, written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letter
from manyplaces.mail.smtp import Refused, message
from manyplaces.people.models import Coalition
from tests.events.calling import october
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
# Encoded words, as RFC 2047 has them, that decode to the end of a line: with the last the whole letter was another's.
SMUGGLED = (
    "=?utf-8?q?=0D=0AReply-To:_phish@evil.example?=",
    "=?utf-8?b?DQpCY2M6IG90dG9AZXhhbXBsZS5vcmc=?=",
    "a =?utf-8?q?b=0ABcc:_otto@evil.example?= =?us-ascii?q?c?=",
    "==??utf-8?q?=0D=0ABcc:_otto@evil.example?=",
    "=?utf-8?q?=0D=0AContent-Type:_text/html=0D=0A=0D=0A<a_href=3D//evil.example>Sign_in_here</a>=0D=0A?=",
)


@pytest.mark.parametrize("evil", SMUGGLED)
def test_a_form_of_a_stranger_adds_no_header_to_the_letter(evil: str, payer: Any, sink: Sink) -> None:
    october()
    Coalition.objects.update_or_create(pk=1, defaults={"name": f"Us {evil}"[:60], "contact": "ask@schools.example"})
    day = (timezone.now() + timedelta(days=30)).date().isoformat()
    typed = {"venue": evil, "city_name": "Milwaukee", "state": "WI", "tactic": "walk-in", "day": day}
    sent = Client().post("/actions/october/commit/", {"do": "commit", "email": "hana@example.org", **typed})
    assert sent.status_code == 302
    payer.pay()
    (letter,) = sink.taken
    ours = ("Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version")
    lists = ("List-Unsubscribe", "List-Unsubscribe-Post")
    assert sorted(letter.keys()) == sorted((*ours, *lists, "Content-Type", "Content-Language"))
    assert (letter["Reply-To"], letter["Bcc"]) == ("ask@schools.example", None)
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert str(letter["Subject"]).endswith(one_line(evil))
    assert sink.offered == ["hana@example.org"]


def test_naughty_subjects_arrive_as_they_were_typed(payer: Any, sink: Sink, shared: Path, nia: Any) -> None:
    naughty = [one_line(text) for text in json.loads((shared / "corpora/strings/blns.json").read_text("utf-8"))]
    subjects = [text for text in naughty if text]
    for number, subject in enumerate(subjects):
        letter = Written(subject, "Body", "Why", "en")
        owe_letter("mail.try_out", "hana@example.org", letter, language="en", key=f"naughty:{number}", by=nia)
    while payer.pay():
        pass
    assert [str(letter["Subject"]) for letter in sink.taken] == subjects
    assert {len(letter.keys()) for letter in sink.taken} == {9}


def test_a_header_that_became_two_is_never_sent(monkeypatch: pytest.MonkeyPatch, owe: Callable[..., Any]) -> None:
    monkeypatch.setattr("manyplaces.mail.smtp.one_line", lambda text: text)
    for subject in SMUGGLED[:3]:
        with pytest.raises(Refused) as refused:
            message(Letter(), Written(subject, "Body", "Why", "en"), "hana@example.org")
        assert (refused.value.error, refused.value.for_good) == (Letter.Error.BROKEN, True)
    assert message(owe("hana@example.org"), written("mail.try_out", "en"), "hana@example.org")["Bcc"] is None
