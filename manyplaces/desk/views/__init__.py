"""The pages of the desk, a file for each thing that is looked after there."""
