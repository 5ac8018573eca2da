"""What is said of how it went, the photos of it, and what the coalition tells of it afterwards."""

from manyplaces.reports.models.photos import Photo, Takedown
from manyplaces.reports.models.recaps import Recap
from manyplaces.reports.models.reports import Report

__all__ = ["Photo", "Recap", "Report", "Takedown"]
