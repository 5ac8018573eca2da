"""Who comes: what attendees say without being put on a list, what they are told, and how all of it is forgotten."""
