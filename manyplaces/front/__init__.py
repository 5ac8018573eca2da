"""What the public sees across rooms; it only reads."""
