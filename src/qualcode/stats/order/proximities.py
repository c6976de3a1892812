"""Proximity: how near one code lies to another in the text, and whether that is nearer than chance has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_texts
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.stats.arguments import check_confidence, check_resamples, check_unit
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.order.distances import TextPlaces, nearest, places_in_texts
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.stats.uncertainty.intervals import Bounds
from qualcode.stats.uncertainty.resampling import (
    RandomState,
    as_generator,
    cluster_bounds,
    ratio,
    seed_of,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Proximity", "proximity"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]

_CELLS = 1 << 26
"""Numbers of randomised sums that are held at once; with more codes, fewer are to be chosen."""
_TABLE = 1 << 22
"""Numbers of documents × pairs that are held at once for intervals."""


@attrs.frozen(eq=False)
class Proximity(CountedResult):
    """How far it is on average from each unit of a code to the nearest of another in the same document.

    Parameters
    ----------
    state : State
        What was counted.
    unit : str
        In what distances are; ``"character"`` for the code points between segments.
    level : str
        Which nodes.
    rollup : Rollup
        Along which they are.
    nodes : tuple of Node
        Those that anything carries.
    first, second : array of int64
        The pairs, each in both orders: from the first to the nearest second.
    count : array of int64
        From how many units of the first: those in documents that have the second, too.
    documents : array of int64
        In how many documents.
    total : array of float
        The distances, added up.
    bounds : Bounds
        Intervals of their means, by whole documents.
    expected, z, p, q : array of float
        The mean if the second code began anywhere in the same documents; how many standard deviations of
        that the mean is from it, below 0 where codes are nearer; the two-sided probability; and adjusted
        for being many. NaN without randomisations, and where there is one arrangement only.
    n_resamples : int
        How many randomisations there were.
    seed : int or None
        Their seed.
    """

    _figure = "qualcode.report.plot.nearness:proximity"

    state: State = attrs.field(repr=False)
    unit: str
    level: str
    rollup: Rollup = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    first: Longs = attrs.field(repr=False)
    second: Longs = attrs.field(repr=False)
    count: Longs = attrs.field(repr=False)
    documents: Longs = attrs.field(repr=False)
    total: Floats = attrs.field(repr=False)
    bounds: Bounds = attrs.field(repr=False)
    expected: Floats = attrs.field(repr=False)
    z: Floats = attrs.field(repr=False)
    p: Floats = attrs.field(repr=False)
    q: Floats = attrs.field(repr=False)
    n_resamples: int
    seed: int | None = None

    @property
    def distance(self) -> Floats:
        """The mean distance of each pair."""
        return self.total / self.count

    @property
    def _print_title(self) -> str:
        return f"How many {self.unit}s from each {self.level} to the nearest other, the least by chance first"

    def matrix(self, column: str = "distance") -> pd.DataFrame:
        """Return a square frame: from the row to the nearest of the column, where they are in one document.

        Parameters
        ----------
        column : str, default "distance"
            A column of `to_frame`.
        """
        frame = self.to_frame()
        if column not in frame.columns[2:]:
            raise NotFoundError(
                f"there is no column {column!r}; there are {', '.join(frame.columns[2:])}."
                f"{did_you_mean(column, frame.columns[2:])}"
            )
        ids = [node.id for node in self.nodes]
        return frame.pivot(index="a", columns="b", values=column).reindex(index=ids, columns=ids)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each ordered pair, the least likely by chance first.

        Columns: a, b (ids), distance (mean, from a to the nearest b), low, high, expected (by chance), z,
        p, q, count (units of a in documents with b), documents, reason (why there is no interval).
        """
        import pandas as pd

        ids = np.array([node.id for node in self.nodes], dtype=object)
        frame = pd.DataFrame(
            {
                "a": ids[self.first],
                "b": ids[self.second],
                "distance": self.distance,
                "low": np.maximum(self.bounds.low, 0.0),
                "high": self.bounds.high,
                "expected": self.expected,
                "z": self.z,
                "p": self.p,
                "q": self.q,
                "count": self.count,
                "documents": self.documents,
                "reason": self.bounds.reason,
            }
        )
        return frame.sort_values(["p", "z", "a", "b"], ignore_index=True)


