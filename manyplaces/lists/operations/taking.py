"""Taking a list in: pasted lines, a CSV file or a spreadsheet become rows that can be matched."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import read_email, read_phone
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.sealing import seal, unseal
from manyplaces.core.tables import Row, Unreadable, read_rows
from manyplaces.core.words import clean_line, fold, slug
from manyplaces.core.workbooks import BEGINS, read_workbook
from manyplaces.journal.operations import clean_texts, keep, record
from manyplaces.lists.models import ColumnMemory, ListRow, SiteList
from manyplaces.lists.rules import (
    FIELDS,
    MOST_ROWS,
    Stage,
    Verdict,
    guessed_columns,
    named,
    require_coordinator,
    signature,
)
from manyplaces.places.geometry import STATES
from manyplaces.places.rules import city_key

UPLOAD = "lists.sitelist.upload"
# What people put before the names when they write a list by hand.
_BULLET = re.compile(r"^\s*(?:[-*•·–—▪]|\(?\d{1,4}[.)]|\d{1,4}\t)\s*")
SPANISH = ("es", "esp", "spanish", "espanol", "castellano")
_NUMBER = re.compile(r"\d{1,7}")


@transaction.atomic
def take_list(site_list: SiteList, *, text: str = "", upload: bytes = b"", by: Actor) -> SiteList:
    """Take in a list for an action: pasted lines or a table (`text`), or a file (`upload`, CSV or XLSX).

    Pasted lines are one name each. A table whose columns are known by their headings, or were named once before, is
    read at once; another waits for `name_columns`. Raises ValidationError by field ("text", "upload").
    """
    require_coordinator(by)
    source, is_table = (upload, True) if upload else (text.encode(), _is_table(text))
    if not source.strip():
        raise ValidationError({"text": _("Paste the names of the schools, one on each line, or choose a file.")})
    clean_texts(site_list)
    site_list.made_by, site_list.person = by.name, by.person
    keep(site_list, None, fields=("title",), by=by, unseen=True)
    try:
        if not is_table:
            _write(site_list, ({"school": line} for line in _lines(text)), by)
            return site_list
        rows = list(islice(_table(source), MOST_ROWS + 1))
    except Unreadable as fault:
        raise ValidationError({"upload" if upload else "text": fault.sentence}) from fault
    _take_table(site_list, rows, source, by)
    return site_list


@transaction.atomic
def name_columns(site_list: SiteList, columns: dict[str, str], *, by: Actor) -> SiteList:
    """Say which column stands for what ({"school": "nombre"}), remember it for such files, and read the rows."""
    require_coordinator(by)
    stored = SiteList.objects.select_for_update().get(pk=site_list.pk)
    if stored.stage != Stage.COLUMNS:
        raise NotNow(_("The columns of this list were named already."))
    known = {field.name for field in FIELDS}
    wanted = {name: column for name, column in columns.items() if name in known and column in stored.header}
    if "school" not in wanted and "number" not in wanted:
        raise ValidationError({"school": _("Say which column holds the names of the schools.")})
    if len(set(wanted.values())) < len(wanted):
        raise ValidationError({"school": _("One column can stand for one thing only.")})
    _remember(stored.header, wanted, by)
    stored.columns = wanted
    source = base64.b64decode(unseal(stored.upload_sealed, UPLOAD, stored.uid))
    _write(stored, (named(wanted, row.cells) for row in _table(source)), by)
    return stored


@transaction.atomic
def forget_list(site_list: SiteList, *, by: Actor) -> None:
    """Throw a list away of which nothing was committed."""
    require_coordinator(by)
    stored = SiteList.objects.select_for_update().get(pk=site_list.pk)
    if stored.rows.exclude(commitment=None).exists() or stored.stage == Stage.COMMITTING:
        raise NotNow(_("Sites of this list are committed. Undo that first, then the list can be thrown away."))
    record(by, "sitelist.forgotten", stored, before={"title": stored.title}, unseen=True)
    stored.full_clean()
    stored.delete()


def _is_table(text: str) -> bool:
    """Tell whether pasted text is a table with headings: copied from a spreadsheet, it has tabs."""
    first = text.strip().split("\n", 1)[0]
    cells = re.split(r"[\t,;]", first)
    return len(cells) > 1 and "school" in guessed_columns(cells)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if name := " ".join(_BULLET.sub("", line).split()):
            yield name


def _table(source: bytes) -> Iterator[Row]:
    stream = io.BytesIO(source)
    return read_workbook(stream) if source.startswith(BEGINS) else read_rows(stream)


def _take_table(site_list: SiteList, rows: list[Row], source: bytes, by: Actor) -> None:
    if not rows:
        raise ValidationError({"upload": _("The file has headings and no rows. Give one row to each school.")})
    site_list.header = list(rows[0].cells)
    memory = one(ColumnMemory.objects.filter(signature=signature(site_list.header)))
    site_list.columns = memory.columns if memory else guessed_columns(site_list.header)
    if memory or "school" in site_list.columns:
        _write(site_list, (named(site_list.columns, row.cells) for row in rows), by)
        return
    site_list.stage = Stage.COLUMNS
    site_list.row_count = len(rows)
    site_list.upload_sealed = seal(base64.b64encode(source).decode(), UPLOAD, site_list.uid)
    site_list.save()


def _remember(header: list[str], columns: dict[str, str], by: Actor) -> None:
    stored = one(ColumnMemory.objects.filter(signature=signature(header)))
    keep(ColumnMemory(signature=signature(header), columns=columns), stored, fields=("columns",), by=by, unseen=True)


def _write(site_list: SiteList, found: Iterator[dict[str, str]], by: Actor) -> None:
    """Write the rows, and set the list to be matched."""
    rows = [_row(site_list, line, cells) for line, cells in enumerate(islice(found, MOST_ROWS + 1), 1)]
    if len(rows) > MOST_ROWS:
        sentence = _("A list may have 10,000 rows. Give this one in several parts.")
        raise ValidationError({"text": sentence})
    ListRow.objects.bulk_create(rows, batch_size=500)
    site_list.row_count, site_list.done, site_list.stage = len(rows), 0, Stage.MATCHING
    site_list.upload_sealed = b""
    site_list.full_clean(exclude=["action", "organisation"])
    site_list.save()
    record(by, "sitelist.read", site_list, before={"rows": len(rows)}, unseen=True)


def _row(site_list: SiteList, line: int, cells: dict[str, str]) -> ListRow:
    given = {field.name: cells.get(field.name, "") for field in FIELDS}
    row = ListRow(of=site_list, line=line)
    try:
        row.venue = clean_line(given["school"] or given["number"], 200)
        row.city_name = clean_line(given["city"] or site_list.city_name, 100)
        row.district = clean_line(given["district"], 200)
        row.address = clean_line(given["address"], 200)
        row.date_words = clean_line(given["date"], 100)
        row.time_words = clean_line(given["time"], 100)
        row.tactic_words = clean_line(given["tactic"], 100)
        row.hosts_words = clean_line(given["hosts"], 200)
        row.note = clean_line(given["note"], 1000)
        row.set_contact(name=clean_line(given["contact"], 80), **_contact(given))
        row.state = _state(given["state"] or site_list.state)
    except ValidationError as refusal:
        row.verdict, row.sentence = Verdict.REFUSED, refusal.messages[0][:300]
        row.venue = row.venue or given["school"][:200].strip() or "?"
    row.number = given["number"].zfill(12) if given["number"].isdigit() and len(given["number"]) in (11, 12) else ""
    row.city_slug = slug(city_key(row.city_name)) if city_key(row.city_name) else ""
    row.language = "es" if fold(given["language"]) in SPANISH else "en"
    row.posters, row.stickers = _whole(given["posters"]) or 0, _whole(given["stickers"]) or 0
    row.expected = _whole(given["expected"])
    if not row.verdict and not fold(row.venue):
        row.verdict, row.sentence = Verdict.REFUSED, _("There is no name in this row.")
    return row


def _contact(given: dict[str, str]) -> dict[str, str]:
    return {"email": read_email(given["email"]), "phone": read_phone(given["phone"])}


def _whole(words: str) -> int | None:
    found = _NUMBER.search(words.replace(",", ""))
    return int(found[0]) if found else None


def _state(words: str) -> str:
    """Return a state's two letters from its letters or its name in either language."""
    bare = fold(words)
    if not bare:
        return ""
    for code, names in STATES.items():
        if bare == code.lower() or bare in (fold(names[0]), fold(names[1])):
            return code
    raise ValidationError(_("“%s” is not a state. Give two letters such as WI or PR.") % words[:40])
