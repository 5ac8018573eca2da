"""Importing a file, undoing an import, and taking the sample record away."""

from manyplaces.exchange.operations.importing import Tell, import_file, report_path, undo_import
from manyplaces.exchange.operations.sample import Removed, remove_sample

__all__ = ["Removed", "Tell", "import_file", "remove_sample", "report_path", "undo_import"]
