"""The rush of those who say that they come: a form that is in order is taken here, without Django's stack around it.

A letter to a million people brings hundreds at once to one page and its form. The page is kept once for everybody,
though each form has a key of its own in its address; a form with nothing wrong in it is read by the room's own function
and written together with the others that wait. Whatever is not plain (an error to show, work to ask for, a closed
event) goes the long way, where the same form is answered in full.
"""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ValidationError
from django.db import close_old_connections
from django.utils import translation

from manyplaces.core import together
from manyplaces.core.addresses import SPANISH, in_english
from manyplaces.core.lockdown import is_locked
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import new_token
from manyplaces.gate.answers import Reply
from manyplaces.gate.behind import Asked
from manyplaces.gate.headers import security_headers
from manyplaces.gate.watch import PERIOD
from manyplaces.rsvps.forms.reading import has_worked, read_ask
from manyplaces.rsvps.queries import Facts, digest_of, digests_of, event_for_guests
from manyplaces.rsvps.rules.links import uid_of
from manyplaces.rsvps.views import SHARED, keep, way_on

FORM = re.compile(r"(/(?:es/)?events/[-\w.:]{1,60}/come/)(?:([-\w]{22})/)?")
MOST_FIELDS = 40
ROUTE = "rsvps:come"
# What an event is may be as old as the pages are that tell it, and of so many it is remembered.
LATELY, MOST_REMEMBERED = PERIOD, 500
_lately: dict[str, tuple[float, Facts]] = {}


def shared_path(path: str) -> str:
    """Return the path under which the page with somebody's own form is kept for everybody; other paths as they are."""
    found = FORM.fullmatch(path) if "/come/" in path else None
    return f"{found[1]}{SHARED}/" if found and found[2] else path


def led_to_form(path: str) -> Reply | None:
    """Return the way to a form with a key of its own, for who comes to the page without one."""
    found = FORM.fullmatch(path) if path.endswith("/come/") else None
    return _led(f"{path}{new_token()}/", path, 302) if found else None


def is_rush(path: str) -> bool:
    """Tell whether a form sent to this path may be taken here."""
    return "/come/" in path and FORM.fullmatch(path) is not None


def look_ahead(paths: list[str]) -> dict[tuple[object, ...], str]:
    """Return what was sent before with the keys of these forms, as `take` asks for it; one query for all."""
    close_old_connections()
    keys = {found[2] for path in paths if (found := FORM.fullmatch(path)) and found[2]}
    uids = {uid_of(key): key for key in keys}
    return {("digest", uids[uid]): digest for uid, digest in digests_of(uids).items()} if uids else {}


def take(asked: Asked) -> Reply | None:
    """Take a form and return the answer, or None where it must go the long way; inside a round of core.together."""
    found = FORM.fullmatch(asked.path)
    if not found or not found[2] or not _is_plain(asked):
        return None
    # What Django does before each request; here once for all that are answered together.
    together.once(("connection",), close_old_connections)
    pairs = parse_qsl(asked.body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    values = dict(pairs)
    if len(values) != len(pairs) or values.get("more_about") or together.once(("locked",), is_locked):
        return None
    language = "es" if asked.path.startswith(SPANISH) else "en"
    key = in_english(asked.path).split("/")[2]
    facts = together.once(("come", key), lambda: _facts(key))
    if facts is None:
        return None
    try:
        ask = read_ask(values, found[2], facts, language)
    except ValidationError:
        return None
    before = together.once(("digest", found[2]), lambda: digest_of(ask.rsvp.uid))
    if before not in ("", ask.rsvp.body_digest):
        return None
    if not before and not has_worked(asked.source, found[2], values.get("proof", "")):
        return None
    together.write(keep, ask)
    with translation.override(language):
        return _led(way_on(ask), asked.path, 302)


def _facts(key: str) -> Facts | None:
    """Return what must be known of an event that takes answers; rounds follow each other many times a second."""
    now = time.monotonic()
    since, facts = _lately.get(key, (0.0, None))
    if facts is not None and now - since < LATELY:
        return facts
    event = event_for_guests(key)
    try:
        facts = Facts.of(event) if event is not None else None
    except NotNow:
        facts = None
    if len(_lately) >= MOST_REMEMBERED:
        _lately.clear()
    if facts is not None:
        _lately[key] = now, facts
    return facts


def _is_plain(asked: Asked) -> bool:
    """Tell whether a form comes from a page of ours (or a program without pages) and reads as forms do."""
    if asked.fetch_site == "cross-site" or not asked.content_type.startswith("application/x-www-form-urlencoded"):
        return False
    try:
        asked.body.decode()
    except UnicodeDecodeError:
        return False
    named = asked.origin or asked.referrer
    return not named or urlsplit(named).netloc == asked.host


def _led(to: str, path: str, status: int) -> Reply:
    headers = [(b"location", to.encode()), (b"cache-control", b"no-store"), *security_headers(path, "POST")]
    return Reply(status, headers, route=ROUTE)
