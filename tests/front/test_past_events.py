"""Nia lays the coalition's own page of past events beside ours: every date, name, number and way in is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from manyplaces.record.models import Claim
from tests.front.reading import Said, plain, read
from tests.front.sample import sample  # noqa: F401 (a fixture)
from tests.front.walking import own

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]
# Recap, local events, media hits; and the figures, which the coalition's page states without a way in.
ALL_WAYS = ("#recap", "#where", "media/", "numbers/")
SOURCE = "http://www.reclaimourschools.org/past-events"


@dataclass(frozen=True)
class Stated:
    """What the coalition's page says of one action: its date, name, facts in key words, and figures."""

    slug: str
    shown_as: str
    date: str
    name: str
    facts: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    ways: tuple[str, ...] = ()


# Newest first, as on the coalition's page. `shown_as` is its date, `date` ours, which says more where more is known.
PAST_EVENTS = (
    Stated("fall2017", "Fall 2017", "Fall 2017", "Welcome to the Fight-back", ways=("#september-20", *ALL_WAYS)),
    Stated(
        *("may2017", "May 1, 2017", "May 1, 2017", "Build Schools, Not Walls"),
        facts=(
            *("mass deportation", "threats to immigrant communities", "safe spaces", "immigration raids"),
            *("racism and bullying", "public schools", "immigration status", "instead of a wall", "nationwide"),
        ),
        figures=(("people", "“millions”"),),
        ways=("#launch", "#may-day", *ALL_WAYS),
    ),
    Stated(
        *("feb2016", "February 2016", "about February 17, 2016"),
        "National Walk-Ins for the Schools All Our Children Deserve",
        facts=("parents, students, educators and community members", "first nationally coordinated walk-ins ever"),
        figures=(("schools", "over 800"), ("cities", "more than 30")),
        ways=ALL_WAYS,
    ),
    Stated(
        *("nov2014", "November 2014", "November 2014"),
        "National Week of Action for the Public Schools All Our Children Deserve",
        facts=(
            *("school walk-ins", "rallies", "packed school board meetings", "sustainable community schools"),
            *("rigorous academics", "enough funding", "wraparound health supports", "out-of-school learning"),
            *("groups of parents, students, teachers and community", "pictures and a summary of each event"),
        ),
        figures=(("groups", "over 150"), ("cities", "more than 15")),
        ways=ALL_WAYS,
    ),
    Stated(
        *("may2014", "May 2014", "May 13-17, 2014", "National Week of Action"),
        facts=(
            *("Brown v. Board of Education", "60 years", "began on May 13", "rally and march"),
            *("U.S. Supreme Court", "ended on May 17", "local actions"),
        ),
        ways=("#kick-off", "#local-actions", *ALL_WAYS),
    ),
    Stated(
        *("dec2013", "December 9, 2013", "December 9, 2013", "National Day of Action"),
        facts=(
            "parents, students, teachers, school staff and community members",
            *("coordinated public actions", "beginning of a national movement for equity in education"),
            "summary of local events and media highlights",
        ),
        ways=ALL_WAYS,
    ),
)


def page(path: str) -> Said:
    answer = Client().get(path)
    assert answer.status_code == 200
    return read(answer.content.decode())


def test_the_table_beside_ours_lists_these_six(shared: Path) -> None:
    lines = (shared / "data/aros/past_events.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]
    assert [row[0] for row in rows] == [stated.shown_as for stated in PAST_EVENTS]
    for row, stated in zip(rows, PAST_EVENTS, strict=True):
        assert row[1].partition(" (")[0] in stated.name


def test_the_first_page_has_all_six_newest_first_with_date_name_and_ways_in() -> None:
    home = page("/")
    first = {
        link.split("/")[2]: number for number, link in reversed(list(enumerate(home.links))) if "/actions/" in link
    }
    assert sorted((stated.slug for stated in PAST_EVENTS), key=first.__getitem__) == [x.slug for x in PAST_EVENTS]
    for stated in PAST_EVENTS:
        assert home.has(stated.date), stated.slug
        assert home.has(stated.name), stated.slug
        address = f"/actions/{stated.slug}/"
        offered = {link.removeprefix(address) for link in home.links if link.startswith(address) and link != address}
        figures = {link for link in offered if link.startswith("numbers/#")}
        assert offered - figures == set(stated.ways), stated.slug


@pytest.mark.parametrize("stated", PAST_EVENTS, ids=lambda stated: stated.slug)
def test_every_fact_stands_on_the_page_of_the_action(stated: Stated) -> None:
    found = page(f"/actions/{stated.slug}/")
    assert stated.name in found.headings[0]
    assert [words for words in (stated.date, *stated.facts) if not found.has(words)] == []


@pytest.mark.parametrize("stated", PAST_EVENTS, ids=lambda stated: stated.slug)
def test_every_number_is_a_claim_with_the_coalitions_page_as_its_source(stated: Stated) -> None:
    claims = Claim.objects.filter(action__slug=stated.slug, source_url=SOURCE)
    found = {(claim.metric, claim.value_words.replace('"millions"', "“millions”")) for claim in claims}
    assert found == set(stated.figures)
    numbers = page(f"/actions/{stated.slug}/numbers/")
    assert numbers.links.count(SOURCE) == len(stated.figures)
    for metric, words in stated.figures:
        assert metric in numbers.anchors
        assert plain(words).strip("“”") in plain(numbers.text)


@pytest.mark.parametrize("stated", PAST_EVENTS, ids=lambda stated: stated.slug)
def test_every_way_in_leads_to_something(stated: Stated) -> None:
    for way in stated.ways:
        path, _, anchor = f"/actions/{stated.slug}/{way}".partition("#")
        found = page(path)
        assert not anchor or anchor in found.anchors, way
        foreign = [link for link in found.links if not own(link) and not link.startswith("#")]
        deeper = [link for link in found.links if link.startswith(("/events/", f"/actions/{stated.slug}/"))]
        assert foreign or deeper, way


def test_the_two_parts_of_may_2014_lead_to_a_summary_each() -> None:
    home, action = page("/"), page("/actions/may2014/")
    assert home.has("May 13 kick-off rally at the U.S. Supreme Court")
    assert home.has("May 17 local actions and voter engagement in cities across America")
    assert action.has("The week opened at 12:30 p.m. with a rally outside the U.S. Supreme Court")
    assert action.has("The week closed on and around May 17")


def test_in_spanish_the_same_six_stand_with_their_dates() -> None:
    home = page("/es/")
    dates = (
        *("otoño de 2017", "1 de mayo de 2017", "hacia el 17 de febrero de 2016", "noviembre de 2014"),
        *("13-17 de mayo de 2014", "9 de diciembre de 2013"),
    )
    assert [date for date in dates if not home.has(date)] == []
    assert [stated.slug for stated in PAST_EVENTS if f"/es/actions/{stated.slug}/" not in home.links] == []
