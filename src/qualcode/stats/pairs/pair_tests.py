"""Whether it is chance that two codes meet: tests for the pairs of a co-occurrence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.results import CountedOf
from qualcode.stats.arguments import check_one_of, check_progress, check_resamples
from qualcode.stats.coefficients import coefficient
from qualcode.stats.pairs.exact_tests import Alternative, false_discovery, hypergeometric_test
from qualcode.stats.pairs.nulls import (
    NullModel,
    density_null,
    fixed_margin_null,
    rotation_null,
    within_document_null,
)
from qualcode.stats.pairs.pair_counts import PairCounts
from qualcode.stats.pairs.pair_intervals import Pairs, pair_ids
from qualcode.stats.uncertainty.resampling import RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Null", "PairTests", "pair_tests"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Texts: TypeAlias = NDArray[np.object_]
Progress: TypeAlias = Callable[[int, int], None] | None

Null = Literal[
    "density", "rotation", "hypergeometric", "within-document", "fixed-margins",
    "fixed-margins-within-document",
]  # fmt: skip
"""What chance is; see `pair_tests`."""


@attrs.frozen(eq=False)
class PairTests(CountedOf):
    """Tests of whether pairs meet by chance.

    Parameters
    ----------
    of : PairCounts
        What was tested.
    null : str
        What chance is.
    a, b : array of str
        The ids of each pair.
    both : array of int
        Units with both.
    expected, z : array of float
        Their number by chance, and how many standard deviations the actual one is from it (the
        standardised effect size).
    p_greater, p_less, p_two_sided : array of float
        The probability, if chance alone were at work, of so many or more, of so few or fewer, and of
        a count at least as unusual either way. NaN where `reason` says why.
    q : array of float
        The p-value of the alternative, adjusted for the false discovery rate over the pairs tested.
    mc_error : array of float
        The standard error that this p-value has because randomisations were drawn; 0 if exact.
    reason : array of str
        Why a pair is not tested; empty where it is.
    alternative, fdr : str
        What `q` adjusts, and how.
    n_resamples : int or None
        How many randomisations there were; None for an exact test.
    n_trades : int or None
        How often each node traded units between one table and the next, where tables with fixed
        margins were drawn.
    seed : int or None
        Their seed, where one was given.
    """

    _says = "Pairs beside chance, the least likely first"
    _figure = "qualcode.report.plot.pair_rows:pair_tests"

    of: PairCounts
    null: Null
    a: Texts = attrs.field(repr=False)
    b: Texts = attrs.field(repr=False)
    both: Longs = attrs.field(repr=False)
    expected: Floats = attrs.field(repr=False)
    z: Floats = attrs.field(repr=False)
    p_greater: Floats = attrs.field(repr=False)
    p_less: Floats = attrs.field(repr=False)
    p_two_sided: Floats = attrs.field(repr=False)
    q: Floats = attrs.field(repr=False)
    mc_error: Floats = attrs.field(repr=False)
    reason: Texts = attrs.field(repr=False)
    alternative: Alternative
    fdr: Literal["bh", "by"]
    n_resamples: int | None
    n_trades: int | None
    seed: int | None

    @property
    def p(self) -> Floats:
        """The p-values of the alternative."""
        return _of(self.alternative, self.p_greater, self.p_less, self.p_two_sided)

    @property
    def n_tested(self) -> int:
        """How many pairs were tested; over these `q` keeps the false discovery rate."""
        return int(np.count_nonzero(self.reason == ""))

    @property
    def caveats(self) -> tuple[str, ...]:
        """What this null does not account for on these units."""
        found = []
        if self.of.unit == "segment" and self.n_trades is None:
            found.append(
                "units are coded segments, which exist because they carry a code: most carry few, so "
                "pairs seem to avoid each other; fixed margins keep how many codes each carries"
            )
        if self.null in ("hypergeometric", "fixed-margins") and not self._one_unit_each:
            found.append(
                "units of one document are taken as independent: codes of the same documents seem to "
                "go together; a null within documents keeps how often each code is in each document"
            )
        if self.null == "density" and self.n_trades is not None and self._in_stretches:
            found.append(
                "codes come in stretches over several units, and some parts are coded more densely than "
                "others: in simulations of both, 17 % of pairs that had nothing to do with each other had a "
                "p below .05; take larger units, of which a stretch is one"
            )
        least = (1 if self.alternative != "two-sided" else 2) / ((self.n_resamples or 0) + 1)
        least_q = min(1.0, least * self.n_tested)
        if self.n_resamples is not None and least_q > 0.05:
            found.append(
                f"{self.n_resamples} randomisations give no p-value below {least:.2g}, so that of "
                f"{self.n_tested} pairs a single one cannot have q below {least_q:.2g}: "
                "draw more of them, or name the pairs to test"
            )
        return tuple(found)

    @property
    def _in_stretches(self) -> bool:
        """Whether most units with a code are followed by another with it."""
        if self.of.unit == "segment":
            return False
        carried = self.of.places.incidence
        order = np.lexsort((carried.unit, carried.node))
        unit, node = carried.unit[order], carried.node[order]
        text = carried.stratum[unit]
        next_to = (np.diff(unit) == 1) & (np.diff(node) == 0) & (np.diff(text) == 0)
        return 2 * int(np.count_nonzero(next_to)) > len(unit)

    @property
    def _one_unit_each(self) -> bool:
        return self.of.unit in ("document", "case")

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair, the least likely by chance first.

        Columns: a, b (ids), both, expected, z, p_greater, p_less, p (of the alternative), mc_error,
        q, reason.
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "a": self.a,
                "b": self.b,
                "both": self.both,
                "expected": self.expected,
                "z": self.z,
                "p_greater": self.p_greater,
                "p_less": self.p_less,
                "p": self.p,
                "mc_error": self.mc_error,
                "q": self.q,
                "reason": self.reason,
            }
        )
        # Many pairs share the least p-value that randomisations can give.
        order = np.lexsort((self.b, self.a, -np.abs(self.z), self.p))
        return frame.iloc[order].reset_index(drop=True)


@question("test")
def pair_tests(
    met: PairCounts,
    null: Null = "density",
    *,
    pairs: Pairs = None,
    alternative: Alternative = "two-sided",
    fdr: Literal["bh", "by"] = "bh",
    n_resamples: int = 1000,
    random_state: RandomState = None,
    progress: Progress = None,
) -> PairTests:
    """Test whether pairs of nodes meet more, or less, often than chance would have them.

    Parameters
    ----------
    met : PairCounts
        On units: segments, sentences, documents …, not overlaps.
    null : str, default "density"
        What chance keeps, everything else being random. ``"density"``: how much of each document each
        node is on, in which stretches, and how densely its parts are coded (of coded segments: how
        many nodes each carries). ``"rotation"``: the first two. ``"hypergeometric"``: on how many units each
        node is (exact; Veech's probabilistic model, Fisher's test). ``"within-document"``: also how
        many of them are in each document, wherever. ``"fixed-margins"``: on how many units each node is, and
        how many nodes each unit carries (curveball). ``"fixed-margins-within-document"``: all three.
    pairs : iterable of pairs of ids, optional
        The pairs to test; all when not given. Choose them before looking at the counts: a false
        discovery rate over pairs picked for their counts means nothing.
    alternative : {"two-sided", "greater", "less"}, default "two-sided"
        Which p-value is adjusted.
    fdr : {"bh", "by"}, default "bh"
        As for `qualcode.stats.false_discovery`.
    n_resamples : int, default 1000
        How many randomisations at least; the result says how many there were.
    random_state : int or numpy.random.Generator
        Their seed.
    progress : callable, optional
        With fixed margins, called with the number of tables done and to do.

    Returns
    -------
    PairTests
        Pairs of nodes that hold the same code are not tested: they meet wherever that code is.

    Raises
    ------
    StatisticsError
        For overlaps, and for a null within documents where every document is one unit.

    References
    ----------
    Veech 2013, doi:10.1111/j.1466-8238.2012.00789.x; Agresti 1992, doi:10.1214/ss/1177011454; Strona
    et al. 2014, doi:10.1038/ncomms5114; Benjamini & Hochberg 1995,
    doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    _check(met, null, alternative)
    check_one_of(fdr, ("bh", "by"), what="fdr")
    n_resamples, progress = check_resamples(n_resamples), check_progress(progress)
    first, second = met.pairs(pairs)
    if null == "hypergeometric":
        columns = _exact(met, first, second)
        model = None
    else:
        model = _randomised(met, null, n_resamples, random_state, progress)
        columns = {
            name: getattr(model, name)[first, second]
            for name in ("expected", "z", "p_greater", "p_less", "p_two_sided", "reason")
        }
    reason = columns["reason"] = _shared_codes(met, first, second, columns["reason"])
    for name in ("z", "p_greater", "p_less", "p_two_sided"):
        columns[name] = np.where(reason == "", columns[name], np.nan)
    two_sided = alternative == "two-sided"
    p = _of(alternative, columns["p_greater"], columns["p_less"], columns["p_two_sided"])
    return PairTests(
        of=met,
        null=null,
        **pair_ids(met, first, second),
        **columns,
        q=false_discovery(p, method=fdr),
        mc_error=p * 0.0 if model is None else model.monte_carlo_error(p, two_sided=two_sided),
        alternative=alternative,
        fdr=fdr,
        n_resamples=None if model is None else model.n_resamples,
        n_trades=None if model is None else model.n_trades,
        seed=None if model is None else model.seed,
    )


