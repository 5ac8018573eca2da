"""How it went, in the coalition's own words: Nia writes, Noa reads and publishes, everybody sees what was corrected."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.operations import freeze_action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.exchange.queries import is_anything_taken_away, where_the_record_stands
from manyplaces.front.queries.action import action_page
from manyplaces.journal.models import Entry
from manyplaces.people.guard import actor_of
from manyplaces.people.models import Person
from manyplaces.record.models import Claim, Correction, MediaHit
from manyplaces.record.operations import add_media_hit, judge_claim, state_claim
from manyplaces.reports.models import Recap, Report
from manyplaces.reports.operations import (
    correct_recap,
    decide_photo,
    decide_words,
    give_recap_back,
    hand_in_recap,
    publish_recap,
    take_report,
    withdraw_recap,
    write_recap,
)
from manyplaces.reports.queries.recaps import shown_recap
from manyplaces.reports.rules.marks import Number, plain_text, shown_text
from tests.reports.photographing import RUTH, hana, shown
from tests.rsvps.coming import walk_in
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

MACHINE = Actor("command line", "command")
CARLA = Actor("Carla", "page", person=3, grants=(Grant("coordinator"),))
PAGE, DESK = "/actions/october/", "/desk/actions/october/recap/"


@pytest.fixture
def event(settings: Any, tmp_path: Path) -> Event:
    """Hana's walk-in, whose day was last week."""
    settings.DATA = tmp_path
    event, day = walk_in(), timezone.localdate() - datetime.timedelta(days=7)
    days: dict[str, Any] = {"date_edtf": day.isoformat(), "date_from": day, "date_to": day}
    Action.every.filter(pk=event.action_id).update(**days)
    Event.every.filter(pk=event.pk).update(**days, time_local=None)
    return Event.every.select_related("action", "city").get(pk=event.pk)


@pytest.fixture
def nia() -> Actor:
    return actor_of(person_with(Grant("national"), alias="Nia"))


@pytest.fixture
def noa() -> Actor:
    return actor_of(person_with(Grant("national"), alias="Noa"))


def claimed(action: Action, words: str = "close to 200", claimant: str = "NEA", **facts: Any) -> Claim:
    said = {"metric_words": "schools", "phase": "held", "low": 200, "high": 200, "value_words": words, **facts}
    return state_claim(Claim(action=action, claimant=claimant, **said), by=MACHINE).row


def story(action: Action, key: str, headline: str) -> MediaHit:
    return add_media_hit(
        MediaHit(key=key, action=action, outlet="Journal", headline=headline, kind="earned"), by=MACHINE
    ).row


def written(action: Action, body: str = "We walked in.", **facts: Any) -> Recap:
    return Recap(action=action, body=body, **facts)


def public(action: Action, nia: Actor, noa: Actor, body: str = "We walked in.", **facts: Any) -> Recap:
    """A recap that Nia wrote and Noa published."""
    row = write_recap(written(action, body, **facts), version=0, by=nia)
    row = hand_in_recap(row, version=row.version, by=nia)
    return publish_recap(row, version=row.version, by=noa)


def reported(event: Event, words: str = "62", happened: str = "We sang at the door.") -> Report:
    report = Report(uid=new_token(), event=event, people_words=words, happened=happened)
    return take_report(report, by=hana(event))


def words_of(path: str) -> str:
    """What a page says, without its form."""
    text = re.sub(r"<[^>]*>", "", Client().get(path).content.decode())
    return " ".join(text.split())


def correction(body: str = "We first wrote 300.", **facts: Any) -> Correction:
    return Correction(**{"body": body, "signed": "The coalition", **facts})


