"""The proof on a running site that nothing is stored that must not be, and nothing longer than it may."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from manyplaces.cli.scanning import ADDRESS, EMAIL, MOST_PLACES, Looked, Row, scan_folder, scan_tables
from manyplaces.config.environment import Environment

# Tables and columns whose texts are public, so that whoever writes them may put an e-mail address into them.
PUBLIC_TABLES = ("actions_", "record_", "places_", "people_coalition", "people_organisation", "events_event")
# What a host or a list says, which becomes public or is erased with them; and what somebody himself gave to the press.
HOSTS_WORDS = {
    "events_commitment": "venue address note hosts_words shown_host remark reason answer set_aside access_note safety",
    "lists_listrow": "venue address note hosts_words safety access_words",
    "reports_report": "people_words happened covered",
    "people_person": "press_line",
}
# Links that are cited may have a number for a name.
LINKS = {"sources", "link", "archived_link", "source_url", "url"}
# In the data folder: keys are random, fonts name their makers, and what is in the toolkit everybody may have.
RANDOM, MADE_BY_OTHERS = "keys", ("assets", "media")
DATABASE = ("manyplaces.sqlite3", "manyplaces.sqlite3-wal", "manyplaces.sqlite3-shm")
# A purge comes every 20 minutes and needs two looks; what is overdue by more than this was forgotten by the clock.
GRACE = datetime.timedelta(days=2)


def privacy_faults(environment: Environment) -> list[str]:
    """Look at everything that is stored; print what was looked at, and return what must not be there."""
    looked = Looked(tell=lambda line: click.echo(line, err=True))
    own = {environment.mail_from.lower().encode()} - {b""}
    scan_tables(looked, lambda *found: found[-1] in own or _may_stand_in_a_table(*found[:-1]))
    known = partial(_may_stand_in_a_file, looked, own)
    scan_folder(looked, environment.data, known)
    faults = [*_counted(looked.places), *overdue(datetime.datetime.now(datetime.UTC)), *_counts()]
    click.echo("Privacy")
    for name, many in (("tables", looked.tables), ("rows", looked.rows), ("files", looked.files)):
        click.echo(f"  {name:24} {many:,}")
    click.echo(f"  {'bytes':24} {looked.size:,}")
    click.echo("  looked for               network addresses, names of browsers, e-mail addresses in the clear,")
    click.echo("                           what should have been destroyed, keys without rows, counts that disagree")
    if not faults:
        click.echo("  Nothing was found.")
    return faults


def _may_stand_in_a_table(table: str, column: str, row: Row, kind: str) -> bool:
    if table == "journal_entry" and column == "before":
        # What stood in a row before; the table's name is that of the model with another sign between.
        table, column = row["subject_kind"].decode().replace(".", "_", 1), "link"
    is_public = table.startswith(PUBLIC_TABLES)
    if kind == EMAIL:
        return is_public or column in HOSTS_WORDS.get(table, "").split()
    return kind == ADDRESS and is_public and column in LINKS


def _may_stand_in_a_file(looked: Looked, own: set[bytes], file: Path, kind: str, hit: bytes) -> bool:
    if file.parts[0] == RANDOM:
        return True
    if file.name in DATABASE:
        # Values stand there without anything between them, so that others may stick to both ends.
        return any(known in hit for known in (*looked.allowed, *own))
    return kind == EMAIL and (file.parts[0] in MADE_BY_OTHERS or hit in own)


def _counted(places: list[str]) -> list[str]:
    return places[:MOST_PLACES] + ([f"and in {len(places) - MOST_PLACES:,} more places"] * (len(places) > MOST_PLACES))


def _counts() -> list[str]:
    from manyplaces.rsvps.queries import wrong_counts

    return [f"the count of the event {key} is not that of its answers." for key in wrong_counts()]


def overdue(now: datetime.datetime) -> Iterator[str]:
    """Yield what should have been destroyed two days ago and is there still."""
    day = (now - GRACE).date()
    yield from _overdue_answers(day)
    yield from _overdue_safes(now)
    yield from _overdue_contacts(day)
    yield from _overdue_photos(now)


def _overdue_answers(day: datetime.date) -> Iterator[str]:
    from django.conf import settings

    from manyplaces.mail.models import Letter
    from manyplaces.rsvps.models import Rsvp
    from manyplaces.rsvps.operations import events_at_hand
    from manyplaces.rsvps.rules import State
    from manyplaces.rsvps.rules.forgetting import are_answers_due, are_needs_due, dayless_until, unconfirmed_until

    for event in events_at_hand():
        last_day = event.meant[1]
        rows = Rsvp.objects.filter(event=event)
        letters = Letter.objects.filter(kind__startswith="rsvps.", about=event.key)
        if last_day is None:
            rows, letters = rows.filter(made_on__lt=dayless_until(day)), letters.filter(made_at__date__lt=day)
        if are_answers_due(last_day, day, settings.FORGET_DAYS) or (last_day is None and rows.exists()):
            yield f"{rows.count():,} answers and {letters.count():,} letters of {event.key}, due to be destroyed."
        elif are_needs_due(last_day, day) and rows.exclude(needs_sealed=b"").exists():
            yield f"what people need to take part in {event.key}, which is over."
    late = Rsvp.objects.filter(state=State.UNCONFIRMED, made_on__lt=unconfirmed_until(day)).count()
    if late:
        yield f"{late:,} answers that nobody confirmed, due to be destroyed."


def _overdue_safes(now: datetime.datetime) -> Iterator[str]:
    from manyplaces.core.safes import is_whole
    from manyplaces.rsvps.models import Safe
    from manyplaces.rsvps.operations import lost_safes, sealed_in

    for safe in Safe.objects.filter(destroyed_at=None).select_related("action"):
        about = f"of {safe.action.slug} ({safe.get_kind_display()})"
        if not is_whole(safe.name):
            yield f"the safe {about}: its key file is not there, and {sealed_in(safe.name):,} rows cannot be read."
        elif safe.closed_at and safe.closed_at < now - GRACE and not sealed_in(safe.name):
            yield f"the key of an empty safe {about}, due to be destroyed."
    for name in lost_safes():
        yield f"the key file {name}.safe, which belongs to no safe of this database: delete it if it has no other."


def _overdue_contacts(day: datetime.date) -> Iterator[str]:
    from django.db.models import Q

    from manyplaces.events.models import Host
    from manyplaces.events.operations import commitments_to_forget
    from manyplaces.mail.models import Letter
    from manyplaces.mail.rules import LETTERS_KEPT, TEXTS_KEPT

    for commitment in commitments_to_forget(day):
        if Host.objects.filter(commitment=commitment, is_kept=False).exists():
            yield f"the hosts of {commitment.key}, whose links have ended."
    old = Q(made_at__date__lt=day - TEXTS_KEPT) & ~Q(content_sealed=b"")
    letters = Letter.objects.filter(old | Q(made_at__date__lt=day - LETTERS_KEPT)).count()
    if letters:
        yield f"{letters:,} letters, due to be destroyed."


def _overdue_photos(now: datetime.datetime) -> Iterator[str]:
    from manyplaces.core.negatives import negatives
    from manyplaces.reports.queries.photos import due_photos, known_pictures

    late = due_photos(now - GRACE)
    kept = sum(bool(photo.negative) for photo in late)
    if kept:
        yield f"photos as they were sent, faces and all, due to be destroyed: {kept:,}."
    if len(late) > kept:
        yield f"photos that are gone for good, whose files are there: {len(late) - kept:,}."
    known = known_pictures()[1]
    for name, since in negatives().items():
        if name not in known and since < now - GRACE:
            yield f"the upload {name}, which belongs to no photo."
