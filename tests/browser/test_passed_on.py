"""Gil passes the address of his own form on: whoever opens it is counted for himself, and nobody twice."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.test_coming import Party, inbox, party, phone  # noqa: F401 (fixtures)


def counts_in(page: Page, people: str) -> None:
    page.fill("#id_people", people)
    page.get_by_role("button", name="Count us in").click()


def test_the_address_of_a_form_that_was_passed_on_is_a_form_of_the_other(
    phone: Callable[..., Page],  # noqa: F811
    party: Party,  # noqa: F811
) -> None:
    gil, gus = phone(), phone()
    gil.goto(f"/events/{party.open}/come/")
    his = gil.url
    # What a phone passes on by itself is the way to a form of one's own.
    assert gil.locator("link[rel=canonical]").get_attribute("href") == f"{party.site.url}/events/{party.open}/come/"
    counts_in(gil, "17")
    gil.get_by_role("heading", name="You are counted: 17 people").wait_for()
    # Gus has the address from Gil's own window, and says the very same.
    gus.goto(his)
    counts_in(gus, "17")
    gus.get_by_text("This form was sent before with something else in it.").first.wait_for()
    assert party.rows("people = 17") == [(17, "coming")]
    gus.get_by_role("button", name="Count us in").click()
    gus.get_by_role("heading", name="You are counted: 17 people").wait_for()
    assert (party.rows("people = 17"), gus.url == gil.url) == ([(17, "coming")] * 2, False)
    # Gil goes back and presses again, and is who he was.
    mine = gil.url
    gil.go_back()
    counts_in(gil, "17")
    gil.get_by_role("heading", name="You are counted: 17 people").wait_for()
    assert (gil.url, len(party.rows("people = 17"))) == (mine, 2)
