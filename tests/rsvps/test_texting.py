"""Texts to who comes: off by default; with a gateway by a tick of their own, confirmed, short, and ended by STOP."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from manyplaces.cli.outbox import command
from manyplaces.core import throttle
from manyplaces.core.sealing import lookup
from manyplaces.events.models import Event
from manyplaces.journal.models import Entry
from manyplaces.mail import tasks
from manyplaces.mail.models import Letter, Suppression
from manyplaces.mail.worker.doing import Doer
from manyplaces.mail.worker.paying import Pace
from manyplaces.mail.worker.texting import Texter
from manyplaces.people.models import Coalition
from manyplaces.rsvps.chores import remind, tell_changes
from manyplaces.rsvps.letters import addressed
from manyplaces.rsvps.letters.texts import text
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.rules.links import FORM, inbound_secret, link_of, short_link_of
from manyplaces.rsvps.rules.texts import fits, is_gsm, length, meaning, read_mobile
from tests.mail.gateway import TextSink
from tests.rsvps.clockwork import DAY, Clock
from tests.rsvps.coming import form_of, link_in, of_host, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, TYPED = "+14145550123", "(414) 555-0123"
TICKS = {"text_evening": "on", "text_news": "on"}
KINDS = ("confirm", "evening", "cancelled", "postponed", "moved", "on_again", "paused", "merged")


@pytest.fixture
def sink(settings: Any) -> Iterator[TextSink]:
    """A gateway that listens, as the operator has set it."""
    throttle.forget()
    tasks.discover()
    settings.SITE_URL = "https://manyplaces.example.org"
    with TextSink().listening() as found:
        settings.TEXTS = found.gateway
        yield found


def work() -> None:
    """Do what the minute asks for, and every job that is due."""
    tell_changes()
    remind()
    doer = Doer()
    while doer.do():
        pass


def pay(sink: TextSink) -> list[tuple[str, str]]:
    """Let every text go that may, and take out of the gateway's hands what it took."""
    texter = Texter(sink.gateway, Pace(60_000), chance=lambda: 0.0)
    while texter.pay():
        pass
    taken, sink.taken = sink.taken, []
    return taken


def by_day(event: Event, hour: int = 12) -> Any:
    """A day before the event, at an hour of its place."""
    day = datetime.date.fromisoformat(event.date_text) - DAY
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(hour), ZoneInfo(event.zone)), tick=False)


def page_in(words: str) -> str:
    """The own page to which the link in a text leads."""
    path = "/t/" + words.partition("/t/")[2].partition(" ")[0]
    return str(Client().get(path)["Location"])


def texted(event: Event, sink: TextSink, **typed: Any) -> tuple[Rsvp, str]:
    """Somebody who left a number and pressed the button behind the link in the text; his answer and his page."""
    say(event, **{"phone": TYPED, **TICKS, **typed})
    page = page_in(pay(sink)[-1][1])
    Client().post(page, {"do": "confirm"})
    return Rsvp.objects.order_by("-pk")[0], page


def by_letter(event: Event, email: str, **typed: Any) -> Rsvp:
    """Somebody who left an address and a number, and pressed the button of the letter."""
    say(event, email=email, **typed)
    letter = Letter.objects.filter(kind="rsvps.confirm", channel="mail").order_by("-pk")[0]
    Client().post(link_in(letter), {"do": "confirm"})
    return Rsvp.objects.order_by("-pk")[0]


def answer(words: str, number: str = NUMBER, secret: str = "") -> Any:
    """What the gateway passes on when somebody texts back."""
    posted = json.dumps({"from": number, "text": words})
    return Client().post(f"/texts/{secret or inbound_secret()}/", posted, content_type="application/json")


def test_without_a_gateway_no_number_is_asked_for_and_none_gets_in(settings: Any) -> None:
    settings.TEXTS = None
    throttle.forget()
    event = walk_in()
    for path in (form_of(event), form_of(event, "es")):
        page = Client().get(path).content.decode()
        assert [word for word in ("phone", "text_", "STOP", 'type="tel"') if f'"{word}' in page or "STOP" in page] == []
    say(event, phone=TYPED, **TICKS)
    row = Rsvp.objects.get()
    assert (row.state, row.phone_hash, bytes(row.phone_sealed), row.safe) == ("coming", "", b"", "")
    assert (row.wants_text_evening, row.wants_text_news, Letter.objects.filter(channel="text").count()) == (
        False,
        False,
        0,
    )
    own = Client().get(f"/coming/{link_of(row.uid, FORM)}/?form=json").json()
    assert [name for name in own if "phone" in name or "text" in name] == []
    # What was typed there is no error either, and nobody gets by it from an address.
    assert say(event, phone="nonsense", email="gil@example.org", **TICKS)["Location"].endswith("/come/letter/")
    assert (
        "text"
        not in Client()
        .get(f"/events/{event.key}/come/letter/")
        .content.decode()
        .partition("<main")[2]
        .partition("</main")[0]
    )
    assert (answer("STOP").status_code, Suppression.objects.count()) == (200, 0)


