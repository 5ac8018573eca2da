"""Rows that cannot be taken: each is told by its line, its own column and a sentence, and the rest goes on."""

from __future__ import annotations

from typing import Any

import pytest

from manyplaces.events.models import Event
from manyplaces.exchange.reports import FIRST
from manyplaces.record.models import Claim, MediaHit
from tests.exchange.conftest import Import, record, say

pytestmark = pytest.mark.django_db

EVENT = {
    "id": "E1",
    "action_id": "fall",
    "date_edtf": "2026-11-17",
    "city": "Racine",
    "state": "WI",
    "status": "planned",
}
CLAIM = {"action_id": "fall", "phase": "planned", "metric": "schools", "value_text": "200"}
HIT = {"id": "M1", "action_id": "fall", "outlet": "KPCC", "headline": "Walk-ins", "kind": "earned", "place": "national"}

BAD_EVENTS: list[tuple[dict[str, str], str, str]] = [
    (
        {"action_id": "none"},
        "action_id",
        "There is no action “none”. Check the spelling, or import the file of actions first.",
    ),
    ({"city": ""}, "city", "This is empty. It should say: City, town, county or district."),
    ({"state": ""}, "state", "The state is missing. Write two letters such as WI or PR."),
    ({"state": "XX"}, "state", "“XX” is not a state. Give two letters such as WI or PR."),
    (
        {"status": "maybe"},
        "status",
        "“maybe” is not known here. Write planned, committed, held, cancelled, postponed or unreported.",
    ),
    ({"date_edtf": "2/29/2027"}, "date_edtf", "There is no such day in the calendar. Check the month and the day."),
    (
        {"date_edtf": "2026-13"},
        "date_edtf",
        "There is no month 13. Use 01 to 12, or 21 spring, 22 summer, 23 fall, 24 winter.",
    ),
    ({"date_edtf": "Nov 17"}, "date_edtf", "Which year is it? Write the year too, such as November 17, 2026."),
    ({"date_edtf": "TBD"}, "date_edtf", "There is no date yet. Add it as soon as you know it."),
    ({"time_local": "3:30"}, "time_local", "Is this in the morning or in the afternoon? Write am or pm after it."),
    (
        {"date_edtf": "2026-11-01", "time_local": "01:30"},
        "time_local",
        "On 2026-11-01 the clocks in America/Chicago show this time twice. Which one is it: 01:30 CDT or 01:30 CST?",
    ),
    (
        {"date_edtf": "2027-03-14", "time_local": "02:30"},
        "time_local",
        "On 2027-03-14 the clocks in America/Chicago go forward and skip 02:30. Choose a time such as 03:30.",
    ),
    (
        {"attendance_low": "many"},
        "attendance_low",
        "“many” is not a whole number. Write digits only, such as 200; words go into the text beside it.",
    ),
    (
        {"attendance_low": "30", "attendance_high": "20"},
        "attendance_low",
        "The low figure is above the high one. Exchange them, or leave one empty.",
    ),
    ({"lat": "north"}, "lat", "“north” is not a position. Write degrees such as 43.04, from -90 to 90."),
    (
        {"city": "Lincoln High School"},
        "city",
        "“Lincoln High School” is a school, not a city. Write the school under venue, and its city here.",
    ),
    (
        {"source_urls": "see newsletter"},
        "source_urls",
        "“see” is not a web address. Sources begin with http:// or https:// and are separated by blanks.",
    ),
    (
        {"media_link": "javascript:alert(1)"},
        "media_link",
        "This is not a web address. Give one that begins with http:// or https:// and has no blanks in it.",
    ),
    ({"venue": "x" * 201}, "venue", "This is 201 characters long, and at most 200 fit. Make it shorter."),
    ({"venue": "?!"}, "venue", "The place needs a name with letters or digits in it."),
    ({"city": "!"}, "city", "The city is missing. Give the name of the city, county or district."),
]