def test_nia_writes_noa_publishes_and_nobody_reads_it_before(event: Event, nia: Actor, noa: Actor) -> None:
    action = event.action
    Action.every.filter(pk=action.pk).update(summary="The short recap.")
    row = write_recap(written(action, "We **walked** in.", body_es="Entramos."), version=0, by=nia)
    assert (row.state, row.version, row.written_by) == ("draft", 1, "Nia")
    with pytest.raises(NotNow, match="is a draft"):
        publish_recap(row, version=1, by=noa)
    row = hand_in_recap(row, version=1, by=nia)
    assert "The short recap." in words_of(PAGE)
    assert "walked in." not in words_of(PAGE)
    with pytest.raises(PermissionDenied, match="Somebody else has to look"):
        publish_recap(row, version=row.version, by=nia)
    with pytest.raises(PermissionDenied):
        publish_recap(row, version=row.version, by=CARLA)
    row = publish_recap(row, version=row.version, by=noa)
    assert (row.state, row.approved_by) == ("public", "Noa")
    page = Client().get(PAGE).content.decode()
    assert "<p>We <strong>walked</strong> in.</p>" in page
    assert "The short recap." not in page
    assert "<p>Entramos.</p>" in Client().get(f"/es{PAGE}").content.decode()
    told = Entry.objects.filter(subject_kind="reports.recap").order_by("pk").values_list("actor", "verb")
    assert list(told) == [("Nia", "recap.added"), ("Nia", "recap.handed-in"), ("Noa", "recap.published")]


def test_what_is_in_one_language_alone_is_marked_with_it(event: Event, nia: Actor, noa: Actor) -> None:
    public(event.action, nia, noa)
    assert '<div class="recap told-at-length" lang="en">' in Client().get(f"/es{PAGE}").content.decode()
    assert '<div class="recap told-at-length">' in Client().get(PAGE).content.decode()


def test_who_read_an_older_state_publishes_and_overwrites_nothing(event: Event, nia: Actor, noa: Actor) -> None:
    row = write_recap(written(event.action), version=0, by=nia)
    hand_in_recap(row, version=1, by=nia)
    # Noa has it open while Nia adds to it: it is a draft again.
    row = write_recap(written(event.action, "We walked in, 62 of us."), version=2, by=nia)
    assert (row.state, row.version, row.handed_in_at) == ("draft", 3, None)
    with pytest.raises(NotNow, match="since you opened the page"):
        publish_recap(row, version=2, by=noa)
    with pytest.raises(NotNow, match="while you had it open"):
        write_recap(written(event.action, "Something else."), version=2, by=noa)
    # The same form sent twice is one change.
    assert write_recap(written(event.action, "We walked in, 62 of us."), version=2, by=nia).version == 3
    # Who changed it last is not the second pair of eyes: now Nia is.
    row = write_recap(written(event.action, "We walked in, all 62 of us."), version=3, by=noa)
    row = hand_in_recap(row, version=4, by=noa)
    with pytest.raises(PermissionDenied):
        publish_recap(row, version=5, by=noa)
    assert publish_recap(row, version=5, by=nia).approved_by == "Nia"


def test_one_who_is_alone_publishes_a_day_later_but_not_where_she_became_so(event: Event, nia: Actor) -> None:
    row = write_recap(written(event.action), version=0, by=nia)
    row = hand_in_recap(row, version=1, by=nia)
    with pytest.raises(NotNow, match="24 hours"):
        publish_recap(row, version=2, by=nia)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
        other = actor_of(person_with(Grant("national", action="october"), alias="Noa"))
        with pytest.raises(PermissionDenied):
            publish_recap(row, version=2, by=nia)
        row = write_recap(written(event.action, "Again."), version=2, by=nia)
        row = hand_in_recap(row, version=3, by=nia)
        assert not row.alone
        assert publish_recap(row, version=4, by=other).is_public


