"""A registry of six schools and lists that are brought: what tests of lists begin with."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook

from manyplaces.core.actor import Actor, Grant
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations import match_list, take_list
from tests.signing import SignedIn, person_with, signed_in

MILWAUKEE = Grant("coordinator", state="WI", city="milwaukee")
HIGH, MIDDLE, AUER = "550960001104", "550960001105", "550960001101"

REGISTRY = """ncessch,school_name,leaid,district,city,state,grade_low,grade_high,level,lat,lon
550960001101,Auer Avenue School,5509600,Milwaukee School District,Milwaukee,WI,PK,8,elementary,43.07,-87.94
550960001102,Clemens Elementary,5509600,Milwaukee School District,Milwaukee,WI,PK,8,elementary,43.08,-87.95
550960001103,Clement Avenue Elementary,5509600,Milwaukee School District,Milwaukee,WI,PK,8,elementary,42.98,-87.89
550960001104,Hamilton High,5509600,Milwaukee School District,Milwaukee,WI,9,12,high,42.99,-88.02
550960001105,Hamilton Middle,5509600,Milwaukee School District,Milwaukee,WI,6,8,middle,42.99,-88.02
170993004187,Steinmetz College Prep,1709930,City of Chicago SD 299,Chicago,IL,9,12,high,41.93,-87.79
"""


def paste(action: Any, text: str, by: Actor, **further: Any) -> SiteList:
    """A list of pasted names in Milwaukee, matched."""
    given = {"title": "Milwaukee", "city_name": "Milwaukee", "state": "WI", **further}
    return match_list(take_list(SiteList(action=action, **given), text=text, by=by), by=by)


def verdicts(site_list: SiteList) -> dict[str, str]:
    """What became of each row, by what was written."""
    return dict(site_list.rows.order_by("line").values_list("venue", "verdict"))


def spreadsheet(*rows: list[Any]) -> bytes:
    """The bytes of an XLSX file."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def table(action: Any, text: str, by: Actor, **further: Any) -> SiteList:
    """A pasted table, looked up."""
    return match_list(take_list(SiteList(action=action, title="t", **further), text=text, by=by), by=by)


def carlas(action: Any, text: str, **further: str) -> tuple[SignedIn, str, Any]:
    """Carla's browser, the address of a list that she has pasted, and what its page says."""
    browser = signed_in(None, person_with(MILWAUKEE, alias="Carla"))
    given = {"city_name": "Milwaukee", "state": "WI", "title": "", "organisation": "", **further}
    there = browser.post_form("/desk/lists/", {"action": action.pk, "text": text, **given}).headers["Location"]
    return browser, there, browser.get(there).content.decode()


def stranger(state: str = "FL") -> Actor:
    """Otto, who coordinates elsewhere."""
    return Actor("Otto", "page", person=4711, grants=(Grant("coordinator", state=state),))


def own(by: Actor) -> Actor:
    """Carla with an account of her own."""
    return Actor(by.name, by.door, person=12, grants=by.grants)
