"""Paul pastes what was published, Hana sends it from her private page, Carla looks; copies count once."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Grant
from manyplaces.core.fetching import Fetched
from manyplaces.core.generation import current_generation
from manyplaces.journal.models import Entry
from manyplaces.record.models import LinkWatch, MediaHit
from manyplaces.record.operations.captures import keep_capture
from manyplaces.reports.models import Report
from tests.record.trap import STORY
from tests.rsvps.coming import of_host, walk_in
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

DESK = "/desk/actions/october/media/"
PASTE = """Journal Sentinel: Parents walk in at Auer Avenue, October 6, 2026
Wisconsin State Journal: Parents walk in at Auer Avenue, October 7, 2026
Channel 12
https://www.example.org/walk-in?utm_source=x
"""


@pytest.fixture(autouse=True)
def patience() -> None:
    throttle.forget()


def paul() -> SignedIn:
    return signed_in(None, person_with(Grant("press"), alias="Paul"))


def carla() -> SignedIn:
    return signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))


def field_of(page: str, name: str) -> str:
    """What stands in a field of a page."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0].replace("&amp;", "&")


def rows_of(page: str, many: int) -> dict[str, str]:
    """What a browser sends of the rows that were looked at."""
    names = [f"{column}-{number}" for number in range(many) for column in ("outlet", "headline", "date", "link")]
    return {name: field_of(page, name) for name in names}


def test_paul_pastes_many_lines_looks_at_them_and_takes_them() -> None:
    walk_in()
    browser = paul()
    look: Any = browser.post_form(f"{DESK}add/", {"lines": PASTE, "do": "look", "place": "", "kind": "earned"})
    page = look.content.decode()
    assert (look.status_code, MediaHit.every.count(), page.count("<fieldset")) == (200, 0, 4)
    rows = rows_of(page, 4)
    assert (rows["outlet-0"], rows["headline-0"], rows["date-0"]) == (
        "Journal Sentinel",
        "Parents walk in at Auer Avenue",
        "2026-10-06",
    )
    assert (rows["outlet-3"], rows["link-3"]) == ("example.org", "https://www.example.org/walk-in?utm_source=x")
    taken: Any = browser.post_form(f"{DESK}add/", {**rows, "do": "take", "place": "WI/milwaukee", "kind": "earned"})
    # What is wrong stays, with a sentence; the others are taken.
    assert (taken.status_code, taken.content.decode().count("<fieldset")) == (422, 1)
    assert "Give the headline, or a link." in taken.content.decode()
    kept = MediaHit.objects.order_by("pk")
    assert [(hit.outlet, str(hit.city), hit.entered_by, hit.copy_of_id) for hit in kept] == [
        ("Journal Sentinel", "Milwaukee, WI", "Paul", None),
        ("Wisconsin State Journal", "Milwaukee, WI", "Paul", None),
        ("example.org", "Milwaukee, WI", "Paul", None),
    ]
    again: Any = browser.post_form(f"{DESK}add/", {"lines": PASTE, "do": "look"})
    page = again.content.decode()
    told = (page.count("This is here already"), page.count("Perhaps a copy of"), page.count(" checked"))
    assert told == (3, 0, 3)
    other = browser.post_form(f"{DESK}add/", {"lines": "Cap Times: Parents walk in at Auer Avenue"}).content.decode()
    assert (other.count("Perhaps a copy of"), 'name="copy-0" checked' in other) == (1, True)


def test_copies_are_suggested_and_a_person_says_which_are_one_story() -> None:
    walk_in()
    browser = paul()
    rows = rows_of(browser.post_form(f"{DESK}add/", {"lines": PASTE}).content.decode(), 2)
    assert browser.post_form(f"{DESK}add/", {**rows, "do": "take"}).status_code == 302
    first, second = MediaHit.objects.order_by("pk")
    page = browser.get(DESK).content.decode()
    assert ("the same headline" in page, 'aria-current="page">Perhaps one story' in page) == (True, True)
    browser.post_form(DESK, {"do": "join", "hit": second.key, "other": first.key, "show": "copies"})
    second.refresh_from_db()
    assert second.copy_of == first
    public = Client().get("/actions/october/media/").content.decode()
    assert ("1 story" in public, "with 1 copy" in public) == (True, True)
    browser.post_form(f"{DESK}hit/{second.key}/", {"do": "part", "hit": second.key, "other": first.key})
    assert MediaHit.objects.filter(copy_of=None).count() == 2
    assert "the same headline" not in browser.get(f"{DESK}?show=copies").content.decode()