def test_a_number_follows_its_claim(event: Event, nia: Actor, noa: Actor) -> None:
    claim = claimed(event.action)
    public(event.action, nia, noa, f"It was [[claim {claim.pk}]] schools, and we counted [[our held]].")
    assert "It was close to 200 (says NEA) schools, and we counted 0." in words_of(PAGE)
    assert f'<a href="{PAGE}numbers/#schools" rel="noopener noreferrer">close to 200</a>' in (
        Client().get(PAGE).content.decode()
    )
    reported(event)
    claim.disputed = True
    judge_claim(claim, by=MACHINE)
    assert "It was close to 200 (says NEA) disputed schools, and we counted 1." in words_of(PAGE)
    Claim.every.filter(pk=claim.pk).update(value_words="190")
    assert "It was 190 (says NEA) disputed schools" in words_of(f"{PAGE}?q=Auer")


def test_a_number_that_nobody_knows_is_refused(event: Event, nia: Actor) -> None:
    other = Action.every.get(pk=event.action_id)
    other.pk, other.slug = None, "another"
    other.save()
    of_another = claimed(other)
    for mark in ("claim 999999", f"claim {of_another.pk}", "our hopes", ""):
        with pytest.raises(ValidationError) as refusal:
            write_recap(written(event.action, body_es=f"Son [[{mark}]]."), version=0, by=nia)
        assert refusal.value.message_dict == {
            "body_es": [f"[[{mark}]] is no number of this action. Choose one from the list."]
        }
    assert not Recap.objects.exists()


def test_a_correction_is_dated_and_seen_and_the_text_before_stays_in_the_journal(
    event: Event, nia: Actor, noa: Actor
) -> None:
    row = public(event.action, nia, noa, "There were 300.")
    with pytest.raises(NotNow, match="together with a correction"):
        write_recap(written(event.action, "There were 200."), version=row.version, by=nia)
    note = correction()
    row = correct_recap(written(event.action, "There were 200."), note, version=row.version, by=nia)
    again = correct_recap(written(event.action, "There were 200."), correction(uid=note.uid), version=3, by=nia)
    assert (again.version, Correction.objects.count()) == (row.version, 1)
    page = words_of(PAGE)
    day = timezone.localdate()
    assert f"Correction of {day:%B} {day.day}, {day.year}: We first wrote 300. (The coalition)" in page
    assert "There were 200." in page
    entry = Entry.objects.get(verb="recap.corrected")
    assert entry.before == {"body": "There were 300.", "written_by": "Nia"}
    with pytest.raises(NotNow, match="says what it said before"):
        correct_recap(written(event.action, "There were 200."), correction(), version=row.version, by=noa)
    with pytest.raises(ValidationError):
        correct_recap(written(event.action, "There were 190."), correction(body=""), version=row.version, by=noa)
    assert Recap.objects.get().body == "There were 200."


def test_feeds_and_data_tell_it_too_with_the_day_on_which_it_changed(event: Event, nia: Actor, noa: Actor) -> None:
    claim = claimed(event.action)
    row = public(event.action, nia, noa, f"# How it went\n\nIt was [[claim {claim.pk}]] schools.")
    text = "How it went\n\nIt was close to 200 (says NEA) schools."
    assert Client().get("/actions/october.json").json()["recap"] == {"text": text, "language": "en", "corrections": []}
    feed = Client().get("/actions/october.atom").content.decode()
    assert "It was close to 200 (says NEA) schools." in feed
    assert feed.count(f"<updated>{row.published_at:%Y-%m-%dT%H:%M}") > 0
    correct_recap(written(event.action, "It was many."), correction(), version=row.version, by=nia)
    told = Client().get("/es/actions/october.json").json()["recap"]
    assert told == {
        "text": "It was many.",
        "language": "en",
        "corrections": [
            {"date": timezone.localdate().isoformat(), "text": "We first wrote 300.", "by": "The coalition"}
        ],
    }


