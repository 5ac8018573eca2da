"""Every change to what is said of how it went."""

from manyplaces.reports.operations.asking import ask_for_reports
from manyplaces.reports.operations.reporting import decide_words, take_report

__all__ = ["ask_for_reports", "decide_words", "take_report"]
