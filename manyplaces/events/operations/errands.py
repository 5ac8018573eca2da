"""What was decided in one go has one number, by which it is found and undone."""

from __future__ import annotations

from dataclasses import replace

from manyplaces.core.actor import Actor
from manyplaces.core.tokens import new_key


def on_errand(actor: Actor) -> Actor:
    """Return the actor on an errand of his own, or on the one that he is on already."""
    return actor if actor.errand else replace(actor, errand=f"d-{new_key(12)}")
