"""What one errand did can be taken back as a whole, unless somebody has built on it since."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.actions.rules import Kind
from manyplaces.core.actor import Actor
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.events.rules import Phase
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import take_back
from manyplaces.people.models import Organisation
from manyplaces.places.models import City, Place
from manyplaces.places.operations import find_or_add_city
from manyplaces.record.models import MediaHit
from manyplaces.record.operations import add_media_hit

pytestmark = pytest.mark.django_db


def list_one(action: Action, by: Actor, hosts: str) -> None:
    city = find_or_add_city("Racine", "WI", by=by)
    event = Event(key="R1", action=action, city=city, venue="Case High School", phase=Phase.HELD, hosts_words=hosts)
    list_event(event, by=by)


def test_an_errand_is_taken_back_to_the_last_row(nia: Any) -> None:
    action = call_action(Action(slug="a", name="A", kind=Kind.DAY, date_edtf="2016"), by=nia).row
    list_one(action, Actor("Carla", "import", "import-1"), "MTEA")
    list_one(action, Actor("Carla", "import", "import-2"), "NEA")
    generation = current_generation()

    take_back("import-2", by=Actor("Carla", "command", "undo-2"))
    event = Event.objects.get()
    assert ([name.text for name in event.hosts.all()], event.hosts_words) == (["MTEA"], "MTEA")
    assert list(Organisation.objects.values_list("name", flat=True)) == ["MTEA"]
    assert current_generation() > generation

    take_back("import-1", by=Actor("Carla", "command", "undo-1"))
    assert [model.objects.count() for model in (Event, Place, City, Organisation)] == [0, 0, 0, 0]
    assert Action.objects.count() == 1


def test_a_story_and_its_copy_are_taken_back_together_unless_a_later_copy_rests_on_them(nia: Any) -> None:
    action = call_action(Action(slug="a", name="A", kind=Kind.DAY, date_edtf="2016"), by=nia).row
    facts = {"action": action, "outlet": "Common Dreams", "headline": "Cities rally", "kind": "earned"}
    one = Actor("Carla", "import", "import-1")
    first = add_media_hit(MediaHit(key="M1", **facts), by=one).row
    add_media_hit(MediaHit(key="M2", copy_of=first, **facts), by=one)
    add_media_hit(MediaHit(key="M3", copy_of=first, **facts), by=Actor("Carla", "import", "import-2"))
    with pytest.raises(NotNow, match="rests on this import"):
        take_back("import-1", by=nia)
    assert MediaHit.objects.count() == 3
    take_back("import-2", by=nia, only={MediaHit: []})
    assert MediaHit.objects.count() == 3
    take_back("import-2", by=nia)
    take_back("import-1", by=nia)
    assert MediaHit.objects.count() == 0


def test_what_was_changed_since_is_not_pulled_away(nia: Any) -> None:
    action = call_action(Action(slug="a", name="A", kind=Kind.DAY, date_edtf="2016"), by=nia).row
    list_one(action, Actor("Carla", "import", "import-1"), "MTEA")
    list_one(action, Actor("Carla", "import", "import-2"), "NEA")
    entries = Entry.objects.count()
    with pytest.raises(NotNow):
        take_back("import-1", by=Actor("Carla", "command", "undo-1"))
    assert (Event.objects.get().hosts_words, Entry.objects.count()) == ("NEA", entries)


def test_a_refused_row_leaves_neither_entry_nor_city(nia: Any) -> None:
    action = call_action(Action(slug="a", name="A", kind=Kind.DAY, date_edtf="2016"), by=nia).row
    city = find_or_add_city("Racine", "WI", by=nia)
    entries = Entry.objects.count()
    with pytest.raises(ValidationError):
        list_event(Event(key="R1", action=action, city=city, phase="dancing", hosts_words="MTEA"), by=nia)
    assert (Entry.objects.count(), Organisation.objects.count()) == (entries, 0)
