"""Hana hangs up a poster of her event, and Gil passes it on: by hand, by letter, with a code, never through a third."""

from __future__ import annotations

import datetime
import re
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.operations import call_action, set_demand
from manyplaces.core.codes import QUIET, qr_svg
from manyplaces.core.typesetting import typeset
from manyplaces.events.models import Event
from manyplaces.events.operations import describe_event, list_event
from manyplaces.events.operations.phases import cancel_events, postpone_events
from manyplaces.front.drawings import poster as drawing
from manyplaces.front.queries.areas import event_page
from manyplaces.front.shapes.posters import event_poster
from manyplaces.places.operations import find_or_add_city

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL
LONG = "The Dr. Martin Luther King Jr. Elementary School of the Arts, Sciences and Music"


@pytest.fixture(autouse=True)
def september() -> Any:
    """A month before the action."""
    with time_machine.travel(datetime.datetime(2026, 9, 8, 12, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def walk_in(nia: Any) -> Event:
    """A walk-in that is to come, in Milwaukee."""
    action = Action(slug="oct2026", name="Walk-Ins for Our Schools", name_es="Entradas juntas", kind="day")
    action.tactic, action.date_edtf, action.frame = "walk-in", "2026-10-08", "We walk in together."
    call_action(action, by=nia)
    stored = Action.objects.get(slug="oct2026")
    asks = Demand(action=stored, slug="art", description="Art in every school", description_es="Arte en cada escuela")
    set_demand(asks, by=nia)
    return listed(nia, venue="Lincoln High School", time_local=datetime.time(7, 30), address="820 E Knapp St")


def listed(by: Any, key: str = "WI1", **facts: Any) -> Event:
    milwaukee = find_or_add_city("Milwaukee", "WI", by=by)
    given = {"action": Action.objects.get(slug="oct2026"), "city": milwaukee, "phase": "planned", **facts}
    event = list_event(Event(key=key, **given), by=by).row
    for name, value in facts.items():
        setattr(event, name, value)
    describe_event(event, by=by)
    Event.objects.filter(pk=event.pk).update(**{name: facts[name] for name in ("address", "spoken") if name in facts})
    return Event.objects.get(pk=event.pk)


def printed(event: Event, language: str = "en") -> dict[str, Any]:
    found = Event.objects.select_related("action", "city", "spelling__place").get(pk=event.pk)
    with translation.override(language):
        said = event_poster(event_page(found), language)
    assert said is not None
    return said


def poster(path: str) -> bytes:
    """The poster at an address; it has one page."""
    found = Client().get(path)
    assert (found.status_code, found["Content-Type"]) == (200, "application/pdf")
    assert len(re.findall(rb"/Type ?/Page\b", found.content)) == 1
    return found.content


def test_hana_prints_a_poster_that_says_when_where_and_what_for(walk_in: Event) -> None:
    said = printed(walk_in)
    assert (said["kicker"], said["action"], said["coalition"]) == ("Walk-in", "Walk-Ins for Our Schools", "Manyplaces")
    assert (said["weekday"], said["day"], said["time"]) == ("Thursday", "October 8, 2026", "7:30 a.m.")
    assert (said["place"], said["where"]) == ("Lincoln High School", "820 E Knapp St, Milwaukee, Wisconsin")
    assert (said["asks"], said["demands"]) == ("We ask for", ["Art in every school"])
    assert (said["link"], said["letters"]) == (f"{SITE}/events/WI1/", f"{SITE}/events/WI1/".partition("//")[2])
    body = poster("/events/WI1/poster.pdf")
    assert re.findall(rb"/Lang ?\((\w\w)", body)[-1] == b"en"
    assert len(body) < 60_000


def test_the_same_poster_speaks_spanish_and_leads_to_the_spanish_page(walk_in: Event) -> None:
    said = printed(walk_in, "es")
    assert (said["action"], said["demands"]) == ("Entradas juntas", ["Arte en cada escuela"])
    assert (said["weekday"], said["day"], said["time"]) == ("Jueves", "8 de octubre de 2026", "7:30 a. m.")
    assert said["link"] == f"{SITE}/es/events/WI1/"
    body = poster("/es/events/WI1/poster.pdf")
    assert re.findall(rb"/Lang ?\((\w\w)", body)[-1] == b"es"
    assert body != poster("/events/WI1/poster.pdf")


def test_an_event_that_shows_its_city_only_has_a_poster_with_nothing_nearer(walk_in: Event) -> None:
    told = {"shown_host": "Hana", "hosts_words": "Lincoln parents", "spoken": "en es", "access": "seats"}
    Event.objects.update(is_shielded=True, only_city=True, **told)
    assert printed(walk_in)["facts"] == ["Languages: English, Spanish", "Accessibility: seats"]
    # Whom others have hidden is known by nothing.
    Event.objects.update(only_city=False)
    said = printed(walk_in)
    assert (said["place"], said["where"], said["facts"]) == ("Milwaukee", "Wisconsin", [])
    assert [word for word in ("Lincoln", "Knapp", "Hana") if word in str(said)] == []
    poster("/events/WI1/poster.pdf")


def test_what_is_called_off_or_over_has_none_and_no_page_offers_one(walk_in: Event, nia: Any) -> None:
    def offered() -> list[str]:
        return re.findall(r'href="([^"]*poster\.pdf)"', Client().get("/events/WI1/").content.decode())

    assert offered() == ["/events/WI1/poster.pdf"]
    cancel_events([walk_in], reason="Snow", by=nia)
    assert (offered(), Client().get("/events/WI1/poster.pdf").status_code) == ([], 404)
    listed(nia, "WI2")
    poster("/events/WI2/poster.pdf")
    with time_machine.travel(datetime.datetime(2026, 10, 10, 12, tzinfo=datetime.UTC)):
        assert Client().get("/events/WI2/poster.pdf").status_code == 404


def test_what_is_put_off_has_the_new_day_and_no_hour_that_nobody_said(walk_in: Event, nia: Any) -> None:
    postpone_events([walk_in], reason="Snow", moved_to="2026-10-15", by=nia)
    said = printed(walk_in)
    assert (said["kicker"], said["weekday"], said["day"], said["time"]) == (
        *("New day · walk-in", "Thursday", "October 15, 2026", ""),
    )
    assert said["later"] == "What time? Look at the address below."
    Event.objects.update(moved_to="")
    assert Client().get("/events/WI1/poster.pdf").status_code == 404


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize(
    "facts",
    [
        {"venue": LONG, "hosts_words": f"{LONG}; {LONG}", "time_local": datetime.time(15, 45)},
        {"venue": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenschule Nummer Einhundert"},
        {"venue": "#set page(width: 1cm) $x$ [*] @here `raw` <label> \\ // /* Öğretmen 中文 🙂"},
        {"date_edtf": "2026-10?"},
        {"date_edtf": "2026-09-28~/2026-10-04"},
        {"venue": ""},
    ],
    ids=["long names", "one long word", "signs that mean something", "a month", "about a span", "no place"],
)
def test_every_poster_has_one_page_whatever_is_known(
    language: str, facts: dict[str, Any], walk_in: Event, nia: Any
) -> None:
    for number in range(5):
        ask = Demand(action=walk_in.action, slug=f"d{number}", description=f"{number} schools, and every child. " * 12)
        set_demand(ask, by=nia)
    Action.objects.update(name=LONG, name_es=LONG)
    listed(nia, f"event:{'k' * 53}", **facts)
    poster(f"{language}/events/event:{'k' * 53}/poster.pdf")


def test_a_poster_is_drawn_once_for_the_same_words(walk_in: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def counted(*asked: Any, **more: Any) -> bytes:
        drawn.append(1)
        return typeset(*asked, **more)

    monkeypatch.setattr(drawing, "typeset", counted)
    drawing._drawn.cache_clear()
    first = poster("/events/WI1/poster.pdf")
    walk_in.note = "Bring drums."
    assert (poster("/events/WI1/poster.pdf"), len(drawn)) == (first, 1)


def test_a_poster_and_a_page_cost_the_same_queries_for_any_number_of_demands(walk_in: Event, nia: Any) -> None:
    def asked(path: str) -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(path).status_code == 200
        return len(queries)

    paths = ("/events/WI1/poster.pdf", "/events/WI1/qr.svg", "/actions/oct2026/qr.svg")
    before = [asked(path) for path in paths]
    for number in range(2):
        set_demand(Demand(action=walk_in.action, slug=f"d{number}", description="More"), by=nia)
    assert [asked(path) for path in paths] == before


def modules(svg: str) -> list[str]:
    """The code as it is drawn: a line for each row, # where it is dark, without the white around it."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    dark = root.findall("{http://www.w3.org/2000/svg}path")[1].attrib["d"]
    rows = [[" "] * size for _ in range(size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", dark):
        for column in range(int(x), int(x) + int(length)):
            rows[int(y)][column] = "#"
    outside = rows[:QUIET] + rows[-QUIET:] + [row[:QUIET] + row[-QUIET:] for row in rows]
    assert {sign for row in outside for sign in row} == {" "}
    return ["".join(row[QUIET:-QUIET]) for row in rows[QUIET:-QUIET]]


def test_the_code_is_drawn_as_it_was_made(walk_in: Event) -> None:
    drawn = modules(Client().get("/events/WI1/qr.svg").content.decode())
    assert drawn == modules(qr_svg(f"{SITE}/events/WI1/"))
    # Three corners by which a telephone finds it.
    assert [row[:7] for row in drawn[:7]] == [row[-7:] for row in drawn[:7]] == [row[:7] for row in drawn[-7:]]
    assert drawn[:7][0][:7] == "#######"
    assert drawn != modules(Client().get("/es/events/WI1/qr.svg").content.decode())


def test_gil_passes_an_event_on_without_a_third(walk_in: Event) -> None:
    page = Client().get("/events/WI1/").content.decode()
    link, sentence = (
        f"{SITE}/events/WI1/",
        "Walk-in: Lincoln High School, Milwaukee, WI. October 8, 2026, 7:30 a.m. CDT.",
    )
    ways = {
        way.partition(":")[0]: unquote(way.replace("&amp;", "&")) for way in re.findall(r'href="([^"/#]+:[^"]*)"', page)
    }
    assert ways["mailto"] == (
        f"mailto:?subject=Walk-in: Lincoln High School, Milwaukee, WI&body={sentence}\r\n\r\n{link}\r\n"
    )
    assert ways["sms"] == f"sms:?&body={sentence} {link}"
    # It breaks, where it must, before the key and never within it.
    shown = re.search(r'<p class="letters" id="share-address">(.*?)</p>', page)
    assert shown and re.sub(r"<[^>]+>", "", shown[1]) == link.partition("//")[2]
    assert shown[1].endswith("<wbr><span>WI1/</span>")
    assert f'data-link="{link}"' in page
    assert re.findall(r'<img src="([^"]+)"', page) == ["/events/WI1/qr.svg"]


def test_a_link_that_is_passed_on_says_what_it_leads_to(walk_in: Event) -> None:
    page = Client().get("/events/WI1/").content.decode()
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert (told["title"], told["url"]) == ("Lincoln High School, Milwaukee, WI", f"{SITE}/events/WI1/")
    assert told["description"] == "Walk-in: Lincoln High School, Milwaukee, WI. October 8, 2026, 7:30 a.m. CDT."
    assert told["image"] == f"{SITE}/actions/oct2026/card.png"


def test_gil_passes_an_action_on_in_spanish(walk_in: Event) -> None:
    page = Client().get("/es/actions/oct2026/").content.decode()
    assert 'data-text="Entradas juntas. 8 de octubre de 2026."' in page
    assert f'data-link="{SITE}/es/actions/oct2026/"' in page
    assert re.findall(r'<img src="([^"]+)"', page) == ["/es/actions/oct2026/qr.svg"]


@pytest.mark.parametrize("path", ["/events/WI1/", "/actions/oct2026/", "/actions/oct2026/wi/", "/es/actions/oct2026/"])
def test_a_calendar_is_offered_to_subscribe_to_and_as_a_file(path: str, walk_in: Event) -> None:
    page = Client().get(path).content.decode()
    file = f"{path.removesuffix('/')}.ics"
    assert f'<a href="{file}">' in page
    assert f'<a href="webcal://{SITE.partition("//")[2]}{file}">' in page
