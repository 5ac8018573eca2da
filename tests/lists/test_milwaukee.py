"""Milwaukee's 71 schools of October 2016, as they were typed, after the 15 of February: who comes back is known."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.operations import list_event
from manyplaces.events.rules import Phase
from manyplaces.exchange.registry import import_school_file
from manyplaces.lists.operations import answer_rows
from manyplaces.lists.queries import list_page
from manyplaces.lists.rules import Verdict
from manyplaces.places.models import School
from manyplaces.places.operations import find_or_add_city
from tests.events.calling import october
from tests.lists.bringing import paste

pytestmark = pytest.mark.django_db


@pytest.fixture
def sites(shared: Path, tmp_path: Path, nia: Actor) -> dict[str, list[str]]:
    """The typed names of Milwaukee's sites by action, with the registry of the city."""
    with gzip.open(shared / "data/schools_us_ccd2019.csv.gz", "rt", encoding="utf-8") as packed:
        header, *lines = [line for line in packed if "ncessch" in line.lower() or ",Milwaukee,WI," in line]
    file = tmp_path / "milwaukee.csv"
    file.write_text(header + "".join(lines), encoding="utf-8")
    import_school_file(file, dry_run=False, by=nia, tell=lambda progress: None)
    with (shared / "data/aros/local_actions.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["city"] == "Milwaukee" and row["status"] == "committed"]
    return {
        name: [row["venue"] for row in rows if row["action_id"] == name and row["venue"]]
        for name in ("feb2016", "oct2016")
    }


def test_fourteen_of_seventy_one_are_known_to_return(sites: dict[str, list[str]], nia: Actor, carla: Actor) -> None:
    action: Any = october()
    february = october(slug="feb2016", name="February", date_edtf="2016-02-17")
    city = find_or_add_city("Milwaukee", "WI", by=nia)
    for number, venue in enumerate(sites["feb2016"]):
        event = Event(key=f"f{number}", action=february, city=city, venue=venue, phase=Phase.COMMITTED)
        list_event(event, by=nia)
    brought = paste(action, "\n".join(sites["oct2016"]), carla)
    # The fifteenth, "Community HS", is in neither list under a name that the registry or the other list has.
    assert brought.rows.exclude(returning_from=None).count() == 14
    asked = list(brought.rows.filter(verdict=Verdict.UNSURE))
    answer_rows(brought, {row.pk: School.objects.get(pk=row.suggestions[0]).number for row in asked}, by=carla)
    counts = list_page(brought).counts
    assert (counts["certain"], len(asked), counts["unknown"], counts["double"]) == (60, 9, 2, 1)
    assert (len(sites["oct2016"]), len(sites["feb2016"])) == (71, 15)
