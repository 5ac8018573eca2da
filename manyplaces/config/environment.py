"""The operator's settings: every environment variable, its meaning, its default and how it is read."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class Unsafe(Exception):
    """A setting that cannot be used; its text is the one sentence shown to the operator."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("PORT", "8000", "The port the site is served on."),
    Setting("MANYPLACES_HOST", "127.0.0.1", "The address to listen on; 0.0.0.0 for all of this machine's addresses."),
    Setting(
        "MANYPLACES_URL",
        "",
        "The public address people type, such as https://example.org; decides links and allowed host names.",
    ),
    Setting("MANYPLACES_DATA", "./data", "The folder for database, keys, logs and everything else that must be kept."),
    Setting(
        "DATABASE_URL", "", "postgres://user:password@host/name for PostgreSQL; empty for SQLite in the data folder."
    ),
    Setting("MANYPLACES_NAME", "Manyplaces", "The coalition's name, shown on every page."),
    Setting(
        "MANYPLACES_COLOUR", "#b3123f", "The coalition's colour as #rrggbb; needs a contrast of 4.5 to 1 on white."
    ),
    Setting(
        "MANYPLACES_SAMPLE",
        "yes",
        "Whether a new installation is filled with the sample record of 2013-2017 (yes or no).",
    ),
    Setting("MANYPLACES_PROCESSES", "2", "How many web processes are started; one for each processor is right."),
    Setting("MANYPLACES_KEY_FILE", "", "The file of the secret key; empty for keys/secret.key in the data folder."),
    Setting(
        "MANYPLACES_CONTACTS_KEY_FILE",
        "",
        "The file of the keys that seal contacts; empty for keys/contacts.key in the data folder.",
    ),
    Setting("MANYPLACES_LOG_DAYS", "14", "How many days logs are kept."),
    Setting(
        "MANYPLACES_DEBUG",
        "no",
        "Shows the inside of errors (yes or no); only for work on the code, refused on a public address.",
    ),
)


@dataclass(frozen=True)
class Environment:
    """The settings as read, each in the type the code works with."""

    port: int
    host: str
    url: str
    data: Path
    database_url: str
    name: str
    colour: str
    sample: bool
    processes: int
    key_file: Path
    contacts_key_file: Path
    log_days: int
    debug: bool

    @property
    def hosts(self) -> list[str]:
        """The host names a request may ask for."""
        public = urlsplit(self.url).hostname
        own = ["127.0.0.1", "localhost", "[::1]"]
        if self.host not in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
            own.append(self.host)
        return [*own, public] if public and public not in own else own

    @property
    def is_public(self) -> bool:
        """Whether anybody but this machine can reach the site."""
        return self.host not in ("127.0.0.1", "localhost", "::1") or bool(
            self.url and urlsplit(self.url).hostname not in ("127.0.0.1", "localhost", "::1")
        )


def _whole(values: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = values[name]
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Unsafe(f"{name} is “{text}”; give a whole number from {least} to {most}.")
    return int(text)


def _yes(values: Mapping[str, str], name: str) -> bool:
    text = values[name].lower()
    if text not in ("yes", "no", "1", "0", "true", "false"):
        raise Unsafe(f"{name} is “{values[name]}”; give yes or no.")
    return text in ("yes", "1", "true")


def read_environment(given: Mapping[str, str] | None = None) -> Environment:
    """Read the settings from `given` (default: the process's environment); raises Unsafe with one sentence."""
    source = os.environ if given is None else given
    values = {setting.name: source.get(setting.name) or setting.default for setting in SETTINGS}
    data = Path(values["MANYPLACES_DATA"]).expanduser().resolve()
    port = _whole(values, "PORT", 1, 65535)
    url = values["MANYPLACES_URL"].rstrip("/") or f"http://127.0.0.1:{port}"
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Unsafe(f"MANYPLACES_URL is “{url}”; give an address such as https://example.org.")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", values["MANYPLACES_COLOUR"]):
        raise Unsafe(f"MANYPLACES_COLOUR is “{values['MANYPLACES_COLOUR']}”; give a colour such as #b3123f.")
    return Environment(
        port=port,
        host=values["MANYPLACES_HOST"],
        url=url,
        data=data,
        database_url=values["DATABASE_URL"],
        name=values["MANYPLACES_NAME"],
        colour=values["MANYPLACES_COLOUR"].lower(),
        sample=_yes(values, "MANYPLACES_SAMPLE"),
        processes=_whole(values, "MANYPLACES_PROCESSES", 1, 64),
        key_file=Path(values["MANYPLACES_KEY_FILE"] or data / "keys" / "secret.key"),
        contacts_key_file=Path(values["MANYPLACES_CONTACTS_KEY_FILE"] or data / "keys" / "contacts.key"),
        log_days=_whole(values, "MANYPLACES_LOG_DAYS", 1, 3650),
        debug=_yes(values, "MANYPLACES_DEBUG"),
    )
