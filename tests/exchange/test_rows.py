"""What single cells of a row become: dates, times, places, figures and stories."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.exchange.exports.everything import export
from manyplaces.places.models import Place
from manyplaces.record.models import Claim, MediaHit
from tests.exchange.conftest import Import, exported, rows_of, say

pytestmark = pytest.mark.django_db

COLUMNS = ("id", "action_id", "date_edtf", "time_local", "city", "state", "venue", "status")


@pytest.mark.parametrize(
    ("date", "clock", "edtf", "time", "fold"),
    [
        ("2026-11-17", "07:45", "2026-11-17", datetime.time(7, 45), None),
        ("Tuesday, Nov 17th 2026 @ 7:45am", "", "2026-11-17", datetime.time(7, 45), None),
        ("17 de noviembre de 2026 a las 7:45", "", "2026-11-17", datetime.time(7, 45), None),
        ("2018-03-14T00:00:00Z", "", "2018-03-14", None, None),
        ("2018-03-14 00:00:00+00:00", "", "2018-03-14", None, None),
        ("2026-11-17T12:45:00Z", "", "2026-11-17", datetime.time(6, 45), None),
        ("2026-11-18T02:00:00Z", "", "2026-11-17", datetime.time(20, 0), None),
        ("2026-11-01", "01:30 CST", "2026-11-01", datetime.time(1, 30), 1),
        ("2026-11-01", "1:30 am CDT", "2026-11-01", datetime.time(1, 30), 0),
        ("early March 2027", "", "2027-03~", None, None),
        ("NA", "NA", "", None, None),
    ],
)
def test_dates_and_times_as_people_and_programs_write_them(
    action: str, take: Import, date: str, clock: str, edtf: str, time: datetime.time | None, fold: int | None
) -> None:
    row = ("E1", "fall", date, clock, "Racine", "WI", "Case High School", "planned")
    assert say(take("events", COLUMNS, [row])) == []
    event = Event.objects.get(key="E1")
    assert (event.date_edtf, event.time_local, event.fold) == (edtf, time, fold)
    # What goes out says the same when it comes back.
    again = rows_of(exported("events"))
    assert take("events", list(again[0]), [list(again[0].values())]).counts == {"unchanged": 1}


def test_unknown_is_not_nought_and_words_carry_their_figures(action: str, take: Import) -> None:
    columns = (*COLUMNS, "attendance_text", "attendance_low", "attendance_high", "attendance_basis", "source_urls")
    stated = ["", "NA", "0", "1", "more than 300", "hundreds", "scores"]
    source = "https://www.example.org/a http://example.net/b"
    rows = [
        (f"E{n}", "fall", "", "", "Racine", "WI", "", "held", words, "", "", "", source)
        for n, words in enumerate(stated)
    ]
    rows.append(("E7", "fall", "", "", "Racine", "WI", "", "planned", "", "20", "30", "estimate", ""))
    assert say(take("events", columns, rows)) == []
    found = Claim.objects.order_by("event__key").values_list(
        "event__key", "value_words", "low", "high", "basis", "claimant", "phase"
    )
    assert list(found) == [
        ("E2", "0", 0, 0, "stated", "example.org", "held"),
        ("E3", "1", 1, 1, "stated", "example.org", "held"),
        ("E4", "more than 300", 300, None, "at least", "example.org", "held"),
        ("E5", "hundreds", 200, None, "vague word (CCC rule)", "example.org", "held"),
        ("E6", "scores", None, None, "vague word", "example.org", "held"),
        ("E7", "20-30", 20, 30, "estimate", "", "planned"),
    ]
    rows[4] = (*rows[4][:8], "more than 400", *rows[4][9:])
    rows[3] = (*rows[3][:8], "", *rows[3][9:])
    assert take("events", columns, rows).counts == {"unchanged": 7, "changed": 1}
    assert list(
        Claim.objects.filter(event__key__in=["E3", "E4"]).order_by("event__key").values_list("low", flat=True)
    ) == [1, 400]


def test_what_those_who_come_are_told_goes_out_and_comes_back(action: str, take: Import) -> None:
    columns = (*COLUMNS, "languages", "accessibility", "accessibility_note", "safety", "room_for")
    plain = ("E1", "fall", "", "", "Racine", "WI", "Case High School", "planned")
    assert list(rows_of(exported("events"))) == []
    said = ("Spanish and English", "asientos; no steps", "Ramp", "Green vests", "1,200")
    assert say(take("events", columns, [(*plain, *said), ("E2", *plain[1:], "", "", "", "", "")])) == []
    kept = ("en es", "step-free seats", "Ramp", "Green vests", 1200)
    facts = ("spoken", "access", "access_note", "safety", "capacity")
    assert Event.objects.values_list(*facts).get(key="E1") == kept
    again = rows_of(exported("events"))
    assert [row["languages"] for row in again] == ["en, es", ""]
    assert take("events", list(again[0]), [list(row.values()) for row in again]).counts == {"unchanged": 2}
    # A file that says nothing of it takes nothing away.
    assert take("events", COLUMNS, [plain]).counts == {"unchanged": 1}
    assert take("events", columns, [(*plain, "Hmong", *[""] * 4)]).counts == {"changed": 1}
    assert Event.objects.values_list(*facts).get(key="E1") == ("hmn", *kept[1:])
    report = take("events", columns, [(*plain, "Klingon", *[""] * 4), (*plain, "", "", "", "", "0")])
    assert [(column, sentence[:33]) for _line, column, sentence in say(report)] == [
        ("languages", "“Klingon” is not known here. Writ"),
        ("room_for", "Ensure this value is greater than"),
    ]
    # Where only the city is shown, the words stay here; where others have hidden it, everything does.
    Event.every.update(is_shielded=True, only_city=True)
    shown = rows_of(exported("events"))[0]
    assert (shown["languages"], shown["accessibility"], shown["room_for"]) == ("hmn", "step-free, seats", "1200")
    assert {"safety", "accessibility_note"} & set(shown) == set()
    Event.every.update(only_city=False)
    assert set(rows_of(exported("events"))[0]) & {"languages", "accessibility", "room_for", "safety"} == set()


def test_a_missing_state_and_a_school_in_the_city_column_are_found_by_their_position(action: str, take: Import) -> None:
    columns = (*COLUMNS, "lat", "lon")
    rows = [
        ("E1", "fall", "", "", "Racine", "", "", "held", "42.73", "-87.78"),
        ("E2", "fall", "", "", "CASE HIGH SCHOOL", "WI", "", "held", "42.73", "-87.82"),
        ("E3", "fall", "", "", "Toronto", "", "", "held", "43.65", "-79.38"),
    ]
    report = take("events", columns, rows)
    assert say(report) == [(4, "state", "The state is missing. Write two letters such as WI or PR.")]
    found = [(event.key, str(event.city), event.venue) for event in Event.objects.order_by("key")]
    assert found == [("E1", "Racine, WI", ""), ("E2", "Racine, WI", "CASE HIGH SCHOOL")]


def test_two_events_at_one_school_on_one_day_stay_two_without_ids(action: str, take: Import) -> None:
    row = ("fall", "2026-11-17", "", "Racine", "WI", "Case High School", "planned")
    other = ("fall", "2026-11-17", "", "Racine", "WI", "Park High School", "")
    report = take("events", COLUMNS[1:], [row, other, row, other])
    assert report.counts == {"created": 2, "refused": 2}
    first, second = Event.objects.order_by("pk")
    assert (second.key, Place.objects.count()) == (f"{first.key}-2", 1)
    # A corrected row keeps the number that its order in the file gave it.
    right = (*other[:6], "held")
    assert take("events", COLUMNS[1:], [row, other, row, right]).counts == {"unchanged": 2, "created": 1, "refused": 1}
    assert Event.objects.get(phase="held").key.endswith("-2")


def test_one_story_in_several_rows_is_one_media_hit_about_all_of_them(action: str, take: Import) -> None:
    take("actions", ("action_id", "name", "kind", "date_edtf"), [("spring", "Spring", "day of action", "2027")])
    columns = (*COLUMNS, "media_link", "media_outlet")
    link = "https://www.news.example/a?b=c d"
    rows = [
        ("E1", "fall", "", "", "Racine", "WI", "", "held", link, ""),
        ("E2", "fall", "", "", "Kenosha", "WI", "", "held", link, ""),
        ("E3", "spring", "", "", "Racine", "WI", "", "held", link, ""),
        ("E4", "spring", "", "", "Racine", "WI", "", "held", "https://other.example/", "The Other"),
    ]
    assert take("events", columns, rows).counts == {"created": 4}
    found = [
        (hit.action.slug, hit.outlet, hit.kind, hit.link, [event.key for event in hit.events.order_by("key")])
        for hit in MediaHit.objects.order_by("pk")
    ]
    assert found == [
        ("fall", "news.example", "earned", "https://www.news.example/a?b=c%20d", ["E1", "E2"]),
        ("spring", "news.example", "earned", "https://www.news.example/a?b=c%20d", ["E3"]),
        ("spring", "The Other", "earned", "https://other.example/", ["E4"]),
    ]
    assert take("events", columns, rows).counts == {"unchanged": 4}


def test_claims_about_a_city_and_about_an_event_go_out_and_come_back(action: str, take: Import, tmp_path: Path) -> None:
    take("events", (*COLUMNS, "attendance_text"), [("E1", "fall", "", "", "Racine", "WI", "", "held", "50")])
    columns = ("action_id", "phase", "metric", "value_text", "claimed_by", "city", "state", "event_id", "date_edtf")
    rows = [
        ("fall", "held", "schools", "12", "RTA", "Racine", "WI", "", ""),
        ("fall", "held", "people", "about 70", "police", "", "", "E1", "2026-11-18"),
        ("fall", "held", "people", "thousands", "RTA", "", "", "", ""),
    ]
    assert take("claims", columns, rows).counts == {"created": 3}
    out = rows_of(exported("claims"))
    told = [(row["value_text"], row["city"], row["event_id"], row["date_edtf"]) for row in out]
    assert told == [("12", "Racine", "", ""), ("about 70", "", "E1", "2026-11-18"), ("thousands", "", "", "")]
    assert rows_of(exported("events"))[0]["attendance_text"] == "50"
    again = tmp_path / "again.csv"
    again.write_bytes(exported("claims"))
    assert take("claims", again).counts == {"unchanged": 3}


def test_our_judgement_of_a_claim_stays_when_its_list_comes_again(action: str, take: Import) -> None:
    columns, row = (
        ("action_id", "phase", "metric", "value_text", "claimed_by"),
        ("fall", "held", "cities", "over 40", "X"),
    )
    take("claims", columns, [row])
    detail = ("what", "action_id", "key", "field", "value")
    assert take("details", detail, [("claim", "fall", "cities|over 40|X", "disputed", "yes")]).counts == {"changed": 1}
    assert take("details", detail, [("claim", "fall", "1", "disputed", "yes")]).counts == {"unchanged": 1}
    assert take("claims", columns, [row]).counts == {"unchanged": 1}
    assert Claim.objects.get().disputed


def test_an_unclear_place_of_a_story_stays_words(action: str, take: Import) -> None:
    cities = [("Portland", "OR"), ("Portland", "ME"), ("New York", "NY"), ("Racine", "WI")]
    take("events", COLUMNS, [(f"E{n}", "fall", "", "", *city, "", "held") for n, city in enumerate(cities)])
    words = [
        "Portland",
        "Portland, ME",
        "New York",
        "racine",
        "Wisconsin",
        "WI state",
        "Nueva York",
        "the Midwest",
        "national",
    ]
    columns = ("id", "action_id", "outlet", "kind", "place")
    take("media", columns, [(f"M{n}", "fall", "KPCC", "news", place) for n, place in enumerate(words)])
    found = [(hit.place_words, str(hit.city or ""), hit.state) for hit in MediaHit.objects.order_by("key")]
    assert found == [
        ("Portland", "", ""),
        ("Portland, ME", "Portland, ME", "ME"),
        ("New York", "New York, NY", "NY"),
        ("racine", "Racine, WI", "WI"),
        ("Wisconsin", "", "WI"),
        ("WI state", "", "WI"),
        ("Nueva York", "", "NY"),
        ("the Midwest", "", ""),
        ("national", "", ""),
    ]


def test_kinds_of_action_in_words(take: Import) -> None:
    kinds = ["Day of Action", "week of action", "season", "walk-in", "rally"]
    take(
        "actions",
        ("action_id", "name", "kind", "date_edtf"),
        [(f"a{n}", f"A{n}", kind, "2026") for n, kind in enumerate(kinds)],
    )
    found = Action.objects.order_by("slug").values_list("kind", "tactic")
    assert list(found) == [("day", ""), ("week", ""), ("season", ""), ("day", "walk-in"), ("day", "rally")]
    told = [row["kind"] for row in rows_of(exported("actions"))]
    assert told == ["day of action", "week of action", "season of action", "walk-in", "rally"]


def test_goals_times_and_what_to_know_are_taken_and_go_out_again(action: str, take: Import) -> None:
    head = ("what", "action_id", "key", "field", "value", "value_es")
    rows = [
        ("action", "fall", "", "goal", "300", ""),
        ("action", "fall", "", "time_local", "07:45", ""),
        ("action", "fall", "", "rights", "You may say no.", "Puede decir que no."),
        ("action", "fall", "", "guidelines", "Stay together.", ""),
        ("action", "fall", "", "time_words", "before the bell", "antes del timbre"),
        ("goal", "fall", "WI", "sites", "40", ""),
    ]
    assert (say(take("details", head, rows)), take("details", head, rows).counts) == ([], {"unchanged": 6})
    told = [tuple(row[name] for name in head) for row in rows_of(exported("details"))]
    assert set(rows) - set(told) == set()
    page = Client().get("/actions/fall/").content.decode()
    assert ("0 of the 300 sites" in page, Action.objects.get().rights_es) == (True, "Puede decir que no.")
    wrong = [
        ("action", "fall", "", "goal", "many", ""),
        ("goal", "fall", "XX", "sites", "40", ""),
        ("goal", "fall", "WI", "sites", "-4", ""),
        ("city", "", "Milwaukee", "lat", "43", ""),
        ("city", "", "Atlantis, WI", "lat", "43", ""),
    ]
    assert [(line, column) for line, column, _sentence in say(take("details", head, wrong))] == [
        (2, "value"), (3, "key"), (4, "value"), (5, "key"), (6, "key"),
    ]  # fmt: skip


def test_where_a_city_lies_is_told_to_an_installation_that_would_not_know(action: str, take: Import) -> None:
    take("events", ("id", "action_id", "city", "state", "status"), [("E1", "fall", "Milwaukee", "WI", "held")])
    head = ("what", "action_id", "key", "field", "value", "value_es")
    rows = [("city", "", "Milwaukee, WI", name, value, "") for name, value in (("lat", "43.25"), ("lon", "-88.5"))]
    assert (say(take("details", head, rows)), take("details", head, rows).counts) == ([], {"unchanged": 2})
    event = Event.objects.get(key="E1")
    assert (event.shown_lat, event.shown_lon) == (43.25, -88.5)
    told = [row["field"] for row in export("details", digests={}).rows if row["what"] == "city"]
    assert (told, b"city," in exported("details")) == (["lat", "lon"], False)


def test_an_address_goes_out_where_the_place_is_a_school_and_never_that_of_a_home(action: str, take: Import) -> None:
    rows = [(key, "fall", "Milwaukee", "WI", place, "held") for key, place in (("E1", "Auer School"), ("E2", "Elm"))]
    take("events", ("id", "action_id", "city", "state", "venue", "status"), rows)
    head = ("what", "action_id", "key", "field", "value", "value_es")
    streets = {"E1": "2319 W Auer Ave", "E2": "12 Elm St"}
    said = [("event", "", key, "address", street, "") for key, street in streets.items()]
    assert (say(take("details", head, said)), take("details", head, said).counts) == ([], {"unchanged": 2})

    def told() -> list[tuple[str, ...]]:
        return [tuple(row[name] for name in head) for row in rows_of(exported("details")) if row["field"] == "address"]

    assert told() == said[:1]
    Event.objects.filter(key="E1").update(is_shielded=True)
    assert told() == []
