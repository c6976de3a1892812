"""Planning: how many documents to code twice for an interval of a wanted width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_kind, check_number, shown
from qualcode.model.recipe import Answer, told
from qualcode.stats.agreement.paired_kernels import table_error
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.arguments import check_confidence

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SampleSize", "sample_size"]

# No study codes this many documents twice; a width that needs more is out of reach.
_MOST = 1_000_000


@attrs.frozen(eq=False)
class SampleSize(Answer):
    """How many documents to code twice.

    Parameters
    ----------
    documents : int
        The number of documents.
    width : float
        The width the interval should have at the most.
    confidence : float
        The level of the interval.
    spread : float
        The standard deviation that one document contributes: the standard error with `g`
        documents is spread / √g.
    source : str
        Where the spread is from.
    pilot : AgreementResult or None
        The pilot that it is from, if it is from one.
    """

    _says = "How many documents to code twice"
    _instead = "it is one number; project.study(…).plot() draws the agreement with its intervals"

    documents: int
    width: float
    confidence: float
    spread: float
    source: str
    pilot: AgreementResult | None = attrs.field(default=None, repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the plan as a frame of one row."""
        import pandas as pd

        row = told(self)
        del row["pilot"]
        return pd.DataFrame([row])


@question()
def sample_size(
    width: float,
    *,
    pilot: AgreementResult | None = None,
    kappa: float | None = None,
    prevalence: float | None = None,
    units_per_document: float | None = None,
    correlation: float | None = None,
    confidence: float = 0.95,
) -> SampleSize:
    """Return how many documents to code twice for an interval of a width.

    From a pilot of any measure: its standard error by documents falls with the square root of
    their number. Or from assumptions on one code and two coders: the variance of κ of Fleiss,
    Cohen and Everitt (1969) for coders with equal shares (Cantor 1996), times the design effect
    1 + (m - 1) ρ of units that lie together in documents (Kish 1965). The interval is Student's t
    over documents.

    Parameters
    ----------
    width : float
        The distance from the lower to the upper end of the interval wanted.
    pilot : AgreementResult, optional
        With an interval by clusters.
    kappa : float, optional
        Without a pilot: Cohen's κ as it is expected to be.
    prevalence : float, optional
        The share of units expected to have the code, between 0 and 1.
    units_per_document : float, optional
        How many units a document has.
    correlation : float, optional
        How alike units of one document are in whether the coders agree on them: 0 when they are
        independent, 1 when a document is agreed on as a whole.
    confidence : float, default 0.95
        The level of the interval.

    Raises
    ------
    StatisticsError
        When there is neither a pilot nor all assumptions, an argument is out of its range, or
        the pilot says nothing about variation between documents.

    References
    ----------
    Fleiss, Cohen and Everitt (1969), doi:10.1037/h0028106; Cantor (1996),
    doi:10.1037/1082-989X.1.2.150; Kish (1965), Survey sampling, ch. 5.

    Examples
    --------
    >>> sample_size(
    ...     0.2, kappa=0.7, prevalence=0.3, units_per_document=40, correlation=0.05
    ... ).documents
    20
    """
    check_width(width)
    confidence = check_confidence(confidence)
    if pilot is not None:
        check_kind(pilot, AgreementResult, what="pilot", error=StatisticsError)
    for name, value in (
        ("kappa", kappa), ("prevalence", prevalence), ("units_per_document", units_per_document),
        ("correlation", correlation),
    ):  # fmt: skip
        if value is not None:
            check_number(value, what=name, error=StatisticsError)
    assumed = (kappa, prevalence, units_per_document, correlation)
    if pilot is not None and assumed == (None,) * 4:
        spread, source = _from_pilot(pilot)
    elif (
        pilot is None
        and kappa is not None
        and prevalence is not None
        and units_per_document is not None
        and correlation is not None
    ):
        spread = _assumed_spread(kappa, prevalence, units_per_document, correlation)
        source = (
            f"Fleiss, Cohen and Everitt (1969) with κ {kappa:g}, prevalence {prevalence:g}, "
            f"{units_per_document:g} units a document, correlation {correlation:g}"
        )
    else:
        raise StatisticsError(
            "sample_size takes either a pilot, or all of kappa, prevalence, units_per_document "
            "and correlation"
        )
    return SampleSize(
        _least_documents(spread, width, confidence), width, confidence, spread, source, pilot
    )


def check_width(width: object) -> None:
    """Check how wide an interval is to be."""
    if not check_number(width, what="width", error=StatisticsError) > 0:
        raise StatisticsError(f"width is {shown(width)}, but must be above 0")


def _from_pilot(pilot: AgreementResult) -> tuple[float, str]:
    interval = pilot.interval
    why = pilot.reason or pilot.interval_reason
    if interval is None and why is not None:
        raise StatisticsError(f"the pilot has no interval to plan from: {why}")
    if interval is None or pilot.se is None or interval.method not in ("jackknife", "bootstrap"):
        raise StatisticsError(
            "the pilot has no interval by documents: compute it with clusters=…, the document of "
            "each unit"
        )
    if pilot.se == 0:
        raise StatisticsError(
            "the documents of the pilot all agree alike, so that they do not tell how much "
            "others vary: give assumptions in its place"
        )
    source = f"{interval.method} of {pilot.measure} over {interval.n_clusters} documents"
    return float(pilot.se * np.sqrt(interval.n_clusters)), source


def _assumed_spread(
    kappa: float, prevalence: float, units_per_document: float, correlation: float
) -> float:
    if not 0 < prevalence < 1:
        raise StatisticsError(f"prevalence is {prevalence!r}, but must lie between 0 and 1")
    if not 0 <= correlation <= 1:
        raise StatisticsError(f"correlation is {correlation!r}, but must lie from 0 to 1")
    if units_per_document < 1:
        raise StatisticsError(
            f"units_per_document is {units_per_document!r}, but must be 1 or more"
        )
    free = prevalence * (1 - prevalence)
    both, neither = prevalence**2 + kappa * free, (1 - prevalence) ** 2 + kappa * free
    apart = free * (1 - kappa)
    if not kappa < 1 or min(both, neither) < 0:
        lowest = -min(prevalence / (1 - prevalence), (1 - prevalence) / prevalence)
        raise StatisticsError(
            f"kappa is {kappa!r}, but with a prevalence of {prevalence:g} it must lie between "
            f"{lowest:.3f} and 1"
        )
    of_unit = table_error(np.array([[both, apart], [apart, neither]]), np.eye(2)).size
    effect = 1 + (units_per_document - 1) * correlation
    return float(of_unit * np.sqrt(effect / units_per_document))


def _least_documents(spread: float, width: float, confidence: float) -> int:
    from scipy.special import stdtrit

    upper = 1 - (1 - confidence) / 2

    def wide(documents: int) -> bool:
        reach = 2 * stdtrit(documents - 1, upper) * spread / np.sqrt(documents)
        return bool(reach > width)

    most = 2
    while wide(most):
        if most > _MOST:
            raise StatisticsError(
                f"an interval of width {width:g} needs more than {_MOST:,} documents"
            )
        most *= 2
    # The width falls with every document, so the least number lies above half of this.
    least = max(2, most // 2)
    while least < most:
        middle = (least + most) // 2
        least, most = (middle + 1, most) if wide(middle) else (least, middle)
    return most
