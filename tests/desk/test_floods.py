"""Bad nights on Ruth's desk: five hundred fakes, texts meant to deceive, and a change that nobody may see yet."""

from __future__ import annotations

import datetime
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import approve, change_commitment, commit_site
from manyplaces.events.queries.queue import queue
from manyplaces.events.rules.hosting import HostContact
from manyplaces.events.rules.smells import Smell
from tests.events import calling
from tests.events.cast import committed, october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

REVIEW, DECIDE = "/desk/review/", "/desk/review/decide/"
MANY = 500
# Everything in which an event is public, by what its address begins with.
PUBLIC = (
    *("/", "/search/?q=canary", "/search.json?q=canary", "/about/data/", "/about/data/events.csv"),
    *("/actions/oct2030/", "/actions/oct2030.json", "/actions/oct2030.ics", "/actions/oct2030.atom"),
    *("/actions/oct2030.csv", "/actions/oct2030/wi/", "/actions/oct2030/wi.json", "/actions/oct2030/wi.ics"),
    *("/actions/oct2030/wi/milwaukee/", "/actions/oct2030/wi/milwaukee.json", "/actions/oct2030/wi/milwaukee.ics"),
    *("/actions/oct2030/wi/milwaukee.csv", "/events/KEY/", "/events/KEY.json", "/events/KEY.ics", "/es/events/KEY/"),
)


@pytest.fixture
def ruths(db: None) -> Any:
    """Ruth's browser."""
    return signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))


def body(address: str) -> str:
    """What a stranger reads at an address."""
    answer: Any = Client().get(address)
    assert (address, answer.status_code) == (address, 200)
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(found.decode())


def test_what_was_approved_stays_online_in_every_form_while_a_change_waits(ruth: Any) -> None:
    row = committed(october(), "Auer Avenue School", email="hana@example.org", shown_host="Hana")
    key = approve(row, version=0, by=ruth).key
    before = {address: body(address.replace("KEY", key)) for address in PUBLIC}
    wanted = Commitment.objects.get()
    facts = {"venue": "Canary School", "address": "1 Canary St", "note": "Canary!", "hosts_words": "Canary Club"}
    for name, text in {**facts, "shown_host": "Canary", "time_local": datetime.time(4, 44)}.items():
        setattr(wanted, name, text)
    changed = change_commitment(wanted, version=1, by=Actor("a host", "link", holds=key))
    assert changed.standing == "changed"
    after = {address: body(address.replace("KEY", key)) for address in PUBLIC}
    told = [
        address for address, text in after.items() if re.search(r"canary (school|st|club)|canary!|0?4:44", text, re.I)
    ]
    assert told == []
    assert [address for address in PUBLIC if "Auer Avenue" in before[address]] == [
        address for address in PUBLIC if "Auer Avenue" in after[address]
    ]
    approve(changed, version=changed.version, by=ruth)
    assert "Canary School" in body(f"/events/{key}/")


def test_five_hundred_fakes_through_the_form_are_one_box_and_one_undo(ruths: Any, ruth: Any) -> None:
    action = calling.october()
    good = commit_site(calling.wish(action), contact=calling.HANA, by=Actor("a host", "page"))
    typed = {
        "do": "commit", "school": "none", "city_name": "Milwaukee", "state": "WI", "tactic": "walk-in",
        "day": action.date_edtf, "note": "Come all to our school and bring your friends.",
    }  # fmt: skip
    browser = Client()
    for number in range(MANY):
        fake = {**typed, "venue": f"Fake {number}", "email": f"fake{number}@example.org"}
        # As many sources as it takes to get past the throttle: eight of each.
        answer = browser.post("/actions/october/commit/", fake, **{throttle.SOURCE: f"source {number // 8}"})  # type: ignore[arg-type]
        assert answer.status_code == 302
    assert Commitment.objects.filter(review="waiting").count() == MANY + 1
    page = ruths.get(REVIEW).content.decode()
    assert re.findall(r"Decline all (\d+)", page) == [str(MANY)]
    sent = dict(re.findall(r'name="(bundle-\d+)" value="([^"]*)"', page))
    asked = ruths.post_form(DECIDE, {"all": "decline 1", **sent}).content.decode()
    (pick,) = re.findall(r'name="pick" value="([^"]*)"', asked)
    ruths.post_form(DECIDE, {"step": "decline", "sure": "1", "pick": pick, "reason": "own", "words": "Not real."})
    assert [row.pk for row in Commitment.objects.filter(review="waiting")] == [good.pk]
    (errand,) = re.findall(r'name="errand" value="([^"]+)"', ruths.get(REVIEW).content.decode())
    ruths.post_form(REVIEW, {"errand": errand})
    assert (Commitment.objects.filter(review="waiting").count(), Event.every.count()) == (MANY + 1, 0)
    assert queue(ruth).counts["open"] == MANY + 1


def test_texts_meant_to_deceive_are_refused_or_shown_as_they_are_and_flagged(
    ruths: Any, ruth: Any, shared: Path
) -> None:
    action = calling.october()
    cases = json.loads((shared / "corpora/strings/abuse.json").read_text("utf-8"))["cases"]
    taken = {}
    for number, case in enumerate(cases):
        contact = HostContact("", f"host{number}@example.org")
        offer = calling.wish(action, venue=f"Park {number}", note=case["s"], hosts_words=case["s"])
        try:
            taken[case["why"]] = commit_site(offer, contact=contact, by=Actor("a host", "page"))
        except ValidationError as refusal:
            assert set(refusal.message_dict) <= {"note", "hosts_words"}
    assert {"NUL", "lone surrogate (JSON \\ud800)", "100 001 characters"} & taken.keys() == set()
    page = ruths.get(REVIEW).content.decode()
    assert set(page) & set("\u202e\u200b\u2028\x85\x00") == set()
    for row in taken.values():
        one = unescape(ruths.get(f"{REVIEW}{row.key}/").content.decode())
        assert row.hosts_words in one
    smells = {one.commitment.pk: one.smells for bundle in queue(ruth).bundles for one in bundle.rows}
    flagged = [case["why"] for case in cases if case["expect"].startswith("flag")]
    assert [why for why in flagged if Smell.LETTERS not in smells[taken[why].pk]] == []
    assert len(flagged) == 2
