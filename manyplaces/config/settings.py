"""Django's settings, made from the operator's environment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import dj_database_url

from manyplaces.config.environment import Unsafe, read_environment
from manyplaces.config.keys import secret_keys

try:
    ENVIRONMENT = read_environment()
    ENVIRONMENT.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    SECRET_KEY, *SECRET_KEY_FALLBACKS = secret_keys(ENVIRONMENT.key_file)
except Unsafe as unsafe:
    sys.exit(f"Manyplaces does not start: {unsafe}")
except OSError as error:
    sys.exit(f"Manyplaces does not start: {error.filename} cannot be used ({error.strerror}); set MANYPLACES_DATA.")

PACKAGE = Path(__file__).resolve().parent.parent
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.hosts
SITE_URL = ENVIRONMENT.url
ASSETS_FOLDER = ENVIRONMENT.data / "assets"
MEDIA_FOLDER = ENVIRONMENT.data / "media"
KITS_FOLDER = ENVIRONMENT.data / "kits"
CLOSING_FILE = ENVIRONMENT.data / "closed"

# The mail server (None: letters are kept), the address they come from, and how many may leave in a minute.
SMTP = ENVIRONMENT.smtp
MAIL_FROM = ENVIRONMENT.mail_from
MAIL_PER_MINUTE = ENVIRONMENT.mail_per_minute
# The gateway for text messages (None: nobody is asked for a number), and how many may leave in a minute.
TEXTS = ENVIRONMENT.texts
TEXTS_PER_MINUTE = ENVIRONMENT.texts_per_minute

# Where pictures lie (None: in the data folder), and how long an uncovered original is kept, sealed (0: not at all).
PICTURES_STORE = ENVIRONMENT.pictures_store
UNCOVERED_DAYS = ENVIRONMENT.uncovered_days

# Whether the worker asks for pages that media hits link to and keeps copies of them, which addresses of the operator's
# own network it may ask, and the web archive that dead links lead to.
LINKS = ENVIRONMENT.links
LINKS_OWN = ENVIRONMENT.links_own
CAPTURES = ENVIRONMENT.captures
WEB_ARCHIVE = ENVIRONMENT.web_archive

# The operator's own tile server, and whom the map thanks for what it draws; empty: the map asks nobody.
TILES = ENVIRONMENT.tiles
TILES_CREDIT = ENVIRONMENT.tiles_credit

CONTACTS_KEY_FILE = ENVIRONMENT.contacts_key_file
# The keys of what is destroyed together; no backup of the database may hold them.
SAFES_FOLDER = ENVIRONMENT.safes
FORGET_DAYS = ENVIRONMENT.forget_days

ROOMS = (
    *("core", "journal", "mail", "people", "places", "actions", "events"),
    *("lists", "rsvps", "record", "reports", "front", "desk", "exchange"),
)
INSTALLED_APPS = [f"manyplaces.{room}" for room in ROOMS]
ROOT_URLCONF = "manyplaces.config.urls"
WSGI_APPLICATION = "manyplaces.config.wsgi.application"
# Visitors have no session and no cookie: the guard recognises those who signed in. The gate sets the security headers.
MIDDLEWARE = [
    "manyplaces.gate.routes.note_route",
    "manyplaces.front.views.answering.read_once",
    "django.middleware.locale.LocaleMiddleware",
    "manyplaces.front.views.answering.in_offered_language",
    "django.middleware.common.CommonMiddleware",
    "manyplaces.people.guard.recognise",
    "manyplaces.gate.lockdown.close_in_lockdown",
    "django.contrib.messages.middleware.MessageMiddleware",
]
# What a page of the desk says after a step, for the next page only; a visitor's page never sets it.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_SECURE = SITE_URL.startswith("https://")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def _database() -> dict[str, Any]:
    if ENVIRONMENT.database_url:
        try:
            parsed: dict[str, Any] = dict(dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=600))
        except (ValueError, dj_database_url.ParseError):
            sys.exit("Manyplaces does not start: DATABASE_URL cannot be read; give postgres://user:password@host/name.")
        parsed["CONN_HEALTH_CHECKS"] = True
        if parsed["ENGINE"].endswith("postgresql"):
            # As with SQLite: whoever waits for a lock so long is told to come back, instead of being left hanging.
            parsed.setdefault("OPTIONS", {}).setdefault("options", "-c lock_timeout=20s")
        return parsed
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ENVIRONMENT.data / "manyplaces.sqlite3",
        "CONN_MAX_AGE": None,
        # FULL keeps what was acknowledged through a power cut; secure_delete leaves no copy of what was deleted.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
            "PRAGMA foreign_keys=ON; PRAGMA cache_size=-8000;",
        },
    }


DATABASES = {"default": _database()}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "manyplaces.front.templating.environment",
            "context_processors": ["manyplaces.front.templating.where", "manyplaces.desk.views.frame.frame"],
        },
    },
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_NAME = "unused"

STATIC_URL = "/static/"
SECURE_CONTENT_TYPE_NOSNIFF = False  # The gate sets this header, on its own answers too.
# The gate has its own limit for each path. An upload is never laid down on the disk: a list may hold contacts,
# and photos faces.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 25_000_000
LOGGING_CONFIG = None  # manyplaces.gate.logs sets logging up: JSON lines without addresses.
