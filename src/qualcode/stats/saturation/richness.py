"""How many codes there are in all, those included that no document showed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import attrs

from qualcode.model.asking import question
from qualcode.model.recipe import Answer, told
from qualcode.stats.arguments import check_confidence, check_one_of
from qualcode.stats.saturation.frequency_counts import CodeFrequencies, Documents, code_frequencies

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Coverage", "Richness", "chao2", "coverage", "jackknife_1", "jackknife_2"]

_NO_DOCUMENTS = "there are no documents"
_NO_CODES = "no document has any code"
_ONE = "with one document every code is in one document: nothing tells common from rare"


@attrs.frozen(eq=False)
class Richness(Answer):
    """An estimate of the number of codes.

    Parameters
    ----------
    value : float
        The estimate; NaN where undefined, which `reason` then explains.
    standard_error, low, high : float
        Its uncertainty; NaN where unknown, which `uncertainty_reason` then explains.
    confidence : float
        The nominal coverage of the interval.
    method : str
        The estimator, and which of its forms.
    observed : int
        Codes found.
    n_documents : int
        Documents coded.
    reason, uncertainty_reason : str or None
        Why there is no estimate, or no interval.
    """

    _figure = "qualcode.report.plot.estimates:richness"

    value: float
    standard_error: float
    low: float
    high: float
    confidence: float
    method: str
    observed: int
    n_documents: int
    reason: str | None = None
    uncertainty_reason: str | None = None

    @property
    def unseen(self) -> float:
        """Codes that the estimate adds to those found."""
        return self.value - self.observed

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with one row."""
        import pandas as pd

        return pd.DataFrame([{**told(self), "unseen": self.unseen}])


