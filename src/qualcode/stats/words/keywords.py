"""Keyness: which words set a group apart, how surely, and how strongly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import shown
from qualcode.model.results import CountedOf
from qualcode.model.texts.documents import Value
from qualcode.stats.arguments import check_confidence, check_count, check_one_of, numbers
from qualcode.stats.coefficients import coefficient
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.stats.uncertainty.intervals import Bounds
from qualcode.stats.uncertainty.resampling import cluster_bounds
from qualcode.stats.words.word_counts import CountedWords, WordCounts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Formula", "Keyness", "keyness", "log_likelihood", "log_ratio"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Formula: TypeAlias = Literal["dunning", "rayson-garside"]
"""How G² is computed: by all four cells of the table of two by two, or by the two of the word itself."""


@attrs.frozen(eq=False)
class Keyness(CountedOf):
    """Which words a group uses more, or less, than a reference.

    Parameters
    ----------
    of : CountedWords
        How often each word is used.
    group, reference : value or None
        What was compared; None for all words that are not the group's.
    words : tuple of str
        Those that were compared.
    count, reference_count : array of int64
        How often each word is used in both.
    size, reference_size : int
        How many words there are in both.
    documents, reference_documents : array of int64
        In how many documents each word is used.
    g_squared : array of float
        How surely the rates differ, words being taken as independent.
    formula : {"dunning", "rayson-garside"}
        By which formula.
    log_ratio : array of float
        How often the rate of the group is twice that of the reference: 1 for twice, 2 for four times, −1
        for half.
    bounds : Bounds
        Its intervals, by whole documents. For these, half an occurrence is added on both sides, so that
        rare words have one too.
    p, q : array of float
        Of Student's t of the same, by whole documents; and adjusted for the false discovery rate.
    """

    _figure = "qualcode.report.plot.word_rows:keyness"

    of: CountedWords
    group: Value | None
    reference: Value | None
    words: tuple[str, ...] = attrs.field(repr=False)
    count: Longs = attrs.field(repr=False)
    reference_count: Longs = attrs.field(repr=False)
    size: int
    reference_size: int
    documents: Longs = attrs.field(repr=False)
    reference_documents: Longs = attrs.field(repr=False)
    g_squared: Floats = attrs.field(repr=False)
    formula: Formula
    log_ratio: Floats = attrs.field(repr=False)
    bounds: Bounds = attrs.field(repr=False)
    p: Floats = attrs.field(repr=False)
    q: Floats = attrs.field(repr=False)

    @property
    def _print_title(self) -> str:
        other = "all else" if self.reference is None else self.of.label(self.reference)
        own = self.of.label(self.group)
        return f"Words of {own} ({self.of.by}) beside {other}, the surest first"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each word, the surest first.

        Columns: word, count, reference (how often there), per_1000, reference_per_1000, g_squared,
        log_ratio, low, high, p, q, documents, reference_documents, reason (why there is no interval).
        """
        import pandas as pd

        frame = pd.DataFrame(
            {
                "word": self.words,
                "count": self.count,
                "reference": self.reference_count,
                "per_1000": 1000 * self.count / self.size,
                "reference_per_1000": 1000 * self.reference_count / self.reference_size,
                "g_squared": self.g_squared,
                "log_ratio": self.log_ratio,
                "low": self.bounds.low,
                "high": self.bounds.high,
                "p": self.p,
                "q": self.q,
                "documents": self.documents,
                "reference_documents": self.reference_documents,
                "reason": self.bounds.reason,
            }
        )
        return frame.sort_values(["g_squared", "word"], ascending=[False, True], ignore_index=True)


@question("keyness")
def keyness(
    frequencies: CountedWords,
    group: Value,
    reference: Value | None = None,
    *,
    formula: Formula = "dunning",
    min_count: int = 3,
    confidence: float = 0.95,
) -> Keyness:
    """Return which words a group uses more, or less, than another or than all else that is said.

    Parameters
    ----------
    frequencies : CountedWords
        Words by code, group or speaker.
    group : value
        The group, such as the id of a code.
    reference : value, optional
        Another group; all words that are not the group's when not given.
    formula : {"dunning", "rayson-garside"}, default "dunning"
        Of G².
    min_count : int, default 3
        Words that both together use less often are left out.
    confidence : float, default 0.95
        The level of the intervals.

    Raises
    ------
    StatisticsError
        When nothing was told apart, or nothing is left to compare with.
    NotFoundError
        When there is no such group.

    Notes
    -----
    Of codes that lie on the same words, a word counts on both sides.

    References
    ----------
    G²: Dunning 1993; Rayson & Garside 2000. Log ratio: Hardie 2014.
    """
    check_one_of(formula, ("dunning", "rayson-garside"), what="formula")
    min_count = check_count(min_count, what="min_count", least=1)
    confidence = check_confidence(confidence)
    if frequencies.by is None:
        raise StatisticsError(
            "keyness compares groups, and words were counted without any: ask words(by='code'), or by "
            "a variable"
        )
    own = frequencies.part(group)
    other = None if reference is None else frequencies.part(reference)
    total, size = own.totals, int(own.size.sum())
    rest = frequencies.whole.totals - total if other is None else other.totals
    rest_size = int(frequencies.whole.size.sum()) - size if other is None else int(other.size.sum())
    if not size or not rest_size:
        raise StatisticsError(
            f"there is nothing to compare the words of {group} with: all that is said is theirs"
        )
    rows = np.flatnonzero(total + rest >= min_count)
    tables = _tables(frequencies.whole, own, other, rows)
    bounds = cluster_bounds(_smoothed, tables, confidence=confidence)
    ratio = log_ratio(total[rows], rest[rows], size, rest_size)
    p = _p((bounds.low + bounds.high) / 2, bounds)
    return Keyness(
        frequencies, group, reference, tuple(frequencies.words[at] for at in rows.tolist()),
        total[rows], rest[rows], size, rest_size, own.documents[rows],
        _documents(tables[1]), log_likelihood(total[rows], rest[rows], size, rest_size, formula=formula),
        formula, ratio, bounds, p, false_discovery(p),
    )  # fmt: skip


