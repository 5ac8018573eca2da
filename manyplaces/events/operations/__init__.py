"""Every change to events and to the commitments behind them."""

from manyplaces.events.operations.calling_off import call_off, decline_called_off
from manyplaces.events.operations.committing import commit_checked, commit_site, commit_sites
from manyplaces.events.operations.correcting import correct_commitment
from manyplaces.events.operations.forgetting import commitments_to_forget, forget_hosts, keep_contact
from manyplaces.events.operations.hosting import (
    answer_question,
    change_commitment,
    pause_commitment,
    resume_commitment,
    withdraw_commitment,
)
from manyplaces.events.operations.hosts import (
    add_cohost,
    dismiss_host,
    hand_over,
    prove_host,
    remove_host,
)
from manyplaces.events.operations.links import end_former_link, replace_link, send_links
from manyplaces.events.operations.listing import describe_event, list_event
from manyplaces.events.operations.merging import merge
from manyplaces.events.operations.offers import Offer, check_offer
from manyplaces.events.operations.phases import (
    Moved,
    cancel_events,
    mark_held,
    mark_missed,
    mark_unreported,
    move_events,
    postpone_events,
)
from manyplaces.events.operations.points import at_place, in_city, resting_on, settle_points
from manyplaces.events.operations.review import (
    Decided,
    approve,
    approve_many,
    ask,
    decide,
    decline,
    keep_online,
    take_down,
)
from manyplaces.events.operations.shielding import shield_event, unshield_event
from manyplaces.events.operations.telling import MOST_LETTERS, carry_out_news, tell_called_off
from manyplaces.events.operations.trust import block_pattern, trust_host, unblock, untrust_host
from manyplaces.events.operations.undoing import (
    Restored,
    mark_not_held,
    reinstate,
    restore_events,
    undo_review,
)

__all__ = [
    "MOST_LETTERS",
    "Decided",
    "Moved",
    "Offer",
    "Restored",
    "add_cohost",
    "answer_question",
    "approve",
    "approve_many",
    "ask",
    "at_place",
    "block_pattern",
    "call_off",
    "cancel_events",
    "carry_out_news",
    "change_commitment",
    "check_offer",
    "commit_checked",
    "commit_site",
    "commit_sites",
    "commitments_to_forget",
    "correct_commitment",
    "decide",
    "decline",
    "decline_called_off",
    "describe_event",
    "dismiss_host",
    "end_former_link",
    "forget_hosts",
    "hand_over",
    "in_city",
    "keep_contact",
    "keep_online",
    "list_event",
    "mark_held",
    "mark_missed",
    "mark_not_held",
    "mark_unreported",
    "merge",
    "move_events",
    "pause_commitment",
    "postpone_events",
    "prove_host",
    "reinstate",
    "remove_host",
    "replace_link",
    "resting_on",
    "restore_events",
    "resume_commitment",
    "send_links",
    "settle_points",
    "shield_event",
    "take_down",
    "tell_called_off",
    "trust_host",
    "unblock",
    "undo_review",
    "unshield_event",
    "untrust_host",
    "withdraw_commitment",
]