def test_hana_sends_what_her_report_names_and_nothing_is_public_before_carla_has_looked() -> None:
    event = walk_in()
    Report.objects.create(uid="x" * 22, event=event, covered="Channel 12: Walk-in at Auer\nhttps://example.org/a")
    page = of_host(event).replace("/coming/", "/covered/")
    shown = Client().get(page).content.decode()
    assert "Channel 12: Walk-in at Auer\nhttps://example.org/a</textarea>" in shown
    lines = {"lines": "Channel 12: Walk-in at Auer\nhttps://example.org/a", "do": "look"}
    looked = Client().post(page, lines)
    rows = rows_of(looked.content.decode(), 2)
    assert (looked.status_code, MediaHit.every.count()) == (200, 0)
    sent = Client().post(page, {**rows, "leave-1": "on", "do": "send"})
    assert (sent.status_code, sent["Location"]) == (302, f"{page}?did=sent")
    hit = MediaHit.every.get()
    assert (hit.review, hit.entered_by, hit.city, list(hit.events.all())) == ("waiting", "", event.city, [event])
    assert "waits for a look" in Client().get(page).content.decode()
    public = f"/events/{event.key}/"
    assert "Walk-in at Auer" not in Client().get(public).content.decode()
    otto = signed_in(None, person_with(Grant("coordinator", state="IL", city="chicago"), alias="Otto"))
    assert otto.get(f"{DESK}hit/{hit.key}/").status_code == 404
    otto.post_form(DESK, {"do": "show", "hit": hit.key})
    assert MediaHit.every.get().review == "waiting"
    browser = carla()
    assert "Walk-in at Auer" in browser.get(DESK).content.decode()
    browser.post_form(DESK, {"do": "show", "hit": hit.key, "show": "waiting"})
    assert "Walk-in at Auer" in Client().get(public).content.decode()
    browser.post_form(f"{DESK}hit/{hit.key}/", {"do": "down", "hit": hit.key})
    assert "Walk-in at Auer" not in Client().get(public).content.decode()


def test_what_is_shown_already_stands_on_the_page_of_hanas_event_too_and_she_is_told() -> None:
    event = walk_in()
    link = "https://www.example.org/walk-ins?utm_source=x"
    # It came in a table, under an id of its own, with another way to write its link; a copy of it as well.
    given: dict[str, Any] = {"action": event.action, "outlet": "Post", "kind": "earned"}
    story = MediaHit.every.create(key="M1", headline="They walk in", link="http://example.org/walk-ins/", **given)
    MediaHit.every.create(key="M0", headline="They walk in", link=link, copy_of=story, **given)
    down = MediaHit.every.create(key="M2", headline="Gone", link="https://a.org/x", review="taken down", **given)
    generation = current_generation()
    page, public = of_host(event).replace("/coming/", "/covered/"), f"/events/{event.key}/"
    row = {"outlet-0": "example.org", "headline-0": "", "date-0": "", "link-0": link, "do": "send"}

    def sent(**more: str) -> str:
        answer: Any = Client().post(page, {**row, **more}, follow=True)
        return str(answer.content.decode())

    assert "They walk in" not in Client().get(public).content.decode()
    told = sent()
    assert "That is on the public pages already." in told
    assert ("They walk in" in told, "on the public pages</span>" in told) == (True, True)
    assert Client().get(public).content.decode().count("They walk in") == 2
    assert (list(story.events.all()), MediaHit.every.count()) == ([event], 3)
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.actor, entry.before) == ("mediahit.changed", "a host", {"events": []})
    assert current_generation() > generation
    # Once more is the same; nothing of the story itself was changed.
    generation = current_generation()
    assert "That is on the public pages already." in sent()
    story.refresh_from_db()
    assert (story.outlet, story.link, current_generation()) == ("Post", "http://example.org/walk-ins/", generation)
    new = {"outlet-1": "Channel 12", "headline-1": "Walk-in at Auer", "date-1": "", "link-1": ""}
    assert "Some of it is on the public pages already" in sent(**new)
    # Of what was taken down she learns nothing, and it comes back to no page.
    quiet = sent(**{"link-0": "https://a.org/x"})
    assert ("Somebody looks at it" in quiet, "public pages already" in quiet) == (True, False)
    assert (list(down.events.all()), MediaHit.every.count()) == ([], 4)
    assert "Gone" not in Client().get(public).content.decode()


