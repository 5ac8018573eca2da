"""Every change to what is said of how it went."""

from manyplaces.reports.operations.reporting import decide_words, take_report

__all__ = ["decide_words", "take_report"]
