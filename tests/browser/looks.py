"""One look at every kind of page in a real browser, wide and narrow: what is seen, loaded, said and left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site, watched
from tests.browser.kinds import ADDRESSES

WIDE, NARROW, ZOOMED = 1280, 360, 320

# What sticks out of the page, and text that its box cuts off; on purpose it is done to hidden words for screen readers
# and to the trap for programs.
CUT = """() => {
  const found = [];
  for (const box of document.querySelectorAll('body *')) {
    if (box.closest('.vh, .trap, svg, [hidden]') || !box.textContent.trim()) continue;
    const style = getComputedStyle(box);
    if (style.clipPath !== 'none') continue;
    const hides = style.overflowX !== 'visible' || style.overflowY !== 'visible' || style.textOverflow === 'ellipsis';
    if (hides && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)) {
      found.push(box.tagName + '.' + box.className + ': ' + box.textContent.trim().slice(0, 40));
    }
  }
  return found;
}"""
WIDTH = "document.scrollingElement.scrollWidth"


@dataclass
class Look:
    """One page, as it was met in the browser."""

    status: int
    html: str
    violations: dict[int, list[str]] = field(default_factory=dict)
    widths: dict[int, int] = field(default_factory=dict)
    large_text: int = 0
    cut: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    left: list[object] = field(default_factory=list)
    loaded: dict[str, str] = field(default_factory=dict)


def look_at_all(browser: Browser, site: Site, axe: Callable[[Page], list[str]]) -> dict[str, Look]:
    """Look at every kind of page in both languages."""
    return {name: look(browser, site, axe, path) for name, path in ADDRESSES.items()}


def look(browser: Browser, site: Site, axe: Callable[[Page], list[str]], path: str) -> Look:
    """Open one address and look at it wide, narrow and zoomed."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, base_url=site.url)
    visit = watched(context, site)
    page = visit.page
    loaded: dict[str, str] = {}
    page.on("request", lambda request: loaded.setdefault(request.url.removeprefix(site.url), request.resource_type))
    answer = page.goto(path)
    assert answer is not None
    seen = Look(answer.status, answer.text(), loaded=loaded, foreign=visit.foreign, errors=visit.errors)
    page.evaluate("document.fonts.ready")
    seen.violations[WIDE] = axe(page)
    seen.large_text = _with_large_text(page)
    for width in (NARROW, ZOOMED):
        page.set_viewport_size({"width": width, "height": 800})
        seen.widths[width] = page.evaluate(WIDTH)
    seen.cut = page.evaluate(CUT)
    page.set_viewport_size({"width": NARROW, "height": 800})
    seen.violations[NARROW] = axe(page)
    seen.left = [*context.cookies(), *page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")]
    context.close()
    return seen


def _with_large_text(page: Page) -> int:
    """Return how wide the page gets where somebody has set text to twice its size."""
    page.evaluate("document.documentElement.style.setProperty('font-size', '212.5%')")
    width: int = page.evaluate(WIDTH)
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    return width