@pytest.mark.parametrize(
    ("wrong", "column", "sentence"), BAD_EVENTS, ids=[f"{c}-{n}" for n, (_, c, _s) in enumerate(BAD_EVENTS)]
)
def test_an_event_that_cannot_be_taken(
    action: str, take: Import, wrong: dict[str, str], column: str, sentence: str
) -> None:
    columns = [
        *EVENT,
        *(name for name in (*wrong, "lat", "lon") if name not in EVENT and (name in wrong or "lat" in wrong)),
    ]
    columns = list(dict.fromkeys(columns))
    before = record()
    rows = [[(EVENT | wrong).get(name, "") for name in columns]]
    report = take("events", columns, rows)
    assert (say(report), report.counts) == ([(2, column, sentence)], {"refused": 1})
    assert record() == before


@pytest.mark.parametrize(
    ("wrong", "column", "sentence"),
    [
        (
            {"phase": "soon"},
            "phase",
            "“soon” is not known here. Write planned, registered, committed, held, cancelled or context.",
        ),
        (
            {"value_text": ""},
            "value_text",
            "This is empty. It should say: The figure in the words of the source: “close to 200”.",
        ),
        (
            {"low": "2.5"},
            "low",
            "“2.5” is not a whole number. Write digits only, such as 200; words go into the text beside it.",
        ),
        (
            {"event_id": "E9"},
            "event_id",
            "There is no event “E9” in that action. Check the id, or import the file of events first.",
        ),
        ({"city": "Racine"}, "state", "The state is missing. Write two letters."),
        ({"state": "WI"}, "city", "The city is missing. A claim is about an action, a city or an event."),
    ],
)
def test_a_claim_that_cannot_be_taken(
    action: str, take: Import, wrong: dict[str, str], column: str, sentence: str
) -> None:
    row = CLAIM | wrong
    report = take("claims", list(row), [list(row.values())])
    assert say(report) == [(2, column, sentence)]
    assert Claim.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "column", "sentence"),
    [
        (
            {"kind": "gossip"},
            "kind",
            "“gossip” is not known here. Write earned, advance, opinion, partner, syndicated copy, repost or paid.",
        ),
        ({"id": ""}, "id", "An item without a link needs an id."),
        ({"state": "Wisconsin"}, "state", "“WISCONSIN” is not a state. Give two letters such as WI or PR."),
        (
            {"copy_of": "M9"},
            "copy_of",
            "There is no media hit “M9” in that action. Check the id, or put the original first.",
        ),
        ({"link_state": "rotten"}, "link_state", "Write unknown, live, dead or archived."),
        (
            {"event_ids": "E9"},
            "event_ids",
            "There is no event “E9” in that action. Check the id, or import the file of events first.",
        ),
    ],
)
def test_a_media_hit_that_cannot_be_taken(
    action: str, take: Import, wrong: dict[str, str], column: str, sentence: str
) -> None:
    row = HIT | wrong
    report = take("media", list(row), [list(row.values())])
    assert say(report) == [(2, column, sentence)]
    assert MediaHit.objects.count() == 0


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (
            ("planet", "fall", "x", "name", "y", ""),
            "what",
            "“planet” is not known here. Write action, part, demand, goal, organisation, city, place, event, media, "
            "claim, note.",
        ),
        (
            ("action", "fall", "", "colour", "y", ""),
            "field",
            "A row about “action” has no field “colour”. Write name, tactic, kind, frame, summary, date_note, rights, "
            "safety, bring, guidelines, time_words, time_local, goal.",
        ),
        (("action", "fall", "", "tactic", "dance", ""), "value", "Value 'dance' is not a valid choice."),
        (
            ("action", "none", "", "name", "y", ""),
            "action_id",
            "There is no action “none”. Check the spelling, or import the file of actions first.",
        ),
        (
            ("part", "fall", "kick-off", "date_edtf", "2026", ""),
            "field",
            "The first row about a part gives its name: put the row “name” before this.",
        ),
        (("demand", "fall", "", "text", "y", ""), "key", "The key is missing: which one is it?"),
        (("action", "fall", "", "frame", "", ""), "value", "The row says nothing: value and value_es are both empty."),
        (
            ("event", "", "E9", "note", "", "hola"),
            "key",
            "There is no event “E9” in that action. Check the id, or import the file of events first.",
        ),
        (
            ("media", "", "M9", "language", "es", ""),
            "key",
            "There is no media hit “M9”. Check the id, or import the file of media hits first.",
        ),
        (
            ("claim", "fall", "a|b|c", "disputed", "yes", ""),
            "key",
            "There is no claim “a|b|c” in that action. Write metric|value_text|claimed_by as in the file of claims.",
        ),
        (
            ("place", "", "Lincoln High", "alias", "LHS", ""),
            "key",
            "Write the place as name, city, state: Lincoln High School, Portland, OR.",
        ),
        (
            ("place", "", "Lincoln High, Portland, OR", "alias", "LHS", ""),
            "key",
            "No event has been in Portland, OR. Check the spelling, or import the events first.",
        ),
        (("organisation", "", "NEA", "kind", "boss", ""), "value", "Value 'boss' is not a valid choice."),
        (
            ("organisation", "", "NEA", "kind", "host", "socio"),
            "value_es",
            "“kind” is not a text, so it has no Spanish form.",
        ),
        (
            ("note", "", "x", "text", "y", ""),
            "field",
            "The first row about a note gives its heading: put the row “heading” before this.",
        ),
    ],
)
def test_a_detail_that_cannot_be_taken(
    action: str, take: Import, row: tuple[str, ...], column: str, sentence: str
) -> None:
    before = record()
    report = take("details", ("what", "action_id", "key", "field", "value", "value_es"), [row])
    assert say(report) == [(2, column, sentence)]
    assert record() == before


