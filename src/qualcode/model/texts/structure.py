"""What a document is made of besides its words: headings, paragraphs, tables, pages, cues, turns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from qualcode.errors import DocumentError
from qualcode.model.checks import check_items, check_text
from qualcode.model.readable import Readable
from qualcode.model.texts.spans import LARGEST_OFFSET

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "NO_STRUCTURE", "Part", "Structure", "read_structure"]

KINDS = (
    *("page", "page header", "page footer", "chapter", "heading", "paragraph"),
    *("table", "row", "cell", "cue", "turn"),
)
"""The kinds of part that the readers tell apart; a reader may have more of its own."""


@attrs.frozen
class Part:
    """A stretch of a document that is something.

    Parameters
    ----------
    kind : str
        ``"page"``, ``"page header"``, ``"page footer"``, ``"chapter"``, ``"heading"``,
        ``"paragraph"``, ``"table"``, ``"row"``, ``"cell"``, ``"cue"``, ``"turn"``, or a kind of a
        reader's own.
    start, end : int
        Code points, 0-based, half-open; a part may be empty, as a cell is.
    name : str
        Who speaks in a turn or cue; the label of a page; what stands above or below the words of a page.
    level : int or None
        Of a heading, from 1; the number of a page; the column of a cell, from 1.
    begins, ends : float or None
        Seconds from the start of the recording.

    Raises
    ------
    DocumentError
        When it ends before it starts, or a time or level is not a number.

    Examples
    --------
    >>> Part("turn", 5, 25, name="ANA", begins=12.5).length
    20
    """

    kind: str
    start: int
    end: int
    name: str = ""
    level: int | None = None
    begins: float | None = None
    ends: float | None = None

    def __attrs_post_init__(self) -> None:
        check_text(self.kind, what="a part's kind", error=DocumentError, empty=False)
        check_text(self.name, what="a part's name", error=DocumentError)
        for number in (self.start, self.end):
            if type(number) is not int or not 0 <= number <= LARGEST_OFFSET:
                raise DocumentError(f"a part's start and end must be offsets, not {number!r}")
        if self.end < self.start:
            raise DocumentError(f"a part ends at {self.end}, before its start {self.start}")
        if self.level is not None and type(self.level) is not int:
            raise DocumentError(f"a part's level must be a whole number, not {self.level!r}")
        for time in (self.begins, self.ends):
            if time is not None and not (type(time) in (int, float) and math.isfinite(time)):
                raise DocumentError(f"a part's times must be seconds, not {time!r}")

    @property
    def length(self) -> int:
        """How many code points it has."""
        return self.end - self.start


def _sorted(value: Iterable[Part]) -> tuple[Part, ...]:
    parts = check_items(value, Part, what="the parts of a structure", error=DocumentError)
    return tuple(sorted(parts, key=lambda each: (each.start, -each.end)))


@attrs.frozen(repr=False)
class Structure(Readable):
    """The parts of a document, in the order of the text; the outer before the inner.

    Examples
    --------
    >>> structure = Structure([Part("heading", 0, 5, level=1), Part("paragraph", 7, 20)])
    >>> structure, structure.of("heading")[0].level
    (<structure: 1 heading, 1 paragraph>, 1)
    >>> read_structure(structure.plain()) == structure
    True
    """

    parts: tuple[Part, ...] = attrs.field(default=(), converter=_sorted)

    def of(self, kind: str) -> tuple[Part, ...]:
        """Return the parts of one kind, in order."""
        return tuple(each for each in self.parts if each.kind == kind)

    @property
    def kinds(self) -> dict[str, int]:
        """How many parts there are of each kind."""
        counts: dict[str, int] = {}
        for each in self.parts:
            counts[each.kind] = counts.get(each.kind, 0) + 1
        return counts

    def __iter__(self) -> Iterator[Part]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __repr__(self) -> str:
        told = (f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in self.kinds.items())
        return f"<structure: {', '.join(told) or 'none'}>"

    def check_within(self, length: int, *, where: str) -> Structure:
        """Return the structure, if no part ends after a text of this length.

        Raises
        ------
        DocumentError
            When one does.
        """
        for each in self.parts:
            if each.end > length:
                raise DocumentError(
                    f"{where}: a {each.kind} ends at {each.end}, after the text, which has {length} "
                    "code points"
                )
        return self

    def plain(self) -> dict[str, list[list[Any]]]:
        """Return the structure as JSON holds it: by kind, the fields of each part in their order.

        Fields at the end that have their default are left out.
        """
        found: dict[str, list[list[Any]]] = {}
        for each in self.parts:
            row: list[Any] = [each.start, each.end, each.name, each.level, each.begins, each.ends]
            while row[-1] is None:
                row.pop()
            if row[-1] == "":
                row.pop()
            found.setdefault(each.kind, []).append(row)
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each part: kind, start, end, name, level, begins, ends."""
        import pandas as pd

        names = [field.name for field in attrs.fields(Part)]
        rows = [[getattr(each, name) for name in names] for each in self.parts]
        return pd.DataFrame(rows, columns=names)


NO_STRUCTURE = Structure()
"""Of a plain text; one for all, since there may be a million of them."""


def read_structure(plain: Mapping[str, Any] | None) -> Structure:
    """Return the structure that `Structure.plain` made.

    Raises
    ------
    DocumentError
        When it is something else.
    """
    if not plain:
        return NO_STRUCTURE
    try:
        return Structure(Part(kind, *row) for kind, rows in plain.items() for row in rows)
    except (AttributeError, TypeError) as error:
        raise DocumentError(f"this is no structure of a document: {error}") from error
