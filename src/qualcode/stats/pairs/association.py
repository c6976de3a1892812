"""How strongly two codes go together: coefficients of a pair's four counts.

Of *n* units, *n_a* carry the first code, *n_b* the second and *both* carry the two. All coefficients
are functions of these four numbers; arrays broadcast, so a whole matrix of pairs is one call.
`COEFFICIENTS` is the table of them all, with formula, range and source; `qualcode.stats.coefficients`
has a function for each.

Where a coefficient divides zero by zero it has no value: the arrays hold NaN there and
`Association.reason` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.coefficients import COEFFICIENTS, checked_counts, coefficient
from qualcode.stats.uncertainty.intervals import Bounds, Scale
from qualcode.stats.uncertainty.resampling import Method, RandomState, cluster_bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Association", "association", "association_bounds", "interval_scale", "why_undefined"]

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class Association(Answer):
    """All coefficients of one pair or of many.

    Parameters
    ----------
    both, n_a, n_b, n : array of float
        The counts, of one shape.
    jaccard, dice, ochiai, inclusion, equivalence, lift, pmi, npmi : array of float
        See `COEFFICIENTS`; NaN where undefined.
    phi, yule_q, odds_ratio, g_squared, x_squared : array of float
        These also depend on the units that carry neither code.
    """

    both: Floats
    n_a: Floats
    n_b: Floats
    n: Floats
    jaccard: Floats
    dice: Floats
    ochiai: Floats
    inclusion: Floats
    equivalence: Floats
    lift: Floats
    pmi: Floats
    npmi: Floats
    phi: Floats
    yule_q: Floats
    odds_ratio: Floats
    g_squared: Floats
    x_squared: Floats

    def value(self, name: str) -> Floats:
        """Return a coefficient by name."""
        found: Floats = getattr(self, coefficient(name).name)
        return found

    def reason(self, name: str) -> NDArray[np.object_]:
        """Return why a coefficient is undefined, cell by cell; empty where it has a value."""
        return _why(name, self.both, self.n_a, self.n_b, self.n)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair.

        Columns: both, n_a, n_b, n, a column for each coefficient, and reason (which of these are
        undefined, and why; empty where none is).
        """
        import pandas as pd

        counts = {name: getattr(self, name).ravel() for name in ("both", "n_a", "n_b", "n")}
        values = {name: self.value(name).ravel() for name in COEFFICIENTS}
        return pd.DataFrame({**counts, **values, "reason": why_undefined(values, **counts)})


@question()
def association(both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike) -> Association:
    """Compute every coefficient of association from counts.

    Parameters
    ----------
    both : array
        Units that carry both codes.
    n_a, n_b : array
        Units that carry the first, and the second.
    n : array
        All units, those without either code included.

    Raises
    ------
    StatisticsError
        For counts that no set of units can have.

    Examples
    --------
    The bigram "the swiss" of Dunning 1993, and a matrix of three codes:

    >>> pair = association(110, 2552, 221, 31777)
    >>> round(float(pair.g_squared), 4), round(float(pair.phi), 6)
    (270.7219, 0.128538)
    >>> import numpy as np
    >>> counts = np.array([[4, 2, 0], [2, 3, 0], [0, 0, 0]])
    >>> own = counts.diagonal()
    >>> result = association(counts, own[:, None], own[None, :], 10)
    >>> result.jaccard.round(2)
    array([[1. , 0.4, 0. ],
           [0.4, 1. , 0. ],
           [0. , 0. , nan]])
    >>> result.reason("jaccard")[2, 2]
    'neither code is on any unit'
    """
    counts = np.broadcast_arrays(*checked_counts(both, n_a, n_b, n))
    values: dict[str, Any] = {name: each(*counts) for name, each in COEFFICIENTS.items()}
    return Association(*counts, **values)


def association_bounds(
    name: str,
    both: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    n: ArrayLike,
    *,
    method: Method = "jackknife",
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> Bounds:
    """Return intervals, by whole documents, of a coefficient of association.

    Parameters
    ----------
    name : str
        A coefficient of `qualcode.stats.coefficients.COEFFICIENTS`.
    both, n_a, n_b : array, n_documents × n_pairs
        The counts that each document adds.
    n : array, n_documents × 1
        The units of each document.
    method, confidence, n_resamples, random_state
        As for `qualcode.stats.uncertainty.resampling.cluster_bounds`.

    Examples
    --------
    >>> both, n_a, n_b = [[2], [1], [3], [0]], [[4], [2], [5], [2]], [[3], [4], [4], [1]]
    >>> bounds = association_bounds("jaccard", both, n_a, n_b, [[9], [8], [9], [7]])
    >>> bounds.low.round(2), bounds.high.round(2)
    (array([0.09]), array([0.68]))
    """
    return cluster_bounds(
        coefficient(name),
        [both, n_a, n_b, n],
        method=method,
        confidence=confidence,
        n_resamples=n_resamples,
        random_state=random_state,
        scale=interval_scale(name),
    )


def interval_scale(name: str) -> Scale:
    """Return on which scale the jackknife interval of a coefficient is symmetric.

    Examples
    --------
    >>> interval_scale("jaccard"), interval_scale("phi"), interval_scale("lift"), interval_scale("pmi")
    ('logit', 'fisher', 'log', 'identity')
    """
    known = coefficient(name)
    scales: dict[tuple[float, float], Scale] = {
        (0, 1): "logit", (-1, 1): "fisher", (0, np.inf): "log"
    }  # fmt: skip
    return scales.get((known.low, known.high), "identity")


def why_undefined(
    values: Mapping[str, Floats], both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike
) -> NDArray[np.object_]:
    """Return which coefficients of each pair are undefined, and why; empty where none is.

    Parameters
    ----------
    values : mapping of str to array
        Coefficients of the pairs, by name.
    both, n_a, n_b, n : array
        The counts of the pairs, as for `association`.

    Examples
    --------
    >>> pair = association([5], [5], [5], 5)
    >>> why_undefined({"jaccard": pair.jaccard, "phi": pair.phi}, [5], [5], [5], 5)
    array(['phi: one of the codes is on every unit'], dtype=object)
    """
    counts = np.broadcast_arrays(*checked_counts(both, n_a, n_b, n))
    reason = np.full(counts[0].shape, "", dtype=object)
    for name, value in values.items():
        at = np.flatnonzero(np.isnan(value))
        why = _why(name, *(each[at] for each in counts))
        for pair, text in zip(at.tolist(), why.tolist(), strict=True):
            before = f"{reason[pair]}; " if reason[pair] else ""
            reason[pair] = f"{before}{name}: {text}"
    return reason


def _why(name: str, both: Floats, n_a: Floats, n_b: Floats, n: Floats) -> NDArray[np.object_]:
    """Return why a coefficient is undefined; empty where it has a value."""
    why = np.full(both.shape, "", dtype=object)
    for text, holds in reversed(coefficient(name).undefined):
        why[holds(both, n_a, n_b, n)] = text
    return why
