"""Putting a document's text together, and noting its parts on the way."""

from __future__ import annotations

import attrs

from qualcode.errors import DocumentError
from qualcode.io.exchange.losses import Loss, Losses
from qualcode.model.texts.structure import Part, Structure

__all__ = ["BETWEEN", "LARGEST_TEXT", "Writing"]

LARGEST_TEXT = 50_000_000
"""How many code points a document may have: some 20,000 pages."""

BETWEEN = "\n\n"
"""What stands between two blocks."""


@attrs.define
class Writing:
    r"""A text that grows, with its parts and with what was left out.

    Parameters
    ----------
    where : str
        The file's name, for messages.

    Examples
    --------
    >>> writing = Writing("a.docx")
    >>> writing.block("Money", kind="heading", level=1)
    >>> writing.block("We share one budget.")
    >>> writing.leave_out("picture", reason="has no text")
    >>> writing.text, writing.structure.kinds, str(writing.losses)
    ('Money\n\nWe share one budget.', {'heading': 1, 'paragraph': 1}, 'loss: picture: has no text')
    """

    where: str
    length: int = 0
    _pieces: list[str] = attrs.field(factory=list)
    _parts: list[Part] = attrs.field(factory=list)
    _left: dict[tuple[str, str, str], list[str]] = attrs.field(factory=dict)

    def put(self, text: str) -> tuple[int, int]:
        """Add text as it is, and return where it stands."""
        start = self.length
        self.length += len(text)
        if self.length > LARGEST_TEXT:
            raise DocumentError(
                f"{self.where}: has more than {LARGEST_TEXT:,} letters, which no document has: it may be "
                "damaged, or made to harm; split it if it is real"
            )
        self._pieces.append(text)
        return start, self.length

    def gap(self, text: str = BETWEEN) -> None:
        """Add what stands between two blocks, unless nothing stands before."""
        if self.length:
            self.put(text)

    def block(
        self,
        text: str,
        *,
        kind: str = "paragraph",
        name: str = "",
        level: int | None = None,
        between: str = BETWEEN,
    ) -> None:
        """Add a block of text as a part, apart from what stands before; blank ones are left out."""
        if text.strip():
            self.gap(between)
            self.part(kind, *self.put(text), name=name, level=level)

    def table(self, rows: list[list[str]]) -> None:
        """Add a table: a line for each row, its cells parted by tabs; empty rows are left out."""
        rows = [row for row in rows if any(cell.strip() for cell in row)]
        if not rows:
            return
        self.gap()
        first = self.length
        for number, row in enumerate(rows):
            start = self.put("\n")[1] if number else self.length
            for column, cell in enumerate(row, start=1):
                if column > 1:
                    self.put("\t")
                self.part("cell", *self.put(cell.strip()), level=column)
            self.part("row", start, self.length)
        self.part("table", first, self.length)

    def part(
        self,
        kind: str,
        start: int,
        end: int,
        *,
        name: str = "",
        level: int | None = None,
        begins: float | None = None,
        ends: float | None = None,
    ) -> None:
        """Note that a stretch of the text is something."""
        self._parts.append(Part(kind, start, end, name, level, begins, ends))

    def leave_out(
        self, element: str, *, reason: str, name: str = "", severity: str = "loss"
    ) -> None:
        """Note that something of the file is not in the text."""
        self._left.setdefault((severity, element, reason), []).append(name)

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def structure(self) -> Structure:
        """The parts so far."""
        return Structure(self._parts)

    @property
    def losses(self) -> Losses:
        """What was left out, things of a kind together."""
        return Losses(
            Loss(
                severity,
                element,
                name="; ".join(filter(None, names)),
                reason=reason,
                count=len(names),
            )
            for (severity, element, reason), names in self._left.items()
        )
