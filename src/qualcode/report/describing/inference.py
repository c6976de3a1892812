"""What descriptions of tests share: how many were made and how, and what could not be tested."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from qualcode.model.readable import many
from qualcode.report.describing.intervals import seeded
from qualcode.report.describing.references import (
    AGRESTI_1992,
    ANSCOMBE_1956,
    BENJAMINI_HOCHBERG_1995,
    BENJAMINI_YEKUTIELI_2001,
    BESAG_CLIFFORD_1989,
    CARSTENS_2018,
    CORNFIELD_1956,
    HALDANE_1956,
    PHIPSON_SMYTH_2010,
    STRONA_2014,
)
from qualcode.report.describing.wording import drawn_by, number
from qualcode.stats.epistemic.contrasts import NetworkContrast
from qualcode.stats.groups.differences import GroupDifferences

__all__ = [
    "FISHER",
    "FIXED_MARGINS",
    "ODDS_RATIOS",
    "RANDOMISED",
    "RATES",
    "RATES_REFERENCE",
    "WITHIN_DOCUMENTS",
    "curveball",
    "left_out",
    "number_tested",
    "p_value",
    "regrouping_software",
    "regroupings",
]

FISHER = (
    "given how many units carry each code, the number that carry both was compared with its "
    "hypergeometric distribution; two-sided p-values add up the tables that are at most as likely as "
    "the actual one. Units were taken as independent."
)
"""How Fisher's exact test goes, after a colon."""

RANDOMISED = (
    "One-sided p-values are (b + 1)/(m + 1), b of m randomisations having a count at least as far out; "
    "two-sided ones are twice the smaller of the two."
)
"""How p-values follow from randomisations."""

WITHIN_DOCUMENTS = (AGRESTI_1992, PHIPSON_SMYTH_2010)
FIXED_MARGINS = (STRONA_2014, CARSTENS_2018, BESAG_CLIFFORD_1989, PHIPSON_SMYTH_2010)
"""What to cite for randomisations that keep the one or the other."""

RATES = {
    "bh": "p-values were adjusted to false discovery rates (Benjamini–Hochberg)",
    "by": "p-values were adjusted to false discovery rates (Benjamini–Yekutieli)",
}
RATES_REFERENCE = {"bh": BENJAMINI_HOCHBERG_1995, "by": BENJAMINI_YEKUTIELI_2001}
ODDS_RATIOS = {
    "exact": (
        "by conditional maximum likelihood with the exact interval that fits Fisher's test",
        (CORNFIELD_1956,),
    ),
    "haldane": (
        "with half a unit added to each cell, their logarithm being taken as normal",
        (HALDANE_1956, ANSCOMBE_1956),
    ),
}
"""How odds ratios are estimated by each method, and what to cite."""

# More reasons than this would be a list, not a sentence.
_REASONS = 4


def number_tested(
    reason: npt.NDArray[Any], one: str = "pair of codes", more: str = "pairs of codes"
) -> str:
    """Return how many were tested, of how many.

    Examples
    --------
    >>> number_tested(np.array(["", "", "too few"], dtype=object))
    '2 of 3 pairs of codes'
    """
    every, made = np.size(reason), int(np.count_nonzero(np.asarray(reason) == ""))
    of = "" if made == every else f" of {every:,}"
    return f"{made:,}{of} {one if every == 1 else more}"


def left_out(reason: npt.NDArray[Any], what: str) -> str:
    """Return why some have none, if some have none.

    Examples
    --------
    >>> left_out(np.array(["", "too few", "too few"], dtype=object), "test")
    'For 2 there was no test: too few.'
    """
    why = list(dict.fromkeys(text for text in np.ravel(reason).tolist() if text))
    if not why:
        return ""
    count = int(np.count_nonzero(np.asarray(reason) != ""))
    if len(why) > _REASONS:
        why = [*why[:_REASONS], f"and {many(len(why) - _REASONS, 'reason')} more"]
    return f"For {count:,} there was no {what}: {'; '.join(why)}."


def p_value(value: float) -> str:
    """Return a p-value; below a thousandth it only matters that it is."""
    return "< 0.001" if value < 0.001 else number(value)


def curveball(n_trades: int | None, level: str = "code") -> str:
    """Return how tables with fixed margins were drawn; nothing where no trades were.

    Examples
    --------
    >>> curveball(10)
    'curveball, 10 trades of each code between one table and the next'
    """
    if n_trades is None:
        return ""
    return f"curveball, {many(n_trades, 'trade')} of each {level} between one table and the next"


def regroupings(result: GroupDifferences | NetworkContrast, what: str) -> str:
    """Return with what groups were compared; `what` was regrouped, such as whole documents."""
    if result.exact:
        return f"{_all_ways(result.n_resamples)} to regroup {what}"
    return (
        f"{many(result.n_resamples, 'random regrouping')} of {what} "
        f"({seeded(result.seed)}; p = (b + 1)/(m + 1), b of m regroupings spreading at least as far)"
    )


def regrouping_software(result: GroupDifferences | NetworkContrast) -> tuple[str, ...]:
    """Return what drew the regroupings, where they were not all used."""
    return drawn_by(None if result.exact else result.n_resamples)


def _all_ways(count: int) -> str:
    return "the only way there is" if count == 1 else f"all {count:,} ways"
