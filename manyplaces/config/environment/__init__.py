"""The operator's settings: every environment variable, its meaning, its default and how it is read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from manyplaces.config.environment.links import read_links, read_tiles
from manyplaces.config.environment.ways_out import Gateway as Gateway
from manyplaces.config.environment.ways_out import MailServer as MailServer
from manyplaces.config.environment.ways_out import PictureStore as PictureStore
from manyplaces.config.environment.ways_out import Unsafe as Unsafe
from manyplaces.config.environment.ways_out import read_gateway, read_mail_from, read_mail_server, read_picture_store


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
    Setting(
        "MANYPLACES_SAMPLE",
        "yes",
        "Whether a new installation is filled with the sample record (yes or no).",
    ),
    Setting(
        "MANYPLACES_PROXIES",
        "0",
        "How many servers in front of the site are believed about who connected to them (X-Forwarded-For).",
    ),
    Setting(
        "MANYPLACES_SMTP",
        "",
        "The mail server, as smtp://user:password@host or smtps://...; empty: letters are kept and not sent.",
    ),
    Setting(
        "MANYPLACES_SMTP_PASSWORD_FILE", "", "The file with the mail server's password; empty where it needs none."
    ),
    Setting("MANYPLACES_MAIL_FROM", "", "The address that letters come from, such as hello@example.org."),
    Setting("MANYPLACES_MAIL_PER_MINUTE", "300", "How many letters are sent in a minute at most."),
    Setting(
        "MANYPLACES_TEXTS",
        "",
        "Your own gateway for text messages, such as https://texts.example.org/send; empty: no number is asked for.",
    ),
    Setting(
        "MANYPLACES_TEXTS_TOKEN_FILE",
        "",
        "The file with the token that the gateway knows us by; empty where it has none.",
    ),
    Setting("MANYPLACES_TEXTS_PER_MINUTE", "60", "How many texts are sent in a minute at most."),
    Setting("MANYPLACES_PROCESSES", "2", "How many web processes are started; one for each processor is right."),
    Setting("MANYPLACES_KEY_FILE", "", "The file of the secret key; empty for keys/secret.key in the data folder."),
    Setting(
        "MANYPLACES_CONTACTS_KEY_FILE",
        "",
        "The file of the keys that seal contacts; empty for keys/contacts.key in the data folder.",
    ),
    Setting(
        "MANYPLACES_SAFES",
        "",
        "The folder of the keys that seal what attendees give, one file each; empty for keys/safes in the data folder.",
    ),
    Setting(
        "MANYPLACES_FORGET_DAYS",
        "14",
        "How many days after an event what its attendees gave is destroyed; at most 90.",
    ),
    Setting(
        "MANYPLACES_TILES", "", "Your own tile server, as https://tiles.example.org/{z}/{x}/{y}.png; empty: no streets."
    ),
    Setting("MANYPLACES_TILES_CREDIT", "", "Whom the map thanks for its streets: © OpenStreetMap contributors."),
    Setting(
        "MANYPLACES_PICTURES_STORE",
        "",
        "A store for pictures that speaks S3, as s3://bucket/folder; empty: they lie in the data folder.",
    ),
    Setting("MANYPLACES_PICTURES_ENDPOINT", "", "The store's server, https://store.example.org; empty for Amazon's."),
    Setting("MANYPLACES_PICTURES_REGION", "us-east-1", "The store's region."),
    Setting("AWS_ACCESS_KEY_ID", "", "The name by which the store for pictures knows us."),
    Setting("AWS_SECRET_ACCESS_KEY", "", "The secret that belongs to it."),
    Setting(
        "MANYPLACES_UNCOVERED_DAYS",
        "0",
        "How many days an uncovered original is kept, sealed; 0: it is destroyed once faces are covered. At most 30.",
    ),
    Setting("MANYPLACES_BACKUPS", "", "The folder into which a backup is written every night; empty: none is."),
    Setting("MANYPLACES_BACKUPS_KEPT", "7", "How many of them are kept; the oldest goes when a new one is whole."),
    Setting(
        "MANYPLACES_LINKS",
        "no",
        "Whether the worker asks for pages that media hits link to: their headline, and whether they are still there.",
    ),
    Setting("MANYPLACES_LINKS_OWN", "", "Addresses of your own network that may be asked too, such as 10.0.0.5:80."),
    Setting("MANYPLACES_CAPTURES", "no", "Whether a copy of each such page is kept, for those who add media hits."),
    Setting(
        "MANYPLACES_WEB_ARCHIVE",
        "",
        "The public web archive that dead links lead to, such as https://web.archive.org/web/; empty: none.",
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
    sample: bool
    smtp: MailServer | None
    smtp_password_file: str
    mail_from: str
    mail_per_minute: int
    texts: Gateway | None
    texts_token_file: str
    texts_per_minute: int
    proxies: int
    processes: int
    key_file: Path
    contacts_key_file: Path
    safes: Path
    forget_days: int
    backups: Path | None
    backups_kept: int
    log_days: int
    tiles: str
    tiles_credit: str
    pictures_store: PictureStore | None
    uncovered_days: int
    links: bool
    links_own: tuple[str, ...]
    captures: bool
    web_archive: str
    debug: bool

    @property
    def restoring(self) -> Path:
        """The file that is there from the beginning of a restore to its end: no site is served meanwhile."""
        return self.data / "restoring"

    @property
    def updating(self) -> Path:
        """The file that is there from the backup before an update to its end."""
        return self.data / "updating"

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
    values = {one.name: (os.environ if given is None else given).get(one.name) or one.default for one in SETTINGS}
    data = Path(values["MANYPLACES_DATA"]).expanduser().resolve()
    port = _whole(values, "PORT", 1, 65535)
    url = values["MANYPLACES_URL"].rstrip("/") or f"http://127.0.0.1:{port}"
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise Unsafe(f"MANYPLACES_URL is “{url}”; give an address such as https://example.org.")
    return Environment(
        port=port,
        host=values["MANYPLACES_HOST"],
        url=url,
        data=data,
        database_url=values["DATABASE_URL"],
        sample=_yes(values, "MANYPLACES_SAMPLE"),
        smtp=read_mail_server(values),
        smtp_password_file=values["MANYPLACES_SMTP_PASSWORD_FILE"],
        mail_from=read_mail_from(values),
        mail_per_minute=_whole(values, "MANYPLACES_MAIL_PER_MINUTE", 1, 100_000),
        texts=read_gateway(values),
        texts_token_file=values["MANYPLACES_TEXTS_TOKEN_FILE"],
        texts_per_minute=_whole(values, "MANYPLACES_TEXTS_PER_MINUTE", 1, 10_000),
        proxies=_whole(values, "MANYPLACES_PROXIES", 0, 9),
        processes=_whole(values, "MANYPLACES_PROCESSES", 1, 64),
        key_file=Path(values["MANYPLACES_KEY_FILE"] or data / "keys" / "secret.key"),
        contacts_key_file=Path(values["MANYPLACES_CONTACTS_KEY_FILE"] or data / "keys" / "contacts.key"),
        safes=Path(values["MANYPLACES_SAFES"] or data / "keys" / "safes"),
        forget_days=_whole(values, "MANYPLACES_FORGET_DAYS", 1, 90),
        backups=Path(values["MANYPLACES_BACKUPS"]).expanduser().resolve() if values["MANYPLACES_BACKUPS"] else None,
        backups_kept=_whole(values, "MANYPLACES_BACKUPS_KEPT", 1, 1000),
        log_days=_whole(values, "MANYPLACES_LOG_DAYS", 1, 3650),
        tiles=read_tiles(values),
        tiles_credit=values["MANYPLACES_TILES_CREDIT"],
        pictures_store=read_picture_store(values),
        uncovered_days=_whole(values, "MANYPLACES_UNCOVERED_DAYS", 0, 30),
        **read_links(values, _yes(values, "MANYPLACES_LINKS"), _yes(values, "MANYPLACES_CAPTURES")),
        debug=_yes(values, "MANYPLACES_DEBUG"),
    )
