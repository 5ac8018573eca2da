"""Hana prints what she needs for her school, Gil takes a sheet for a school without a page: real PDFs, read back."""

from __future__ import annotations

import datetime
import resource
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.operations import write_paper
from manyplaces.actions.queries import paper_lines
from manyplaces.actions.rules import Paper
from manyplaces.core.tokens import digest
from manyplaces.events.drawings import papers_pdf
from manyplaces.events.models import Event, Host
from manyplaces.events.operations import approve, commit_site
from manyplaces.events.operations.phases import cancel_events, postpone_events
from manyplaces.events.queries.papers import on_paper
from manyplaces.events.rules.papers import papers_of
from manyplaces.events.shapes.papers import event_papers
from manyplaces.reports.rules import CountedBy, How
from tests.events.calling import HANA, october, school, wish
from tests.reading_pdf import language_of, pages_of

pytestmark = pytest.mark.django_db

LINK = "hana-holds-this-link-22"
DAY = "2026-10-08"
EVERY = [paper.value for paper in Paper]
LONG = "The Dr. Martin Luther King Jr. Elementary School of the Arts, Sciences and Music"
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenschule Nummer Einhundert"
SIGNS = '#set page(width: 1cm) #panic("x") $x$ [name] {date} *b* @here `raw` <label> \\ // /* Öğretmen 中文 العربية 🙂'


@pytest.fixture(autouse=True)
def september() -> Any:
    """A month before the action."""
    with time_machine.travel(datetime.datetime(2026, 9, 8, 12, tzinfo=datetime.UTC), tick=True):
        yield


@pytest.fixture
def action() -> Action:
    """A day of action with two demands."""
    made = october(date_edtf=DAY)
    Demand.objects.create(action=made, slug="nurse", description="A nurse every day", description_es="Enfermera diaria")
    return made


def online(action: Action, nia: Any, **facts: Any) -> Event:
    """Hana's walk-in at Grant Elementary at 7:30, approved; she holds her private link."""
    given = {"time_local": datetime.time(7, 30), "hosts_words": "Grant Parents", "shown_host": "Hana", **facts}
    made = commit_site(wish(action, school(), **given), contact=HANA, by=nia)
    Host.objects.filter(commitment=made).update(link_digest=digest(LINK), proved_at=timezone.now())
    made.refresh_from_db()
    return approve(made, version=made.version, by=nia)


@pytest.fixture
def walk_in(action: Action, nia: Any) -> Event:
    return online(action, nia)


