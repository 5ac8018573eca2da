"""Otto types the worst he can find into what guests are asked: it is refused with a sentence, or stays mere letters."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from jinja2 import meta

from manyplaces.core import throttle
from manyplaces.core.contacts import read_email
from manyplaces.events.models import Event
from manyplaces.mail import letters as mail_letters
from manyplaces.mail.letters import written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.rsvps import letters
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations.writing import letter_to
from manyplaces.rsvps.rules import first_name
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.front.reading import read
from tests.mail.conftest import payer_to
from tests.mail.sink import Sink
from tests.mail.test_smuggled import SMUGGLED
from tests.rsvps.coming import confirmed, of_host, say, walk_in
from tests.rsvps.hostile import take_all, texts

pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = Path(letters.__file__).parent
KINDS = sorted(file.stem for file in FOLDER.glob("*.txt"))
# Further line ends and encoded words that a header might obey.
EVIL = (
    *SMUGGLED,
    "a\r\nBcc: otto@evil.example",
    "a\nReply-To: otto@evil.example\n\nSend money",
    "a\u2028Bcc: otto@evil.example\u2029\x85Bcc: b\x0bBcc: c\x0c",
    "=?utf-7?q?+AA0ACg-Bcc:_otto@evil.example?=",
    "http://evil.example/own-link-of-the-reader?",
)


@pytest.fixture(autouse=True)
def nobody_was_here(settings: Any) -> None:
    throttle.forget()
    settings.MAIL_FROM = "hello@schools.example"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that listens."""
    with Sink().listening() as found:
        yield found


def squeezed(text: str) -> str:
    """The text with single blanks, as a browser lays it out."""
    return " ".join(text.split())


def is_plain(text: str) -> bool:
    """Whether nothing in a text is invisible, a control, or piled upon letters: then it must stay as it is."""
    shown = unicodedata.normalize("NFC", text)
    return not any(unicodedata.category(sign)[0] == "C" or unicodedata.combining(sign) for sign in shown)


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.values[given["name"] or ""] = given.get("value") or ""
        self.area = (given.get("name") or "") if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] = self.values.get(self.area, "") + data

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area


def fields(page: str) -> dict[str, str]:
    """What stands in the fields of a page, as a browser reads it."""
    found = _Fields()
    found.feed(page)
    return found.values


def test_every_string_of_the_corpora_is_kept_as_it_is_or_refused_with_a_sentence(shared: Path) -> None:
    event, typed = walk_in(), texts(shared)
    found = take_all(event, typed)
    sentences = {sentence for told in found.refused.values() for sentence in told}
    assert len(found.kept) + sum(1 for text in typed if text not in found.kept) == len(typed) > 900
    assert {sentence for sentence in sentences if len(sentence) < 20 or not sentence.endswith(".")} == set()
    typed_as = {text: unicodedata.normalize("NFC", squeezed(text)) for text in found.kept if is_plain(text)}
    changed = [text for text, same in typed_as.items() if {same} | {""} < {same, *map(squeezed, found.kept[text])}]
    assert changed == []
    # Nothing is left away without a word but what shows nothing.
    left = [text for text, kept in found.kept.items() if not any(kept) and text not in found.refused]
    ink = [text for text in left if any(unicodedata.category(sign)[0] not in "CZ" for sign in text)]
    assert {*"".join(ink)} <= {*"\u2800\u3164 "}
    assert Rsvp.objects.count() == len(found.kept)
    # The host's page has every need, and every name as far as a host is shown it.
    page = squeezed(read(Client().get(of_host(event)).content.decode()).text)
    shown = {word for name, needs in found.kept.values() for word in (first_name(name), needs)}
    assert [word for word in shown if squeezed(word) not in page] == []
    # On his own page everybody reads what he typed, and a form that is refused gives back what was sent.
    risky = [text for text in found.kept if any(sign in text for sign in "<&\"'{\\")]
    for text in risky[::12]:
        own = fields(Client().get(found.pages[text]).content.decode())
        assert (own["name"], own["needs"].strip()) == found.kept[text]
        back = fields(say(event, people="0", name=text, needs=text).content.decode())
        assert (back["name"], back["needs"].strip("\n")) == (text.strip(), text.strip().replace("\r\n", "\n"))


def test_the_names_of_real_people_are_taken_and_shown_to_hosts_as_they_should_be(shared: Path) -> None:
    listed = json.loads((shared / "corpora/strings/names_good.json").read_text("utf-8"))["names"]
    found = take_all(walk_in(), [name for name, _public in listed])
    assert (len(listed), found.refused) == (25, {})
    assert {name: found.kept[name][0] for name, _public in listed} == {name: name for name, _public in listed}
    wished = {name: public for name, public in listed if public}
    assert {name: first_name(name) for name in wished} == wished
    # Nobody's whole family name is shown.
    assert [
        name for name, _public in listed if len(name.split()) > 1 and name.split()[-1] in first_name(name)[2:]
    ] == []


