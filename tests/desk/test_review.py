"""Ruth's desk: the queue of her area, what smells, deciding about many, and nothing active in what strangers typed."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from markupsafe import escape

from manyplaces.core.actor import Grant
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import approve, decline
from manyplaces.events.queries.queue import queue
from manyplaces.events.rules.smells import Smell, has_foreign_letters, skeleton
from manyplaces.people.models import Organisation
from manyplaces.places.models import School
from tests.events.cast import committed, october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

REVIEW = "/desk/review/"
DECIDE = "/desk/review/decide/"


@pytest.fixture
def ruths(db: None) -> Any:
    """Ruth's browser."""
    return signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))


class Reader(HTMLParser):
    """What a browser would take for tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= dict(attrs)


def active_in(page: str) -> tuple[set[str], dict[str, str | None]]:
    reader = Reader()
    reader.feed(page)
    return reader.tags, reader.attributes


def smells_of(row: Commitment, by: Any) -> list[str]:
    found = {one.commitment.pk: one.smells for bundle in queue(by).bundles for one in bundle.rows}
    return [smell.value for smell in found[row.pk]]


def test_everybody_sees_the_queue_of_his_own_area(ruth: Any, nia: Any, otto: Any, ruths: Any) -> None:
    action = october()
    here, there = committed(action, venue="Auer Avenue School"), committed(action, venue="Lane Tech", city="Chicago")
    paused = committed(action, venue="Paused School", is_paused=True)
    shown = {who.name: [one.commitment.key for b in queue(who).bundles for one in b.rows] for who in (ruth, nia, otto)}
    assert shown == {"Ruth": [here.key], "Nia": [here.key, there.key], "Otto": []}
    page = ruths.get(REVIEW).content.decode()
    assert ("Auer Avenue School" in page, "Lane Tech" in page, "Paused School" in page) == (True, False, False)
    assert ruths.get(f"{REVIEW}{here.key}/").status_code == 200
    for hidden in (there, paused):
        assert ruths.get(f"{REVIEW}{hidden.key}/").status_code == (404 if hidden is there else 200)
    stranger = signed_in(None, person_with(alias="Otto"))
    assert [stranger.get(path).status_code for path in (REVIEW, DECIDE, f"{REVIEW}{here.key}/")] == [403, 403, 403]


def test_no_contact_of_a_host_is_on_any_page_of_the_review(ruths: Any) -> None:
    row = committed(october(), email="canary@example.org")
    pages = [ruths.get(path).content.decode() for path in (REVIEW, f"{REVIEW}{row.key}/", "/desk/review/trust/")]
    pages.append(ruths.post_form(DECIDE, {"one": f"decline {row.key}:0"}).content.decode())
    assert [page for page in pages if "canary" in page] == []
    leads = {address for page in pages for address in re.findall(r'method="post" action="([^"]*)"', page)}
    assert leads == {DECIDE, "/sign-out/"}


def test_fifteen_fakes_are_declined_in_two_clicks(ruths: Any) -> None:
    action = october()
    good = committed(action, venue="Auer Avenue School")
    fakes = [committed(action, venue=f"Fake {number}", cluster=77) for number in range(15)]
    page = ruths.get(REVIEW).content.decode()
    assert "Decline all 15" in page
    sent = dict(re.findall(r'name="(bundle-\d+)" value="([^"]*)"', page))
    first = ruths.post_form(DECIDE, {"all": "decline 1", **sent})
    assert (first.status_code, Commitment.objects.filter(review="declined").count()) == (200, 0)
    pick = re.search(r'name="pick" value="([^"]*)"', first.content.decode())
    reason = re.search(r'name="reason" value="([^"]*)"[^>]* checked', first.content.decode())
    assert pick is not None
    assert reason is not None
    second = ruths.post_form(DECIDE, {"step": "decline", "sure": "1", "pick": pick[1], "reason": reason[1]})
    assert second.status_code == 302
    assert {row.review for row in Commitment.objects.exclude(pk=good.pk)} == {"declined"}
    assert Commitment.objects.get(pk=good.pk).review == "waiting"
    errand = re.search(r'name="errand" value="([^"]+)"', ruths.get(REVIEW).content.decode())
    assert errand is not None
    ruths.post_form(REVIEW, {"errand": errand[1]})
    assert Commitment.objects.filter(review="waiting").count() == 1 + len(fakes)


def test_500_of_one_source_are_one_bundle(ruth: Any) -> None:
    action = october()
    Commitment.objects.bulk_create(
        Commitment(
            action=action, venue=f"Fake {number}", city_name="Milwaukee", city_slug="milwaukee", state="WI",
            zone="America/Chicago", tactic="walk-in", date_edtf="2030-10-10", door="page", cluster=number % 2,
        )
        for number in range(500)
    )  # fmt: skip
    found = queue(ruth)
    assert [len(bundle.picks) for bundle in found.bundles] == [250]
    assert (sum(len(bundle.rows) for bundle in found.bundles), found.counts["open"]) == (50, 500)


def test_what_smells(ruth: Any, nia: Any) -> None:
    action = october()
    Organisation.objects.create(slug="alliance", name="Alliance").names.create(text="Alliance", folded="alliance")
    School.objects.create(number="170993000001", name="Lane", city_name="Skokie", city_slug="skokie", state="IL")
    clean = committed(action, venue="Clean School", email="hana@example.org")
    assert smells_of(clean, ruth) == []
    cases = {
        Smell.LINKS: {"note": "See http://a.example/x and www.b.example"},
        Smell.ELSEWHERE: {"address": "12 Main St, Chicago, IL 60601"},
        Smell.FAR_PIN: {"lat": 45.5, "lon": -88.0},
        Smell.LETTERS: {"hosts_words": "\u0410lliance", "venue": "\u0410lliance School"},
        Smell.NAME: {"hosts_words": "A11iance"},
        Smell.DAY: {"date_edtf": "2030-12-24"},
        Smell.ADDRESS: {"email": "otto@example.org", "proved": False},
    }
    for number, (smell, facts) in enumerate(cases.items()):
        row = committed(action, **{"venue": f"Case {number}", "email": f"x{number}@example.org", **facts})
        expected = [Smell.LETTERS, Smell.NAME] if smell is Smell.LETTERS else [smell]
        assert (smell, smells_of(row, ruth)) == (smell, [str(one) for one in expected])
    moved = committed(action, venue="Moved", email="y@example.org", city_name="Skokie", city_slug="skokie")
    assert smells_of(moved, ruth) == ["elsewhere"]


def test_the_same_place_and_day_is_seen_among_what_waits_and_what_is_online(ruth: Any) -> None:
    action = october()
    online = committed(action, venue="Auer Avenue School", email="a@example.org")
    approve(online, version=0, by=ruth)
    again = committed(action, venue="Auer Avenue", email="b@example.org")
    other_day = committed(action, venue="Auer Avenue", email="c@example.org", date_edtf="2030-10-11")
    assert smells_of(again, ruth) == ["twice"]
    assert smells_of(other_day, ruth) == []
    assert [one.doubles for b in queue(ruth).bundles for one in b.rows if one.doubles] == [[online.key]]


def test_the_same_text_binds_strangers_but_not_a_partners_list(ruth: Any) -> None:
    action = october()
    for number in range(3):
        committed(action, venue=f"School {number}", note="Come all to our school, bring friends.")
        committed(action, venue=f"Listed {number}", note="A list has one text for all of them.", errand="list-1")
    bundles = queue(ruth).bundles
    assert [(len(bundle.rows), [str(why) for why in bundle.why]) for bundle in bundles if bundle.why] == [(3, ["text"])]


def test_lookalikes_of_the_shared_list_are_seen(shared: Path) -> None:
    table = json.loads((shared / "corpora/confusables/confusables.json").read_text("utf-8"))
    pairs = [
        (letter, other["c"])
        for letter, others in table.items()
        for other in others
        if len(letter) == len(other["c"]) == 1 and letter.isascii() and letter.isalpha() and other["c"].isalpha()
    ]
    missed = [
        (letter, other)
        for letter, other in pairs
        if not has_foreign_letters(f"Allian{other}e") and skeleton(f"Allian{other}e") != skeleton(f"Allian{letter}e")
    ]
    assert len(pairs) > 400
    assert len(missed) / len(pairs) < 0.1


def test_a_change_is_shown_field_by_field(ruths: Any, ruth: Any) -> None:
    row = committed(october())
    approve(row, version=0, by=ruth)
    Commitment.objects.filter(pk=row.pk).update(review="waiting", version=2, time_local="09:00")
    page = ruths.get(f"{REVIEW}?show=changed").content.decode()
    assert re.findall(r"<(?:del|ins)>(?:<span[^>]*>[^<]*</span>)?([^<]*)<", page) == ["07:20 CDT", "09:00 CDT"]
    assert "Approve" in page
    ruths.post_form(DECIDE, {"one": f"approve {row.key}:2"})
    assert str(Event.objects.get().time_local) == "09:00:00"


def test_who_comes_second_is_told_who_was_first(ruths: Any, nia: Any) -> None:
    row = committed(october())
    decline(row, version=0, reason="No.", by=nia)
    answer = ruths.post_form(DECIDE, {"one": f"approve {row.key}:0"}, follow=True)
    assert "Nia has decided this already" in answer.content.decode()
    assert Event.every.count() == 0


def test_nothing_chosen_and_nonsense_change_nothing(ruths: Any) -> None:
    row = committed(october())
    sent: list[dict[str, str]] = [
        {},
        {"step": "approve"},
        {"step": "approve", "pick": "nonsense"},
        {"step": "approve", "pick": f"{row.key}:x"},
        {"step": "cancel", "pick": f"{row.key}:0"},
        {"one": "boom"},
        {"all": "approve 99"},
        {"step": "approve", "pick": f"{row.key}:{'9' * 50}"},
    ]
    for data in sent:
        assert ruths.post_form(DECIDE, data).status_code in (302, 403)
    assert ruths.get(DECIDE).status_code == 302
    row.refresh_from_db()
    assert (row.review, row.version) == ("waiting", 0)


def test_two_picks_of_one_form_are_decided_together(ruths: Any) -> None:
    action = october()
    rows = [committed(action, venue=f"School {number}") for number in range(3)]
    ruths.post_form(DECIDE, {"step": "approve", "pick": [f"{row.key}:0" for row in rows[:2]]})
    assert Event.objects.count() == 2


def test_what_strangers_typed_stays_text(ruths: Any, ruth: Any, shared: Path) -> None:
    action = october()
    lines = [
        line
        for file in sorted((shared / "corpora/xss").glob("*.txt"))
        for line in file.read_text("utf-8", "replace").splitlines()
        if line.strip()
    ]
    rows = []
    for number, text in enumerate(lines[:120]):
        plain = text.replace("\x00", "")
        rows.append(
            committed(
                action, venue=f"{number} {plain[:180]}", note=plain[:1000], remark=plain[:1000], address=plain[:200],
                hosts_words=plain[:200], shown_host=plain[:80], answer=plain[:1000],
            )
        )  # fmt: skip
    page = "".join(ruths.get(f"{REVIEW}?page={number}").content.decode() for number in (1, 2, 3))
    for row in rows:
        assert str(escape(row.venue)) in page
    tags, attributes = active_in(page)
    assert tags & {"img", "iframe", "svg", "object", "embed", "video", "audio", "math", "marquee", "style"} == set()
    assert [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")] == []
    one = ruths.get(f"{REVIEW}{rows[0].key}/").content.decode()
    assert str(escape(rows[0].note)) in one


def test_the_queue_asks_the_same_whatever_its_length(ruths: Any, ruth: Any) -> None:
    action = october()
    committed(action, email="a@example.org", note="One two three four five.")
    ruths.get(REVIEW)

    def asked(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ruths.get(path).status_code == 200
        return len(queries)

    key = Commitment.objects.get().key
    one, single = asked(REVIEW), asked(f"{REVIEW}{key}/")
    for number in range(8):
        row = committed(action, venue=f"School {number}", email=f"a{number}@example.org")
        if number % 2:
            approve(row, version=0, by=ruth)
            Commitment.objects.filter(pk=row.pk).update(review="waiting", venue="Elsewhere")
    assert abs(asked(REVIEW) - one) <= 2
    assert asked(f"{REVIEW}{key}/") == single