def test_once_the_record_is_closed_it_changes_only_by_a_dated_correction(event: Event, nia: Actor, noa: Actor) -> None:
    row = public(event.action, nia, noa, "There were 299.")
    row = correct_recap(written(event.action, "There were 300."), correction(), version=row.version, by=nia)
    freeze_action(event.action, timezone.now(), by=nia)
    with pytest.raises(NotNow, match="together with a correction"):
        write_recap(written(event.action, "There were 200."), version=row.version, by=noa)
    with pytest.raises(NotNow, match="is closed"):
        withdraw_recap(row, version=row.version, by=noa)
    with pytest.raises(ValidationError):
        correct_recap(written(event.action, "There were 200."), correction(body=""), version=row.version, by=noa)
    assert (Recap.objects.get().body, Correction.objects.count()) == ("There were 300.", 1)
    note = correction("It was 200, not 300.")
    row = correct_recap(written(event.action, "There were 200."), note, version=row.version, by=noa)
    page, day = words_of(PAGE), timezone.localdate()
    assert "There were 200." in page
    # Its own corrections stand with it, and not among those beside the closed record.
    assert [page.count(told) for told in ("We first wrote 300.", "It was 200, not 300.")] == [1, 1]
    assert f"Correction of {day:%B} {day.day}, {day.year}: It was 200, not 300." in page
    assert Entry.objects.filter(verb="recap.corrected").latest("pk").before["body"] == "There were 300."


def test_a_draft_of_a_closed_record_stays_one(event: Event, nia: Actor, noa: Actor) -> None:
    row = write_recap(written(event.action), version=0, by=nia)
    row = hand_in_recap(row, version=1, by=nia)
    freeze_action(event.action, timezone.now(), by=nia)
    for step in (
        lambda: write_recap(written(event.action, "More."), version=2, by=nia),
        lambda: publish_recap(row, version=2, by=noa),
        lambda: give_recap_back(row, "Too long.", version=2, by=noa),
        lambda: correct_recap(written(event.action, "More."), correction(), version=2, by=nia),
    ):
        with pytest.raises(NotNow, match=r"is closed|is not public"):
            step()
    assert (Recap.objects.get().state, Recap.objects.get().version) == ("waiting", 2)
    browser = signed_in(None, person_with(Grant("national"), alias="Nell"))
    assert 'name="body"' not in browser.get(DESK).content.decode()


def test_the_desk_corrects_one_in_a_closed_record(event: Event, nia: Actor, noa: Actor) -> None:
    row = public(event.action, nia, noa, "There were 300.")
    freeze_action(event.action, timezone.now(), by=nia)
    browser = signed_in(None, person_with(Grant("national"), alias="Nell"))
    page = browser.get(DESK).content.decode()
    assert "The record of this action is closed" in page
    assert ('value="withdraw"' in page, 'value="publish"' in page) == (False, False)
    uid = re.search(r'name="uid" value="(\w+)"', page)
    assert uid is not None
    typed = {"step": "write", "version": str(row.version), "body": "There were 200.", "uid": uid[1]}
    typed |= {"shows_cities": "on", "note": "It was 200.", "signed": "The coalition"}
    assert browser.post_form(DESK, typed).status_code == 302
    assert "It was 200. (The coalition)" in words_of(PAGE)
    refused: Any = browser.post_form(DESK, {"step": "withdraw", "version": str(row.version + 1)}, follow=True)
    assert "The record of this action is closed" in refused.content.decode()
    assert Recap.objects.get().is_public


