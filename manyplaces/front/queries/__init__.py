"""What each page shows, as frozen dataclasses, each with a fixed number of queries."""
