"""The units that queries are asked of, and the places that each of them consists of."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import QueryError
from qualcode.model.coding.criteria import Unit
from qualcode.model.texts.documents import Case, Document
from qualcode.model.texts.places import Places
from qualcode.model.texts.segmenters import segment
from qualcode.model.texts.segments import Segment

__all__ = ["UnitPlaces", "cut", "unit_label"]

Flags = npt.NDArray[np.bool_]
Longs = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class UnitPlaces:
    """Units of one kind, with the places that they consist of.

    Parameters
    ----------
    unit : str, regular expression or callable
        What they are.
    places : Places
        One for each unit, but of cases: one for each of their documents.
    owner : array of int64, shape (n_places,)
        The unit that each place is of.
    count : int
        How many units there are; a case without documents has no place.
    speakers : tuple of str or None
        For each place the speaker that the segmenter found there.
    names : tuple of str
        Ids of cases; nothing for other units.
    """

    unit: Unit
    places: Places
    owner: Longs
    count: int
    speakers: tuple[str | None, ...] = attrs.field(default=(), repr=False)
    names: tuple[str, ...] = attrs.field(default=(), repr=False)

    def of(self, met: Flags) -> Flags:
        """Return the units of which any place is among some."""
        found = np.zeros(self.count, dtype=np.bool_)
        found[self.owner[met]] = True
        return found

    def taken(self, chosen: Flags) -> Places:
        """Return the places of some units."""
        return self.places.take(chosen[self.owner])

    def holding(self, others: Places) -> Flags:
        """Return the units that share text with any of some places; of coded segments, that are one."""
        if self.unit == "segment":
            return self.of(self.places.are_among(others))
        return self.of(self.places.overlap(others))


def unit_label(unit: Unit) -> str:
    """Return a unit as messages name it."""
    if isinstance(unit, str):
        return unit
    return unit.pattern if isinstance(unit, re.Pattern) else getattr(unit, "__name__", "unit")


def cut(
    unit: Unit, documents: Mapping[str, Document], cases: Mapping[str, Case], coded: Places
) -> UnitPlaces:
    """Return the units of some documents.

    Parameters
    ----------
    unit : str, regular expression or callable
        What they are.
    documents, cases : mapping
        By id.
    coded : Places
        The coded segments, in document order, repeated or not; needed where these are the units.
    """
    if unit == "segment":
        first = _first(coded)
        places = coded.take(first)
        return UnitPlaces(unit, places, np.arange(len(places)), len(places))
    if unit == "case":
        return _cases(documents, cases)
    if unit == "document" and all(each.heard is None for each in documents.values()):
        return _documents(documents)
    number = {id: at for at, id in enumerate(documents)}
    found: tuple[Segment, ...] = segment(documents.values(), unit=unit).items
    speakers = tuple(each.named_speaker for each in found)
    places = Places.of(found, number)
    order = np.lexsort((places.end, places.start, places.document))
    if not np.array_equal(order, np.arange(len(order))):
        # A segmenter of one's own may yield units in any order.
        places = Places(places.document[order], places.start[order], places.end[order])
        speakers = tuple(speakers[at] for at in order.tolist())
    return UnitPlaces(unit, places, np.arange(len(places)), len(places), speakers)


def _first(coded: Places) -> Flags:
    """Mark the first of each run of equal places."""
    first = np.ones(len(coded), dtype=np.bool_)
    if len(coded):
        first[1:] = (
            (coded.document[1:] != coded.document[:-1])
            | (coded.start[1:] != coded.start[:-1])
            | (coded.end[1:] != coded.end[:-1])
        )
    return first


def _documents(documents: Mapping[str, Document]) -> UnitPlaces:
    """Return the documents that have a text: their lengths say all, so that texts need not be at hand."""
    length = np.array([len(each) for each in documents.values()], dtype=np.int64)
    at = np.flatnonzero(length)
    places = Places(at, np.zeros(len(at), dtype=np.int64), length[at])
    return UnitPlaces("document", places, np.arange(len(at)), len(at))


def _cases(documents: Mapping[str, Document], cases: Mapping[str, Case]) -> UnitPlaces:
    named = {each for document in documents.values() for each in document.cases}
    if not cases and named:
        raise QueryError(
            "cases are not known to assignments alone: ask the project, with project.find(…)"
        )
    number = {id: at for at, id in enumerate(cases)}
    rows = [
        (at, len(document.text), number[each])
        for at, document in enumerate(documents.values())
        for each in document.cases
        if document.text and each in number
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    places = Places(table[:, 0], np.zeros(len(table), dtype=np.int64), table[:, 1])
    return UnitPlaces("case", places, table[:, 2], len(cases), names=tuple(cases))
