"""Text as people type it: Nia's names stay hers, Otto's tricks are taken out, and a search finds both spellings."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from manyplaces.core.words import clean_line, clean_text, fold, lead, slug

storable = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NOT_TEXT = "This holds signs that are not text. Type it again, or paste it without formatting."
ONE_LINE = "This must be on one line. Take out the line ends."


def refusal(text: str, longest: int = 200) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        clean_line(text, longest)
    return caught.value.messages


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Peñasco", "penasco"),
        ("  St. Mary's—High   School! ", "st mary s high school"),
        ("LINCOLN", "lincoln"),
        ("Łukasz Żak", "lukasz zak"),
        ("ßtraße", "sstrasse"),
        ("İpek Iğdır", "ipek igdir"),
        ("Nguyễn Thị Minh Khai", "nguyen thi minh khai"),
        ("Ｌｉｎｃｏｌｎ №\u00a07", "lincoln no 7"),
        ("李小龍", "李小龍"),
        ("محمد علي", "محمد علي"),
        ("Σίσυφος", "σισυφοσ"),
        ("a\u200bb \u202ec", "ab c"),
        ("🌻 Sunny", "sunny"),
        ("-- !", ""),
        ("", ""),
    ],
)
def test_spellings_share_one_key(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = fold(text)
    assert (fold(key), " ".join(key.split())) == (key, key)


@given(st.text())
@example("\u1fb2")
def test_the_form_of_a_letter_does_not_change_the_key(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("Lincoln High School", 70, "lincoln-high-school"),
        ("St. Mary's & O\u2019Neil", 70, "st-marys-oneil"),
        ("Pe\u00f1asco, NM", 70, "penasco-nm"),
        ("李小龍 School", 70, "school"),
        ("one two three four", 10, "one-two"),
        ("one two 34", 10, "one-two-34"),
        ("x" * 30, 10, "x" * 10),
    ],
)
def test_a_slug_is_cut_at_a_word(text: str, longest: int, short: str) -> None:
    assert slug(text, longest) == short


@given(storable)
def test_every_text_has_a_slug_that_an_address_can_hold(text: str) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug(text, 20))
    assert len(slug(text, 20)) <= 20


def test_names_without_a_latin_letter_have_slugs_of_their_own() -> None:
    assert slug("李小龍") == slug(" 李小龍!")
    assert len({slug(name) for name in ("李小龍", "محمد علي", "🌻", "🌻🌻", "")}) == 5


def test_real_names_are_kept_unchanged(shared: Path) -> None:
    names = [name for name, _ in json.loads((shared / "corpora/strings/names_good.json").read_text("utf-8"))["names"]]
    assert [clean_line(name) for name in names] == names
    assert [clean_text(name) for name in names] == names


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Lincoln \t High\u00a0 School\n", "Lincoln High School"),
        ("Pen\u0303asco", "Pe\u00f1asco"),
        ("\u202eevil\u2066", "evil"),
        ("a\u200bb\ufeff\x07\x9f", "ab"),
        ("\u2800\u2800", ""),
        ("\u3164", ""),
        ("\u2028", ""),
        ("a" + "\u0301" * 200, "\u00e1" + "\u0301" * 3),
        ("\uff1cscript\uff1e", "\uff1cscript\uff1e"),
        ("نمی\u200cشود", "نمی\u200cشود"),
        ("{{ settings.SECRET_KEY }} <b>x</b>", "{{ settings.SECRET_KEY }} <b>x</b>"),
    ],
)
def test_a_line_is_kept_without_tricks(text: str, kept: str) -> None:
    assert clean_line(text) == kept


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\0", NOT_TEXT),
        ("\ud800", NOT_TEXT),
        ("a\r\nBcc: x@example.org", ONE_LINE),
        ("a\u2028b", ONE_LINE),
        ("a\u0085b", ONE_LINE),
        ("x" * 100_001, "This is 100001 characters long, and at most 200 fit. Make it shorter."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_way_out(text: str, told: str) -> None:
    assert refusal(text) == [told]


def test_a_line_of_just_the_allowed_length_is_kept() -> None:
    assert clean_line("x" * 10, 10) == "x" * 10
    assert refusal("x" * 11, 10) == ["This is 11 characters long, and at most 10 fit. Make it shorter."]


def test_a_text_keeps_its_lines() -> None:
    written = "\n\u202eWhy we walk in  \r\n\r\n  - class sizes\x00".replace("\x00", "\x01") + "\u2028- nurses\r"
    assert clean_text(written) == "Why we walk in\n\n  - class sizes\n- nurses"


@given(storable)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    kept = clean_text(text)
    assert clean_text(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    if "\n" not in kept:
        assert clean_line(clean_line(kept)) == clean_line(kept)


def test_every_naughty_string_is_kept_or_refused(shared: Path) -> None:
    naughty = json.loads((shared / "corpora/strings/blns.json").read_text("utf-8"))
    for text in naughty:
        kept = clean_text(text)
        assert not [sign for sign in kept if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t"]
        assert re.search("[\u202a-\u202e\u2066-\u2069]", kept) is None


@pytest.mark.parametrize("worst", [" ", "\n", "'", "\u0301", "\u0301\u0316", "\u200b", "\u2800", "-a"])
def test_long_texts_take_no_time(worst: str) -> None:
    text = worst * (100_000 // len(worst))
    started = time.process_time()
    fold(text)
    slug(text)
    clean_text(text, 10**6)
    assert time.process_time() - started < 2


def test_the_first_sentences_of_a_text_are_whole() -> None:
    assert lead("They walked in. They sang. Then it rained for hours.", 30) == "They walked in. They sang."
    assert lead("One long sentence that goes on and on", 10) == "One long sentence that goes on and on"
