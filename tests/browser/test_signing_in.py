"""From an empty installation to two people who work in it: the first run, passkeys, letters that really arrive."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Site, served, watched
from tests.browser.looks import CUT, WIDTH
from tests.mail.sink import Sink

WIDE, NARROW = 1280, 360
TOUCH = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}


@pytest.fixture(scope="module")
def post() -> Iterator[Sink]:
    """The mail server of this site."""
    with Sink().listening() as sink:
        yield sink


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory, post: Sink) -> Iterator[Site]:
    """A site without a sample, a coordinator or a visitor, that sends its letters."""
    folder = tmp_path_factory.mktemp("people") / "data"
    mail = {"MANYPLACES_SMTP": f"smtp://127.0.0.1:{post.port}", "MANYPLACES_MAIL_FROM": "hello@schools.example"}
    with served(folder, "", MANYPLACES_SAMPLE="no", MANYPLACES_PROCESSES="1", **mail) as site:
        yield replace(site, url=site.url.replace("127.0.0.1", "localhost"))


def a_browser(browser: Browser, site: Site, **options: Any) -> tuple[BrowserContext, Any]:
    """A browser of somebody's own, with what went wrong in it."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, base_url=site.url, **options)
    return context, watched(context, site)


def with_passkeys(context: BrowserContext, page: Page) -> tuple[Any, str]:
    """Give a browser a device with passkeys; the way to it and its number."""
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {**TOUCH, "isUserVerified": True, "automaticPresenceSimulation": True}
    return device, device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def printed_code(site: Site) -> str:
    """The code of the first run, in what the server printed."""
    found = re.search(r"7 days\): ([\w-]+)$", site.data.with_name("said").read_text(), re.M)
    assert found is not None
    return found[1]


def code_for(post: Sink, address: str) -> str:
    """The code in the letter that arrives at an address, or has arrived; it is asked for once in these tests."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        bodies = [one.get_body(("plain",)) for one in post.taken if str(one["To"]) == address]
        found = [re.search(r"^\d{6}(?=\s)", body.get_content(), re.M) for body in bodies if body]
        if any(found):
            return next(one[0] for one in found if one)
        time.sleep(0.1)
    pytest.fail("no letter came")


def seen(page: Page, axe: Callable[[Page], list[str]], path: str = "") -> list[str]:
    """What is wrong with a page, wide and narrow: for screen readers, sticking out, or cut off."""
    if path:
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
    wrong = axe(page)
    page.set_viewport_size({"width": NARROW, "height": 900})
    wrong += [*axe(page), *page.evaluate(CUT)]
    width = page.evaluate(WIDTH)
    page.set_viewport_size({"width": WIDE, "height": 900})
    return [f"{page.url}: {one}" for one in wrong] + ([f"{page.url}: {width} wide"] if width > NARROW else [])


def test_from_the_printed_code_to_an_invited_colleague(
    browser: Browser, empty_site: Site, post: Sink, axe: Callable[[Page], list[str]], vnu: Any, tmp_path: Path
) -> None:
    context, visit = a_browser(browser, empty_site)
    page: Page = visit.page
    device, number = with_passkeys(context, page)
    wrong = seen(page, axe, "/first-run/") + seen(page, axe, "/sign-in/")
    page.goto("/first-run/")
    for name, text in (("code", printed_code(empty_site)), ("alias", "Nia"), ("email", "nia@example.org")):
        page.fill(f"[name={name}]", text)
    page.click("text=Make me national coordinator")
    wrong += seen(page, axe)

    # A device that does not look whose finger it is makes no passkey here.
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.click("text=Make a passkey")
    page.wait_for_selector("[role=alert]:not([hidden])")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})
    page.fill("[name=label]", "Laptop")
    page.click("text=Make a passkey")
    page.wait_for_selector(".codes")
    wrong += seen(page, axe)
    codes = page.locator(".codes code").all_inner_texts()
    page.click("text=I have kept my codes")
    page.wait_for_url("**/desk/coalition/")

    page.goto("/desk/people/invite/")
    page.fill("[name=alias]", "Carla")
    page.fill("[name=email]", "carla@example.org")
    page.check("[name=role][value=coordinator]")
    page.select_option("[name=state]", "WI")
    page.click("text=Send the invitation")
    page.wait_for_selector(".told")
    wrong += seen(page, axe)
    folder = tmp_path / "pages"
    folder.mkdir()
    paths = ("/me/", "/me/sessions/", "/me/passkeys/", "/me/address/", "/me/leave/", "/sign-out/", "/desk/people/")
    for place, path in enumerate((*paths, "/desk/people/invite/", "/desk/waiting/", "/es/me/", "/sign-in/again/")):
        wrong += seen(page, axe, path)
        (folder / f"{place}.html").write_text(page.content())
    assert wrong + vnu(folder) == []

    page.click("text=Sign out")
    page.goto("/desk/people/")
    assert page.url.endswith("/sign-in/?next=/desk/people/".replace("/desk/people/", "%2Fdesk%2Fpeople%2F"))
    page.click("text=Use my passkey")
    page.wait_for_url("**/desk/people/")
    assert (len(codes), visit.errors, visit.foreign) == (8, [], [])
    context.close()

    # Carla's letter has really come; her first code too, and without a script she comes in by it.
    carla_context, carla = a_browser(browser, empty_site, java_script_enabled=False)
    carla.page.goto("/es/me/")
    carla.page.fill("[name=email]", "carla@example.org")
    carla.page.click("button.primary")
    carla.page.fill("[name=code]", code_for(post, "carla@example.org"))
    carla.page.click("button.primary")
    assert (carla.page.url.removeprefix(empty_site.url), carla.page.input_value("[name=alias]")) == ("/es/me/", "Carla")
    assert (carla.errors, carla.foreign) == ([], [])
    carla_context.close()

    # A colleague's browser without the passkey: the code from the letter opens nothing, one on paper does.
    paper_context, paper = a_browser(browser, empty_site, java_script_enabled=False)
    paper.page.goto("/me/")
    paper.page.fill("[name=email]", "nia@example.org")
    paper.page.click("button.primary")
    paper.page.fill("[name=code]", code_for(post, "nia@example.org"))
    paper.page.click("button.primary")
    assert "/sign-in/passkey/" in paper.page.url
    paper.page.click("text=Use a recovery code")
    paper.page.fill("[name=code]", codes[3])
    paper.page.click("button.primary")
    assert paper.page.url.removeprefix(empty_site.url) == "/me/"
    paper_context.close()
