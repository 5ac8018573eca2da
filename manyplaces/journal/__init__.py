"""What was done, by whom, through which door."""
