"""What follows what: lag-sequential analysis, and the moving window of epistemic networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_count, label_names, numbers
from qualcode.stats.kernels.blocks import as_columns, check_ids, key_blocks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LagSequential", "lag_sequential", "stanza_counts", "transition_counts"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]

# Lines × codes multiplied at once; sums of ones are exact in single precision up to 2**24 lines.
_CELLS = 1 << 22
# A product of sparse tables takes so many times as long for each pair of codes on a line.
_SPARSE = 200
# More codes have no table that fits into memory.
_MOST_CODES = 100_000


@attrs.frozen(eq=False)
class LagSequential(Answer):
    """Transitions between codes beside what a random order would give.

    Parameters
    ----------
    counts : array of int64, n_codes × n_codes
        How often the code of the column came `lag` events after that of the row.
    lag : int
        The distance in events.
    expected : array of float
        Row total × column total / all.
    z : array of float
        Adjusted residuals: standard normal if the order is random and transitions are many.
    yule_q : array of float
        The strength of each transition, from −1 to 1, which does not grow with their number.
    probability : array of float
        Counts as shares of their row.
    reason : array of str
        Why z and Q are undefined in a cell; empty where they are defined.
    lr_chi2, x2 : float
        Likelihood ratio and Pearson statistic of the whole table.
    df : int
        Their degrees of freedom, codes that never occur left out.
    p : float
        The probability of so large an `lr_chi2` under a random order; NaN where `p_reason` says why.
    p_reason : str or None
        Why there is no p.
    """

    _says = "What comes after what, beside a random order"
    _figure = "qualcode.report.plot.order:sequences"

    counts: Longs
    lag: int
    expected: Floats
    z: Floats
    yule_q: Floats
    probability: Floats
    reason: NDArray[np.object_]
    lr_chi2: float
    x2: float
    df: int
    p: float
    p_reason: str | None = None

    def to_frame(self, labels: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a frame with a row for each ordered pair of codes."""
        import pandas as pd

        n_codes = len(self.counts)
        names = label_names(labels, n_codes)
        given, then = (each.ravel() for each in np.indices(self.counts.shape))
        columns = ("counts", "expected", "probability", "z", "yule_q", "reason")
        return pd.DataFrame(
            {
                "given": names[given],
                "then": names[then],
                **{name: getattr(self, name).ravel() for name in columns},
            }
        )


def transition_counts(
    code: ArrayLike, n_codes: int, *, document: ArrayLike | None = None, lag: int = 1
) -> Longs:
    """Count how often one code comes a number of events after another.

    Parameters
    ----------
    code : array of int
        The code of each event, in order; the events of a document stand together.
    n_codes : int
        The number of codes.
    document : array of int, one for each event, optional
        Transitions from one document to the next do not count. Without it all events are of one.
    lag : int, default 1
        The distance in events.

    Examples
    --------
    >>> transition_counts([0, 1, 0, 0, 1], 2, document=[5, 5, 5, 7, 7])
    array([[0, 2],
           [1, 0]])
    """
    n_codes = check_count(n_codes, what="n_codes", most=_MOST_CODES)
    lag = check_count(lag, what="lag", least=1)
    (codes,) = as_columns(code=code)
    check_ids("code", codes, n_codes)
    given, then = codes[:-lag].astype(np.int64), codes[lag:]
    if document is not None:
        codes, where = as_columns(code=code, document=document)
        _check_together(where)
        same = where[:-lag] == where[lag:]
        given, then = given[same], then[same]
    return np.bincount(given * n_codes + then, minlength=n_codes * n_codes).reshape(
        n_codes, n_codes
    )


