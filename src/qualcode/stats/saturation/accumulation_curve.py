"""How many codes there are after so many documents, whatever their order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Set
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_confidence, check_resamples, numbers
from qualcode.stats.saturation.frequency_counts import Documents, code_frequencies, code_table
from qualcode.stats.saturation.richness import unseen
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AccumulationCurve", "accumulation", "expected_codes", "new_codes"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]

_CELLS = 1 << 22
# Documents up to which codes are expected at once.
_STEPS = 1 << 14


@attrs.frozen(eq=False)
class AccumulationCurve(Answer):
    """Codes found against documents coded.

    Parameters
    ----------
    documents : array of int
        1, 2, …, all.
    observed : array of int
        Codes found after so many documents, in the order given.
    expected : array of float
        The exact mean over all orders.
    low, high : array of float
        The band that holds the curve of a random order, document by document, with probability
        `confidence`.
    confidence : float
        The probability.
    n_orders : int
        How many random orders were drawn.
    reason : str or None
        Why there is no curve.
    seed : int or None
        The seed of the random orders, where one was given.
    """

    _figure = "qualcode.report.plot.course:accumulation"

    documents: Longs
    observed: Longs
    expected: Floats
    low: Floats
    high: Floats
    confidence: float
    n_orders: int
    reason: str | None = None
    seed: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each number of documents."""
        import pandas as pd

        names = ("documents", "observed", "expected", "low", "high")
        return pd.DataFrame({name: getattr(self, name) for name in names})


@question()
def accumulation(
    documents: Sequence[Set[Hashable]] | NDArray[Any],
    *,
    n_orders: int = 1000,
    confidence: float = 0.95,
    random_state: RandomState = None,
) -> AccumulationCurve:
    """Count the codes found as documents were coded, beside what other orders would give.

    Parameters
    ----------
    documents : sequence of sets, or array of bool, n_codes × n_documents
        The codes of each document, in the order of coding; see `code_table`.
    n_orders : int, default 1000
        How many random orders the band is drawn from.
    confidence : float, default 0.95
        The probability that the band holds.
    random_state : int or numpy.random.Generator
        The seed.

    References
    ----------
    Ugland, Gray & Ellingsen 2003, doi:10.1046/j.1365-2656.2003.00748.x; Colwell, Mao & Chang 2004,
    doi:10.1890/03-0557: E(j) = Σ_k 1 − C(m − m_k, j) / C(m, j).

    Examples
    --------
    >>> curve = accumulation([{"a", "b"}, {"a"}, {"a", "c"}], random_state=0)
    >>> curve.observed.tolist(), curve.expected.round(3).tolist()
    ([2, 2, 3], [1.667, 2.333, 3.0])
    """
    n_orders, confidence = check_resamples(n_orders, what="n_orders"), check_confidence(confidence)
    table = code_table(documents)
    n_documents = table.shape[1]
    steps = np.arange(1, n_documents + 1)
    found = np.cumsum(new_codes(table))
    if not n_documents:
        nothing = np.empty(0)
        return AccumulationCurve(
            steps, found, nothing, nothing, nothing, confidence, n_orders, "there are no documents"
        )
    low, high = _band(table, n_orders, confidence, as_generator(random_state))
    found_in = code_frequencies(table)
    expected = np.concatenate(
        [expected_codes(found_in, steps[at : at + _STEPS]) for at in range(0, n_documents, _STEPS)]
    )
    return AccumulationCurve(
        steps, found, expected, low, high, confidence, n_orders, seed=seed_of(random_state)
    )


def new_codes(documents: Sequence[Set[Hashable]] | NDArray[Any]) -> Longs:
    """Count the codes that each document is the first to have.

    Parameters
    ----------
    documents : sequence of sets, or array of bool, n_codes × n_documents
        The codes of each document, in order.

    Examples
    --------
    >>> new_codes([{"a", "b"}, {"a"}, {"a", "c"}]).tolist()
    [2, 0, 1]
    """
    table = code_table(documents)
    first = table[table.any(axis=1)].argmax(axis=1) if table.size else np.empty(0, dtype=np.int64)
    return np.bincount(first, minlength=table.shape[1])


