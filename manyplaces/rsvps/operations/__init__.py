"""What is done about who comes."""

from manyplaces.rsvps.operations.answering import change_rsvp, confirm_rsvp, withdraw_rsvp
from manyplaces.rsvps.operations.destroying import (
    checkpoint,
    close_safes,
    destroy_closed_safes,
    lost_safes,
    rewrite,
    sealed_in,
)
from manyplaces.rsvps.operations.forgetting import (
    drop_few,
    events_at_hand,
    forget_answers,
    forget_needs,
    forget_orphans,
    forget_unconfirmed,
    note,
)
from manyplaces.rsvps.operations.looking import look
from manyplaces.rsvps.operations.taking import Ask, take_rsvps

__all__ = [
    "Ask",
    "change_rsvp",
    "checkpoint",
    "close_safes",
    "confirm_rsvp",
    "destroy_closed_safes",
    "drop_few",
    "events_at_hand",
    "forget_answers",
    "forget_needs",
    "forget_orphans",
    "forget_unconfirmed",
    "look",
    "lost_safes",
    "note",
    "rewrite",
    "sealed_in",
    "take_rsvps",
    "withdraw_rsvp",
]
