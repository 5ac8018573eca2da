"""The national action, its parts and its demands."""
