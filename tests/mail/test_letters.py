"""A letter comes in the reader's language, both its forms say the same, and nothing in it was smuggled in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client

from manyplaces.journal.models import Entry
from manyplaces.mail.letters import PACKAGE, Written, blocks, quoted, written
from manyplaces.mail.models import Letter, Suppression
from manyplaces.mail.rules import lasting_way
from manyplaces.people.models import Coalition
from tests.house.test_templates import ADDRESS, COMMENT, FOREIGN, FOREIGN_SHEET, HANDLER, SCRIPT, STYLE
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db
LANGUAGES = {
    "en": ("Letters from Schools for All arrive", "You get this letter because somebody who runs this site tries out"),
    "es": ("Las cartas de Schools for All llegan", "Usted recibe esta carta porque alguien que administra este sitio"),
}
# The words before the way out are others: in HTML they are the link itself.
ONLY_IN_TEXT = {"en": {"If", "you"}, "es": {"Si", "ya", "desea"}}


@pytest.fixture(autouse=True)
def coalition(db: None) -> None:
    """Whose letters these are."""
    Coalition.objects.update_or_create(pk=1, defaults={"name": "Schools for All", "contact": "ask@schools.example"})


def plain(markup: str) -> list[str]:
    """The words of an HTML letter, without its head."""
    body = re.sub(r"<[^>]+>", " ", markup.partition("<body")[2].partition(">")[2])
    return html.unescape(body).split()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_letter_comes_in_the_readers_language_as_text_and_html(
    language: str, owe: Callable[..., Any], payer: Any, sink: Sink
) -> None:
    letter = owe("hana@example.org", language=language, unsubscribe="news")
    payer.pay()
    (message,) = sink.taken
    subject, why = LANGUAGES[language]
    assert {name: str(message[name]) for name in ("Subject", "From", "To", "Reply-To", "Message-ID")} == {
        "Subject": subject,
        "From": "Schools for All <hello@schools.example>",
        "To": "hana@example.org",
        "Reply-To": "ask@schools.example",
        "Message-ID": f"<{letter.uid}@schools.example>",
    }
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", language)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text, page = (part.get_content() for part in message.iter_parts())
    assert f'<html lang="{language}">' in page
    assert why in text and why in page
    # What the text says, the page says too; addresses have become buttons, and signs of the text layout are gone.
    said = [word for word in text.split() if "://" not in word and word != "--"]
    shown = {word.strip(":.") for word in plain(page)}
    assert {word for word in said if word.strip(":.") not in shown} == ONLY_IN_TEXT[language]
    way_out = str(message["List-Unsubscribe"]).strip("<>")
    assert way_out.startswith(
        "http://127.0.0.1:8000/letters/" if language == "en" else "http://127.0.0.1:8000/es/letters/"
    )
    assert way_out in text and way_out in page


def test_a_letter_carries_no_script_and_fetches_nothing() -> None:
    frame = COMMENT.sub("", (PACKAGE / "mail/letters/frame.html").read_text("utf-8"))
    for text in (frame, written("mail.try_out", "es").html):
        assert [rule.findall(text) for rule in (SCRIPT, STYLE, HANDLER, ADDRESS, FOREIGN, FOREIGN_SHEET)] == [[]] * 6
        assert "<img" not in text


def test_what_a_visitor_typed_stays_what_he_typed() -> None:
    evil = "Lincoln\r\nBcc: all@example.org\n\nhttp://evil.example/\nhttp://127.0.0.1:8000/x\n<b>Pay</b>"
    body = (
        f"Somebody wrote:\n\n{quoted(evil)}\n\nhttp://evil.example/take\n\nYour event:\nhttp://127.0.0.1:8000/host/a/"
    )
    assert [(block.kind, block.address) for block in blocks(body)] == [
        ("text", ""),
        ("quote", ""),
        ("text", ""),
        ("button", "http://127.0.0.1:8000/host/a/"),
    ]
    page = Written("Subject", body, "why", "en").html
    assert "<b>Pay</b>" not in page and "&lt;b&gt;Pay" in page
    assert re.findall(r'href="([^"]+)"', page) == [
        "http://127.0.0.1:8000/host/a/",
        "http://127.0.0.1:8000/",
    ]


def test_a_list_a_quotation_and_a_code_are_told_from_what_is_around_them() -> None:
    body = "You can\n- change it\n- stop it\nuntil noon.\n\n> Why?\n> So.\n\n123456\n\nCode 123456"
    assert [(block.kind, block.lines) for block in blocks(body)] == [
        ("text", ["You can"]),
        ("list", ["change it", "stop it"]),
        ("text", ["until noon."]),
        ("quote", ["Why?", "So."]),
        ("code", ["123456"]),
        ("text", ["Code 123456"]),
    ]


def test_a_name_with_line_ends_adds_no_header(owe: Callable[..., Any], payer: Any, sink: Sink, nia: Any) -> None:
    from manyplaces.mail.letters import one_line
    from manyplaces.mail.operations import owe_letter

    Coalition.objects.filter(pk=1).update(name="Us\r\nBcc: otto@example.org")
    evil = Written(one_line("Hello\r\nBcc: otto@example.org\x00"), "Body", "why", "en")
    owe_letter("mail.try_out", "hana@example.org", evil, language="en", key="evil", by=nia)
    for address in ("hana@example.org\r\nRCPT TO:<otto@example.org>", "a b@example.org", "@", "x" * 260 + "@a.org"):
        with pytest.raises(ValidationError), transaction.atomic():
            owe(address)
    payer.pay()
    (message,) = sink.taken
    assert (message["Bcc"], sink.offered) == (None, ["hana@example.org"])
    assert message["Subject"] == "Hello Bcc: otto@example.org"


def test_nothing_of_a_letter_is_left_once_it_is_sent(owe: Callable[..., Any], payer: Any, sink: Sink, nia: Any) -> None:
    from manyplaces.mail.operations import owe_letter

    secret = Written("CANARY subject", "CANARY body", "why", "en")
    owe_letter("mail.try_out", "canary@canary.example", secret, language="en", key="k", by=nia, secret=True)
    with connection.cursor() as cursor:
        for sent in (False, True):
            if sent:
                payer.pay()
                assert sink.readers == ["canary@canary.example"]
            cursor.execute("SELECT * FROM mail_letter")
            assert (
                "canary"
                not in repr([[bytes(x) if isinstance(x, memoryview) else x for x in row] for row in cursor]).lower()
            )
    assert [name for name in Entry.objects.values_list("subject_kind", flat=True) if name == "mail.letter"] == []


def test_owing_twice_is_owing_once(owe: Callable[..., Any]) -> None:
    first, again = owe("Hana@Example.org", key="a"), owe("gil@example.org", key="a")
    assert (first.pk, again.to, Letter.objects.count()) == (again.pk, "hana@example.org", 1)


def test_one_click_leaves_the_list_and_looking_does_not(owe: Callable[..., Any], payer: Any, sink: Sink) -> None:
    owe("hana@example.org", key="1", unsubscribe="news")
    payer.pay()
    owe("hana@example.org", key="2", unsubscribe="news")
    owe("hana@example.org", key="3", unsubscribe="other")
    owe("hana@example.org", key="4")
    way_out = str(sink.taken[0]["List-Unsubscribe"]).strip("<>").removeprefix("http://127.0.0.1:8000")
    client = Client()
    looked = client.get(way_out)
    assert (looked.status_code, looked["Cache-Control"], Suppression.objects.count()) == (200, "no-store", 0)
    # As mail programs send it: neither cookie nor page, RFC 8058.
    body, kind = "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
    gone = client.post(way_out, body, content_type=kind)
    assert (gone.status_code, Suppression.objects.count()) == (200, 1)
    unknown = client.post("/letters/AAAAAAAAAAAAAAAAAAAAAA/unsubscribe/", body, content_type=kind)
    again = client.post(way_out, body, content_type=kind)
    shown = [re.sub(r"/letters/[^/]+/", "", answer.content.decode()) for answer in (gone, unknown, again)]
    assert shown[1:] == shown[:2]
    assert client.post(f"/es{way_out}").status_code == 200
    later = owe("HANA@example.org", key="5", unsubscribe="news")
    assert (later.state, bytes(later.content_sealed), later.to_hash) == ("stopped", b"", "")
    found = dict(Letter.objects.values_list("key", "state"))
    assert found == {"1": "sent", "2": "stopped", "3": "owed", "4": "owed", "5": "stopped"}
    # When somebody said so is nobody's business: the journal keeps moments for ever.
    assert Entry.objects.filter(subject_kind__startswith="mail.").count() == 0
    client.post(way_out, {"do": "again"})
    assert (Suppression.objects.count(), Entry.objects.filter(subject_kind__startswith="mail.").count()) == (0, 0)


def test_who_comes_reads_what_he_will_not_hear_of_before_he_leaves_the_list() -> None:
    client = Client()
    real, forged = (
        f"/letters/{token}/unsubscribe/" for token in (lasting_way("guests", "h" * 43, "u"), "guests~x~y~z")
    )
    pages = [client.get(path).content.decode().replace(path, "") for path in (real, forged)]
    assert pages[0] == pages[1]
    assert "no word if what you want to come to is moved or cancelled" in pages[0]
    after = client.post(real).content.decode()
    assert ("you are still counted" in after, "an event that you host" in after) == (True, False)
    others = client.get("/letters/AAAAAAAAAAAAAAAAAAAAAA/unsubscribe/").content.decode()
    assert "moved or cancelled" not in others


def test_the_texts_of_letters_are_packaged(root: Path) -> None:
    from manyplaces.mail.letters import _environment

    for file in PACKAGE.glob("*/letters/*.txt"):
        source, _name, _fresh = _environment(autoescape=False).loader.get_source(  # type: ignore[union-attr]
            _environment(autoescape=False), str(file.relative_to(PACKAGE))
        )
        assert source.strip() != ""
    assert '"**/*.txt"' in (root / "pyproject.toml").read_text()