def test_two_hosts_send_one_story_and_both_pages_have_it_once_somebody_has_looked() -> None:
    event = walk_in()
    second = walk_in(event.action, "Grant")
    row = {"outlet-0": "Post", "headline-0": "They walk in", "date-0": "", "link-0": "https://example.org/a"}
    for one in (event, second):
        link = of_host(one).replace("/coming/", "/covered/")
        assert Client().post(link, {**row, "do": "send"})["Location"].endswith("?did=sent")
    hit = MediaHit.every.get()
    assert (hit.review, list(hit.events.order_by("pk"))) == ("waiting", [event, second])
    pages = [f"/events/{one.key}/" for one in (event, second)]
    assert ["They walk in" in Client().get(page).content.decode() for page in pages] == [False, False]
    carla().post_form(DESK, {"do": "show", "hit": hit.key, "show": "waiting"})
    assert ["They walk in" in Client().get(page).content.decode() for page in pages] == [True, True]


def test_an_empty_paste_and_a_wrong_date_say_what_to_do() -> None:
    event = walk_in()
    browser = paul()
    for found in (
        browser.post_form(f"{DESK}add/", {"lines": " \n"}),
        Client().post(of_host(event).replace("/coming/", "/covered/"), {"lines": ""}),
    ):
        page: Any = found
        assert (page.status_code, "Write at least one line." in page.content.decode()) == (422, True)
    row = {"outlet-0": "Channel 12", "headline-0": "Walk in", "date-0": "soon", "link-0": ""}
    assert browser.post_form(f"{DESK}add/", {**row, "do": "take"}).status_code == 422
    assert MediaHit.every.count() == 0


def test_carla_puts_a_story_right_and_adds_only_where_she_coordinates() -> None:
    walk_in()
    row = {"outlet-0": "Channel 12", "headline-0": "Walk in", "date-0": "fall 2026", "link-0": ""}
    browser = carla()
    assert browser.post_form(f"{DESK}add/", {**row, "do": "take", "place": ""}).status_code == 302
    hit = MediaHit.objects.get()
    assert (str(hit.city), hit.date_edtf) == ("Milwaukee, WI", "2026-23")
    said = {"outlet": "Channel 12 News", "headline": "Walk in", "date": "October 6, 2026", "kind": "opinion"}
    address = f"{DESK}hit/{hit.key}/"
    said["seen"] = field_of(browser.get(address).content.decode(), "seen")
    wrong: Any = browser.post_form(address, {**said, "do": "correct", "place": "WI/milwaukee", "link": "nothing"})
    assert (wrong.status_code, "This is not a web address" in wrong.content.decode()) == (422, True)
    assert browser.post_form(address, {**said, "do": "correct", "place": "WI/milwaukee"}).status_code == 302
    hit.refresh_from_db()
    assert (hit.outlet, hit.date_edtf, hit.kind) == ("Channel 12 News", "2026-10-06", "opinion")


