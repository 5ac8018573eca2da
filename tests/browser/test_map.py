"""Gil looks closer at the map of an action: with the mouse, with the keys alone, on a phone, and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.coalition import until
from tests.browser.conftest import Visit, served
from tests.browser.kinds import ask
from tests.browser.looks import CUT, NARROW, WIDTH
from tests.browser.test_headers import POLICY

LARGE = "/actions/walkout-mar-2018/"
ROW = re.compile(r"^(\d+) events?, circle (\d+) of (\d+) in view\. Enter (shows what is there|looks closer)\.$")


def live(page: Page, path: str = LARGE) -> Page:
    """Open the map of an action and wait until it can be moved."""
    page.goto(f"{path}#where")
    page.locator("figure.map[data-live]").wait_for()
    return page


@pytest.fixture
def calm(visits: Callable[..., Visit]) -> Page:
    """A page for somebody who does not want motion: what moves is at its end at once."""
    return visits(reduced_motion="reduce").page


def told(page: Page) -> str:
    """What a screen reader is told about the map."""
    return page.locator(".map-live > [role=status]").inner_text()


def walk(page: Page, wanted: Callable[[int, bool], bool]) -> int:
    """Press N until the circle fits (its events, whether it is one place); return how many events it has."""
    for _ in range(200):
        page.keyboard.press("n")
        found = ROW.match(told(page))
        assert found, told(page)
        if wanted(int(found[1]), found[4] == "shows what is there"):
            return int(found[1])
    pytest.fail("no circle fits")


def in_view(page: Page) -> int:
    """How many circles are in view."""
    page.keyboard.press("n")
    found = ROW.match(told(page))
    assert found, told(page)
    return int(found[3])


def test_without_a_script_the_drawn_map_is_there(visits: Callable[..., Visit]) -> None:
    page = visits(java_script_enabled=False).page
    page.goto(LARGE)
    lines = page.eval_on_selector_all("figure.map > .dot-map path", "found => found.map(one => one.getAttribute('d'))")
    assert page.locator("figure.map > .dot-map circle").count() + "".join(lines).count("M") > 300
    assert page.locator("figure.map > .dot-map").is_visible()
    assert page.locator(".map-live").count() == 0


def test_where_the_points_do_not_arrive_the_drawn_map_stays(page: Page) -> None:
    page.route("**/points.bin", lambda route: route.fulfill(status=200, body=""))
    with page.expect_response("**/points.bin"):
        page.goto(f"{LARGE}#where")
    page.wait_for_timeout(300)
    assert page.locator("figure.map > .dot-map").is_visible()


def test_with_the_keyboard_alone_gil_comes_to_an_event(calm: Page) -> None:
    page = live(calm)
    assert not page.locator("figure.map > .dot-map").is_visible()
    page.locator(".map-pane").focus()
    # From the whole country to a circle of some, and on into it until one place is left.
    whole = in_view(page)
    walk(page, lambda events, one: events > 20 and not one)
    page.keyboard.press("Enter")
    assert told(page) == "Closer now. Press N for the first circle in view."
    assert in_view(page) != whole
    walk(page, lambda events, one: one)
    page.keyboard.press("Enter")
    panel = page.locator(".map-panel")
    link = panel.locator("a").first
    expect(link).to_be_visible()
    assert page.evaluate("document.activeElement.className").startswith("map-panel")
    expect(panel).to_contain_text("2018")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "map-pane"
    # 0 shows the whole map again; the arrows move it; the page itself does not scroll.
    page.keyboard.press("0")
    assert in_view(page) == whole
    before = page.evaluate("scrollY")
    for key in ("+", "+", "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "-", "-"):
        page.keyboard.press(key)
    assert (in_view(page), page.evaluate("scrollY")) == (whole, before)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Closer"


def test_the_panel_leads_to_the_event_that_it_names(calm: Page) -> None:
    page = live(calm)
    page.locator(".map-pane").focus()
    walk(page, lambda events, one: one)
    page.keyboard.press("Enter")
    link = page.locator(".map-panel a").first
    expect(link).to_be_visible()
    name = link.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/**")
    assert name.partition(",")[0] in page.locator("main").inner_text()


def painted(page: Page) -> None:
    """Wait until what was asked for is on the screen, however slow the machine is."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def ringed(page: Page) -> tuple[float, float]:
    """Where on the canvas the ring of the chosen circle is: its middle in pixels of the pane."""
    found: list[float] = page.evaluate("""() => {
      const canvas = document.querySelector('.map-pane canvas'), pen = canvas.getContext('2d');
      const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
      let [left, right, top, bottom] = [width, 0, height, 0];
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] > 40 || data[i + 1] > 40 || data[i + 2] > 40 || data[i + 3] < 250) continue;
        const x = (i / 4) % width, y = Math.floor(i / 4 / width);
        left = Math.min(left, x); right = Math.max(right, x); top = Math.min(top, y); bottom = Math.max(bottom, y);
      }
      const dots = width / canvas.clientWidth;
      return [(left + right) / 2 / dots, (top + bottom) / 2 / dots];
    }""")
    return found[0], found[1]


