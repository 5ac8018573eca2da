"""Colours are measured on white as the guidelines say, and one that is too light has a nearest that can be read."""

from __future__ import annotations

import pytest

from manyplaces.core.colours import contrast_on_white, is_colour, readable


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.48), ("#767676", 4.54), ("#b3123f", 6.83), ("#0000ff", 8.59)],
)
def test_contrast_is_computed_as_the_guidelines_do(colour: str, contrast: float) -> None:
    assert round(contrast_on_white(colour), 2) == contrast


@pytest.mark.parametrize("colour", ["#ffd200", "#ffffff", "#777777", "#00ff00", "#ff69b4"])
def test_the_colour_that_is_proposed_can_be_read_and_is_hardly_darker_than_needed(colour: str) -> None:
    found = contrast_on_white(readable(colour))
    assert 4.5 <= found < 4.7
    assert readable("#b3123f") == "#b3123f"


def test_a_colour_is_written_in_one_way() -> None:
    written = ["#b3123f", "#B3123F", "b3123f", "#b31", "red", "", "#b3123f\n", "#b3123g"]
    assert [is_colour(text) for text in written] == [True, *[False] * 7]
