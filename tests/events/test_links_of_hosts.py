"""Hana keeps her event: her link survives who asks for it, who joins is told of, and pages tell the truth."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from manyplaces.actions.rules import Approval
from manyplaces.events import operations
from manyplaces.events.models import Commitment, Event, Host, TrustedHost
from manyplaces.events.operations import approve
from manyplaces.events.rules import Review
from manyplaces.mail.models import Letter
from tests.events.calling import october
from tests.events.test_commit_pages import HERE, form

pytestmark = pytest.mark.django_db
ASK = "/host/"


def link(kind: str = "thank_host") -> str:
    """The private page in the newest letter of a kind."""
    body = Letter.objects.filter(kind=f"events.{kind}").latest("pk").content["body"]
    return "/host/" + body.partition("/host/")[2].partition("/")[0] + "/"


def lead(answer: Any) -> str:
    """What the page that one lands on says first; everything that is read there begins in `main`."""
    found = re.search(r'<p class="lead"[^>]*>(.*?)</p>', answer.content.decode(), re.S)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


def after(there: str, **sent: Any) -> Any:
    return Client().post(there, sent, follow=True)


@pytest.fixture
def there() -> str:
    """Hana's private page; she has said that it was she."""
    october()
    Client().post(HERE, form())
    address = link()
    assert lead(after(address, do="prove_host")) == "Thank you. Now a person looks at it."
    return address


def to(email: str) -> int:
    """How many letters are owed to an address."""
    return [letter.to for letter in Letter.objects.all()].count(email)


def earlier(**ago: float) -> None:
    """Let time pass since the last link was made."""
    Host.objects.update(link_made_at=timezone.now() - datetime.timedelta(**ago))


def test_a_reason_of_two_lines_withdraws_and_one_too_long_is_told_where_it_is_seen(there: str) -> None:
    answer = Client().post(there, {"do": "withdraw", "withdraw-words": "x" * 600})
    page = answer.content.decode()
    opened = re.search(r'<details class="more" open>\s*<summary>Withdraw</summary>.*?</details>', page, re.S)
    assert (answer.status_code, "Nothing is saved yet" in page, Commitment.objects.get().review) == (
        422, True, Review.WAITING,
    )  # fmt: skip
    assert opened is not None
    assert ("Make it shorter" in opened[0], "x" * 600 in opened[0]) == (True, True)
    answer = after(there, do="withdraw", **{"withdraw-words": "No permission.\r\nSorry"})
    assert (lead(answer), Commitment.objects.get().reason) == ("Withdrawn.", "No permission. Sorry")
    # A second tab, in which the form is still open, says that nothing happened.
    late = Client().post(there, form(do="change", version=Commitment.objects.get().version))
    assert (late.status_code, "This did not work, and nothing was changed." in late.content.decode()) == (422, True)


def test_after_each_step_the_page_says_what_is_true(there: str, nia: Any) -> None:
    row = Commitment.objects.get()
    assert lead(after(there, **form(do="change", version=0))) == "Nothing was changed: it is as it was."
    assert lead(after(there, **form(do="change", version=0, note="Drums"))) == "Changed. A person looks at it."
    row.refresh_from_db()
    approve(row, version=row.version, by=nia)
    row.refresh_from_db()
    same = after(there, **form(do="change", version=row.version, note="Drums"))
    assert (lead(same), "It was approved." in same.content.decode()) == ("Nothing was changed: it is as it was.", True)
    after(there, do="add_cohost", **{"beside-email": "gil@example.org", "beside-name": "Gil"})
    gil = after(link("co_host"), do="prove_host")
    assert (lead(gil), "It was approved." in gil.content.decode()) == ("Thank you. Now we know that it was you.", True)
    changed = after(there, **form(do="change", version=row.version, note="Flags"))
    assert lead(changed) == "Changed. A person looks at it; until then the page stays as it was."
    replaced = after(there, do="replace_link")
    assert (replaced.status_code, replaced.redirect_chain) == (200, [("/host/?did=replaced", 302)])
    assert lead(replaced).startswith("Look into your e-mail")
    removed = after(link("link_again"), do="remove_host")
    assert (removed.status_code, "<form" in removed.content.decode().partition("<main")[2]) == (200, False)
    assert lead(removed).startswith("Your private link does not work any more")


def test_a_trusted_host_reads_that_it_is_online(there: str, nia: Any) -> None:
    row = Commitment.objects.get()
    row.action.approval = Approval.TRUSTED
    row.action.save()
    approve(row, version=row.version, by=nia)
    TrustedHost.objects.create(email_hash=Host.objects.get().email_hash, made_by="Nia")
    row.refresh_from_db()
    assert lead(after(there, **form(do="change", version=row.version, note="Drums"))) == "Changed. It is online."
    assert Event.objects.get().note == "Drums"


