"""Every change to organisations and to the people with an account."""

from manyplaces.people.operations.organisations import (
    change_organisation,
    find_or_add_organisation,
    name_organisation,
)

__all__ = [
    "change_organisation",
    "find_or_add_organisation",
    "name_organisation",
]