@question("proximity", first=("unit",))
def proximity(
    state: State,
    unit: Unit = "turn",
    *,
    codes: Iterable[str] | str | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
    confidence: float = 0.95,
    n_resamples: int = 2000,
    random_state: RandomState = None,
) -> Proximity:
    """Measure how near codes lie to each other in the text, and compare with chance in the same documents.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable, default "turn"
        In what distances are: ``"turn"``, ``"sentence"``, ``"paragraph"``, ``"line"``, ``"segment"`` (coded
        ones, in order) or any segmenter, 0 being the same unit and 1 the next; or ``"character"``, the code
        points between segments, 0 where they overlap or touch.
    codes : iterable of str, optional
        Ids of the nodes of the level; all that anything carries when not given.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes.
    rollup : str or Rollup, optional
        For themes and domains.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.
    confidence : float, default 0.95
        The level of the intervals.
    n_resamples : int, default 2000
        How many randomisations; 0 for none.
    random_state : int or numpy.random.Generator
        Their seed.

    Raises
    ------
    StatisticsError
        When no two codes are in one document.

    Notes
    -----
    Chance keeps how much of each document a code is on, and in which stretches: in each randomisation all
    places of the second code move on by the same number in each document, those beyond the end going to the
    beginning.

    References
    ----------
    Toroidal shifts: Lotwick & Silverman 1982, doi:10.1111/j.2517-6161.1982.tb01221.x.
    """
    unit = check_unit(unit, also=("character",))
    confidence = check_confidence(confidence)
    n_resamples = check_resamples(n_resamples, least=0)
    state = state.counting(coders, where=where)
    nodes, found, texts = places_in_texts(state, unit, level=level, rollup=rollup)
    nodes, texts = _only(nodes, texts, codes, level)
    seen = _Distances.of(texts, len(nodes))
    pairs, of = np.unique(seen.pair, return_inverse=True)
    if not len(pairs):
        raise StatisticsError(
            f"no two {level}s are in one document, so that there are no distances between them"
        )
    first, second = np.divmod(pairs, len(nodes))
    total = np.bincount(of, weights=seen.total).astype(np.float64)
    count = np.bincount(of, weights=seen.count).astype(np.int64)
    bounds = seen.bounds(of, len(pairs), confidence)
    expected, z, p = _beside_chance(texts, len(nodes), pairs, total, n_resamples, random_state)
    return Proximity(
        state, unit_name(unit), level, found, nodes, first, second, count,
        np.bincount(of), total, bounds, expected / count, z, p,
        false_discovery(p), n_resamples, seed_of(random_state) if n_resamples else None,
    )  # fmt: skip


def _only(
    nodes: tuple[Node, ...],
    texts: Sequence[TextPlaces],
    codes: Iterable[str] | str | None,
    level: str,
) -> tuple[tuple[Node, ...], list[TextPlaces]]:
    """Return some of the nodes, and where these are."""
    if codes is None:
        return nodes, list(texts)
    known = {node.id: at for at, node in enumerate(nodes)}
    given = check_texts(codes, what="codes", error=StatisticsError)
    for id in given:
        if id not in known:
            raise NotFoundError(
                f"codes: nothing carries {id!r}; {level}s that anything carries are {', '.join(known)}."
                f"{did_you_mean(id, known)}"
            )
    chosen = np.array(sorted(known[id] for id in set(given)), dtype=np.int64)
    number = np.full(len(nodes), -1)
    number[chosen] = np.arange(len(chosen))
    kept = []
    for each in texts:
        own = number[each.node] >= 0
        kept.append(
            attrs.evolve(
                each, start=each.start[own], end=each.end[own], node=number[each.node[own]]
            )
        )
    return tuple(nodes[at] for at in chosen.tolist()), kept


