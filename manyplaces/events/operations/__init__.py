"""Every change to events and to the commitments behind them."""

from manyplaces.events.operations.listing import describe_event, list_event

__all__ = ["describe_event", "list_event"]
