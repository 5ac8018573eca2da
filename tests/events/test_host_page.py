"""The private page: what it shows whom, that opening it changes nothing, and what becomes of a link."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations import (
    approve,
    ask,
    cancel_events,
    commit_site,
    decline,
    move_events,
    postpone_events,
)
from manyplaces.events.rules import Phase, Review
from manyplaces.events.rules.hosting import HostContact
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.places.operations import find_or_add_city
from tests.events.calling import HANA, october, school, wish

pytestmark = pytest.mark.django_db

LINK = "/host/"


def link_of(kind: str, **facts: Any) -> str:
    """The address of the private page in the newest letter of a kind."""
    letter = Letter.objects.filter(kind=f"events.{kind}", **facts).latest("pk")
    spoken, _found, token = str(letter.content["body"]).partition("/host/")
    return f"{'/es' if spoken.endswith('/es') else ''}/host/{token.partition('/')[0]}/"


@pytest.fixture
def site(hana: Any, nia: Any) -> Commitment:
    find_or_add_city("Milwaukee", "WI", by=nia)
    contact = HostContact("Hana Private", "hana@example.org", "414-555-0177", "en")
    return commit_site(wish(october(), school(), note="Bring a drum."), contact=contact, by=hana)


@pytest.fixture
def page(site: Commitment) -> str:
    """The address of Hana's private page, whose letter has reached her."""
    address = link_of("thank_host")
    assert Client().post(address, {"do": "prove_host"}).status_code == 302
    return address


def shown(answer: Any) -> str:
    return str(answer.content.decode())


def all_of_it() -> tuple[Any, ...]:
    rows = (Commitment, Host, Letter, Entry, Event)
    return tuple(list(model._base_manager.order_by("pk").values()) for model in rows)


def typed(site: Commitment, **facts: Any) -> dict[str, Any]:
    """What the form for changes sends."""
    stored = Commitment.objects.get(pk=site.pk)
    given = {"do": "change", "school": site.school.number if site.school else "none", "tactic": stored.tactic}
    return {**given, "day": stored.date_edtf, "time": "7:45", "version": str(stored.version), **facts}


def test_opening_the_link_changes_nothing_however_often_it_is_scanned(site: Commitment) -> None:
    address = link_of("thank_host")
    before = all_of_it()
    assert [Client().get(address).status_code for _ in range(3)] == [200] * 3
    assert all_of_it() == before
    assert address == reverse("events:host", args=[address.split("/")[2]])


def test_before_somebody_says_that_it_was_he_only_that_and_leaving_is_offered(site: Commitment) -> None:
    address = link_of("thank_host")
    page = shown(Client().get(address))
    assert ("prove_host" in page, "withdraw" in page, "Bring a drum" in page) == (True, False, False)
    for did in ("withdraw", "pause_commitment", "change", "replace_link", "add_cohost", "nonsense"):
        assert Client().post(address, {"do": did}).status_code in (403, 422)
    assert Commitment.objects.get().review == Review.WAITING
    Client().post(address, {"do": "prove_host"})
    assert Host.objects.get().proved_at is not None


def test_the_page_never_shows_a_contact_not_even_ones_own(site: Commitment, page: str) -> None:
    Client().post(page, {"do": "add_cohost", "beside-name": "Gil Private", "beside-email": "gil@example.net"})
    for language in ("", "/es"):
        text = shown(Client().get(f"{language}{page}"))
        assert "h•••@e•••.org" in text
        private = ("hana@", "gil@", "Hana Private", "Gil Private", "0177", "example.net")
        assert [word for word in private if word in text] == []


