"""Hana holds the private link: what she can do with it, what Otto cannot, and whom it reaches."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Approval
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import digest
from manyplaces.events import operations
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations import approve, ask, commit_site
from manyplaces.events.rules import Phase, Review
from manyplaces.events.rules.hosting import HostContact
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation
from manyplaces.places.operations import find_or_add_city
from tests.events.calling import HANA, october, school, wish

pytestmark = pytest.mark.django_db

GIL = HostContact("Gil", "gil@example.org", "", "es")


@pytest.fixture
def site(hana: Any, nia: Any) -> Commitment:
    """Hana's commitment, not looked at yet."""
    find_or_add_city("Milwaukee", "WI", by=nia)
    return commit_site(wish(october(), school(), note="Bring a drum."), contact=HANA, by=hana)


@pytest.fixture
def holder(site: Commitment, hana: Any) -> Any:
    """Hana, who has shown the link in her letter."""
    return replace(hana, holds=site.key)


def again(site: Commitment, **facts: Any) -> Commitment:
    """The same wish with some other facts, as the form hands it in."""
    wanted = wish(site.action, site.school, date_edtf=site.date_edtf, note=site.note, **facts)
    wanted.key = site.key
    return wanted


def kinds() -> list[str]:
    return sorted(Letter.objects.filter(state="owed").values_list("kind", flat=True))


def test_nobody_but_who_holds_the_link_or_coordinates_the_city_does_anything(
    site: Commitment, hana: Any, otto: Any, ruth: Any, carla: Any
) -> None:
    host = site.hosts.get()
    other = commit_site(wish(site.action, venue="Elsewhere"), contact=GIL, by=hana)
    steps: list[Any] = [
        lambda by: operations.prove_host(host, by=by),
        lambda by: operations.change_commitment(again(site), version=0, by=by),
        lambda by: operations.answer_question(site, "Yes", by=by),
        lambda by: operations.pause_commitment(site, by=by),
        lambda by: operations.resume_commitment(site, by=by),
        lambda by: operations.withdraw_commitment(site, by=by),
        lambda by: operations.add_cohost(site, GIL, by=by),
        lambda by: operations.hand_over(host, GIL, by=by),
        lambda by: operations.replace_link(host, by=by),
        lambda by: operations.remove_host(host, by=by),
    ]
    before = (Commitment.objects.values_list("version", "review").get(pk=site.pk), Entry.objects.count())
    for stranger in (otto, ruth, replace(otto, holds=other.key), replace(carla, grants=())):
        for step in steps:
            with pytest.raises(PermissionDenied):
                step(stranger)
    assert before == (Commitment.objects.values_list("version", "review").get(pk=site.pk), Entry.objects.count())
    assert operations.pause_commitment(site, by=carla).is_paused


def test_what_is_changed_waits_again_and_what_was_approved_stays_online(
    site: Commitment, holder: Any, ruth: Any
) -> None:
    event = approve(site, version=0, by=ruth)
    stored = Commitment.objects.get(pk=site.pk)
    wanted = again(stored, time_local=datetime.time(8, 0), expected=200)
    changed = operations.change_commitment(wanted, version=stored.version, by=holder)
    assert (changed.review, changed.time_local, changed.version) == (
        Review.WAITING, datetime.time(8, 0), stored.version + 1,
    )  # fmt: skip
    event.refresh_from_db()
    assert (event.time_local, event.is_listed, Event.objects.count()) == (datetime.time(7, 45), True, 1)
    entry = Entry.objects.filter(verb="commitment.changed").get()
    assert entry.before == {"time_local": "07:45:00", "expected": None}


