"""The segments behind the numbers of a page: each has a number of its own, and is written once."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.counting.units import Unit, code_units

__all__ = ["Number", "Sources"]


@attrs.frozen
class Number:
    """A number on the page, and what leads from it to its segments.

    Parameters
    ----------
    count : int or float
        The number itself.
    nodes : tuple of int
        Which set of codes it counts; two for a pair that meets.
    target : str
        Id of the element to go to where no script runs.
    document : int or None
        The one document in which it counts.
    group : int or None
        The group of documents in which it counts.
    """

    count: float
    nodes: tuple[int, ...]
    target: str
    document: int | None = None
    group: int | None = None


class Sources:
    """The distinct segments of a project, and which of them are behind which set of codes.

    Parameters
    ----------
    state : State
        What is reported.
    unit : str, regular expression or callable
        The unit in which pairs of codes meet.
    """

    def __init__(self, state: State, unit: Unit) -> None:
        rows = state.assignments
        self.segments: tuple[Segment, ...] = rows.segments()
        number = {id: at for at, id in enumerate(state.documents)}
        self.documents = [number[segment.document.id] for segment in self.segments]
        self.codes: list[list[str]] = [[] for _ in self.segments]
        """Ids of the codes on each segment."""
        self.coders: dict[tuple[int, str], list[str]] = {}
        """Who put a code on a segment, by segment and code."""
        self.notes: dict[tuple[int, str], list[str]] = {}
        """What they noted on it."""
        self.listed: set[int] = set()
        """Numbers of the segments whose words are on the page."""
        self._rows = rows
        self._read_codes()
        self._nodes: dict[tuple[str, frozenset[str]], int] = {}
        self._groups: list[list[int]] = []
        coding = code_units(state, unit)
        units: list[set[int]] = [set() for _ in self.segments]
        segment_of = rows.segment[coding.row].tolist()
        for segment, unit in zip(segment_of, coding.unit.tolist(), strict=True):
            units[segment].add(unit)
        self._units = units

    def _read_codes(self) -> None:
        rows = self._rows
        columns = (rows.segment.tolist(), rows.code.tolist(), rows.coder.tolist())
        for at, (segment, code, coder) in enumerate(zip(*columns, strict=True)):
            id = rows.codes[code]
            if (segment, id) not in self.coders:
                self.codes[segment].append(id)
            self.coders.setdefault((segment, id), []).append(rows.coders[coder])
            if at in rows.rows.memos:
                self.notes.setdefault((segment, id), []).append(rows.rows.memos[at])

    def node(self, name: str, codes: frozenset[str]) -> int:
        """Return the number of a set of codes, given the name it goes by."""
        return self._nodes.setdefault((name, codes), len(self._nodes))

    def group(self, documents: list[int]) -> int:
        """Return the number of a group of documents, given by their numbers."""
        self._groups.append(documents)
        return len(self._groups) - 1

    def of(self, codes: frozenset[str]) -> list[int]:
        """Return the numbers of the segments that carry one of some codes, ascending."""
        rows = self._rows
        chosen = np.array([code in codes for code in rows.codes], dtype=np.bool_)
        if not len(rows):
            return []
        found: list[int] = np.unique(rows.segment[chosen[rows.code]]).tolist()
        return found

    def record(self) -> dict[str, object]:
        """Return what the page's script needs to know, as plain values.

        For each set of codes: its name, how many segments are behind it, and those that are on the
        page; for each segment: its document and, where units are not documents, its units; and the
        documents of each group.
        """
        behind = [self.of(codes) for _, codes in self._nodes]
        by_document = all(
            units == {document} for units, document in zip(self._units, self.documents, strict=True)
        )
        return {
            "names": [name for name, _ in self._nodes],
            "totals": [len(segments) for segments in behind],
            "segments": [
                _gaps(each for each in segments if each in self.listed) for segments in behind
            ],
            "documents": self.documents,
            "groups": self._groups,
            "units": None if by_document else [sorted(units) for units in self._units],
        }


def _gaps(numbers: Iterable[int]) -> list[int]:
    """Return ascending numbers as the steps between them, which are short to write."""
    steps, last = [], 0
    for number in numbers:
        steps.append(number - last)
        last = number
    return steps