def test_the_rest_goes_on_and_every_fault_of_a_row_is_told(action: str, take: Import) -> None:
    rows: list[Any] = [list(EVENT.values()) for _ in range(4)]
    rows[0][0], rows[2][0], rows[3][0] = "E1", "E3", "E4"
    rows[1] = ["E2", "fall", "2026-11-17", "", "WI", ""]
    report = take("events", list(EVENT), rows)
    assert report.counts == {"created": 3, "refused": 1}
    assert [(line, column) for line, column, _ in say(report)] == [(3, "city"), (3, "status")]
    assert list(Event.objects.order_by("key").values_list("key", flat=True)) == ["E1", "E3", "E4"]
    assert report.file is not None
    told = report.file.read_text("utf-8").splitlines()
    assert [line.split(",")[:3] for line in told] == [
        ["line", "outcome", "what"],
        ["2", "created", "E1"],
        ["3", "refused", ""],
        ["3", "refused", ""],
        ["4", "created", "E3"],
        ["5", "created", "E4"],
    ]


def test_an_id_of_another_action_is_refused(action: str, take: Import) -> None:
    take("actions", ("action_id", "name", "kind", "date_edtf"), [("spring", "Spring", "day of action", "2027")])
    take("events", list(EVENT), [list(EVENT.values())])
    report = take("events", list(EVENT), [list((EVENT | {"action_id": "spring"}).values())])
    sentence = "The id E1 belongs to another action already (fall). Give this event an id of its own."
    assert say(report) == [(2, "id", sentence)]


def test_a_row_too_short_is_one_row_and_the_columns_are_the_files_own(action: str, take: Import, tmp_path: Any) -> None:
    file = tmp_path / "short.csv"
    file.write_text(
        "Kennung,action_id,Ort,state,status\nE1,fall,Racine\nE2,fall,,WI,held\nE3,fall,Racine,WI,held\n", "utf-8"
    )
    report = take("events", file, mapping='[columns]\nid = "Kennung"\ncity = "Ort"\n')
    assert [(line, column) for line, column, _ in say(report)] == [(2, ""), (3, "ort")]
    assert say(report)[0][2].startswith("This row has 3 cells, ")
    assert report.counts == {"created": 1, "refused": 2}


def test_the_first_refusals_are_for_the_screen_and_all_are_in_the_file(action: str, take: Import) -> None:
    rows = [list((EVENT | {"id": f"E{n}", "status": ""}).values()) for n in range(FIRST + 5)]
    report = take("events", list(EVENT), rows)
    assert (len(report.refusals), report.counts) == (FIRST, {"refused": FIRST + 5})
    assert report.file is not None
    assert len(report.file.read_text("utf-8").splitlines()) == FIRST + 6
