"""Who is at the door: what a session opens, and what it does not."""

from __future__ import annotations

import pytest
from django.test import Client

from manyplaces.core.actor import Grant
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db


def test_who_is_signed_in_opens_his_own_page_and_a_stranger_is_led_to_sign_in() -> None:
    carla = signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))
    assert carla.get("/me/").status_code == 200
    stranger = Client().get("/me/?tab=roles")
    assert (stranger.status_code, stranger["Location"]) == (302, "/sign-in/?next=%2Fme%2F%3Ftab%3Droles")
