"""What was decided is found again on the desk: Carla puts it right, hides it, adds a host; Otto finds nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Actor, Grant
from manyplaces.events.models import BlockedPattern, Commitment, Event, Host, TrustedHost
from manyplaces.events.operations import approve, decline
from manyplaces.events.queries import told_address
from manyplaces.events.queries.sites import STANDINGS, sites
from manyplaces.mail.models import Letter
from tests.events.cast import committed, october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

SITES, TRUST = "/desk/sites/", "/desk/review/trust/"
NIA = Actor("Nia", "command")


@pytest.fixture
def carlas(db: None) -> Any:
    """Carla's browser."""
    return signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))


@pytest.fixture
def ruths(db: None) -> Any:
    """Ruth's browser."""
    return signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))


def online(venue: str = "Auer Avenue School", **facts: Any) -> Event:
    """A site that was approved."""
    row = committed(facts.pop("action", None) or october(), venue, **facts)
    return approve(row, version=0, by=NIA)


def links(page: Any, words: str) -> list[str]:
    """Where the links with these words lead."""
    return re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>{words}</a>', page.content.decode())


def told(answer: Any) -> list[str]:
    """What the last step said."""
    return re.findall(r'<p class="told[^"]*" role="status">([^<]*)', answer.content.decode())


def test_a_harassed_host_is_hidden_in_three_clicks_from_the_menu(ruths: Any, carlas: Any) -> None:
    event = online("Humboldt Park", shown_host="Hana")
    for number in range(60):
        online(f"School {number}", action=event.action)
    (menu,) = links(ruths.get("/desk/"), "Sites")
    # The address of the page is what somebody has who is called about it; so is its name.
    for words in (f"https://walk-ins.example/es/events/{event.key}/", f"/events/{event.key}.json", "humboldt milw"):
        (found,) = links(ruths.get(menu, {"words": words}), "Humboldt Park")
    answer = ruths.post_form(found, {"do": "shield"}, follow=True)
    event.refresh_from_db()
    assert (event.is_shielded, event.shown_host, "Hidden." in told(answer)[0]) == (True, "", True)
    assert links(ruths.get(menu, {"standing": "hidden"}), "Humboldt Park") == [found]
    assert links(ruths.get(f"/desk/events/{event.key}/"), "Its public page") == [f"/events/{event.key}/"]
    assert links(carlas.get(f"{menu}?standing=held"), "Humboldt Park") == []


def test_a_host_at_home_who_is_harassed_is_hidden_in_one_click_too(ruths: Any, carlas: Any) -> None:
    event = online("Kestrel House", email="hana@example.org", only_city=True, address_for="coming", spoken="es")
    there = f"/desk/review/{event.key}/"
    page = ruths.get(there).content.decode()
    assert ("Who learns the address" in page, "whoever has confirmed" in page) == (True, True)
    assert "Only the city is shown already" in ruths.get(f"/desk/events/{event.key}/").content.decode()
    link = Host.objects.get().link_digest
    assert "Hidden." in told(ruths.post_form(there, {"do": "shield"}, follow=True))[0]
    event.refresh_from_db()
    assert (event.only_city, told_address(event), Host.objects.get().link_digest == link) == (False, "", False)
    assert "Show the place again" in carlas.get(there).content.decode()


def test_carla_says_for_a_host_what_those_who_come_need_to_know(carlas: Any) -> None:
    event = online("Humboldt Park", spoken="es")
    there = f"/desk/review/{event.key}/change/"
    page = carlas.get(there).content.decode()
    assert re.findall(r'name="spoken" value="(\w+)"[^>]*checked', page) == ["es"]
    said = {"do": "change", "version": Commitment.objects.get().version, "school": "none", "venue": "Humboldt Park"}
    said |= {"city_name": "Milwaukee", "state": "WI", "tactic": "walk-in", "day": "2030-10-10", "time": "7:20 am"}
    said |= {"spoken": ["es", "hmn"], "access": ["seats"], "safety": "Green vests.", "capacity": "40"}
    assert carlas.post_form(there, said).status_code == 302
    event.refresh_from_db()
    assert (event.spoken, event.access, event.safety, event.capacity) == ("es hmn", "seats", "Green vests.", 40)


