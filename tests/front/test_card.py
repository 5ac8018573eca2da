"""Gil shares a link to the action, and his friends see its card."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.front.drawings.sharing import dots_of
from manyplaces.front.queries.action import action_page
from tests.front.records import SmallRecord


def picture(client: Client, path: str) -> bytes:
    found = client.get(path)
    assert (found.status_code, found["Content-Type"]) == (200, "image/png")
    image = Image.open(BytesIO(found.content))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    return found.content


@pytest.mark.parametrize("path", ["/actions/oct2025/card.png", "/es/actions/fall2025/card.png"])
def test_a_card_is_the_same_picture_every_time(path: str, small_record: SmallRecord, client: Client) -> None:
    assert picture(client, path) == picture(client, path)


def test_a_card_speaks_the_language_of_its_page(small_record: SmallRecord, client: Client) -> None:
    assert picture(client, "/actions/oct2025/card.png") != picture(client, "/es/actions/oct2025/card.png")


def test_an_action_of_which_nothing_is_known_yet_has_a_card(db: None, client: Client, nia: Any) -> None:
    call_action(Action(slug="soon", name="Soon", kind="day", date_edtf="2030"), by=nia)
    assert len(picture(client, "/actions/soon/card.png")) < 60_000


def test_every_city_is_a_dot_in_the_way_of_its_phase(small_record: SmallRecord) -> None:
    dots = dots_of(action_page(small_record.days).states)
    assert [(dot.count, dot.phase) for dot in dots] == [(1, "cancelled"), (1, "held"), (2, "held")]
