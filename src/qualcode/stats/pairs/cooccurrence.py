"""Co-occurrence: how often two codes, themes or domains meet, and how that compares to chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, check_texts, looked_up, shown
from qualcode.model.codebooks.hierarchy import Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.arguments import check_count, check_list, check_unit
from qualcode.stats.counting.meeting import (
    Meeting,
    Near,
    near_units,
    of_level,
    on_units,
    overlapping,
)
from qualcode.stats.counting.units import Within, unit_name
from qualcode.stats.kernels import Meets
from qualcode.stats.pairs.association import (
    COEFFICIENTS,
    Association,
    association,
    coefficient,
    why_undefined,
)
from qualcode.stats.pairs.coefficients import check_measure

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.pairs.inference import Alternative
    from qualcode.stats.pairs.pair_inference import Null, PairTests
    from qualcode.stats.pairs.pair_intervals import PairIntervals
    from qualcode.stats.pairs.pair_network import PairNetwork
    from qualcode.stats.uncertainty.resampling import Method, RandomState

__all__ = ["BASIC", "Cooccurrence", "cooccur"]

Longs = npt.NDArray[np.int64]
BASIC = ("jaccard", "dice", "lift", "npmi")
"""The coefficients that frames show unless others are asked for."""


@attrs.frozen(eq=False)
class Cooccurrence(CountedResult):
    """Counts of units that carry two nodes, for each pair of nodes.

    Parameters
    ----------
    state : State
        What was counted.
    nodes : tuple of Node
        The codes, themes or domains, without those that nothing carries.
    counts : array of int64, shape (nodes, nodes)
        Symmetric unless `directed`; the diagonal is each node's own number of units.
    n_units : int
        How many units there are, those without any code included where units are sentences,
        paragraphs, turns, documents or cases.
    within : str
        Where codes meet.
    same_coder : bool
        Whether both codes had to come from one coder.
    rollup : Rollup
        Along which the nodes are.
    gap : int or None
        How far apart spans, or units, may be that meet.
    min_overlap : int, float or None
        How many code points spans share at least that meet, or how much of the shorter one.
    """

    state: State = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    counts: Longs = attrs.field(repr=False)
    n_units: int
    within: str
    same_coder: bool
    rollup: Rollup = attrs.field(repr=False)
    gap: int | None
    min_overlap: int | float | None
    _meeting: Meeting = attrs.field(repr=False, alias="meeting")

    @cached_property
    def _position(self) -> dict[str, int]:
        return {node.id: at for at, node in enumerate(self.nodes)}

    def at(self, id: str) -> int:
        """Return which row of `counts` a node has.

        Raises
        ------
        NotFoundError
            When nothing was counted for it.
        """
        if not isinstance(id, str) or id not in self._position:
            raise NotFoundError(
                f"nothing was counted for {looked_up(id)}: it is not among the {len(self.nodes)} "
                f"{self.nodes[0].level if self.nodes else 'node'}s here."
                f"{did_you_mean(id, self._position)}"
            )
        return self._position[id]

    @property
    def directed(self) -> bool:
        """Whether it matters which node is named first: the first lies inside the second."""
        return isinstance(self._meeting, Near) and self._meeting.meets.inside

    @property
    def meeting(self) -> Meeting:
        """Which units or segments were counted, for tests and intervals."""
        return self._meeting

    def both(self, first: str, second: str) -> int:
        """Return how many units carry both of two nodes, or of the first lie inside the second.

        Raises
        ------
        NotFoundError
            When there is no such node; of one that nothing carries, no unit does.
        """
        one, other = self._row(first), self._row(second)
        return 0 if one is None or other is None else int(self.counts[one, other])

    def units(self, first: str, second: str) -> tuple[Segment, ...] | tuple[str, ...]:
        """Return the units behind a count: segments, or ids of documents or cases.

        Where a pair of segments meets, or of units within a gap, these are the units of `first` that
        meet one of `second`.
        """
        one, other = self._row(first), self._row(second)
        return () if one is None or other is None else self._meeting.find(one, other)

    def _row(self, id: str) -> int | None:
        """Return which row a node has; None for one that nothing carries."""
        return None if isinstance(id, str) and id in self._uncarried else self.at(id)

    @cached_property
    def _uncarried(self) -> frozenset[str]:
        level = self.nodes[0].level if self.nodes else None
        return frozenset(
            node.id
            for node in lay_over(self.rollup, self.state.codebook).nodes
            if node.id != UNASSIGNED and level in (None, node.level)
        ).difference(self._position)

    # Coefficients

    @question()
    def association(self) -> Association:
        """Return every coefficient for every pair, with the reason where one is undefined."""
        own = np.diagonal(self.counts)
        return association(self.counts, own[:, None], own[None, :], self.n_units)

    def matrix(self, measure: str = "count") -> pd.DataFrame:
        """Return a square frame of a measure: ``"count"`` or a coefficient; NaN where undefined."""
        import pandas as pd

        ids = [node.id for node in self.nodes]
        values: Any = self.counts
        measure = check_measure(measure, also=("count",))
        if measure != "count":
            own = np.diagonal(self.counts)
            values = coefficient(measure)(self.counts, own[:, None], own[None, :], self.n_units)
        return pd.DataFrame(values, index=ids, columns=ids)

    def to_frame(
        self, *, measures: Iterable[str] | Literal["all"] = BASIC, min_count: int = 1
    ) -> pd.DataFrame:
        """Return a frame with a row for each pair that meets often enough, strongest first.

        Where `directed`, each pair has two rows: a inside b, and b inside a.

        Columns: a, b (ids), both, n_a, n_b, n, a column for each coefficient, of which
        ``measures="all"`` shows all there are, and reason (why one of them is undefined). All are
        defined on sets of units, so ``jaccard`` lies between 0 and 1.
        """
        import pandas as pd

        all_of_them = isinstance(measures, str) and measures == "all"
        given = () if all_of_them else check_texts(measures, what="measures", error=StatisticsError)
        chosen = tuple(COEFFICIENTS) if all_of_them else tuple(map(check_measure, given))
        first, second = self.pairs(min_count=min_count)
        own = np.diagonal(self.counts)
        both, n_a, n_b = self.counts[first, second], own[first], own[second]
        values = {name: coefficient(name)(both, n_a, n_b, self.n_units) for name in chosen}
        ids = np.array([node.id for node in self.nodes], dtype=object)
        frame = pd.DataFrame(
            {
                "a": ids[first],
                "b": ids[second],
                "both": both,
                "n_a": n_a,
                "n_b": n_b,
                "n": np.full(len(both), self.n_units, dtype=np.int64),
                **values,
                "reason": why_undefined(values, both, n_a, n_b, self.n_units),
            }
        )
        order = ["both", *chosen[:1], "a", "b"]
        descending = [name not in ("a", "b") for name in order]
        return frame.sort_values(
            order, ascending=[not down for down in descending], ignore_index=True
        )

    def pairs(
        self, pairs: Iterable[tuple[str, str]] | None = None, *, min_count: int = 0
    ) -> tuple[Longs, Longs]:
        """Return the rows and columns of `counts` where some pairs are, all when none are named.

        Where `directed`, all are the pairs in both orders.
        """
        min_count = check_count(min_count, what="min_count")
        if pairs is not None:
            found = [
                (self.at(one), self.at(other))
                for one, other in (
                    _pair(each) for each in check_list(pairs, what="pairs", of="pairs of ids")
                )
            ]
            first, second = np.array(found, dtype=np.int64).reshape(-1, 2).T
            return first, second
        if self.directed:
            first, second = np.nonzero(~np.eye(len(self.nodes), dtype=np.bool_))
        else:
            first, second = np.triu_indices(len(self.nodes), k=1)
        enough = self.counts[first, second] >= min_count
        return first[enough], second[enough]

    # Inference; a module each, because SciPy and networkx take long to import

    def test(
        self,
        null: Null = "density",
        *,
        pairs: Iterable[tuple[str, str]] | None = None,
        alternative: Alternative = "two-sided",
        fdr: Literal["bh", "by"] = "bh",
        n_resamples: int = 1000,
        random_state: RandomState = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> PairTests:
        """Test whether pairs meet more, or less, often than chance would have them.

        Parameters
        ----------
        null : str, default "density"
            What chance is: ``"density"``, ``"rotation"``, ``"hypergeometric"``, ``"within-document"``,
            ``"fixed-margins"`` or ``"fixed-margins-within-document"``; see
            `qualcode.stats.pairs.pair_inference.pair_tests`.
        pairs : iterable of pairs of ids, optional
            The pairs to test, chosen before looking at the counts; all when not given.
        alternative : {"two-sided", "greater", "less"}, default "two-sided"
            Which p-value is adjusted.
        fdr : {"bh", "by"}, default "bh"
            How: Benjamini and Hochberg, or Benjamini and Yekutieli.
        n_resamples : int, default 1000
            How many randomisations.
        random_state : int or numpy.random.Generator
            Their seed.
        progress : callable, optional
            With fixed margins, called with the number of tables done and to do.
        """
        from qualcode.stats.pairs.pair_inference import pair_tests

        return pair_tests(
            self, null, pairs=pairs, alternative=alternative, fdr=fdr, n_resamples=n_resamples,
            random_state=random_state, progress=progress,
        )  # fmt: skip

    def odds_ratios(
        self,
        method: Literal["exact", "haldane"] = "exact",
        *,
        pairs: Iterable[tuple[str, str]] | None = None,
        min_count: int = 1,
        confidence: float = 0.95,
    ) -> PairIntervals:
        """Return odds ratios with intervals that take units as independent.

        Parameters
        ----------
        method : {"exact", "haldane"}, default "exact"
            As for `qualcode.stats.pairs.odds.odds_ratio_interval`.
        pairs, min_count, confidence
            As for `intervals`.
        """
        from qualcode.stats.pairs.pair_intervals import pair_odds_ratios

        return pair_odds_ratios(
            self, method, pairs=pairs, min_count=min_count, confidence=confidence
        )

    def intervals(
        self,
        measure: str = "jaccard",
        *,
        method: Method = "jackknife",
        pairs: Iterable[tuple[str, str]] | None = None,
        min_count: int = 1,
        confidence: float = 0.95,
        n_resamples: int = 1000,
        random_state: RandomState = None,
    ) -> PairIntervals:
        """Return a coefficient of each pair with its interval by whole documents.

        Parameters
        ----------
        measure : str, default "jaccard"
            A coefficient of `qualcode.stats.pairs.association.COEFFICIENTS`.
        method : {"jackknife", "bootstrap"}, default "jackknife"
            Delete one document with Student's t, or draw documents with replacement.
        pairs : iterable of pairs of ids, optional
            Of which pairs; of those that meet at least `min_count` times when not given.
        min_count : int, default 1
            As for `to_frame`.
        confidence, n_resamples, random_state
            Of the interval.
        """
        from qualcode.stats.pairs.pair_intervals import pair_intervals

        return pair_intervals(
            self, measure, method=method, pairs=pairs, min_count=min_count, confidence=confidence,
            n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip

    # Networks

    def to_graph(self, *, measure: str = "count", min_count: int = 1) -> Any:
        """Return a networkx graph: a node for each code or theme, a weighted edge for each pair.

        Nodes have ``name``, ``level`` and ``count``; edges have ``count`` and ``weight`` (the
        measure). A pair whose weight is undefined or not above 0 has no edge. Needs the extra
        ``stats``.
        """
        from qualcode.stats.pairs.pair_network import pair_graph

        return pair_graph(self, measure=measure, min_count=min_count)

    def network(
        self,
        measure: str = "count",
        *,
        min_count: int = 1,
        alpha: float = 0.05,
        resolution: float = 1.0,
        n_resamples: int = 200,
        random_state: RandomState = None,
    ) -> PairNetwork:
        """Return the network of what meets: its backbone, centralities and communities.

        Parameters
        ----------
        measure : str, default "count"
            What weighs an edge: ``"count"`` or a coefficient.
        min_count : int, default 1
            Pairs that meet less often have no edge.
        alpha : float, default 0.05
            Edges whose disparity is below it are the backbone.
        resolution : float, default 1
            Above 1 for smaller communities, below for larger.
        n_resamples : int, default 200
            In how many bootstrap samples of documents the communities are sought again; 0 for none.
        random_state : int or numpy.random.Generator
            The seed of communities and samples.
        """
        from qualcode.stats.pairs.pair_network import pair_network

        return pair_network(
            self, measure, min_count=min_count, alpha=alpha, resolution=resolution,
            n_resamples=n_resamples, random_state=random_state,
        )  # fmt: skip


def _pair(value: object) -> tuple[str, str]:
    pair = check_texts(value, what="pairs: each pair", error=StatisticsError)
    if len(pair) != 2:
        raise StatisticsError(f"pairs: each is of two ids, not {shown(value)}")
    return pair[0], pair[1]


@question("cooccurrence", first=("within",))
def cooccur(
    state: State,
    *,
    within: Within = "segment",
    gap: int | None = None,
    min_overlap: int | float | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    same_coder: bool = False,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> Cooccurrence:
    """Count how often codes, themes or domains meet.

    Parameters
    ----------
    state : State
        The project's content.
    within : str, regular expression or callable, default "segment"
        Where: ``"segment"`` (put on exactly the same span), ``"overlap"`` (spans that share a code
        point), ``"contained"`` (the first node's span inside the second's), ``"sentence"``,
        ``"paragraph"``, ``"line"``, ``"turn"``, ``"document"``, ``"case"``, or any segmenter.
    gap : int, optional
        With ``within="overlap"``: spans also meet when at most so many code points lie between them.
        With sentences or other units of a text: units also meet when at most so many others lie
        between them, so that 0 takes in neighbours.
    min_overlap : int or float, optional
        With ``within="overlap"``: spans meet only when they share so many code points or, with a float
        from 0 to 1, so much of the shorter one.
    level : {"code", "theme", "domain"}, default "code"
        What is paired. A theme's units are the union of its codes', and two themes' count is the
        intersection of their units, never a sum over pairs of codes.
    rollup : str or Rollup, optional
        As for `qualcode.stats.counting.rollup.roll_up`; matters for themes and domains.
    same_coder : bool, default False
        Whether both codes must come from one coder. Then each coder's reading of a unit is a unit of
        its own.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.

    Raises
    ------
    StatisticsError
        For arguments that define no co-occurrence.

    Notes
    -----
    For spans that overlap, lie within a gap or contain each other, and for units within a gap, the
    count of A and B is, summed over documents, the smaller of the number of A's that meet one of B's,
    and of B's that one of A's meets. It never exceeds either code's own number, and adds up over
    documents; the number of meeting pairs, which desktop programs use, does neither. It is symmetric,
    but for spans inside each other.
    """
    check_flag(same_coder, what="same_coder", error=StatisticsError)
    within = check_unit(within, also=("overlap", "contained"))
    if min_overlap is not None and within != "overlap":
        raise StatisticsError(
            f"min_overlap={looked_up(min_overlap)} with within={looked_up(within)}: it goes with "
            "within='overlap'"
        )
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    meeting: Meeting
    if within in ("overlap", "contained"):
        meets = Meets(gap=gap, min_overlap=min_overlap, inside=within == "contained")
        meeting = overlapping(state, membership, meets, same_coder=same_coder)
    elif gap is not None:
        meeting = near_units(state, membership, within, gap, same_coder=same_coder)
    else:
        meeting = on_units(state, membership, within, same_coder=same_coder)
    counts = meeting.counts()
    shown = np.flatnonzero(np.diagonal(counts))
    return Cooccurrence(
        state,
        tuple(nodes[at] for at in shown.tolist()),
        counts[np.ix_(shown, shown)],
        meeting.n_units,
        unit_name(within),
        same_coder,
        hierarchy.rollup,
        gap,
        min_overlap,
        meeting=meeting.only(shown),
    )
