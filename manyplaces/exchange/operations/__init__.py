"""Importing a file, undoing an import, taking the sample record away; asking for an archive, and its end."""

from manyplaces.exchange.operations.archives import (
    archive_path,
    ask_for_archive,
    forget_archives,
    give_archive_up,
    keep_archive,
)
from manyplaces.exchange.operations.importing import Tell, import_file, report_path, undo_import
from manyplaces.exchange.operations.sample import Removed, remove_sample

__all__ = [
    "Removed",
    "Tell",
    "archive_path",
    "ask_for_archive",
    "forget_archives",
    "give_archive_up",
    "import_file",
    "keep_archive",
    "remove_sample",
    "report_path",
    "undo_import",
]
