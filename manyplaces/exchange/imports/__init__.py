"""Rows coming in: a module per kind turns cells into an unsaved row and hands it to one operation."""
