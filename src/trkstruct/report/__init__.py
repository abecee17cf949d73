"""The HTML report: one file that shows a finished scan and works with the network off."""

from trkstruct.report.page import report_html, write_report

__all__ = ["report_html", "write_report"]
