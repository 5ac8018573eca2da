"""Text messages: to which numbers, how long they are, and what people mean who text back."""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.contacts import read_phone
from manyplaces.core.words import fold

# So many texts that somebody else may have caused reach one number in a day.
MOST_TEXTS, TEXTS_WITHIN = 3, 86_400
# Numbers elsewhere can cost whoever sends a text many dollars, and thieves live on having texts sent to their own.
COUNTRIES = ("US", "PR", "GU", "VI", "AS", "MP")
KINDS = (0, 1, 2)
# The letters of GSM 03.38, of which 160 fit, and those of them that count twice. Of all others 70 fit, 134 in two.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = set("^{}\\[~]|€")
ONE_GSM, ONE_OTHER, TWO_OTHER = 160, 70, 134
# What printers like and telephones do not have.
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " "}
)

# Any of these anywhere in a reply ends all texts: to mistake one costs a reader little, to overlook one costs trust.
STOP_ANYWHERE = (
    *("stop", "stopall", "stop all", "stopp", "unsubscribe", "unsub", "opt out", "optout", "revoke", "remove me"),
    *("do not text", "don t text", "dont text", "no more texts", "leave me alone", "wrong number", "numero equivocado"),
    *("alto", "parar", "pare", "cancelar", "basta", "no mas", "baja", "detener", "detengan", "desuscribir"),
    *("no me escriban", "no me manden", "no enviar", "dejen de", "eliminar", "bloquear"),
)
# These only where little else is said: "When does it end?" is a question.
STOP_ALONE = ("cancel", "end", "quit", "remove", "exit", "delete", "arret", "fin", "salir", "para", "cancele", "quitar")
START_ALONE = ("start", "unstop", "resume", "subscribe", "empezar", "iniciar", "comenzar", "reanudar", "alta", "inicio")
POLITE = {"please", "pls", "me", "now", "this", "it", "all", "texts", "text", "messages", "thanks", "thank", "you"}
POLITE |= {"por", "favor", "ya", "todo", "todos", "gracias"}


def read_mobile(text: str) -> str:
    """Return the number of a telephone in the United States as +14145550123; raises ValidationError."""
    number = read_phone(text)
    if not number:
        return ""
    found = phonenumbers.parse(number)
    is_ours = phonenumbers.region_code_for_number(found) in COUNTRIES and phonenumbers.number_type(found) in KINDS
    if not is_ours:
        raise ValidationError(_("We can text numbers of the United States only, such as 414-555-0123."))
    return number


def plain(text: str) -> str:
    """Return the text with plain quotes, dashes and blanks; accents stay."""
    return text.translate(PLAIN)


def is_gsm(text: str) -> bool:
    """Tell whether every letter is one of the 160 that fit."""
    return all(letter in GSM or letter in GSM_TWICE for letter in text)


def length(text: str) -> int:
    """Return how long a text is, in the units in which telephones count it."""
    if is_gsm(text):
        return len(text) + sum(letter in GSM_TWICE for letter in text)
    return len(text.encode("utf-16-le")) // 2


def fits(text: str) -> bool:
    """Tell whether a text goes as one message, or where it has letters like á as two at most."""
    return length(text) <= (ONE_GSM if is_gsm(text) else TWO_OTHER)


def meaning(reply: str) -> str:
    """Return what somebody who texts back wants: "stop", "start", or nothing that we obey."""
    said = " ".join(re.sub(r"[^a-z0-9]+", " ", fold(reply)).split())
    spelled = re.sub(r"(?<![a-z0-9])((?:[a-z0-9] )+[a-z0-9])(?![a-z0-9])", lambda run: run[0].replace(" ", ""), said)
    padded = f" {said} {spelled} "
    if any(f" {words} " in padded for words in STOP_ANYWHERE):
        return "stop"
    rest = " ".join(word for word in spelled.split() if word not in POLITE) or spelled
    return "stop" if rest in STOP_ALONE else "start" if rest in START_ALONE else ""
