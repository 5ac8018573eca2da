"""What one place does under an action."""
