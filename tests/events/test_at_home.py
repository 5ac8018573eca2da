"""Hana hosts at her home: only her city is shown, in every form, from the first day on, until she wants more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import approve, shield_event, unshield_event
from manyplaces.events.queries.differences import differences
from manyplaces.places.operations import find_or_add_city
from tests.events.calling import october
from tests.events.test_commit_pages import HERE, form, link
from tests.events.test_phases import FORMS, PAGES

pytestmark = pytest.mark.django_db
HOME = {
    "venue": "CANARY House", "address": "7 CANARY Street", "hosts_words": "CANARY Club", "shown_host": "CANARY Hana",
    "note": "Ring at CANARY", "pin": "43.05, -87.91", "only_city": "on",
}  # fmt: skip


def shown(event: Event) -> list[str]:
    """The public pages, feeds and tables in which the home is named."""
    public = (*PAGES, *(f"/es{path}" for path in PAGES), *FORMS)
    paths = [path.format(key=event.key).replace("oct2030", "october") for path in public if "canary" not in path]
    place = event.spelling and event.spelling.place.key
    client, found = Client(), []
    for path in (*paths, f"/places/{place}/", f"/places/{place}.json", "/sitemap.xml"):
        if b"canary" in client.get(path).content.lower():
            found.append(path)
    return found


def approved(nia: Any) -> Event:
    row = Commitment.objects.get()
    approve(row, version=row.version, by=nia)
    return Event.every.get()


def test_a_home_is_nowhere_until_its_host_wants_it_shown(nia: Any, ruth: Any) -> None:
    find_or_add_city("Milwaukee", "WI", by=nia)
    october()
    assert Client().post(HERE, form(**HOME)).status_code == 302
    there = link()
    event = approved(nia)
    assert (event.is_shielded, event.only_city, event.shown_host, shown(event)) == (True, True, "", [])
    assert Client().get(f"/events/{event.key}/").status_code == 200
    with pytest.raises(NotNow):
        unshield_event(event, by=nia)
    # She moves it to a hall, and says so; a reviewer sees that before anybody else.
    Client().post(there, {"do": "prove_host"})
    ticked = re.search(r'<input[^>]*name="only_city"[^>]*>', Client().get(there).content.decode())
    assert "checked" in (ticked[0] if ticked else "")
    open_now = {**HOME, "only_city": "", "do": "change", "version": Commitment.objects.get().version}
    Client().post(there, form(**{name: text for name, text in open_now.items() if text != ""}))
    row = Commitment.objects.select_related("event__city", "event__spelling__place", "action").get()
    assert [(change.old, change.new) for change in differences(row) if "city" in change.label] == [("yes", "no")]
    assert shown(event) == []
    event = approved(nia)
    assert (event.is_shielded, event.shown_host) == (False, "CANARY Hana")
    assert f"/events/{event.key}/" in shown(event)
    Client().post(there, form(**HOME, do="change", version=Commitment.objects.get().version))
    assert shown(approved(nia)) == []


def test_what_a_reviewer_has_hidden_its_host_does_not_show_again(nia: Any, ruth: Any) -> None:
    find_or_add_city("Milwaukee", "WI", by=nia)
    october()
    Client().post(HERE, form(**HOME))
    Client().post(link(), {"do": "prove_host"})
    event = shield_event(approved(nia), by=ruth)
    assert (event.is_shielded, event.only_city, Commitment.objects.get().only_city) == (True, False, False)
    plain = {name: text for name, text in HOME.items() if name != "only_city"}
    Client().post(link(), form(**plain, do="change", version=Commitment.objects.get().version, time="9:15"))
    assert (approved(nia).is_shielded, shown(event)) == (True, [])
