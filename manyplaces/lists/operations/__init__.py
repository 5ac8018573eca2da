"""Every change to lists: taking one, naming its columns, looking it up, answering, committing and undoing it."""

from manyplaces.lists.operations.answering import SAID, Answered, answer_rows, correct_row, forget_name
from manyplaces.lists.operations.committing import commit_list, commit_rows, start_committing, stop_committing
from manyplaces.lists.operations.matching import look_again, match_list, match_rows
from manyplaces.lists.operations.taking import forget_contacts, forget_contacts_of, forget_list, name_columns, take_list
from manyplaces.lists.operations.undoing import stop_undoing, undo_list, undo_rows

__all__ = [
    "SAID",
    "Answered",
    "answer_rows",
    "commit_list",
    "commit_rows",
    "correct_row",
    "forget_contacts",
    "forget_contacts_of",
    "forget_list",
    "forget_name",
    "look_again",
    "match_list",
    "match_rows",
    "name_columns",
    "start_committing",
    "stop_committing",
    "stop_undoing",
    "take_list",
    "undo_list",
    "undo_rows",
]
