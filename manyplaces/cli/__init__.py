"""The shell door: up, demo, check, import and export."""