def test_one_takes_it_off_the_page_at_once_and_two_bring_it_back(event: Event, nia: Actor, noa: Actor) -> None:
    Action.every.filter(pk=event.action_id).update(summary="The short recap.")
    row = public(event.action, nia, noa, "Otto Miller was arrested.")
    row = correct_recap(written(event.action, "Otto was arrested."), correction(), version=row.version, by=nia)
    stand = where_the_record_stands()
    updated = re.findall(r"<updated>.*?</updated>", Client().get("/actions/october.atom").content.decode())[0]
    with pytest.raises(PermissionDenied):
        withdraw_recap(row, version=row.version, by=CARLA)
    with pytest.raises(NotNow, match="since you opened the page"):
        withdraw_recap(row, version=1, by=nia)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        row = withdraw_recap(row, version=row.version, by=nia)
        assert (row.state, row.returned_by, row.approved_by) == ("draft", "Nia", "")
        page = words_of(PAGE)
        assert ("Otto" in page, "The short recap." in page, "We first wrote" in page) == (False, True, False)
        assert Client().get("/actions/october.json").json()["recap"] is None
        feed = Client().get("/actions/october.atom").content.decode()
        assert "Otto" not in feed
        # Who follows it is told that it changed, and stored pages and archives that hold it go.
        assert re.findall(r"<updated>.*?</updated>", feed)[0] > updated
        assert (where_the_record_stands()[0] > stand[0], is_anything_taken_away(stand[1])) == (True, True)
        told = Entry.objects.get(verb="recap.withdrawn")
        assert (told.actor, told.before) == ("Nia", {"state": "public", "approved_by": "Noa"})
        with pytest.raises(NotNow, match="is not public"):
            withdraw_recap(row, version=row.version, by=nia)
        with pytest.raises(NotNow, match="is a draft"):
            publish_recap(row, version=row.version, by=noa)
        row = write_recap(written(event.action, "Somebody was arrested."), version=row.version, by=nia)
        row = hand_in_recap(row, version=row.version, by=nia)
        with pytest.raises(PermissionDenied, match="Somebody else"):
            publish_recap(row, version=row.version, by=nia)
        publish_recap(row, version=row.version, by=noa)
    page = words_of(PAGE)
    assert ("Somebody was arrested." in page, page.count("We first wrote 300.")) == (True, 1)


def test_the_second_pair_of_eyes_gives_it_back_and_its_writer_reads_why(event: Event, nia: Actor, noa: Actor) -> None:
    row = write_recap(written(event.action), version=0, by=nia)
    with pytest.raises(NotNow, match="waits for nobody"):
        give_recap_back(row, "Too long.", version=1, by=noa)
    hand_in_recap(row, version=1, by=nia)
    reader = signed_in(None, person_with(Grant("national"), alias="Nell"))
    writer = signed_in(None, Person.objects.get(pk=nia.person))
    assert 'value="give-back"' not in writer.get(DESK).content.decode()
    assert 'value="give-back"' in reader.get(DESK).content.decode()
    unsaid: Any = reader.post_form(DESK, {"step": "give-back", "version": "2", "why": " "}, follow=True)
    assert "Say in a sentence" in unsaid.content.decode()
    assert Recap.objects.get().state == "waiting"
    reader.post_form(DESK, {"step": "give-back", "version": "2", "why": "Who counted <62>?"})
    row = Recap.objects.get()
    assert (row.state, row.returned_by, row.returned_why) == ("draft", "Nell", "Who counted <62>?")
    assert "Nell gave it back: “Who counted &lt;62&gt;?”" in writer.get(DESK).content.decode()
    row = write_recap(written(event.action, "Hana counted 62."), version=3, by=nia)
    # It stands there until it is handed in again; the journal keeps it.
    assert "Nell gave it back" in writer.get(DESK).content.decode()
    row = hand_in_recap(row, version=4, by=nia)
    assert "gave it back" not in writer.get(DESK).content.decode()
    entries = Entry.objects.filter(subject_kind="reports.recap").order_by("pk").values_list("actor", "verb", "before")
    assert list(entries)[-1] == (
        "Nia",
        "recap.handed-in",
        {"state": "draft", "returned_by": "Nell", "returned_why": "Who counted <62>?"},
    )
    assert ("Nell", "recap.given-back", {"state": "waiting"}) in entries
    assert publish_recap(row, version=5, by=noa).is_public