def test_two_who_correct_one_story_at_once_overwrite_nothing_unseen() -> None:
    event = walk_in()
    place = {"city": event.city, "state": "WI", "entered_by": "Paul"}
    given: dict[str, Any] = {"action": event.action, "outlet": "Chanel 12", "headline": "Walk in", "kind": "earned"}
    hit = MediaHit.every.create(key="M1", **given, **place)
    address, browser, other = f"{DESK}hit/M1/", carla(), paul()

    def typed(page: SignedIn, **changed: str) -> dict[str, str]:
        shown = page.get(address).content.decode()
        names = ("seen", "outlet", "headline", "link", "archived_link")
        said = {name: field_of(shown, name) for name in names}
        return said | {"date": "", "kind": "earned", "place": "WI/milwaukee", "do": "correct", **changed}

    mine = typed(browser, outlet="Channel 12")
    his = typed(other, headline="Parents walk in")
    assert browser.post_form(address, mine).status_code == 302
    late: Any = other.post_form(address, his)
    page = late.content.decode()
    assert (late.status_code, "Somebody changed this meanwhile." in page) == (409, True)
    # He sees both: what stands there, and what he typed.
    assert "Who published it</a>: here stands now “Channel 12”." in page
    assert (field_of(page, "outlet"), field_of(page, "headline")) == ("Chanel 12", "Parents walk in")
    hit.refresh_from_db()
    assert (hit.outlet, hit.headline) == ("Channel 12", "Walk in")
    # Her form that is sent twice is one correction; one that was opened before this was kept is refused as well.
    assert browser.post_form(address, mine).status_code == 302
    assert other.post_form(address, {**his, "seen": ""}).status_code == 409
    # He has seen it now, and what he sends is meant.
    assert other.post_form(address, {**his, "outlet": "Channel 12", "seen": field_of(page, "seen")}).status_code == 302
    hit.refresh_from_db()
    assert (hit.outlet, hit.headline) == ("Channel 12", "Parents walk in")
    # A machine that says something of its link stands in nobody's way.
    again = typed(other, headline="Parents walk in at Auer")
    MediaHit.every.update(link_state="dead")
    assert other.post_form(address, again).status_code == 302


def test_a_copy_of_a_page_is_for_the_disk_alone(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_FOLDER = tmp_path
    event = walk_in()
    hit = MediaHit.every.create(
        key="h1",
        action=event.action,
        outlet="Post",
        kind="earned",
        link="https://example.org/a",
        city=event.city,
        state="WI",
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    name = keep_capture([Fetched(hit.link, 200, headers, STORY)], datetime.datetime.now(datetime.UTC))
    LinkWatch.objects.create(hit=hit, link=hit.link, due_at=timezone.now(), capture=name, captured_at=timezone.now())
    for form, kind in (("txt", "text/plain; charset=utf-8"), ("warc.gz", "application/warc")):
        answer: Any = carla().get(f"{DESK}hit/h1/capture.{form}")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert answer["Content-Disposition"] == f'attachment; filename="h1.{form}"'
    words = carla().get(f"{DESK}hit/h1/capture.txt").content.decode()
    assert ("Entran juntos" in words, "<" in words, "alert" in words) == (True, False, False)
    ruth = signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))
    assert ruth.get(f"{DESK}hit/h1/capture.txt").status_code == 403


def test_a_dead_link_leads_to_the_web_archive_where_the_coalition_wants_it(settings: Any) -> None:
    event = walk_in()
    MediaHit.every.create(
        key="h1", action=event.action, outlet="Post", kind="earned", headline="Walk in", link="https://example.org/a",
        link_state="dead", date_edtf="2026-10-06", date_from="2026-10-06", date_to="2026-10-06",
    )  # fmt: skip
    there = "https://web.archive.org/web/20261006/https://example.org/a"
    assert there not in Client().get("/actions/october/media/").content.decode()
    settings.WEB_ARCHIVE = "https://web.archive.org/web/"
    browser = paul()
    for show in ("", "?show=waiting", "?show=copies", "?show=links", "?show=read", "?show=shown", "?show=down"):
        assert browser.get(f"{DESK}{show}").status_code == 200
    assert there in browser.get(f"{DESK}hit/h1/").content.decode()
    page = Client().get("/actions/october/media/").content.decode()
    assert (f'href="{there}"' in page, "Walk in" in page, "link gone" in page) == (True, True, True)


def test_the_desk_costs_the_same_queries_for_any_number_of_hits() -> None:
    event = walk_in()
    browser, counts = paul(), []
    for number in range(3):
        for review in ("shown", "waiting"):
            MediaHit.every.create(
                key=f"{review}{number}", action=event.action, outlet="Post", headline="Parents walk in at Auer",
                kind="earned", review=review,
            )  # fmt: skip
        for address in (f"{DESK}?show=copies", f"{DESK}?show=waiting", f"{DESK}?show=shown", f"{DESK}add/"):
            if number:
                with CaptureQueriesContext(connection) as asked:
                    browser.get(address)
                counts.append(len(asked))
    assert counts[:4] == counts[4:]
    looked = []
    for many in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            browser.post_form(f"{DESK}add/", {"lines": "Post: Parents walk in at Auer\n" * many})
        looked.append(len(asked))
    assert looked[0] == looked[1]