@question()
def lag_sequential(counts: ArrayLike, *, lag: int = 1) -> LagSequential:
    """Analyse a table of transitions.

    Parameters
    ----------
    counts : array of int, n_codes × n_codes
        Row: the given code; column: the code that follows; see `transition_counts`.
    lag : int, default 1
        Kept with the result.

    Raises
    ------
    StatisticsError
        When the table is not square, or not one of counts.

    Notes
    -----
    For codes that may follow themselves. Where segments are merged until the code changes, the
    diagonal is empty by construction and the expected counts given here are too low elsewhere.

    References
    ----------
    z: Allison & Liker 1982, doi:10.1037/0033-2909.91.2.393, eq. 3, in the form for tables of
    Haberman 1973, doi:10.2307/2529686. Q: Yule 1900, doi:10.1098/rsta.1900.0019, on each transition
    against all others, as Bakeman & Gottman 1997, doi:10.1017/CBO9780511527685, chapter 7, do.

    Examples
    --------
    >>> result = lag_sequential([[10, 2], [3, 9]])
    >>> result.z.round(2)
    array([[ 2.87, -2.87],
           [-2.87,  2.87]])
    >>> result.df, round(result.lr_chi2, 3)
    (1, 8.795)
    """
    from scipy import stats

    lag = check_count(lag, what="lag", least=1)
    table = numbers(counts, what="counts")
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise StatisticsError(f"counts: transitions of shape {table.shape}: give a square table")
    if not np.all(np.isfinite(table)) or np.any(table != np.floor(table)) or np.any(table < 0):
        raise StatisticsError("counts: transitions must be whole numbers, and none below 0")
    observed = table.astype(np.float64)
    total = observed.sum()
    row, column = observed.sum(axis=1, keepdims=True), observed.sum(axis=0, keepdims=True)
    reason = np.full(table.shape, "", dtype=object)
    for text, holds in (
        ("every transition leads to this code", column == total),
        ("every transition starts from this code", row == total),
        ("nothing leads to this code", column == 0),
        ("nothing follows this code", row == 0),
    ):
        reason[np.broadcast_to(holds, table.shape)] = text
    defined = reason == ""
    expected = row * column / max(total, 1.0)
    spread = np.sqrt(expected * (1 - row / max(total, 1.0)) * (1 - column / max(total, 1.0)))
    rest = total - row - column + observed
    together, apart = observed * rest, (row - observed) * (column - observed)
    likely = observed * np.log(_ratio(observed, expected, observed > 0, 1.0))
    lr_chi2 = float(max(0.0, 2 * likely.sum()))
    df = (np.count_nonzero(row) - 1) * (np.count_nonzero(column) - 1) if total else 0
    return LagSequential(
        counts=table.astype(np.int64),
        lag=lag,
        expected=expected,
        z=_ratio(observed - expected, spread, defined, np.nan),
        yule_q=_ratio(together - apart, together + apart, defined, np.nan),
        probability=_ratio(observed, row, row > 0, np.nan),
        reason=reason,
        lr_chi2=lr_chi2,
        x2=float(_ratio((observed - expected) ** 2, expected, expected > 0, 0.0).sum()),
        df=int(df),
        p=float(stats.chi2.sf(lr_chi2, df)) if df else float("nan"),
        p_reason=None if df else _no_freedom(total, int(np.count_nonzero(row))),
    )


def _no_freedom(total: float, n_given: int) -> str:
    """Return why a table of transitions has no degree of freedom."""
    if not total:
        return "there are no transitions"
    which = "start from" if n_given == 1 else "lead to"
    return f"all transitions {which} one code, so their order cannot differ from a random one"


