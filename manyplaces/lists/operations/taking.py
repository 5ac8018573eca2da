"""Taking a list in: pasted names, a CSV file or a spreadsheet become rows that can be looked up."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.sealing import seal, unseal
from manyplaces.core.tables import Row, Unreadable
from manyplaces.core.words import fold
from manyplaces.journal.operations import clean_texts, keep, record
from manyplaces.lists.models import NO_CONTACT, ColumnMemory, ListRow, SiteList
from manyplaces.lists.operations.holding import held, keep_list
from manyplaces.lists.operations.reading import Said, as_table, lines_of, numbered, read_state, row_of, table_of
from manyplaces.lists.rules import (
    CONTACTS_KEPT,
    FIELDS,
    MOST_ROWS,
    Stage,
    guessed_columns,
    named,
    remembered,
    require_coordinator,
    signature,
)
from manyplaces.people.queries import coalition

UPLOAD = "lists.sitelist.upload"
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w")
READ = ("row_count", "done", "in_hand", "stage", "header", "columns", "upload_sealed")


@transaction.atomic
def take_list(site_list: SiteList, *, text: str = "", upload: bytes = b"", by: Actor) -> SiteList:
    """Take in a list for an action: pasted lines or a table (`text`), or a file (`upload`, CSV or XLSX).

    Pasted lines are one name each. A table whose columns are known by their headings, or were named once before, is
    read at once; another waits for `name_columns`. Raises ValidationError by field ("text", "upload", "state").
    """
    require_coordinator(by)
    source = upload or as_table(text)
    if not (source or text.encode()).strip():
        raise ValidationError({"text": _("Paste the names of the schools, one on each line, or choose a file.")})
    try:
        site_list.state = read_state(site_list.state)
    except ValidationError as refusal:
        raise ValidationError({"state": refusal.messages}) from refusal
    clean_texts(site_list)
    site_list.made_by, site_list.person = by.name, by.person
    keep(site_list, None, fields=("title",), by=by, unseen=True)
    if source is None:
        _write(site_list, lines_of(text), by)
        return site_list
    try:
        _take_table(site_list, list(islice(table_of(source), MOST_ROWS + 1)), source, by)
    except Unreadable as fault:
        raise ValidationError({"upload" if upload else "text": fault.sentence}) from fault
    return site_list


@transaction.atomic
def name_columns(site_list: SiteList, columns: dict[str, str], *, by: Actor) -> SiteList:
    """Say which column stands for what ({"school": "nombre"}), remember it for such files, and read the rows.

    Columns that were understood wrongly can be named anew as long as nothing of the list is committed.
    """
    stored = held(site_list, with_file=True, by=by)
    if stored.stage not in (Stage.COLUMNS, Stage.MATCHING, Stage.ASKING) or not stored.upload_sealed:
        raise NotNow(_("The columns of this list can no longer be named. Bring the file again."))
    known = {field.name for field in FIELDS}
    wanted = {name: column for name, column in columns.items() if name in known and column in stored.header}
    if "school" not in wanted and "number" not in wanted:
        raise ValidationError({"school": _("Say which column holds the names of the schools.")})
    if len(set(wanted.values())) < len(wanted):
        raise ValidationError({"school": _("One column can stand for one thing only.")})
    if not _is_numbered(stored.header):
        _remember(stored.header, wanted, by)
    stored.columns = wanted
    stored.rows.all().delete()
    _write(stored, _said(stored, table_of(file_of(stored))), by)
    return stored


@transaction.atomic
def forget_list(site_list: SiteList, *, by: Actor) -> None:
    """Throw a list away of which nothing is committed."""
    stored = held(site_list, by=by)
    if stored.rows.exclude(commitment=None).exists() or stored.stage in (Stage.COMMITTING, Stage.UNDOING):
        raise NotNow(_("Sites of this list are committed. Undo that first, then the list can be thrown away."))
    record(by, "sitelist.forgotten", stored, before={"title": stored.title}, unseen=True)
    stored.full_clean(exclude=["action", "organisation", "upload_sealed"], validate_unique=False)
    stored.delete()


@transaction.atomic
def forget_contacts(now: datetime, *, by: Actor) -> int:
    """Erase what old lists still hold of people: the file, and the contacts of rows that nobody committed."""
    return _forget(SiteList.objects.filter(made_at__lt=now - CONTACTS_KEPT), by=by)


@transaction.atomic
def forget_contacts_of(action: Action, *, by: Actor) -> int:
    """Erase what the lists of a closed record still hold of people; returns how many lists."""
    return _forget(SiteList.objects.filter(action=action, action__frozen_at__isnull=False), by=by)


def _forget(old: QuerySet[SiteList], *, by: Actor) -> int:
    kept = Q(pk__in=ListRow.objects.exclude(**NO_CONTACT).values("of")) | ~Q(upload_sealed=b"")
    lists = list(old.filter(kept).defer("upload_sealed"))
    for stored in lists:
        stored.rows.update(**NO_CONTACT)
        stored.upload_sealed = b""
        keep_list(stored, ("upload_sealed",), "contacts-forgotten", by=by)
    return len(lists)


def file_of(stored: SiteList) -> bytes:
    """Return the file as it came; empty where it is not kept any more."""
    return base64.b64decode(unseal(stored.upload_sealed, UPLOAD, stored.uid)) if stored.upload_sealed else b""


def _take_table(site_list: SiteList, rows: list[Row], source: bytes, by: Actor) -> None:
    if not rows:
        raise ValidationError({"upload": _("The file has headings and no rows. Give one row to each school.")})
    if any(ADDRESS.search(heading) for heading in rows[0].cells):
        # Its first school would be lost, and an address kept as the name of a column.
        raise ValidationError(
            {"upload": _("The first line of the file is no line of headings. Put one above it, such as: School, City.")}
        )
    site_list.header = list(rows[0].cells)
    site_list.upload_sealed = seal(base64.b64encode(source).decode(), UPLOAD, site_list.uid)
    memory = one(ColumnMemory.objects.filter(signature=signature(site_list.header)))
    known = remembered(memory.columns, site_list.header) if memory else {}
    site_list.columns = known or guessed_columns(site_list.header)
    if {"school", "number"} & set(site_list.columns):
        _write(site_list, _said(site_list, rows), by)
        return
    site_list.stage, site_list.row_count = Stage.COLUMNS, len(rows)
    keep_list(site_list, READ, by=by)


def _is_numbered(header: list[str]) -> bool:
    """Tell whether the headings are ours: what is meant by a first and a second column differs from list to list."""
    return [fold(heading) for heading in header] == [fold(own) for own in numbered(len(header)).split("\t")]


def _said(site_list: SiteList, rows: Iterable[Row]) -> Iterable[Said]:
    return ((row.line, named(site_list.columns, row.cells)) for row in rows)


def _remember(header: list[str], columns: dict[str, str], by: Actor) -> None:
    """Keep a mapping by folded headings, as files are known again by them."""
    stored = one(ColumnMemory.objects.filter(signature=signature(header)))
    folded = {field: fold(column) for field, column in columns.items()}
    keep(ColumnMemory(signature=signature(header), columns=folded), stored, fields=("columns",), by=by, unseen=True)


def _write(site_list: SiteList, said: Iterable[Said], by: Actor) -> None:
    """Write the rows, and set the list to be looked up."""
    language = coalition().codes[0]
    rows = [row_of(site_list, line, cells, language) for line, cells in islice(said, MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        sentence = _("A list may have 10,000 rows. Give this one in several parts.")
        raise ValidationError({"text": sentence})
    ListRow.objects.bulk_create(rows, batch_size=500)
    site_list.row_count = site_list.in_hand = len(rows)
    site_list.done, site_list.stage = 0, Stage.MATCHING
    keep_list(site_list, READ, "read", {"rows": len(rows)}, by=by)
