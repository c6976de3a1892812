"""When enough records are screened: how likely it is that relevant ones were missed, and what an order saves.

Callaghan MW, Müller-Hansen F (2020). Statistical stopping criteria for automated screening in systematic
reviews. Systematic Reviews 9, 273. https://doi.org/10.1186/s13643-020-01521-4
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_number, check_whole
from qualcode.model.recipe import Answer, told

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["StoppingRule", "ordering_loss", "stopping_rule", "work_saved"]

Flags = npt.NDArray[np.int64]

_STEPS = 40


@attrs.frozen
class StoppingRule(Answer):
    """Whether screening may stop, by a test of the hypothesis that too many relevant records were missed.

    Parameters
    ----------
    p : float
        Probability of finding so few relevant records among those screened last, were less than the target
        found; the smallest over all ends of the order.
    target : float
        The share of relevant records that is to be found.
    confidence : float
        One minus the level at which the hypothesis is rejected.
    screened, total : int
        How many records were screened, of how many.
    found : int
        How many of them are relevant.
    recall_at_least : float or None
        The highest share for which the same test rejects; None where it rejects for none.
    """

    _instead = "one number and what it rests on: print it"

    p: float
    target: float
    confidence: float
    screened: int
    total: int
    found: int
    recall_at_least: float | None

    @property
    def is_met(self) -> bool:
        """Whether screening may stop."""
        return self.p < 1 - self.confidence

    @property
    def missed_at_most(self) -> int | None:
        """How many relevant records may still be unseen at that confidence; None where that is not known."""
        if self.recall_at_least is None:
            return self.total - self.screened
        return min(
            int(np.floor(self.found / self.recall_at_least - self.found + 1e-9)),
            self.total - self.screened,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row: the parameters, whether it is met, and how many may be missed at most."""
        import pandas as pd

        return pd.DataFrame(
            [{**told(self), "is_met": self.is_met, "missed_at_most": self.missed_at_most}]
        )

    @property
    def _print_title(self) -> str:
        verdict = "may stop" if self.is_met else "is to go on"
        return (
            f"Screening {verdict}: {self.screened:,} of {self.total:,} records screened, {self.found:,} "
            f"relevant; p = {self.p:.3g} that {self.target:.0%} of them are not found yet"
        )


def _flags(labels: Sequence[object]) -> Flags:
    made = np.asarray([bool(each) for each in labels], dtype=np.int64)
    if made.ndim != 1:
        raise StatisticsError("labels are a sequence: whether each record is relevant, in order")
    return made


@question("stopping_rule", called="function")
def stopping_rule(
    labels: Sequence[object], total: int, *, target: float = 0.95, confidence: float = 0.95
) -> StoppingRule:
    r"""Test whether enough records are screened, for those that are screened in a learned order.

    For each end of the order, of `n` records with `k` relevant among them, the hypothesis that less than the
    target is found asks for :math:`K = \lfloor R/\tau + 1 - (R - k) \rfloor` relevant ones among these and
    all that are not screened; the probability of at most `k` in a random draw of `n` is hypergeometric.
    The smallest over all ends is p. As the end is chosen by what it gives, it is too small where the order
    says nothing: Callaghan and Müller-Hansen (2020), eqs. 2–4.

    Parameters
    ----------
    labels : sequence of bool
        Whether each record that was screened is relevant, in the order screened.
    total : int
        How many records there are, screened or not.
    target : float, default 0.95
        The share of relevant records that is to be found, above 0 and up to 1.
    confidence : float, default 0.95
        One minus the level of the test.

    Raises
    ------
    StatisticsError
        When more are screened than there are.

    Examples
    --------
    >>> found = stopping_rule([True] * 95 + [False] * 400, 1_000)
    >>> round(found.p, 6), found.is_met
    (0.029794, True)
    """
    from scipy.stats import hypergeom

    flags = _flags(labels)
    n_all = check_whole(total, what="total", error=StatisticsError, least=len(flags))
    share = check_number(target, what="target", error=StatisticsError, least=1e-6, most=1)
    sure = check_number(confidence, what="confidence", error=StatisticsError, least=0, most=1)
    found = int(flags.sum())
    sizes = np.arange(1, len(flags) + 1)
    inside = flags[::-1].cumsum()
    around = n_all - (len(flags) - sizes)

    def chance(wanted: float) -> float:
        if len(flags) == n_all:
            return 0.0
        if not len(flags):
            return 1.0
        needed = np.floor(found / wanted + 1 - (found - inside))
        # More relevant records than there are left cannot be: that hypothesis is out of the question.
        known = np.where(needed <= around, hypergeom.cdf(inside, around, needed, sizes), 0.0)
        return float(known.min())

    p = chance(share)
    return StoppingRule(p, share, sure, len(flags), n_all, found, _highest(chance, 1 - sure, found))


def _highest(chance: Callable[[float], float], level: float, found: int) -> float | None:
    """Return the highest share of relevant records of which the test says that it is found."""
    if not found or chance(1e-6) >= level:
        return None
    if chance(1.0) < level:
        return 1.0
    low, high = 1e-6, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < level else (low, middle)
    return low


def work_saved(labels: Sequence[object], recall: float = 0.95) -> float:
    """Return the work saved over sampling: the share of records that need not be screened, less chance's.

    :math:`(TN + FN)/N - (1 - r)` at the first place of the order where the recall `r` is reached: Cohen,
    Hersh, Peterson, Yen (2006), https://doi.org/10.1197/jamia.M1929.

    Parameters
    ----------
    labels : sequence of bool
        Whether each record is relevant, in the order screened; all records.
    recall : float, default 0.95
        Which share of relevant records is to be found.

    Raises
    ------
    StatisticsError
        When no record is relevant.

    Examples
    --------
    >>> round(work_saved([1] * 19 + [0] * 60 + [1] + [0] * 20), 2)
    0.76
    """
    flags = _flags(labels)
    share = check_number(recall, what="recall", error=StatisticsError, least=0, most=1)
    if not flags.sum():
        raise StatisticsError("no record is relevant, so there is nothing to find")
    needed = int(np.argmax(flags.cumsum() >= share * flags.sum() - 1e-9)) + 1
    return (len(flags) - needed) / len(flags) - (1 - share)


def ordering_loss(labels: Sequence[object]) -> float:
    """Return how far an order is from the best: 0 where relevant records come first, 1 where they come last.

    The share of pairs of a relevant and another record in which the other one comes first; ½ by chance.

    Parameters
    ----------
    labels : sequence of bool
        Whether each record is relevant, in the order screened; all records.

    Raises
    ------
    StatisticsError
        When all are relevant, or none.

    Examples
    --------
    >>> ordering_loss([1, 0]), ordering_loss([0, 1]), ordering_loss([1, 0, 1])
    (0.0, 1.0, 0.5)
    """
    flags = _flags(labels)
    found = int(flags.sum())
    if found in (0, len(flags)):
        raise StatisticsError("all records are relevant, or none: there is nothing to order")
    before = np.cumsum(1 - flags)
    return float(before[flags == 1].sum() / (found * (len(flags) - found)))
