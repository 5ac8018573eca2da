"""Letters to hosts: only to who wants them, only what is still true, and never as many as a stranger likes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Host
from manyplaces.events.operations import add_cohost, approve, commit_site, hand_over, remove_host, withdraw_commitment
from manyplaces.events.rules.hosting import HostContact
from manyplaces.mail.models import Letter, Suppression
from manyplaces.mail.operations import forget_settled
from tests.events.calling import HANA, october, wish

pytestmark = pytest.mark.django_db
GIL = HostContact("Gil", "gil@example.org", "", "en")


def states() -> dict[str, str]:
    """How far the last letter of each kind has come."""
    return {letter.kind.partition(".")[2]: letter.state for letter in Letter.objects.order_by("pk")}


def page_of(letter: Letter) -> str:
    """The address of the private page in a letter."""
    return f"/host/{letter.content['body'].partition('/host/')[2].partition('/')[0]}/"


@pytest.fixture
def site(hana: Any) -> Commitment:
    made = commit_site(wish(october()), contact=HANA, by=hana)
    Client().post(page_of(Letter.objects.get()), {"do": "prove_host"})
    return made


@pytest.fixture
def by(site: Commitment) -> Actor:
    """Whoever holds the private link."""
    return Actor("a host", "link", holds=site.key)


def test_a_private_link_sends_no_letters_to_a_whole_town(site: Commitment) -> None:
    page = page_of(Letter.objects.get(kind="events.thank_host"))
    source = {throttle.SOURCE: throttle.mark("203.0.113.7")}
    for number in range(20):
        form = {"do": "hand_over", "over-email": f"neighbour{number}@example.org", "over-language": "en"}
        answer = Client().post(page, form, **source)
    assert "Too many forms came from where you are" in answer.content.decode()
    asked = Letter.objects.filter(kind="events.hand_over").order_by("pk")
    # Whoever was asked before the last one gets nothing that is no longer true, and his address is gone.
    assert [letter.state for letter in asked] == ["stopped"] * 4 + ["owed"]
    assert [letter.to for letter in asked.filter(state="stopped")] == [""] * 4
    # From elsewhere too, until tomorrow.
    form["over-email"] = "otto@example.org"
    assert "Try again tomorrow" in Client().post(page, form).content.decode()
    Letter.objects.update(made_at=timezone.now() - timedelta(days=1, minutes=1))
    assert Client().post(page, form).status_code == 302
    assert (asked.all().count(), Host.objects.count()) == (6, 2)


def test_what_is_no_longer_true_is_not_sent(site: Commitment, by: Actor, nia: Any) -> None:
    gil = add_cohost(site, GIL, by=by)
    assert states()["co_host"] == "owed"
    remove_host(gil, by=by)
    assert (states()["co_host"], Letter.objects.get(kind="events.co_host").to) == ("stopped", "")
    asked = hand_over(site.hosts.get(), GIL, by=by)
    site.refresh_from_db()
    approve(site, version=site.version, by=nia)
    assert (states()["you_are_online"], asked.replaces) == ("owed", site.hosts.get(is_first=True))
    site.refresh_from_db()
    withdraw_commitment(site, by=by)
    assert states() == {
        "thank_host": "stopped",
        "co_host": "stopped",
        "host_named": "stopped",
        "hand_over": "stopped",
        "you_are_online": "stopped",
        "withdrawn": "owed",
    }


def test_letters_about_an_event_are_of_no_use_when_it_is_over(site: Commitment) -> None:
    letter = Letter.objects.get()
    assert letter.until == datetime.combine(site.day + timedelta(days=2), datetime.min.time(), UTC)
    # Where no mail server is set either, nobody's address is kept for ever.
    Letter.objects.update(made_at=timezone.now() - timedelta(days=31))
    assert forget_settled(timezone.now(), by=Actor("clock", "clock")) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.error, letter.to, letter.content) == ("stopped", "late", "", {})


def test_otto_names_gil_as_host_and_gil_stops_such_letters_for_good(site: Commitment, by: Actor, hana: Any) -> None:
    assert Letter.objects.get().unsubscribe == "hosts"
    add_cohost(site, GIL, by=by)
    leave = Letter.objects.get(kind="events.co_host").content["unsubscribe"].partition("8000")[2]
    assert Client().post(leave, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    commit_site(wish(october(slug="other"), venue="Gil's Hall"), contact=GIL, by=hana)
    told = Letter.objects.filter(kind="events.thank_host").latest("pk")
    assert (told.state, told.error, told.to, told.content, Suppression.objects.count()) == (
        "stopped",
        "unsubscribed",
        "",
        {},
        1,
    )
    # Hana, who has used our link, reads of her own event without any list to leave; Gil may change his mind.
    withdraw_commitment(site, by=by)
    found = Letter.objects.filter(kind="events.withdrawn").order_by("pk").values_list("unsubscribe", "state")
    assert list(found) == [("", "owed"), ("hosts", "stopped")]
    again = Client().post(leave, {"do": "again"})
    assert (again.status_code, Suppression.objects.count()) == (200, 0)
    assert "You will get such letters again" in again.content.decode()
    assert Client().post("/letters/AAAAAAAAAAAAAAAAAAAAAA/unsubscribe/", {"do": "again"}).status_code == 200


@pytest.mark.parametrize("venue", ["You won! claim at https://evil.example/win", "evil-prizes.com", "www.evil.example"])
def test_a_place_is_no_web_address(venue: str, hana: Any) -> None:
    action = october()
    for field in ("venue", "city_name"):
        with pytest.raises(ValidationError) as refused:
            commit_site(wish(action, **{field: venue}), contact=HANA, by=hana)
        assert refused.value.message_dict == {field: ["Leave out the web address: here stands only a name."]}
    assert Letter.objects.count() == 0
