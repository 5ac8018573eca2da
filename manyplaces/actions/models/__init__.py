"""The national action, what belongs to it, and what hosts are given."""

from manyplaces.actions.models.actions import LONG_TEXT, Action, Demand, Part, PublicActions, StateGoal
from manyplaces.actions.models.papers import PaperText
from manyplaces.actions.models.toolkit import Material, MaterialVersion, material_key

__all__ = [
    "LONG_TEXT",
    "Action",
    "Demand",
    "Material",
    "MaterialVersion",
    "PaperText",
    "Part",
    "PublicActions",
    "StateGoal",
    "material_key",
]
