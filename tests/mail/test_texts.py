"""Every letter there is arrives in both languages, as text and as a page that says the same."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

import pytest

from manyplaces.mail.letters import PACKAGE, blocks, written
from manyplaces.mail.operations import owe_letter
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
NAMES = sorted(f"{file.parent.parent.name}.{file.stem}" for file in PACKAGE.glob("*/letters/*.txt"))
# What people typed, in signs that stand in no text of ours.
GIVEN: dict[str, Any] = {
    "place": "Öauer", "city": "Mïlwaukee, WI", "action": "Äction", "day": "2026-12-01", "time": "7:45",
    "reason": "Rázón & cía", "question": "¿Qúe?", "token": "t" * 22, "key": "c-abcdefghi", "slug": "october",
    "tactic": "wälk-in", "moved": "2026-12-05", "code": "123456", "inviter": "Nïa", "role": "rôle", "words": "Wörds",
    "proposer": "Nïa", "name": "Nïa", "who": "h•••@e•••.org", "alias": "Nïa", "proposal": "Wörds",
    "until": "2026-12-24", "deleted_on": "2027-03-05", "days": 7, "organisation": "Örg", "many": 2,
    "where": "Yärd", "bring": "Wåter", "safety": "Büddy", "advice": "Çalm", "rights": "Sïlence",
    "before": "2026-11-30", "new": (), "has_poster": True, "is_today": False, "was": "Öauer, Friday", "off": "",
    "text": "Wörds", "signed": "Nïa", "owner": "t" * 22, "names": ["Örg", "Ünion"], "is_online": True,
    "link": "hostuid.signature",
}  # fmt: skip
# Letters that say one of several things; the first stands where a letter is asked for none of them.
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "people.code": [{"purpose": purpose} for purpose in ("sign-in", "address", "prove")],
    "people.passkeys_changed": [{"what": what} for what in ("added", "removed", "recovery", "asked", "reset", "codes")],
    "people.account_closed": [{"why_closed": why} for why in ("deleted", "unused", "coordinator")],
    "people.proposed": [{"alone": alone} for alone in (True, False)],
    "events.host_named": [{"takes_over": over} for over in (True, False)],
    "events.link_again": [{"is_former_alive": alive} for alive in (True, False)],
    "rsvps.host_copy": [{"waits_for_review": waits} for waits in (True, False)],
    "rsvps.answer": [{"signed": signed} for signed in ("Nïa", "")],
    "events.corrected": [{"is_online": is_online} for is_online in (True, False)],
    "events.postponed": [{"moved": moved} for moved in ("2026-12-05", "")],
    "rsvps.postponed": [{"moved": moved} for moved in ("2026-12-05", "")],
    "rsvps.cancelled": [{"is_shown": is_shown} for is_shown in (True, False)],
    "rsvps.moved": [{"new": new, "where": where} for new, where in ((("day", "time", "place"), ""), ((), "Yärd"))],
    "rsvps.reminder": [
        {"where": "Yärd"},
        {"is_today": True} | {name: "" for name in ("where", "bring", "safety", "advice", "rights")},
    ],
    "rsvps.from_host": [{"off": off} for off in ("", "cancelled", "postponed")],
    "rsvps.message_declined": [{"reason": reason} for reason in ("Rázón", "")],
    "rsvps.host_evening": [{"has_poster": has} for has in (True, False)],
}


def words(markup: str) -> set[str]:
    """The words of a page, without signs at their ends."""
    body = re.sub(r"<[^>]+>", " ", markup.partition("<body")[2].partition(">")[2])
    return {word.strip(":.,") for word in html.unescape(body).split()}


def lines(text: str) -> set[str]:
    """The lines of a letter in which we say something ourselves."""
    return {
        line for line in text.splitlines() if len(line) > 12 and "://" not in line and not line.startswith(("-", ">"))
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_arrives_in_both_languages_and_both_forms(name: str, payer: Any, sink: Sink, nia: Any) -> None:
    for number, variant in enumerate(VARIANTS.get(name, [{}])):
        texts = {}
        for language in ("en", "es"):
            letter = written(name, language, **GIVEN | variant)
            key = f"{language}:{number}"
            owe_letter(name, "hana@example.org", letter, language=language, key=key, by=nia, unsubscribe="hosts")
            payer.pay()
            message = sink.taken[-1]
            text, page = (part.get_content() for part in message.iter_parts())
            assert (str(message["Subject"]), message["Content-Language"]) == (letter.subject, language)
            said = [word.strip(":.,>") for word in text.split() if "://" not in word]
            lacking = {word for word in said if word.strip("-") and word not in words(page)}
            # The way out is a link there, in its own words.
            assert lacking <= {"If", "you", "Si", "ya", "no", "desea"}, (name, language)
            assert page.count("<a ") >= 2 and "<b>" not in page
            # A button has a name and not a paragraph in it.
            assert [
                block.lines[0] for block in blocks(letter.body) if block.kind == "button" and len(block.lines[0]) > 50
            ] == []
            texts[language] = text
        assert lines(texts["en"]) & lines(texts["es"]) == set()
    assert Counter(sink.offered) == {"hana@example.org": 2 * len(VARIANTS.get(name, [{}]))}
