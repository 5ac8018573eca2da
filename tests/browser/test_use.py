"""Gil uses the site as he likes: without a script, with the keyboard alone, in the other language, and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.kinds import KINDS

LARGE = "/actions/walkout-mar-2018/"
SWITCHABLE = {kind: path for kind, path in KINDS.items() if kind != "not found"}


@pytest.fixture
def plain(visits: Callable[..., Visit]) -> Page:
    """A page in a browser that runs no script."""
    return visits(java_script_enabled=False).page


def at(page: Page) -> str:
    """The path and query where the browser is."""
    return re.sub(r"^https?://[^/]+", "", page.url).partition("#")[0]


def arrives(page: Page, path: str) -> None:
    """See that what was clicked leads there."""
    page.wait_for_url(lambda url: re.sub(r"^https?://[^/]+", "", url).partition("#")[0] == path, timeout=10_000)


def heading(page: Page) -> str:
    """The one heading of the page."""
    return page.locator("h1").inner_text().strip()


def test_without_a_script_gil_walks_from_the_first_page_to_a_school(plain: Page) -> None:
    plain.goto("/")
    plain.locator("#feb2016 h3 a").click()
    arrives(plain, "/actions/feb2016/")
    plain.locator("#places").get_by_role("link", name="Milwaukee", exact=True).click()
    arrives(plain, "/actions/feb2016/wi/milwaukee/")
    plain.locator("a[href^='/events/']", has_text="Auer Avenue").first.click()
    plain.wait_for_url("**/events/LA*/")
    plain.locator("main a[href^='/places/']").first.click()
    arrives(plain, "/places/auer-avenue-elementary-school-milwaukee-wi/")
    assert heading(plain) != ""


def test_without_a_script_gil_comes_to_numbers_and_media(plain: Page) -> None:
    plain.goto("/")
    plain.locator("#feb2016 a.figure").first.click()
    arrives(plain, "/actions/feb2016/numbers/")
    plain.goto("/")
    plain.locator("#feb2016 .ways a[href$='/media/']").click()
    arrives(plain, "/actions/feb2016/media/")


def test_without_a_script_the_search_of_the_site_finds_a_school(plain: Page) -> None:
    plain.goto("/")
    plain.locator("#find").fill("auer")
    plain.locator("form[role=search] button").click()
    arrives(plain, "/search/?q=auer")
    plain.locator("main a[href^='/places/']").first.click()
    arrives(plain, "/places/auer-avenue-elementary-school-milwaukee-wi/")


def test_without_a_script_the_search_in_an_action_finds_its_events(plain: Page) -> None:
    plain.goto(LARGE)
    plain.locator("#q").fill("parkland")
    plain.locator("form[data-filter] button").click()
    arrives(plain, f"{LARGE}?q=parkland")
    found = plain.locator("#found a[href^='/events/']")
    assert found.count() > 0
    assert {"Parkland" in text for text in found.all_inner_texts()} == {True}


def test_with_a_script_the_list_of_cities_narrows_down_as_gil_types(page: Page) -> None:
    page.goto(LARGE)
    shown = page.locator("#places ul li:visible")
    everything = shown.count()
    page.locator("#q").press_sequentially("gainesv")
    assert {text.split("\n")[0].strip().partition(" ")[0] for text in shown.all_inner_texts()} == {"Gainesville"}
    expect(page.locator("#filtered")).to_contain_text("narrowed down")
    page.locator("#q").fill("zzzz")
    assert shown.count() == 0
    expect(page.locator("#filtered")).to_contain_text("No city fits")
    page.locator("#q").fill("")
    assert shown.count() == everything
    expect(page.locator("#filtered")).to_have_text("")
    assert at(page) == LARGE


def test_a_long_list_of_cities_is_laid_out_when_gil_comes_near_it_and_always_on_paper(page: Page) -> None:
    page.goto(LARGE)
    last = page.locator("#places .long a").last
    is_laid_out = "(city) => city.checkVisibility({ contentVisibilityAuto: true })"
    assert not last.evaluate(is_laid_out)
    # About as high as it will be, so that the page does not jump.
    before = page.evaluate("document.body.scrollHeight")
    page.emulate_media(media="print")
    assert last.evaluate(is_laid_out)
    page.emulate_media(media="screen")
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    assert last.evaluate(is_laid_out)
    page.eval_on_selector("#places", "list => list.classList.add('narrowed')")
    whole = page.evaluate("document.body.scrollHeight")
    assert whole <= before * 1.02 < whole * 1.5


def focused(page: Page) -> tuple[str, bool]:
    """What has the focus, in words, and whether an eye can see that it has it."""
    found: list[object] = page.evaluate("""async () => {
      // The browser scrolls to where the focus went with the next picture that it draws.
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      const box = document.activeElement, place = box.getBoundingClientRect(), style = getComputedStyle(box);
      const ringed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      const inside = place.width > 0 && place.left >= 0 && place.top >= 0 && place.bottom <= innerHeight;
      return [(box.getAttribute('class') || box.id || box.textContent).trim(), ringed && inside];
    }""")
    return str(found[0]), bool(found[1])


def test_with_the_keyboard_alone_gil_skips_to_the_content(page: Page) -> None:
    page.goto("/actions/feb2016/")
    page.keyboard.press("Tab")
    assert focused(page) == ("skip", True)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    # The next stop is the first link of the content, past name, menu and search.
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


def test_with_the_keyboard_alone_gil_searches(page: Page) -> None:
    page.goto("/")
    stops = []
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.append(focused(page))
        if stops[-1][0] == "find":
            break
    assert [where for where, _ in stops] == ["skip", "name", "Past actions", "About this record", "find"]
    assert [where for where, seen in stops if not seen] == []
    for where in ("Search", "switch"):
        page.keyboard.press("Tab")
        assert focused(page) == (where, True)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("milwaukee")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=milwaukee")


def test_every_stop_of_the_keyboard_on_a_page_can_be_seen(visits: Callable[..., Visit]) -> None:
    # Where motion is not wanted the browser jumps to the focus; else it would still be gliding there as we look.
    page = visits(reduced_motion="reduce").page
    page.goto("/actions/may2014/")
    many = page.locator("a[href]:visible, input:visible, button:visible").count()
    unseen = []
    for _ in range(many):
        page.keyboard.press("Tab")
        where, seen = focused(page)
        if not seen:
            unseen.append(where)
    assert unseen == []


@pytest.mark.parametrize("kind", SWITCHABLE)
def test_the_switch_of_language_stays_on_the_page_both_ways(plain: Page, kind: str) -> None:
    path = SWITCHABLE[kind]
    plain.goto(path)
    plain.locator("a.switch").click()
    assert (at(plain), plain.locator("html").get_attribute("lang")) == (f"/es{path}", "es")
    plain.locator("a.switch").click()
    assert (at(plain), plain.locator("html").get_attribute("lang")) == (path, "en")


def test_on_paper_a_page_has_its_content_and_no_menu(page: Page) -> None:
    page.goto("/actions/may2014/")
    page.emulate_media(media="print")
    assert page.locator("nav:visible, form:visible").count() == 0
    assert page.locator("h1:visible").count() == 1
    assert page.pdf()[:5] == b"%PDF-"


def test_gil_passes_a_page_on_with_one_press(visits: Callable[..., Visit]) -> None:
    page = visits(permissions=["clipboard-read", "clipboard-write"]).page
    # What a telephone has and a browser on a desk may lack: its own list of ways to share.
    page.add_init_script("navigator.share = async (what) => { document.title = JSON.stringify(what); };")
    page.goto("/es/events/LA001/")
    box = page.locator("section.share")
    link = page.url.partition("#")[0]
    assert box.locator(".letters").inner_text() == link.partition("//")[2]
    box.get_by_role("button", name="Copiar la dirección").click()
    expect(box.get_by_role("status")).to_have_text("Copiada. Péguela donde quiera.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    box.get_by_role("button", name="Compartir", exact=True).click()
    expect(page).to_have_title(re.compile(rf'"url":"{re.escape(link)}"'))
    # The code is drawn once somebody comes near it.
    box.locator("img").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('section.share img').naturalWidth > 0")


def test_without_a_script_gil_passes_a_page_on_by_hand(plain: Page) -> None:
    plain.goto("/actions/feb2016/")
    box = plain.locator("section.share")
    assert box.locator("button:visible").count() == 0
    assert [way.inner_text() for way in box.locator(".ways a").all()] == ["By e-mail", "By text message"]
    box.locator(".letters").click()
    selected = plain.evaluate("getSelection().toString()")
    assert selected == plain.url.partition("//")[2]
