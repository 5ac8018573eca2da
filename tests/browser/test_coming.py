"""Gil says that he comes from a small phone: without a script, with one, by keys alone, and where the network fails."""

from __future__ import annotations

import hashlib
import json
import random
import re
import string
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from manyplaces.rsvps.forms.reading import FREE
from tests.browser.coalition import text_of, until
from tests.browser.conftest import ROOT, Site, served, watched
from tests.browser.looks import CUT, WIDTH
from tests.browser.serving import run
from tests.browser.test_hostile_texts import ELEMENTS, MISSING, STRANGE
from tests.mail.sink import Sink

SEED = """
import django; django.setup()
import json
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.people.operations import find_or_add_organisation
from tests.events.calling import october
from tests.rsvps.coming import confirmed, of_host, walk_in, way_of
action, by = october(), Actor("Nia", "command")
rooms = {"Auer Avenue School": None, "Grant Elementary": 1, "Hayes Elementary": None, "Longfellow": None, "Lane": None}
open_one, full, cancelled, crowded, hostile = (walk_in(action, venue, capacity=room) for venue, room in rooms.items())
open_one.hosts.set([find_or_add_organisation("MTEA", by=by)])
confirmed(full, "first@example.org")
waiting = way_of(confirmed(full, "second@example.org"))
Event.every.filter(pk=cancelled.pk).update(phase="cancelled")
print(json.dumps({"open": open_one.key, "waiting": waiting, "cancelled": cancelled.key, "crowded": crowded.key,
                  "hostile": hostile.key, "host": of_host(open_one)}))
"""
HOSTILE = """
import django; django.setup()
import json
from pathlib import Path
from manyplaces.events.models import Event
from manyplaces.rsvps.rules import first_name
from tests.rsvps.coming import of_host
from tests.rsvps.hostile import take_all, texts
event = Event.every.get(key={key!r})
found = take_all(event, texts(Path({shared!r})))
own = [(page, found.kept[text]) for text, page in found.pages.items() if "<" in text][::15]
shown = [word for name, needs in found.kept.values() for word in (first_name(name), needs)]
print(json.dumps({{"host": of_host(event), "own": own, "shown": shown}}))
"""
SCRIPT = (ROOT / "manyplaces/front/static/come.js").read_text("utf-8")


@pytest.fixture(scope="module")
def inbox() -> Iterator[Sink]:
    """The mail server of the site."""
    with Sink().listening() as found:
        yield found


@dataclass
class Party:
    """The site, the keys of its events by what is to be said of them, who waits, and the first's host."""

    site: Site
    open: str
    waiting: str
    cancelled: str
    crowded: str
    hostile: str
    host: str

    def rows(self, which: str) -> list[tuple[Any, ...]]:
        """How many people in which state the answers of some kind are for; but of those of the small hall."""
        elsewhere = "event_id NOT IN (SELECT id FROM events_event WHERE capacity IS NOT NULL)"
        return self.site.rows(f"SELECT people, state FROM rsvps_rsvp WHERE ({which}) AND {elsewhere} ORDER BY id")


@pytest.fixture(scope="module")
def party(tmp_path_factory: pytest.TempPathFactory, inbox: Sink) -> Iterator[Party]:
    """A site behind a proxy that sends letters, with its events."""
    folder = tmp_path_factory.mktemp("coming") / "data"
    mail = {"MANYPLACES_SMTP": f"smtp://127.0.0.1:{inbox.port}", "MANYPLACES_MAIL_FROM": "hello@schools.example"}
    given = {"MANYPLACES_SAMPLE": "no", "MANYPLACES_PROCESSES": "1", "MANYPLACES_PROXIES": "1", **mail}
    with served(folder, "", **given) as site:
        yield Party(site, **json.loads(run(site, SEED)))


@pytest.fixture
def phone(browser: Browser, party: Party) -> Iterator[Callable[..., Page]]:
    """Opens a page on a phone behind an address; at the end nothing went wrong, was asked for elsewhere or left."""
    contexts, seen = [], []

    def opened(source: str = "", **options: Any) -> Page:
        source = source or f"203.0.113.{len(contexts) + random.randrange(100)}"
        options |= {"viewport": {"width": 360, "height": 740}, "extra_http_headers": {"X-Forwarded-For": source}}
        contexts.append(browser.new_context(base_url=party.site.url, **options))
        contexts[-1].set_default_timeout(15_000)
        seen.append(watched(contexts[-1], party.site))
        return seen[-1].page

    yield opened
    cookies = [context.cookies() for context in contexts]
    for context in contexts:
        context.close()
    assert [(visit.errors, visit.foreign) for visit in seen] == [([], [])] * len(seen)
    assert cookies == [[]] * len(contexts)


