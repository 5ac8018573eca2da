"""What is done about who comes."""

from manyplaces.rsvps.operations.answering import change_rsvp, confirm_rsvp, withdraw_rsvp
from manyplaces.rsvps.operations.destroying import (
    checkpoint,
    checkpoint_in_passing,
    close_safes,
    destroy_closed_safes,
    give_up_lost_safes,
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
from manyplaces.rsvps.operations.relaying import (
    answer_host,
    approve_message,
    decline_message,
    stop_message,
    write_message,
)
from manyplaces.rsvps.operations.reminding import begin_reminders, forget_told, write_reminders
from manyplaces.rsvps.operations.seating import give_free_places
from manyplaces.rsvps.operations.sending import begin_messages, write_some
from manyplaces.rsvps.operations.stopping import stop_untrue_reminders
from manyplaces.rsvps.operations.taking import Ask, take_rsvps
from manyplaces.rsvps.operations.telling import note_news, tell_agreed_news
from manyplaces.rsvps.operations.texting import start_texts, stop_texts
from manyplaces.rsvps.operations.writing_news import write_news

__all__ = [
    "Ask",
    "answer_host",
    "approve_message",
    "begin_messages",
    "begin_reminders",
    "change_rsvp",
    "checkpoint",
    "checkpoint_in_passing",
    "close_safes",
    "confirm_rsvp",
    "decline_message",
    "destroy_closed_safes",
    "drop_few",
    "events_at_hand",
    "forget_answers",
    "forget_needs",
    "forget_orphans",
    "forget_told",
    "forget_unconfirmed",
    "give_free_places",
    "give_up_lost_safes",
    "look",
    "lost_safes",
    "note",
    "note_news",
    "rewrite",
    "sealed_in",
    "start_texts",
    "stop_message",
    "stop_texts",
    "stop_untrue_reminders",
    "take_rsvps",
    "tell_agreed_news",
    "withdraw_rsvp",
    "write_message",
    "write_news",
    "write_reminders",
    "write_some",
]
