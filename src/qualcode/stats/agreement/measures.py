"""The measures on ratings of units: arrays of shape (coders, units)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Unpack

import numpy as np

from qualcode.errors import StatisticsError
from qualcode.stats.agreement.agreement_intervals import IntervalOptions
from qualcode.stats.agreement.alpha_kernels import alpha_kernel
from qualcode.stats.agreement.distances import (
    Distance,
    Weights,
    agreement_weights,
    weighting_name,
)
from qualcode.stats.agreement.estimating import estimate
from qualcode.stats.agreement.measure_registry import Reference, measure
from qualcode.stats.agreement.paired_kernels import Conger, Holsti, PairTables
from qualcode.stats.agreement.pooled_kernels import (
    CHANCE_FREE,
    GWET,
    SQUARES,
    UNIFORM,
    Chance,
    Pooled,
)
from qualcode.stats.agreement.ratings import Ratings, RatingsLike
from qualcode.stats.agreement.result import AgreementResult

__all__ = [
    "brennan_prediger",
    "cohen_kappa",
    "conger_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "holsti",
    "krippendorff_alpha",
    "light_kappa",
    "percent_agreement",
    "randolph_kappa",
    "scott_pi",
]

GWET_2014 = Reference("Gwet (2014)", "Handbook of inter-rater reliability, 4th edition, ch. 2-4")
HOLSTI_1969 = Reference(
    "Holsti (1969)", "Content analysis for the social sciences and humanities, p. 140"
)

Categories = Sequence[Hashable] | None


@measure("Percent agreement", "po", GWET_2014, lowest=0.0)
def percent_agreement(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the share of agreeing pairs of ratings, averaged over units rated twice or more.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights : None, str or array
        Partial agreement, as in `gwet_ac2`; by default only equal labels agree.
    categories : sequence, optional
        The labels that could have been given, by default those that were.
    **options
        An interval, see `IntervalOptions`.

    Examples
    --------
    >>> percent_agreement([["a", "b", "b", None], ["a", "b", "a", "a"]]).value
    0.6666666666666666
    """
    return _pooled("percent_agreement", ratings, weights, categories, CHANCE_FREE, options)