def test_what_is_the_same_changes_nothing_and_what_is_old_is_refused(site: Commitment, holder: Any) -> None:
    art = Demand.objects.get()
    assert operations.change_commitment(again(site), version=0, by=holder).version == 0
    operations.change_commitment(again(site), version=0, demands=[art], by=holder)
    with pytest.raises(NotNow):
        operations.change_commitment(again(site, expected=5), version=0, by=holder)
    with pytest.raises(ValidationError):
        operations.change_commitment(again(site, tactic="march"), version=1, by=holder)
    assert list(site.demands.all()) == [art]


def test_words_of_a_host_are_not_in_the_journal(site: Commitment, holder: Any) -> None:
    texts = {name: f"CANARY {name}" for name in ("shown_host", "remark", "hosts_words", "address")}
    operations.change_commitment(again(site, **texts), version=0, by=holder)
    operations.withdraw_commitment(site, reason="CANARY reason", by=holder)
    assert [entry for entry in Entry.objects.values() if "CANARY" in json.dumps(entry, default=str)] == []


def test_a_question_is_answered_and_the_answer_waits_for_the_reviewer(site: Commitment, holder: Any, ruth: Any) -> None:
    with pytest.raises(NotNow):
        operations.answer_question(site, "Yes", by=holder)
    ask(site, version=0, question="Which gate?", by=ruth)
    with pytest.raises(ValidationError):
        operations.answer_question(site, " \n", by=holder)
    answered = operations.answer_question(site, "The north one.", by=holder)
    assert (answered.review, answered.answer) == (Review.WAITING, "The north one.")


def test_paused_nobody_sees_it_until_it_goes_on(site: Commitment, holder: Any, ruth: Any) -> None:
    approve(site, version=0, by=ruth)
    operations.pause_commitment(site, by=holder)
    assert (Event.objects.count(), Event.every.count()) == (0, 1)
    operations.pause_commitment(site, by=holder)
    operations.resume_commitment(site, by=holder)
    assert Event.objects.count() == 1


def test_withdrawn_before_it_was_public_it_leaves_no_trace_on_pages(site: Commitment, holder: Any) -> None:
    withdrawn = operations.withdraw_commitment(site, reason="The hall is closed", by=holder)
    assert (withdrawn.review, Event.every.count(), kinds()) == (Review.WITHDRAWN, 0, ["events.withdrawn"])
    assert operations.withdraw_commitment(site, by=holder).version == withdrawn.version
    for step in (operations.pause_commitment, operations.resume_commitment):
        with pytest.raises(NotNow):
            step(site, by=holder)


def test_withdrawn_after_it_was_public_its_page_stays_as_cancelled(site: Commitment, holder: Any, ruth: Any) -> None:
    approve(site, version=0, by=ruth)
    operations.withdraw_commitment(site, reason="CANARY", by=holder)
    event = Event.objects.get()
    assert (event.phase, event.reason, event.reason_es) == (
        Phase.CANCELLED, "Withdrawn by its host.", "Lo retiró quien lo organiza.",
    )  # fmt: skip


def test_a_co_host_gets_a_link_of_his_own_and_four_are_the_most(site: Commitment, holder: Any) -> None:
    gil = operations.add_cohost(site, GIL, by=holder)
    letter = Letter.objects.get(kind="events.co_host")
    token = letter.content["body"].partition("/es/host/")[2].partition("/")[0]
    assert (letter.to, digest(token) == gil.link_digest) == ("gil@example.org", True)
    with pytest.raises(ValidationError):
        operations.add_cohost(site, replace(GIL, email="GIL@example.org "), by=holder)
    for number in range(2):
        operations.add_cohost(site, replace(GIL, email=f"gil{number}@example.org"), by=holder)
    with pytest.raises(ValidationError):
        operations.add_cohost(site, replace(GIL, email="gil5@example.org"), by=holder)
    assert site.hosts.count() == 4


