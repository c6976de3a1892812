"""What a project looks like to a reader: one HTML page, CSV tables, text for a terminal."""

from qualcode.report.page import write_html
from qualcode.report.tables import pairs_frame, write_frame, write_tables
from qualcode.report.text import pairs_text, rollup_text, table_text

__all__ = [
    "pairs_frame",
    "pairs_text",
    "rollup_text",
    "table_text",
    "write_frame",
    "write_html",
    "write_tables",
]
