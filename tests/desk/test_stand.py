"""Where we stand: Nia sees the country, Carla her city, Otto nothing; what hosts need goes out as a pick list."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.actions.models import Action, StateGoal
from manyplaces.core.actor import Actor, Grant
from manyplaces.desk.queries.needs import Needs
from manyplaces.desk.queries.stand import Standing, standing_of
from manyplaces.events.models import Commitment
from manyplaces.events.operations import (
    approve_many,
    cancel_events,
    commit_site,
    pause_commitment,
    postpone_events,
    take_down,
    withdraw_commitment,
)
from manyplaces.front.queries.action import action_page
from tests.events.calling import october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

LEAKY = ("cancel/", "needs.csv")


def promise(action: Any, venue: str, city: str, state: str, by: Actor, **further: Any) -> Commitment:
    """A site that was committed by a coordinator."""
    row = Commitment(action=action, venue=venue, city_name=city, state=state, tactic="walk-in", **further)
    return commit_site(row, by=by)


@pytest.fixture
def sites(nia: Actor) -> Any:
    """Three sites: one in Milwaukee that is online and needs posters, one there that waits, one in Chicago."""
    action = october()
    online = promise(action, "Auer Avenue School", "Milwaukee", "WI", nia, posters=12, media_help=True)
    promise(action, "Clemens School", "Milwaukee", "WI", nia, stickers=5)
    chicago = promise(action, "Steinmetz College Prep", "Chicago", "IL", nia, stickers=50)
    approve_many([online, chicago], by=nia)
    return action


def stand_of(action: Any, by: Actor) -> Standing:
    return standing_of(action, by, [action], timezone.now())


def in_words(answer: Any) -> str:
    """A page as it reads, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_nia_sees_the_country(sites: Any, nia: Actor) -> None:
    page = stand_of(sites, nia)
    assert (page.online, page.review["waiting"], page.cities) == (2, 1, 2)
    assert [(row.state, row.promised, row.online) for row in page.states] == [("WI", 2, 1), ("IL", 1, 1)]
    assert [(row.came, row.sum) for row in page.days] == [(3, 3)]
    assert page.needs == Needs(posters=12, stickers=50, media=1, sites=2, held_back=0)


def test_carla_sees_her_city_alone(sites: Any, carla: Actor) -> None:
    page = stand_of(sites, carla)
    browser = signed_in(None, person_with(*carla.grants, alias="Carla"))
    assert "Illinois" not in browser.get("/desk/").content.decode()
    assert (page.online, page.review["waiting"], page.cities) == (1, 1, 1)
    assert "Steinmetz" not in browser.get(f"/desk/actions/{sites.slug}/needs.csv").content.decode()


