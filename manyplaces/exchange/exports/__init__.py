"""Rows going out: a module per kind turns rows of the record back into the cells they could have come from."""
