"""Text as people type it: cleaned to be kept, folded to be searched, cut for an address or to its first sentences."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Letters that carry a stroke or stand for two, which Unicode does not take apart; people type them both ways.
_PLAIN_LETTERS = str.maketrans("øłđħŧð\u0131", "oldhtdi") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
# For plain text one table does the whole: small letters, and a blank for whatever is no letter or figure.
_PLAIN_SIGNS = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019\u02bb\u02bc\u00b4")

# Invisible signs that turn the reading order of what follows, or hide in a word so that it looks like another.
# The marks U+200E/F, the joiners U+200C/D and the tags stay: Arabic, Persian, Indian scripts and flags need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]")
# For comparing, those marks go too, and the signs that only choose how the letter before is drawn.
_UNSEEN = re.compile(
    f"{_INVISIBLE.pattern[:-1]}\u034f\u061c\u180b-\u180f\u200c-\u200f\ufe00-\ufe0f\U000e0000-\U000e01ef]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s+")
# These have a width but no ink, so a name made of them alone would look empty.
_LOOKS_EMPTY = re.compile(
    "[\\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c-\u200f\u2800\u3164\ufe00-\ufe0f\uffa0]*"
)
_MOST_MARKS = 4  # Vietnamese needs two on one letter, Hebrew four; more only climb over the neighbouring lines.


def fold(text: str) -> str:
    """Return the search key of `text`: small letters, accents off, all else to single blanks; "" if nothing is left.

    Two spellings that differ only in case, accents, width or punctuation have the same key, and the key of a key is
    itself. Letters of every script stay. The key is for comparing, never for showing.
    """
    if text.isascii():
        return " ".join(text.translate(_PLAIN_SIGNS).split())
    # Marks go before sorting, as sorting a long run of them is slow, and before the small letters, as one of them
    # has a small letter of its own. Small letters can be taken apart again, and what comes of it has small letters.
    text = _without_marks(unicodedata.normalize("NFKD", _without_marks(_UNSEEN.sub("", text))))
    text = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_PLAIN_LETTERS)
    text = unicodedata.normalize("NFC", _without_marks(unicodedata.normalize("NFKD", text)))
    return " ".join("".join(sign if _is_letter(sign) else " " for sign in text).split())


def slug(text: str, longest: int = 70) -> str:
    """Return `text` as a part of an address: a-z, 0-9 and single hyphens, 1 to `longest` characters, cut at a word.

    A text without one Latin letter or figure gets a short name made from its own fold (the same text, the same name),
    so that a slug is never empty. Different texts may share a slug: who needs it unique adds what tells them apart.
    """
    folded = fold(text.translate(_APOSTROPHES))
    words = re.findall("[a-z0-9]+", folded)
    if not words:
        return "n-" + hashlib.sha256((folded or text).encode("utf-8", "replace")).hexdigest()[:8]
    short = "-".join(words)
    if len(short) > longest:
        at_a_word = short[: longest + 1].rpartition("-")[0]
        short = at_a_word or short[:longest]
    return short


def clean_line(text: str, longest: int = 200) -> str:
    """Return `text` as one line to be kept: NFC, single blanks, nothing invisible, at most `longest` characters.

    A text that only looks empty comes back as "". Raises ValidationError for a line end inside, for what is not text
    (NUL, half a character) and for too long a text.
    """
    text = _without_the_invisible(text).strip()
    if "\n" in text:
        raise ValidationError(gettext("This must be on one line. Take out the line ends."), code="lines")
    return _not_too_long(_BLANKS.sub(" ", text), longest)


def clean_text(text: str, longest: int = 10_000) -> str:
    r"""Return `text` of several lines to be kept: NFC, lines ended by "\n", nothing invisible, blanks at ends cut off.

    Blanks inside a line stay as they are. Raises ValidationError as `clean_line` does, but allows line ends.
    """
    lines = _without_the_invisible(text).split("\n")
    return _not_too_long("\n".join(line.rstrip() for line in lines).strip(), longest)


def lead(text: str, longest: int = 300) -> str:
    """Return the first sentences of a text, as many as stay within `longest` characters; at least one."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡])", text)
    kept = sentences[0]
    for sentence in sentences[1:]:
        if len(kept) + len(sentence) >= longest:
            break
        kept += " " + sentence
    return kept


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text; an empty line parts them."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _without_marks(text: str) -> str:
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def _is_letter(sign: str) -> bool:
    """Say whether a sign belongs to a word: a letter, a figure, or a vowel sign of a script that writes them so."""
    return sign.isalnum() or (sign > "\u02ff" and unicodedata.category(sign)[0] == "M")


def _without_the_invisible(text: str) -> str:
    r"""Return the text in NFC with every line end as "\n" and without signs that nobody sees."""
    if _NOT_TEXT.search(text):
        raise ValidationError(
            gettext("This holds signs that are not text. Type it again, or paste it without formatting."), code="signs"
        )
    text = _CONTROLS.sub("", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
    # Before, as sorting a long run of marks is slow; after, as a few letters fall apart into more of them.
    return _few_marks(unicodedata.normalize("NFC", _few_marks(text)))


def _few_marks(text: str) -> str:
    """Keep the first four marks on a letter, so that no name grows over its neighbours on the page."""
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _not_too_long(text: str, longest: int) -> str:
    if _LOOKS_EMPTY.fullmatch(text):
        return ""
    if len(text) > longest:
        raise ValidationError(
            gettext("This is %(length)d characters long, and at most %(longest)d fit. Make it shorter.")
            % {"length": len(text), "longest": longest},
            code="long",
        )
    return text
