"""A million letters or ten thousand lines in any field about who comes: a sentence, and nothing moves."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.tokens import new_token
from manyplaces.rsvps.models import Message
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.front.test_crawl import everything
from tests.rsvps.coming import confirmed, form_of, of_host, walk_in

pytestmark = pytest.mark.django_db(transaction=True)
LONG = {
    "a million letters": "x" * 1_000_000,
    "ten thousand lines": "a line\r\n" * 10_000,
    "ten thousand lines of nothing but an accent": "\u0301\n" * 10_000,
}
# Where something is typed into: the form, and the fields of which each may be too long.
COME = ("people", "name", "email", "needs")
CHANGE = ("people", "name", "needs")
# What is no text: too long it counts for nothing, as anything else that is not on the list.
NO_TEXT = ("speaks", "evening", "early", "host", "proof", "mark", "version", "more", "form_token")


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


@pytest.fixture
def pages() -> dict[str, str]:
    """The addresses of the four forms: coming, changing it, answering the host; and what the host writes."""
    event = walk_in()
    gil = confirmed(event, "gil@example.org", name="Gil", host="on")
    host = of_host(event)
    now = timezone.now()
    Message.objects.create(event=event, made_at=now, not_before=now, letters=1, stage="sent")
    own = f"/coming/{link_of(gil.uid, LETTER)}/"
    return {"come": form_of(event), "change": own, "answer": own, "message": f"{host}message/"}


FORMS: list[tuple[str, str, dict[str, str]]] = [
    *(("come", field, {"people": "1"}) for field in COME),
    *(("change", field, {"do": "change", "people": "1"}) for field in CHANGE),
    ("answer", "answer", {"do": "answer"}),
    ("message", "text", {"do": "send"}),
    ("message", "text", {"do": "look"}),
]


def sentences(page: str) -> list[str]:
    """What is wrong, as it stands over the form."""
    box = re.search(r'id="errors".*?</div>', page, re.S)
    return [re.sub(r"<[^>]+>", "", line).strip() for line in re.findall(r"<li>(.*?)</li>", box[0], re.S)] if box else []


@pytest.mark.parametrize("long", LONG.values(), ids=LONG)
def test_each_is_refused_in_a_sentence_and_changes_nothing(pages: dict[str, str], long: str) -> None:
    before, told = everything(), {}
    for form, field, typed in FORMS:
        answer = Client().post(pages[form], {**typed, field: long})
        told[f"{form} {field}"] = (answer.status_code, *sentences(answer.content.decode()))
    wrong = {name: found for name, found in told.items() if found[0] != 422 or len(found) != 2}
    assert (wrong, [found for found in told.values() if not 15 < len(found[1]) < 200 or found[1][-1] != "."]) == (
        {},
        [],
    )
    assert everything() == before


@pytest.mark.parametrize("long", LONG.values(), ids=LONG)
def test_where_nothing_is_typed_it_counts_for_nothing(pages: dict[str, str], long: str) -> None:
    for field in NO_TEXT:
        answer = Client().post(pages["come"].rpartition("/come/")[0] + f"/come/{new_token()}/", {field: long})
        ticked = field in ("evening", "early", "host")
        assert (field, answer.status_code) == (field, 422 if ticked else 302)


def test_a_form_of_twenty_thousand_fields_is_refused_before_it_is_read(pages: dict[str, str]) -> None:
    before = everything()
    many = {f"field{number}": "" for number in range(20_000)}
    for form in ("come", "change", "message"):
        assert (form, Client().post(pages[form], many).status_code) == (form, 400)
    assert everything() == before
