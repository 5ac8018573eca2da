"""A pin out of what maps give: links that are read and never followed, numbers as people copy them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from manyplaces.places.geometry import is_near
from manyplaces.places.rules import read_position

MILWAUKEE = (43.0389, -87.9065)


@pytest.mark.parametrize(
    "text",
    [
        "43.0389, -87.9065",
        " 43.0389 -87.9065 ",
        "(43.0389, -87.9065)",
        "43.0389° N, 87.9065° W",
        "43.0389°N 87.9065°O",
        "geo:43.0389,-87.9065?z=17",
        "geo:43.0389,-87.9065",
        "https://www.google.com/maps/@43.0389,-87.9065,17z",
        "https://www.google.com/maps?q=43.0389,-87.9065",
        "https://www.google.com/maps/search/?api=1&query=43.0389%2C-87.9065",
        "https://www.google.com/maps/place/X/@43.1,-87.8,15z/data=!4m6!3m5!1s0x0!8m2!3d43.0389!4d-87.9065",
        "https://maps.apple.com/?ll=43.0389,-87.9065&q=Dropped%20Pin",
        "https://maps.apple.com/place?coordinate=43.0389,-87.9065&name=Pin",
        "https://www.openstreetmap.org/?mlat=43.0389&mlon=-87.9065#map=17/43.1/-87.8",
        "https://www.openstreetmap.org/#map=17/43.0389/-87.9065",
    ],
)
def test_a_position_is_read(text: str) -> None:
    assert read_position(text) == MILWAUKEE


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("https://maps.app.goo.gl/AbC", "This link does not say where."),
        ("https://example.org/?q=grant", "This link does not say where."),
        ("the corner", "Write two numbers"),
        ("43.0389", "Write two numbers"),
        ("43,0389 87,9065 1", "Write two numbers"),
        ("143.0, -87.9", "There is no such position."),
        ("43.0, -187.9", "There is no such position."),
    ],
)
def test_what_is_no_position_is_told(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        read_position(text)
    assert refusal.value.messages[0].startswith(sentence)
    assert read_position(" ") is None


@pytest.mark.parametrize(
    ("state", "where", "near"),
    [
        ("WI", MILWAUKEE, True), ("WI", (42.2, -87.8), True), ("WI", (41.88, -87.63), False),
        ("WI", (43.0, 87.9), False),
        ("IL", (41.88, -87.63), True), ("AK", (61.2, -149.9), True), ("AK", (47.6, -122.3), False),
        ("HI", (21.3, -157.85), True), ("PR", (18.4, -66.1), True), ("PR", (25.8, -80.2), False),
        ("DC", (38.9, -77.04), True), ("RI", (41.8, -71.4), True), ("NY", (0.0, 0.0), False),
        ("WI", (-90.0, 180.0), False),
    ],
)  # fmt: skip
def test_near_a_state_is_within_sixty_kilometres_of_its_outline(
    state: str, where: tuple[float, float], near: bool
) -> None:
    assert is_near(state, *where) is near