def test_a_forged_a_replaced_and_an_expired_link_are_answered_alike(site: Commitment, page: str, otto: Any) -> None:
    forged = shown(Client().get("/host/AAAAAAAAAAAAAAAAAAAAAA/"))
    assert Client().get("/host/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
    Client().post(page, {"do": "replace_link"})
    replaced = Client().get(page)
    fresh = link_of("link_again")
    assert Client().get(fresh).status_code == 200
    past = timezone.now().date() - datetime.timedelta(days=91)
    Commitment.objects.update(date_from=past, date_to=past, date_edtf=past.isoformat())
    expired = Client().get(fresh)
    paths = ("/host/AAAAAAAAAAAAAAAAAAAAAA/", page, fresh)
    found = [forged, shown(replaced), shown(expired)]
    plain = [text.replace(path, "/host/X/") for text, path in zip(found, paths, strict=True)]
    assert (replaced.status_code, expired.status_code, len(set(plain))) == (404, 404, 1)
    posts = [Client().post(path, {"do": "withdraw"}).status_code for path in paths]
    assert (posts, Commitment.objects.get().review) == ([404] * 3, Review.WAITING)


def test_the_link_of_another_site_does_nothing_here(site: Commitment, page: str, hana: Any) -> None:
    other = commit_site(wish(site.action, venue="Park"), contact=HANA, by=hana)
    theirs = link_of("thank_host", about=other.key)
    Client().post(theirs, {"do": "prove_host"})
    Client().post(theirs, {"do": "withdraw", "key": site.key, "commitment": site.pk})
    states = dict(Commitment.objects.values_list("key", "review"))
    assert states == {site.key: Review.WAITING, other.key: Review.WITHDRAWN}
    assert "Grant Elementary" not in shown(Client().get(theirs))


def test_a_change_is_kept_and_shown_and_one_made_meanwhile_is_told(site: Commitment, page: str) -> None:
    old = typed(site, note="Bring flags.", address="North gate")
    answer = Client().post(page, old)
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?did=change")
    assert "North gate" in shown(Client().get(answer["Location"]))
    late = Client().post(page, {**old, "note": "Bring both."})
    assert ("changed in the meantime" in shown(late), "Bring both." in shown(late)) == (True, True)
    assert Commitment.objects.get().note == "Bring flags."
    wrong = Client().post(page, typed(site, tactic="march", time="99:99"))
    assert ("f_time_error" in shown(wrong), Commitment.objects.get().tactic) == (True, "walk-in")


def test_the_poster_of_her_event_is_there_once_it_is_public_and_while_it_stands(
    site: Commitment, page: str, nia: Any
) -> None:
    assert "poster.pdf" not in shown(Client().get(page))
    approve(site, version=site.version, by=nia)
    event = Event.objects.get()
    assert f'href="/events/{event.key}/poster.pdf"' in shown(Client().get(page))
    assert Client().get(f"/events/{event.key}/poster.pdf").status_code == 200
    cancel_events([event], reason="Snow", by=nia)
    assert "poster.pdf" not in shown(Client().get(page))


def test_pause_go_on_and_withdraw(site: Commitment, page: str, ruth: Any) -> None:
    host = Client()
    approve(site, version=Commitment.objects.get().version, by=ruth)
    host.post(page, {"do": "pause_commitment"})
    assert (Event.objects.count(), "resume_commitment" in shown(host.get(page))) == (0, True)
    host.post(page, {"do": "resume_commitment"})
    assert Event.objects.count() == 1
    host.post(page, {"do": "withdraw", "withdraw-words": "The hall is closed"})
    assert (Event.objects.get().phase, Commitment.objects.get().reason) == (Phase.CANCELLED, "The hall is closed")
    again = host.post(page, {"do": "pause_commitment"})
    assert (again.status_code, 'role="alert"' in shown(again)) == (422, True)


def test_the_reviewers_question_stands_on_the_page_and_is_answered_there(
    site: Commitment, page: str, ruth: Any
) -> None:
    ask(site, version=Commitment.objects.get().version, question="Which <gate>?", by=ruth)
    assert "Which &lt;gate&gt;?" in shown(Client().get(page))
    assert Client().post(page, {"do": "answer", "answer-words": "  "}).status_code == 422
    Client().post(page, {"do": "answer", "answer-words": "The north one."})
    assert (Commitment.objects.get().answer, Commitment.objects.get().review) == ("The north one.", Review.WAITING)


def test_who_was_declined_reads_why(site: Commitment, page: str, ruth: Any) -> None:
    decline(site, version=Commitment.objects.get().version, reason="We know no such <school>.", by=ruth)
    text = shown(Client().get(page))
    assert ("We know no such &lt;school&gt;." in text, "withdraw-words" in text) == (True, False)


def test_handing_over_ends_ones_own_link_only_when_the_other_says_yes(site: Commitment, page: str) -> None:
    Client().post(page, {"do": "hand_over", "over-email": "gil@example.org", "over-language": "es"})
    theirs = link_of("hand_over")
    assert (theirs.startswith("/es/host/"), Client().get(page).status_code) == (True, 200)
    assert Client().get(theirs).status_code == 200
    assert Client().get(page).status_code == 200
    Client().post(theirs, {"do": "prove_host"})
    assert (Client().get(page).status_code, Client().get(theirs).status_code) == (404, 200)
    assert [host.email for host in Host.objects.all()] == ["gil@example.org"]


def test_what_is_no_address_is_told_at_its_field(site: Commitment, page: str) -> None:
    for did, prefix in (("hand_over", "over"), ("add_cohost", "beside")):
        answer = Client().post(page, {"do": did, f"{prefix}-email": "nobody"})
        assert (answer.status_code, "name@example.org" in shown(answer)) == (422, True)
    assert Host.objects.count() == 1


def test_erasing_ones_name_ends_the_link_and_leaves_the_event(site: Commitment, page: str) -> None:
    answer = Client().post(page, {"do": "remove_host"})
    assert (answer.status_code, Host.objects.count(), Client().get(page).status_code) == (302, 0, 404)
    assert Commitment.objects.get().review == Review.WAITING


def test_a_new_link_is_asked_for_with_an_address_and_strangers_learn_nothing(site: Commitment) -> None:
    Host.objects.update(link_made_at=timezone.now() - datetime.timedelta(hours=2))
    answers = [Client().post(LINK, {"email": email}) for email in ("otto@example.org", "not one", "Hana@Example.org")]
    told = {(answer.status_code, answer["Location"], shown(answer)) for answer in answers}
    assert told == {(302, f"{LINK}?did=sent", "")}
    assert Letter.objects.filter(kind="events.link_again").count() == 1
    assert "hana" not in shown(Client().get(f"{LINK}?did=sent")).lower()


def test_asking_for_links_again_and_again_has_to_wait(site: Commitment) -> None:
    throttle.forget()
    source = {throttle.SOURCE: "here"}
    codes = [Client().post(LINK, {"email": f"{n}@example.org"}, **source).status_code for n in range(7)]
    assert codes == [302] * 5 + [429] * 2


def test_a_change_of_clocks_between_commitment_and_day_moves_nothing(hana: Any) -> None:
    year = timezone.now().year + 1
    day = datetime.date(year, 3, 31)
    action = october(date_edtf=day.isoformat())
    site = commit_site(wish(action, school()), contact=HANA, by=hana)
    moment = Commitment.objects.get(pk=site.pk).starts_at
    assert moment is not None
    # Committed in winter, held in summer: a quarter to eight on the clock at the school.
    assert (moment.strftime("%H:%M %Z"), moment.utcoffset()) == ("07:45 CDT", datetime.timedelta(hours=-5))


def test_the_number_of_questions_to_the_database_is_fixed(
    site: Commitment, page: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        Client().post(page, {"do": "add_cohost", "beside-email": f"gil{number}@example.org"})
    Client().get(page)
    with django_assert_max_num_queries(8):
        assert Client().get(page).status_code == 200


def test_what_coordinators_called_off_is_told_with_its_reason_and_cannot_be_paused(
    site: Commitment, page: str, nia: Any, carla: Any
) -> None:
    event = approve(site, version=site.version, by=nia)
    postpone_events([event], moved_to="2030-10-17", reason="Flood", reason_es="Inundación", by=carla)
    told = shown(Client().get(page))
    assert [words in told for words in ("put it off", "October 17, 2030", "Flood", "It was approved", "Pause:")] == [
        *(True, True, True, False, False)
    ]
    assert "Inundación" in shown(Client().get(f"/es{page}"))
    move_events([event], by=carla)
    told = shown(Client().get(page))
    assert ("Moved from" in told, "It was approved" in told, "Pause:" in told) == (True, True, True)
    cancel_events([event], reason="Hurricane", by=carla)
    told = shown(Client().get(page))
    assert ("The coordinators have cancelled it" in told, "Hurricane" in told) == (True, True)
    assert "Its page stays" in shown(Client().post(page, {"do": "pause_commitment"}))
    assert Event.objects.get(key=site.key).phase == "cancelled"
