"""What the pages of lists show, and what is known around the rows of one."""

from manyplaces.lists.queries.around import Taken, changed_since, known_places, returning, taken, waiting_for
from manyplaces.lists.queries.held import list_rows, site_lists
from manyplaces.lists.queries.pages import (
    ListPage,
    RowPage,
    list_page,
    lists_of,
    parts_on_paper,
    row_page,
    rows_on_paper,
    standing,
)

__all__ = [
    "ListPage",
    "RowPage",
    "Taken",
    "changed_since",
    "known_places",
    "list_page",
    "list_rows",
    "lists_of",
    "parts_on_paper",
    "returning",
    "row_page",
    "rows_on_paper",
    "site_lists",
    "standing",
    "taken",
    "waiting_for",
]