def sheets(path: str) -> list[str]:
    """The text of each page of the PDF at an address."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert language_of(answer.content) == ("es" if path.startswith("/es/") else "en")
    return pages_of(answer.content)


def host_sheets(paper: str, prefix: str = "") -> list[str]:
    return sheets(f"{prefix}/host/{LINK}/papers/{paper}.pdf")


def lacking(page: str, *words: str) -> list[str]:
    return [word for word in words if word not in page]


def test_hana_finds_each_paper_on_her_page_in_both_languages_and_all_in_one_file(walk_in: Event) -> None:
    page = Client().get(f"/es/host/{LINK}/").content.decode()
    for paper in (*EVERY, "all"):
        for prefix in ("/es", ""):
            assert f'href="{prefix}/host/{LINK}/papers/{paper}.pdf"' in page
    titles = ["Commitment form", "Walk-in", "Agenda of the day", "Jobs for volunteers", "Sign-in sheet"]
    titles += ["Site coordinator’s form", "For the press", "For the press"]
    pages = host_sheets("all")
    assert [page[: len(title)] for page, title in zip(pages, titles, strict=True)] == titles
    link = f"{settings.SITE_URL.partition('//')[2]}/events/{walk_in.key}/"
    for number, page in enumerate(pages):
        assert (number, lacking(page.replace(" ", ""), link)) == (number, [])
        assert (number, lacking(page, "Grant Elementary", "Thursday, October 8, 2026")) == (number, [])
        # Whoever finds a paper on the table gets nowhere where only Hana gets, and learns nobody's contact.
        assert [word for word in (LINK, "/host/", "hana@", "example.org") if word in page] == []


def test_the_sign_in_sheet_says_that_nobody_must_who_keeps_it_and_when_it_is_destroyed(walk_in: Event) -> None:
    [page] = host_sheets("sign-in")
    told = ["Nobody has to sign.", "Who keeps this sheet: Hana", "Destroyed by: October 22, 2026"]
    assert lacking(page, *told, "gives it to nobody else", "Children do not sign.") == []
    [page] = host_sheets("sign-in", "/es")
    told = [
        "Nadie tiene que firmar.",
        "Quién guarda esta hoja: Hana",
        "Se destruye a más tardar: 22 de octubre de 2026",
    ]
    assert lacking(page, *told, "no la da a nadie más") == []


def test_the_day_of_destruction_follows_the_setting_of_the_site(walk_in: Event, settings: Any) -> None:
    settings.FORGET_DAYS = 3
    assert lacking(host_sheets("sign-in")[0], "Destroyed by: October 11, 2026") == []


def test_the_agenda_has_the_hours_of_the_school(walk_in: Event, nia: Any) -> None:
    [page] = host_sheets("agenda")
    assert lacking(page, "6:30 a.m. Host and helpers meet.", "7:40 a.m. What we came for: walk-in.") == []
    assert lacking(page, "What we ask for", "Art in every school", "A nurse every day") == []
    Event.objects.update(time_local=None)
    assert lacking(host_sheets("agenda")[0], "60 minutes before Host", "At the start Welcome") == []
    assert lacking(host_sheets("agenda", "/es")[0], "60 minutos antes Se reúnen", "Al comienzo Bienvenida") == []


def test_the_form_of_the_site_coordinator_asks_what_the_report_asks_and_names_the_event(walk_in: Event) -> None:
    [page] = host_sheets("report")
    asked = ["Adults", "Pupils", "All together", "How do you know?", "What happened?", "Who covered it?", "Photos"]
    # In the words of the form on the web, so that whoever types it in finds them there.
    asked += [str(label) for choices in (How, CountedBy) for label in choices.labels]
    assert lacking(page, *asked, f"for whoever types this in: {walk_in.key}", "everybody in them agreed") == []
    assert lacking(page, "No names of those who took part belong on this sheet.") == []


def test_the_press_gets_when_where_who_and_what_for_and_gaps_are_named(walk_in: Event, nia: Any) -> None:
    [advisory], [release] = host_sheets("advisory"), host_sheets("release", "/es")
    told = [
        "What Walk-in: October Walk-Ins", "When Thursday, October 8, 2026, 7:30 a.m.",
        "Where Grant Elementary, 2920 W Grant St, Milwaukee, Wisconsin", "Who Grant Parents", "Why Art in every school",
    ]  # fmt: skip
    assert lacking(advisory, *told, "Contact on site Name: Telephone or e-mail:") == []
    told = ["Grant Elementary, en Milwaukee, participa en Entradas de octubre", "Enfermera diaria"]
    assert lacking(release, *told, "Qué significó, en una o dos oraciones", "a quién preguntar") == []


def test_an_event_that_shows_its_city_only_prints_nothing_nearer(walk_in: Event) -> None:
    Event.objects.update(is_shielded=True, only_city=True, address="12 Hidden St", note="At the blue door")
    pages = host_sheets("all")
    near = ("Grant", "Hidden", "Hana", "blue door")
    assert [word for page in pages for word in near if word in page] == []
    assert lacking(pages[4], "School or place", "Milwaukee, Wisconsin") == []


def test_what_is_not_online_yet_has_no_papers_and_what_is_called_off_has_none_any_more(
    action: Action, nia: Any
) -> None:
    made = commit_site(wish(action, school()), contact=HANA, by=nia)
    Host.objects.filter(commitment=made).update(link_digest=digest(LINK), proved_at=timezone.now())
    path, page = f"/host/{LINK}/papers/flyer.pdf", f"/host/{LINK}/"

    def there() -> tuple[int, bool]:
        return Client().get(path).status_code, "/papers/" in Client().get(page).content.decode()

    assert there() == (404, False)
    made.refresh_from_db()
    event = approve(made, version=made.version, by=nia)
    assert there() == (200, True)
    Event.objects.update(is_listed=False)
    assert there() == (404, False)
    Event.every.update(is_listed=True)
    cancel_events([event], reason="Snow", by=nia)
    assert there() == (404, False)
    Host.objects.update(proved_at=None)
    assert Client().get(path).status_code == 404


def test_what_is_put_off_is_printed_with_the_new_day_once_that_is_known(walk_in: Event, nia: Any) -> None:
    postpone_events([walk_in], reason="Snow", moved_to="", by=nia)
    assert Client().get(f"/host/{LINK}/papers/flyer.pdf").status_code == 404
    postpone_events([Event.objects.get()], reason="Snow", moved_to="2026-10-15", by=nia)
    [page] = host_sheets("flyer")
    assert (lacking(page, "Thursday, October 15, 2026"), "October 8" in page, "7:30" in page) == ([], False, False)


def test_after_the_day_only_what_tells_of_it_is_printed(walk_in: Event) -> None:
    day = datetime.date(2026, 10, 8)
    ahead, after = papers_of(walk_in, day), papers_of(walk_in, day + datetime.timedelta(days=1))
    assert (ahead, after) == (list(Paper), [Paper.REPORT, Paper.RELEASE])
    assert papers_of(walk_in, day + datetime.timedelta(days=91)) == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "facts",
    [
        {"venue": LONG, "hosts_words": f"{LONG}; {LONG}", "address": LONG},
        {"venue": WORD, "key": f"event:{'k' * 53}"},
        {"venue": SIGNS, "hosts_words": SIGNS, "address": SIGNS},
        {"venue": "", "time_local": None, "address": "", "hosts_words": "", "shown_host": ""},
        {"date_edtf": "2026-10?", "time_local": None},
        {"venue": "Escuela Bilingüe Niños Héroes de Ñandú"},
    ],
    ids=["long names", "one long word", "signs that mean something", "nothing known", "a month", "accents"],
)
def test_every_paper_is_printed_whatever_is_known(
    language: str, facts: dict[str, Any], walk_in: Event, nia: Any
) -> None:
    for number in range(3):
        Demand.objects.create(action=walk_in.action, slug=f"d{number}", description=f"{SIGNS} {number}")
    event = Event.objects.select_related("action", "city").get(pk=walk_in.pk)
    event.spelling = None
    for name, value in facts.items():
        setattr(event, name, value)
    event.settle_date()
    with translation.override(language):
        lines = paper_lines(event.action, language)
        pages = pages_of(papers_pdf(event_papers(event.action, on_paper([event]), list(Paper), lines)))
    # A text for the press may need a second page; a form never does.
    assert len(pages) in (8, 9)
    if facts.get("venue") == SIGNS:
        assert lacking(pages[2], "#set page(width: 1cm)", '#panic("x")', "[name] {date}", "<label>") == []


def test_words_of_the_coalition_are_printed_and_never_run(walk_in: Event, nia: Any) -> None:
    text = 'Come to {school} in {ciudad}! #panic("x") $x$ *b* [how many]\n- {scool: }'
    write_paper(walk_in.action, Paper.FLYER, {"en": text, "es": "¡Vengan a {escuela}!"}, by=nia)
    [page] = host_sheets("flyer")
    assert lacking(page, 'Come to Grant Elementary in Milwaukee! #panic("x") $x$ *b*', "how many", "{scool: }") == []
    assert lacking(host_sheets("flyer", "/es")[0], "¡Vengan a Grant Elementary!") == []


def test_gil_takes_papers_for_any_school_from_the_toolkit(action: Action) -> None:
    page = Client().get("/actions/october/toolkit/").content.decode()
    for paper in ("commitment", "agenda", "jobs", "sign-in"):
        for prefix in ("", "/es"):
            path = f"{prefix}/actions/october/papers/{paper}.pdf"
            assert f'href="{path}"' in page
            [sheet] = sheets(path)
            assert lacking(sheet, "Escuela o lugar" if prefix else "School or place") == []
    [form] = sheets("/actions/october/papers/commitment.pdf")
    assert lacking(form, "/actions/october/commit/", "7:45 a.m. (before the bell)") == []
    for paper in ("flyer", "report", "all", "none"):
        assert Client().get(f"/actions/october/papers/{paper}.pdf").status_code == 404
    with time_machine.travel(datetime.datetime(2026, 10, 20, tzinfo=datetime.UTC)):
        assert Client().get("/actions/october/papers/agenda.pdf").status_code == 404


def test_a_paper_costs_the_same_queries_for_any_number_of_demands_and_hosts(walk_in: Event, nia: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            host_sheets("flyer")
        return len(queries)

    before = asked()
    for number in range(3):
        Demand.objects.create(action=walk_in.action, slug=f"d{number}", description="More")
    assert asked() == before


def test_the_papers_of_71_schools_are_one_file_in_their_order_in_under_10_seconds(walk_in: Event) -> None:
    event = Event.objects.select_related("action", "city", "spelling__place").get(pk=walk_in.pk)
    rows = []
    for number in range(71):
        copy = Event.objects.select_related("action", "city").get(pk=event.pk)
        copy.key, copy.spelling, copy.venue = f"c-{number:03}", None, f"School {number:03}"
        rows += on_paper([copy])
    lines = paper_lines(event.action, "en")
    began = seconds()
    pages = pages_of(papers_pdf(event_papers(event.action, rows, [Paper.COMMITMENT], lines)))
    assert [page.partition("School ")[2][:3] for page in pages] == [f"{number:03}" for number in range(71)]
    assert seconds() - began < 10


def seconds() -> float:
    """What programs that this one started have worked until now; a machine that is busy otherwise does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
