"""The back office of coordinators and reviewers."""
