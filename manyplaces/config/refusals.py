"""The refusals of a start: what would be unsafe for the people in the record, each with what to do about it."""

from __future__ import annotations

import difflib
import ipaddress
import os
import shutil
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import DatabaseError, connection

from manyplaces.config.environment import SETTINGS, Environment
from manyplaces.config.keys import open_to_others

# Settings of the coalition's own that have left the environment: where each is now.
MOVED = {
    "MANYPLACES_NAME": "the coalition's name",
    "MANYPLACES_COLOUR": "the coalition's colour",
}
LEAST_FREE_BYTES = 200_000_000
LEAST_FREE_SHARE = 0.05
SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}


def refusals(environment: Environment, given: Mapping[str, str] | None = None) -> list[str]:
    """Return one sentence for each thing that must be put right before a start; none when all is well.

    `given` are the variables as the operator set them (default: those of this process). The database is asked on a live
    connection, and not at all when the data folder cannot be used.
    """
    names = os.environ if given is None else given
    before = [*_names(names), *_public(environment), *_folder(environment), *_keys(environment), *_backups(environment)]
    return [*before, *_disk(environment)] if before else [*_disk(environment), *_database()]


def _names(given: Mapping[str, str]) -> list[str]:
    known = [setting.name for setting in SETTINGS]
    found = []
    for name in sorted(given):
        if name in MOVED:
            found.append(f"{name} is no setting any more: take it away, and set {MOVED[name]} at /desk/coalition/.")
        elif name.startswith("MANYPLACES_") and not name.startswith("MANYPLACES_TEST_") and name not in known:
            # Compared without the word that all names share, or any two would look alike.
            words = [other.removeprefix("MANYPLACES_") for other in known]
            near = difflib.get_close_matches(name.removeprefix("MANYPLACES_"), words, 1)
            meant = (
                f"did you mean {known[words.index(near[0])]}?"
                if near
                else "take it away, or see docs/run.md for the names there are."
            )
            found.append(f"there is no setting {name}; {meant}")
    return found


def _public(environment: Environment) -> list[str]:
    if not environment.is_public:
        return []
    found = []
    if environment.debug:
        found.append("MANYPLACES_DEBUG shows the inside of errors to everybody on a public address; set it to no.")
    if not environment.url.startswith("https://"):
        found.append(
            "the site would be public without encryption; set MANYPLACES_URL to its address with https, such as "
            "https://example.org, behind a server that speaks TLS (docs/run.md), or MANYPLACES_HOST to 127.0.0.1."
        )
    elif _is_number(urlsplit(environment.url).hostname or ""):
        found.append(
            "MANYPLACES_URL is made of numbers, where browsers have no passkeys, so no national coordinator could sign "
            "in; set it to a host name, such as https://example.org."
        )
    return found


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _folder(environment: Environment) -> list[str]:
    folder = environment.data
    if not folder.is_dir():
        return [f"MANYPLACES_DATA {folder} is not a folder; give one that may be written to."]
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return [f"the data folder {folder} cannot be written to; give it to the user that runs Manyplaces."]
    if folder.stat().st_mode & 0o007:
        return [f"other users of this machine can look into the data folder {folder}; run: chmod 700 {folder}"]
    if environment.restoring.exists():
        return ["a restore was interrupted, and half a record would be served; run manyplaces restore FILE again."]
    return []


def _backups(environment: Environment) -> list[str]:
    folder = environment.backups
    if folder is None or (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return []
    return [f"MANYPLACES_BACKUPS {folder} is no folder that can be written to; make it, or leave the setting out."]


def _keys(environment: Environment) -> list[str]:
    file = environment.contacts_key_file
    if not open_to_others(file):
        return []
    return [f"other users of this machine can read the key file {file}; run: chmod 600 {file}"]


def _disk(environment: Environment) -> list[str]:
    if not environment.data.is_dir():
        return []
    total, _, free = shutil.disk_usage(environment.data)
    if free >= LEAST_FREE_BYTES and free >= total * LEAST_FREE_SHARE:
        return []
    share = f"{free // 1_000_000} MB ({free / max(total, 1):.0%})"
    return [
        f"only {share} are free where {environment.data} is; make room until 5 % and 200 MB are free, so that nothing "
        "is lost half-written."
    ]


def _database() -> list[str]:
    try:
        return sorted(_postgresql() if connection.vendor == "postgresql" else _sqlite())
    except DatabaseError as error:
        # The words of the error may hold the password of the address; its kind is enough to go on.
        return [f"the database does not answer ({type(error).__name__}); see that it runs, and check DATABASE_URL."]


def _sqlite() -> list[str]:
    level = int(read_setting("PRAGMA synchronous"))
    if level >= 2:
        return []
    return [
        f"the database would lose what was acknowledged when the power fails (synchronous is {SYNCHRONOUS[level]}); "
        "leave out init_command in DATABASE_URL, or set synchronous to FULL there."
    ]


def _postgresql() -> list[str]:
    return [
        f"the database would lose what was acknowledged when the power fails ({name} is off); set {name} to on "
        "in PostgreSQL and in DATABASE_URL."
        for name in ("synchronous_commit", "fsync", "full_page_writes")
        if read_setting(f"SHOW {name}") == "off"
    ]


def read_setting(question: str) -> str:
    """Return the one value that the database answers to a PRAGMA or SHOW on the live connection."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return str(row[0]) if row else ""