def test_a_number_counts_once_its_owner_has_used_the_link_in_a_text(sink: TextSink) -> None:
    event = walk_in()
    with by_day(event):
        assert say(event, phone=TYPED, people="3", **TICKS)["Location"] == f"/events/{event.key}/come/letter/"
        row = Rsvp.objects.get()
        assert (row.state, row.opened("phone"), Crowd.objects.filter(coming__gt=0).count()) == ("asked", NUMBER, 0)
        # Who typed it has no page by it.
        assert Client().get(f"/coming/{link_of(row.uid, FORM)}/").status_code == 404
        [(to, words)] = pay(sink)
        assert (to, is_gsm(words), length(words) <= 160) == (NUMBER, True, True)
        assert words.startswith("Manyplaces: Are you coming? Auer Avenue School, ")
        assert words.endswith(f"Confirm: https://manyplaces.example.org/t/{short_link_of(row.uid)} STOP ends texts.")
        page = page_in(words)
        asked = Client().get(page).content.decode()
        assert "Somebody left your number and said that 3 people are coming." in asked
        assert "4145550123" not in asked.replace("-", "")
        Client().post(page, {"do": "confirm"})
        row.refresh_from_db()
        assert (row.state, row.unproved, Crowd.objects.get(event=event).coming) == ("coming", "", 3)


def test_each_tick_is_its_own_and_none_is_set(sink: TextSink) -> None:
    event = walk_in()
    page = Client().get(form_of(event)).content.decode()
    assert ("checked" in page, page.count('name="text_'), "see every text and to whom it goes" in page) == (
        False,
        2,
        True,
    )
    for typed in ({"phone": TYPED}, TICKS, {"phone": "44 20 7946 0958", **TICKS}, {"phone": "911", **TICKS}):
        assert say(event, **typed).status_code == 422, typed
    assert Rsvp.objects.count() == 0
    with by_day(event):
        row, own = texted(event, sink, text_evening="")
        assert (row.wants_text_evening, row.wants_text_news, row.wants_evening) == (False, True, False)
        # On his own page he takes the last tick away, and with it the number is gone.
        assert "Remind me by text message" in Client().get(own).content.decode()
        Client().post(own, {"do": "change", "people": "1"})
        row.refresh_from_db()
        assert (bytes(row.phone_sealed), row.phone_hash, row.safe, row.state) == (b"", "", "", "coming")


def test_with_both_either_counts_and_nothing_goes_to_the_other_before_it_is_proved_too(sink: TextSink) -> None:
    event = walk_in()
    with by_day(event, 9):
        row = by_letter(event, "gil@example.org", phone=TYPED, evening="on", **TICKS)
        assert (row.state, row.unproved, row.is_reachable, row.is_textable) == ("coming", "phone", True, False)
        [(_to, words)] = pay(sink)
    with by_day(event, 18):
        work()
        assert [letter.channel for letter in Letter.objects.filter(kind="rsvps.evening")] == ["mail"]
    own = page_in(words)
    assert "we do not text this number yet" in Client().get(own).content.decode()
    assert "email" not in Client().get(f"{own}?form=json").json()
    Client().post(own, {"do": "confirm"})
    row.refresh_from_db()
    assert (row.unproved, row.is_reachable, row.is_textable, Crowd.objects.get(event=event).coming) == (
        "",
        True,
        True,
        1,
    )
    # The other way round: the text first.
    with by_day(event, 10):
        say(event, email="gus@example.org", phone="414-555-0199", evening="on", **TICKS)
        Client().post(page_in(pay(sink)[-1][1]), {"do": "confirm"})
    other = Rsvp.objects.order_by("-pk")[0]
    assert (other.state, other.unproved, other.is_reachable, other.is_textable) == ("coming", "email", False, True)
    Client().post(
        link_in(Letter.objects.get(kind="rsvps.confirm", channel="mail", state="owed", to_hash=other.email_hash)),
        {"do": "confirm"},
    )
    other.refresh_from_db()
    assert (other.unproved, other.is_reachable, Crowd.objects.get(event=event).coming) == ("", True, 2)