@attrs.frozen(eq=False)
class _Distances:
    """What each document adds to the distances of each ordered pair: a row for each that it holds.

    Parameters
    ----------
    document, pair, count : array of int64
        The document; the pair, as a number; from how many places.
    total : array of float
        The distances, added up.
    """

    document: Longs
    pair: Longs
    total: Floats
    count: Longs

    @classmethod
    def of(cls, texts: Sequence[TextPlaces], n_nodes: int) -> _Distances:
        """Measure them."""
        rows: list[tuple[Longs, Longs, Floats, Longs]] = []
        still = np.zeros(1, dtype=np.int64)
        for at, places in enumerate(texts):
            number = np.bincount(places.node, minlength=n_nodes)
            for b, a, found in nearest(places, still):
                others = a != b
                one = a[others]
                rows.append(
                    (np.full(len(one), at), one * n_nodes + b, found[0][others], number[one])
                )
        if not rows:
            nothing = np.zeros(0, dtype=np.int64)
            return cls(nothing, nothing, nothing.astype(np.float64), nothing)
        document, pair, total, count = (
            np.concatenate([row[column] for row in rows]) for column in range(4)
        )
        return cls(document, pair, total, count)

    def bounds(self, of: Longs, n_pairs: int, confidence: float) -> Bounds:
        """Return intervals of the mean of each pair, some pairs at a time."""
        there, document = np.unique(self.document, return_inverse=True)
        width = max(1, _TABLE // len(there))
        parts = []
        for begin in range(0, n_pairs, width):
            rows = np.flatnonzero((of >= begin) & (of < begin + width))
            tables = np.zeros((2, len(there), min(width, n_pairs - begin)))
            for table, values in zip(tables, (self.total, self.count), strict=True):
                table[document[rows], of[rows] - begin] = values[rows]
            parts.append(cluster_bounds(ratio, [*tables], confidence=confidence))
        low, high, error, reason = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("low", "high", "standard_error", "reason")
        )
        return attrs.evolve(parts[0], low=low, high=high, standard_error=error, reason=reason)


def _beside_chance(
    texts: Sequence[TextPlaces],
    n_nodes: int,
    pairs: Longs,
    total: Floats,
    n_resamples: int,
    random_state: RandomState,
) -> tuple[Floats, Floats, Floats]:
    """Return what distances add up to by chance, how far the sums are from that, and how likely."""
    nothing = np.full(len(pairs), np.nan)
    if not n_resamples:
        return nothing, nothing, nothing
    if n_resamples * n_nodes**2 > _CELLS:
        raise StatisticsError(
            f"{n_resamples:,} randomisations of all pairs of {n_nodes} codes are too many to hold: choose "
            "codes, or fewer randomisations (n_resamples)"
        )
    rng = as_generator(random_state)
    drawn = np.zeros((n_resamples, n_nodes, n_nodes))
    for places in texts:
        if not len(places.node):
            continue
        moved = rng.integers(places.size, size=n_resamples)
        # A short text has few rotations, and each is computed once.
        each, again = np.unique(moved, return_inverse=True)
        for b, a, found in nearest(places, each):
            drawn[:, a, b] += found[again]
    null = drawn.reshape(n_resamples, -1)[:, pairs]
    mean, spread = null.mean(axis=0), null.std(axis=0)
    varied = spread > 1e-9 * np.maximum(mean, 1.0)
    # Rounding must not decide between arrangements that are as near.
    slack = 1e-9 * np.maximum(total, 1.0)
    nearer, farther = (null <= total + slack).sum(axis=0), (null >= total - slack).sum(axis=0)
    p = np.minimum(1.0, 2 * (1 + np.minimum(nearer, farther)) / (n_resamples + 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (total - mean) / spread
    return mean, np.where(varied, z, np.nan), np.where(varied, p, np.nan)
