"""What the pages of the desk ask for, a file for each thing that is looked after there."""
