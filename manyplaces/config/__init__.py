"""Settings, URLs and the checks before a start."""