# What a template is given that is no text of anybody.
def given_to(template: str, event: Event, evil: str) -> dict[str, Any]:
    """For every name in a template the evil text, but where only an address, a day or a list can stand."""
    made = mail_letters._environment(autoescape=False)
    names = meta.find_undeclared_variables(made.parse((FOLDER / f"{template}.txt").read_text("utf-8")))
    ours = {"key": event.key, "slug": event.action.slug, "token": letters.PLACE_OF_LINK}
    ours |= {"day": event.date_edtf, "before": event.date_edtf, "moved": event.date_edtf}
    special: dict[str, Any] = {**ours, "new": ["day", "place", "time"], "owner": "A" * 22, "names": [evil]}
    known = {"url", "_", "gettext", "ngettext", "pgettext", "site", "lang", *made.globals}
    return {name: special.get(name, evil) for name in names - known}


def is_ours(letter: EmailMessage) -> bool:
    """Whether a letter has our headers and parts and no other."""
    ours = {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    ours |= {"Content-Language", "List-Unsubscribe", "List-Unsubscribe-Post"}
    parts = [part.get_content_type() for part in letter.walk()]
    return sorted(letter.keys()) == sorted(ours) and parts == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_letter_of_the_room_gets_a_header_or_a_link_from_what_anybody_typed(sink: Sink, language: str) -> None:
    event = walk_in()
    gil = confirmed(event, "gil@example.org", name="Gil")
    Letter.objects.all().delete()
    owed, subjects = [], []
    for kind in KINDS:
        for number, evil in enumerate(EVIL):
            draft = written(f"rsvps.{kind}", language, **given_to(kind, event, evil))
            subjects.append(draft.subject)
            gil.language = language
            owed.append(letter_to(gil, event, kind, draft, key=f"{kind}:{number}"))
    owe_letters(owed)
    payer = payer_to(sink)
    while payer.pay():
        pass
    assert len(KINDS) >= 10
    assert len(sink.taken) == len(KINDS) * len(EVIL)
    assert [str(letter["Subject"]) for letter in sink.taken if not is_ours(letter)] == []
    assert sorted(str(letter["Subject"]) for letter in sink.taken) == sorted(subjects)
    assert {*sink.offered} == {"gil@example.org"}
    link = link_of(gil.uid, LETTER)
    for letter in sink.taken:
        text = str(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert [line for line in text.splitlines() if link in line and "evil" in line] == []
        markup = str(letter.get_body(("html",)).get_content())  # type: ignore[union-attr]
        assert [address for address in re.findall(r'href="([^"]*)"', markup) if "evil" in address] == []


@pytest.mark.parametrize("evil", [*EVIL[:-1], "Gil\r\n.\r\nMAIL FROM:<otto@evil.example>"])
def test_name_needs_number_and_address_of_a_guest_add_nothing_to_the_letter_he_causes(sink: Sink, evil: str) -> None:
    event = walk_in()
    Letter.objects.all().delete()
    typed = [{"name": evil}, {"needs": evil}, {"people": evil}, {"speaks": evil}, {"email": f"{evil}@example.org"}]
    codes = [say(event, **{"email": f"gil{number}@example.org", **one}).status_code for number, one in enumerate(typed)]
    assert {*codes} <= {302, 422} and codes[2] == 422
    while payer_to(sink).pay():
        pass
    asked = Letter.objects.filter(kind="rsvps.confirm", state="sent").count()
    assert (len(sink.taken), [letter for letter in sink.taken if not is_ours(letter)]) == (asked, [])
    readers = [read_email(str(letter["To"])) for letter in sink.taken]
    assert sorted(sink.offered) == sorted(readers)
    said = "".join(str(letter) for letter in sink.taken)
    assert "otto@evil.example" not in said.replace("gil0", "")


def meant(address: str) -> str:
    """An address without quotation marks, and its domain as the wire has it."""
    name, _at, domain = address.rpartition("@")
    return f"{name.replace(chr(34), '').replace(chr(92), '')}@{domain.encode('idna').decode()}"


def test_strange_addresses_reach_one_reader_or_nobody(sink: Sink, shared: Path) -> None:
    event = walk_in()
    Letter.objects.all().delete()
    tree = ElementTree.parse(shared / "corpora/email/isemail_tests.xml")
    listed = [node.findtext("address") or "" for node in tree.iter("test")]
    taken = []
    for address in listed:
        answer = say(event, email=address)
        assert answer.status_code in (302, 422)
        if answer.status_code == 302 and answer["Location"].endswith("/letter/"):
            taken.append(read_email(address))
    while payer_to(sink).pay():
        pass
    assert len(listed) > 150 and 20 < len(taken) < len(listed)
    assert [letter for letter in sink.taken if not is_ours(letter)] == []
    assert {*map(meant, sink.offered)} <= {*map(meant, taken)}
    assert Letter.objects.filter(state="owed").count() == 0


def test_an_address_that_is_none_is_refused_with_a_sentence() -> None:
    for wrong in ("x" * 300 + "@example.org", "gil@", "@example.org", "gil@exa mple.org", "gil@example.org,b@c.d"):
        with pytest.raises(ValidationError) as refusal:
            read_email(wrong)
        assert refusal.value.messages[0].endswith(".")
