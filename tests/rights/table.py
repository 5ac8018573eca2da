"""Who gets which answer at which address: one row for each, and an address without a row fails the tests.

A row says what GET and what an empty form (POST) are answered with. The statuses stand in the order of `world.ROLES`:

    visitor, press, reviewer (Wisconsin), city (coordinator of Milwaukee), national, elsewhere (reviewer of California),
    host (of the event, with his private link), other (the host of another event, with his)

One status alone is for all of them; `signed_in`, `national`, `reviewing` and `coordinating` are the usual patterns: a
visitor is led to sign in (302), somebody without the role is refused (403). `parts` fills the address; a value that is
a name in `world.words` becomes what that is (`event`, `waiting`, `person`, ...). An address may have several rows.

To add an address: add a row with what should be answered, run `./test tests/rights`, and look at what differs.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """What is answered at the address of a view, such as desk:review."""

    view: str
    get: str
    post: str
    parts: dict[str, str] = field(default_factory=dict)
    # Where the address cannot be made from its parts.
    address: str = ""


def signed_in(status: int) -> str:
    """Everybody with an account."""
    return f"302 {' '.join([str(status)] * 5)} 302 302"


def national(status: int) -> str:
    """National coordinators alone."""
    return f"302 403 403 403 {status} 403 302 302"


def coordinating(status: int) -> str:
    """Coordinators of any reach."""
    return f"302 403 403 {status} {status} 403 302 302"


def reviewing(status: int) -> str:
    """Reviewers and coordinators of any reach."""
    return f"302 403 {status} {status} {status} {status} 302 302"


ACTION, EVENT, PLACE, ORGANISATION = {"slug": "action"}, {"key": "event"}, {"key": "place"}, {"slug": "organisation"}
STATE = {**ACTION, "state": "wi"}
CITY = {**STATE, "city": "city"}
DRAFT = {"slug": "draft"}
LIST, PERSON, LINK = {"uid": "list"}, {"uid": "person"}, {"token": "link"}
FILE = {"key": "material", "label": "en-1", "file_name": "poster.pdf"}

# Pages, data and files that everybody reads: their forms, by the parts of the address.
PUBLIC = {
    "front:home front:home_json front:home_atom front:search front:search_json front:record front:record_json": {},
    "front:coalition front:coalition_json exchange:home_csv": {},
    "front:colour front:icon": {"hue": "b3123f"},
    "front:action front:action_json front:action_ics front:action_atom front:card exchange:action_csv": ACTION,
    "front:numbers front:numbers_json exchange:numbers_csv front:media front:media_json exchange:media_csv": ACTION,
    "front:state front:state_json front:state_ics exchange:state_csv": STATE,
    "front:city front:city_json front:city_ics exchange:city_csv": CITY,
    "front:event front:event_json front:event_ics": EVENT,
    "front:place front:place_json exchange:place_csv": PLACE,
    "front:organisation front:organisation_json exchange:organisation_csv": ORGANISATION,
    "exchange:record_csv": {"kind": "events"},
    "actions:toolkit": ACTION,
    "actions:material_file": FILE,
}
# What is not public yet is not there for anybody, however much of its address he knows.
HIDDEN = {
    "front:action front:action_json front:action_ics front:action_atom front:card front:numbers front:media": DRAFT,
    "exchange:action_csv actions:toolkit": DRAFT,
    "front:event front:event_json front:event_ics": {"key": "waiting"},
}

TABLE = [
    *(Row(view, "200", "405", parts) for views, parts in PUBLIC.items() for view in views.split()),
    *(Row(view, "404", "405", parts) for views, parts in HIDDEN.items() for view in views.split()),
    Row("front:actions", "302", "302"),
    Row("front:favicon", "200", "405", address="/favicon.svg"),
    Row("mail:healthz", "503", "503"),
    Row("mail:unsubscribe", "200", "200", {"token": "letter"}),
    Row("mail:unsubscribe", "200", "200", {"token": "link"}),
    Row("places:find", "200", "405"),
    # Committing and the private pages of hosts.
    Row("events:commit", "200", "422", ACTION),
    Row("events:commit", "404", "404", DRAFT),
    Row("events:committed", "200", "200", ACTION),
    Row("events:link", "200", "200"),
    Row("events:host", "404 404 404 404 404 404 200 200", "404 404 404 404 404 404 403 403", LINK),
    # Signing in and one's own data.
    Row("people:sign_in", "200 302 302 302 302 302 200 200", "200 302 302 302 302 302 200 200"),
    Row("people:code", "200", "200"),
    Row("people:passkey", "302", "302"),
    Row("people:options", "405", "403 200 200 200 200 200 403 403"),
    Row("people:recovery", signed_in(200), signed_in(200)),
    Row("people:prove", signed_in(200), signed_in(200)),
    Row("people:sign_out", signed_in(200), "302"),
    Row("people:first_run", "404", "404"),
    Row("people:me", signed_in(200), signed_in(200)),
    Row("people:own_data", signed_in(200), signed_in(200)),
    Row("people:address", signed_in(200), signed_in(200)),
    Row("people:sessions", signed_in(200), signed_in(404)),
    Row("people:passkeys", signed_in(200), "302"),
    Row("people:leave", signed_in(200), "302"),
    Row("people:proposals", national(200), national(404)),
    # The desk.
    Row("desk:stand", signed_in(200), signed_in(200)),
    Row("desk:letters", national(200), national(404)),
    Row("desk:journal", national(200), national(200)),
    Row("desk:needs", coordinating(200), coordinating(200), ACTION),
    Row("desk:begin", national(200), national(200)),
    Row("desk:coalition", national(200), national(200)),
    Row("desk:organisations", national(200), national(200)),
    Row("desk:add_organisation", national(200), national(200)),
    Row("desk:organisation", national(200), national(200), ORGANISATION),
    Row("desk:team", national(200), national(200)),
    Row("desk:invite", national(200), national(200)),
    Row("desk:person", national(200), national(404), PERSON),
    Row("desk:actions", signed_in(200), signed_in(200)),
    Row("desk:action_new", national(200), national(200)),
    Row("desk:action", national(200), national(200), ACTION),
    Row("desk:action_parts", national(200), national(404), ACTION),
    Row("desk:action_goals", national(200), national(302), ACTION),
    Row("desk:action_toolkit", national(200), national(404), ACTION),
    Row("desk:action_file", national(200), national(200), {**ACTION, **FILE}),
    Row("desk:action_preview", national(200), national(200), DRAFT),
    Row("desk:action_publish", national(200), national(302), DRAFT),
    Row("desk:review", reviewing(200), reviewing(302)),
    Row("desk:decide", reviewing(302), reviewing(302)),
    Row("desk:trust", reviewing(200), reviewing(302)),
    Row("desk:commitment", "302 403 200 200 200 404 302 302", "302 403 403 403 403 404 302 302", {"key": "waiting"}),
    Row("desk:cancel", coordinating(200), coordinating(302), ACTION),
    Row("desk:event", "302 403 200 200 200 403 302 302", "302 403 403 403 403 403 302 302", EVENT),
    Row("lists:lists", coordinating(200), coordinating(422)),
    Row("lists:site_list", coordinating(200), coordinating(302), LIST),
    Row("lists:forms_pdf", coordinating(404), coordinating(404), {**LIST, "part": "0"}),
    Row("lists:columns", coordinating(302), coordinating(302), LIST),
    Row("exchange:sample", national(200), national(302)),
]
