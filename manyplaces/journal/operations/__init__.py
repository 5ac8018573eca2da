"""Writing the journal, taking back what it tells of, and chaining its entries."""

from manyplaces.journal.operations.chaining import chain_entries
from manyplaces.journal.operations.recording import Gathering, Kept, Links, Outcome, Row, clean_texts, keep, record
from manyplaces.journal.operations.taking_back import take_back
from manyplaces.journal.rules import TAKEN_BACK

__all__ = [
    "TAKEN_BACK",
    "Gathering",
    "Kept",
    "Links",
    "Outcome",
    "Row",
    "chain_entries",
    "clean_texts",
    "keep",
    "record",
    "take_back",
]