def test_cities_tell_what_was_looked_at(event: Event, nia: Actor, noa: Actor) -> None:
    second = walk_in(event.action, "Bay View School", date_edtf=event.date_edtf)
    first, _kept_back = reported(event, "60-70"), reported(second, "30", "A teacher named Otto cried.")
    public(event.action, nia, noa)
    assert "City by city" not in words_of(PAGE)
    decide_words(first, shown=True, by=CARLA)
    page = words_of(PAGE)
    assert "2 sites were held; 90–100 people at the 2 with a figure We sang at the door. Auer Avenue School" in page
    assert "Otto" not in page
    hidden = Recap.objects.get()
    correct_recap(written(event.action, shows_cities=False), correction(), version=hidden.version, by=nia)
    assert "City by city" not in words_of(PAGE)


def test_photos_and_stories_stand_in_the_chosen_order_while_everybody_may_see_them(
    event: Event, nia: Actor, noa: Actor
) -> None:
    photos = [shown(event, alt=f"Photo {number}") for number in (1, 2)]
    hits = [story(event.action, f"hit-{number}", f"Headline {number}") for number in (1, 2, 3)]
    order = {"photos": [photos[1].key, photos[0].key], "hits": [hits[2].key, hits[0].key]}
    public(event.action, nia, noa, **order)
    page = action_page(event.action)
    assert [hit.headline for hit in page.highlights] == ["Headline 3", "Headline 1"]
    assert page.stories == 3
    assert [photo.alt for photo in page.photos] == ["Photo 2", "Photo 1"]
    told = shown_recap(Recap.objects.get())
    assert [photo.alt for photo in told.photos] == ["Photo 2", "Photo 1"]
    decide_photo(photos[1], shown=False, by=RUTH)
    assert [photo.alt for photo in shown_recap(Recap.objects.get()).photos] == ["Photo 1"]
    version = Recap.objects.get().version
    with pytest.raises(ValidationError, match="not shown to anybody any more"):
        correct_recap(written(event.action, "New.", **order), correction(), version=version, by=nia)
    with pytest.raises(ValidationError, match="not in the record any more"):
        correct_recap(written(event.action, "New.", hits=["nothing"]), correction(), version=version, by=nia)


def test_the_page_asks_as_often_for_much_as_for_little(event: Event, nia: Actor, noa: Actor) -> None:
    claims = [claimed(event.action, str(number), f"Union {number}") for number in range(100, 104)]
    row = public(event.action, nia, noa, f"[[claim {claims[0].pk}]]", hits=[story(event.action, "h1", "One").key])
    decide_words(reported(event), shown=True, by=CARLA)
    with CaptureQueriesContext(connection) as few:
        Client().get(PAGE)
    text = " ".join(f"[[claim {claim.pk}]]" for claim in claims)
    hits = ["h1", story(event.action, "h2", "Two").key]
    for number in range(3):
        correct_recap(
            written(event.action, f"{text} {number}", hits=hits), correction(), version=row.version + number, by=nia
        )
        place = walk_in(event.action, f"School {number}", city=f"Town{number}", date_edtf=event.date_edtf)
        decide_words(reported(place), shown=True, by=CARLA)
    with CaptureQueriesContext(connection) as many:
        Client().get(PAGE)
    assert len(many) == len(few)


def test_what_people_write_is_plain_text_with_a_little_form() -> None:
    numbers = {"claim 7": Number("<b>200</b>", "NEA & co", "/n/#schools", "en", is_disputed=True)}
    assert shown_text("# A\n\nB *c* [[ Claim  7 ]]", numbers, "es") == (
        '<h3>A</h3>\n<p>B <em>c</em> <span class="number"><a href="/n/#schools" rel="noopener noreferrer">'
        '<span lang="en">&lt;b&gt;200&lt;/b&gt;</span></a> (según NEA &amp; co) '
        '<span class="disputed">en disputa</span></span></p>\n'
    )
    assert shown_text("![x](https://example.org/x.png) <img src=x>", {}, "en") == (
        '<p>!<a href="https://example.org/x.png" rel="noopener noreferrer">x</a> &lt;img src=x&gt;</p>\n'
    )
    assert shown_text("[a](javascript:alert(1)) [b](/x) [c](mailto:nia@example.org)", {}, "en") == (
        '<p>[a](javascript:alert(1)) [b](/x) <a href="mailto:nia@example.org" rel="noopener noreferrer">c</a></p>\n'
    )
    assert "no longer in the record" in shown_text("[[claim 8]]", {}, "en")
    assert plain_text("# A\n\nB & [[claim 7]]\n\n- c\n- d", numbers, "en") == (
        "A\n\nB & <b>200</b> (says NEA & co) disputed\n\nc\n\nd"
    )


