"""What pages need to know of people and organisations beyond their rows."""

from manyplaces.people.queries.accounts import (
    is_first_run,
    live_sessions,
    nationals,
    people_with_rights,
    press_contacts,
    proposals,
)
from manyplaces.people.queries.coalition import (
    coalition,
    coalition_version,
    organisation_of_link,
    read_once,
    remembered,
)
from manyplaces.people.queries.held import Held, Known, Part, held_about, holds, iso
from manyplaces.people.queries.names import objection_to_name

__all__ = [
    "Held",
    "Known",
    "Part",
    "coalition",
    "coalition_version",
    "held_about",
    "holds",
    "is_first_run",
    "iso",
    "live_sessions",
    "nationals",
    "objection_to_name",
    "organisation_of_link",
    "people_with_rights",
    "press_contacts",
    "proposals",
    "read_once",
    "remembered",
]
