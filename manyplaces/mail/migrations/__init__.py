"""How this room's tables came about."""
