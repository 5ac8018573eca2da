"""Run as a program beside a served site: fills its record with all that pages show, and prints how to reach it.

The world of `tests/rights` has a part for everybody who may knock and a word for every part of an address; what waits,
smells, was called off and is to be asked about comes on top.
"""

from __future__ import annotations

import json

import django

django.setup()

from manyplaces.actions.models import Action, Material, MaterialVersion, Part, StateGoal  # noqa: E402
from manyplaces.actions.operations import (  # noqa: E402
    add_material,
    add_material_version,
    remove_material,
    set_part,
    write_paper,
)
from manyplaces.actions.rules import Paper  # noqa: E402
from manyplaces.core.actor import Actor  # noqa: E402
from manyplaces.core.pictures import prepare  # noqa: E402
from manyplaces.events.models import Commitment, Event, Host  # noqa: E402
from manyplaces.events.operations import approve  # noqa: E402
from manyplaces.lists.models import SiteList  # noqa: E402
from manyplaces.lists.operations import match_list, take_list  # noqa: E402
from manyplaces.places.models import City  # noqa: E402
from manyplaces.reports.models import Photo  # noqa: E402
from manyplaces.reports.models.photos import measures  # noqa: E402
from manyplaces.rsvps.models import PastCrowd, Purge, Rsvp  # noqa: E402
from manyplaces.rsvps.operations import Ask, confirm_rsvp, take_rsvps, write_message  # noqa: E402
from manyplaces.rsvps.rules import GuestContact  # noqa: E402
from manyplaces.rsvps.rules.links import LETTER  # noqa: E402
from tests.core.uploads import upload  # noqa: E402
from tests.events.calling import school  # noqa: E402
from tests.events.cast import committed, october  # noqa: E402
from tests.reports.photographing import photo_file, with_a_face  # noqa: E402
from tests.rights.world import build  # noqa: E402

NIA = Actor("Nia", "command")
TOWNS = {"Miami": ("Miami-Dade", 25.77, -80.19), "Tampa": ("Hillsborough", 27.95, -82.46)}


def main() -> None:
    """Seed the record."""
    world = build()
    wait_for_review()
    tell_what_was_destroyed()
    come_and_are_written_to(world.words["event"])
    photographed(world.words["photo"], world.words["unseen"])
    print(json.dumps(world.words | {"list": asked_about()}))


def photographed(*keys: str) -> None:
    """Pictures for the photos of the world: a portrait, and something without a face."""
    for key, content in zip(keys, (with_a_face(), photo_file()), strict=True):
        done = prepare(upload(content))
        sizes = {"large": done.large, "middle": done.middle, "small": done.small}
        Photo.objects.filter(key=key).update(picture=done.key, **measures(sizes))


def tell_what_was_destroyed() -> None:
    """Lines of what was destroyed of an action, and sums that stay."""
    action = Action.every.get(slug="oct2030")
    for what, many in (("needs", 0), ("answers", 1203), ("letters", 840), ("safes", 1)):
        state = "" if what == "safes" else "WI"
        Purge.objects.create(on="2026-11-20", action=action, state=state, what=what, many=many, is_few=not many)
    PastCrowd.objects.create(action=action, state="WI", people=2841)


def wait_for_review() -> None:
    """Commitments that wait, smell or were changed, a toolkit with older and removed pieces, and towns of Florida."""
    know = {"rights": "You may say no to a search.", "safety": "Stay on the sidewalk.", "bring": "Water.\n\nA coat."}
    action = october(goal=2000, **know)
    welcome = {"spoken": "en es ase", "access": "step-free seats", "safety": "Look for green vests.", "capacity": 300}
    changed = committed(action, "Auer Avenue School", email="a@example.org", note="Meet at the main door.", **welcome)
    approve(changed, version=0, by=NIA)
    Commitment.objects.filter(pk=changed.pk).update(review="waiting", version=2, time_local="09:15", note="Side door.")
    committed(action, "Auer Avenue", email="b@example.org", proved=False, note="We come too!")
    committed(action, "Grant Elementary", email="c@example.org", language="es", note="Traigan a sus vecinos.")
    for number in range(15):
        committed(action, f"Fake {number}", cluster=77, note="Buy at http://spam.example/now and www.more.example")
    for name, (county, lat, lon) in TOWNS.items():
        City.objects.create(
            state="FL", slug=name.lower(), name=name, folded=name.lower(), zone="America/New_York",
            county=county, lat=lat, lon=lon,
        )  # fmt: skip
        where = {"city_name": name, "city_slug": name.lower(), "state": "FL", "zone": "America/New_York"}
        for number in range(3):
            row = committed(action, f"{name} {number}", email=f"{name}{number}@example.org", **where)
            approve(row, version=0, by=NIA)
    StateGoal.objects.create(action=action, state="FL", goal=300)
    Commitment.objects.filter(pk=changed.pk).update(posters=12, media_help=True)
    set_part(Part(action=action, name="Kick-off", date_edtf="2030-10-09"), by=NIA)
    for name in ("Poster", "Flyer"):
        link = MaterialVersion(language="en", url="https://example.org/1")
        piece = add_material(Material(action=action, name=name), link, by=NIA).row.material
        add_material_version(MaterialVersion(material=piece, language="en", url="https://example.org/2"), by=NIA)
    remove_material(piece, by=NIA)
    write_paper(action, Paper.FLYER, {"en": "Come to {school}!"}, by=NIA)


def come_and_are_written_to(key: str) -> None:
    """People who come to an event with names, languages and needs, and a message of its host that waits for a look."""
    event = Event.objects.get(key=key)
    for number, (name, needs) in enumerate({"Zoë Alvarado": "A ramp, please.", "Björk": "", "Gil Ramos": ""}.items()):
        contact = GuestContact(name, f"{number}@example.org" if name == "Gil Ramos" else "", needs)
        row = Rsvp(uid=f"comes{number}", body_digest="x", event=event, people=number + 1, speaks="es", wants_host=True)
        take_rsvps([Ask(row, contact, event.action_id, event.key)], by=NIA)
    confirm_rsvp("comes2", proof=LETTER, by=NIA)
    write_message(Host.objects.get(commitment__event=event), "Bring a candle.\n\nhttps://example.org/map", by=NIA)


def asked_about() -> str:
    """The uid of a list that was pasted: found, unsure and unknown names."""
    for number, name in enumerate(("Hamilton High", "Hamilton Middle", "Auer Avenue School")):
        school(f"55096000{number}", name=name, match_key=name.split()[0].lower())
    action = october(slug="nov2030", name="November")
    row = SiteList(action=action, title="Milwaukee", city_name="Milwaukee", state="WI")
    return match_list(take_list(row, text="Auer\nHamilton\nSchool of Nowhere\n", by=NIA), by=NIA).uid


main()