def expected_codes(documents: Documents, sizes: ArrayLike) -> Floats:
    """Return how many codes so many documents can be expected to have.

    Parameters
    ----------
    documents : sequence of sets, array of bool, or CodeFrequencies
        The documents that were coded.
    sizes : array of int
        Numbers of documents: fewer than were coded (exact mean over all choices of them), or more
        (an extrapolation towards `chao2`; trust it to about twice the documents).

    References
    ----------
    Colwell et al. 2012, doi:10.1093/jpe/rtr044, eqs 17 and 18.

    Examples
    --------
    >>> coded = [{"a", "b"}, {"a"}, {"a", "c"}, {"b"}]
    >>> expected_codes(coded, [1, 2, 4, 6]).round(3).tolist()
    [1.5, 2.333, 3.0, 3.24]
    """
    from scipy.special import gammaln

    found = code_frequencies(documents)
    wanted = numbers(sizes, what="sizes", whole=True, least=0)
    m = found.n_documents
    if not m:
        raise StatisticsError("there are no documents to learn from")
    inside = np.minimum(wanted, m)
    values, codes = np.unique(np.array(found.frequencies, dtype=np.int64), return_counts=True)
    # The chance that none of j documents is among the m_k with the code.
    rest = m - values - inside[..., None]
    missed = np.exp(
        gammaln(m - values + 1.0)
        + gammaln(m - inside + 1.0)[..., None]
        - gammaln(np.maximum(rest, 0) + 1.0)
        - gammaln(m + 1.0)
    )
    expected: Floats = np.where(rest >= 0, 1 - missed, 1.0) @ codes.astype(np.float64)
    beyond = np.maximum(wanted - m, 0)
    hidden, singles = unseen(found), found.exactly(1)
    if hidden > 0:
        step = singles / (singles + m * hidden)
        expected = expected + hidden * -np.expm1(beyond * np.log1p(-step))
    return expected


def _band(
    table: NDArray[np.bool_], n_orders: int, confidence: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the band of the accumulation curves of random orders, some documents at a time."""
    n_documents = table.shape[1]
    firsts = _random_firsts(table, n_orders, rng)
    low, high = np.zeros((2, n_documents))
    tail = (1 - confidence) / 2
    found = np.zeros(n_orders, dtype=np.int64)
    width = max(1, _CELLS // n_orders)
    for start in range(0, n_documents, width):
        some = min(width, n_documents - start)
        order, code = np.nonzero((firsts >= start) & (firsts < start + some))
        cell = order * some + firsts[order, code] - start
        gained = np.bincount(cell, minlength=n_orders * some).reshape(n_orders, some)
        curves = found[:, None] + gained.cumsum(axis=1)
        found = curves[:, -1]
        low[start : start + some], high[start : start + some] = np.quantile(
            curves, [tail, 1 - tail], axis=0
        )
    return low, high


def _random_firsts(table: NDArray[np.bool_], n_orders: int, rng: np.random.Generator) -> Longs:
    """Return where each code is first met in random orders of the documents, orders × codes."""
    code, document = np.nonzero(table)
    n_documents = table.shape[1]
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    firsts = np.zeros((n_orders, starts.size), dtype=np.int64)
    if not starts.size:
        return firsts
    step = max(1, _CELLS // max(code.size, n_documents))
    for start in range(0, n_orders, step):
        some = min(step, n_orders - start)
        place = rng.permuted(np.tile(np.arange(n_documents), (some, 1)), axis=1)
        # A code is new where the first of its documents comes.
        firsts[start : start + some] = np.minimum.reduceat(place[:, document], starts, axis=1)
    return firsts
