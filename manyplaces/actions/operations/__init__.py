"""Every change to actions: how they are called, what belongs to them, what hosts are given."""

from manyplaces.actions.operations.listing import call_action, describe_action, set_demand, set_part

__all__ = ["call_action", "describe_action", "set_demand", "set_part"]