def test_a_number_alone_never_touches_those_who_left_nothing_or_another_number(sink: TextSink) -> None:
    event = walk_in()
    say(event, name="Otto")
    with by_day(event) as clock:
        texted(event, sink)
        texted(event, sink, phone="414-555-0199")
        clock.shift(DAY)
        texted(event, sink, people="2", phone="414-555-0199", name="Gus", text_news="")
    states = list(Rsvp.objects.order_by("pk").values_list("state", flat=True))
    # The same number said it anew: the last word counts.
    assert states == ["coming", "coming", "withdrawn", "coming"]
    assert Crowd.objects.get(event=event).coming == 4


def test_one_text_a_number_event_and_day_and_three_a_day_in_all(sink: TextSink) -> None:
    events = [walk_in(venue="Auer Avenue School")]
    with by_day(events[0]):
        for _time in range(4):
            say(events[0], phone=TYPED, **TICKS)
        assert [to for to, _ in pay(sink)] == [NUMBER]
        say(events[0], phone="414-555-0199", **TICKS)
        assert [to for to, _ in pay(sink)] == ["+14145550199"]


def test_reminders_and_news_go_by_text_once_in_the_language_of_the_reader(sink: TextSink) -> None:
    event = walk_in()
    with by_day(event, 9):
        texted(event, sink)
        say(event, form_of(event, "es"), phone="414-555-0199", **TICKS)
        Client().post(page_in(pay(sink)[-1][1]), {"do": "confirm"})
        work()
        assert pay(sink) == []
    with by_day(event, 18):
        work()
        work()
        english, spanish = sorted(pay(sink))
        assert (english[0], english[1].partition(" https")[0].partition(": ")[2][:30]) == (
            NUMBER,
            "Reminder: Auer Avenue School, ",
        )
        assert spanish[1].startswith("Manyplaces: Recuerde: Auer Avenue School, ")
        assert spanish[1].endswith("STOP para terminar.")
        assert page_in(spanish[1]).startswith("/es/coming/")
        assert {length(words) <= 160 and is_gsm(words) for _, words in (english, spanish)} == {True}
    with by_day(event, 20):
        Event.every.filter(pk=event.pk).update(phase="cancelled")
        work()
        work()
        told = dict(pay(sink))
        assert told[NUMBER].startswith("Manyplaces: CANCELLED, do not come: Auer Avenue School, ")
        assert told["+14145550199"].startswith("Manyplaces: CANCELADO, no venga: Auer Avenue School, ")


def test_news_in_the_night_waits_until_eight(sink: TextSink) -> None:
    event = walk_in()
    Event.every.filter(pk=event.pk).update(time_local=datetime.time(10))
    with by_day(event, 9):
        texted(event, sink)
        work()
    with by_day(event, 22) as clock:
        Event.every.filter(pk=event.pk).update(phase="postponed", moved_to="2030-05-01")
        work()
        assert pay(sink) == []
        clock.shift(datetime.timedelta(hours=9, minutes=59))
        assert pay(sink) == []
        clock.shift(datetime.timedelta(minutes=1))
        [(to, words)] = pay(sink)
        assert (to, words.startswith("Manyplaces: POSTPONED, do not come on ")) == (NUMBER, True)


def test_a_text_says_off_which_day_it_is_when_a_new_one_becomes_known(sink: TextSink) -> None:
    event = walk_in()
    with by_day(event, 9) as clock:
        texted(event, sink)
        work()
        for moved_to in ("", "2030-05-01"):
            Event.every.filter(pk=event.pk).update(phase="postponed", moved_to=moved_to)
            clock.shift(datetime.timedelta(minutes=1))
            work()
            [(_to, words)] = pay(sink)
            day = datetime.date.fromisoformat(event.date_text)
            assert f"POSTPONED, do not come on {day:%B} {day.day}: " in words


