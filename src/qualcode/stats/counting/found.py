"""What a query finds in a project: passages, with who speaks there and what they are coded with."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.model.coding.answering import Selected
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.queries import Query
from qualcode.model.coding.units import cut
from qualcode.model.state import State
from qualcode.model.texts.places import Places
from qualcode.model.texts.segments import Segment, Segments
from qualcode.model.texts.spans import Span
from qualcode.stats.kernels import unit_incidence

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Found", "find"]


@attrs.frozen
class Found(Segments):
    """The passages that fit a query, in document order, with the codes on them.

    Of a query of assignments they are the coded segments; of one of units the units, and of cases their
    documents.

    Parameters
    ----------
    query : Query
        What was asked.
    codes : tuple of tuple of str
        For each passage the ids of the codes on it: on exactly this segment or, of a unit, on any text
        that it shares.
    """

    _instead = "project.plot() draws where in the documents codes lie"

    query: Query = attrs.field(kw_only=True)
    codes: tuple[tuple[str, ...], ...] = attrs.field(default=(), kw_only=True, repr=False)

    def __repr__(self) -> str:
        documents = len({segment.document.id for segment in self})
        return f"<{len(self)} passages in {documents} documents: {self.query}>"

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        frame, rows = super()._print_rows(most)
        frame["codes"] = [list(codes) for codes in self.codes[:most]]
        return frame, rows

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each passage: document, start, end, speaker, quote, codes (ids)."""
        frame = super().to_frame()
        frame["codes"] = [list(codes) for codes in self.codes]
        return frame


def find(state: State, query: Query | str) -> Found:
    """Return the passages that fit a query.

    Parameters
    ----------
    state : State
        The project's content.
    query : Query or str
        What is asked.
    """
    asked = state.asked(query)
    found, rows = state.selected(asked), state.assignments
    places, said = _passages(state, found)
    exact = found.units is None or found.units.unit == "segment"
    documents = list(state.documents.values())
    segments = [
        Segment(documents[at], Span(start, end), speaker)
        for (at, start, end), speaker in zip(_listed(places), said, strict=True)
    ]
    return Found(tuple(segments), query=asked, codes=_codes(rows, places, exact=exact))


def _listed(places: Places) -> list[tuple[int, int, int]]:
    columns = (places.document.tolist(), places.start.tolist(), places.end.tolist())
    return list(zip(*columns, strict=True))


def _passages(state: State, found: Selected) -> tuple[Places, list[str | None]]:
    """Return the distinct places that were selected, in document order, and who is said to speak there."""
    rows = state.assignments
    if found.units is None:
        places = Places.of_columns(rows.document, rows.start, rows.end).take(found.flags)
        places = cut("segment", {}, {}, places).places
        return places, [None] * len(places)
    units = found.units
    chosen = found.flags[units.owner]
    places = units.places.take(chosen)
    said = units.speakers or (None,) * len(chosen)
    speakers = [each for each, there in zip(said, chosen.tolist(), strict=True) if there]
    if units.unit != "case":
        return places, speakers
    # A document that belongs to two cases is one passage.
    order = np.unique(places.document, return_index=True)[1]
    return Places(places.document[order], places.start[order], places.end[order]), [
        speakers[at] for at in order.tolist()
    ]


def _codes(rows: Assignments, places: Places, *, exact: bool) -> tuple[tuple[str, ...], ...]:
    """Return the codes on each of some places, in the order of the codebook."""
    held: dict[int, set[int]] = defaultdict(set)
    if exact:
        number = {place: at for at, place in enumerate(_listed(places))}
        coded = _listed(Places.of_columns(rows.document, rows.start, rows.end))
        for place, code in zip(coded, rows.code.tolist(), strict=True):
            if place in number:
                held[number[place]].add(code)
    else:
        at, row = unit_incidence(
            places.document, places.start, places.end, rows.document, rows.start, rows.end
        )
        for unit, code in zip(at.tolist(), rows.code[row].tolist(), strict=True):
            held[unit].add(code)
    codes = rows.codes
    return tuple(tuple(codes[code] for code in sorted(held[at])) for at in range(len(places)))