def test_a_click_on_a_circle_splits_it_and_on_a_place_shows_it(calm: Page) -> None:
    page = live(calm)
    pane = page.locator(".map-pane")
    pane.focus()
    whole = in_view(page)
    walk(page, lambda events, one: events > 60)
    painted(page)
    x, y = ringed(page)
    pane.click(position={"x": x, "y": y})
    assert told(page) == "Closer now. Press N for the first circle in view."
    assert in_view(page) != whole
    walk(page, lambda events, one: one)
    painted(page)
    x, y = ringed(page)
    pane.click(position={"x": x, "y": y})
    expect(page.locator(".map-panel a").first).to_be_visible()
    page.locator(".map-panel button[aria-label=Close]").click()
    expect(page.locator(".map-panel")).to_be_hidden()


def test_everything_that_dragging_and_wheel_do_has_buttons(calm: Page) -> None:
    page = live(calm)
    pane, box = page.locator(".map-pane"), page.locator(".map-pane").bounding_box()
    assert box
    tools = page.locator(".map-tools button")
    names = ["Closer", "Farther away", "The whole map", "To the left", "Up", "Down", "To the right"]
    assert [tool.get_attribute("aria-label") for tool in tools.all()] == names
    for tool in tools.all():
        size = tool.bounding_box()
        assert size and min(size["width"], size["height"]) >= 24
    picture = lambda: page.evaluate("document.querySelector('.map-pane canvas').toDataURL()")  # noqa: E731
    painted(page)
    seen = [picture()]
    for name in ("Closer", "To the left", "Up", "The whole map"):
        page.locator(f".map-tools [aria-label='{name}']").click()
        painted(page)
        seen.append(picture())
    assert len(set(seen[:4])) == 4
    assert seen[4] == seen[0]
    # Without a key held down the wheel scrolls the page, and the map says how it is done.
    pane.hover()
    page.mouse.wheel(0, -120)
    expect(page.locator(".map-hint.on")).to_contain_text("Ctrl")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    painted(page)
    closer = picture()
    assert closer != seen[0]
    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 420, box["y"] + 300, steps=4)
    page.mouse.up()
    painted(page)
    assert picture() != closer


