"""The text of a recap on a page: each number in it as its claim says it now, with a link to what it rests on."""

from __future__ import annotations

from markupsafe import Markup

from manyplaces.front.queries.action import ActionPage
from manyplaces.front.shapes.pieces import Shape
from manyplaces.front.shapes.standing import people_range
from manyplaces.record.models import Claim
from manyplaces.record.queries import OwnCounts
from manyplaces.reports.queries.recaps import ShownRecap
from manyplaces.reports.rules.marks import Number, plain_text, shown_text


def recap_text(shown: ShownRecap, counts: OwnCounts, address: str, language: str) -> Markup:
    """Return the text as HTML; `address` is that of the page of numbers, `counts` what our own record counts."""
    text, spoken = shown.words(language)
    return shown_text(text, _numbers(shown, counts, address), spoken)


def recap_lines(shown: ShownRecap, counts: OwnCounts, language: str) -> str:
    """Return the text without any form, an empty line between paragraphs."""
    text, spoken = shown.words(language)
    return plain_text(text, _numbers(shown, counts, ""), spoken)


def how_it_went(page: ActionPage, language: str) -> str:
    """Return how an action went, without any form: its recap, or the short one where none is public."""
    if page.recap is None:
        return page.action.text("summary", language)
    return recap_lines(page.recap, page.counts, language)


def recap_shape(page: ActionPage, language: str) -> Shape | None:
    """Return the recap as data: its text, the language of that, and its dated corrections; None without one."""
    if page.recap is None:
        return None
    notes = [{"date": one.day, "text": one.text("body", language), "by": one.signed} for one in page.recap.corrections]
    text = recap_lines(page.recap, page.counts, language)
    return {"text": text, "language": page.recap.words(language)[1], "corrections": notes}


def claim_number(claim: Claim, address: str) -> Number:
    """Return a claim as a number in a text: its own words, a bare number with its thousands apart."""
    plain = claim.value_words.isascii() and claim.value_words.isdigit()
    words = f"{int(claim.value_words):,}" if plain else claim.value_words
    place = "turnout" if claim.event_id else "cities-alone" if claim.city_id else claim.metric
    way = f"{address}#{place}" if address else ""
    return Number(words, claim.claimant, way, "" if plain else "en", claim.disputed)


def _numbers(shown: ShownRecap, counts: OwnCounts, address: str) -> dict[str, Number]:
    people, way = counts.turnout, f"{address}#turnout" if address else ""
    return {
        "our held": Number(f"{counts.events.get('held', 0):,}", address=f"{address}#events" if address else ""),
        "our cities": Number(f"{counts.cities.get('held', 0):,}", address=f"{address}#cities" if address else ""),
        "our people": Number(people_range(people), address=way, is_disputed=bool(people.disputed)),
        **{f"claim {pk}": claim_number(claim, address) for pk, claim in shown.claims.items()},
    }
