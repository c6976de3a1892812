"""Quotes that stand for codes and themes, where no script lists all of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.report.handing.collecting import CodePaths, Quote

__all__ = ["Examples"]


class Examples:
    """Chooses quotes: those that the codebook has as examples of a code, else one from each document.

    Parameters
    ----------
    state : State
        What is reported.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._rows = state.assignments
        self._paths = CodePaths(state.codebook)
        number = {id: at for at, id in enumerate(self._rows.codes)}
        order = np.argsort(self._rows.code, kind="stable")
        ends = np.searchsorted(self._rows.code[order], np.arange(len(number) + 1))
        self._of = {id: order[ends[at] : ends[at + 1]] for id, at in number.items()}
        self._example_rows: dict[str, frozenset[int]] = {}

    def of(self, codes: Collection[str], most: int) -> tuple[Quote, ...]:
        """Return quotes for some codes together, exemplary ones first, each passage once."""
        ids = [id for id in self._state.codebook.codes if id in codes]
        exemplary = [row for id in ids for row in sorted(self._exemplary(id))]
        rows = np.sort(np.concatenate([self._of[id] for id in ids])) if ids else np.zeros(0, int)
        return tuple(self._quote(row) for row in self._chosen(exemplary, rows.tolist(), most))

    def _chosen(self, exemplary: list[int], rows: list[int], most: int) -> list[int]:
        """Return rows: exemplary ones, then the first of each document, then what follows.

        What is word for word the same stands once: answers and findings are often repeated.
        """
        document, segment = self._rows.document, self._rows.segment
        taken: dict[int, int] = {}
        read: set[int] = set()
        said: set[str] = set()
        marked = set(exemplary)
        for each_document_once in (True, False):
            for row in (*exemplary, *rows):
                if len(taken) >= most:
                    return list(taken.values())
                if int(segment[row]) in taken:
                    continue
                if each_document_once and int(document[row]) in read and row not in marked:
                    continue
                quote = self._rows.segment_at(row).quote.strip()
                if quote in said:
                    continue
                taken[int(segment[row])] = row
                read.add(int(document[row]))
                said.add(quote)
        return list(taken.values())

    def _exemplary(self, id: str) -> frozenset[int]:
        if id not in self._example_rows:
            found: list[int] = []
            if self._state.codebook.codes[id].examples:
                found = [
                    row
                    for row in self._of[id].tolist()
                    if self._paths.has_example(id, self._rows.segment_at(row).quote)
                ]
            self._example_rows[id] = frozenset(found)
        return self._example_rows[id]

    def _quote(self, row: int) -> Quote:
        rows = self._rows
        id = rows.codes[rows.code[row]]
        there = self._of[id]
        same = there[rows.segment[there] == rows.segment[row]].tolist()
        segment: Segment = rows.segment_at(row)
        return Quote(
            segment,
            id,
            self._paths.of(id),
            tuple(dict.fromkeys(rows.coders[rows.coder[each]] for each in same)),
            tuple(dict.fromkeys(rows.rows.memos[each] for each in same if each in rows.rows.memos)),
            row in self._exemplary(id),
        )
