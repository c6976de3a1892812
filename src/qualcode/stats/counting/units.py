"""Units of counting: which segments, sentences, documents or cases carry which code."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.texts.segmenters import Segmenter, segment
from qualcode.model.texts.segments import Segment, Segments
from qualcode.model.texts.spans import Span
from qualcode.model.values import ByValue
from qualcode.stats.arguments import check_unit
from qualcode.stats.counting.coded import Coded
from qualcode.stats.kernels import unit_incidence
from qualcode.stats.kernels.blocks import expand_ranges, first_of_runs

__all__ = ["Coding", "Unit", "code_units", "unit_name"]

Longs = npt.NDArray[np.int64]
Unit = str | re.Pattern[str] | Segmenter
"""What counts as one unit: ``"segment"``, ``"document"``, ``"case"`` or a segmenter."""


@attrs.frozen(eq=False)
class Coding(ByValue):
    """Which unit carries which code: one row for each assignment that reaches into a unit.

    Parameters
    ----------
    unit : array of int64, shape (n,)
        Numbers of units, ascending as far as the assignments are in document order.
    row : array of int64, shape (n,)
        Which assignment it is.
    document : array of int64, shape (n_units,)
        The document of each unit, as a number; of a case, the number of the case itself.
    labels : sequence
        The units themselves: segments, or ids of documents or cases.
    """

    unit: Longs
    row: Longs
    document: Longs
    labels: Sequence[Segment] | Sequence[str] = attrs.field(repr=False)

    @property
    def n_units(self) -> int:
        """How many units there are, those without any code included where that is known."""
        return len(self.document)

    def segments(self, coded: Coded) -> list[Segment]:
        """Return the units of what is coded as segments, the whole text where they are documents."""
        return [
            each if isinstance(each, Segment) else Segment.whole(coded.documents[at])
            for at, each in zip(self.document.tolist(), self.labels, strict=True)
        ]


def code_units(coded: Coded, unit: Unit) -> Coding:
    """Return which units carry which assignments.

    Parameters
    ----------
    coded : Coded
        What is coded in some whole documents: the assignments to look at.
    unit : str, regular expression or callable
        ``"segment"``: a unit is a distinct coded segment, and carries what was put on exactly it.
        ``"document"``, ``"case"``: carries what was put anywhere in it (all documents and cases
        count as units, coded or not). A segmenter (``"sentence"``, ``"paragraph"``, ``"line"``,
        ``"turn"``, a regular expression, a callable): a unit carries every assignment that shares at
        least one code point with it; all units count, coded or not.

    Raises
    ------
    StatisticsError
        For a name that stands for no unit.
    """
    every = np.arange(len(coded), dtype=np.int64)
    unit = check_unit(unit)
    if unit == "segment":
        first = np.flatnonzero(first_of_runs(coded.segment))
        own = coded.document[first].astype(np.int64)
        return Coding(coded.segment, every, own, _LazySegments(coded, first))
    if unit == "document":
        ids = coded.ids
        return Coding(coded.document.astype(np.int64), every, np.arange(len(ids)), ids)
    if unit == "case":
        return _by_case(coded)
    return _by_segmenter(coded, unit)


def is_cut(unit: Unit | None) -> bool:
    """Tell whether units are cut from texts."""
    return unit not in (None, "segment", "document", "case")


def unit_name(unit: Unit) -> str:
    """Return a unit as it is recorded with a result: a name, a pattern, or a function in brackets.

    Examples
    --------
    >>> unit_name("turn"), unit_name(re.compile("Q.+")), unit_name(str.splitlines)
    ('turn', 'Q.+', '<splitlines>')
    """
    if isinstance(unit, str):
        return unit
    if isinstance(unit, re.Pattern):
        return unit.pattern
    name = getattr(unit, "__name__", type(unit).__name__)
    return f"<{name.strip('<>')}>"


def _by_case(coded: Coded) -> Coding:
    number = {case: at for at, case in enumerate(coded.cases)}
    pairs = [
        (document, number[case])
        for document, each in enumerate(coded.documents)
        for case in each.cases
        if case in number
    ]
    document = np.array([pair[0] for pair in pairs], dtype=np.int64)
    case = np.array([pair[1] for pair in pairs], dtype=np.int64)
    # Rows are in document order, so a document's rows are one stretch.
    first = np.searchsorted(coded.document, document, side="left")
    last = np.searchsorted(coded.document, document, side="right")
    pair, row = expand_ranges(first, last)
    return Coding(case[pair], row, np.arange(len(number)), coded.cases)


def _by_segmenter(coded: Coded, unit: Unit) -> Coding:
    units = segment(coded.documents, unit=unit)
    number = {id: at for at, id in enumerate(coded.ids)}
    document = np.array([number[unit.document.id] for unit in units], dtype=np.int64)
    start = np.array([unit.start for unit in units], dtype=np.int64)
    end = np.array([unit.end for unit in units], dtype=np.int64)
    # A user's own segmenter may yield units in any order; the kernel wants them sorted.
    order = np.lexsort((end, start, document))
    carrying, row = unit_incidence(
        document[order], start[order], end[order], coded.document, coded.start, coded.end
    )
    labels = Segments(tuple(units[at] for at in order.tolist()))
    return Coding(carrying.astype(np.int64), row.astype(np.int64), document[order], labels)


class _LazySegments(Sequence[Segment]):
    """The distinct segments of what is coded, made when looked at."""

    def __init__(self, coded: Coded, first: npt.NDArray[np.intp]) -> None:
        self._coded, self._first = coded, first

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _LazySegments) and self._coded == other._coded

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, index: int) -> Segment:  # type: ignore[override]
        if not 0 <= index < len(self):
            raise IndexError(f"there are {len(self)} segments, none has the number {index}")
        row, coded = int(self._first[index]), self._coded
        span = Span(int(coded.start[row]), int(coded.end[row]))
        return Segment(coded.documents[coded.document[row]], span)
