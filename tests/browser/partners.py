"""Two partners' files as scenario 1 has them, of real schools: 98 cities and 1,040 schools, 238 cities and 2,000."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

from openpyxl import Workbook

Row = dict[str, str]


def real_schools(shared: Path) -> dict[tuple[str, str], list[Row]]:
    """The schools of the national list by state and city, cities with the most schools first."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    with gzip.open(shared / "data/schools_us_ccd2019.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["state"], row["city"].title()].append(row)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def shared_word(school: Row, others: list[Row]) -> str:
    """The first word of a school's name, where another school of the city begins with it too; empty otherwise."""
    word = school["school_name"].split()[0]
    alike = [one for one in others if one["school_name"].split()[0].lower() == word.lower()]
    return word if len(alike) > 1 and len(word) > 4 and word.isalpha() else ""


def partner_rows(shared: Path, cities: int, schools: int, unclear: int) -> list[list[str]]:
    """Rows of name, city and state: so many real schools in so many cities, so many of them by one word alone."""
    chance = random.Random(2016)
    chosen: list[tuple[Row, list[Row]]] = []
    places = list(real_schools(shared).values())[:cities]
    for number, there in enumerate(places):
        many = schools // cities + (number < schools % cities)
        by_name = {one["school_name"].lower(): one for one in there}
        chosen += [(one, there) for one in chance.sample(sorted(by_name.values(), key=lambda r: r["ncessch"]), many)]
    rows, left = [], unclear
    for school, there in chosen:
        word = shared_word(school, there) if left else ""
        left -= bool(word)
        rows.append([word or school["school_name"], school["city"].title(), school["state"]])
    assert left == 0
    return rows


def as_csv(heading: list[str], rows: list[list[str]]) -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue().encode()


def as_xlsx(heading: list[str], rows: list[list[str]]) -> bytes:
    """The rows as a spreadsheet."""
    book, out = Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in [heading, *rows]:
        sheet.append(row)
    book.save(out)
    return out.getvalue()
