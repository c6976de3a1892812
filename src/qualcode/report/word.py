"""Files for a word processor: headings, quotes with their sources, tables, all in one layout."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from qualcode._extras import require

__all__ = ["WordFile"]

# What XML cannot hold; Word's files are XML.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBER = re.compile(r"[\d,]+( %|–\d+ %)?")
_GREY = "595959"
_HEAD = "E7E6E6"
_INDENT = 0.8
"""Centimetres by which quotes are set in."""


class WordFile:
    """A file for a word processor, being written from top to bottom, on A4.

    Parameters
    ----------
    title : str
        What its properties say; nobody is named as its author.

    Raises
    ------
    MissingExtraError
        When python-docx is not installed (extra ``docx``).
    """

    def __init__(self, title: str) -> None:
        docx = require("docx", extra="docx")
        self._shared, self._enum, self._xml = docx.shared, docx.enum, docx.oxml
        self._book = docx.Document()
        points, cm = self._shared.Pt, self._shared.Cm
        section = self._book.sections[0]
        section.page_width, section.page_height = cm(21), cm(29.7)
        section.left_margin = section.right_margin = cm(2.3)
        section.top_margin = section.bottom_margin = cm(2.2)
        body = self._book.styles["Normal"]
        body.font.size = points(10.5)
        body.paragraph_format.space_after = points(6)
        quote = self._book.styles["Quote"].paragraph_format
        quote.left_indent, quote.space_after, quote.keep_with_next = cm(_INDENT), points(2), True
        self._book.core_properties.author = ""
        self._book.core_properties.title = _words(title)

    def content(self) -> bytes:
        """Return the file."""
        content = io.BytesIO()
        self._book.save(content)
        return content.getvalue()

    def heading(self, text: str, level: int) -> None:
        """Add a heading; level 0 is the title."""
        self._book.add_heading(_words(text), level=level)

    def paragraph(self, text: str, *, italic: bool = False, listed: bool = False) -> None:
        """Add a paragraph, or an item of a list."""
        made = self._book.add_paragraph(style="List Bullet" if listed else None)
        made.add_run(_words(text)).italic = italic or None

    def labelled(self, label: str, text: str) -> None:
        """Add a paragraph that begins with a label in bold."""
        made = self._book.add_paragraph()
        made.add_run(_words(f"{label}: ")).bold = True
        made.add_run(_words(text))

    def small(self, text: str, *, inset: bool = False) -> None:
        """Add a small grey line, such as where a quote is from."""
        made = self._book.add_paragraph()
        run = made.add_run(_words(text))
        run.font.size = self._shared.Pt(9)
        run.font.color.rgb = self._shared.RGBColor.from_string(_GREY)
        if inset:
            made.paragraph_format.left_indent = self._shared.Cm(_INDENT)

    def quote(self, text: str, source: str, notes: Iterable[str] = ()) -> None:
        """Add a quote, where it is from, which stays on its page, and what was noted on it."""
        for line in text.splitlines() or [""]:
            self._book.add_paragraph(_words(line), style="Quote")
        self.small(f"— {source}", inset=True)
        for note in notes:
            self.small(note, inset=True)

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        *,
        bold: Iterable[int] = (),
    ) -> None:
        """Add a table whose head is repeated on each page; cells that are numbers stand at the right.

        Parameters
        ----------
        heads : sequence of str
            Heads of the columns.
        rows : iterable of sequence of str
            Their cells.
        widths : sequence of float
            In centimetres.
        bold : iterable of int
            Numbers of the rows whose first cell is in bold.
        """
        made = self._book.add_table(rows=1, cols=len(heads), style="Table Grid")
        made.autofit = False
        for column, width in zip(made.columns, widths, strict=True):
            column.width = self._shared.Cm(width)
        self._fill(made.rows[0], heads, widths, bold=range(len(heads)))
        made.rows[0]._tr.get_or_add_trPr().append(self._xml.OxmlElement("w:tblHeader"))
        for cell in made.rows[0].cells:
            declared = self._xml.ns.nsdecls("w")
            shade = f'<w:shd {declared} w:val="clear" w:fill="{_HEAD}"/>'
            cell._tc.get_or_add_tcPr().append(self._xml.parse_xml(shade))
        chosen = {*bold}
        for number, texts in enumerate(rows):
            row = made.add_row()
            row._tr.get_or_add_trPr().append(self._xml.OxmlElement("w:cantSplit"))
            self._fill(row, texts, widths, bold=(0,) if number in chosen else ())
        self._book.add_paragraph().paragraph_format.space_after = self._shared.Pt(4)

    def _fill(
        self, row: Any, texts: Sequence[str], widths: Sequence[float], *, bold: Iterable[int]
    ) -> None:
        chosen = {*bold}
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = self._shared.Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.add_run(_words(text)).bold = at in chosen or None
            paragraph.paragraph_format.space_after = self._shared.Pt(1)
            if _NUMBER.fullmatch(text):
                paragraph.alignment = self._enum.text.WD_ALIGN_PARAGRAPH.RIGHT


def _words(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
