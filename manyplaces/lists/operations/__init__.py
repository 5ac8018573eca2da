"""Every change to lists: taking one, naming its columns, matching, answering, committing and undoing it."""

from manyplaces.lists.operations.answering import answer_rows
from manyplaces.lists.operations.committing import commit_list, commit_rows, start_committing, undo_list
from manyplaces.lists.operations.matching import match_list, match_rows
from manyplaces.lists.operations.taking import forget_list, name_columns, take_list

__all__ = [
    "answer_rows",
    "commit_list",
    "commit_rows",
    "forget_list",
    "match_list",
    "match_rows",
    "name_columns",
    "start_committing",
    "take_list",
    "undo_list",
]
