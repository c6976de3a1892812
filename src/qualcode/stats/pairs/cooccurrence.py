"""Co-occurrence: how often two codes, themes or domains meet, and how that compares to chance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, looked_up
from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.state import State
from qualcode.stats.arguments import check_one_of, check_unit
from qualcode.stats.coefficients import (
    CoefficientLike,
)
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.meeting import Meeting, of_level
from qualcode.stats.counting.pairing import Pairing
from qualcode.stats.counting.units import Unit, unit_name
from qualcode.stats.kernels.blocks import Under
from qualcode.stats.kernels.pairs import chosen_pairs
from qualcode.stats.pairs.pair_counts import PairCounts

if TYPE_CHECKING:
    from qualcode.stats.pairs.exact_tests import Alternative
    from qualcode.stats.pairs.pair_intervals import PairIntervals
    from qualcode.stats.pairs.pair_network import PairNetwork
    from qualcode.stats.pairs.pair_tests import Null, PairTests
    from qualcode.stats.uncertainty.resampling import Method, RandomState

__all__ = ["Cooccurrence", "cooccur"]

Longs = npt.NDArray[np.int64]


@attrs.frozen(eq=False)
class Cooccurrence(PairCounts):
    """Counts of units that carry two nodes, for each pair of nodes, and what can be asked of them.

    Its fields are those of `PairCounts`.
    """

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
            `qualcode.stats.pair_tests`.
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
        from qualcode.stats.pairs.pair_tests import pair_tests

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
            As for `qualcode.stats.odds_ratio_interval`.
        pairs, min_count, confidence
            As for `intervals`.
        """
        from qualcode.stats.pairs.pair_intervals import pair_odds_ratios

        return pair_odds_ratios(
            self, method, pairs=pairs, min_count=min_count, confidence=confidence
        )

    def intervals(
        self,
        measure: CoefficientLike = "jaccard",
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
        measure : str or Coefficient, default "jaccard"
            A name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient of your own.
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

    def to_graph(self, *, measure: CoefficientLike = "count", min_count: int = 1) -> Any:
        """Return a networkx graph: a node for each code or theme, a weighted edge for each pair.

        Nodes have ``name``, ``level`` and ``count``; edges have ``count`` and ``weight`` (the
        measure). A pair whose weight is undefined or not above 0 has no edge. Needs the extra
        ``stats``.
        """
        from qualcode.stats.pairs.pair_network import pair_graph

        return pair_graph(self, measure=measure, min_count=min_count)

    def network(
        self,
        measure: CoefficientLike = "count",
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
        measure : str or Coefficient, default "count"
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


def check_meeting(
    unit: Unit | None,
    meeting: Meeting | None,
    min_overlap: int | float | None = None,
    *,
    default: Unit = "segment",
) -> Unit | None:
    """Return the unit on which codes meet; None where it is spans that meet.

    Raises
    ------
    StatisticsError
        For an unknown unit or way to meet, or where both are given.
    """
    if isinstance(unit, str) and unit in get_args(Meeting):
        raise StatisticsError(
            f"unit={unit!r} is no unit but a way in which spans meet: give it as meeting={unit!r}"
        )
    if min_overlap is not None and meeting != "overlap":
        raise StatisticsError(
            f"min_overlap={looked_up(min_overlap)} with meeting={looked_up(meeting)}: it goes with "
            "meeting='overlap'"
        )
    if meeting is None:
        return check_unit(default if unit is None else unit)
    check_one_of(meeting, get_args(Meeting), what="meeting")
    if unit is not None:
        raise StatisticsError(
            f"meeting={meeting!r} with unit={looked_up(unit)}: spans that meet are cut into no units; "
            "give one of the two"
        )
    return None


@question("cooccurrence", first=("unit",))
def cooccur(
    state: State,
    *,
    unit: Unit | None = None,
    meeting: Meeting | None = None,
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
    unit : str, regular expression or callable, optional
        On what: ``"segment"`` (put on exactly the same span; so when neither unit nor meeting is
        given), ``"sentence"``, ``"paragraph"``, ``"line"``, ``"turn"``, ``"document"``, ``"case"``, or
        any segmenter.
    meeting : {"overlap", "contained"}, optional
        Instead of a unit, how spans meet: they share a code point, or the first node's lies inside
        the second's.
    gap : int, optional
        With ``meeting="overlap"``: spans also meet when at most so many code points lie between them.
        With sentences or other units of a text: units also meet when at most so many others lie
        between them, so that 0 takes in neighbours.
    min_overlap : int or float, optional
        With ``meeting="overlap"``: spans meet only when they share so many code points or, with a float
        from 0 to 1, so much of the shorter one.
    level : {"code", "theme", "domain"}, default "code"
        What is paired. A theme's units are the union of its codes', and two themes' count is the
        intersection of their units, never a sum over pairs of codes.
    rollup : str or Rollup, optional
        As for `qualcode.stats.counting.roll_up`; matters for themes and domains.
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
    unit = check_meeting(unit, meeting, min_overlap)
    state = state.counting(coders, where=where)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes, membership = of_level(hierarchy, level)
    # What nobody assigned meets nothing: with many codes, most of a matrix of all.
    assigned = Under.of(membership).above(np.unique(state.assignments.code))
    nodes, membership = tuple(nodes[at] for at in assigned.tolist()), membership[:, assigned]
    pairing = Pairing(
        membership, unit, gap=gap, min_overlap=min_overlap, inside=meeting == "contained",
        same_coder=same_coder,
    )  # fmt: skip
    coded = Coded.of(state)
    places = pairing.places(coded)
    found = pairing.count(coded, places)
    shown = np.flatnonzero(np.diagonal(found.counts))
    return Cooccurrence(
        tuple(nodes[at] for at in shown.tolist()),
        chosen_pairs(found.counts, shown),
        found.n_units,
        None if unit is None else unit_name(unit),
        meeting,
        same_coder,
        hierarchy.rollup,
        gap,
        min_overlap,
        state=state,
        places=places.only(shown),
    )
