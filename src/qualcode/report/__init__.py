"""What a project looks like to a reader: a page, tables, figures, a paragraph on methods."""

from qualcode.model.readable import table_text
from qualcode.report import plot
from qualcode.report.document import write_docx
from qualcode.report.handing import (
    joint_display,
    keywords_in_context,
    quotes,
    write_joint_display,
    write_quotes,
)
from qualcode.report.methods import methods
from qualcode.report.page.page import write_html
from qualcode.report.tables import pairs_frame, write_frame, write_tables
from qualcode.report.text import pairs_text, rollup_text

__all__ = [
    "joint_display",
    "keywords_in_context",
    "methods",
    "pairs_frame",
    "pairs_text",
    "plot",
    "quotes",
    "rollup_text",
    "table_text",
    "write_docx",
    "write_frame",
    "write_html",
    "write_joint_display",
    "write_quotes",
    "write_tables",
]
