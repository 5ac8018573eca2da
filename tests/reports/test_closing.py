"""A record is closed: Nia proposes it, Noa agrees, and everybody finds it as it was, without a name in it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.operations import freeze_action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.core.safes import is_whole
from manyplaces.events.models import Event, Host
from manyplaces.events.operations import keep_contact
from manyplaces.mail.models import Job, Letter
from manyplaces.mail.tasks import JOBS, discover
from manyplaces.people.models import Proposal
from manyplaces.people.operations import second
from manyplaces.reports.chores import close
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations import (
    ask_takedown,
    decide_photo,
    decide_takedown,
    describe_photo,
    propose_freeze,
    take_report,
)
from manyplaces.reports.rules.photos import Reason
from manyplaces.rsvps.models import Rsvp, Safe
from tests.actions.test_frozen import over
from tests.events.cast import committed
from tests.reports.photographing import OTTO, RUTH, prepared, sent, shown, work
from tests.reports.test_reporting import said
from tests.rsvps.coming import confirmed, of_host, walk_in, way_of
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

DAYS = datetime.timedelta(days=7)
REASON = Reason.values[0]


def past(event: Event) -> Event:
    """The same event a week after its day."""
    day = timezone.localdate() - DAYS
    days: dict[str, Any] = {"date_edtf": day.isoformat(), "date_from": day, "date_to": day}
    Action.every.filter(pk=event.action_id).update(**days)
    Event.every.filter(pk=event.pk).update(**days, time_local=None)
    return Event.every.select_related("action", "city").get(pk=event.pk)


def actor(person: Any, name: str) -> Actor:
    return Actor(name, "page", person=person.pk, grants=(Grant("national"),))


def worked() -> list[Job]:
    """The worker does what waits."""
    discover()
    done = list(Job.objects.filter(state=Job.State.OPEN))

    class Now:
        by = Actor("Nia", "clock")
        about = ""

        def tell(self, done: int, total: int) -> None:
            """Nobody looks."""

    for job in done:
        JOBS[job.name](job.payload, Now())
    return done


def test_two_close_a_record_and_nothing_private_is_left_in_it() -> None:
    nia, noa = person_with(Grant("national")), person_with(Grant("national"), alias="Noa")
    event = walk_in()
    gil = confirmed(event, "gil@example.org")
    kept = Host.objects.get()
    safe = Safe.objects.get(kind="contacts").name
    event = past(event)
    take_report(said(event, happened="We walked in singing."), by=Actor("command line", "command"))
    page, gils, hosts = f"/events/{event.key}/", way_of(gil), of_host(event).replace("/coming/", "/")
    before = Client().get(f"{page[:-1]}.json").json()["event"]
    browser = signed_in(None, nia)
    preview = browser.get(f"/desk/actions/{event.action.slug}/close/").content.decode()
    assert "Name, address and telephone of 1 host" in preview
    assert "1 answer of somebody who came" in preview

    browser.post_form(f"/desk/actions/{event.action.slug}/close/", {"step": "freeze"})
    assert (close(), Action.every.get().is_frozen) == (0, False)
    second(Proposal.objects.get(), by=actor(noa, "Noa"))
    assert (close(), Action.every.get().is_frozen) == (1, True)
    # From that moment links are dead, whatever the worker has come to.
    assert (Client().get(hosts).status_code, is_whole(safe)) == (404, True)
    worked()
    assert [*Letter.objects.exclude(kind__startswith="people.").values_list("kind", "about")] == []
    assert (Rsvp.objects.count(), Host.objects.count()) == (0, 0)
    assert (is_whole(safe), Client().get(gils).status_code) == (False, 404)
    assert Action.every.get().emptied_at is not None
    after = Client().get(f"{page[:-1]}.json").json()["event"]
    assert after == before | {"closed_on": timezone.localdate().isoformat(), "corrections": []}
    assert "This record was closed on" in Client().get(page).content.decode()
    assert "Este registro se cerró el" in Client().get(f"/es{page}").content.decode()
    assert kept.name == "Hana"


def test_a_host_who_wants_to_be_kept_is_kept_and_his_link_is_dead_all_the_same() -> None:
    nia = person_with(Grant("national"))
    event = walk_in()
    host = Host.objects.get()
    keep_contact(host, wanted=True, by=Actor("host", "page", holds=host.commitment.key))
    event = past(event)
    page = of_host(event).replace("/coming/", "/")
    propose_freeze(event.action, by=actor(nia, "Nia"))
    Proposal.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    # Nobody else is national: after a day it is done.
    assert close() == 1
    worked()
    assert (Host.objects.get().email, Client().get(page).status_code) == ("hana@example.org", 404)


def test_a_worker_that_is_killed_between_two_pieces_ends_what_it_began() -> None:
    nia = person_with(Grant("national"))
    event = walk_in()
    for name in ("gil", "ana", "leo"):
        confirmed(event, f"{name}@example.org")
    event = past(event)
    propose_freeze(event.action, by=actor(nia, "Nia"))
    Proposal.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    close()
    discover()

    class Killed(Exception):
        """The worker is gone."""

    class Once:
        by = Actor("Nia", "clock")
        about = ""
        calls = 0

        def tell(self, done: int, total: int) -> None:
            self.calls += 1
            if self.calls > 3:
                raise Killed

    job = Job.objects.get(name="reports.empty")
    with pytest.raises(Killed):
        JOBS[job.name](job.payload, Once())
    assert Action.every.get().emptied_at is None
    worked()
    assert (Rsvp.objects.count(), Host.objects.count(), Safe.objects.filter(destroyed_at=None).count()) == (0, 0, 0)
    # Once more, and nothing is left to do.
    JOBS[job.name](job.payload, Once())


def test_nothing_is_closed_while_a_commitment_waits_or_a_site_is_still_to_come() -> None:
    nia = person_with(Grant("national"))
    browser = signed_in(None, nia)
    waiting = committed(over().action, "Hopkins")
    address = f"/desk/actions/{waiting.action.slug}/close/"
    assert "1 commitment still waits for a decision." in browser.get(address).content.decode()
    answer = browser.post_form(address, {"step": "freeze"}, follow=True)
    assert "Decide it first." in answer.content.decode()
    assert Proposal.objects.count() == 0
    day = timezone.localdate() + DAYS
    Event.every.update(phase="postponed", moved_to=day.isoformat())
    assert "1 event is still to come." in browser.get(address).content.decode()


def test_a_correction_stands_on_both_pages_with_its_day_in_both_languages() -> None:
    nia = person_with(Grant("national"))
    browser, event = signed_in(None, nia), over()
    propose_freeze(event.action, by=actor(nia, "Nia"))
    Proposal.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    close()
    address = f"/desk/actions/{event.action.slug}/close/"
    typed = {"step": "correct", "uid": "abc", "body": "It was 90, not 70.", "body_es": "Fueron 90, no 70."}
    wrong = browser.post_form(address, typed | {"signed": "AROS", "event": "nothing"})
    assert (wrong.status_code, "no event of this number" in wrong.content.decode()) == (422, True)
    for _twice in range(2):
        browser.post_form(address, typed | {"signed": "AROS", "event": event.key})
    for path in (f"/events/{event.key}/", f"/actions/{event.action.slug}/"):
        assert Client().get(path).content.decode().count("It was 90, not 70.") == 1
        assert Client().get(f"/es{path}").content.decode().count("Fueron 90, no 70.") == 1


def test_two_open_it_again_where_it_was_a_mistake() -> None:
    nia = person_with(Grant("national"))
    browser, event = signed_in(None, nia), over()
    propose_freeze(event.action, by=actor(nia, "Nia"))
    Proposal.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    close()
    browser.post_form(f"/desk/actions/{event.action.slug}/close/", {"step": "unfreeze"})
    Proposal.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    assert (close(), Action.every.get().is_frozen) == (1, False)
    assert "This record was closed on" not in Client().get(f"/events/{event.key}/").content.decode()


def test_a_photo_of_a_closed_record_is_taken_down_all_the_same_and_nothing_else_of_it_changes() -> None:
    event = past(walk_in())
    photo, waiting = shown(event), prepared(event)
    freeze_action(event.action, timezone.now(), by=Actor("command line", "command"))
    for step in (
        lambda: decide_photo(waiting, shown=True, by=RUTH),
        lambda: describe_photo(photo, by=RUTH),
        lambda: sent(event),
    ):
        photo.alt = "Something else is seen on it."
        with pytest.raises(NotNow, match="record of this action is closed"):
            step()
    page = f"/events/{event.key}/"
    name = photo.files[0].name
    assert name.partition(".")[0].rpartition("-")[0] in Client().get(page).content.decode()
    ask_takedown(
        Takedown(photo=Photo.objects.get(pk=photo.pk), reason=REASON, hid=True),
        by=OTTO,
    )
    assert name.partition(".")[0].rpartition("-")[0] not in Client().get(page).content.decode()
    decide_takedown(Photo.objects.get(pk=photo.pk), gone=True, by=RUTH)
    work()
    assert Photo.objects.get(pk=photo.pk).picture == ""
