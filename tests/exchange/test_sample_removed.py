"""The sample goes in one step and leaves nothing behind; what is the coalition's own stays, or holds it back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client

from manyplaces.actions.models import Action, StateGoal
from manyplaces.cli.up import record_is_empty
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.operations import import_file, remove_sample
from manyplaces.exchange.queries import sample_imports
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.people.models import Organisation
from manyplaces.people.operations import find_or_add_organisation, trust_organisation
from manyplaces.places.models import City
from manyplaces.places.operations import find_or_add_city
from tests.exchange.conftest import SAMPLE, SAMPLED, every_row
from tests.front.test_templates import action
from tests.house.source import PACKAGE
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

# Words of the sample that nothing outside its folder may know.
OF_THE_SAMPLE = re.compile(
    r"\baros\b|alliance to reclaim|reclaim our schools|(may2014|nov2014|feb2016)\b|\b2013\b|\bnine national", re.I
)


def load() -> None:
    """Bring the sample in as the command does."""
    by = Actor("command line", "command")
    for kind in SAMPLED:
        file = SAMPLE / f"{kind}.csv"
        import_file(kind, file, ColumnMapping(), dry_run=False, by=by, tell=lambda _: None, is_sample=True)


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample in the record, loaded once; what a test does to it is gone after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


def test_nothing_of_it_is_left_and_it_does_not_come_back_by_itself(sample: None, nia: Actor, client: Client) -> None:
    full, generation = every_row(), current_generation()
    assert not record_is_empty()
    removed = remove_sample(by=nia)
    assert removed.stayed == 0
    assert removed.gone > 1000
    assert {kind: rows for kind, rows in every_row().items() if rows} == {}
    assert sample_imports() == []
    assert current_generation() > generation
    assert client.get("/").status_code == 200
    # A later start with MANYPLACES_SAMPLE=yes leaves the record as it is; the command brings the sample back.
    assert not record_is_empty()
    load()
    assert {kind: len(rows) for kind, rows in every_row().items()} == {kind: len(rows) for kind, rows in full.items()}
    assert remove_sample(by=nia).gone == removed.gone


def test_what_is_the_coalitions_own_stays_with_the_city_it_is_in(sample: None, nia: Actor) -> None:
    trusted = find_or_add_organisation("United Teachers Los Angeles", by=nia).organisation
    trust_organisation(trusted, True, by=nia)
    own = action(nia, "oct2026", name="Our own", date_edtf="2026-10-06")
    milwaukee = find_or_add_city("Milwaukee", "WI", by=nia)
    listed = list_event(Event(action=own, key="OWN1", city=milwaukee, phase="held", date_edtf="2026-10-06"), by=nia)
    removed = remove_sample(by=nia)
    assert list(Action.every.all()) == [own]
    assert list(Event.every.all()) == [listed.row]
    assert list(City.objects.all()) == [milwaukee]
    # Somebody has said something about this one since: it stays, with its spellings.
    assert [one.name for one in Organisation.objects.all()] == [trusted.name]
    assert removed.stayed == 2 + trusted.names.count()


def test_it_stays_whole_while_something_of_ones_own_rests_on_it(sample: None, nia: Actor) -> None:
    city = find_or_add_city("Racine", "WI", by=nia)
    full = every_row()
    called = Action.objects.order_by("pk").first()
    assert called is not None
    own = list_event(Event(action=called, key="OWN1", city=city, phase="held"), by=nia).row
    with pytest.raises(NotNow, match=r"^Something of your own rests on the sample: event “.*”\. Take that away"):
        remove_sample(by=nia)
    own.delete()
    goal = StateGoal.objects.create(action=called, state="WI", goal=5)
    with pytest.raises(NotNow, match=r"^Something of your own rests on the sample: state goal"):
        remove_sample(by=nia)
    goal.delete()
    left = {kind: len(rows) for kind, rows in every_row().items()}
    assert left == {kind: len(rows) for kind, rows in full.items()}


def test_a_list_that_remembers_the_sample_lets_it_go(sample: None, nia: Actor) -> None:
    own = action(nia, "oct2026", name="Our own", date_edtf="2026-10-06")
    site_list = SiteList.objects.create(action=own, title="Milwaukee", made_by="Carla")
    sampled = Action.objects.exclude(pk=own.pk).first()
    row = ListRow.objects.create(of=site_list, line=1, venue="Auer", returning_from=sampled)
    remove_sample(by=nia)
    row.refresh_from_db()
    assert (list(Action.every.all()), row.returning_from) == ([own], None)


def test_only_nia_takes_it_away(sample: None, otto: Actor, ruth: Actor, carla: Actor) -> None:
    for somebody in (otto, ruth, carla):
        with pytest.raises(PermissionDenied):
            remove_sample(by=somebody)
    browser = signed_in(None, person_with(Grant("national")))
    assert "Take the sample away" in browser.get("/desk/sample/").content.decode()
    assert browser.post_form("/desk/sample/").headers["Location"] == "/desk/sample/"
    page = browser.get("/desk/sample/").content.decode()
    assert "The sample is gone: " in page
    assert "There is no sample in the record: all of it is your own." in page
    browser.post_form("/desk/sample/")
    assert "There is no sample in the record." in browser.get("/desk/sample/").content.decode()


def test_nothing_in_code_or_templates_knows_the_sample() -> None:
    files: list[Any] = [file for end in ("py", "html", "css", "js", "txt", "po") for file in PACKAGE.rglob(f"*.{end}")]
    knowing = {
        str(file.relative_to(PACKAGE)): found.group(0)
        for file in files
        if "sample" not in file.relative_to(PACKAGE).parts and (found := OF_THE_SAMPLE.search(file.read_text("utf-8")))
    }
    # The one command that fills it in knows the folder where it lies; examples in comments speak of no real action.
    assert knowing == {"cli/demo.py": "aros"}
