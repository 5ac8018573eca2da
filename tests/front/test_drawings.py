"""Nia sees her action on one map, and Gil sees it on the card when somebody shares the page."""

import csv
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import font_hanken_grotesk
import pytest
from PIL import Image

from manyplaces.front.drawings.card import share_card
from manyplaces.front.drawings.map import Dot, circles, dot_map, legend_steps, legend_svg, outline_svg
from manyplaces.places.geometry import project

SVG = "{http://www.w3.org/2000/svg}"
MILWAUKEE = (43.0533, -87.9678)
CHICAGO = (41.8376, -87.6818)


@pytest.fixture(scope="module")
def walkouts(shared: Path) -> list[Dot]:
    with (shared / "data/walkouts_2018.csv").open(encoding="utf-8", newline="") as lines:
        spots = Counter((float(row["lat"]), float(row["lon"])) for row in csv.DictReader(lines) if row["lat"])
    return [Dot(lat, lon, count, "held") for (lat, lon), count in sorted(spots.items())]


def drawn(dots: list[Dot], title: str = "Walk-ins", id_prefix: str = "map") -> ElementTree.Element:
    """The map as a browser's parser reads it inside a page."""
    text = dot_map(dots, title=title, description="Two cities", background="/static/us.svg", id_prefix=id_prefix)
    return ElementTree.fromstring(str(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_the_states_are_one_small_picture_without_style() -> None:
    text = outline_svg()
    picture = ElementTree.fromstring(text)
    assert len(picture.findall(f".//{SVG}path")) == 52
    assert "style" not in text
    assert len(text.encode()) < 28_000


def test_the_map_says_to_a_screen_reader_what_it_shows() -> None:
    picture = drawn([Dot(*MILWAUKEE, 86, "held")], id_prefix="feb2016")
    title, description = picture[0], picture[1]
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.get("id"), title.text, description.text) == ("feb2016-title", "Walk-ins", "Two cities")


def test_a_title_with_markup_stays_text() -> None:
    picture = drawn([], title="<script>alert('&')</script>")
    assert picture[0].text == "<script>alert('&')</script>"
    assert [element.tag for element in picture] == [f"{SVG}title", f"{SVG}desc", f"{SVG}image", f"{SVG}g"]


def test_dots_of_one_cell_are_one_circle_of_their_main_phase() -> None:
    dots = [Dot(*MILWAUKEE, 3, "planned"), Dot(*MILWAUKEE, 4, "held"), Dot(43.06, -87.97, 2, "planned")]
    assert [(circle.count, circle.phase) for circle in circles(dots)] == [(9, "planned")]
    assert [circle.phase for circle in circles([Dot(*CHICAGO, 1, "cancelled"), Dot(*CHICAGO, 1, "held")])] == ["held"]


def test_a_circle_lies_where_its_city_lies() -> None:
    [circle] = circles([Dot(*MILWAUKEE, 1, "held")])
    assert (circle.x, circle.y) == pytest.approx(project(*MILWAUKEE), abs=0.06)


def test_area_is_proportional_to_number_and_large_ones_are_painted_first() -> None:
    dots = [Dot(*MILWAUKEE, 25, "held"), Dot(*CHICAGO, 100, "held"), Dot(39.0, -105.0, 1, "cancelled")]
    assert [(circle.count, circle.radius) for circle in circles(dots)] == [(100, 22.0), (25, 11.0), (1, 2.5)]
    picture = drawn(dots)
    assert [(group.get("class"), len(group)) for group in picture[3]] == [("held", 2), ("cancelled", 1)]
    assert [circle.get("r") for circle in picture.iter(f"{SVG}circle")] == ["22", "11", "2.5"]


def test_an_action_in_one_school_is_not_drawn_as_a_giant() -> None:
    assert [circle.radius for circle in circles([Dot(*MILWAUKEE, 1, "held")])] == [3.2]


def test_what_lies_outside_the_map_or_counts_nothing_is_left_out() -> None:
    assert circles([Dot(48.85, 2.35, 5, "held"), Dot(*MILWAUKEE, 0, "held")]) == []


def test_seven_hundred_cities_stay_under_45_kilobytes(walkouts: list[Dot]) -> None:
    text = dot_map(walkouts[::3][:700], title="t", description="d", background="/static/us.svg")
    # A circle for each, or many of one size in a path: each of those begins with M.
    assert text.count("<circle") + text.count("M") > 500
    assert text.count("<circle") + text.count("<path") < 200
    assert len(text.encode()) < 45_000
    assert re.findall(r"style=|\d\.\d\d|\.0\D", text) == []


@pytest.mark.parametrize(
    ("count", "steps"),
    [(1, [1]), (3, [3]), (4, [1, 2]), (10, [1, 10]), (86, [1, 5, 50]), (250, [1, 10, 200]), (1000, [1, 20, 1000])],
)
def test_the_legend_explains_the_sizes_in_round_numbers(count: int, steps: list[int]) -> None:
    dots = [Dot(*MILWAUKEE, count, "held")]
    assert legend_steps(dots) == steps
    assert re.findall(r">([\d,]+)</text>", legend_svg(dots)) == [f"{step:,}" for step in steps]


def test_an_empty_map_has_no_legend() -> None:
    assert legend_steps([]) == []


def hanken(weight: str) -> Path:
    return Path(font_hanken_grotesk.font_files_otf[f"HankenGrotesk{weight}"])


def card(title: str, *, dots: list[Dot], font: bool = True, number: str = "2,324") -> bytes:
    return share_card(
        dots,
        title=title,
        when="February 17, 2016",
        number=number,
        caption="escuelas según la coalición",
        colour="#b3123f",
        font_path=hanken("Bold") if font else None,
        text_font_path=hanken("Medium") if font else None,
    )


@pytest.mark.parametrize("font", [True, False], ids=["Hanken Grotesk", "no font"])
@pytest.mark.parametrize(
    "title",
    [
        "Walk-ins",
        "¿Qué escuelas merecen nuestras niñas y niños? " * 8,
        "Supercalifragilisticexpialidocious" * 4,
        "",
    ],
    ids=["short", "long", "one endless word", "empty"],
)
def test_no_title_runs_into_the_map(title: str, font: bool) -> None:
    picture = Image.open(BytesIO(card(title, dots=[], font=font, number="more than one hundred thousand people")))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    gap = picture.convert("RGB").crop((558, 14, 570, 630))  # Between the column of text and the map.
    assert gap.getcolors() == [(12 * 616, gap.getpixel((0, 0)))]
    foot = picture.convert("RGB").crop((0, 612, 1200, 630))
    assert foot.getcolors() == [(1200 * 18, gap.getpixel((0, 0)))]


def test_the_card_carries_the_dots_in_the_coalitions_colour_and_stays_small(walkouts: list[Dot]) -> None:
    def red_on_the_map(data: bytes) -> int:
        part = Image.open(BytesIO(data)).convert("RGB").crop((572, 122, 1180, 500))
        return sum(count for count, (r, g, b) in part.getcolors(1 << 20) or [] if r > 150 and g < 80 and b < 110)

    full = card("Student walkouts", dots=walkouts)
    assert len(full) < 60_000
    assert red_on_the_map(card("Student walkouts", dots=[])) == 0
    assert red_on_the_map(full) > 3000


def test_many_circles_of_one_size_are_one_line_through_the_same_points() -> None:
    dots = [Dot(33.0 + number, -100.0 + number, 1, "held") for number in range(12)]
    [group] = [one for one in drawn(dots).iter(f"{SVG}g") if one.get("class") == "held"]
    [line] = group
    r = circles(dots)[0].radius
    begun = re.findall(r"M(\S+) (\S+?)a", line.get("d") or "")
    at = [(round(float(x) + r, 1), float(y)) for x, y in begun]
    assert at == [(round(one.x, 1), round(one.y, 1)) for one in circles(dots)]