@measure(
    "Cohen's κ",
    "(po - pe) / (1 - pe), pe = Σ_k p_k· p_·k",
    Reference(
        "Cohen (1960)",
        "A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20",
        "10.1177/001316446002000104",
    ),
)
def cohen_kappa(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the agreement of two coders beyond what their own shares of labels would give.

    Only units that both coders rated count.

    Parameters
    ----------
    ratings : array-like of shape (2, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights : None, str or array
        None, ``"linear"``, ``"quadratic"`` or another name of `WEIGHTS`, ``"masi"`` or
        ``"jaccard"`` for frozensets, a function of two labels that gives their distance, or a
        square array in the order of the categories: 1 on its diagonal (agreement) or 0
        (disagreement). A frame of weights has the labels on both axes, in any order.
    categories : sequence, optional
        The labels that could have been given, in order; by default those of an ordered pandas
        categorical, or else those that were, sorted. Weights of labels that are no numbers
        need an order, unless a frame has their names.
    **options
        An interval, see `IntervalOptions`; ``interval="analytic"`` is the large-sample standard
        error of Fleiss, Cohen and Everitt (1969).

    Raises
    ------
    StatisticsError
        When there are more than two coders.

    Examples
    --------
    >>> cohen_kappa([["a", "a", "b", "b"], ["a", "a", "b", "a"]]).value
    0.5
    """
    read = Ratings.read(ratings, categories=categories).given
    _require_two(read, "cohen_kappa", "light_kappa, conger_kappa")
    kernel = PairTables(read, agreement_weights(weights, read))
    return estimate("cohen_kappa", kernel, options, weighting=weighting_name(weights))


@measure(
    "Light's κ",
    "the mean of Cohen's κ over pairs of coders",
    Reference(
        "Light (1971)",
        "Measures of response agreement for qualitative data, Psychological Bulletin 76",
        "10.1037/h0031643",
    ),
)
def light_kappa(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the mean of Cohen's κ over all pairs of coders who share units.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights, categories
        As in `cohen_kappa`.
    **options
        An interval, see `IntervalOptions`.

    Examples
    --------
    >>> light_kappa([["a", "a", "b"], ["a", "a", "b"], ["a", "b", "b"]]).value
    0.6
    """
    read = Ratings.read(ratings, categories=categories).given
    kernel = PairTables(read, agreement_weights(weights, read))
    return estimate("light_kappa", kernel, options, weighting=weighting_name(weights))


@measure(
    "Conger's κ",
    "(po - pe) / (1 - pe), pe = Σ_k p̄_k² - Σ_k s_k² / r",
    Reference(
        "Conger (1980)",
        "Integration and generalization of kappas for multiple raters, Psychological Bulletin 88",
        "10.1037/0033-2909.88.2.322",
    ),
)
def conger_kappa(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return Cohen's κ for any number of coders, each with their own shares of labels.

    It is also called the exact Fleiss κ, and Hubert's κ.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights, categories
        As in `cohen_kappa`.
    **options
        An interval, see `IntervalOptions`; the analytic one is Gwet's (2014).

    Examples
    --------
    >>> conger_kappa([["a", "a", "b", "b"], ["a", "a", "b", "a"]]).value
    0.5
    """
    read = Ratings.read(ratings, categories=categories)
    kernel = Conger(read, agreement_weights(weights, read))
    return estimate("conger_kappa", kernel, options, weighting=weighting_name(weights))


@measure(
    "Scott's π",
    "(po - pe) / (1 - pe), pe = Σ_k p̄_k²",
    Reference(
        "Scott (1955)",
        "Reliability of content analysis: the case of nominal scale coding, "
        "Public Opinion Quarterly 19",
        "10.1086/266577",
    ),
)
def scott_pi(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the agreement of two coders beyond what their common shares of labels would give.

    Parameters
    ----------
    ratings : array-like of shape (2, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights, categories
        As in `cohen_kappa`.
    **options
        An interval, see `IntervalOptions`.

    Raises
    ------
    StatisticsError
        When there are more than two coders.

    Examples
    --------
    >>> round(scott_pi([["a", "a", "b", "b"], ["a", "a", "b", "a"]]).value, 4)
    0.4667
    """
    read = Ratings.read(ratings, categories=categories).given
    _require_two(read, "scott_pi", "fleiss_kappa")
    return _pooled("scott_pi", read, weights, None, SQUARES, options)


@measure(
    "Fleiss' κ",
    "(po - pe) / (1 - pe), pe = Σ_k p̄_k²",
    Reference(
        "Fleiss (1971)",
        "Measuring nominal scale agreement among many raters, Psychological Bulletin 76",
        "10.1037/h0031619",
    ),
)
def fleiss_kappa(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the agreement of any number of coders beyond what common shares of labels give.

    With missing ratings it is Gwet's (2014) generalisation: agreement comes from units rated
    twice or more, shares from all units, each counting once.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights, categories
        As in `cohen_kappa`.
    **options
        An interval, see `IntervalOptions`; with ``interval="analytic"`` the result also has `z`,
        its value over the standard error under chance (Fleiss, Nee and Landis 1979), where every
        unit has the same number of ratings.

    Examples
    --------
    >>> round(fleiss_kappa([["a", "a", "b"], ["a", "a", "b"], ["a", "b", "b"]]).value, 4)
    0.55
    """
    return _pooled("fleiss_kappa", ratings, weights, categories, SQUARES, options)


@measure(
    "Randolph's κ",
    "(po - pe) / (1 - pe), pe = 1 / q",
    Reference(
        "Randolph (2005)",
        "Free-marginal multirater kappa: an alternative to Fleiss' fixed-marginal multirater kappa, "
        "Joensuu Learning and Instruction Symposium",
    ),
)
def randolph_kappa(
    ratings: RatingsLike,
    *,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the agreement of any number of coders beyond that of labels drawn evenly.

    The same number as `brennan_prediger`, by the name it has for many coders.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    categories : sequence, optional
        The labels that could have been given. Chance agreement is one over their number, so name
        them all where some do not occur.
    **options
        An interval, see `IntervalOptions`.

    Examples
    --------
    >>> round(randolph_kappa([["a", "a", "b"], ["a", "a", "b"], ["a", "b", "b"]]).value, 4)
    0.5556
    """
    return _pooled("randolph_kappa", ratings, None, categories, UNIFORM, options)


@measure(
    "Brennan-Prediger's κ",
    "(po - pe) / (1 - pe), pe = Σ w_kl / q², which is 1 / q without weights",
    Reference(
        "Brennan and Prediger (1981)",
        "Coefficient kappa: some uses, misuses, and alternatives, "
        "Educational and Psychological Measurement 41",
        "10.1177/001316448104100307",
    ),
)
def brennan_prediger(
    ratings: RatingsLike,
    *,
    weights: Weights = None,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the agreement of coders beyond that of labels drawn evenly.

    For two coders it is also called Bennett's S, and for two labels PABAK.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights, categories
        As in `cohen_kappa`; name all categories where some do not occur.
    **options
        An interval, see `IntervalOptions`.

    Examples
    --------
    >>> brennan_prediger([["a", "a", "b", "b"], ["a", "a", "b", "a"]]).value
    0.5
    """
    return _pooled("brennan_prediger", ratings, weights, categories, UNIFORM, options)


@measure(
    "Gwet's AC1",
    "(po - pe) / (1 - pe), pe = Σ_k p̄_k (1 - p̄_k) / (q - 1)",
    Reference(
        "Gwet (2008)",
        "Computing inter-rater reliability and its variance in the presence of high agreement, "
        "British Journal of Mathematical and Statistical Psychology 61",
        "10.1348/000711006X126600",
    ),
)
def gwet_ac1(
    ratings: RatingsLike,
    *,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return the agreement of coders beyond that of guesses, which are taken to be rare.

    It stays high where nearly all ratings are one label, the case in which κ and α drop.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    categories : sequence, optional
        The labels that could have been given, by default those that were.
    **options
        An interval, see `IntervalOptions`; the analytic one is Gwet's (2008, 2014).

    Examples
    --------
    >>> round(gwet_ac1([["a", "a", "b", "b"], ["a", "a", "b", "a"]]).value, 4)
    0.5294
    """
    return _pooled("gwet_ac1", ratings, None, categories, GWET, options)


@measure(
    "Gwet's AC2",
    "(po - pe) / (1 - pe), pe = Σ w_kl · Σ_k p̄_k (1 - p̄_k) / (q (q - 1))",
    GWET_2014,
)
def gwet_ac2(
    ratings: RatingsLike,
    *,
    weights: Weights = "quadratic",
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return AC1 with partial agreement between labels that are close.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    weights : None, str or array, default "quadratic"
        ``"linear"``, ``"quadratic"``, ``"radical"``, ``"ratio"``, ``"gwet-ordinal"``, or a square
        array in the order of the categories; None gives AC1.
    categories : sequence, optional
        The labels that could have been given, in order.
    **options
        An interval, see `IntervalOptions`.

    Examples
    --------
    >>> round(gwet_ac2([[1, 2, 3, 3], [1, 2, 3, 2]]).value, 4)
    0.8182
    """
    return _pooled("gwet_ac2", ratings, weights, categories, GWET, options)


@measure(
    "Krippendorff's α",
    "1 - (n - 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck",
    Reference(
        "Hayes and Krippendorff (2007)",
        "Answering the call for a standard reliability measure for coding data, "
        "Communication Methods and Measures 1; computed as in Krippendorff (2011), "
        "Computing Krippendorff's alpha-reliability",
        "10.1080/19312450709336664",
    ),
)
def krippendorff_alpha(
    ratings: RatingsLike,
    *,
    distance: str | Distance = "nominal",
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return one minus the ratio of observed to expected disagreement.

    Any number of coders, missing ratings, and every scale of measurement.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    distance : str or callable, default "nominal"
        How far two labels are apart: by the scale of measurement, ``"nominal"``, ``"ordinal"``,
        ``"interval"`` or ``"ratio"``; ``"jaccard"`` or ``"masi"`` for labels that are frozensets;
        ``"gwet-ordinal"`` for the ordinal weights of Gwet's handbook, which give another value; or a
        function of two labels that gives their distance (already squared, where a squared
        difference is meant).
    categories : sequence, optional
        The labels in order, for ordinal scales of labels that are not numbers.
    **options
        An interval, see `IntervalOptions`; the analytic one is Gwet's (2014), not known for
        ordinal, set-valued and other distances.

    Examples
    --------
    >>> coders = [[1, 2, 3, 3, None], [1, 2, 3, 2, 1]]
    >>> round(krippendorff_alpha(coders).value, 4)
    0.6667
    >>> round(krippendorff_alpha(coders, distance="interval").value, 4)
    0.8205
    """
    read = Ratings.read(ratings, categories=categories)
    kernel = alpha_kernel(read, distance)
    return estimate("krippendorff_alpha", kernel, options, weighting=weighting_name(distance))


@measure("Holsti's reliability", "2 M / (N1 + N2)", HOLSTI_1969, lowest=0.0)
def holsti(
    ratings: RatingsLike,
    *,
    categories: Categories = None,
    **options: Unpack[IntervalOptions],
) -> AgreementResult:
    """Return twice the ratings two coders share over all ratings they gave.

    With missing ratings it differs from percent agreement: a unit that one coder left alone
    counts against them. For more coders it is the mean over pairs.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        Any hashable labels; None or NaN where a coder gave none.
    categories : sequence, optional
        The labels that could have been given.
    **options
        An interval, see `IntervalOptions`.

    Examples
    --------
    >>> holsti([["a", "b", None, "b"], ["a", "a", "b", "b"]]).value
    0.5714285714285714
    """
    return estimate("holsti", Holsti(Ratings.read(ratings, categories=categories)), options)


def _pooled(
    name: str,
    ratings: RatingsLike,
    weights: Weights,
    categories: Categories,
    chance: Chance,
    options: IntervalOptions,
) -> AgreementResult:
    read = Ratings.read(ratings, categories=categories)
    matrix = agreement_weights(weights, read)
    null_test = chance is SQUARES and np.array_equal(matrix, np.eye(len(matrix)))
    kernel = Pooled(read, matrix, chance, null_test)
    return estimate(name, kernel, options, weighting=weighting_name(weights))


def _require_two(ratings: Ratings, name: str, instead: str) -> None:
    n_coders = len(ratings.codes)
    if n_coders > 2:
        raise StatisticsError(
            f"{name} compares two coders, but there are {n_coders}: "
            f"use {instead} or krippendorff_alpha, or choose two rows"
        )