def log_likelihood(
    count: ArrayLike,
    reference_count: ArrayLike,
    size: ArrayLike,
    reference_size: ArrayLike,
    *,
    formula: Formula = "dunning",
) -> Floats:
    """Return G² of words in two texts: how surely their rates differ.

    Parameters
    ----------
    count, reference_count : array of int
        How often each word is used in both.
    size, reference_size : int
        How many words there are in both.
    formula : {"dunning", "rayson-garside"}, default "dunning"
        By all four cells, 2 Σ O ln(O / E); or by the two of the word, as word lists of corpora have it.

    References
    ----------
    Dunning 1993, https://aclanthology.org/J93-1003. Rayson & Garside 2000, doi:10.3115/1117729.1117730.

    Examples
    --------
    >>> round(float(log_likelihood(52, 57, 50_000, 75_000, formula="rayson-garside")), 2)
    2.65
    """
    check_one_of(formula, ("dunning", "rayson-garside"), what="formula")
    a, b, c, d = _checked(count, reference_count, size, reference_size)
    if formula == "dunning":
        return coefficient("g_squared")(a, a + b, c, c + d)
    from scipy.special import xlogy

    share = (a + b) / (c + d)
    found: Floats = 2 * (xlogy(a, a) - xlogy(a, c * share) + xlogy(b, b) - xlogy(b, d * share))
    return np.maximum(found, 0.0)  # rounding leaves a hair below 0


def log_ratio(
    count: ArrayLike, reference_count: ArrayLike, size: ArrayLike, reference_size: ArrayLike
) -> Floats:
    """Return the binary logarithm of the ratio of two rates; half an occurrence is taken for none.

    Parameters
    ----------
    count, reference_count : array of int
        How often each word is used in both.
    size, reference_size : int
        How many words there are in both.

    References
    ----------
    Hardie 2014, http://cass.lancs.ac.uk/log-ratio-an-informal-introduction.

    Examples
    --------
    >>> log_ratio([20, 10, 0], [10, 10, 4], 1000, 1000).tolist()
    [1.0, 0.0, -3.0]
    """
    a, b, c, d = _checked(count, reference_count, size, reference_size)
    return np.asarray(np.log2(np.where(a > 0, a, 0.5) / c) - np.log2(np.where(b > 0, b, 0.5) / d))


def _checked(
    count: ArrayLike, reference_count: ArrayLike, size: ArrayLike, reference_size: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the four numbers of some words as arrays of one shape, if they can be such."""
    given = {
        "count": count, "reference_count": reference_count, "size": size,
        "reference_size": reference_size,
    }  # fmt: skip
    tables = {name: numbers(value, what=name, least=0) for name, value in given.items()}
    for name, table in tables.items():
        if not np.isfinite(table).all() or ("size" in name and not table.all()):
            raise StatisticsError(
                f"{name} must be finite, and a size above 0, not {shown(given[name])}"
            )
    try:
        a, b, c, d = np.broadcast_arrays(*tables.values())
    except ValueError:
        shapes = ", ".join(f"{name} {table.shape}" for name, table in tables.items())
        raise StatisticsError(f"these shapes do not go together: {shapes}") from None
    for name, used, of in (("count", a, c), ("reference_count", b, d)):
        if np.any(used > of):
            what = "size" if name == "count" else "reference_size"
            raise StatisticsError(
                f"{name}: a word cannot be used more often than there are words ({what})"
            )
    return a, b, c, d


def _smoothed(a: Floats, b: Floats, c: Floats, d: Floats) -> Any:
    """Return the log ratio with half an occurrence more on both sides: there is one in all samples."""
    return np.log2((a + 0.5) / (c + 0.5)) - np.log2((b + 0.5) / (d + 0.5))


def _tables(
    whole: WordCounts, own: WordCounts, other: WordCounts | None, rows: Longs
) -> list[Longs]:
    """Return what each document with words of either adds to the four numbers."""
    of_own = own.table(rows)
    of_other = whole.table(rows) - of_own if other is None else other.table(rows)
    size = whole.size - own.size if other is None else other.size
    there = (own.size > 0) | (size > 0)
    return [of_own[there], of_other[there], own.size[there, None], size[there, None]]


def _documents(table: Longs) -> Longs:
    found: Longs = np.count_nonzero(table, axis=0).astype(np.int64)
    return found


def _p(centre: Floats, bounds: Bounds) -> Floats:
    """Return two-sided p-values of Student's t; NaN where there is no interval."""
    from scipy import stats

    known = np.isfinite(bounds.standard_error) & (bounds.standard_error > 0)
    p = np.full(centre.shape, np.nan)
    t = np.abs(centre[known]) / bounds.standard_error[known]
    p[known] = 2 * stats.t.sf(t, bounds.n_clusters - 1)
    return p