def stanza_counts(
    unit: ArrayLike,
    code: ArrayLike,
    n_codes: int,
    *,
    document: ArrayLike,
    window: int = 4,
    group: ArrayLike | None = None,
    n_groups: int = 1,
) -> Longs:
    """Count connections of codes within a window that moves over the lines of each document.

    A line connects two codes when one of them is on the line itself and the other on the line or on
    one of the `window` − 1 lines before it: v_ab = [w_a w_b − h_a h_b > 0], where w counts a code
    on the line and its window, h in the window alone.

    Parameters
    ----------
    unit, code : array of int
        The rows: which line carries which code. Repeated rows count once.
    n_codes : int
        The number of codes.
    document : array of int, one for each line
        The document of each line, in order; a window never reaches into another document.
    window : int, default 4
        The number of lines, the line itself included.
    group : array of int, one for each line, optional
        Whose connections a line adds to, such as its speaker; numbered from 0 to `n_groups` − 1.
    n_groups : int, default 1
        The number of groups.

    Returns
    -------
    array of int64, n_groups × n_codes × n_codes
        Lines that connect both codes; symmetric; on the diagonal, lines that carry the code.

    References
    ----------
    Siebert-Evenstone et al. 2017, doi:10.18608/jla.2017.43.7; Shaffer, Collier & Ruis 2016,
    doi:10.18608/jla.2016.33.3.

    Examples
    --------
    Code 0 on the first line meets code 1 on the second; on the third line nothing new begins:

    >>> stanza_counts([0, 1, 3], [0, 1, 0], 2, document=[0, 0, 0, 0], window=2)
    array([[[2, 1],
            [1, 1]]])
    """
    n_codes = check_count(n_codes, what="n_codes", most=_MOST_CODES)
    n_groups = check_count(n_groups, what="n_groups", most=_MOST_CODES)
    units, codes = as_columns(unit=unit, code=code)
    (where,) = as_columns(document=document)
    (whose,) = as_columns(group=np.zeros(where.size, dtype=np.int64) if group is None else group)
    if whose.size != where.size:
        raise StatisticsError(f"{whose.size} groups for {where.size} lines: give one for each line")
    window = check_count(window, what="window", least=1)
    check_ids("unit", units, where.size)
    check_ids("code", codes, n_codes)
    check_ids("group", whose, n_groups)
    _check_together(where)
    order = np.argsort(units, kind="stable")
    units, codes = units[order], codes[order]
    total = np.zeros((n_groups, n_codes, n_codes), dtype=np.int64)
    starts = np.cumsum(np.diff(where, prepend=where[:1] - 1) != 0) - 1 if where.size else where
    for lines in key_blocks(starts, max(1, _CELLS // max(1, n_codes))):
        first, last = np.searchsorted(units, [lines.start, lines.stop])
        on_line = np.zeros((lines.stop - lines.start, n_codes), dtype=np.float32)
        on_line[units[first:last] - lines.start, codes[first:last]] = 1
        in_window = _window(on_line, starts[lines], window)
        order = np.argsort(whose[lines], kind="stable")
        for part in key_blocks(whose[lines][order], 1):
            chosen = order[part]
            line, reach = on_line[chosen], in_window[chosen]
            # Lines with a, and b in reach, plus the reverse, less those that carry both themselves.
            meets = _together(line, reach)
            one = whose[lines.start + chosen[0]]
            total[one] += (meets + meets.T - _together(line, line)).astype(np.int64)
    return total


def _together(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Multiply what lines carry: by what is not 0, where that is far less than the whole tables."""
    pairs = float(one.sum(axis=1) @ other.sum(axis=1))
    if pairs * _SPARSE >= one.size * other.shape[1]:
        return one.T @ other
    from scipy.sparse import csr_array

    found: NDArray[np.float32] = (csr_array(one).T @ csr_array(other)).toarray()
    return found


def _window(on_line: NDArray[np.float32], starts: Longs, window: int) -> NDArray[np.float32]:
    """Mark the codes of each line and of the lines before it that its window reaches."""
    reach, length = on_line.copy(), 1
    # What two windows reach, one behind the other, a window of both lengths does.
    while length < min(window, len(on_line)):
        back = min(length, window - length)
        inside = starts[back:] == starts[:-back]
        if not inside.any():
            break
        before = reach[:-back].copy()
        np.maximum(reach[back:], before, out=reach[back:], where=inside[:, None])
        length += back
    return reach


def _check_together(document: NDArray[np.integer]) -> None:
    changes = int(np.count_nonzero(np.diff(document)))
    if document.size and changes + 1 != np.unique(document).size:
        raise StatisticsError(
            "the rows of a document do not stand together: sort them by document, then by position"
        )


def _ratio(above: ArrayLike, below: ArrayLike, where: NDArray[np.bool_], other: float) -> Floats:
    """Divide where that is defined, and put `other` elsewhere."""
    shape = np.broadcast_shapes(np.shape(above), np.shape(below))
    out = np.full(shape, other)
    np.divide(above, below, out=out, where=np.broadcast_to(where, shape))
    return out
