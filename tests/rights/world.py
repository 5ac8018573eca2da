"""A small world in which everybody who may knock at a page has a part, and something that could leak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Material, MaterialVersion
from manyplaces.actions.operations import add_material
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.tokens import digest
from manyplaces.events.models import Commitment, Host
from manyplaces.events.operations import approve, commit_site
from manyplaces.events.rules.hosting import HostContact
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation
from manyplaces.people.operations import find_or_add_organisation
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import MediaHit
from manyplaces.reports.models import Photo
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask, take_rsvps
from manyplaces.rsvps.rules import GuestContact
from manyplaces.rsvps.rules.links import FORM, link_of
from tests.events.calling import october, school, wish
from tests.signing import SignedIn, person_with, signed_in

GRANTS = {
    "press": Grant("press"),
    "reviewer": Grant("reviewer", state="WI"),
    "city": Grant("coordinator", state="WI", city="milwaukee"),
    "national": Grant("national"),
    "elsewhere": Grant("reviewer", state="CA"),
    "one": Grant("national", action="october"),
    "another": Grant("reviewer", action="draft"),
}
# In this order the columns of the table stand.
ROLES = ("visitor", *GRANTS, "host", "other")
# What nobody is shown on any page, and what nobody is shown who does not work for the coalition.
CANARY = "canary"
UNBORN = "unborn-action"
MACHINE = Actor("command line", "command")
TOKENS = {"host": "hana-holds-this-link-22", "other": "gil-holds-another-one-22", "list": "leave-the-list-0000022"}


@dataclass
class World:
    """Everybody in a browser, and the words in the addresses of what there is; some are others for some roles."""

    browsers: dict[str, Client] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    own: dict[tuple[str, str], str] = field(default_factory=dict)

    def filled(self, role: str, parts: Mapping[str, str]) -> dict[str, str]:
        """Fill the parts of an address for somebody: the name of a word becomes the word, anything else stays."""
        return {part: self.own.get((role, word), self.words.get(word, word)) for part, word in parts.items()}


def commitment_of(action: Any, role: str, **facts: Any) -> Commitment:
    """Commit a site whose host holds the link of that role."""
    contact = HostContact(f"{CANARY} {role}", f"{CANARY}-{role}@example.org", "+14145550123", "en")
    made = commit_site(wish(action, **facts), contact=contact, by=Actor("visitor", "page"))
    Host.objects.filter(commitment=made).update(link_digest=digest(TOKENS.get(role, role)), proved_at=timezone.now())
    made.refresh_from_db()
    return made


def build() -> World:
    """Make the world; inside a transaction of the test."""
    people = {
        role: person_with(grant, alias=role.title(), email=f"{role}@example.org") for role, grant in GRANTS.items()
    }
    world = World({role: signed_in(None, person) for role, person in people.items()})
    world.browsers |= {role: Client() for role in ("visitor", "host", "other")}
    action, city = october(), find_or_add_city("Milwaukee", "WI", by=MACHINE)
    commitment = commitment_of(action, "host", at=school())
    event = approve(commitment, version=commitment.version, by=MACHINE)
    waiting = commitment_of(action, "third", venue="Jackson Park")
    commitment_of(action, "other", venue="Balboa Park", city_name="San Diego", state="CA")
    organisation = find_or_add_organisation("MTEA", by=MACHINE).organisation
    Organisation.objects.filter(pk=organisation.pk).update(vouch_digest=digest("vouching-link-00000022"))
    listed = SiteList.objects.create(action=action, title="Ours", made_by="City", person=people["city"].pk)
    row = ListRow(of=listed, line=1, venue="Grant Elementary", verdict="certain")
    row.set_contact(name=CANARY, email=f"{CANARY}-row@example.org")
    row.save()
    letter = Letter(kind="x", key="x", unsubscribe="news", next_try_at=timezone.now(), made_at=timezone.now())
    letter.to_hash, letter.token_digest = "x" * 43, digest(TOKENS["list"])
    letter.save()
    MediaHit.every.create(
        key="hit", action=action, outlet="Post", kind="earned", city=city, state="WI", review="waiting"
    )
    draft = october(slug="draft", name=UNBORN, visibility="draft")
    material = Material(action=action, name="Poster")
    version = MaterialVersion(language="en", file_name="poster.pdf")
    add_material(material, version, b"%PDF-1.4 a poster", by=MACHINE)
    place = event.spelling.place if event.spelling else SimpleNamespace(key="none")
    gil = Rsvp(uid="guest", body_digest="x", event=event, people=2)
    [guest] = take_rsvps([Ask(gil, GuestContact(), action.pk, event.key)], by=MACHINE)
    described = {"event": event, "picture": "here", "alt": "A crowd at the door", "consent": "crowd"}
    photo = Photo.objects.create(uid="shown", state="shown", **described)
    unseen = Photo.objects.create(uid="unseen", state="waiting", **described)
    world.words = {
        "photo": photo.key,
        "unseen": unseen.key,
        "action": action.slug,
        "draft": draft.slug,
        "material": Material.objects.get().key,
        "waiting": waiting.key,
        "event": event.key,
        "place": place.key,
        "city": city.slug,
        "organisation": organisation.slug,
        "list": listed.uid,
        "letter": TOKENS["list"],
        "person": people["press"].uid,
        "link": TOKENS["host"],
        "guest": link_of(guest.uid, FORM),
    }
    # Whoever holds another link tries the one that is his, and everybody else one that is nobody's.
    world.own = {(role, "link"): "nobody-holds-this-link" for role in ROLES}
    world.own |= {(role, "link"): TOKENS[role] for role in ("host", "other")}
    return world


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def dump() -> dict[str, list[Any]]:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def knock(
    world: World, role: str, method: str, address: str, form: Mapping[str, Any] | None = None, *, token: bool = True
) -> Any:
    """Ask as somebody; a form carries what every form of his carries."""
    browser: Any = world.browsers[role]
    # What one page does to the cookies, such as ending a session, is undone with everything else.
    cookies = browser.cookies.output(header="", sep=";")
    try:
        if method == "GET":
            return browser.get(address)
        if isinstance(browser, SignedIn) and token:
            return browser.post_form(address, dict(form or {}))
        return browser.post(address, form or {})
    finally:
        browser.cookies.clear()
        browser.cookies.load(cookies)