def test_no_text_becomes_anything_active(shared: Path) -> None:
    elements = re.compile(r"<(?!/?(?:p|br|h3|h4|ul|ol|li|strong|em|blockquote|hr|code|pre)>)[^>]*>")
    allowed = re.compile(r'<a href="(?:https?|mailto):[^"<>]*" rel="noopener noreferrer">|</a>|<ol start="\d+">', re.I)
    looked = 0
    for file in sorted((shared / "corpora/xss").glob("*.txt")):
        for line in file.read_text(errors="replace").splitlines():
            for text in (line, f"[x]({line})", f"[[{line}]]", f"> {line}"):
                made = shown_text(text, {}, "en")
                left = [one for one in elements.findall(made) if not allowed.fullmatch(one)]
                assert [one for one in left if one not in ('<span class="gone">', "</span>")] == [], text
                looked += 1
    assert looked > 1_000


def test_on_the_desk_it_is_written_looked_at_and_published(event: Event) -> None:
    claim = claimed(event.action)
    hit = story(event.action, "hit-1", "A headline")
    nia = signed_in(None, person_with(Grant("national"), alias="Nia"))
    noa = signed_in(None, person_with(Grant("national"), alias="Noa"))
    page = nia.get(DESK).content.decode()
    assert f"[[claim {claim.pk}]]" in page
    typed = {"version": "0", "body": f"It was [[claim {claim.pk}]].", "body_es": "", "shows_cities": "on"}
    typed["hit-hit-1"] = "1"
    looked = nia.post_form(DESK, typed | {"step": "preview"}).content.decode()
    assert "close to 200</a> (says NEA)" in looked
    assert not Recap.objects.exists()
    wrong = nia.post_form(DESK, typed | {"step": "write", "body": "[[claim 0]]"})
    assert (wrong.status_code, "is no number of this action" in wrong.content.decode()) == (422, True)
    assert nia.post_form(DESK, typed | {"step": "write"}).status_code == 302
    row = Recap.objects.get()
    assert (row.body, row.hits, row.shows_cities) == (typed["body"], [hit.key], True)
    late = noa.post_form(DESK, typed | {"step": "write", "body": "Mine."})
    assert (late.status_code, "while you had it open" in late.content.decode()) == (409, True)
    assert nia.post_form(DESK, {"step": "hand-in", "version": "1"}).status_code == 302
    assert "Publish it" not in nia.get(DESK).content.decode()
    own: Any = nia.post_form(DESK, {"step": "publish", "version": "2"}, follow=True)
    assert "Somebody else has to look at it" in own.content.decode()
    assert "Publish it" in noa.get(DESK).content.decode()
    noa.post_form(DESK, {"step": "publish", "version": "2"})
    assert "It was close to 200 (says NEA)." in words_of(PAGE)
    shown_now = noa.get(DESK).content.decode()
    uid = re.search(r'name="uid" value="(\w+)"', shown_now)
    assert uid is not None
    corrected = typed | {"step": "write", "version": "3", "body": "It was many.", "uid": uid[1]}
    unsaid = noa.post_form(DESK, corrected)
    assert (unsaid.status_code, Recap.objects.get().version) == (422, 3)
    noa.post_form(DESK, corrected | {"note": "Not yet counted.", "signed": "The coalition"})
    assert "Not yet counted. (The coalition)" in words_of(PAGE)
