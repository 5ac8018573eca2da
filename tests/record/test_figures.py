"""Claims span a range and are never added up; our own count stands apart and says how it was made."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.actions.rules import Kind
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.events.rules import Phase
from manyplaces.front.shapes.wording import figure_signs, figure_words
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.operations import add_media_hit, describe_media_hit, state_claim, state_turnout
from manyplaces.record.queries import claims_about, figures, own_counts
from manyplaces.record.rules import Figures, Metric, figures_in, metric_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(nia: Any) -> Action:
    return call_action(Action(slug="feb2016", name="Walk-Ins", kind=Kind.DAY, date_edtf="2016-02-17~"), by=nia).row


def claim(action: Action, by: Any, metric: str, words: str, low: int | None, high: int | None, **facts: Any) -> Claim:
    row = Claim(action=action, metric_words=metric, value_words=words, low=low, high=high, **{"phase": "held", **facts})
    return state_claim(row, by=by).row


def test_three_claims_span_a_range_and_are_not_added_up(action: Action, nia: Any) -> None:
    claim(action, nia, "schools", "over 900", 900, None, claimant="UTLA")
    claim(action, nia, "schools", "over 800", 800, None, claimant="AROS")
    claim(action, nia, "schools", "close to 850", None, 850, claimant="AFT")
    (figure,) = figures(claims_about([action])[action.pk])
    assert (figure.low.number, figure.high.number, figure.high.is_open, figure.claims) == (800, 900, True, 3)


def test_nearly_two_hundred_is_told_as_up_to_two_hundred(action: Action, nia: Any) -> None:
    claim(action, nia, "cities", "nearly 200", None, 200, phase="planned", claimant="NEA")
    (figure,) = figures(claims_about([action])[action.pk])
    assert (figure_words(figure), figure_signs(figure)) == ("up to 200", "≤ 200")
    claim(action, nia, "cities", "more than 200", 200, None, phase="planned", claimant="AFT")
    (figure,) = figures(claims_about([action])[action.pk])
    assert (figure_words(figure), figure_signs(figure)) == ("200 or more", "200+")


def test_a_chosen_claim_stands_for_all_and_a_narrower_one_for_none(action: Action, nia: Any) -> None:
    claim(action, nia, "cities", "30", 30, 30, claimant="AFT", chosen=True)
    claim(action, nia, "cities", "over 40", 40, None, claimant="MTEA")
    claim(action, nia, "NEA cities", "98", 98, 98, claimant="NEA")
    (figure,) = figures(claims_about([action])[action.pk])
    assert (figure.low.number, figure.high.number, figure.is_range, figure.claims) == (30, 30, False, 2)


def test_millions_stand_beside_tens_of_thousands_in_their_own_words(action: Action, nia: Any) -> None:
    claim(action, nia, "people", '"millions"', None, None, basis="vague word", claimant="AROS", disputed=True)
    words = "tens of thousands (May Day overall)"
    claim(action, nia, "people", words, 20_000, None, basis="vague word (CCC rule)", claimant="newsletter")
    (figure,) = figures(claims_about([action])[action.pk])
    assert (figure.low.words, figure.high.words, figure.is_disputed) == ("tens of thousands", "millions", True)


def test_the_latest_stage_that_somebody_stated_is_the_headline(action: Action, nia: Any) -> None:
    claim(action, nia, "cities", "238", 238, 238, phase="committed", claimant="AROS")
    claim(action, nia, "cities", "300", 300, 300, phase="planned", claimant="NEA")
    assert [(figure.phase, figure.low.number) for figure in figures(claims_about([action])[action.pk])] == [
        ("committed", 238)
    ]


def test_the_same_claim_twice_is_one_and_a_corrected_one_is_changed(action: Action, nia: Any) -> None:
    claim(action, nia, "cities", "30", 30, 30, claimant="AFT")
    again = Claim(action=action, metric_words="cities", value_words="30", low=30, high=30, phase="held", claimant="AFT")
    assert state_claim(again, by=nia).outcome == "unchanged"
    again = Claim(action=action, metric_words="cities", value_words="30", low=29, high=30, phase="held", claimant="AFT")
    assert (state_claim(again, by=nia).outcome, Claim.objects.get().low) == ("changed", 29)


def test_low_above_high_is_refused(action: Action, nia: Any) -> None:
    with pytest.raises(ValidationError):
        claim(action, nia, "people", "9 to 5", 9, 5)
    assert Claim.objects.count() == 0


def test_our_own_count_leaves_summaries_out_and_adds_one_figure_an_event(action: Action, nia: Any) -> None:
    places = {"A": ("Grant School", "held"), "B": ("Lincoln School", "held"), "C": ("Fratney School", "committed")}
    events = {key: _event(action, nia, key, *facts) for key, facts in places.items()}
    events["T"] = _event(action, nia, "T", "city tally: 100 schools", "held")
    for key, low, high in (("A", 0, 0), ("B", 40, None), ("T", 20_000, None)):
        row = Claim(
            action=action, event=events[key], phase="held", metric_words="people", value_words="x", low=low, high=high
        )
        state_turnout(row, by=nia)
    counts = own_counts(action)
    assert (counts.events, counts.schools, counts.cities, counts.summaries) == (
        {"held": 2, "committed": 1},
        {"held": 2, "committed": 1},
        {"held": 1, "committed": 1},
        1,
    )
    turnout = counts.turnout
    assert (turnout.low, turnout.high, turnout.with_figure, turnout.events, turnout.is_open) == (40, 40, 2, 2, True)


def test_a_copy_is_kept_under_its_original_and_never_under_another_copy(action: Action, nia: Any) -> None:
    first, second, third = (_hit(action, nia, key) for key in ("M1", "M2", "M3"))
    second.copy_of = first
    describe_media_hit(second, by=nia)
    third.copy_of = second
    with pytest.raises(ValidationError):
        describe_media_hit(third, by=nia)
    assert list(MediaHit.objects.filter(copy_of=None).values_list("key", flat=True)) == ["M1", "M3"]


@pytest.mark.parametrize(
    ("words", "bracket", "wanted"),
    [
        ("schools", "", (Metric.SCHOOLS, "")),
        ("walk ins", "", (Metric.EVENTS, "")),
        ("cities and counties", "", (Metric.CITIES, "")),
        ("nea cities", "", (Metric.CITIES, "nea")),
        ("cities", "09-20", (Metric.CITIES, "09-20")),
        ("participants", "05-13 rally", (Metric.PEOPLE, "05-13 rally")),
        ("people represented", "", (Metric.REPRESENTED, "")),
        ("endorsing organisations", "", (Metric.GROUPS, "endorsing")),
        ("balloons", "", (Metric.OTHER, "")),
    ],
)
def test_what_is_counted_is_read_from_the_words(words: str, bracket: str, wanted: tuple[Metric, str]) -> None:
    assert metric_of(words, bracket) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("close to 200 schools", Figures(None, 200, "at most")),
        ("more than 100 schools", Figures(100, None, "at least")),
        ("~200 schools", Figures(200, 200, "estimate")),
        ("150 schools", Figures(150, 150, "stated")),
        ("140+ signed up by 09-16; 200 per NEA", Figures(140, None, "at least")),
        ("more than 20,000", Figures(20_000, None, "at least")),
        ("thousands", Figures(2_000, None, "vague word (CCC rule)")),
        ("tens of thousands", Figures(20_000, None, "vague word (CCC rule)")),
        ("dozens", Figures(None, None, "vague word")),
        ("millions", Figures(None, None, "vague word")),
    ],
)
def test_figures_are_read_from_words_and_vague_words_by_the_consortiums_rule(words: str, wanted: Figures) -> None:
    assert figures_in(words) == wanted


def _event(action: Action, by: Any, key: str, venue: str, phase: str) -> Event:
    city = find_or_add_city("Milwaukee", "WI", by=by)
    return list_event(Event(key=key, action=action, city=city, venue=venue, phase=Phase(phase)), by=by).row


def _hit(action: Action, by: Any, key: str) -> MediaHit:
    row = MediaHit(key=key, action=action, outlet="Common Dreams", headline="Cities rally", kind="earned")
    return add_media_hit(row, by=by).row
