"""What is true of actions: their words, when commitments are taken, which files a toolkit takes."""

from manyplaces.actions.rules.files import (
    KEPT_FOR,
    LARGEST_FILE,
    MOST_FILES,
    TAKEN_FILES,
    FileKind,
    kind_of_file,
    safe_file_name,
)
from manyplaces.actions.rules.opening import (
    DESK_ZONES,
    days_of,
    is_in_time,
    is_open,
    require_in_time,
    require_open,
    require_public,
    shifted,
    tactics_of,
)
from manyplaces.actions.rules.words import Approval, Kind, Tactic, Visibility, tactic_of

__all__ = [
    "DESK_ZONES",
    "KEPT_FOR",
    "LARGEST_FILE",
    "MOST_FILES",
    "TAKEN_FILES",
    "Approval",
    "FileKind",
    "Kind",
    "Tactic",
    "Visibility",
    "days_of",
    "is_in_time",
    "is_open",
    "kind_of_file",
    "require_in_time",
    "require_open",
    "require_public",
    "safe_file_name",
    "shifted",
    "tactic_of",
    "tactics_of",
]
