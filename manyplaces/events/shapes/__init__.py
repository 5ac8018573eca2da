"""Events in words, and in the form of paper."""