def test_everything_is_found_by_where_it_stands_and_nothing_of_another_area(ruths: Any, ruth: Any) -> None:
    event = online("Online School")
    action = event.action
    rows = {
        name: committed(action, f"{name} school") for name in ("waiting", "declined", "paused", "asked", "withdrawn")
    }
    decline(rows["declined"], version=0, reason="No.", by=NIA)
    Commitment.objects.filter(pk=rows["paused"].pk).update(is_paused=True)
    for name in ("asked", "withdrawn"):
        Commitment.objects.filter(pk=rows[name].pk).update(review=name)
    lonely = online("Listed School", action=action)
    Commitment.objects.filter(event=lonely).delete()
    online("Canary Tech", city="Chicago", action=action)
    found = {
        name: sorted((one.commitment or one.event).venue for one in sites(ruth, standing=name).rows)  # type: ignore[union-attr]
        for name in STANDINGS
    }
    assert {name: venues for name, venues in found.items() if venues} == {
        "online": ["Listed School", "Online School"],
        "committed": ["Listed School", "Online School"],
        **{name: [f"{name} school"] for name in ("waiting", "declined", "paused", "asked", "withdrawn")},
    }
    page = ruths.get(SITES)
    assert ("Canary" in page.content.decode(), links(page, "Listed School")) == (False, [f"/desk/events/{lonely.key}/"])
    for nonsense in ("?page=99", "?page=x", "?standing=boom&action=none&state=ZZ", "?words=%00%27"):
        assert ruths.get(f"{SITES}{nonsense}").status_code == 200
    assert signed_in(None, person_with(Grant("press"), alias="Pia")).get(SITES).status_code == 403


def test_the_list_asks_the_same_whatever_its_length(ruths: Any) -> None:
    event = online()
    ruths.get(SITES)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            ruths.get(SITES)
        counts.append(len(asked))
        for more in range(3):
            online(f"School {number} {more}", action=event.action)
    assert counts[0] == counts[1]


def test_carla_puts_right_what_no_host_can_and_it_is_online_at_once(carlas: Any, ruths: Any) -> None:
    event = online("Humboldt Park", email="hana@example.org")
    address = f"/desk/review/{event.key}/change/"
    form = carlas.get(address).content.decode()
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    typed = {
        "do": "change", "version": version[1], "school": "none", "venue": "Humboldt Park", "city_name": "Milwaukee",
        "state": "WI", "tactic": "walk-in", "day": "2030-10-10", "time": "9:15 am", "note": "The north gate.",
    }  # fmt: skip
    assert ruths.post_form(address, typed).status_code == 403
    wrong = carlas.post_form(address, {**typed, "day": "2030-02-30"})
    assert (wrong.status_code, Event.objects.get().note) == (422, "")
    answer = carlas.post_form(address, typed, follow=True)
    event.refresh_from_db()
    assert (str(event.time_local), event.note, "Saved." in told(answer)[0]) == ("09:15:00", "The north gate.", True)
    assert carlas.post_form(address, typed).status_code == 422
    # What nobody has looked at goes on waiting.
    waiting = committed(event.action, "Washington Park")
    carlas.post_form(f"/desk/review/{waiting.key}/change/", {**typed, "venue": "Washington Park", "version": "0"})
    waiting.refresh_from_db()
    assert (waiting.review, waiting.note, waiting.event) == ("waiting", "The north gate.", None)
    elsewhere = signed_in(None, person_with(Grant("coordinator", state="IL"), alias="Cora"))
    assert [elsewhere.get(address).status_code, elsewhere.post_form(address, typed).status_code] == [404, 404]


