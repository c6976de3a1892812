"""The table behind a study: which coder put which code on which unit, and who read what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.coding.assignments import Assignments
from qualcode.model.texts.segments import Segment
from qualcode.model.values import ByValue
from qualcode.stats.agreement.ratings import Ratings, label_order

__all__ = [
    "POOLED",
    "SETS",
    "CoverageFrom",
    "Flags",
    "Spans",
    "Table",
    "Uncoded",
    "joined",
    "labels_in",
    "set_ratings",
]

Flags = npt.NDArray[np.bool_]
Uncoded = Literal["decision", "missing"]
"""What a unit means that a coder left uncoded in a document that they covered."""
CoverageFrom = Literal["stated", "finished", "assigned"]
Spans = list[tuple[int, int]]

POOLED = "pooled"
"""Compare whether each code is on the unit, all codes one after the other."""
SETS = "sets"
"""Compare the set of codes on the unit."""


@attrs.frozen(eq=False)
class Table(ByValue):
    """Units × coders × codes, whatever the codes are then taken together to.

    Parameters
    ----------
    coders, documents, codes : tuple of str
        Who is compared, where, and the codes that any of them used there.
    given : array of bool, shape (coders, units, codes)
        Whether the coder put the code on the unit.
    read : array of bool, shape (coders, documents)
        Whether the coder covered the document.
    clusters : array of int, shape (units,)
        The document of each unit, as a number into `documents`.
    segments : sequence of Segment
        The units.
    rows : Assignments
        What the coders assigned in the documents they covered.
    placed : pair of arrays of int, or None
        Numbers of rows, and of the units that each of them is on; None where units are characters, of which
        there would be as many as there are letters in all of the coding.
    """

    coders: tuple[str, ...]
    documents: tuple[str, ...]
    codes: tuple[str, ...]
    given: Flags
    read: Flags
    clusters: npt.NDArray[np.int64]
    segments: Sequence[Segment]
    rows: Assignments
    placed: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]] | None

    def present(self, nodes: Sequence[Node]) -> Flags:
        """Return which coder put any code of each node on which unit, shape (coders, units, nodes)."""
        present = np.zeros((*self.given.shape[:2], len(nodes)), dtype=np.bool_)
        for at, node in enumerate(nodes):
            held = [number for number, code in enumerate(self.codes) if code in node.codes]
            present[:, :, at] = self.given[:, :, held].any(axis=2)
        return present

    def spans(self, nodes: Iterable[Node]) -> dict[tuple[str, str, str], Spans]:
        """Return the distinct spans of each node by each coder in each document they covered.

        Keys are (document, coder, id of the node), for all documents that the coder covered, in the
        order of the documents.
        """
        found: dict[tuple[str, str, str], Spans] = {
            (document, coder, node.id): []
            for at, document in enumerate(self.documents)
            for number, coder in enumerate(self.coders)
            if self.read[number, at]
            for node in nodes
        }
        carrying = {code: [node.id for node in nodes if code in node.codes] for code in self.codes}
        rows = self.rows
        columns = (rows.document, rows.coder, rows.code, rows.start, rows.end)
        for document, coder, code, start, end in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            for node in carrying.get(rows.codes[code], ()):
                spans = found[self.documents[document], rows.coders[coder], node]
                # Rows are sorted by span, so the same span of two codes of a theme comes in a row.
                if not spans or spans[-1] != (start, end):
                    spans.append((start, end))
        return found

    def continua(
        self, nodes: Iterable[Node], *, label: str
    ) -> dict[str, dict[str, list[tuple[int, int, str]]]]:
        """Return, for each document and coder, the stretches with any of the nodes on them."""
        spans: dict[tuple[str, str], Spans] = {}
        for (document, coder, _), found in self.spans(nodes).items():
            spans.setdefault((document, coder), []).extend(found)
        continua: dict[str, dict[str, list[tuple[int, int, str]]]] = {}
        for (document, coder), found in spans.items():
            stretches = [(start, end, label) for start, end in joined(found)]
            continua.setdefault(document, {})[coder] = stretches
        return continua


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return the stretches that spans cover, overlapping and touching ones joined.

    Examples
    --------
    >>> joined([(4, 6), (0, 3), (2, 4), (8, 9)])
    [(0, 6), (8, 9)]
    """
    stretches: Spans = []
    for start, end in sorted(spans):
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    return stretches


def set_ratings(present: Flags, rated: Flags, ids: Sequence[str]) -> Ratings:
    """Return ratings that are sets: of the nodes that a coder put on a unit they rated."""
    # Few distinct sets occur, so each is made once.
    distinct, which = np.unique(present[rated], axis=0, return_inverse=True)
    names = np.array(ids, dtype=object)
    sets = [frozenset(names[row].tolist()) for row in distinct]
    order = label_order(sets)
    rank = np.empty(len(sets), dtype=np.int32)
    rank[order] = np.arange(len(sets))
    codes = np.full(rated.shape, -1, dtype=np.int32)
    codes[rated] = rank[which.ravel()]
    return Ratings(codes, tuple(sets[at] for at in order))


def labels_in(ratings: Ratings) -> npt.NDArray[np.object_]:
    """Return ratings as the table of labels they stand for, None where there is none."""
    labels = np.empty(ratings.n_categories + 1, dtype=object)
    labels[:-1] = ratings.categories
    # The code of a missing rating, -1, counts from the end.
    table: npt.NDArray[np.object_] = labels[ratings.codes]
    return table
