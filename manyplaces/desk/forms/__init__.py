"""Shape and wording of what is typed on the desk, a file for each thing that is looked after there."""