def test_carla_sees_to_the_hosts_and_withdraws(carlas: Any, ruths: Any) -> None:
    event = online()
    address = f"/desk/review/{event.key}/"
    new = {"do": "add_host", "name": "Gil", "email": "canary@example.org", "language": "es"}
    for form in (new, {"do": "withdraw"}):
        assert ruths.post_form(address, form).status_code == 403
    assert "canary" not in carlas.post_form(address, new, follow=True).content.decode()
    host = Host.objects.get()
    assert (host.is_first, host.language, Letter.objects.get().kind) == (True, "es", "events.co_host")
    assert "not an e-mail" in told(carlas.post_form(address, {**new, "email": "no e-mail"}, follow=True))[-1]
    digest = host.link_digest
    carlas.post_form(address, {"do": "send_link", "host": host.uid})
    host.refresh_from_db()
    assert host.link_digest != digest
    carlas.post_form(address, {"do": "remove_host", "host": host.uid})
    assert Host.objects.count() == 0
    assert "gone already" in told(carlas.post_form(address, {"do": "send_link", "host": host.uid}, follow=True))[-1]
    carlas.post_form(address, {"do": "withdraw", "reason": "The school is closed."})
    event.refresh_from_db()
    assert (event.phase, event.reason) == ("cancelled", "Withdrawn by the coordinators.")


def test_two_are_merged_by_search_where_the_machine_saw_no_double(ruths: Any) -> None:
    first = online("Auer Avenue School", email="hana@example.org")
    second = online("Community Campus", action=first.action, email="hugo@example.org")
    committed(october(slug="other"), "Auer of another action")
    page = ruths.get(f"/desk/review/{second.key}/", {"words": "auer"}).content.decode()
    into = re.findall(r'name="into" value="([^"]+)"', page)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert (into, version is not None) == ([first.key], True)
    ruths.post_form(f"/desk/review/{second.key}/", {"do": "merge", "into": into[0], "version": version and version[1]})
    assert list(Event.objects.values_list("key", flat=True)) == [first.key]


def test_trust_is_given_and_withdrawn_on_the_pages(carlas: Any, ruths: Any) -> None:
    action = october(approval="trusted")
    rows = [committed(action, f"School {number}", email=f"canary{number}@example.org") for number in range(2)]
    for row in rows:
        carlas.post_form(f"/desk/review/{row.key}/", {"do": "trust", "host": row.hosts.get().uid})
        approve(row, version=0, by=Actor("trust", "clock"))
    page = carlas.get(TRUST).content.decode()
    assert re.findall(r'The host of <a href="[^"]*">([^<]*)</a>', page) == [
        "School 1, Milwaukee",
        "School 0, Milwaukee",
    ]
    assert "canary" not in page
    assert "Withdraw the trust" not in ruths.get(TRUST).content.decode()
    number = TrustedHost.objects.get(email_hash=rows[0].hosts.get().email_hash).pk
    assert ruths.post_form(TRUST, {"do": "untrust", "number": number}).status_code == 403
    carlas.post_form(TRUST, {"do": "untrust", "number": number})
    carlas.post_form(f"/desk/review/{rows[1].key}/", {"do": "untrust", "host": rows[1].hosts.get().uid})
    assert TrustedHost.objects.count() == 0
    picks = re.findall(r'name="pick" value="([^"]*)"', page)
    ruths.post_form(
        "/desk/review/decide/", {"step": "take_down", "pick": picks, "sure": "1", "reason": "own", "words": "No."}
    )
    assert (len(picks), Event.objects.count()) == (2, 0)
    nia = signed_in(None, person_with(Grant("national"), alias="Nia"))
    nia.post_form(TRUST, {"do": "block", "kind": "words", "text": "cheap pills"})
    block = BlockedPattern.objects.get().pk
    assert f'name="number" value="{block}"' in nia.get(TRUST).content.decode()
    assert ruths.post_form(TRUST, {"do": "unblock", "number": block}).status_code == 403
    assert "Not blocked any more" in told(nia.post_form(TRUST, {"do": "unblock", "number": block}, follow=True))[-1]
    assert "gone already" in told(nia.post_form(TRUST, {"do": "unblock", "number": block}, follow=True))[-1]
