"""What people subscribe to: calendars, and Atom feeds of the archive and of an action."""

from __future__ import annotations

from manyplaces.front.feeds import atoms, calendars
from manyplaces.front.shapes.wording import in_language

action_calendar = in_language(calendars.action_calendar)
state_calendar = in_language(calendars.state_calendar)
city_calendar = in_language(calendars.city_calendar)
near_calendar = in_language(calendars.near_calendar)
event_calendar = in_language(calendars.event_calendar)
home_atom = in_language(atoms.home_atom)
action_atom = in_language(atoms.action_atom)
