"""The tables behind pages: at the page's address with .csv, in both languages, named so that one finds them again."""

from __future__ import annotations

import pytest
from django.test import Client

from manyplaces.places.models import Place
from tests.exchange.conftest import SAMPLE, exported, rows_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize(
    ("path", "name", "rows"),
    [
        ("/index.csv", "actions", 9),
        ("/actions/feb2016.csv", "feb2016-events", 36),
        ("/actions/feb2016/numbers.csv", "feb2016-claims", 21),
        ("/actions/feb2016/media.csv", "feb2016-media", 16),
        ("/actions/feb2016/wi.csv", "feb2016-wi", 21),
        ("/actions/feb2016/wi/milwaukee.csv", "feb2016-wi-milwaukee", 16),
        ("/organisations/american-federation-of-teachers.csv", "organisation-american-federation-of-teachers", 10),
        ("/about/data/actions.csv", "actions", 9),
        ("/about/data/claims.csv", "claims", 65),
        ("/about/data/events.csv", "events", 195),
        ("/about/data/media.csv", "media", 58),
        ("/about/data/details.csv", "details", len(rows_of((SAMPLE / "details.csv").read_bytes()))),
    ],
)
def test_a_page_is_a_table_too(sampled: None, client: Client, language: str, path: str, name: str, rows: int) -> None:
    answer = client.get(language + path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert len(rows_of(answer.content)) == rows
    assert not answer.cookies


def test_downloads_are_what_the_command_writes(sampled: None, client: Client) -> None:
    for kind in ("actions", "claims", "events", "media", "details"):
        assert client.get(f"/about/data/{kind}.csv").content == exported(kind)  # type: ignore[arg-type]


def test_a_place_has_its_events_under_every_spelling(sampled: None, client: Client) -> None:
    place = Place.objects.get(name="Auer Avenue Elementary School")
    rows = rows_of(client.get(f"/places/{place.key}.csv").content)
    assert [(row["action_id"], row["venue"]) for row in rows] == [("feb2016", "Auer Avenue"), ("oct2016", "Auer")]


@pytest.mark.parametrize(
    "path",
    [
        "/actions/none.csv",
        "/actions/feb2016/zz.csv",
        "/actions/feb2016/wi/nowhere.csv",
        "/actions/feb2016/ca/milwaukee.csv",
        "/places/none.csv",
        "/organisations/none.csv",
        "/about/data/secrets.csv",
    ],
)
def test_what_is_not_there_is_not_found(sampled: None, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_table_is_only_read(sampled: None, client: Client) -> None:
    assert client.post("/index.csv").status_code == 405