def test_each_is_measured_by_the_goals_of_his_own_area(sites: Any, nia: Actor, carla: Actor) -> None:
    Action.every.update(goal=2000)
    sites.refresh_from_db()
    for state, goal in (("WI", 100), ("IL", 300)):
        StateGoal.objects.create(action=sites, state=state, goal=goal)
    wisconsin = Actor("Wim", "page", grants=(Grant("coordinator", state="WI"),))
    found = {
        who.name: (page.goal, [(row.state, row.goal) for row in page.states])
        for who in (nia, wisconsin, carla)
        for page in [stand_of(sites, who)]
    }
    assert found == {
        "Nia": (2000, [("WI", 100), ("IL", 300)]),
        "Wim": (100, [("WI", 100)]),
        "Carla": (0, [("WI", 0)]),
    }
    page = stand_of(sites, nia)
    assert (page.missing, page.a_day) == (1998, -(-1998 // page.days_left))
    told = in_words(signed_in(None, person_with(Grant("national"))).get("/desk/"))
    assert f"1,998 sites are missing. That is {page.a_day} a day until " in told


def test_what_does_not_take_place_is_counted_apart_and_gets_no_parcel(nia: Actor) -> None:
    action = october(goal=10)
    rows = [promise(action, f"School {number}", "Milwaukee", "WI", nia, posters=10) for number in range(8)]
    approve_many(rows[:7], by=nia)
    for row in rows:
        row.refresh_from_db()
    events = [row.event for row in rows]
    cancel_events([events[0]], reason="Flood", by=nia)
    postpone_events([events[1]], moved_to="2099-10-17", reason="Flood", by=nia)
    withdraw_commitment(rows[2], by=nia)
    take_down(rows[3], version=rows[3].version, reason="Nobody knows it.", by=nia)
    pause_commitment(rows[4], by=nia)
    pause_commitment(rows[7], by=nia)
    page = stand_of(action, nia)
    assert (page.online, dict(page.phases)) == (2, {"committed": 2, "cancelled": 2, "postponed": 1})
    assert dict(page.review) == {"paused": 2}
    assert [(row.promised, row.online) for row in page.states] == [(2, 2)]
    assert page.needs == Needs(posters=20, stickers=0, media=0, sites=2, held_back=2)
    assert page.online == action_page(action).sites
    browser = signed_in(None, person_with(Grant("national")))
    lines = browser.get(f"/desk/actions/{action.slug}/needs.csv").content.decode().splitlines()
    assert sum(int(line.split(",")[6]) for line in lines[1:]) == page.needs.posters
    told = in_words(browser.get("/desk/"))
    assert ("1 postponed" in told, "2 paused by the host" in told, "0 letters owed" in told) == (True, True, True)
    assert "2 further sites have asked and are postponed or paused." in told


def test_a_day_is_one_of_the_clock_of_the_action(nia: Actor) -> None:
    action = october(zone="America/Chicago")
    promise(action, "Auer Avenue School", "Milwaukee", "WI", nia)
    late = datetime.datetime(2026, 10, 6, 2, 30, tzinfo=datetime.UTC)
    Commitment.objects.update(made_at=late)
    assert [row.day for row in stand_of(action, nia).days] == [datetime.date(2026, 10, 5)]


def test_nobody_is_led_where_he_may_not_go(sites: Any) -> None:
    ways = ("/desk/review/", "/cancel/", "/needs.csv", "/desk/lists/", "/desk/letters/")
    found = {}
    for role in ("press", "reviewer", "coordinator", "national"):
        page = signed_in(None, person_with(Grant(role), alias=role)).get("/desk/").content.decode()
        found[role] = [way for way in ways if f'{way}"' in page]
    assert found == {
        "press": [],
        "reviewer": ["/desk/review/"],
        "coordinator": ["/desk/review/", "/cancel/", "/needs.csv", "/desk/lists/"],
        "national": list(ways),
    }


def test_a_draft_that_is_to_open_is_not_told_of(sites: Any) -> None:
    october(slug="secret", name="Secret strike", visibility="draft")
    for grant in (Grant("press"), Grant("reviewer", state="WI"), Grant("national", action="october")):
        otto = signed_in(None, person_with(grant, alias=f"Otto-{grant.role}"))
        for address in ("/desk/", "/desk/?action=secret", "/desk/actions/", "/desk/sites/", "/desk/review/"):
            assert "Secret strike" not in otto.get(address).content.decode(), (grant, address)
    carla = signed_in(None, person_with(Grant("coordinator", state="WI"), alias="Carla"))
    found = [carla.get(f"/desk/actions/{slug}/{page}").status_code for slug in ("secret", "none") for page in LEAKY]
    assert found == [404, 404, 404, 404]
    nia = signed_in(None, person_with(Grant("national"), alias="Nia"))
    assert "Secret strike" in nia.get("/desk/?action=secret").content.decode()


def test_a_stranger_sees_nothing(sites: Any, client: Client) -> None:
    for address in ("/desk/", "/desk/letters/", "/desk/journal/", f"/desk/actions/{sites.slug}/needs.csv"):
        assert client.get(address).headers["Location"].startswith("/sign-in/?next="), address
        answer: Any = signed_in(None, person_with(alias="Otto")).get(address)
        # Who has no role any more is led to what is his own.
        found = (answer.status_code, answer.headers.get("Location"))
        assert found == ((302, "/me/") if address == "/desk/" else (403, None)), address


def test_the_pick_list_names_sites_and_nobody(sites: Any) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    lines = browser.get(f"/desk/actions/{sites.slug}/needs.csv").content.decode().splitlines()
    assert lines[0] == "site,address,city,state,zip,day,posters,stickers,media_help,host,commitment"
    assert [line.split(",")[0] for line in lines[1:]] == ["Steinmetz College Prep", "Auer Avenue School"]


def test_the_page_asks_the_same_number_of_questions_whatever_its_size(
    sites: Any, nia: Actor, django_assert_num_queries: Any
) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    browser.get("/desk/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/desk/")
    for number in range(3):
        promise(sites, f"School {number}", f"Town {number}", "OH", nia)
    assert len(few) <= 13
    with django_assert_num_queries(len(few)):
        browser.get("/desk/")


def test_the_journal_is_searched_and_tells_no_contact(sites: Any) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    found = browser.get("/desk/journal/?q=commitment.added").content.decode()
    assert (found.count("commitment: <b>added</b>"), found.count("Nia</td>")) == (3, 3)
    assert "Nothing in the journal fits." in browser.get("/desk/journal/?q=nobody-did-this").content.decode()


def test_without_an_action_the_desk_says_what_to_do_next() -> None:
    answer = signed_in(None, person_with(Grant("national"))).get("/desk/")
    assert "No action takes commitments yet." in answer.content.decode()


def test_letters_are_counted_and_not_shown(sites: Any) -> None:
    answer = signed_in(None, person_with(Grant("national"))).get("/desk/letters/")
    assert answer.status_code == 200
    assert "Every letter has left." in answer.content.decode()
