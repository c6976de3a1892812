"""How many codes there are in all, from how well the rare ones are covered: ICE, ACE, and Good and Turing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode.model.asking import question
from qualcode.stats.arguments import check_confidence, check_count, numbers
from qualcode.stats.saturation.frequency_counts import Documents, code_frequencies
from qualcode.stats.saturation.richness import Coverage, Richness, log_normal, nothing_known

__all__ = ["ace", "good_turing", "ice"]

Complex: TypeAlias = NDArray[np.complex128]

_STEP = 1e-30
_ALL_ONCE = (
    "every rare code was met once only, so that nothing is known of how much of the rare is covered"
)


@question()
def ice(documents: Documents, *, rare: int = 10, confidence: float = 0.95) -> Richness:
    """Estimate how many codes there are from documents, by how well rare codes are covered.

    Parameters
    ----------
    documents : sequence of sets, array of bool (n_codes × n_documents), or CodeFrequencies
        The documents that were coded.
    rare : int, default 10
        In how many documents a code is at the most that counts as rare.
    confidence : float, default 0.95
        The nominal coverage of the (log-normal) interval.

    References
    ----------
    Lee & Chao 1994, doi:10.2307/2533200, with the coverage of Chao & Chiu 2016,
    doi:10.1002/9781118445112.stat03432.pub2, eq. 12b, as SpadeR has it.

    Examples
    --------
    >>> from qualcode.stats.saturation import CodeFrequencies
    >>> found = ice(CodeFrequencies([1] * 13 + [2] * 4 + [9], 16), rare=4)
    >>> round(found.value, 3), round(found.standard_error, 3)
    (42.939, 16.739)
    """
    found = code_frequencies(documents)
    rare = check_count(rare, what="rare", least=1)
    nothing = nothing_known(found, "ICE", confidence)
    if nothing is not None:
        return nothing
    m = found.n_documents

    def covered(counts: Complex) -> complex:
        """Return the share of what rare codes bring that is of those found."""
        once, twice = counts[0], counts[1] if len(counts) > 1 else 0.0
        if not twice:
            missed = (m - 1) * (once - 1) / ((m - 1) * (once - 1) + 2) if once.real > 1 else 0.0
        else:
            missed = (m - 1) * once / ((m - 1) * once + 2 * twice)
        return complex(1 - once / _incidences(counts) * missed)

    return _by_coverage(
        found.frequencies, rare, m / (m - 1), covered, found.n_documents, "ICE", confidence
    )


@question()
def ace(counts: ArrayLike, *, rare: int = 10, confidence: float = 0.95) -> Richness:
    """Estimate how many codes there are from how often each was put, by how well rare codes are covered.

    Parameters
    ----------
    counts : array of int
        How many segments carry each code; 0 for none.
    rare : int, default 10
        How many segments a code has at the most that counts as rare.
    confidence : float, default 0.95
        The nominal coverage of the (log-normal) interval.

    Notes
    -----
    Takes segments as drawn one by one, which those of one document are not: where documents are known,
    `ice` respects them.

    References
    ----------
    Chao & Lee 1992, doi:10.1080/01621459.1992.10475194; Chao, Ma & Yang 1993, doi:10.1093/biomet/80.1.193.

    Examples
    --------
    >>> found = ace([1] * 31 + [2] * 18 + [3] * 9 + [4] * 6 + [5] * 6 + [6] * 4 + [7, 8, 9, 10] + [16] * 15)
    >>> round(found.value, 3), round(found.standard_error, 3)
    (122.849, 11.404)
    """
    table = numbers(counts, what="counts", ndim=1, whole=True, least=0)
    rare = check_count(rare, what="rare", least=1)
    each = tuple(table[table > 0].tolist())
    confidence = check_confidence(confidence)
    if not each:
        nan = float("nan")
        why = "no segment has any code"
        return Richness(nan, nan, nan, nan, confidence, "ACE", 0, 0, why, why)
    return _by_coverage(
        each, rare, 1.0, lambda few: complex(1 - few[0] / _incidences(few)), 0, "ACE", confidence
    )


@question()
def good_turing(counts: ArrayLike, *, confidence: float = 0.95) -> Coverage:
    """Estimate which share of all that is said, segment by segment, the codes found cover.

    Parameters
    ----------
    counts : array of int
        How many segments carry each code; 0 for none.
    confidence : float, default 0.95
        The nominal coverage of the (normal) interval.

    References
    ----------
    Good 1953, doi:10.1093/biomet/40.3-4.237, after Turing: 1 − f₁/n; with the interval of Esty 1983,
    doi:10.1214/aos/1176346256: variance (f₁(1 − f₁/n) + 2f₂)/n².

    Examples
    --------
    >>> found = good_turing([1, 1, 2, 6])
    >>> found.value, round(found.low, 3), found.high
    (0.8, 0.428, 1.0)
    """
    from scipy import stats

    table = numbers(counts, what="counts", ndim=1, whole=True, least=0)
    confidence = check_confidence(confidence)
    n, observed = int(table.sum()), int(np.count_nonzero(table))
    if not n:
        return Coverage(float("nan"), 0, 0, "no segment has any code")
    once, twice = (int(np.count_nonzero(table == often)) for often in (1, 2))
    value = 1 - once / n
    half = float(stats.norm.ppf((1 + confidence) / 2)) * math.sqrt(once * value + 2 * twice) / n
    return Coverage(
        value, observed, 0, low=max(0.0, value - half), high=min(1.0, value + half),
        confidence=confidence, n_segments=n,
    )  # fmt: skip


def _incidences(counts: Complex) -> complex:
    return complex(np.arange(1, len(counts) + 1) @ counts)


def _by_coverage(
    frequencies: Sequence[int],
    rare: int,
    factor: float,
    covered: Any,
    n_documents: int,
    method: str,
    confidence: float,
) -> Richness:
    """Return the estimate by coverage, its variance by the derivatives after each number of codes.

    Derivatives are taken by a complex step, which is exact: what goes in is a smooth function.
    """
    table = np.array(frequencies)
    observed, frequent = len(table), int(np.count_nonzero(table > rare))
    counts = np.bincount(table[table <= rare], minlength=rare + 1)[1:].astype(np.complex128)

    def estimate(few: Complex) -> complex:
        here, total = few.sum(), _incidences(few)
        if not few.any():
            return complex(frequent)
        share = covered(few)
        often = np.arange(1, len(few) + 1)
        pairs = (often * (often - 1)) @ few
        # With one incidence alone there is no pair to tell how much rare codes differ.
        varied = factor * here / share * pairs / total / (total - 1) - 1 if pairs.real else 0.0j
        # How much rare codes differ in how rare they are; below 0 they do not.
        varied = varied if varied.real > 0 else 0.0
        return complex(frequent + here / share + few[0] / share * varied)

    if counts.any() and abs(covered(counts)) < 1e-12:
        nan = float("nan")
        return Richness(
            nan, nan, nan, nan, confidence, method, observed, n_documents, _ALL_ONCE, _ALL_ONCE
        )
    value = estimate(counts).real
    slopes = []
    for at in np.flatnonzero(counts.real):
        moved = counts.copy()
        moved[at] += 1j * _STEP
        slopes.append(estimate(moved).imag / _STEP)
    there = np.append(counts.real[counts.real > 0], float(frequent))
    slope = np.append(slopes, 1.0)
    variance = float(there @ slope**2 - (there @ slope) ** 2 / value)
    return log_normal(value, variance, observed, n_documents, method, confidence)
