"""Nia looks after organisations: one name for many spellings, whom the coalition trusts, who may vouch with a link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.generation import current_generation
from manyplaces.desk.queries.organisations import organisation_desk, organisations_page
from manyplaces.events.models import Commitment
from manyplaces.events.operations import commit_site
from manyplaces.events.rules.hosting import HostContact
from manyplaces.journal.models import Entry
from manyplaces.people.models import Organisation
from manyplaces.people.operations import (
    add_organisation,
    describe_organisation,
    end_link,
    find_or_add_organisation,
    lend_link,
    merge_spelling,
    trust_organisation,
)
from manyplaces.people.queries import organisation_of_link
from tests.events.calling import october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

TYPED = {"name": "Parents United", "short_name": "PU", "kind": "partner", "url": "https://parents.example/"}


@pytest.fixture
def parents(nia: Actor) -> Organisation:
    """A partner."""
    return add_organisation(Organisation(**TYPED), by=nia).row


def test_nia_adds_an_organisation_and_changes_it(client: Any) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    added = browser.post_form("/desk/organisations/add/", TYPED)
    assert added.headers["Location"] == "/desk/organisations/parents-united/"
    again = browser.post_form("/desk/organisations/add/", {**TYPED, "name": "PARENTS  united"}).content.decode()
    assert "“Parents United” has this name already. Change that one." in again
    browser.post_form(added.headers["Location"], {**TYPED, "about": "Since 2009.", "step": "save"})
    assert Organisation.objects.get().about == "Since 2009."
    assert "Since 2009." in client.get("/organisations/parents-united/").content.decode()
    wrong = browser.post_form(added.headers["Location"], {**TYPED, "url": "javascript:alert(1)", "step": "save"})
    assert "This is not a web address." in wrong.content.decode()


def test_a_spelling_comes_over_with_its_events(parents: Organisation, nia: Actor) -> None:
    other = find_or_add_organisation("Parents Utd.", by=nia).organisation
    browser = signed_in(None, person_with(Grant("national")))
    trust_organisation(other, True, by=nia)
    lend_link(other, by=nia)
    merge = {"step": "merge", "spelling": "parents utd"}
    asked = browser.post_form(f"/desk/organisations/{parents.slug}/", merge).content.decode()
    assert "“Parents Utd.” stands for Parents Utd. until now. With it comes over: 0 events." in asked
    assert "its trust and its link end" in asked
    assert [one.text for one in organisation_desk(other).spellings] == ["Parents Utd."]
    browser.post_form(f"/desk/organisations/{parents.slug}/", {**merge, "sure": "yes"})
    other.refresh_from_db()
    assert (other.is_trusted, other.vouch_digest) == (False, None)
    ended = Entry.objects.filter(actor="Nia").order_by("-pk").values_list("verb", flat=True)[:2]
    assert list(ended) == ["organisation.link_ended", "organisation.distrusted"]
    assert [one.text for one in organisation_desk(parents).spellings] == ["Parents United", "Parents Utd."]
    assert organisation_desk(other).spellings == []
    nothing = browser.post_form(f"/desk/organisations/{parents.slug}/", {"step": "merge", "spelling": "!!!"})
    assert "An organisation needs a name with letters in it." in nothing.content.decode()


def test_an_organisation_that_takes_another_name_stays_one(parents: Organisation, nia: Actor) -> None:
    find_or_add_organisation("MTEA", by=nia)
    browser = signed_in(None, person_with(Grant("national")))
    browser.post_form(f"/desk/organisations/{parents.slug}/", {**TYPED, "name": "Parents Together", "step": "save"})
    for name in ("parents together", "Parents United"):
        assert find_or_add_organisation(name, by=nia).organisation == parents
    taken = browser.post_form(f"/desk/organisations/{parents.slug}/", {**TYPED, "name": "mtea", "step": "save"})
    assert "“MTEA” has this name already. Let that name stand for this one first, below." in taken.content.decode()
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["MTEA", "Parents Together"]


def test_a_new_link_asks_before_the_old_one_dies(parents: Organisation, nia: Actor) -> None:
    browser, there = signed_in(None, person_with(Grant("national"))), f"/desk/organisations/{parents.slug}/"
    first = lend_link(parents, by=nia)
    asked = browser.post_form(there, {"step": "lend"}).content.decode()
    assert ("The old one stops working at once" in asked, organisation_of_link(first)) == (True, parents)
    assert "copy it now" in browser.post_form(there, {"step": "lend", "sure": "yes"}).content.decode()
    assert organisation_of_link(first) is None


def test_the_link_is_shown_once_and_kept_nowhere(parents: Organisation) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    october()
    page = browser.post_form(f"/desk/organisations/{parents.slug}/", {"step": "lend"}).content.decode()
    shown = re.findall(r"/commit/with/([\w-]{22})/<", page)
    assert len(shown) == 1
    assert organisation_of_link(shown[0]) == parents
    assert shown[0] not in browser.get(f"/desk/organisations/{parents.slug}/").content.decode()
    stored = Organisation.objects.values_list()
    assert shown[0] not in str(list(stored)) + str(list(Entry.objects.values_list()))


def test_a_link_that_was_replaced_or_ended_opens_nothing(parents: Organisation, nia: Actor) -> None:
    generation = current_generation()
    first = lend_link(parents, by=nia)
    second = lend_link(parents, by=nia)
    assert [organisation_of_link(token) for token in (first, second)] == [None, parents]
    end_link(parents, by=nia)
    end_link(parents, by=nia)
    assert [organisation_of_link(token) for token in (first, second, "", "x" * 22)] == [None] * 4
    verbs = [entry.verb for entry in Entry.objects.filter(verb__contains="link").order_by("pk")]
    assert verbs == ["organisation.link_lent", "organisation.link_lent", "organisation.link_ended"]
    # No public page shows any of it, so none is made afresh.
    assert current_generation() == generation


def test_trust_can_be_withdrawn_and_what_is_online_stays(parents: Organisation, nia: Actor) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    for step, trusted in (("trust", True), ("trust", True), ("distrust", False)):
        browser.post_form(f"/desk/organisations/{parents.slug}/", {"step": step})
        assert Organisation.objects.get(pk=parents.pk).is_trusted is trusted
    verbs = list(Entry.objects.filter(verb__contains="trusted").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["organisation.trusted", "organisation.distrusted"]
    commitment = Commitment(action=october(), venue="Auer", city_name="Milwaukee", state="WI", tactic="walk-in")
    commitment.vouched_by = parents
    commit_site(commitment, contact=HostContact(name="Hana"), by=Actor("a visitor", "page"))
    page = organisation_desk(parents)
    assert (page.vouched, page.online, page.events) == (1, 0, 0)


def test_otto_ruth_and_carla_touch_no_organisation(
    parents: Organisation, otto: Actor, ruth: Actor, carla: Actor
) -> None:
    for somebody in (otto, ruth, carla):
        for step in (
            lambda by: add_organisation(Organisation(name="Friends of Otto"), by=by),
            lambda by: describe_organisation(Organisation(slug=parents.slug, name="Otto’s"), by=by),
            lambda by: merge_spelling(parents, "Otto", by=by),
            lambda by: trust_organisation(parents, True, by=by),
            lambda by: lend_link(parents, by=by),
            lambda by: end_link(parents, by=by),
        ):
            with pytest.raises(PermissionDenied):
                step(somebody)
    assert list(Organisation.objects.values_list("name", "is_trusted", "vouch_digest")) == [
        ("Parents United", False, None)
    ]


def test_a_name_without_letters_is_refused_at_its_field(parents: Organisation, nia: Actor) -> None:
    for step in (
        lambda: add_organisation(Organisation(name="???"), by=nia),
        lambda: describe_organisation(Organisation(slug=parents.slug, name=" "), by=nia),
    ):
        with pytest.raises(ValidationError) as refusal:
            step()
        assert list(refusal.value.message_dict) == ["name"]


def test_the_list_asks_the_same_number_of_questions_whatever_its_size(nia: Actor) -> None:
    browser = signed_in(None, person_with(Grant("national")))
    asked = []
    for rows in (1, 3):
        for number in range(rows):
            find_or_add_organisation(f"Group {number}", by=nia)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/desk/organisations/").content.decode().count('<th scope="row">') == rows
        asked.append(len(queries))
    assert asked[0] == asked[1]
    with CaptureQueriesContext(connection) as queries:
        found = organisations_page("GROUP 1", "host", 1)
        assert [one.name for one in found.object_list] == ["Group 1"]
    assert len(queries) == 3
    assert list(organisations_page("", "member", 99).object_list) == []
