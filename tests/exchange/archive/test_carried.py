"""A record with all that its pages show is carried to an empty installation: every page there is the same."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from manyplaces.actions.models import Action, Demand, StateGoal
from manyplaces.actions.operations import describe_action, freeze_action, set_demand, set_goals
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.places.models import City
from manyplaces.record.models import Claim, Correction
from manyplaces.record.operations import add_correction, judge_claim
from manyplaces.reports.models import Recap
from manyplaces.reports.operations import correct_recap, decide_photo, decide_words
from tests.exchange.archive.archives import archive
from tests.exchange.archive.test_making import OWN
from tests.exchange.elsewhere import begin, begin_elsewhere, outcomes, run, told
from tests.reports import test_recap
from tests.reports.photographing import RUTH, shown, with_a_face
from tests.reports.test_recap import CARLA, claimed, correction, public, reported, story, written
from tests.rsvps.coming import walk_in

pytestmark = pytest.mark.django_db(transaction=True)
event, nia, noa = test_recap.event, test_recap.nia, test_recap.noa
TEXT = """# How it went

It was [[claim {first}]] schools, [[ Claim {second} ]] people at Auer, and we counted [[our held]].

- Nobody knows [[claim {gone}]] any more."""


@pytest.fixture
def here(settings: Any, tmp_path: Path, event: Event) -> Path:
    """The folder of the test, and beneath it the data folder of the site that is carried."""
    begin(settings, tmp_path / "here")
    City.objects.update(county="Milwaukee")
    return tmp_path


def change(action: Action, nia: Actor) -> Action:
    """Say what the coalition hopes for in October, what hosts and those who come are to know, and what it asks for."""
    facts = {"goal": 300, "time_local": "07:45", "time_words": "before the bell", "time_words_es": "antes del timbre"}
    for name in ("rights", "safety", "bring", "guidelines", "frame"):
        facts |= {name: f"About {name}.\n\nhttps://example.org/{name}", f"{name}_es": f"Sobre {name}."}
    for name, value in facts.items():
        setattr(action, name, value)
    action = describe_action(action, by=nia).row
    set_goals(action, {"WI": 40, "FL": 30}, by=nia)
    set_demand(Demand(action=action, description="A nurse in every school", description_es="Enfermeras"), by=nia)
    return Action.every.get(pk=action.pk)


def tell(event: Event, nia: Actor, noa: Actor) -> Recap:
    """Fill the record of October: sites that report, photos, stories, figures, and a recap with a correction."""
    action = change(event.action, nia)
    Event.every.filter(pk=event.pk).update(address="2319 W Auer Ave")
    second = walk_in(action, "Bay View School", date_edtf=event.date_edtf)
    off = walk_in(action, "Grant School", date_edtf=event.date_edtf)
    first, _waits = reported(event, "60-70"), reported(second, "30", "CANARY waits for a look.")
    decide_words(first, shown=True, by=CARLA)
    reported(off, "12", "")
    photos = [shown(event, with_a_face(), alt="At the door"), shown(event, alt="Inside"), shown(second, alt="CANARY")]
    hits = [story(action, f"hit-{number}", f"Headline {number}") for number in (1, 2, 3)]
    # Numbers of rows that are not those which they get elsewhere.
    spare = [claimed(action, str(number), "Nobody") for number in range(3)]
    figures = [claimed(action), claimed(action, "about 300", "The union", low=300, high=300)]
    Claim.every.filter(pk__in=[one.pk for one in spare]).delete()
    figures[1].disputed = True
    judge_claim(figures[1], by=RUTH)
    at_auer, at_grant = (Claim.every.get(event=one) for one in (event, off))
    marks = {"first": figures[1].pk, "second": at_auer.pk, "gone": at_grant.pk}
    shows = {"photos": [photos[1].key, photos[2].key, photos[0].key], "hits": [hits[2].key, hits[0].key]}
    row = public(action, nia, noa, TEXT.format(**marks), body_es="Fueron [[our people]] personas.", **shows)
    shows["photos"] = [photos[1].key, photos[0].key]
    decide_photo(photos[2], shown=False, by=RUTH)
    changed = written(action, f"{row.body}\n\nThank you.", body_es=row.body_es, **shows)
    row = correct_recap(changed, correction(body_es="Primero escribimos 300."), version=row.version, by=nia)
    Event.every.filter(pk=off.pk).update(is_listed=False)
    return row


def close(event: Event, nia: Actor) -> None:
    """Close the record of October and put two corrections beside it."""
    freeze_action(event.action, timezone.now() - datetime.timedelta(hours=2), by=nia)
    for number, about in enumerate((None, event)):
        note = Correction(action=event.action, event=about, body=f"It was {number}.\nNot 7.", signed="The coalition")
        add_correction(note, by=nia)


def pages(folder: Path, now: datetime.datetime) -> dict[str, bytes]:
    """Every public page and all data at one moment, without what says when something was made."""
    folder.mkdir()
    with time_machine.travel(now, tick=False):
        made = archive(folder)
    assert made.look().faults == []
    return {file: plain(file, body) for file, body in made.files.items() if file not in OWN}


def plain(file: str, body: bytes) -> bytes:
    """A file without what says when rows were made, and without the key of the installation."""
    if file.endswith(".ics"):
        return re.sub(rb"(?:DTSTAMP|LAST-MODIFIED|SEQUENCE):[^\r]*\r\n", b"", body)
    if file.endswith(".atom"):
        return re.sub(rb"<updated>[^<]*</updated>", b"", body)
    return b"" if file == "signing-key.pem" else re.sub(rb"<code>[^<]*</code>", b"", body)


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_every_page_of_a_site_is_the_same_where_its_record_was_carried_to(
    event: Event, here: Path, settings: Any, nia: Actor, noa: Actor, closed: bool
) -> None:
    tell(event, nia, noa)
    if closed:
        close(event, nia)
    now = timezone.now()
    before, numbers = pages(here / "before", now), set(Claim.objects.values_list("pk", flat=True))
    assert told(run("export", "record", here / "record.zip")) == (0, "")
    begin_elsewhere(settings, here / "there")
    assert told(run("import", "record", here / "record.zip")) == (0, "")
    after = pages(here / "after", now)
    assert set(after) == set(before)
    assert [name for name in sorted(before) if before[name] != after[name]] == []
    page = after["actions/october/index.html"].decode()
    assert list(StateGoal.objects.order_by("state").values_list("state", "goal")) == [("FL", 30), ("WI", 40)]
    said = {
        "of the 300 sites",
        "A nurse in every school",
        "about 300",
        "no longer in the record",
        "We first wrote 300.",
        "Headline 3",
        "At the door",
        "Thank you.",
    }
    assert {words for words in said if words not in page} == set()
    assert ("This record was closed on" in page, "It was 1." in page) == (closed, closed)
    assert set(Claim.objects.values_list("pk", flat=True)) != numbers
    again = run("import", "record", here / "record.zip")
    assert (told(again), outcomes(again)["created"], outcomes(again)["changed"]) == ((0, ""), 0, 0)
    assert [name for name, body in after.items() if b"CANARY" in body] == []
