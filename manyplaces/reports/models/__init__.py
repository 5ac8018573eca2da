"""What is said of how it went."""

from manyplaces.reports.models.reports import Report

__all__ = ["Report"]
