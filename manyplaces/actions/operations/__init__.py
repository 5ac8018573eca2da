"""Every change to actions: how they are called, what belongs to them, what hosts are given."""

from manyplaces.actions.operations.belongings import duplicate_action, remove_demand, remove_part, set_goals
from manyplaces.actions.operations.drafting import (
    change_action,
    draft_action,
    publish_action,
    turn_openings,
    unpublish_action,
)
from manyplaces.actions.operations.equipping import (
    add_material,
    add_material_version,
    delete_files,
    remove_material,
    restore_material,
    set_material,
    withdraw_version,
)
from manyplaces.actions.operations.freezing import freeze_action, mark_emptied, require_freezable, unfreeze_action
from manyplaces.actions.operations.listing import call_action, describe_action, set_demand, set_part
from manyplaces.actions.operations.papers import remove_paper_text, set_paper_text, write_paper

__all__ = [
    "add_material",
    "add_material_version",
    "call_action",
    "change_action",
    "delete_files",
    "describe_action",
    "draft_action",
    "duplicate_action",
    "freeze_action",
    "mark_emptied",
    "publish_action",
    "remove_demand",
    "remove_material",
    "remove_paper_text",
    "remove_part",
    "require_freezable",
    "restore_material",
    "set_demand",
    "set_goals",
    "set_material",
    "set_paper_text",
    "set_part",
    "turn_openings",
    "unfreeze_action",
    "unpublish_action",
    "withdraw_version",
    "write_paper",
]