def _check(met: PairCounts, null: str, alternative: str) -> None:
    check_one_of(null, get_args(Null), what="null")
    check_one_of(alternative, get_args(Alternative), what="alternative")
    whole = null in ("density", "rotation") or null.endswith("within-document")
    if whole and met.unit in ("document", "case"):
        raise StatisticsError(
            f"null={null!r} with unit={met.unit!r}: a {met.unit} is one unit, so no "
            "code could have been elsewhere in it; use null='hypergeometric' or 'fixed-margins', or "
            "smaller units"
        )


def _exact(met: PairCounts, first: Longs, second: Longs) -> dict[str, Any]:
    _ = met.places.incidence  # refused for overlaps
    own = np.diagonal(met.counts)
    counts = met.counts[first, second], own[first], own[second], met.n_units
    test = hypergeometric_test(*counts)
    return {
        "expected": test.expected,
        # The hypergeometric variance is n_a n_b (n − n_a)(n − n_b) / n²(n − 1).
        "z": coefficient("phi")(*counts) * np.sqrt(max(0, met.n_units - 1)),
        "p_greater": test.p_greater,
        "p_less": test.p_less,
        "p_two_sided": test.p_two_sided,
        "reason": test.reason,
    }


def _randomised(
    met: PairCounts, null: Null, n_resamples: int, random_state: RandomState, progress: Progress
) -> NullModel:
    carried = met.places.incidence
    rows = carried.unit, carried.node, carried.n_nodes
    options: dict[str, Any] = {"n_resamples": n_resamples, "random_state": random_state}
    if null == "density" and met.unit != "segment":
        return density_null(*rows, document=carried.stratum, progress=progress, **options)
    if null == "rotation":
        return rotation_null(*rows, document=carried.stratum, **options)
    if null == "within-document":
        return within_document_null(*rows, document=carried.stratum, **options)
    # Of coded segments, which exist because they carry codes, density is how many each carries.
    within = None if null == "fixed-margins" else carried.stratum
    return fixed_margin_null(
        *rows, n_units=len(carried.stratum), document=within, progress=progress, **options
    )


def _shared_codes(met: PairCounts, first: Longs, second: Longs, reason: Texts) -> Texts:
    """Add to the reasons that two nodes hold the same code."""
    reason = reason.copy()
    if all(len(node.codes) == 1 for node in met.nodes):
        return reason
    for at, (one, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        shared = sorted(met.nodes[one].codes & met.nodes[other].codes)
        if shared:
            reason[at] = f"both hold {', '.join(shared)}, so they meet wherever that is"
    return reason


def _of(alternative: Alternative, greater: Floats, less: Floats, two_sided: Floats) -> Floats:
    return {"greater": greater, "less": less, "two-sided": two_sided}[alternative]
