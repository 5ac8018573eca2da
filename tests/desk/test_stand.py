"""Where we stand: Nia sees the country, Carla her city, Otto nothing; what hosts need goes out as a pick list."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.desk.queries.stand import standing_of
from manyplaces.events.models import Commitment
from manyplaces.events.operations import approve_many, commit_site
from tests.events.calling import october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db


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


def test_nia_sees_the_country(sites: Any, nia: Actor) -> None:
    page = standing_of(sites, nia, [sites])
    assert (page.approved, page.waiting, page.cities) == (2, 1, 2)
    assert [(row.state, row.promised, row.approved) for row in page.states] == [("WI", 2, 1), ("IL", 1, 1)]
    assert [(row.day, row.came, row.sum) for row in page.days] == [(timezone.now().date(), 3, 3)]
    assert (page.needs.posters, page.needs.stickers, page.needs.media, page.needs.sites) == (12, 50, 1, 2)


def test_carla_sees_her_city_alone(sites: Any, carla: Actor) -> None:
    page = standing_of(sites, carla, [sites])
    browser = signed_in(None, person_with(*carla.grants, alias="Carla"))
    assert "Illinois" not in browser.get("/desk/").content.decode()
    assert (page.approved, page.waiting, page.cities) == (1, 1, 1)
    assert "Steinmetz" not in browser.get(f"/desk/actions/{sites.slug}/needs.csv").content.decode()


def test_a_stranger_sees_nothing(sites: Any, client: Client) -> None:
    for address in ("/desk/", "/desk/letters/", "/desk/journal/", f"/desk/actions/{sites.slug}/needs.csv"):
        assert client.get(address).headers["Location"].startswith("/sign-in/?next="), address
        assert signed_in(None, person_with(alias="Otto")).get(address).status_code == 403, address


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
    assert (found.count("commitment.added <span"), found.count("Nia</td>")) == (3, 3)
    assert "Nothing in the journal fits." in browser.get("/desk/journal/?q=nobody-did-this").content.decode()


def test_without_an_action_the_desk_says_what_to_do_next() -> None:
    answer = signed_in(None, person_with(Grant("national"))).get("/desk/")
    assert "No action takes commitments yet." in answer.content.decode()


def test_letters_are_counted_and_not_shown(sites: Any) -> None:
    answer = signed_in(None, person_with(Grant("national"))).get("/desk/letters/")
    assert answer.status_code == 200
    assert "Every letter has left." in answer.content.decode()
