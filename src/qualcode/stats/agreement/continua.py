"""Continua: texts that coders cut into labelled segments of their own."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import plain_scalar, shown
from qualcode.stats.agreement.ratings import FloatArray, label_order
from qualcode.stats.arguments import MOST, check_labels, check_list, numbers

__all__ = [
    "Coded",
    "Continuum",
    "Stretch",
    "labels_of",
    "pieces",
    "read_continua",
    "require_no_overlap",
]

Stretch: TypeAlias = tuple[float, float, Hashable]
"""A start, an end, and the label of what lies between."""
Continuum: TypeAlias = Mapping[Any, Sequence[Stretch] | None] | Sequence[Sequence[Stretch] | None]
"""What each coder marked in a text."""
Coded: TypeAlias = dict[Hashable, list[Stretch]]


def read_continua(
    continua: Continuum | Sequence[Continuum], lengths: float | Sequence[float]
) -> tuple[list[Coded], list[float]]:
    """Return continua and their lengths as lists; one continuum has one number as its length.

    Raises
    ------
    StatisticsError
        When there are not as many lengths as continua, or a segment is empty or outside.
    """
    sizes = numbers(lengths, what="lengths", least=0)
    if np.any(sizes > MOST):
        raise StatisticsError(f"lengths must be at most {MOST:,}, not {shown(lengths)}")
    if sizes.ndim == 0:
        documents, sizes = [_read(continua)], sizes[None]
    elif sizes.ndim == 1:
        given = check_list(continua, what="continua", of="continua")
        documents = [_read(continuum) for continuum in given]
    else:
        raise StatisticsError(f"lengths must be a number for each continuum, not {shown(lengths)}")
    sizes = sizes.tolist()
    if len(documents) != len(sizes):
        raise StatisticsError(
            f"there are {len(documents)} continua but {len(sizes)} lengths: give one for each"
        )
    for document, length in zip(documents, sizes, strict=True):
        for coder, segments in document.items():
            _require_inside(coder, segments, length)
    return documents, sizes


def _read(continuum: Any) -> Coded:
    """Return the segments of each coder who coded the continuum, in order."""
    items = (
        continuum.items()
        if isinstance(continuum, Mapping)
        else enumerate(check_list(continuum, what="continua: each", of="segments by coder"))
    )
    return {
        coder: sorted(
            check_segments(segments, what="continua: the segments of a coder"),
            key=lambda segment: (segment[0], segment[1]),
        )
        for coder, segments in items
        if segments is not None
    }


def check_segments(value: object, *, what: str, width: int = 3) -> list[Any]:
    """Return segments, (start, end, label) or without a label, as a list of tuples.

    Raises
    ------
    StatisticsError
        When it is no list, or one of them is none.
    """
    found = []
    for each in check_list(value, what=what, of="segments"):
        fits = isinstance(each, tuple | list) and len(each) == width
        if not fits or not all(_is_place(at) for at in each[:2]):
            parts = "(start, end, label)" if width == 3 else "(start, end)"
            raise StatisticsError(f"{what}: each segment is {parts}, not {shown(each)}")
        if width == 3:
            check_labels([each[2]], what=f"{what}: the label of a segment")
        found.append(tuple(each))
    return found


def _is_place(value: object) -> bool:
    value = plain_scalar(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == value and abs(value) < MOST


def _require_inside(coder: Hashable, segments: Sequence[Stretch], length: float) -> None:
    for start, end, label in segments:
        if not 0 <= start < end <= length:
            raise StatisticsError(
                f"coder {coder!r} has the segment ({start}, {end}, {label!r}), which is empty or "
                f"outside the continuum of length {length:g}"
            )


def require_no_overlap(documents: Sequence[Coded]) -> None:
    """Refuse continua in which segments of one coder overlap.

    Raises
    ------
    StatisticsError
        Naming the first two that do.
    """
    for document in documents:
        for coder, segments in document.items():
            for (_, end, before), (start, _, after) in pairwise(segments):
                if start < end:
                    raise StatisticsError(
                        f"coder {coder!r} has overlapping segments {before!r} and {after!r} at "
                        f"{start}: here a text has one label at a time; compare codes that "
                        "overlap one by one"
                    )


def labels_of(documents: Sequence[Coded]) -> tuple[Hashable, ...]:
    """Return the labels of all segments, sorted where they can be."""
    found = {
        label: None
        for document in documents
        for segments in document.values()
        for _, _, label in segments
    }
    labels = list(found)
    return tuple(labels[position] for position in label_order(labels))


def pieces(
    coders: Sequence[Sequence[Stretch]], length: float, position: Mapping[Hashable, int]
) -> tuple[FloatArray, FloatArray]:
    """Cut a continuum wherever a segment starts or ends; return the cuts and who put what."""
    ends = {0.0, length}
    for segments in coders:
        ends |= {float(at) for start, end, _ in segments for at in (start, end)}
    cuts = np.array(sorted(ends))
    given = np.zeros((len(coders), cuts.size - 1))
    for row, segments in zip(given, coders, strict=True):
        for start, end, label in segments:
            first, last = np.searchsorted(cuts, [start, end])
            row[first:last] = position[label]
    return cuts, given
