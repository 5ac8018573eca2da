"""A coalition at work, for the scenarios: a site with the registry and a mail server, and people who sign in to it."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import COMMAND, Site, served, watched
from tests.mail.sink import Sink

DAY = "October 6, 2027"
EDTF = "2027-10-06"
WAIT = 60.0


@dataclass
class Coalition:
    """The site, the letters that leave it, and the browsers that were opened."""

    site: Site
    sink: Sink
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)

    def opened(self, width: int = 1280, **options: Any) -> Page:
        """A page in a browser of its own."""
        context = self.browser.new_context(viewport={"width": width, "height": 900}, base_url=self.site.url, **options)
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        visit = watched(context, self.site)
        self.faults.append(visit)
        return visit.page

    def manage(self, *command: str) -> str:
        """What a command of the operator says."""
        given = {"MANYPLACES_DATA": str(self.site.data), "DATABASE_URL": self.site.database}
        done = subprocess.run(
            [*COMMAND, *command], env={**os.environ, **given}, capture_output=True, text=True, check=False
        )
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.stdout + done.stderr

    def letter(self, to: str, words: str = "", after: int = 0) -> Any:
        """The letter to this address with these words in it, as soon as it has come."""
        return until(lambda: next((one for one in self.sink.taken[after:] if is_to(one, to, words)), None))

    def code_for(self, email: str, after: int) -> str:
        """The code of the letter to this address, once it has come."""
        texts = [text_of(letter) for letter in self.sink.taken[after:] if is_to(letter, email, "")]
        return next((code[1] for text in texts if (code := re.search(r"^(\d{6})\s", text, re.M))), "")

    def signed_in(self, email: str) -> Page:
        """A page in which somebody has signed in with the code of his letter."""
        page, before = self.opened(), len(self.sink.taken)
        page.goto("/sign-in/")
        page.fill("[name=email]", email)
        page.click("main form button.primary")
        page.fill("[name=code]", until(lambda: self.code_for(email, before)))
        page.click("main form button.primary")
        page.wait_for_url("**/desk/**")
        return page

    def present(self, page: Page, email: str = "nia@example.org") -> None:
        """Prove that it is still the same person, where the site asks because the last proof is 5 minutes old."""
        page.wait_for_load_state()
        if page.locator("main input[name=proof]").count():
            before = len(self.sink.taken)
            page.click("main form:has(input[value=ask]) button")
            page.fill("[name=proof-code]", until(lambda: self.code_for(email, before)))
            page.click("main form:has(input[value=code]) button")
            page.wait_for_load_state()

    def first_coordinator(self) -> Page:
        """Nia's page after the first run."""
        code = re.search(r"(?:\w{4}-){3}\w{4}", self.manage("first-run"))
        assert code is not None
        page = self.opened()
        page.goto("/first-run/")
        for name, text in {"code": code[0], "alias": "Nia", "email": "nia@example.org"}.items():
            page.fill(f"[name={name}]", text)
        page.click("main form button.primary")
        page.wait_for_url("**/desk/**")
        return page

    def invite(self, nia: Page, alias: str, email: str, role: str, state: str = "", city: str = "") -> None:
        """Nia invites somebody to a role."""
        nia.goto("/desk/people/invite/")
        self.present(nia)
        nia.fill("[name=alias]", alias)
        nia.fill("[name=email]", email)
        nia.check(f"[name=role][value={role}]")
        nia.select_option("[name=state]", state)
        nia.fill("[name=city]", city)
        nia.click("main form button.primary")
        nia.wait_for_load_state()
        assert nia.locator(".errors").count() == 0, nia.locator(".errors").inner_text()

    def call(self, nia: Page, name: str, slug: str, **filled: str) -> None:
        """Nia calls an action for a day and publishes it."""
        nia.goto("/desk/new-action/")
        nia.fill("[name=name]", name)
        nia.fill("[name=date_edtf]", DAY)
        nia.fill("[name=slug]", slug)
        nia.select_option("[name=kind]", "day")
        nia.click("main form button.primary")
        nia.wait_for_url(f"**/desk/actions/{slug}/")
        nia.fill("[name=time_local]", "7:45 am")
        nia.select_option("[name=tactic]", "walk-in")
        nia.fill("[name=opens_at]", "2026-01-05T09:00")
        for field_name, text in filled.items():
            nia.fill(f"[name={field_name}]", text)
        nia.click("main form button.primary")
        nia.goto(f"/desk/actions/{slug}/publish/")
        nia.click("main form button.primary")
        nia.wait_for_load_state()


def is_to(letter: Any, to: str, words: str) -> bool:
    """Whether a letter went to this address and has these words in its subject or text."""
    return str(letter["To"]) == to and (words in str(letter["Subject"]) or words in text_of(letter))


def text_of(letter: Any) -> str:
    """The plain text of a letter."""
    return str(letter.get_body(("plain",)).get_content())


def until(found: Callable[[], Any], seconds: float = WAIT, *, every: float = 0.1) -> Any:
    """What is found, as soon as it is there; fails after so many seconds. Looked for `every` so many."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(every)
    return answer


@contextmanager
def coalition(
    folder: Path, database: str, browser: Browser, schools: Path | None, **settings: str
) -> Iterator[Coalition]:
    """A site with a mail server, and with the registry read from a file; ends with no fault left in any browser."""
    with Sink().listening() as sink:
        mail = {"MANYPLACES_SMTP": f"smtp://127.0.0.1:{sink.port}", "MANYPLACES_MAIL_FROM": "hello@schools.example"}
        with served(folder / "data", database, **mail, **settings) as site:
            found = Coalition(site, sink, browser)
            if schools:
                found.manage("import", "schools", str(schools))
            try:
                yield found
            finally:
                for context in found.contexts:
                    context.close()
            assert [(visit.foreign, visit.errors) for visit in found.faults if visit.foreign or visit.errors] == []
