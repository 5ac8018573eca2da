"""What is done about who comes."""

from manyplaces.rsvps.operations.answering import change_rsvp, confirm_rsvp, withdraw_rsvp
from manyplaces.rsvps.operations.taking import Ask, take_rsvps

__all__ = ["Ask", "change_rsvp", "confirm_rsvp", "take_rsvps", "withdraw_rsvp"]
