"""Otto writes the worst he can find into every field: it is refused with a sentence, or kept and shown as mere text."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from icalendar import Calendar

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.models import safe_link
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.journal.operations import Gathering
from manyplaces.people.models import OrganisationName
from manyplaces.places.models import City
from manyplaces.record.models import Claim, MediaHit, RecordNote
from manyplaces.record.operations import add_media_hit, state_claim
from tests.front.hostile import Hostile, corpus, fill, good_names
from tests.front.reading import read

pytestmark = pytest.mark.django_db
OTTO = Actor("Otto", door="command")
ABOUT_ONE = ("/actions/h", "/events/", "/organisations/")
SIGNS = ("<", "&", '"', "'", "{", "\\")


@dataclass
class World:
    """The record full of hostile texts."""

    made: Hostile
    shared: Path


@pytest.fixture(scope="module")
def world(shared: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Every text in every field; gone after the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        with Gathering():
            made = fill(corpus(shared), OTTO)
        yield World(made, shared)
        transaction.set_rollback(True)


def has_signs(texts: list[str]) -> bool:
    """Whether a text has a sign that means something in HTML, in a script or in a template."""
    return any(sign in text for text in texts for sign in SIGNS)


def squeezed(text: str) -> str:
    """The text with single blanks, as a browser lays it out."""
    return " ".join(text.split())


def test_a_refusal_is_always_a_sentence(world: World) -> None:
    told = {sentence for found in world.made.refused.values() for _field, sentence in found}
    assert {sentence for sentence in told if not sentence.endswith(".") or len(sentence) < 20} == set()
    assert len(told) > 3


def test_the_names_of_real_people_and_groups_are_never_refused_or_changed(world: World) -> None:
    names = good_names(world.shared)
    assert {name: world.made.refused[name] for name in names if name in world.made.refused} == {}
    kept = Action.objects.filter(name__in=names).values_list("name", flat=True)
    assert sorted(kept) == sorted(names)
    # A spelling that differs only in capitals and signs ("Null", "NULL") is the group under the name that came first.
    assert {fold(name) for name in names} - set(OrganisationName.objects.values_list("folded", flat=True)) == set()
    assert set(names) - set(RecordNote.objects.values_list("heading", flat=True)) == set()
    assert set(names) - set(MediaHit.objects.values_list("headline", flat=True)) == set()
    assert set(names) - set(Claim.objects.values_list("claimant", flat=True)) == set()


def test_pages_about_one_text_show_what_was_kept_letter_by_letter(world: World) -> None:
    client, wrong = Client(), {}
    # Pages about many texts at once are read in the browser's test. Of these every third is looked at that has a sign
    # which HTML, a script or a template could take for its own.
    alone = [path for path in sorted(world.made.shown) if path.startswith(ABOUT_ONE)]
    for path in [path for path in alone if has_signs(world.made.shown[path])][::3]:
        shown = squeezed(read(client.get(path).content.decode()).text)
        if missing := [text for text in world.made.shown[path] if squeezed(text) not in shown]:
            wrong[path] = missing[:3]
    assert wrong == {}


def test_data_for_programs_stays_whole(world: World) -> None:
    client = Client()
    batches = list(Action.objects.filter(slug__startswith="batch").values_list("slug", flat=True))
    bases = [f"/actions/{slug}{part}" for slug in batches for part in ("", "/numbers", "/media", "/wi")]
    for path in ("/index", "/about/data", *bases):
        assert isinstance(client.get(f"{path}.json").json(), dict)
    for path in ("/", "/about/data/", *(f"{base}/" for base in bases)):
        # The reader takes linked data apart as JSON, and ends a script where a browser would.
        found = read(client.get(path).content.decode()).linked
        assert [one["@context"] for one in found] in ([], ["https://schema.org"])


def test_calendars_and_feeds_stay_whole(world: World) -> None:
    client = Client()
    for slug in Action.objects.filter(slug__startswith="batch").values_list("slug", flat=True):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            calendar = Calendar.from_ical(client.get(f"/actions/{slug}.ics").content)
        events = [entry for entry in calendar.walk("VEVENT") if str(entry["UID"]).startswith("H")]
        assert [part.errors for part in calendar.walk() if part.errors] == []
        assert len(events) == Event.objects.filter(action__slug=slug).count()
        feed = feedparser.parse(client.get(f"/actions/{slug}.atom").content)
        stories = MediaHit.objects.filter(action__slug=slug).count()
        assert (feed.bozo, len(feed.entries)) == (0, min(100, 1 + len(events) + stories))
    assert feedparser.parse(client.get("/index.atom").content).bozo == 0


def test_a_search_for_anything_answers_and_says_what_was_searched_for(world: World) -> None:
    client, wrong = Client(), {}
    for text in corpus(world.shared)[::12]:
        answer = client.get("/search/", {"q": text})
        shown = squeezed(read(answer.content.decode()).text)
        asked = squeezed(text.strip()[:200])
        found = client.get("/search.json", {"q": text})
        if (answer.status_code, found.status_code) != (200, 200) or (asked and asked not in shown):
            wrong[text] = (answer.status_code, found.status_code)
        json.loads(found.content)
    assert wrong == {}


def test_no_link_is_taken_but_a_plain_address_of_the_web(world: World) -> None:
    action, city = Action.objects.get(slug="batch0"), City.objects.first()
    kept = []
    for number, text in enumerate(corpus(world.shared)):
        hit = MediaHit(action=action, key=f"L{number}", outlet="A paper", kind="earned", link=text)
        claim = Claim(action=action, phase="held", value_words=str(number), metric_words="people", source_url=text)
        event = Event(action=action, key=f"L{number}", city=city, phase="held", sources=text)
        for store in (lambda: add_media_hit(hit, by=OTTO), lambda: state_claim(claim, by=OTTO)):  # noqa: B023
            try:
                kept.append(store())
            except ValidationError:
                continue
        try:
            list_event(event, by=OTTO)
        except ValidationError:
            continue
        kept += [link for link in event.sources.split() if not link.startswith(("http://", "https://"))]
    links = set(MediaHit.objects.values_list("link", flat=True)) | set(
        Claim.objects.values_list("source_url", flat=True)
    )
    assert {link for link in links if link and not link.startswith(("http://", "https://"))} == set()
    assert [link for link in kept if isinstance(link, str)] == []


def test_a_claim_typed_with_other_signs_for_the_same_letters_is_the_same_claim(world: World) -> None:
    def claim(words: str) -> Claim:
        action = Action.objects.get(slug="batch0")
        return Claim(action=action, phase="held", metric_words="people", value_words=words, claimant="Otto")

    assert state_claim(claim("m\u00e1s de 800"), by=OTTO).outcome == "added"
    assert state_claim(claim(" ma\u0301s de\u00a0800\u200b"), by=OTTO).outcome == "unchanged"
    with pytest.raises(ValidationError):
        state_claim(claim("800\ud800"), by=OTTO)
    with pytest.raises(ValidationError):
        state_claim(claim("800\x00"), by=OTTO)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "java\nscript:x",
        " https://a.example",
        "https://a b",
        "//a",
    ],
)
def test_a_link_that_a_browser_would_run_is_refused(link: str) -> None:
    with pytest.raises(ValidationError):
        safe_link(link)
