"""Every change to what was said: claims, media hits and the notes on the record."""

from manyplaces.record.operations.claims import (
    add_correction,
    judge_claim,
    note_tally,
    set_note,
    state_claim,
    state_turnout,
)
from manyplaces.record.operations.copies import join_story, part_stories
from manyplaces.record.operations.hits import bring_media_hit, correct_media_hit, decide_media_hit
from manyplaces.record.operations.media import add_media_hit, describe_media_hit
from manyplaces.record.operations.watching import (
    Heard,
    ask_again,
    hand_out,
    judge_link,
    note_answer,
    take_reading,
    watch_links,
)

__all__ = [
    "Heard",
    "add_correction",
    "add_media_hit",
    "ask_again",
    "bring_media_hit",
    "correct_media_hit",
    "decide_media_hit",
    "describe_media_hit",
    "hand_out",
    "join_story",
    "judge_claim",
    "judge_link",
    "note_answer",
    "note_tally",
    "part_stories",
    "set_note",
    "state_claim",
    "state_turnout",
    "take_reading",
    "watch_links",
]