def fingers(page: Page) -> Callable[..., None]:
    """Puts fingers on the screen ("touchStart"), moves and lifts them, through the browser's own door."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *spots: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(spots)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def test_on_a_phone_one_finger_scrolls_the_page_and_two_move_the_map(visits: Callable[..., Visit]) -> None:
    page = live(visits(width=NARROW, height=700, has_touch=True, is_mobile=True, reduced_motion="reduce").page)
    pane, touch = page.locator(".map-pane"), fingers(page)
    page.evaluate("document.querySelector('.map-pane').scrollIntoView({block: 'center'})")
    box = pane.bounding_box()
    assert box
    x, y = box["x"] + 150, box["y"] + 200
    before, at = page.evaluate("document.querySelector('.map-pane canvas').toDataURL()"), page.evaluate("scrollY")
    touch("touchStart", (x, y))
    for moved in range(20, 161, 20):
        touch("touchMove", (x, y - moved))
    touch("touchEnd")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > at + 50
    assert page.evaluate("document.querySelector('.map-pane canvas').toDataURL()") == before
    page.evaluate("document.querySelector('.map-pane').scrollIntoView({block: 'center'})")
    page.wait_for_timeout(300)
    at = page.evaluate("scrollY")
    touch("touchStart", (x - 20, y), (x + 20, y))
    for moved in range(5, 41, 5):
        touch("touchMove", (x - 20 - moved, y), (x + 20 + moved, y))
    touch("touchEnd")
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == at
    assert page.evaluate("document.querySelector('.map-pane canvas').toDataURL()") != before
    expect(page.locator(".map-keys")).to_contain_text("Two fingers")
    assert page.evaluate(WIDTH) == NARROW


def test_the_map_speaks_spanish(calm: Page) -> None:
    page = live(calm, f"/es{LARGE}")
    page.locator(".map-pane").focus()
    page.keyboard.press("n")
    assert re.match(r"^\d+ actos?, círculo 1 de \d+ a la vista\. Intro ", told(page))
    for _ in range(200):
        if told(page).endswith("Intro muestra lo que hay ahí."):
            break
        page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel a").first).to_be_visible()
    expect(page.locator(".map-panel")).to_contain_text("de 2018")
    assert "/es/events/" in (page.locator(".map-panel a").first.get_attribute("href") or "")


@pytest.mark.parametrize("width", [1280, NARROW])
def test_axe_finds_nothing_on_the_map_and_its_panel(
    visits: Callable[..., Visit], axe: Callable[[Page], list[str]], width: int
) -> None:
    page = live(visits(width=width, reduced_motion="reduce").page)
    page.locator(".map-pane").focus()
    walk(page, lambda events, one: one)
    page.keyboard.press("Enter")
    expect(page.locator(".map-panel a").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(WIDTH) <= width


class Tiles(BaseHTTPRequestHandler):
    """A tile server of the operator's own; `asked` is what it was asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer with the same small picture everywhere."""
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        size = 'width="256" height="256"'
        picture = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="none" stroke="#888"/></svg>'
        self.wfile.write(picture.encode())

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def test_streets_come_from_the_operators_own_server_alone_and_when_gil_asks_for_them(
    browser: Browser, tmp_path: Path
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    settings = {"MANYPLACES_TILES": f"{origin}/{{z}}/{{x}}/{{y}}.png", "MANYPLACES_TILES_CREDIT": "© Nia"}
    with served(tmp_path / "data", "", **settings) as own:
        policy = ask(own.url, "/actions/feb2016/").headers["content-security-policy"]
        assert policy == POLICY.replace("img-src 'self'", f"img-src 'self' {origin}")
        context = browser.new_context(base_url=own.url, reduced_motion="reduce")
        page = live(context.new_page(), "/actions/feb2016/")
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text))
        streets = page.get_by_role("button", name="Streets")
        assert not streets.is_visible()
        page.locator(".map-pane").focus()
        walk(page, lambda events, one: one)
        for _ in range(6):
            page.keyboard.press("+")
        expect(streets).to_be_visible()
        assert Tiles.asked == []
        streets.click()
        expect(streets).to_have_attribute("aria-pressed", "true")
        until(lambda: Tiles.asked, 10)
        page.wait_for_timeout(500)
        assert {path.split("/")[1] for path in Tiles.asked} == {"13"}
        page.locator(".map-pane").focus()
        assert in_view(page) >= 1
        streets.click()
        expect(streets).to_have_attribute("aria-pressed", "false")
        assert errors == []
        context.close()
    server.shutdown()
