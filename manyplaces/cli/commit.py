"""The command `manyplaces commit`: a list of sites is matched and committed; what must be asked waits on the desk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manyplaces.cli.ready import make_ready, or_end

if TYPE_CHECKING:
    from manyplaces.actions.models import Action
    from manyplaces.core.actor import Actor
    from manyplaces.lists.models import SiteList
    from manyplaces.people.models import Organisation


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--action", "slug", required=True, help="The short name of the action, as in its address.")
@click.option("--organisation", default="", help="The short name of the organisation that answers for these sites.")
@click.option("--city", default="", help="The city, where the list does not say it.")
@click.option("--state", default="", help="The state (WI, Wisconsin), where the list does not say it.")
@click.option(
    "--day", default="", help="The day (2027-10-06), where the list does not say it and the action has several."
)
@click.option("--time", default="", help="The local time (7:45 am), where the list does not say it.")
@click.option(
    "--languages", default="", help="What is spoken at all sites (English, Spanish), where the list is silent."
)
@click.option("--dry-run", is_flag=True, help="Match the list and tell what was found; commit nothing, keep nothing.")
def command(
    file: Path, slug: str, organisation: str, city: str, state: str, day: str, time: str, languages: str, dry_run: bool
) -> None:
    """Commit the sites of FILE: names one on each line, or a table in CSV or XLSX with headings.

    What is certain is committed in one step. Names that could be several schools wait on the desk under Lists, where
    each is asked about once. The whole list can be undone there for 24 hours.

    \b
    Example:
      manyplaces commit milwaukee.csv --action oct2016 --city Milwaukee --state WI

    Ends with 0 when every row was committed, with 1 when some wait or were refused, with 2 for an unusable file.
    """
    make_ready()
    left = or_end(
        lambda: _commit(
            file,
            slug,
            organisation,
            {"city_name": city, "state": state, "date_words": day, "time_words": time, "spoken_words": languages},
            dry_run,
        )
    )
    sys.exit(1 if left else 0)


def _commit(file: Path, slug: str, organisation: str, where: dict[str, str], dry_run: bool) -> int:
    """Commit the list; returns how many rows were not committed."""
    from django.db import transaction

    from manyplaces.core.actor import Actor
    from manyplaces.lists.models import SiteList
    from manyplaces.lists.operations import commit_rows, match_rows, start_committing, take_list
    from manyplaces.lists.queries import list_page
    from manyplaces.lists.rules import Stage

    source = _read(file)
    by = Actor("command line", "command")
    site_list = SiteList(action=_action(slug), organisation=_organisation(organisation), title=file.name[:120], **where)
    is_table = file.suffix.lower() in (".csv", ".tsv", ".xlsx")
    text, upload = ("", source) if is_table else (source.decode("utf-8", "replace"), b"")
    with transaction.atomic():
        take_list(site_list, text=text, upload=upload, by=by)
        if dry_run:
            left = _tried(site_list, by)
            transaction.set_rollback(True)
            return left
    if site_list.stage == Stage.COLUMNS:
        click.echo(f"The columns of this file are not known. Name them once: /desk/lists/{site_list.uid}/columns/")
        return site_list.row_count
    while match_rows(site_list, by=by):
        _progress("Matched", site_list.done, site_list.in_hand)
    done = 0
    if list_page(site_list).ready:
        start_committing(site_list, by=by)
    while piece := commit_rows(site_list, by=by):
        done += piece
        _progress("Committed", done, site_list.row_count)
    left = _tell(site_list)
    if left:
        click.echo(f"Answer and correct the rest on the desk: /desk/lists/{site_list.uid}/")
    return left


def _read(file: Path) -> bytes:
    from manyplaces.core.tables import Unreadable

    try:
        return file.read_bytes()
    except OSError:
        raise Unreadable(f"There is no file “{file}” that can be read. Check its name and folder.") from None


def _tried(site_list: SiteList, by: Actor) -> int:
    """Tell what would become of a list of which nothing is kept."""
    from manyplaces.lists.operations import match_rows
    from manyplaces.lists.rules import Stage

    if site_list.stage == Stage.COLUMNS:
        click.echo("The columns of this file are not known: " + ", ".join(site_list.header))
        click.echo("Without --dry-run the list waits on the desk, where they are named once.")
        return site_list.row_count
    while match_rows(site_list, by=by):
        pass
    return _tell(site_list)


def _progress(word: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{word} {done:,} of {total:,}", err=True, nl=done >= total)


def _tell(site_list: SiteList) -> int:
    from manyplaces.lists.queries import list_page

    page = list_page(site_list)
    counts = page.counts
    click.echo(f"committed {page.committed:>8,}")
    click.echo(f"in review {page.waiting:>8,}")
    click.echo(f"found     {counts['certain']:>8,}")
    click.echo(f"to ask    {counts['asking']:>8,}")
    click.echo(f"doubles   {counts['double']:>8,}")
    click.echo(f"refused   {counts['refused']:>8,}")
    for row in page.of.rows.filter(verdict="refused").order_by("line")[:20]:
        click.echo(f"line {row.line}: {row.sentence}", err=True)
    return counts["asking"] + counts["refused"]


def _action(slug: str) -> Action:
    from django.core.exceptions import ValidationError

    from manyplaces.actions.models import Action

    found = Action.every.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Action.every.order_by("-date_from").values_list("slug", flat=True)[:12])
        raise ValidationError(f"There is no action “{slug}”. There are: {known or 'none'}.")
    return found


def _organisation(slug: str) -> Organisation | None:
    from django.core.exceptions import ValidationError

    from manyplaces.people.models import Organisation

    if not slug:
        return None
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise ValidationError(f"There is no organisation “{slug}”. Its short name stands in the address of its page.")
    return found
