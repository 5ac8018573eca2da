"""What the public sees: one paragraph a page, each in every form it has."""
