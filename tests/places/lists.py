"""Lists of schools for the tests: made by hand, or cut from the national list."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Collection
from pathlib import Path
from typing import Any

from manyplaces.core.actor import Actor
from manyplaces.exchange.registry import SchoolReport, import_school_file

BY = Actor("command line", "command")
HEADER = "ncessch,school_name,district,city,state,grade_low,grade_high,level,lat,lon"
MILWAUKEE = """\
550960001165,Auer Avenue Elementary,Milwaukee School District,Milwaukee,WI,PK,8,elementary,43.05,-87.95
550960001170,Bay View High,Milwaukee School District,Milwaukee,WI,9,12,high,43.05,-87.95
550960001182,53RD STREET ELEMENTARY,Milwaukee School District,Milwaukee,WI,PK,5,elementary,43.05,-87.95
550960001195,Hamilton High,Milwaukee School District,Milwaukee,WI,9,12,high,43.05,-87.95
550960001196,Hamilton Elementary,Milwaukee School District,Milwaukee,WI,PK,5,elementary,43.05,-87.95
550960001200,ST. FRANCIS OF THE MCKINLEY HS,Milwaukee School District,MILWAUKEE,WI,9,12,high,43.05,-87.95
550960001201,Riverside University High,Milwaukee School District,Milwaukee,WI,9,12,high,43.05,-87.95
550960001202,King International,Milwaukee School District,Milwaukee,WI,9,12,high,43.05,-87.95
551236001622,Lincoln High,Racine Unified School District,Racine,WI,9,12,high,42.72,-87.8
550723000806,Española K-8,Kenosha School District,Kenosha,WI,K,8,k12,42.58,-87.8
360008105837,PS 15 PATRICK F DALY,New York City Geographic District #15,BROOKLYN,NY,PK,5,elementary,40.67,-73.99
360008105838,PS 150 CHRISTOPHER,New York City Geographic District #23,BROOKLYN,NY,PK,5,elementary,40.67,-73.99
"""


def bring(folder: Path, text: str, *, header: str = HEADER, name: str = "schools.csv", **options: Any) -> SchoolReport:
    """Write a list and import it."""
    file = folder / name
    file.write_text(f"{header}\n{text}", "utf-8")
    return import_school_file(file, dry_run=options.get("dry_run", False), by=BY, tell=lambda progress: None)


def national_rows(shared: Path, states: Collection[str]) -> str:
    """The rows of the national list that lie in the states, in its own columns, with the header."""
    with gzip.open(shared / "data/schools_us_ccd2019.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        header = next(lines)
        place = header.strip().split(",").index("state")
        rows = (line for line in lines if next(csv.reader([line]))[place] in states)
        return header + "".join(rows)


def bring_states(folder: Path, shared: Path, states: Collection[str]) -> SchoolReport:
    """Import the schools of some states from the national list."""
    header, _, rows = national_rows(shared, states).partition("\n")
    return bring(folder, rows, header=header, name="states.csv")
