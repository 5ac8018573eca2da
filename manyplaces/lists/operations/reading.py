"""Reading what was brought: pasted lines, text with columns, a CSV file or a spreadsheet become rows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from manyplaces.core.contacts import read_email, read_phone
from manyplaces.core.refusals import in_words
from manyplaces.core.tables import Row, read_rows
from manyplaces.core.words import clean_line, fold
from manyplaces.core.workbooks import BEGINS, read_workbook
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.rules import FIELDS, Reason, Verdict, guessed_columns
from manyplaces.places.geometry import STATES

# What people put before the names when they write a list by hand.
_BULLET = re.compile(r"^\s*(?:[-*•·–—▪]|\(?\d{1,4}[.)]|\d{1,4}\t)\s*")
SPANISH = ("es", "esp", "spanish", "espanol", "castellano")
_NUMBER = re.compile(r"\d{1,7}")
# So many lines are looked at to see whether they all have as many tabs.
LOOKED_AT = 20
Said = tuple[int, dict[str, str]]


def as_table(text: str) -> bytes | None:
    """Return pasted text as a table with headings; None where it is names alone.

    Rows copied from a spreadsheet have tabs, all as many. Where none of the first line is a heading that we know it is
    a site as well, and the columns get numbers for headings.
    """
    lines = [line for line in text.strip("\r\n").splitlines() if line.strip()]
    first = re.split(r"[\t,;]", lines[0]) if lines else []
    if len(first) > 1 and "school" in guessed_columns(first):
        return text.encode()
    tabs = {line.count("\t") for line in lines[:LOOKED_AT]}
    if len(tabs) != 1 or tabs == {0} or all(_BULLET.match(line) for line in lines[:LOOKED_AT]):
        return None
    if guessed_columns(lines[0].split("\t")):
        return text.encode()
    return f"{numbered(tabs.pop() + 1)}\n{text}".encode()


def numbered(many: int) -> str:
    """Return headings for columns that have none."""
    return "\t".join(_("Column %(number)d") % {"number": number} for number in range(1, many + 1))


def lines_of(text: str) -> Iterator[Said]:
    """Return pasted names with their lines, without bullets and numbers before them."""
    for number, line in enumerate(text.splitlines(), 1):
        if name := " ".join(_BULLET.sub("", line).split()):
            yield number, {"school": name}


def table_of(source: bytes) -> Iterator[Row]:
    """Return the rows of a file; raises Unreadable."""
    stream = io.BytesIO(source)
    return read_workbook(stream) if source.startswith(BEGINS) else read_rows(stream)


def samples_of(source: bytes, many: int = 3) -> list[dict[str, str]]:
    """Return the first rows of a file, by its headings."""
    return [row.cells for row in islice(table_of(source), many)]


def row_of(site_list: SiteList, line: int, cells: dict[str, str], language: str = "en") -> ListRow:
    """Return the unsaved row that a line of the list says; what cannot be read is refused in the row.

    `language` is that of contacts of whom the list does not say it.
    """
    given = {field.name: cells.get(field.name, "") for field in FIELDS}
    row = ListRow(of=site_list, line=line)
    try:
        row.venue = clean_line(given["school"] or given["number"], 200)
        row.city_name = clean_line(given["city"], 100)
        row.district = clean_line(given["district"], 200)
        row.address = clean_line(given["address"], 200)
        row.date_words = clean_line(given["date"], 100)
        row.time_words = clean_line(given["time"], 100)
        row.tactic_words = clean_line(given["tactic"], 100)
        row.hosts_words = clean_line(given["hosts"], 200)
        row.note = clean_line(given["note"], 1000)
        row.spoken_words = clean_line(given["spoken"], 200)
        row.access_words = clean_line(given["access"], 200)
        row.safety = clean_line(given["safety"], 1000)
        row.set_contact(name=clean_line(given["contact"], 80), **_contact(given))
        row.state = read_state(given["state"])
    except ValidationError as refusal:
        with translation.override("en"):
            row.say(Verdict.REFUSED, Reason.WORDS, text=in_words(refusal)[:300])
        row.venue = row.venue or given["school"][:200].strip() or "?"
    row.number = given["number"].zfill(12) if given["number"].isdigit() and len(given["number"]) in (11, 12) else ""
    spoken = fold(given["language"])
    row.language = "es" if spoken in SPANISH else "en" if spoken else language
    row.posters, row.stickers = _whole(given["posters"]) or 0, _whole(given["stickers"]) or 0
    row.expected, row.capacity = _whole(given["expected"]), _whole(given["capacity"]) or None
    if not row.verdict and not fold(row.venue):
        row.say(Verdict.REFUSED, Reason.NO_NAME)
    return row


def _contact(given: dict[str, str]) -> dict[str, str]:
    return {"email": read_email(given["email"]), "phone": read_phone(given["phone"])}


def _whole(words: str) -> int | None:
    found = _NUMBER.search(words.replace(",", ""))
    return int(found[0]) if found else None


def read_state(words: str) -> str:
    """Return a state's two letters from its letters or its name in either language; raises ValidationError."""
    bare = fold(words)
    if not bare:
        return ""
    for code, names in STATES.items():
        if bare == code.lower() or bare in (fold(names[0]), fold(names[1])):
            return code
    sentence = _("“%(words)s” is not a state. Give two letters such as WI or PR.")
    raise ValidationError(sentence % {"words": words[:40]})
