"""Who gets which answer at which address: one row for each, and an address without a row fails the tests.

A row says what GET and what an empty form (POST) are answered with. The statuses stand in the order of `world.ROLES`:

    visitor, press, reviewer (Wisconsin), city (coordinator of Milwaukee), national, elsewhere (reviewer of California),
    one (national coordinator of this one action), another (reviewer of another action, everywhere),
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
    return f"302 {' '.join([str(status)] * 7)} 302 302"


def national(status: int) -> str:
    """National coordinators of the whole coalition alone."""
    return f"302 403 403 403 {status} 403 403 403 302 302"


def calling(status: int, other: int = 0) -> str:
    """National coordinators, also those of one action; `other` where that is not this action."""
    return f"302 403 403 403 {status} 403 {other or status} 403 302 302"


def coordinating(status: int, one: int = 0) -> str:
    """Coordinators of any reach; `one` where the national coordinator of one action gets something else."""
    return f"302 403 403 {status} {status} 403 {one or status} 403 302 302"


def reviewing(status: int) -> str:
    """Reviewers and coordinators of any reach."""
    return f"302 403 {status} {status} {status} {status} {status} {status} 302 302"


def looking(status: int, elsewhere: int = 0) -> str:
    """Reviewers, coordinators and press contacts; `elsewhere` where it is not their state or action."""
    other = elsewhere or status
    return f"302 {status} {status} {status} {status} {other} {status} {other} 302 302"


def bringing(status: int) -> str:
    """Coordinators and press contacts, of any reach."""
    return f"302 {status} 403 {status} {status} 403 {status} 403 302 302"


def reviewing_here(status: int, elsewhere: int) -> str:
    """Reviewers and coordinators of this state and action, and what the others get."""
    return f"302 403 {status} {status} {status} {elsewhere} {status} {elsewhere} 302 302"


ACTION, EVENT, PLACE, ORGANISATION = {"slug": "action"}, {"key": "event"}, {"key": "place"}, {"slug": "organisation"}
STATE = {**ACTION, "state": "wi"}
CITY = {**STATE, "city": "city"}
DRAFT = {"slug": "draft"}
LIST, PERSON, LINK = {"uid": "list"}, {"uid": "person"}, {"token": "link"}
FILE = {"key": "material", "label": "en-1", "file_name": "poster.pdf"}

# Pages, data and files that everybody reads: their forms, by the parts of the address.
PUBLIC = {
    "front:home front:home_json front:home_atom front:search front:search_json front:record front:record_json": {},
    "front:coalition front:coalition_json exchange:home_csv exchange:crowds_csv": {},
    "front:colour front:icon": {"hue": "b3123f"},
    "front:action front:action_json front:action_ics front:action_atom front:card exchange:action_csv": ACTION,
    "exchange:action_kit": ACTION,
    "exchange:city_kit": CITY,
    "exchange:city_numbers_csv": CITY,
    "front:action_poster front:action_qr front:points front:tally": ACTION,
    "front:points_part": {**ACTION, "part": "0"},
    "front:numbers front:numbers_json exchange:numbers_csv front:media front:media_json exchange:media_csv": ACTION,
    "front:near front:near_json": ACTION,
    "front:state front:state_json front:state_ics exchange:state_csv": STATE,
    "front:city front:city_json front:city_ics exchange:city_csv": CITY,
    "front:event front:event_json front:event_ics front:event_poster front:event_qr": EVENT,
    "front:place front:place_json exchange:place_csv": PLACE,
    "front:organisation front:organisation_json exchange:organisation_csv": ORGANISATION,
    "exchange:record_csv": {"kind": "events"},
    "actions:toolkit": ACTION,
    "actions:material_file": FILE,
    "events:any_paper": {**ACTION, "paper": "sign-in"},
}
# What is not public yet is not there for anybody, however much of its address he knows.
HIDDEN = {
    "front:action front:action_json front:action_ics front:action_atom front:card front:numbers front:media": DRAFT,
    "exchange:action_csv actions:toolkit": DRAFT,
    "front:action_poster front:action_qr front:points front:near front:near_json": DRAFT,
    "front:event front:event_json front:event_ics front:event_poster front:event_qr": {"key": "waiting"},
    "front:points_part": {**DRAFT, "part": "0"},
    "events:any_paper": {**DRAFT, "paper": "sign-in"},
}

TABLE = [
    *(Row(view, "200", "405", parts) for views, parts in PUBLIC.items() for view in views.split()),
    *(Row(view, "404", "405", parts) for views, parts in HIDDEN.items() for view in views.split()),
    # A calendar of what is near to nowhere in particular; tests/front/test_following.py asks for one that is.
    Row("front:near_ics", "404", "405", ACTION),
    Row("front:actions", "302", "302"),
    Row("front:favicon", "200", "405", address="/favicon.svg"),
    Row("mail:healthz", "503", "503"),
    Row("mail:unsubscribe", "200", "200", {"token": "letter"}),
    Row("mail:unsubscribe", "200", "200", {"token": "link"}),
    Row("places:find", "200", "405"),
    # Committing and the private pages of hosts.
    Row("events:commit", "200", "422", ACTION),
    Row("events:commit", "404", "404", DRAFT),
    Row("events:commit", "200", "422", {**ACTION, "secret": "vouching-link-00000022"}),
    Row("events:committed", "200", "200", ACTION),
    Row("events:committed", "200", "200", {**ACTION, "secret": "vouching-link-00000022"}),
    Row("events:link", "200", "422"),
    Row("events:host", f"{'404 ' * 8}200 200", f"{'404 ' * 8}403 403", LINK),
    Row("events:host_paper", f"{'404 ' * 8}200 404", "405", {**LINK, "paper": "sign-in"}),
    Row("rsvps:guests", f"{'404 ' * 8}200 404", f"{'404 ' * 8}302 404", LINK),
    Row("rsvps:message", f"{'404 ' * 8}200 404", f"{'404 ' * 8}200 404", LINK),
    Row("reports:report", f"{'404 ' * 8}200 404", f"{'404 ' * 8}422 404", LINK),
    Row("reports:covered", f"{'404 ' * 8}200 404", f"{'404 ' * 8}422 404", LINK),
    Row("reports:photos", f"{'404 ' * 8}200 404", f"{'404 ' * 8}422 404", LINK),
    Row("reports:photo_part", "405", f"{'404 ' * 8}409 404", LINK),
    Row("reports:host_photo", f"{'404 ' * 8}200 404", f"{'404 ' * 8}422 404", {**LINK, "key": "photo"}),
    Row("reports:host_picture", "404", "405", {**LINK, "file": "nothing-large.jpg"}),
    # Photos that everybody may see, and asking for one to be taken down.
    Row("reports:picture", "404", "405", {"file": "nothing-large.jpg"}),
    Row("reports:take_down", "200", "422", {"key": "photo"}),
    Row("reports:take_down", "404", "404", {"key": "unseen"}),
    # Saying that one comes, and one's own page.
    Row("rsvps:come", "302", "302", EVENT),
    Row("rsvps:come", "200", "302", {**EVENT, "form": "abcdefghijklmnopqrstuv"}),
    Row("rsvps:come", "404", "404", {"key": "waiting"}),
    Row("rsvps:letter", "200", "405", EVENT),
    Row("rsvps:short", "302", "405", {"token": "forgedlinkofatext1"}),
    Row("rsvps:texted", "405", "200", {"secret": "0" * 32}),
    Row("rsvps:coming", "404", "404", {"token": "nobodys.link-of-somebody"}),
    Row("rsvps:coming", "200", "422", {"token": "guest"}),
    # What somebody gave to organisations, by the link in his letter.
    Row("rsvps:given", "404", "302", {"token": "A" * 22}),
    # Signing in and one's own data.
    Row("people:sign_in", f"200 {'302 ' * 7}200 200", f"200 {'302 ' * 7}200 200"),
    Row("people:code", f"200 {'302 ' * 7}200 200", f"200 {'302 ' * 7}200 200"),
    Row("people:passkey", "302", "302"),
    Row("people:options", "405", f"403 {'200 ' * 7}403 403"),
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
    Row("desk:host_messages", reviewing(200), reviewing(302)),
    Row("desk:letters", national(200), national(404)),
    Row("desk:held", national(200), national(422)),
    Row("desk:destroyed", coordinating(200), coordinating(200)),
    Row("desk:journal", national(200), national(200)),
    Row("desk:journal_export", national(200), national(404)),
    Row("desk:needs", coordinating(200), coordinating(200), ACTION),
    Row("desk:begin", national(200), national(200)),
    Row("desk:coalition", national(200), national(200)),
    Row("desk:organisations", national(200), national(200)),
    Row("desk:add_organisation", national(200), national(200)),
    Row("desk:contacts", national(200), national(200), ORGANISATION),
    Row("desk:contacts_file", national(404), national(404), {**ORGANISATION, "uid": "nothing"}),
    Row("desk:organisation", national(200), national(200), ORGANISATION),
    Row("desk:team", national(200), national(200)),
    Row("desk:invite", national(200), national(200)),
    Row("desk:person", national(200), national(404), PERSON),
    Row("desk:actions", signed_in(200), signed_in(200)),
    Row("desk:action_new", national(200), national(200)),
    Row("desk:action", calling(200), calling(200), ACTION),
    Row("desk:action_parts", calling(200), calling(404), ACTION),
    Row("desk:action_goals", calling(200), calling(302), ACTION),
    Row("desk:action_toolkit", calling(200), calling(404), ACTION),
    Row("desk:action_file", calling(200), calling(200), {**ACTION, **FILE}),
    Row("desk:action_papers", calling(200), calling(200), ACTION),
    Row("desk:action_paper", calling(200), calling(422), {**ACTION, "paper": "flyer"}),
    Row("desk:action_paper_pdf", calling(200), "405", {**ACTION, "paper": "flyer"}),
    Row("desk:action_recap", calling(200), calling(422), ACTION),
    Row("desk:action_print", coordinating(200), "405", ACTION),
    Row("desk:action_print_pdf", coordinating(200), "405", {**ACTION, "paper": "flyer"}),
    Row("desk:action_preview", calling(200, 403), calling(200, 403), DRAFT),
    Row("desk:action_preview_toolkit", calling(200, 403), calling(200, 403), DRAFT),
    Row("desk:action_preview_commit", calling(200, 403), calling(200, 403), DRAFT),
    Row("desk:action_publish", calling(200, 403), calling(302, 403), DRAFT),
    Row("desk:action_close", calling(200, 403), calling(302, 403), DRAFT),
    Row("desk:review", reviewing(200), reviewing(302)),
    Row("desk:decide", reviewing(302), reviewing(302)),
    Row("desk:trust", reviewing(200), reviewing(302)),
    Row("desk:photos", reviewing(200), reviewing(302)),
    Row("desk:photo", reviewing_here(200, 404), reviewing_here(422, 404), {"key": "photo"}),
    Row("desk:photo_file", reviewing(404), "405", {"file": "nothing-large.jpg"}),
    Row("desk:commitment", reviewing_here(200, 404), reviewing_here(403, 404), {"key": "waiting"}),
    Row("desk:sites", reviewing(200), reviewing(200)),
    Row("desk:commitment_change", coordinating(200), coordinating(422), {"key": "waiting"}),
    Row("desk:reports", reviewing(200), reviewing(302), ACTION),
    Row("desk:report_grid", coordinating(404), coordinating(302), CITY),
    Row("desk:media", looking(200), looking(302), ACTION),
    Row("desk:media_add", bringing(200), bringing(422), ACTION),
    Row("desk:hit", looking(200, 404), looking(302, 404), {**ACTION, "key": "hit"}),
    Row("desk:capture", bringing(404), "405", {**ACTION, "key": "hit", "form": "txt"}),
    Row("desk:cancel", coordinating(200), coordinating(302), ACTION),
    Row("desk:event", reviewing_here(200, 403), reviewing_here(403, 403), EVENT),
    Row("desk:event_paper", reviewing_here(200, 403), "405", {**EVENT, "paper": "sign-in"}),
    Row("lists:lists", coordinating(200), coordinating(422)),
    Row("lists:site_list", coordinating(200, 404), coordinating(302, 404), LIST),
    Row("lists:forms_pdf", coordinating(404), coordinating(404), {**LIST, "part": "0"}),
    Row("lists:row", coordinating(200, 404), coordinating(422, 404), {**LIST, "line": "1"}),
    Row("lists:columns", coordinating(302, 404), coordinating(302, 404), LIST),
    Row("exchange:sample", national(200), national(302)),
    Row("exchange:archives", national(200), national(302)),
    Row("exchange:archive_file", national(404), national(404), {"uid": "nothere"}),
]
