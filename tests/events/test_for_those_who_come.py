"""What Hana says to those who come: languages, access, safety, room; and who learns an address that no page shows."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import BlockedPattern, Commitment, Event
from manyplaces.events.operations import (
    approve,
    correct_commitment,
    keep_online,
    shield_event,
    undo_review,
    unshield_event,
)
from manyplaces.events.queries import told_address
from manyplaces.events.queries.differences import differences
from manyplaces.events.rules.welcome import Access, Spoken, recognised
from manyplaces.front.queries.areas import event_page
from manyplaces.front.shapes.posters import event_poster
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.places.models import City
from manyplaces.places.operations import find_or_add_city
from tests.events.calling import october
from tests.events.test_commit_pages import HERE, form
from tests.front.walking import walk

pytestmark = pytest.mark.django_db
SAID = {
    "spoken": ["es", "en", "ase"], "access": ["toilet", "step-free"], "access_note": "Ramp at the side door",
    "safety": "Look for the green vests.", "capacity": "1200",
}  # fmt: skip
KEPT = ("en es ase", "step-free toilet", "Ramp at the side door", "Look for the green vests.", 1200, "all")
# A home that nobody is to find out: it stands in every field in which a host may name it.
HOME = {
    "venue": "Kestrel House", "address": "7 Kestrel Street", "hosts_words": "Kestrel Club", "shown_host": "Kestrel H.",
    "note": "Ring at Kestrel", "pin": "43.0712, -87.9733", "only_city": "on", "spoken": ["es"], "access": ["seats"],
    "access_note": "Through the Kestrel yard", "safety": "Meet on the Kestrel porch", "capacity": "25",
}  # fmt: skip
NEARER = (b"kestrel", b"43.07", b"87.97")


def facts(row: Commitment | Event) -> tuple[Any, ...]:
    return (row.spoken, row.access, row.access_note, row.safety, row.capacity, row.address_for)


def online(nia: Any, **said: Any) -> Event:
    find_or_add_city("Milwaukee", "WI", by=nia)
    october()
    assert Client().post(HERE, form(**said)).status_code == 302
    return approved(nia)


def approved(nia: Any) -> Event:
    row = Commitment.objects.get()
    approve(row, version=row.version, by=nia)
    return Event.every.get()


def mine() -> str:
    """Her private page, from the last letter that has its link."""
    bodies = [str(letter.content["body"]) for letter in Letter.objects.order_by("-pk") if letter.content]
    secrets = (body.partition("/host/")[2].partition("/")[0] for body in bodies)
    return f"/host/{next(filter(None, secrets))}/"


def change(**said: Any) -> int:
    """What Hana sends from her private page."""
    there = mine()
    Client().post(there, {"do": "prove_host"})
    said = {"do": "change", "version": Commitment.objects.get().version, **said}
    return Client().post(there, form(**said)).status_code


def shape(event: Event, language: str = "") -> dict[str, Any]:
    return dict(json.loads(Client().get(f"{language}/events/{event.key}.json").content)["event"])


def ticked(page: str) -> list[str]:
    return re.findall(r'name="(spoken|access|address_for)"[^>]*checked', page)


def test_what_is_said_stands_on_the_page_in_both_languages_and_for_programs(nia: Any) -> None:
    event = online(nia, **SAID)
    assert facts(Commitment.objects.get()) == facts(event) == KEPT
    page, spanish = (Client().get(f"{code}/events/{event.key}/").content.decode() for code in ("", "/es"))
    words = ("English, Spanish, American Sign Language", "no steps, accessible toilet", "Room for 1,200 people")
    assert [text in page for text in (*words, KEPT[2], KEPT[3])] == [True] * 5
    assert [text in spanish for text in ("inglés, español", "sin escalones")] == [True, True]
    told = shape(event)
    assert (told["languages"], told["accessibility"], told["room_for"]) == (
        ["en", "es", "ase"],
        ["step-free", "toilet"],
        1200,
    )
    assert (told["safety"], told["accessibility_note"]) == (KEPT[3], KEPT[2])
    assert shape(event, "/es")["languages_words"][:2] == ["inglés", "español"]
    linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert (linked["inLanguage"], linked["maximumAttendeeCapacity"]) == (["en", "es", "ase"], 1200)
    assert [one["name"] for one in linked["location"]["amenityFeature"]] == ["no steps", "accessible toilet"]


def test_nothing_must_be_said_and_nothing_is_ticked_before(nia: Any) -> None:
    event = online(nia)
    assert facts(event) == ("", "", "", "", None, "all")
    for code in ("", "/es"):
        assert ticked(Client().get(f"{code}{HERE}").content.decode()) == []
        page = Client().get(f"{code}/events/{event.key}/").content.decode()
        assert [words in page for words in ("Languages spoken", "Accessibility", "Idiomas que", "Room for")] == [
            False
        ] * 4


@pytest.mark.parametrize(
    "wrong", [{"capacity": "0"}, {"capacity": "-3"}, {"capacity": "1000001"}, {"spoken": ["xx"]}, {"access": ["xx"]},
              {"safety": "x" * 1001}, {"access_note": "x" * 201}, {"address_for": "all", "only_city": "on"}]
)  # fmt: skip
def test_what_cannot_be_is_refused_and_what_was_ticked_stays(wrong: dict[str, Any]) -> None:
    october()
    answer = Client().post(HERE, form(**{"spoken": ["es"], **wrong}))
    assert (answer.status_code, Commitment.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert 'id="errors"' in page
    if "spoken" not in wrong:
        assert ticked(page) == ["spoken"]
        # Looking for a school loses nothing either.
        found = Client().post(HERE, form(do="find", q="Grant", spoken=["es", "en"], access=["seats"])).content.decode()
        assert ticked(found) == ["spoken", "spoken", "access"]


def test_a_change_is_shown_to_reviewers_and_refused_or_undone_as_a_whole(nia: Any, ruth: Any) -> None:
    event = online(nia, **SAID)
    assert change(**{**SAID, "spoken": ["es", "hmn"], "capacity": "", "safety": "Look for the red vests."}) == 302
    row = Commitment.objects.select_related("event__city", "event__spelling__place", "action").get()
    assert [(one.label, one.old, one.new) for one in differences(row)] == [
        ("Languages spoken", "English, Spanish, American Sign Language", "Spanish, Hmong"),
        ("About safety", "Look for the green vests.", "Look for the red vests."),
        ("Room for how many", "1200", ""),
    ]
    assert facts(Event.every.get()) == KEPT
    told = Entry.objects.filter(verb="commitment.changed").latest("pk")
    # Nothing that she wrote in words.
    assert told.before == {"spoken": "en es ase", "capacity": 1200}
    keep_online(row, version=row.version, reason="No", by=ruth)
    assert facts(Commitment.objects.get()) == KEPT
    undo_review(Entry.objects.filter(verb="commitment.kept").latest("pk").errand, by=ruth)
    wanted = ("es hmn", KEPT[1], KEPT[2], "Look for the red vests.", None, "all")
    assert facts(Commitment.objects.get()) == wanted
    assert facts(approved(nia)) == wanted
    undo_review(Entry.objects.filter(verb="event.changed").latest("pk").errand, by=nia)
    assert facts(Event.every.get(pk=event.pk)) == KEPT


def test_carla_puts_it_right_in_the_place_of_a_host(nia: Any, carla: Any) -> None:
    online(nia, **SAID)
    row = Commitment.objects.get()
    row.safety, row.capacity = "Look for the red vests.", 40
    correct_commitment(row, version=row.version, by=carla)
    assert facts(Event.every.get()) == (*KEPT[:3], "Look for the red vests.", 40, "all")


def test_whoever_hosts_what_carla_moves_reads_where_it_stands_and_only_that(nia: Any, carla: Any) -> None:
    online(nia, **SAID)
    row = Commitment.objects.get()
    for proved, told in ((None, []), (timezone.now(), ["events.corrected"])):
        row.hosts.update(proved_at=proved)
        Letter.objects.all().delete()
        row.refresh_from_db()
        row.time_local = datetime.time(9, 15 if proved else 30)
        correct_commitment(row, version=row.version, by=carla)
        assert list(Letter.objects.values_list("kind", flat=True)) == told
    assert "9:15 a.m." in Letter.objects.get().content["body"]
    # Nothing changed, nobody is told.
    row.refresh_from_db()
    correct_commitment(row, version=row.version, by=carla)
    assert Letter.objects.count() == 1


def test_words_that_reviewers_blocked_are_found_here_too() -> None:
    october()
    BlockedPattern.objects.create(kind="words", text="pillow fight", made_by="Ruth")
    for field in ("safety", "access_note"):
        Client().post(HERE, form(**{field: "A Pillow Fight!", "email": f"{field}@example.org"}))
    assert list(Commitment.objects.values_list("review", flat=True)) == ["declined", "declined"]


def shown_events() -> list[Event]:
    return list(Event.objects.select_related("action", "city", "spelling__place"))


def nearer(starts: tuple[str, ...] = ()) -> list[str]:
    """Every address of the site, however it is reached, whose answer knows more than the city."""
    asked = ("/search/?q=kes", "/search.json?q=kes", "/actions/october/?q=kes", "/actions/october.json?q=kes")
    asked += ("/actions/october/near/?zip=53202", "/actions/october/near.json?zip=53202")
    named = ("/sitemap.xml", "/places/find.json?q=kes", "/actions/october/commit/?q=kes", "/robots.txt")
    starts = ("/", "/es/", *asked, *(f"/es{path}" for path in asked), *named, *starts)
    client, found = Client(), []
    for path in walk(starts).answers:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if path.endswith("/poster.pdf"):
            # Its letters are packed: what is drawn is asked for instead.
            body = "".join(str(event_poster(event_page(event), "en")) for event in shown_events()).encode()
        if any(sign in body.lower() for sign in NEARER):
            found.append(path)
    return found


@pytest.mark.parametrize("address_for", ["coming", "asked"])
def test_a_home_is_in_no_page_feed_table_or_picture_whoever_learns_the_address(nia: Any, address_for: str) -> None:
    event = online(nia, **HOME, address_for=address_for)
    place = f"/places/{event.spelling.place.key}" if event.spelling else ""
    forms = [f"/events/{event.key}{form}" for form in ("/", ".json", ".ics")]
    hidden = (f"{place}/", f"{place}.json", f"{place}.csv")
    assert nearer((*forms, *hidden)) == []
    assert [Client().get(path).status_code for path in hidden] == [404, 404, 404]
    # What no place can be known by is told: her own wish hides no more than that.
    told = shape(event)
    assert (told["languages"], told["accessibility"], told["room_for"]) == (["es"], ["seats"], 25)
    assert (told["safety"], told["accessibility_note"], told["note"]) == (None, None, None)
    city = City.objects.get()
    points = {json.dumps(shape(event)["location"]["location"]) for _ in range(100)}
    assert points == {json.dumps({"latitude": city.lat, "longitude": city.lon, "accuracy": "Approximate"})}
    assert told_address(event) == ("Kestrel House, 7 Kestrel Street" if address_for == "coming" else "")
    # Once others have hidden it nothing is left, and the letter is silent too.
    event = shield_event(event, by=nia)
    told = shape(event)
    assert (told["languages"], told["accessibility"], told["room_for"], told_address(event)) == ([], [], None, "")
    assert nearer((*forms, *hidden)) == []
    # The walk does find what is shown.
    Commitment.objects.update(only_city=False)
    unshield_event(event, by=nia)
    assert {*forms, f"/events/{event.key}/poster.pdf"} <= set(nearer((*forms, *hidden)))


def test_who_says_nothing_tells_the_address_himself_and_what_everybody_sees_every_letter_may_say(nia: Any) -> None:
    event = online(nia, **HOME)
    assert (event.address_for, told_address(event)) == ("asked", "")
    page = Client().get(f"/events/{event.key}/").content.decode()
    assert "Its host tells people where to come." in page
    plain = {name: text for name, text in HOME.items() if name != "only_city"}
    change(**plain, address_for="asked")
    event = approved(nia)
    assert (event.address_for, told_address(event)) == ("all", "Kestrel House, 7 Kestrel Street")
    change(**HOME, address_for="coming")
    page = Client().get(f"/events/{approved(nia).key}/").content.decode()
    assert "Whoever has confirmed that they come gets the address by letter." in page


def test_that_the_address_goes_to_nobody_any_more_waits_for_no_reviewer(nia: Any) -> None:
    event = online(nia, **HOME, address_for="coming")
    change(**HOME, address_for="asked")
    event.refresh_from_db()
    assert (event.address_for, told_address(event), Commitment.objects.get().review) == ("asked", "", "waiting")
    # That it goes to more people does.
    approved(nia)
    change(**HOME, address_for="coming")
    assert told_address(Event.every.get()) == ""
    assert told_address(approved(nia)) == "Kestrel House, 7 Kestrel Street"


def test_a_host_does_not_end_in_two_steps_what_a_reviewer_has_hidden(nia: Any, ruth: Any) -> None:
    event = shield_event(online(nia, **HOME), by=ruth)
    assert change(**HOME) == 302
    event = approved(nia)
    assert (event.is_shielded, event.only_city, Commitment.objects.get().only_city) == (True, False, True)
    # Nor does a coordinator show a home that its host wants unseen.
    with pytest.raises(NotNow):
        unshield_event(event, by=nia)
    plain = {name: text for name, text in HOME.items() if name != "only_city"}
    change(**plain)
    event = approved(nia)
    assert (event.is_shielded, event.only_city, nearer()) == (True, False, [])
    assert unshield_event(event, by=nia).is_shielded is False


KNOW = {
    "rights": "You may say no to a search.", "rights_es": "Puede negarse.", "safety": "Stay on the sidewalk.",
    "bring": "Water.\n\nA coat.",
}  # fmt: skip


def test_what_an_action_tells_whoever_comes_is_on_its_page_and_on_its_events_until_it_is_over(nia: Any) -> None:
    event = online(nia)
    Action.every.update(**KNOW)
    for path in ("/actions/october/", f"/events/{event.key}/"):
        page, spanish = (Client().get(code + path).content.decode() for code in ("", "/es"))
        assert [text in page for text in ("say no to a search", "on the sidewalk", '<p class="lines">A coat.</p>')] == [
            True
        ] * 3
        assert ("Puede negarse." in spanish, "Stay on the sidewalk." in spanish) == (True, True)
    told = json.loads(Client().get("/es/actions/october.json").content)["action"]["know"]
    assert told == {"rights": "Puede negarse.", "safety": "Stay on the sidewalk.", "bring": "Water.\n\nA coat."}
    assert shape(event)["know"]["rights"] == "You may say no to a search."
    Action.every.update(date_edtf="2016-10-06", date_from="2016-10-06", date_to="2016-10-06")
    Event.every.update(date_edtf="2016-10-06", date_from="2016-10-06", date_to="2016-10-06")
    for path in ("/actions/october/", f"/events/{event.key}/"):
        assert "say no to a search" not in Client().get(path).content.decode()


def test_languages_and_access_are_read_as_people_write_them() -> None:
    assert recognised("Spanish and English, ASL; hmong", Spoken) == ("en es ase hmn", [])
    assert recognised("español/inglés y árabe", Spoken) == ("en es ar", [])
    assert recognised("es en", Spoken) == ("en es", [])
    assert recognised("", Spoken) == ("", [])
    assert recognised("no steps, Ramp at the side", Access) == ("step-free", ["Ramp at the side"])
    assert recognised("step-free\naccessible toilet", Access) == ("step-free toilet", [])
