"""The command `manyplaces held`: what is stored about people, and what is held about one place, event or address."""

from __future__ import annotations

import json
from typing import Any

import click

from manyplaces.cli.ready import make_ready, operator, or_end

GROUNDS = ("court", "authority", "person", "practice")


@click.command()
@click.argument("kind", type=click.Choice(["place", "event", "email"]), required=False)
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--contacts", is_flag=True, help="Open what is sealed about a place or an event.")
@click.option(
    "--reason", type=click.Choice(GROUNDS), default="practice", show_default=True, help="Why; it goes into the journal."
)
def command(kind: str | None, key: str | None, as_json: bool, contacts: bool, reason: str) -> None:
    """Count what is stored about people, or tell what is held about one place, event or address.

    \b
    Examples:
      manyplaces held
      manyplaces held event c-4k2m9 --reason court
      manyplaces held place steinmetz-chicago --json
      manyplaces held email gil@example.org --reason person
    """
    make_ready(even_when_locked=True)
    if kind is None:
        found = _all()
    elif not key:
        raise click.UsageError(f"Give the {'address' if kind == 'email' else 'key'}.")
    else:
        found = or_end(lambda: _one(kind, key, contacts, reason))
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else "\n".join(lines(found)))


def _all() -> dict[str, Any]:
    from manyplaces.desk.queries.held import not_held
    from manyplaces.desk.queries.stored import stored

    return {
        "stored": [
            {
                "class": one.name,
                "what": str(one.words),
                "many": one.many,
                "oldest": one.oldest.isoformat() if one.oldest else None,
                "sealed": one.is_sealed,
            }
            for one in stored()
        ],
        "not_held": not_held(),
    }


def _one(kind: str, key: str, contacts: bool, reason: str) -> dict[str, Any]:
    from manyplaces.desk.queries.held import found, held_at_event, held_at_place, held_by_email
    from manyplaces.events.models import Event
    from manyplaces.people.operations import hand_out

    if kind == "email":
        person, told = held_by_email(key)
        hand_out(person, reason=reason, by=operator())
        return told
    row = found(kind, key)
    told = held_at_event(row, contacts=contacts) if isinstance(row, Event) else held_at_place(row, contacts=contacts)
    hand_out(row, reason=reason, by=operator())
    return told


def lines(found: Any, indent: str = "") -> list[str]:
    """Return JSON values as lines for people: names without underscores, what is in something indented."""
    told: list[str] = []
    for name, value in found.items():
        words = name.replace("_", " ")
        if isinstance(value, dict):
            told += [f"{indent}{words}:", *lines(value, indent + "  ")]
        elif isinstance(value, list):
            told.append(f"{indent}{words}:{'' if value else ' none'}")
            told += [line for one in value for line in _listed(one, indent + "  ")]
        else:
            told.append(f"{indent}{words}: {'none' if value in (None, '') else value}")
    return told


def _listed(one: Any, indent: str) -> list[str]:
    if not isinstance(one, dict):
        return [f"{indent}{one}"]
    if {"class", "many", "what"} <= one.keys():
        since = f", the oldest of {one['oldest']}" if one["oldest"] else ""
        return [f"{indent}{one['many']:>9,}  {one['what']}{' (sealed)' * one['sealed']}{since}"]
    return [*lines(one, indent), ""]
