"""The letters of the room: those of hosts who commit, and those of decisions."""
