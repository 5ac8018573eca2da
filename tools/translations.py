"""Bring the Spanish texts into step with the code: collect what is to be translated, update es/…/django.po, compile it.

Run it after changing any text of a template, model or rule; then fill in what it names, and run it again.

    python tools/translations.py                 collect, compile, and name what has no translation
    python tools/translations.py spanish.json    fill in translations: {"text": "texto", "one": ["uno", "muchos"]}
    python tools/translations.py --missing FILE  name only what lacks a translation and stands in files named like FILE
    python tools/translations.py --prune         also forget texts that the package no longer has
"""

from __future__ import annotations

import fcntl
import json
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "manyplaces"
FOLDER = PACKAGE / "locale" / "es" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"

METHODS = [
    ("**/templates/**.html", "jinja2"),
    ("**/letters/**.txt", "jinja2"),
    ("**/letters/**.html", "jinja2"),
    ("**.py", "python"),
]
JINJA = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
OPTIONS = {pattern: JINJA for pattern, method in METHODS if method == "jinja2"}
# `counted` of front/templating.py is ngettext by another name; Django's lazy forms are not known to Babel.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# A date in the header would change the files on every run, so it is left out of one and fixed in the other.
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
HEADER = "# Spanish of the United States for Manyplaces, addressing the reader as usted."


def collected() -> Catalog:
    """Return every text of the package that asks for a translation, with where it stands."""
    catalog = Catalog(project="Manyplaces", charset="utf-8")
    found = extract_from_dir(PACKAGE, METHODS, OPTIONS, KEYWORDS, strip_comment_tags=True)
    for file, _line, text, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalog.add(text, None, [(f"manyplaces/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def stored() -> Catalog:
    """Return the translations as they are written down."""
    with PO.open("rb") as file:
        return read_po(file, locale="es", domain="django")


def updated(*, prune: bool = True) -> Catalog:
    """Return the stored translations for the texts that the package has now; none is guessed.

    Without `prune` a text that the package does not have at the moment is kept, for somebody may be at work on it.
    """
    catalog = stored() if PO.exists() else Catalog(locale="es", domain="django")
    catalog.update(collected(), no_fuzzy_matching=True)
    if not prune:
        for message in catalog.obsolete.values():
            catalog[message.id] = message
    catalog.obsolete.clear()
    catalog.header_comment = HEADER
    catalog.fuzzy = False
    return catalog


def written(catalog: Catalog) -> bytes:
    """Return the catalogue as the bytes of a .po file, without line numbers, so that it changes only with the texts."""
    out = BytesIO()
    write_po(out, catalog, width=120, sort_output=False, include_lineno=False, ignore_obsolete=True)
    text = out.getvalue().decode()
    kept = [line for line in text.splitlines() if not line.startswith(('"POT-Creation-Date', '"PO-Revision-Date'))]
    return ("\n".join(kept) + "\n").encode()


def compiled(catalog: Catalog) -> bytes:
    """Return the catalogue as the bytes of a .mo file, the same bytes for the same texts."""
    catalog.creation_date = catalog.revision_date = NO_DATE
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def lacking(catalog: Catalog) -> list[str]:
    """Return the texts that have no translation, or one that is only guessed."""
    found = []
    for message in catalog:
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and (not all(texts) or message.fuzzy):
            found.append(_first(message))
    return found


def _first(message: Message) -> str:
    """The text, or of a text with a plural the one for one."""
    return str(message.id if isinstance(message.id, str) else message.id[0])


def fill(catalog: Catalog, given: dict[str, str | list[str]]) -> list[str]:
    """Put the given translations into the catalogue; returns the texts that the package does not have.

    A text with a context is given as "context|text".
    """
    by_text: dict[str, Message] = {}
    for message in catalog:
        if message.id:
            by_text[f"{message.context}|{_first(message)}" if message.context else _first(message)] = message
    for text, spanish in given.items():
        if text in by_text:
            by_text[text].string = tuple(spanish) if isinstance(spanish, list) else spanish
    return [text for text in given if text not in by_text]


def main(arguments: list[str]) -> int:
    """Update both files; returns 1 and names what lacks a translation where anything does."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    about = arguments[1] if arguments[:1] == ["--missing"] else ""
    with (FOLDER / "django.po").open("ab") as held:
        # Two who translate at once do not undo each other's work.
        fcntl.flock(held, fcntl.LOCK_EX)
        catalog = updated(prune="--prune" in arguments)
        if arguments and not arguments[0].startswith("--"):
            for text in fill(catalog, json.loads(Path(arguments[0]).read_text("utf-8"))):
                print(f"not in the package: {text}")
        PO.write_bytes(written(catalog))
        catalog = stored()
        MO.write_bytes(compiled(catalog))
    missing = lacking(catalog)
    if about:
        here = {_first(message) for message in catalog if any(about in file for file, _ in message.locations)}
        missing = [text for text in missing if text in here]
    for text in missing:
        print(f"not translated: {text}")
    print(f"{len(catalog)} texts, {len(missing)} without a translation, in {PO.relative_to(ROOT)}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