def test_a_host_stays_until_the_new_one_has_proved_the_letter(site: Commitment, holder: Any) -> None:
    hana = site.hosts.get()
    operations.hand_over(hana, replace(GIL, email="typo@example.org"), by=holder)
    gil = operations.hand_over(hana, GIL, by=holder)
    assert sorted(host.email for host in site.hosts.all()) == ["gil@example.org", "hana@example.org"]
    operations.prove_host(gil, by=holder)
    kept = site.hosts.get()
    assert (kept.email, kept.is_first, Host.objects.filter(link_digest=hana.link_digest).exists()) == (
        "gil@example.org", True, False,
    )  # fmt: skip


def test_a_replaced_link_is_dead_at_once(site: Commitment, holder: Any) -> None:
    host = site.hosts.get()
    operations.replace_link(host, by=holder)
    assert not Host.objects.filter(link_digest=host.link_digest).exists()
    assert "events.link_again" in kinds()


def test_who_lost_the_letter_is_sent_a_link_once_an_hour_and_strangers_nothing(site: Commitment, otto: Any) -> None:
    assert operations.send_links("hana@example.org", by=otto) == 0
    Host.objects.update(link_made_at=timezone.now() - datetime.timedelta(hours=2))
    sent = [operations.send_links(email, by=otto) for email in ("otto@example.org", "not one", "HANA@example.org ")]
    assert sent == [0, 0, 1]
    assert operations.send_links("hana@example.org", by=otto) == 0
    assert kinds() == ["events.link_again", "events.thank_host"]


def test_an_erased_host_leaves_no_address_and_no_letter(site: Commitment, holder: Any) -> None:
    operations.remove_host(site.hosts.get(), by=holder)
    assert (Host.objects.count(), kinds()) == (0, [])
    assert Commitment.objects.get().review == Review.WAITING


def _trusting() -> Action:
    return october(slug="trusting", approval=Approval.TRUSTED)


def test_a_trusted_organisations_link_brings_a_site_online_at_once(hana: Any, nia: Any) -> None:
    find_or_add_city("Milwaukee", "WI", by=nia)
    trusted = Organisation.objects.create(slug="mtea", name="MTEA", is_trusted=True)
    other = Organisation.objects.create(slug="other", name="Other")
    action, grant = _trusting(), school()
    commit_site(wish(action, grant, vouched_by=trusted), by=hana)
    commit_site(wish(action, venue="Park", vouched_by=other), by=hana)
    # Where the action wants a reviewer's look at everything, trust means nothing.
    commit_site(wish(october(), grant, vouched_by=trusted), by=hana)
    assert [event.action.slug for event in Event.objects.all()] == ["trusting"]


def test_a_trusted_host_is_online_only_once_the_letter_reached_him(hana: Any, nia: Any) -> None:
    find_or_add_city("Milwaukee", "WI", by=nia)
    site = commit_site(wish(_trusting(), school()), contact=HANA, by=hana)
    host = site.hosts.get()
    host = operations.prove_host(host, by=replace(hana, holds=site.key))
    operations.trust_host(host, by=nia)
    second = commit_site(wish(site.action, venue="Park"), contact=HANA, by=hana)
    assert Event.objects.filter(key=second.key).count() == 0
    operations.prove_host(second.hosts.get(), by=replace(hana, holds=second.key))
    assert Event.objects.filter(key=second.key).count() == 1


def test_a_host_corrects_what_is_wrong_also_when_no_more_commitments_are_taken(site: Commitment, holder: Any) -> None:
    soon = timezone.now() + datetime.timedelta(hours=30)
    Action.objects.update(closes_at=timezone.now(), lead_hours=72)
    changed = operations.change_commitment(again(site, address="North gate, not the south one"), version=0, by=holder)
    wanted = wish(changed.action, site.school, date_edtf=soon.date().isoformat())
    wanted.key = site.key
    assert operations.change_commitment(wanted, version=1, by=holder).day == soon.date()
    over = wish(changed.action, site.school, date_edtf="2016-10-06")
    over.key = site.key
    with pytest.raises(ValidationError):
        operations.change_commitment(over, version=2, by=holder)
