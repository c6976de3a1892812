"""How strongly two codes go together: all coefficients of a pair's four counts, and their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.model.asking import question
from qualcode.model.mappings import Frozen
from qualcode.model.recipe import Answer
from qualcode.stats.coefficients import COEFFICIENTS, CoefficientLike, checked_counts, coefficient
from qualcode.stats.uncertainty.intervals import Bounds, Scale
from qualcode.stats.uncertainty.resampling import Method, RandomState, cluster_bounds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Association", "association", "association_bounds", "interval_scale", "why_undefined"]

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class Association(Answer):
    """All coefficients of one pair or of many, each an attribute by its name.

    Parameters
    ----------
    both, n_a, n_b, n : array of float
        The counts, of one shape.
    values : mapping of str to array of float
        The coefficients of `COEFFICIENTS` by name, such as ``jaccard``; NaN where undefined.

    Examples
    --------
    >>> pair = association(110, 2552, 221, 31777)
    >>> round(float(pair.phi), 6), pair.phi is pair.values["phi"]
    (0.128538, True)
    """

    _says = "How often codes meet, and how strongly they go together"
    _instead = "project.cooccurrence(…).plot() draws what meets, .intervals().plot() how strongly"

    both: Floats
    n_a: Floats
    n_b: Floats
    n: Floats
    values: Mapping[str, Floats]

    def __getattr__(self, name: str) -> Floats:
        # Not where the fields themselves are missing, as while an answer is being copied.
        if name in COEFFICIENTS and name in self.values:
            return self.values[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.values})

    def value(self, measure: CoefficientLike) -> Floats:
        """Return a coefficient, by its name or as it is given."""
        known = coefficient(measure)
        if COEFFICIENTS.get(known.name) == known:
            return self.values[known.name]
        return known(self.both, self.n_a, self.n_b, self.n)

    def reason(self, measure: CoefficientLike) -> NDArray[np.object_]:
        """Return why a coefficient is undefined, cell by cell; empty where it has a value."""
        return coefficient(measure).reason(self.both, self.n_a, self.n_b, self.n)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each pair.

        Columns: both, n_a, n_b, n, a column for each coefficient, and reason (which of these are
        undefined, and why; empty where none is).
        """
        import pandas as pd

        counts = {name: getattr(self, name).ravel() for name in ("both", "n_a", "n_b", "n")}
        values = {name: each.ravel() for name, each in self.values.items()}
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
    a, x, y, total = counts = np.broadcast_arrays(*checked_counts(both, n_a, n_b, n))
    values = {name: np.asarray(each(*counts)) for name, each in COEFFICIENTS.items()}
    return Association(a, x, y, total, Frozen(values))


def association_bounds(
    measure: CoefficientLike,
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
    measure : str or Coefficient
        A name of `qualcode.stats.coefficients.COEFFICIENTS`, or a coefficient.
    both, n_a, n_b : array, n_documents × n_pairs
        The counts that each document adds.
    n : array, n_documents × 1
        The units of each document.
    method, confidence, n_resamples, random_state
        As for `qualcode.stats.cluster_bounds`.

    Examples
    --------
    >>> both, n_a, n_b = [[2], [1], [3], [0]], [[4], [2], [5], [2]], [[3], [4], [4], [1]]
    >>> bounds = association_bounds("jaccard", both, n_a, n_b, [[9], [8], [9], [7]])
    >>> bounds.low.round(2), bounds.high.round(2)
    (array([0.09]), array([0.68]))
    """
    return cluster_bounds(
        coefficient(measure),
        [both, n_a, n_b, n],
        method=method,
        confidence=confidence,
        n_resamples=n_resamples,
        random_state=random_state,
        scale=interval_scale(measure),
    )


def interval_scale(measure: CoefficientLike) -> Scale:
    """Return on which scale the jackknife interval of a coefficient is symmetric.

    Examples
    --------
    >>> interval_scale("jaccard"), interval_scale("phi"), interval_scale("lift"), interval_scale("pmi")
    ('logit', 'fisher', 'log', 'identity')
    """
    known = coefficient(measure)
    scales: dict[tuple[float, float], Scale] = {
        (0, 1): "logit", (-1, 1): "fisher", (0, np.inf): "log"
    }  # fmt: skip
    return scales.get((known.low, known.high), "identity")


def why_undefined(
    measures: Iterable[CoefficientLike],
    both: ArrayLike,
    n_a: ArrayLike,
    n_b: ArrayLike,
    n: ArrayLike,
) -> NDArray[np.object_]:
    """Return which coefficients of each pair are undefined, and why; empty where none is.

    Parameters
    ----------
    measures : iterable of str or Coefficient
        The coefficients.
    both, n_a, n_b, n : array
        The counts of the pairs, as for `association`.

    Examples
    --------
    >>> why_undefined(["jaccard", "phi"], [5], [5], [5], 5)
    array(['phi: one of the codes is on every unit'], dtype=object)
    """
    counts = np.broadcast_arrays(*checked_counts(both, n_a, n_b, n))
    reason = np.full(counts[0].shape, "", dtype=object)
    for measure in measures:
        known = coefficient(measure)
        why = known.reason(*counts)
        for pair in np.flatnonzero(why != "").tolist():
            before = f"{reason[pair]}; " if reason[pair] else ""
            reason[pair] = f"{before}{known.name}: {why[pair]}"
    return reason
