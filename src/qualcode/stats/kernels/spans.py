"""Spans on documents: what they cover, and which of them share text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.stats.kernels.blocks import (
    BLOCK,
    Column,
    Counts,
    Under,
    as_columns,
    check_ids,
    expand_ranges,
    first_of_runs,
    in_order,
    key_blocks,
)

__all__ = ["check_spans", "covered_lengths", "unit_incidence", "unit_incidence_blocks"]


# Rows of a block whose spans are sorted: few enough that what is made of them stays in a cache.
_BLOCK = 1 << 15


def check_spans(document: Column, start: Column, end: Column) -> None:
    """Refuse spans that are empty, reversed or negative."""
    wrong = np.flatnonzero((end <= start) | (start < 0))
    if wrong.size:
        row = int(wrong[0])
        raise StatisticsError(
            f"span {start[row]}–{end[row]} of document {document[row]} is empty, reversed or "
            "negative: give code points, half-open, with end greater than start"
        )


def covered_lengths(
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    code: ArrayLike,
    membership: ArrayLike,
    *,
    block: int = _BLOCK,
) -> Counts:
    """Measure the text that any code of a node covers, for every node.

    Parameters
    ----------
    document, start, end, code : arrays of int
        One span with its code for each row. Rows sorted by document are read in place.
    membership : array of bool, codes × nodes
        Which codes lie under which node, as for `node_counts`.
    block : int
        The number of rows worked on at once.

    Returns
    -------
    array of int64, one for each node
        The length of the union of the node's spans, in code points.

    Raises
    ------
    StatisticsError
        When the columns differ in length, a code is out of range or a span is empty.

    Examples
    --------
    >>> covered_lengths([0, 0, 1], [0, 5, 0], [8, 10, 3], [0, 1, 1], [[True, True], [False, True]])
    array([ 8, 13])
    """
    under = Under.of(membership)
    n_codes, n_nodes = under.n_codes, under.n_nodes
    columns = in_order(*as_columns(document=document, start=start, end=end, code=code))
    covered = np.zeros(n_nodes, dtype=np.int64)
    layers = _layers(under)
    for part in key_blocks(columns[0], block):
        doc, left, right, codes = (column[part] for column in columns)
        check_spans(doc, left, right)
        check_ids("code", codes, n_codes)
        ordinal = np.cumsum(first_of_runs(doc)) - 1
        # The documents end to end.
        place = ordinal * int(right.max())
        left, right = place + left, place + right
        if np.any(left[1:] < left[:-1]):
            order = np.argsort(left, kind="stable")
            left, right, codes = left[order], right[order], codes[order]
        for layer, nodes in layers:
            covered[nodes] += _covered(left, right, layer[codes], nodes.size)
    return covered


def _covered(left: Counts, right: Counts, line: NDArray[Any], n_lines: int) -> Counts:
    """Return the length of the union of the spans of each line; spans of the line `n_lines` are of none.

    Spans are sorted by where they begin. Each adds what lies behind all that ended before it.
    """
    # NumPy sorts numbers of 16 bits or less by their digits, and keeps the order of equal ones.
    order = np.argsort(line, kind="stable")
    spans = np.bincount(line, minlength=n_lines + 1)
    # The lines follow each other, so that what ended on one is before all of the next.
    origin = np.repeat(np.arange(n_lines + 1) * int(right.max()), spans)
    begin, end = left[order] + origin, right[order] + origin
    done = np.maximum.accumulate(end)
    np.maximum(begin[1:], done[:-1], out=begin[1:])
    added = np.maximum(end - begin, 0, out=end)
    used = np.flatnonzero(spans)
    lengths = np.zeros(n_lines + 1, dtype=np.int64)
    lengths[used] = np.add.reduceat(added, (np.cumsum(spans) - spans)[used])
    return lengths[:-1]


def _layers(under: Under) -> list[tuple[NDArray[Any], Counts]]:
    """Divide nodes into layers in which each code has one node at the most, as levels of a tree have.

    Returns for each layer the number of each code's node in it, one too high where it has none; and the
    nodes.
    """
    layers: list[Counts] = []
    for node, codes in enumerate(under.by_node()):
        for layer in layers:
            if np.all(layer[codes] < 0):
                layer[codes] = node
                break
        else:
            layers.append(np.full(under.n_codes, -1, dtype=np.int64))
            layers[-1][codes] = node
    found = []
    for layer in layers:
        nodes = np.unique(layer[layer >= 0])
        number = np.searchsorted(nodes, layer)
        number[layer < 0] = nodes.size
        found.append((number.astype(np.min_scalar_type(nodes.size)), nodes))
    return found


def unit_incidence_blocks(
    unit_document: ArrayLike,
    unit_start: ArrayLike,
    unit_end: ArrayLike,
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    *,
    block: int = BLOCK,
) -> Iterator[tuple[Counts, Counts]]:
    """Find the rows and units that share text, some documents at a time.

    Parameters
    ----------
    unit_document, unit_start, unit_end : arrays of int
        The units, such as sentences, sorted by document and start. They may overlap and leave gaps.
    document, start, end : arrays of int
        One span for each row. Rows sorted by document are read in place.
    block : int
        The number of rows worked on at once.

    Yields
    ------
    unit_index, row_index : arrays of int64
        Each pair with at least one code point in common, once; sorted by unit and row. Blocks hold
        whole documents and come in the order of the documents, so whatever counts units can be
        added up over the blocks.

    Raises
    ------
    StatisticsError
        When the columns differ in length, a span is empty, or the units are not sorted.
    """
    units = _sorted_units(unit_document, unit_start, unit_end)
    rows = as_columns(document=document, start=start, end=end)
    shared = np.result_type(units[0], rows[0])
    # One dtype, or every search in the units would copy them.
    unit_documents = units[0].astype(shared, copy=False)
    row_index = np.arange(rows[0].size)
    *columns, index = in_order(rows[0].astype(shared, copy=False), *rows[1:], row_index)
    for part in key_blocks(columns[0], block):
        check_spans(*(column[part] for column in columns))
        documents = columns[0][part]
        low = int(np.searchsorted(unit_documents, documents[0], side="left"))
        high = int(np.searchsorted(unit_documents, documents[-1], side="right"))
        unit, row = _incidence(
            tuple(column[low:high] for column in (unit_documents, *units[1:])),
            tuple(column[part] for column in columns),
        )
        yield unit + low, index[part][row]


def unit_incidence(
    unit_document: ArrayLike,
    unit_start: ArrayLike,
    unit_end: ArrayLike,
    document: ArrayLike,
    start: ArrayLike,
    end: ArrayLike,
    *,
    block: int = BLOCK,
) -> tuple[Counts, Counts]:
    """Find the rows and units that share text.

    Parameters
    ----------
    unit_document, unit_start, unit_end, document, start, end, block
        As for `unit_incidence_blocks`.

    Returns
    -------
    unit_index, row_index : arrays of int64
        Each pair with at least one code point in common, once; sorted by unit and row when the
        documents of the rows are sorted, and by document, unit and row in any case.

    Raises
    ------
    StatisticsError
        As `unit_incidence_blocks`.

    Examples
    --------
    >>> sentences = [0, 0, 1], [0, 10, 0], [10, 20, 9]
    >>> unit, row = unit_incidence(*sentences, [0, 0, 1], [2, 8, 9], [4, 12, 11])
    >>> unit.tolist(), row.tolist()
    ([0, 0, 1], [0, 1, 1])
    """
    units = unit_document, unit_start, unit_end
    pairs = list(unit_incidence_blocks(*units, document, start, end, block=block))
    nothing = np.zeros(0, dtype=np.int64)
    unit = np.concatenate([unit for unit, _ in pairs] or [nothing])
    row = np.concatenate([row for _, row in pairs] or [nothing])
    return unit, row


def _sorted_units(document: ArrayLike, start: ArrayLike, end: ArrayLike) -> tuple[Column, ...]:
    units = as_columns(unit_document=document, unit_start=start, unit_end=end)
    check_spans(*units)
    documents, starts, _ = units
    back = (documents[1:] < documents[:-1]) | (
        (documents[1:] == documents[:-1]) & (starts[1:] < starts[:-1])
    )
    if back.any():
        unit = int(np.argmax(back)) + 1
        raise StatisticsError(
            f"unit {unit} (document {documents[unit]}, start {starts[unit]}) comes after one that "
            "starts later: sort the units by document and start"
        )
    return units


def _incidence(units: tuple[Column, ...], rows: tuple[Column, ...]) -> tuple[Counts, Counts]:
    """Pair the units and rows of a block, all sorted by document, and the units also by start."""
    first = first_of_runs(rows[0])
    documents = rows[0][first]
    ordinal = np.searchsorted(documents, units[0])
    known = np.flatnonzero(documents[ordinal] == units[0])
    stride = max(int(rows[2].max()), int(units[2].max(initial=0)))
    origin = ordinal[known] * stride
    unit_start, unit_end = origin + units[1][known], origin + units[2][known]
    origin = (np.cumsum(first) - 1) * stride
    row_start, row_end = origin + rows[1], origin + rows[2]

    # Of a unit and a row that share text one starts inside the other; each case is a range.
    order = np.argsort(row_start, kind="stable")
    by_start = row_start[order]
    holding, member = expand_ranges(
        np.searchsorted(by_start, unit_start, side="left"),
        np.searchsorted(by_start, unit_end, side="left"),
    )
    reaching, inside = expand_ranges(
        np.searchsorted(unit_start, row_start, side="right"),
        np.searchsorted(unit_start, row_end, side="left"),
    )
    n_rows = row_start.size
    key = np.concatenate([holding * n_rows + order[member], inside * n_rows + reaching])
    # Two nearly sorted stretches, which this kind of sort merges.
    key.sort(kind="stable")
    unit, row = np.divmod(key, n_rows)
    return known[unit], row
