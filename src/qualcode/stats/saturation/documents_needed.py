"""How many more documents it takes to have met most of the codes there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_confidence, check_resamples, numbers
from qualcode.stats.saturation.frequency_counts import CodeFrequencies, Documents, code_frequencies
from qualcode.stats.saturation.richness import nothing_known, unseen
from qualcode.stats.uncertainty.resampling import RandomState, as_generator, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DocumentsNeeded", "documents_needed"]

Floats: TypeAlias = NDArray[np.float64]


@attrs.frozen(eq=False)
class DocumentsNeeded(Answer):
    """How many more documents it takes to have met a share of the codes there are.

    Parameters
    ----------
    shares : array of float
        The shares; 1 stands for all codes but half of one, which no number of documents reaches.
    more : array of float
        Documents beyond those coded; 0 where so many codes were met, NaN where `reason` says why.
    low, high : array of float
        What other documents of the kind would have led to, with probability `confidence`.
    confidence : float
        The probability.
    observed, n_documents : int
        Codes met, and documents coded.
    estimated : float
        The codes there are, as `chao2` estimates them.
    n_resamples : int
        How many sets of documents were drawn for the interval.
    reason : str or None
        Why there is no answer.
    seed : int or None
        The seed, where one was given.
    """

    _says = "How many more documents it takes to have met a share of the codes there are"
    _figure = "qualcode.report.plot.estimates:documents_needed"

    shares: Floats
    more: Floats
    low: Floats
    high: Floats
    confidence: float
    observed: int
    n_documents: int
    estimated: float
    n_resamples: int
    reason: str | None = None
    seed: int | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each share: share, codes (that it is), more, low, high (documents), reason."""
        import pandas as pd

        return pd.DataFrame(
            {
                "share": self.shares,
                "codes": self.shares * self.estimated,
                "more": self.more,
                "low": self.low,
                "high": self.high,
                "reason": self.reason or "",
            }
        )


@question()
def documents_needed(
    documents: Documents,
    shares: Sequence[float] = (0.9, 0.95, 0.99, 1.0),
    *,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: RandomState = None,
) -> DocumentsNeeded:
    """Estimate how many more documents it takes to have met a share of the codes there are.

    Parameters
    ----------
    documents : sequence of sets, array of bool (n_codes × n_documents), or CodeFrequencies
        The documents that were coded.
    shares : sequence of float, default (0.9, 0.95, 0.99, 1.0)
        Of the codes that `chao2` estimates; 1 for all but half of one.
    confidence : float, default 0.95
        The probability that the interval holds.
    n_resamples : int, default 1000
        How many sets of as many documents are drawn from what the documents tell, with the codes that
        were not met.
    random_state : int or numpy.random.Generator
        The seed; drawn, and kept with the result, when not given.

    References
    ----------
    Chao et al. 2009, doi:10.1890/07-2147.1, eq. 12; Colwell et al. 2012, doi:10.1093/jpe/rtr044; the
    drawing of documents: Chao et al. 2014, doi:10.1890/13-0133.1, appendix G.

    Examples
    --------
    >>> found = documents_needed(
    ...     CodeFrequencies([1] * 21 + [2] * 19 + [9] * 185, 50), [0.99], random_state=1
    ... )
    >>> found.more.round(1)
    array([43.3])
    """
    found = code_frequencies(documents)
    wanted = numbers(shares, what="shares", ndim=1)
    if not wanted.size or not np.all((wanted > 0) & (wanted <= 1)):
        raise StatisticsError("shares must be above 0, and at most 1")
    confidence, n_resamples = check_confidence(confidence), check_resamples(n_resamples)
    nothing = nothing_known(found, "Chao2", confidence)
    if nothing is not None:
        blank = np.full(wanted.shape, np.nan)
        return DocumentsNeeded(
            wanted, blank, blank, blank, confidence, found.observed, found.n_documents, float("nan"),
            n_resamples, nothing.reason, seed_of(random_state),
        )  # fmt: skip
    rng = as_generator(random_state)
    chances = _chances(found)
    drawn = np.array(
        [
            _more(CodeFrequencies(each[each > 0].tolist(), found.n_documents), wanted)
            for each in rng.binomial(found.n_documents, chances, (n_resamples, len(chances)))
        ]
    )
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return DocumentsNeeded(
        wanted, _more(found, wanted), low, high, confidence, found.observed, found.n_documents,
        found.observed + unseen(found), n_resamples, None, seed_of(random_state),
    )  # fmt: skip


def _more(found: CodeFrequencies, shares: Floats) -> Floats:
    """Return when the extrapolated curve of codes reaches shares of what it goes to."""
    hidden = unseen(found)
    if hidden <= 0:
        return np.zeros(shares.shape)
    every = found.observed + hidden
    left = np.where(shares < 1, (1 - shares) * every, min(0.5, hidden))
    once = found.exactly(1)
    step = once / (once + found.n_documents * hidden)
    more: Floats = np.log(np.minimum(1.0, left / hidden)) / math.log1p(-step) + 0.0
    return more


def _chances(found: CodeFrequencies) -> Floats:
    """Return in what share of documents each code can be taken to be, those not met included."""
    m, hidden, once = found.n_documents, unseen(found), found.exactly(1)
    share = np.array(found.frequencies) / m
    # What was not met has this much of all incidences of a document; what was met has the less.
    missing = once / m * (m * hidden / (m * hidden + once)) if hidden > 0 else 0.0
    fades = (1 - share) ** m
    total = float((share * fades).sum())
    met = share * (1 - (missing / total) * fades) if total > 0 else share
    more = math.ceil(hidden)
    unmet = np.full(more, missing / max(more, 1))
    chances: Floats = np.clip(np.concatenate([met, unmet]), 0.0, 1.0)
    return chances
