"""Measures on scores: how far coders give the same numbers, such as weights or intensities."""

from __future__ import annotations

from typing import Unpack

from qualcode.stats.agreement.agreement_intervals import IntervalOptions
from qualcode.stats.agreement.estimating import estimate
from qualcode.stats.agreement.measure_registry import Reference, measure
from qualcode.stats.agreement.ratings import Ratings, RatingsLike
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.score_kernels import (
    FORMS,
    Concordance,
    Form,
    Intraclass,
    scored_by_all,
)
from qualcode.stats.arguments import check_one_of

__all__ = ["intraclass_correlation", "lin_concordance"]

_UNPAIRED = "no unit was scored by all coders"


@measure(
    "Intraclass correlation",
    "(MS_units - MS_noise) / (MS_units + …), by the form of the analysis of variance",
    Reference(
        "Shrout and Fleiss (1979)",
        "Intraclass correlations: uses in assessing rater reliability, Psychological Bulletin 86",
        "10.1037/0033-2909.86.2.420",
    ),
)
def intraclass_correlation(
    ratings: RatingsLike, *, form: Form = "2,1", **options: Unpack[IntervalOptions]
) -> AgreementResult:
    """Return an intraclass correlation: of the spread of scores, the share that units account for.

    Units that some coder did not score are left out.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Numbers; None or NaN where a coder gave none.
    form : {"1,1", "1,k", "2,1", "2,k", "3,1", "3,k"}, default "2,1"
        Shrout and Fleiss's number. ``"1"``: each unit was scored by other coders; ``"2"``: the same coders
        scored all units, and stand for others, so that it counts against them if one scores higher
        throughout (agreement); ``"3"``: these coders alone matter, and such a shift does not count
        (consistency). ``"…,1"``: how reliable one coder's score is; ``"…,k"``: the mean over the coders.
    **options
        An interval, see `IntervalOptions`; ``"analytic"`` has Shrout and Fleiss's limits, from F.

    Raises
    ------
    StatisticsError
        When a rating is no number, or there is no such form.

    References
    ----------
    Shrout and Fleiss (1979), doi:10.1037/0033-2909.86.2.420.

    Examples
    --------
    >>> scores = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
    >>> {form: round(intraclass_correlation(scores, form=form).value, 2) for form in ("1,1", "2,1", "3,k")}
    {'1,1': 0.17, '2,1': 0.29, '3,k': 0.91}
    """
    check_one_of(form, FORMS, what="form")
    read = scored_by_all(Ratings.read(ratings), "intraclass_correlation")
    return estimate(
        "intraclass_correlation",
        Intraclass(read, form),
        options,
        weighting=f"in the form ICC({form}) of Shrout and Fleiss",
        unpaired=_UNPAIRED,
    )


@measure(
    "Lin's concordance",
    "2 Σ s_jk / Σ (s_j² + s_k² + (m_j - m_k)²), over pairs of coders",
    Reference(
        "Lin (1989)",
        "A concordance correlation coefficient to evaluate reproducibility, Biometrics 45; of more than two "
        "coders as in Barnhart, Haber and Song (2002), doi:10.1111/j.0006-341X.2002.01020.x",
        "10.2307/2532051",
    ),
    lowest=-1.0,
)
def lin_concordance(ratings: RatingsLike, **options: Unpack[IntervalOptions]) -> AgreementResult:
    """Return Lin's concordance: how close pairs of scores lie to the line on which they are equal.

    It is Pearson's correlation, lowered by what coders differ in mean and in spread. Units that some coder
    did not score are left out.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Numbers; None or NaN where a coder gave none. With more than two coders, numerators and denominators
        are added up over pairs before dividing.
    **options
        An interval, see `IntervalOptions`; ``"analytic"``, of two coders, is Lin's on Fisher's scale.

    Raises
    ------
    StatisticsError
        When a rating is no number.

    References
    ----------
    Lin (1989), doi:10.2307/2532051; its standard error as corrected in Lin (2000),
    doi:10.1111/j.0006-341X.2000.00324.x;
    Barnhart, Haber and Song (2002), doi:10.1111/j.0006-341X.2002.01020.x.

    Examples
    --------
    >>> round(lin_concordance([[1, 2, 3, 4], [2, 3, 4, 5]]).value, 3)
    0.714
    """
    read = scored_by_all(Ratings.read(ratings), "lin_concordance")
    return estimate("lin_concordance", Concordance(read), options, unpaired=_UNPAIRED)
