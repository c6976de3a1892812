"""How far it is, in one text, from each place of a code to the nearest place of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.state import State
from qualcode.model.values import ByValue
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.meeting import of_level, overlapping
from qualcode.stats.counting.units import Unit
from qualcode.stats.kernels import Meets
from qualcode.stats.order.text_order import in_text_order

__all__ = ["TextPlaces", "nearest", "places_in_texts"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class TextPlaces(ByValue):
    """Where nodes are in one document, as numbers of its units or as code points.

    Parameters
    ----------
    start, end : array of int64
        The places, half-open, sorted by node.
    node : array of int64
        The node of each.
    size : int
        How many units, or code points, the document has.
    in_characters : bool
        Whether places are spans of code points, between which those count that lie between.
    """

    start: Longs
    end: Longs
    node: Longs
    size: int
    in_characters: bool


def places_in_texts(
    state: State, unit: Unit, *, level: str, rollup: str | Rollup | None
) -> tuple[tuple[Node, ...], Rollup, list[TextPlaces]]:
    """Return the nodes that anything carries, along which rollup, and where they are in each document.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable
        ``"character"``, or what cuts a text into units.
    level, rollup
        Which nodes.
    """
    if unit == "character":
        hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
        nodes, membership = of_level(hierarchy, level)
        near = overlapping(Coded.of(state), membership, Meets())
        used = np.flatnonzero(np.bincount(near.on.incidence.node, minlength=len(nodes)))
        near = near.only(used)
        carried, found = near.on.incidence, hierarchy.rollup
        start, end = near.start[carried.unit], near.end[carried.unit]
        sizes = np.array([len(each.text) for each in state.documents.values()], dtype=np.int64)
        chosen = tuple(nodes[at] for at in used.tolist())
    else:
        lines = in_text_order(state, unit, level=level, rollup=rollup)
        carried, chosen, found = lines.carried, lines.nodes, lines.rollup
        sizes = np.bincount(lines.document, minlength=len(state.documents))
        first = np.cumsum(sizes) - sizes
        start = carried.unit - first[lines.document[carried.unit]]
        end = start + 1
    rows = np.unique(
        np.stack([carried.cluster[carried.unit], carried.node, start, end], axis=1), axis=0
    )
    edges = np.searchsorted(rows[:, 0], np.arange(len(sizes) + 1))
    return chosen, found, [
        TextPlaces(
            rows[low:high, 2], rows[low:high, 3], rows[low:high, 1], int(size), unit == "character"
        )
        for low, high, size in zip(edges[:-1].tolist(), edges[1:].tolist(), sizes.tolist(), strict=True)
    ]  # fmt: skip


def nearest(places: TextPlaces, rotations: Longs) -> Iterator[tuple[int, Longs, Floats]]:
    """Yield for each node b how far it is from the places of each node a to the nearest of b, added up.

    Parameters
    ----------
    places : TextPlaces
        Where nodes are in a document.
    rotations : array of int64
        By how much the places of b are moved on, those beyond the end going to the beginning; 0 leaves them.

    Yields
    ------
    b : int
        The node.
    a : array of int64
        The nodes that there are in the document.
    sums : array of float64, rotations × a
    """
    size, at = places.size, np.arange(places.size)
    there, local = np.unique(places.node, return_inverse=True)
    # Several nodes are often on the same place, from which it is measured once.
    edges, which = np.unique(places.start * (size + 1) + places.end, return_inverse=True)
    start, end = np.divmod(edges, size + 1)
    on_place = np.zeros((len(edges), len(there)))
    on_place[which, local] = 1.0
    length = end - start if places.in_characters else np.zeros_like(start)
    # Where each place would be if the places of b stood still and the text moved instead.
    before, after = ((edge - rotations[:, None]) % size for edge in (end - 1, start))
    for number, b in enumerate(there.tolist()):
        own = on_place[:, number] > 0
        inside = np.zeros(size + 1, dtype=np.int64)
        np.add.at(inside, start[own], 1)
        np.add.at(inside, end[own], -1)
        points = np.flatnonzero(np.cumsum(inside[:-1]) > 0)
        place = np.searchsorted(points, at, "right") - 1
        back = at - np.where(place < 0, points[-1] - size, points[place])
        place = np.searchsorted(points, at, "left")
        on = np.where(place < len(points), points[place % len(points)], points[0] + size) - at
        # A text has a beginning and an end: what would be reached only around them is not near.
        left, right = back[before], on[after]
        left = np.where(left < end, np.maximum(left - length, 0), size)
        right = np.where(start + right < size, np.maximum(right - length, 0), size)
        yield b, there, np.minimum(left, right) @ on_place