def test_a_link_is_sent_again_after_ten_minutes_and_then_once_an_hour(there: str) -> None:
    def ask() -> int:
        Client().post(ASK, {"email": "hana@example.org"})
        return Letter.objects.filter(kind="events.link_again").count()

    assert ask() == 0
    earlier(minutes=11)
    assert [ask(), ask()] == [1, 1]
    earlier(minutes=11)
    assert ask() == 1
    earlier(minutes=61)
    assert ask() == 2


def test_a_stranger_who_knows_the_address_does_not_end_the_link_that_works(there: str) -> None:
    for _ in range(3):
        earlier(minutes=61)
        Client().post(ASK, {"email": "hana@example.org"})
    again = link("link_again")
    assert [Client().get(path).status_code for path in (there, again)] == [200, 200]
    body = Letter.objects.filter(kind="events.link_again").latest("pk").content["body"]
    assert "The link that you used before works until you use this one" in body
    # Whoever uses the new one ends the old one; reading it ends nothing.
    after(again, do="pause_commitment")
    assert [Client().get(path).status_code for path in (there, again)] == [404, 200]
    earlier(minutes=61)
    Client().post(ASK, {"email": "hana@example.org"})
    earlier(hours=25)
    assert [Client().get(path).status_code for path in (again, link("link_again"))] == [404, 200]
    # One's own "new link" ends every other at once.
    newest = link("link_again")
    after(newest, do="replace_link")
    assert [Client().get(path).status_code for path in (newest, link("link_again"))] == [404, 200]


def test_who_is_named_by_a_stolen_link_is_told_of_and_taken_off(there: str) -> None:
    for did, prefix in (("add_cohost", "beside"), ("hand_over", "over")):
        after(there, do=did, **{f"{prefix}-email": "otto@example.org"})
        warned = Letter.objects.filter(kind="events.host_named").latest("pk")
        assert (warned.to, "otto" in warned.content["body"], "/host/" in warned.content["body"]) == (
            "hana@example.org", False, False,
        )  # fmt: skip
        otto, theirs = Host.objects.latest("pk"), link({"over": "hand_over"}.get(prefix, "co_host"))
        page = Client().get(there).content.decode()
        assert ("otto@" in page, f'value="{otto.uid}"' in page) == (False, True)
        assert lead(after(there, do="dismiss_host", other=otto.uid)).startswith("Taken off")
        assert (Client().get(theirs).status_code, Host.objects.count()) == (404, 1)
    assert Client().post(there, {"do": "dismiss_host", "other": otto.uid}).status_code == 422


def test_a_co_host_named_by_mistake_takes_nobody_off(there: str, nia: Any) -> None:
    after(there, do="add_cohost", **{"beside-email": "otto@example.org"})
    theirs, hana = link("co_host"), Host.objects.earliest("pk")
    after(theirs, do="prove_host")
    assert "dismiss_host" not in Client().get(theirs).content.decode()
    assert Client().post(theirs, {"do": "dismiss_host", "other": hana.uid}).status_code == 403
    other = Commitment.objects.get()
    with pytest.raises(PermissionDenied):
        operations.dismiss_host(Host.objects.latest("pk"), hana, by=nia)
    assert (Host.objects.count(), other.hosts.count()) == (2, 2)
    # Taken off after he has proved the address, he is told.
    after(there, do="dismiss_host", other=Host.objects.latest("pk").uid)
    assert Letter.objects.latest("pk").kind == "events.no_host"


def test_the_former_host_is_told_that_it_was_handed_over(there: str) -> None:
    after(there, do="hand_over", **{"over-email": "gil@example.org"})
    after(link("hand_over"), do="prove_host")
    told = Letter.objects.latest("pk")
    assert (told.kind, told.to, "gil" in told.content["body"]) == ("events.no_host", "hana@example.org", False)


def test_one_address_gets_five_letters_an_hour_however_often_it_is_typed(nia: Any) -> None:
    october()
    for number in range(8):
        assert Client().post(HERE, form(venue=f"Park {number}")).status_code == 302
    assert (Commitment.objects.count(), to("hana@example.org")) == (8, 5)
    Client().post(HERE, form(email="gil@example.org"))
    assert to("gil@example.org") == 1
    # What is left can be asked for, and a reviewer sees that nobody has proved it.
    Client().post(ASK, {"email": "hana@example.org"})
    assert Letter.objects.filter(kind="events.link_again").count() == 3


def test_whose_address_somebody_else_typed_is_told_how_to_leave_and_not_that_he_is_online(nia: Any) -> None:
    october()
    Client().post(HERE, form())
    row = Commitment.objects.get()
    approve(row, version=row.version, by=nia)
    letter = Letter.objects.get()
    assert (letter.kind, "press “Remove me”" in letter.content["body"]) == ("events.thank_host", True)
    assert "Nothing happens without you" not in letter.content["body"]
