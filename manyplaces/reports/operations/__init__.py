"""Every change to what is said of how it went, to its photos, to the recap, and the end of it: a closed record."""

from manyplaces.reports.operations.asking import ask_for_reports
from manyplaces.reports.operations.bringing import bring_closing, bring_correction, bring_photo, bring_recap
from manyplaces.reports.operations.clearing import end_photos, note_destroyed
from manyplaces.reports.operations.closing import carry_out_closings, forget_letters, propose_freeze, propose_unfreeze
from manyplaces.reports.operations.preparing import cover_photo, describe_photo, keep_prepared, wanted_boxes
from manyplaces.reports.operations.recapping import (
    correct_recap,
    give_recap_back,
    hand_in_recap,
    publish_recap,
    withdraw_recap,
    write_recap,
)
from manyplaces.reports.operations.reporting import decide_words, take_report
from manyplaces.reports.operations.showing import ask_takedown, decide_photo, decide_takedown, remove_photo
from manyplaces.reports.operations.uploading import begin_photo, finish_photo, refuse_photo, take_part

__all__ = [
    "ask_for_reports",
    "ask_takedown",
    "begin_photo",
    "bring_closing",
    "bring_correction",
    "bring_photo",
    "bring_recap",
    "carry_out_closings",
    "correct_recap",
    "cover_photo",
    "decide_photo",
    "decide_takedown",
    "decide_words",
    "describe_photo",
    "end_photos",
    "finish_photo",
    "forget_letters",
    "give_recap_back",
    "hand_in_recap",
    "keep_prepared",
    "note_destroyed",
    "propose_freeze",
    "propose_unfreeze",
    "publish_recap",
    "refuse_photo",
    "remove_photo",
    "take_part",
    "take_report",
    "wanted_boxes",
    "withdraw_recap",
    "write_recap",
]
