"""What one place does under an action: the event that is public, and the commitment behind it."""

from manyplaces.events.models.commitments import BlockedPattern, Commitment, Host, TrustedHost, commitment_key
from manyplaces.events.models.events import Event, ListedEvents

__all__ = ["BlockedPattern", "Commitment", "Event", "Host", "ListedEvents", "TrustedHost", "commitment_key"]