@attrs.frozen(eq=False)
class Coverage(Answer):
    """How much of what documents say the codes found so far cover.

    Parameters
    ----------
    value : float
        The estimated share of all incidences (code in a document) that are of codes already found;
        NaN where undefined, which `reason` then explains.
    observed : int
        Codes found.
    n_documents : int
        Documents coded.
    reason : str or None
        Why there is no estimate.
    low, high : float
        Its interval; NaN where none is known.
    confidence : float
        The nominal coverage of the interval.
    n_segments : int
        Segments coded, where these were counted and not documents.
    """

    _instead = "project.saturation().plot() draws how codes were found"

    value: float
    observed: int
    n_documents: int
    reason: str | None = None
    low: float = float("nan")
    high: float = float("nan")
    confidence: float = 0.95
    n_segments: int = 0

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with one row."""
        import pandas as pd

        return pd.DataFrame([told(self)])


@question()
def chao2(
    documents: Documents,
    *,
    form: Literal["classic", "bias-corrected"] = "classic",
    confidence: float = 0.95,
) -> Richness:
    """Estimate, from codes in one and in two documents, how many there are: a lower bound.

    Parameters
    ----------
    documents : sequence of sets, array of bool (n_codes × n_documents), or CodeFrequencies
        The documents that were coded.
    form : {"classic", "bias-corrected"}
        The classic form divides by the number of codes in exactly two documents; where there is
        none, the bias-corrected form is used, and `method` says so.
    confidence : float, default 0.95
        The nominal coverage of the (log-normal) interval.

    References
    ----------
    Chao 1987, doi:10.2307/2531532: S + (m − 1)/m · Q₁²/(2 Q₂), with variance and interval;
    bias-corrected: Chao 2005, S + (m − 1)/m · Q₁(Q₁ − 1)/(2(Q₂ + 1)), as in Colwell et al. 2012,
    doi:10.1093/jpe/rtr044, and the variances of EstimateS, appendix B.

    Examples
    --------
    >>> found = chao2(CodeFrequencies([1] * 21 + [2] * 19 + [9] * 185, 50))
    >>> round(found.value, 4), round(found.standard_error, 4)
    (236.3732, 6.5436)
    """
    check_one_of(form, ("classic", "bias-corrected"), what="form")
    found = code_frequencies(documents)
    classic = form == "classic" and found.exactly(2) > 0
    method = f"Chao2, {'classic' if classic else 'bias-corrected'}"
    nothing = nothing_known(found, method, confidence)
    if nothing is not None:
        return nothing
    observed, m = found.observed, found.n_documents
    once, twice, k = found.exactly(1), found.exactly(2), (m - 1) / m
    hidden = _chao2_unseen(found, classic=classic)
    if once == 0:
        # With no code in a single document the estimate is what was seen.
        rate = math.exp(-found.incidences / observed)
        variance = observed * rate * (1 - rate)
    elif classic:
        r = once / twice
        variance = twice * (k * r**2 / 2 + k**2 * r**3 + k**2 * r**4 / 4)
    else:
        variance = (
            k * once * (once - 1) / (2 * (twice + 1))
            + k**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
            + k**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
        )
        if twice == 0:
            variance -= k**2 * once**4 / (4 * (observed + hidden))
    return _richness(observed + hidden, variance, found, method, confidence)


@question()
def jackknife_1(documents: Documents, *, confidence: float = 0.95) -> Richness:
    """Estimate how many codes there are by leaving out one document at a time.

    Parameters
    ----------
    documents : sequence of sets, array of bool (n_codes × n_documents), or CodeFrequencies
        The documents that were coded. From frequencies alone the standard error is unknown.
    confidence : float, default 0.95
        The nominal coverage of the interval.

    References
    ----------
    Heltshe & Forrester 1983, doi:10.2307/2530802: S + Q₁ (m − 1)/m.

    Examples
    --------
    >>> found = jackknife_1([{"a", "b"}, {"a"}, {"a", "c"}, {"b"}])
    >>> found.value, round(found.standard_error, 4)
    (3.75, 0.75)
    """
    found = code_frequencies(documents)
    method = "first-order jackknife"
    nothing = nothing_known(found, method, confidence)
    if nothing is not None:
        return nothing
    m, once = found.n_documents, found.exactly(1)
    value = found.observed + once * (m - 1) / m
    if found.uniques is None:
        return _richness(value, None, found, method, confidence)
    spread = sum(each**2 for each in found.uniques) - once**2 / m
    return _richness(value, (m - 1) / m * spread, found, method, confidence)


@question()
def jackknife_2(documents: Documents, *, confidence: float = 0.95) -> Richness:
    """Estimate how many codes there are by leaving out one and two documents at a time.

    Parameters
    ----------
    documents : sequence of sets, array of bool (n_codes × n_documents), or CodeFrequencies
        The documents that were coded.
    confidence : float, default 0.95
        Kept with the result, which has no interval: no variance is in general use.

    References
    ----------
    Smith & van Belle 1984, doi:10.2307/2530750:
    S + Q₁ (2m − 3)/m − Q₂ (m − 2)²/(m (m − 1)).

    Examples
    --------
    >>> round(jackknife_2(CodeFrequencies([1] * 21 + [2] * 19 + [9] * 185, 50)).value, 4)
    247.8722
    """
    found = code_frequencies(documents)
    method = "second-order jackknife"
    nothing = nothing_known(found, method, confidence)
    if nothing is not None:
        return nothing
    m, once, twice = found.n_documents, found.exactly(1), found.exactly(2)
    value = found.observed + once * (2 * m - 3) / m - twice * (m - 2) ** 2 / (m * (m - 1))
    return _richness(value, None, found, method, confidence)


@question()
def coverage(documents: Documents) -> Coverage:
    """Estimate which share of what documents say, by incidence, the codes found cover.

    Parameters
    ----------
    documents : sequence of sets, array of bool (n_codes × n_documents), or CodeFrequencies
        The documents that were coded.

    References
    ----------
    Good 1953; Chao & Jost 2012, doi:10.1890/11-1952.1, and for incidences Chao et al. 2014,
    doi:10.1890/13-0133.1: 1 − Q₁/U · (m − 1)Q₁/((m − 1)Q₁ + 2Q₂).

    Examples
    --------
    >>> round(coverage([{"a", "b"}, {"a"}, {"a", "c"}, {"b"}]).value, 4)
    0.9
    """
    found = code_frequencies(documents)
    observed, m = found.observed, found.n_documents
    once, twice = found.exactly(1), found.exactly(2)
    if not observed:
        why = _NO_CODES if m else _NO_DOCUMENTS
        return Coverage(float("nan"), observed, m, why)
    if m == 1:
        return Coverage(float("nan"), observed, m, _ONE)
    if once and not twice:
        once_less = (m - 1) * (once - 1)
        gap = once_less / (once_less + 2)
    else:
        gap = (m - 1) * once / ((m - 1) * once + 2 * twice) if once else 0.0
    return Coverage(1 - once / found.incidences * gap, observed, m)


def unseen(found: CodeFrequencies) -> float:
    """Return how many codes Chao2 adds; 0 where there is nothing to go by."""
    if not found.n_documents:
        return 0.0
    return _chao2_unseen(found, classic=found.exactly(2) > 0)


def _chao2_unseen(found: CodeFrequencies, *, classic: bool) -> float:
    once, twice = found.exactly(1), found.exactly(2)
    pairs = once**2 / (2 * twice) if classic else once * (once - 1) / (2 * (twice + 1))
    return (found.n_documents - 1) / found.n_documents * pairs


def nothing_known(found: CodeFrequencies, method: str, confidence: float) -> Richness | None:
    """Return the result where there is nothing to estimate from."""
    check_confidence(confidence)
    if found.n_documents > 1 and found.observed:
        return None
    if not found.n_documents:
        why = _NO_DOCUMENTS
    elif not found.observed:
        why = _NO_CODES
    else:
        why = _ONE
    nan = float("nan")
    return Richness(
        nan, nan, nan, nan, confidence, method, found.observed, found.n_documents, why, why
    )


def _richness(
    value: float, variance: float | None, found: CodeFrequencies, method: str, confidence: float
) -> Richness:
    return log_normal(value, variance, found.observed, found.n_documents, method, confidence)


def log_normal(
    value: float,
    variance: float | None,
    observed: int,
    n_documents: int,
    method: str,
    confidence: float,
) -> Richness:
    """Put a log-normal interval around what was not seen, so that it never falls below the seen."""
    from scipy import stats

    nan = float("nan")
    hidden = value - observed
    error, low, high = nan, nan, nan
    why: str | None = None
    if variance is None or math.isnan(variance):
        why = "no standard error is known from what was given"
    else:
        error = math.sqrt(max(0.0, variance))
        if hidden <= 0:
            why = "the estimate adds no unseen code, and the log-normal interval needs some"
        else:
            z = stats.norm.ppf((1 + confidence) / 2)
            factor = math.exp(z * math.sqrt(math.log1p(error**2 / hidden**2)))
            low, high = observed + hidden / factor, observed + hidden * factor
    return Richness(
        value, error, low, high, confidence, method, observed, n_documents, uncertainty_reason=why
    )
