"""Hana's school commits: what is kept, what is asked, what is refused, and that nothing of it is public."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from manyplaces.actions.models import Demand
from manyplaces.actions.rules import Visibility
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow, sentences
from manyplaces.core.tokens import digest
from manyplaces.events.models import BlockedPattern, Commitment, Event, Host
from manyplaces.events.operations import Offer, commit_site, commit_sites, withdraw_commitment
from manyplaces.events.rules import Review
from manyplaces.events.rules.hosting import HostContact
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation
from tests.events.calling import HANA, october, school, wish

pytestmark = pytest.mark.django_db


def refused(action: Any, by: Any, contact: HostContact | None = HANA, **facts: Any) -> dict[str, str]:
    """The fields that a wish is refused for, with the code "question" told apart."""
    with pytest.raises(ValidationError) as refusal:
        commit_site(wish(action, **facts), contact=contact, by=by)
    assert Commitment.objects.count() == 0
    return dict(sentences(refusal.value))


def link_in(letter: Letter) -> str:
    """The secret of the private link in a letter."""
    return letter.content["body"].partition("/host/")[2].partition("/")[0]


def test_a_school_commits_with_everything_the_action_gives(hana: Any) -> None:
    action, grant = october(), school()
    before = current_generation()
    art = Demand.objects.get()
    stored = commit_site(wish(action, grant, expected=80), contact=HANA, demands=[art], by=hana)
    kept = Commitment.objects.get(key=stored.key)
    assert (kept.venue, kept.city_name, kept.state, kept.city_slug) == (
        "Grant Elementary",
        "Milwaukee",
        "WI",
        "milwaukee",
    )
    assert (kept.date_edtf, kept.time_local, kept.zone) == (action.date_edtf, datetime.time(7, 45), "America/Chicago")
    assert (kept.review, kept.version, kept.door, kept.address) == (Review.WAITING, 0, "link", "2920 W Grant St")
    assert list(kept.demands.all()) == [art]
    assert (Event.every.count(), current_generation()) == (0, before)


def test_the_host_is_sent_a_private_link_and_only_its_digest_is_kept(hana: Any) -> None:
    stored = commit_site(wish(october(), school()), contact=HANA, by=hana)
    host, letter = Host.objects.get(), Letter.objects.get()
    assert (host.email, host.name, host.proved_at) == ("hana@example.org", "Hana", None)
    assert (letter.kind, letter.about, letter.is_secret, letter.to) == (
        "events.thank_host", stored.key, True, "hana@example.org",
    )  # fmt: skip
    token = link_in(letter)
    assert digest(token) == host.link_digest
    entries = [json.dumps(row, default=str) for row in Entry.objects.values()]
    assert [entry for entry in entries if "hana@" in entry.lower() or token in entry] == []


def test_a_spanish_host_is_written_to_in_spanish(hana: Any) -> None:
    commit_site(wish(october(), school()), contact=HostContact("Hana", "hana@example.org", "", "es"), by=hana)
    letter = Letter.objects.get()
    text = letter.content["body"]
    assert (letter.language, "/es/host/" in text, "Entradas de octubre" in text) == ("es", True, True)


def test_the_same_intent_is_one_commitment_with_one_letter(hana: Any) -> None:
    action, grant = october(), school()
    first = commit_site(wish(action, grant), contact=HANA, by=hana, intent="a" * 43)
    again = commit_site(wish(action, grant), contact=HANA, by=hana, intent="a" * 43)
    offers = [Offer(wish(action, grant), HANA, intent="b" * 43) for _ in range(3)]
    assert again.key == first.key
    assert len({row.key for row in commit_sites(offers, by=hana)}) == 1
    assert (Commitment.objects.count(), Host.objects.count(), Letter.objects.count()) == (2, 2, 2)


def test_the_same_wish_after_a_day_or_after_it_was_withdrawn_is_a_new_one(hana: Any) -> None:
    action, grant = october(), school()
    first = commit_site(wish(action, grant), contact=HANA, by=hana, intent="a" * 43)
    Commitment.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    second = commit_site(wish(action, grant), contact=HANA, by=hana, intent="a" * 43)
    withdraw_commitment(second, by=_holding(hana, second))
    third = commit_site(wish(action, grant), contact=HANA, by=hana, intent="a" * 43)
    assert len({first.key, second.key, third.key}) == 3


def _holding(somebody: Any, commitment: Commitment) -> Any:
    from dataclasses import replace

    return replace(somebody, holds=commitment.key)


def test_a_place_of_ones_own_needs_a_name_a_city_and_a_state(hana: Any) -> None:
    action = october()
    assert set(refused(action, hana, venue="", city_name="", state="")) == {"venue", "city_name", "state"}
    assert set(refused(action, hana, lat=43.0)) == {"lat"}
    assert set(refused(action, hana, lat=143.0, lon=0.0)) == {"lat"}
    park = commit_site(wish(action, lat=43.0, lon=-87.9, state="wi"), contact=HANA, by=hana)
    assert (park.school, park.city_slug, park.state, park.lat) == (None, "milwaukee", "WI", 43.0)


def test_only_the_actions_tactics_are_taken(hana: Any) -> None:
    assert set(refused(october(), hana, tactic="march")) == {"tactic"}


@pytest.mark.parametrize(
    "closed",
    [
        {"opens_at": None},
        {"opens_at": timezone.now() + datetime.timedelta(days=1)},
        {"closes_at": timezone.now() - datetime.timedelta(hours=1)},
        {"visibility": Visibility.DRAFT},
        {"date_edtf": "2016-10-06"},
    ],
)
def test_an_action_that_is_not_open_takes_none(hana: Any, nia: Any, closed: dict[str, Any]) -> None:
    action = october(**closed)
    for somebody in (hana, nia):
        with pytest.raises(NotNow):
            commit_site(wish(action, school(number=str(550960000000 + len(somebody.name)))), contact=HANA, by=somebody)
    assert Commitment.objects.count() == 0


def test_days_that_are_over_too_soon_or_far_off_are_refused_and_a_local_day_is_not(hana: Any, nia: Any) -> None:
    action, today = october(), timezone.now().date()
    for days in (-2, 0, 500):
        day = (today + datetime.timedelta(days=days)).isoformat()
        assert list(refused(action, hana, date_edtf=day)) == ["date_edtf"]
    assert list(refused(action, hana, date_edtf="2027-13-45")) == ["date_edtf"]
    assert list(refused(action, hana, date_edtf="2027")) == ["date_edtf"]
    soon = (today + datetime.timedelta(days=12)).isoformat()
    assert commit_site(wish(action, date_edtf=soon), contact=HANA, by=hana).date_edtf == soon
    # A coordinator may tell what comes sooner than the lead time.
    tomorrow = timezone.now() + datetime.timedelta(hours=20)
    late = commit_site(wish(action, date_edtf=tomorrow.date().isoformat(), time_local=datetime.time(23, 59)), by=nia)
    assert late.review == Review.WAITING


def test_an_hour_that_clocks_skip_is_refused_and_one_they_show_twice_is_asked_about(hana: Any) -> None:
    year = timezone.now().year + 1
    spring = next(d for d in (datetime.date(year, 3, n) for n in range(8, 15)) if d.weekday() == 6)
    autumn = next(d for d in (datetime.date(year, 11, n) for n in range(1, 8)) if d.weekday() == 6)
    action = october(date_edtf=f"{year}")
    skipped = {"date_edtf": spring.isoformat(), "time_local": datetime.time(2, 30)}
    twice = {"date_edtf": autumn.isoformat(), "time_local": datetime.time(1, 30)}
    if (autumn - timezone.now().date()).days > 366:  # pragma: no cover
        pytest.skip("the next autumn is more than a year away")
    assert list(refused(action, hana, **skipped)) == ["time_local"]
    assert "twice" in refused(action, hana, **twice)["time_local"]
    second = commit_site(wish(action, fold=1, **twice), contact=HANA, by=hana)
    assert second.starts_at is not None
    assert second.starts_at.tzname() == "CST"
    # A fold that means nothing on that day is not kept.
    assert commit_site(wish(action, fold=1, date_edtf=twice["date_edtf"]), contact=HANA, by=hana).fold is None


def test_a_school_keeps_the_clock_of_its_own_city(hana: Any, carla: Any) -> None:
    from manyplaces.places.operations import find_or_add_city

    find_or_add_city("Pensacola", "FL", by=carla)
    here = school(number="120051000001", city_name="Pensacola", city_slug="pensacola", state="FL")
    there = school(number="120051000002", city_name="Nowhere Springs", city_slug="nowhere-springs", state="FL")
    action = october()
    zones = [commit_site(wish(action, at), contact=HANA, by=hana).zone for at in (here, there)]
    assert zones == ["America/Chicago", "America/New_York"]


def test_without_an_address_only_who_is_vouched_for_or_coordinates_the_city_commits(
    hana: Any, carla: Any, ruth: Any, otto: Any
) -> None:
    action, grant = october(), school()
    for somebody in (hana, otto, ruth):
        assert list(refused(action, somebody, contact=None, school=grant)) == ["email"]
    assert list(refused(action, carla, contact=None, venue="Park", city_name="Racine", state="WI")) == ["email"]
    union = Organisation.objects.create(slug="mtea", name="MTEA")
    vouched = commit_site(wish(action, grant, vouched_by=union), by=hana)
    ours = commit_site(wish(action, grant), by=carla)
    assert (vouched.hosts.count(), ours.hosts.count(), Letter.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("email", ["hana", "hana@", "a@b@c.org", "x" * 300 + "@example.org", "ha na@example.org"])
def test_what_is_no_address_is_refused(hana: Any, email: str) -> None:
    assert list(refused(october(), hana, contact=HostContact("Hana", email))) == ["email"]


def test_a_telephone_number_that_is_none_is_told_beside_a_good_address(hana: Any) -> None:
    assert list(refused(october(), hana, contact=HostContact("Hana", "hana@example.org", "12"))) == ["phone"]


def test_a_million_characters_are_refused_with_a_sentence_in_every_field(hana: Any) -> None:
    long = "x" * 1_000_000
    texts = {name: long for name in ("venue", "address", "city_name", "note", "remark", "hosts_words", "shown_host")}
    found = refused(october(), hana, contact=HostContact(long, long, long), **texts)
    assert set(texts) | {"name", "email", "phone"} == set(found)


def test_naughty_strings_are_kept_whole_or_refused_never_broken(hana: Any, shared: Any) -> None:
    action = october()
    strings = json.loads((shared / "corpora/strings/blns.json").read_text("utf-8"))
    for text in strings:
        row = wish(action, venue=text[:190], note=text[:900], shown_host=text[:70])
        try:
            stored = commit_site(row, contact=HANA, by=hana)
        except ValidationError as refusal:
            assert set(dict(sentences(refusal))) <= {"venue", "note", "shown_host"}
        else:
            assert Commitment.objects.get(pk=stored.pk).venue == stored.venue != ""


def test_what_a_reviewer_blocked_is_kept_as_declined_and_nobody_is_written_to(hana: Any) -> None:
    action = october()
    BlockedPattern.objects.create(kind="words", text="cheap pills", made_by="Ruth")
    BlockedPattern.objects.create(kind="link", text="spam.example", made_by="Ruth")
    texts = ("Buy Cheap PILLS now", "see https://www.spam.example/x", "cheaper pills", "http://notspam.example")
    kept = [commit_site(wish(action, note=text), contact=HANA, by=hana).review for text in texts]
    assert kept == [Review.DECLINED, Review.DECLINED, Review.WAITING, Review.WAITING]
    assert (Letter.objects.count(), Host.objects.exclude(link_digest=None).count()) == (2, 2)


def test_a_list_is_taken_whole_or_not_at_all_in_few_queries(carla: Any, django_assert_num_queries: Any) -> None:
    action = october()
    schools = [school(number=f"55096000{n:04}", name=f"School {n}") for n in range(30)]
    with pytest.raises(ValidationError):
        commit_sites([Offer(wish(action, at)) for at in schools] + [Offer(wish(action, venue=""))], by=carla)
    assert Commitment.objects.count() == 0
    assert len(commit_sites([Offer(wish(action, at)) for at in schools], by=carla)) == 30
    assert Commitment.objects.filter(door="page", review=Review.WAITING).count() == 30