def letters_to(inbox: Sink, reader: str) -> list[str]:
    """The texts of the letters to somebody."""
    return [text_of(letter) for letter in inbox.taken if str(letter["To"]) == reader]


def test_gil_says_plus_three_in_spanish_without_a_script(phone: Callable[..., Page], party: Party) -> None:
    page = phone(java_script_enabled=False)
    page.goto(f"/es/events/{party.open}/")
    page.get_by_role("link", name="Voy a ir").click()
    page.fill("#id_people", "3")
    page.get_by_text("Quiero un recordatorio").click()
    page.check("#id_evening")
    page.get_by_role("button", name="Cuenten con nosotros").click()
    page.get_by_text("Dé un correo electrónico, o quite las marcas.").first.wait_for()
    assert (page.input_value("#id_people"), page.is_checked("#id_evening")) == ("3", True)
    page.uncheck("#id_evening")
    page.get_by_role("button", name="Cuenten con nosotros").click()
    page.get_by_role("heading", name="Contamos con ustedes: 3 personas").wait_for()
    assert party.rows("people = 3 AND language = 'es'") == [(3, "coming")]


def test_gil_says_it_by_keys_alone(phone: Callable[..., Page], party: Party) -> None:
    page = phone()
    page.goto(f"/events/{party.open}/come/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "id_people":
            break
    page.keyboard.type("4")
    # On with the keys to what may be left out, which opens and shuts, and to the button.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.is_visible("#id_name")
    page.keyboard.press("Tab")
    page.keyboard.type("Gil")
    while page.evaluate("document.activeElement.className") != "primary":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("heading", name="You are counted: 4 people").wait_for()
    assert (page.input_value("#id_name"), page.evaluate("localStorage.length")) == ("Gil", 0)


def test_gil_leaves_an_address_confirms_by_the_letter_changes_and_withdraws(
    phone: Callable[..., Page], party: Party, inbox: Sink
) -> None:
    page = phone()
    page.goto(f"/events/{party.open}/come/")
    page.get_by_text("I would like a reminder").click()
    assert page.locator("form.come input:checked").count() == 0
    page.fill("#id_email", "gil@example.org")
    page.get_by_label("Remind me the evening before").check()
    page.get_by_role("button", name="Count us in").click()
    page.get_by_role("heading", name="One more step").wait_for()
    assert party.rows("email_hash <> ''") == [(1, "asked")]
    link = re.findall(r"/coming/\S+", until(lambda: letters_to(inbox, "gil@example.org"))[0])[0]
    page.goto(link)
    # Looking at it, or a program of the mail service that looks ahead, counts nobody.
    assert party.rows("email_hash <> ''") == [(1, "asked")]
    page.get_by_role("button", name="Yes, we are coming").click()
    page.get_by_role("heading", name="You are counted").wait_for()
    assert page.get_by_label("Remind me the evening before").is_checked()
    page.fill("#id_people", "5")
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_text("Your changes are saved.").wait_for()
    assert party.rows("email_hash <> ''") == [(5, "coming")]
    # The back button shows an older form; sent, it overwrites nothing without a word.
    page.go_back()
    page.fill("#id_people", "2")
    page.locator("input[name=version]").evaluate("(field) => { field.value = '1'; }")
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_text("This was changed in the meantime, perhaps in another window.").wait_for()
    assert page.input_value("#id_people") == "2"
    page.get_by_role("button", name="We are not coming").click()
    page.get_by_role("heading", name="You are not coming").wait_for()
    assert party.rows("email_hash <> '' OR length(email_sealed) > 0") == []


def taken_from(party: Party, source: str) -> None:
    """Let so many come from one network that the next phone there has to work."""
    for _ in range(FREE):
        key = "".join(random.choices(string.ascii_letters, k=22))
        headers = {"X-Forwarded-For": source, "Origin": party.site.url}
        wire = urllib.request.Request(f"{party.site.url}/events/{party.crowded}/come/{key}/", b"people=1", headers)
        with urllib.request.urlopen(wire) as answer:
            assert answer.status == 200


def test_a_phone_among_many_works_and_is_taken_without_a_further_press(
    phone: Callable[..., Page], party: Party
) -> None:
    taken_from(party, "198.51.100.8")
    page = phone("198.51.100.8")
    codes: list[int] = []
    page.on("response", lambda answer: codes.append(answer.status) if answer.request.method == "POST" else None)
    page.goto(f"/events/{party.crowded}/come/")
    page.fill("#id_people", "2")
    page.get_by_role("button", name="Count us in").click()
    page.get_by_role("heading", name="You are counted: 2 people").wait_for()
    assert codes == [429, 302]
    assert page.evaluate("localStorage.length") == 0


def test_without_a_script_it_says_how_long_to_wait_and_keeps_what_was_typed(
    phone: Callable[..., Page], party: Party
) -> None:
    taken_from(party, "198.51.100.9")
    page = phone("198.51.100.9", java_script_enabled=False)
    page.goto(f"/es/events/{party.crowded}/come/")
    page.fill("#id_people", "7")
    page.get_by_text("Quiero un recordatorio").click()
    page.fill("#id_needs", "Una rampa")
    page.get_by_role("button", name="Cuenten con nosotros").click()
    page.get_by_text(re.compile(r"Espere \d+ minutos")).first.wait_for()
    assert (page.input_value("#id_people"), page.input_value("#id_needs")) == ("7", "Una rampa")


def test_the_script_works_out_sha_256_as_it_is(browser: Browser) -> None:
    code = SCRIPT[SCRIPT.index("const primes") : SCRIPT.index("const riddle")]
    texts = ["", "abc", *("x" * length for length in (1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 200))]
    texts += ["".join(random.choices(string.printable, k=random.randrange(120))) for _ in range(300)]
    page = browser.new_page()
    found = page.evaluate(f"(texts) => {{ {code} return texts.map(firstWord); }}", texts)
    page.close()
    assert found == [int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") for text in texts]


def test_a_lost_connection_loses_nothing_and_counts_nobody_twice(phone: Callable[..., Page], party: Party) -> None:
    page = phone()
    page.goto(f"/events/{party.open}/come/")
    page.fill("#id_people", "11")
    page.get_by_text("I would like a reminder").click()
    page.fill("#id_needs", "A ramp")
    page.context.set_offline(True)
    page.get_by_role("button", name="Count us in").click()
    page.get_by_text("You are not connected. Nothing is lost").wait_for()
    page.context.set_offline(False)
    assert (page.input_value("#id_needs"), party.rows("people = 11")) == ("A ramp", [])
    # What somebody needs is for nobody who finds the phone.
    assert "ramp" not in page.evaluate("JSON.stringify(localStorage)")
    page.fill("#id_needs", "")
    # The form arrives, and its answer does not.
    page.route("**/come/**", lambda route: (route.fetch(max_redirects=0), route.abort())[1])
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Count us in").click()
    until(lambda: party.rows("people = 11"))
    page.wait_for_timeout(500)
    page.unroute("**/come/**")
    page.goto(f"/events/{party.open}/come/")
    page.get_by_text("This is what you typed before.").wait_for()
    assert page.input_value("#id_people") == "11"
    page.get_by_role("button", name="Count us in").click()
    page.get_by_role("heading", name="You are counted: 11 people").wait_for()
    page.wait_for_load_state()
    assert (party.rows("people = 11"), page.evaluate("localStorage.length")) == ([(11, "coming")], 0)


def test_the_browser_is_closed_at_every_step_and_nothing_is_half_made(browser: Browser, party: Party) -> None:
    kept: Any = None
    headers = {"X-Forwarded-For": "203.0.113.200"}
    for number in range(3):
        with browser.new_context(base_url=party.site.url, storage_state=kept, extra_http_headers=headers) as context:
            page = context.new_page()
            page.goto(f"/events/{party.open}/come/")
            if number == 0:
                page.fill("#id_people", "13")
            elif number == 1:
                page.get_by_text("I would like a reminder").click()
                page.get_by_label("A language you need there").select_option("ase")
            page.wait_for_timeout(600)
            kept = context.storage_state()
            assert page.input_value("#id_people") == "13"
            if number == 2:
                assert page.input_value("#id_speaks") == "ase"
                # He presses and closes it in the same moment.
                page.evaluate("document.querySelector('form.come').requestSubmit()")
                page.wait_for_timeout(50)
    with browser.new_context(base_url=party.site.url, storage_state=kept, extra_http_headers=headers) as context:
        page = context.new_page()
        page.goto(f"/events/{party.open}/come/")
        page.get_by_role("button", name="Count us in").click()
        page.get_by_role("heading", name="You are counted: 13 people").wait_for()
    assert party.rows("people = 13") == [(13, "coming")]


def test_hostile_names_and_needs_are_letters_and_nothing_else(browser: Browser, party: Party, shared: Path) -> None:
    made = json.loads(run(party.site, HOSTILE.format(key=party.hostile, shared=str(shared))))
    with browser.new_context(base_url=party.site.url) as context:
        visit, dialogs = watched(context, party.site), []
        visit.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        wrong = {}
        for path, shown in [(made["host"], made["shown"]), *made["own"]]:
            visit.page.goto(path)
            there = shown if path == made["host"] else []
            strange = visit.page.evaluate(
                STRANGE, [*ELEMENTS.split(), "DETAILS", "SUMMARY", "TEXTAREA", "SELECT", "OPTION"]
            )
            if found := [*strange, *visit.page.evaluate(MISSING, there)]:
                wrong[path] = found[:3]
            if path != made["host"]:
                assert visit.page.input_value("#id_name") == shown[0]
                assert visit.page.input_value("#id_needs").split() == shown[1].split()
    assert (wrong, dialogs, visit.foreign, visit.errors) == ({}, [], [], [])
    assert len(made["shown"]) > 900


def test_every_state_of_the_pages_is_for_everybody(
    phone: Callable[..., Page], party: Party, axe: Callable[[Page], list[str]], vnu: Callable[[Path], list[str]],
    tmp_path: Path,
) -> None:  # fmt: skip
    page, found = phone(), {}

    def look(name: str) -> None:
        page.eval_on_selector_all("main details", "found => found.forEach(one => one.open = true)")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        wrong = [*axe(page), *(cut for cut in page.evaluate(CUT) if not cut.startswith("DIV.trap"))]
        wrong += ["too wide"] if page.evaluate(WIDTH) > 360 else []
        (tmp_path / f"{name}.html").write_text(page.content(), "utf-8")
        if wrong:
            found[name] = wrong

    def send(path: str, **typed: str) -> None:
        page.goto(path)
        page.eval_on_selector_all("main details", "found => found.forEach(one => one.open = true)")
        for name, text in typed.items():
            page.fill(f"#id_{name}", text)
        page.locator("main form").first.evaluate("(form) => { form.noValidate = true; }")
        page.locator("main form button.primary").first.click()
        page.wait_for_load_state()

    for language in ("", "/es"):
        name = language[1:] or "en"
        page.goto(f"{language}/events/{party.open}/come/")
        look(f"{name}-form")
        send(f"{language}/events/{party.open}/come/", people="0", email="nobody", needs="x")
        assert page.locator("#errors li").count() == 2
        look(f"{name}-error")
        page.goto(f"{language}/events/{party.cancelled}/come/")
        look(f"{name}-closed")
        page.goto(f"{language}{party.waiting}")
        look(f"{name}-waiting")
        send(f"{language}/events/{party.open}/come/", people="2", name="Gil")
        page.locator("main form button.danger").click()
        page.wait_for_load_state()
        look(f"{name}-withdrawn")
        page.goto(f"{language}/coming/{'x' * 20}.{'y' * 43}/")
        look(f"{name}-gone")
        send(f"{language}/events/{party.open}/come/", email=f"{name}@example.org")
        look(f"{name}-letter")
        send(f"{language}/events/{party.open}/come/", people="2")
        look(f"{name}-own")
        page.locator("input[name=version]").evaluate("(field) => { field.value = '7'; }")
        page.locator("button[value=change]").click()
        page.wait_for_load_state()
        look(f"{name}-changed meanwhile")
        page.goto(f"{language}{party.host}")
        look(f"{name}-host")
    assert (found, vnu(tmp_path)) == ({}, [])
