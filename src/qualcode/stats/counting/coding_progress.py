"""How far the coding has come: who coded what, and who has read which document to the end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.asking import question
from qualcode.model.counted import counting_table, marked
from qualcode.model.results import CountedResult
from qualcode.model.state import State

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Progress", "progress"]

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@attrs.frozen(eq=False)
class Progress(CountedResult):
    """How far each coder has come in each document.

    Parameters
    ----------
    state : State
        The project's content.
    documents, coders : tuple of str
        Ids, in the order of the project.
    assignments, segments : array of int64, documents × coders
        How many assignments the coder made in the document, and on how many distinct segments.
    finished : array of bool, documents × coders
        Whether the coder has read the document to the end.
    counting : array of bool, documents × coders
        Whether what the coder assigned in the document counts.
    """

    _figure = "qualcode.report.plot.who:progress"

    state: State = attrs.field(repr=False)
    documents: tuple[str, ...] = attrs.field(repr=False)
    coders: tuple[str, ...]
    assignments: Longs = attrs.field(repr=False)
    segments: Longs = attrs.field(repr=False)
    finished: Flags = attrs.field(repr=False)
    counting: Flags = attrs.field(repr=False)

    @property
    def uncoded(self) -> tuple[str, ...]:
        """Ids of the documents in which nobody has assigned anything."""
        return self._where(~np.any(self.assignments, axis=1))

    @property
    def open(self) -> tuple[str, ...]:
        """Ids of the documents that nobody has finished."""
        return self._where(~np.any(self.finished, axis=1))

    def finished_by(self, document: str) -> tuple[str, ...]:
        """Return the ids of the coders who have read a document to the end."""
        there = self.finished[self.documents.index(self.state.documents[document].id)]
        return tuple(id for id, done in zip(self.coders, there.tolist(), strict=True) if done)

    def _where(self, chosen: Flags) -> tuple[str, ...]:
        return tuple(self.documents[at] for at in np.flatnonzero(chosen).tolist())

    @property
    def _print_title(self) -> str:
        return "What each coder did in each document"

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each document and coder who assigned or finished anything.

        Columns: document, coder, kind, assignments, segments, finished, counts (whether what the coder
        assigned there counts). A document that nobody has touched has one row, without a coder.
        """
        import pandas as pd

        there = (self.assignments > 0) | self.finished
        rows: list[tuple[object, ...]] = []
        for at, (document, touched) in enumerate(zip(self.documents, there, strict=True)):
            rows += [
                (document, self.coders[who], *self._cell(at, who))
                for who in np.flatnonzero(touched).tolist()
            ]
            if not touched.any():
                rows.append((document, None, None, 0, 0, False, False))
        columns = ["document", "coder", "kind", "assignments", "segments", "finished", "counts"]
        return pd.DataFrame(rows, columns=columns)

    def _cell(self, document: int, coder: int) -> tuple[str, int, int, bool, bool]:
        return (
            self.state.coders[self.coders[coder]].kind,
            int(self.assignments[document, coder]),
            int(self.segments[document, coder]),
            bool(self.finished[document, coder]),
            bool(self.counting[document, coder]),
        )

    def by_coder(self) -> pd.DataFrame:
        """Return a frame with a row for each coder.

        Columns: coder, name, kind, documents (in which they assigned anything), finished (documents),
        assignments, segments, counted (of the assignments).
        """
        import pandas as pd

        known = [self.state.coders[id] for id in self.coders]
        return pd.DataFrame(
            {
                "coder": list(self.coders),
                "name": [each.name for each in known],
                "kind": [each.kind for each in known],
                "documents": (self.assignments > 0).sum(axis=0),
                "finished": self.finished.sum(axis=0),
                "assignments": self.assignments.sum(axis=0),
                "segments": self.segments.sum(axis=0),
                "counted": (self.assignments * self.counting).sum(axis=0),
            }
        )


@question()
def progress(state: State, *, coders: str | Iterable[str] | None = None) -> Progress:
    """Return how far each coder has come in each document.

    Parameters
    ----------
    state : State
        The project's content.
    coders : str or iterable of str, optional
        Ids of the coders to look at; all when not given.
    """
    state = state.counting(coders)
    rows = state.uncounted.assignments
    documents, known = tuple(state.documents), tuple(state.coders)
    number = {id: at for at, id in enumerate(known)}
    who = np.array([number.get(id, -1) for id in rows.coders], dtype=np.int64)[rows.coder]
    shape = (len(documents), len(known))
    cell = rows.document * np.int64(len(known)) + who
    # Of a coder's assignments on one segment one is counted.
    _, first = np.unique(rows.segment * np.int64(max(1, len(known))) + who, return_index=True)
    return Progress(
        state,
        documents,
        known,
        np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape),
        np.bincount(cell[first], minlength=shape[0] * shape[1]).reshape(shape),
        marked(state.finished, documents, known),
        counting_table(state, documents, known),
    )