STOPS = [
    *("STOP", "stop", "Stop.", "STOP!!", " stop ", "S T O P", "Stop 🛑", "🛑 STOP", "please stop", "Stop texting me"),
    *(
        "STOPALL",
        "Stop all",
        "UNSUBSCRIBE",
        "unsubscribe me",
        "Cancel",
        "CANCEL!",
        "END",
        "end please",
        "Quit",
        "quit.",
    ),
    *(
        "REVOKE",
        "OPT OUT",
        "opt-out",
        "Optout",
        "opt  out",
        "remove me",
        "No more texts",
        "wrong number",
        "Don’t text me",
    ),
    *("ALTO", "¡Alto!", "PARAR", "Pare", "para ya", "CANCELAR", "Cancelar por favor", "BASTA", "¡Basta ya!", "NO MAS"),
    *(
        "no más",
        "No más, gracias",
        "NO MÁS MENSAJES",
        "Baja",
        "dar de baja",
        "Detener",
        "ＳＴＯＰ",
        "ｓｔｏｐ",
        "Número equivocado",
    ),
]
NO_STOPS = [
    "",
    "When does it end?",
    "Thanks!",
    "Gracias",
    "See you there",
    "¿Para cuándo?",
    "Is it cancelled?",
    "👍",
    "Yes",
]


def test_what_people_text_back_when_they_have_had_enough() -> None:
    assert len(STOPS) >= 30
    assert [words for words in STOPS if meaning(words) != "stop"] == []
    assert [words for words in NO_STOPS if meaning(words)] == []
    assert [
        words for words in ("START", "start!", "Unstop", "EMPEZAR", "Iniciar por favor") if meaning(words) != "start"
    ] == []


def test_stop_ends_everything_to_a_number_at_once_and_start_takes_it_back(sink: TextSink) -> None:
    event = walk_in()
    with by_day(event, 9):
        alone, _own = texted(event, sink)
        named = by_letter(event, "gil@example.org", phone=TYPED, name="Gil", people="2", **TICKS)
        say(event, phone="414-555-0199", **TICKS)
        pay(sink)
    with by_day(event, 18):
        work()
        assert Letter.objects.filter(channel="text", kind="rsvps.evening", state="owed").count() == 1
        assert answer("Stop, please!").json() == {"ok": True}
        assert pay(sink) == []
        for row in (alone, named):
            row.refresh_from_db()
            assert (row.phone_hash, bytes(row.phone_sealed), row.wants_text_evening, row.unproved) == (
                "",
                b"",
                False,
                "",
            )
        assert (alone.state, alone.safe, named.contact.name, named.contact.email) == (
            "coming",
            "",
            "Gil",
            "gil@example.org",
        )
        assert (named.is_reachable, Crowd.objects.get(event=event).coming) == (True, 3)
        kept = Letter.objects.filter(channel="text", kind="rsvps.evening").values_list("state", "error", "to_hash")
        assert list(kept) == [("stopped", "unsubscribed", "")]
        assert list(Suppression.objects.values_list("email_hash", "unsubscribe")) == [
            (lookup(NUMBER, "phone"), "texts")
        ]
        # For ever: also when somebody gives the number once more; others are not touched.
        answer("STOP")
        throttle.forget()
        say(event, phone=TYPED, **TICKS)
        assert pay(sink) == []
        assert Rsvp.objects.filter(state="asked").exclude(phone_hash="").count() == 2
        answer("START")
        assert Suppression.objects.count() == 0
        entries = json.dumps(list(Entry.objects.values()), default=str)
        assert "4145550123" not in entries


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        '{"from": 1, "text": "STOP"}',
        '{"text": "STOP"}',
        '{"from": "x", "text": "STOP"}',
        "[" * 5000,
        "\xff",
    ],
)
def test_whatever_comes_in_gets_the_same_answer(sink: TextSink, body: str) -> None:
    Suppression.objects.all().delete()
    path = f"/texts/{inbound_secret()}/"
    given = Client().post(path, body.encode("latin-1"), content_type="application/json")
    forged = answer("STOP", secret="0" * 32)
    true = Client().post(path[:-1], '{"from": "+12125550123", "text": "hi"}', content_type="application/json")
    assert {(found.status_code, found.content) for found in (given, forged, true)} == {(200, b'{"ok": true}')}
    assert (Suppression.objects.count(), Client().get(path).status_code) == (0, 405)


def test_the_operator_is_told_where_replies_go(sink: TextSink, settings: Any) -> None:
    told = CliRunner().invoke(command).output
    assert f"https://manyplaces.example.org/texts/{inbound_secret()}, which is a secret." in told
    settings.TEXTS = None
    assert inbound_secret() not in CliRunner().invoke(command).output


