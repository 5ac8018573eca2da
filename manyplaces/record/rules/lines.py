"""How people write what was published, a line each: “Outlet: headline, date”, with or without a link."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from manyplaces.core.spokendates import read_spoken
from manyplaces.record.rules.links import host_of

MOST_LINES, LONGEST_LINE = 200, 2_600
_LINK = re.compile(r"https?://[^\s<>\"]+", re.I)
_BARE = re.compile(r"^(?:www\.[\w.-]+\.[a-z]{2,}|[\w-]+\.(?:com|org|net|news|edu|us|gov))/\S*$", re.I)
_NUMBER = re.compile(r"^(?:\d{1,3}[.)]|[-–—*•·])\s+")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]{3,40})[)\]]\s*$")
_OUTLET = re.compile(r"^(.{1,80}?)(?::|\s[–—|]|\s-)\s+(.+)$")
_QUOTES = re.compile(r"^[“”\"](.+)[“”\"]$")
_EDGES = " \t-–—|,;:•*·"
# A date without a year is the first such day after this long before the action.
BEFORE = datetime.timedelta(days=60)


@dataclass(frozen=True)
class Line:
    """One published item as it was typed; what the line does not say is empty."""

    outlet: str = ""
    headline: str = ""
    date_edtf: str = ""
    link: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it names an outlet and something of what it published."""
        return bool(self.outlet and (self.headline or self.link))


def read_lines(text: str, day: datetime.date) -> list[Line]:
    """Return the items that a text has, a line each; `day` is that of the action, by which days get their year."""
    lines = [line.strip()[:LONGEST_LINE] for line in text.splitlines()]
    return [read_line(line, day) for line in lines if line][:MOST_LINES]


def read_line(line: str, day: datetime.date) -> Line:
    """Read one line; where there is no outlet the name of the website stands for it."""
    line = _NUMBER.sub("", line.strip(), count=1)
    link, rest = _without_link(line)
    if "\t" in rest:
        return _from_cells([cell.strip() for cell in rest.split("\t") if cell.strip()], link, day)
    rest, date = _without_date(rest.strip(_EDGES), day)
    found = _OUTLET.match(rest)
    outlet, headline = (found[1], found[2]) if found else ("", rest)
    if not outlet and not link:
        # Without a colon and a link it is the outlet that people remember: “Channel 12 was there”.
        outlet, headline = headline, ""
    return Line((outlet.strip(_EDGES) or host_of(link))[:200], _unquoted(headline)[:500], date, link)


def _from_cells(cells: list[str], link: str, day: datetime.date) -> Line:
    """Read what was copied out of a spreadsheet: outlet, headline, date, in the order in which they come."""
    dates = [date for cell in cells if (date := read_date(cell, day))]
    words = [cell for cell in cells if not read_date(cell, day)]
    outlet, headline = [*words, "", ""][:2]
    if link and not headline and outlet:
        outlet, headline = "", outlet
    return Line((outlet or host_of(link))[:200], _unquoted(headline)[:500], dates[0] if dates else "", link)


def _without_link(line: str) -> tuple[str, str]:
    found = _LINK.search(line)
    if found is None:
        return (f"https://{line}", "") if _BARE.match(line) else ("", line)
    link = found[0].rstrip(".,;:!?'’”")
    if link.endswith(")") and "(" not in link:
        link = link[:-1]
    before, after = (
        line[: found.start()].rstrip(" (<["),
        line[found.start() + len(link) :].lstrip(" )>]").lstrip(".;!?"),
    )
    return link, f"{before} {after}"


def _without_date(text: str, day: datetime.date) -> tuple[str, str]:
    """Take the date off the end of a text, where it stands in brackets or behind a comma or a dash, or at its start."""
    found = _BRACKET.search(text)
    if found and (date := read_date(found[1], day)):
        return text[: found.start()].rstrip(_EDGES), date
    cuts = [match.start() for match in re.finditer(r"[,;|]|\s[-–—]\s", text)]
    for cut in cuts[-3:]:
        if date := read_date(text[cut:].strip(_EDGES), day):
            return text[:cut].rstrip(_EDGES), date
    first = re.match(r"(\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4})[\s,:;|–-]+(.+)$", text)
    if first and (date := read_date(first[1], day)):
        return first[2], date
    return text, ""


def read_date(words: str, day: datetime.date) -> str:
    """Return the day or month that words name, as EDTF; empty where they name none, or more than that."""
    if not (any(sign.isdigit() for sign in words) and len(words) <= 40):
        return ""
    try:
        said = read_spoken(words, today=day - BEFORE, zone="America/New_York")
    except ValidationError:
        return ""
    return said.edtf or "" if said.time is None else ""


def _unquoted(headline: str) -> str:
    text = headline.strip(_EDGES)
    found = _QUOTES.match(text)
    return found[1] if found and not re.search('[“”"]', found[1]) else text