def test_a_forged_short_link_leads_to_nothing(sink: TextSink) -> None:
    event = walk_in()
    say(event)
    true = short_link_of(Rsvp.objects.get().uid)
    for token in (true[:-1] + ("A" if true[-1] != "A" else "B"), "a" * 18, "Z" * 18, "-" * 18, true[:10] + "_" * 8):
        to = Client().get(f"/t/{token}")["Location"]
        assert Client().get(to).status_code == 404, token
    assert Client().get(Client().get(f"/t/{true}")["Location"]).status_code == 200


def test_the_number_is_destroyed_with_the_rest_and_no_host_ever_sees_it(sink: TextSink) -> None:
    event = walk_in()
    with by_day(event):
        texted(event, sink, name="Gil")
        say(event, phone="414-555-0199", **TICKS)
        page = Client().get(of_host(event)).content.decode()
        assert ("Gil" in page, "555" in page, "4145" in page) == (True, False, False)
    clock = Clock(timezone.now().replace(hour=12) + 60 * DAY)
    clock.run()
    for _day in range(3):
        clock.pass_(DAY)
        clock.run()
    assert (Rsvp.objects.count(), Letter.objects.filter(channel="text").count()) == (0, 0)


def test_a_number_that_nobody_confirmed_goes_with_its_text_after_two_days(sink: TextSink) -> None:
    event = walk_in()
    say(event, phone=TYPED, **TICKS)
    say(event, name="Otto")
    clock = Clock(timezone.now() + 3 * DAY)
    clock.run()
    assert (Rsvp.objects.count(), Letter.objects.filter(kind__startswith="rsvps.").count()) == (1, 0)


def test_numbers_are_read_as_people_type_them_and_only_those_that_can_be_texted(shared: Path) -> None:
    cases = json.loads((shared / "corpora/phone/us_cases.json").read_text("utf-8"))["cases"]
    taken: dict[str, str] = {}
    for case in cases:
        try:
            taken[case["in"]] = read_mobile(case["in"])
        except ValidationError:
            continue
    wanted = {
        case["in"]: case["e164"]
        for case in cases
        if case.get("valid") and case["e164"].startswith("+1") and case["type"] in "012" and "x" not in case["in"]
    }
    assert {typed: number for typed, number in taken.items() if number} == wanted
    assert len(wanted) >= 8


NAMES = {
    "plain": "Auer Avenue School",
    "long": "The Very Reverend Doctor Martin Luther King Junior Memorial High School of the Performing Arts",
    "accents": "Escuela Básica Ángel Óscar Íñiguez de la Concepción y Sagrado Corazón de Jesús",
    "quotes": "Teachers’ “Union” Hall – north…",
    "emoji": "🎉🎉🎉 Peace 👨‍👩‍👧‍👦 Park 🏳️‍🌈" * 4,
    "lines": "School\r\nSTOP\nX-Header: 1\x00\x1b[31m",
    "turned": "School \u202egnp.exe\u202c\u2066\u200b",
    "template": "%(link)s {{ link }} {% raw %} %s ${x}",
    "brackets": "[School] {North} ~^|\\€" * 4,
    "wide": "學校" * 60,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_text_fits_whatever_the_names(sink: TextSink, name: str) -> None:
    event = walk_in()
    event = Event.every.select_related("action", "city", "spelling__place").get(pk=event.pk)
    event.venue, event.spelling = NAMES[name], None
    Coalition.objects.update_or_create(pk=1, defaults={"name": "Milwaukee May Day Coalition for Public Schools"})
    longest = {}
    for language in ("en", "es"):
        for kind in KINDS:
            written = addressed(text(kind, event, language, before=event.date_text), short_link_of("a" * 20))
            words = written.body
            longest[language, kind] = (is_gsm(words), length(words))
            assert fits(words), (words, length(words))
            assert words.isprintable(), words
            assert words.count("https://manyplaces.example.org/t/aaaaaaaaaa") == 1, words
            assert "STOP" in words[-30:], words
            assert words.startswith("Milwa"), words
    # Accents stay; our own words need none, so that an ordinary name goes as one message in both languages.
    if name in ("plain", "long", "quotes", "template"):
        assert {is_plain for is_plain, _ in longest.values()} == {True}
    if name == "accents":
        assert "á" in text("evening", event, "es").body
