"""How many documents to plan for, from how common the rarest theme of interest is."""

from __future__ import annotations

import math

from qualcode.stats.arguments import check_between, check_count

__all__ = ["fugard_potts_power", "fugard_potts_size", "galvin_probability", "galvin_size"]


def galvin_size(prevalence: float, *, probability: float = 0.95) -> int:
    """Return how many documents show a theme at least once with the probability asked for.

    Parameters
    ----------
    prevalence : float
        The share of documents that have the theme.
    probability : float, default 0.95
        How sure to be.

    References
    ----------
    Galvin 2015, doi:10.1016/j.jobe.2014.12.001: ln(1 − P)/ln(1 − R).

    Examples
    --------
    >>> [galvin_size(prevalence) for prevalence in (0.05, 0.1, 0.2, 0.3)]
    [59, 29, 14, 9]
    """
    _check_share("prevalence", prevalence)
    _check_share("probability", probability)
    return fugard_potts_size(prevalence, power=probability)


def galvin_probability(n_documents: int, prevalence: float) -> float:
    """Return the probability that so many documents show a theme at least once.

    Parameters
    ----------
    n_documents : int
        How many documents.
    prevalence : float
        The share of documents that have the theme.

    References
    ----------
    Galvin 2015, doi:10.1016/j.jobe.2014.12.001: 1 − (1 − R)ⁿ.

    Examples
    --------
    >>> round(galvin_probability(59, 0.05), 4)
    0.9515
    """
    return fugard_potts_power(n_documents, prevalence)


def fugard_potts_size(prevalence: float, *, instances: int = 1, power: float = 0.8) -> int:
    """Return how many documents show a theme so often with the power asked for.

    Parameters
    ----------
    prevalence : float
        The share of documents that have the theme.
    instances : int, default 1
        In how many documents it should be.
    power : float, default 0.8
        How sure to be.

    References
    ----------
    Fugard & Potts 2015, doi:10.1080/13645579.2015.1005453: the least n with
    P(Bin(n, p) ≥ instances) ≥ power.

    Examples
    --------
    >>> fugard_potts_size(0.1, instances=2)
    29
    """
    from scipy import stats

    _check_share("prevalence", prevalence)
    _check_share("power", power)
    _check_count("instances", instances)
    # Documents without the theme before it was seen so often; rounding may be a document off.
    n = int(stats.nbinom.ppf(power, instances, prevalence)) + instances
    while n > instances and fugard_potts_power(n - 1, prevalence, instances=instances) >= power:
        n -= 1
    while fugard_potts_power(n, prevalence, instances=instances) < power:
        n += 1
    return n


def fugard_potts_power(n_documents: int, prevalence: float, *, instances: int = 1) -> float:
    """Return the probability that so many documents show a theme so often.

    Parameters
    ----------
    n_documents : int
        How many documents.
    prevalence : float
        The share of documents that have the theme.
    instances : int, default 1
        In how many documents it should be.

    References
    ----------
    Fugard & Potts 2015, doi:10.1080/13645579.2015.1005453.

    Examples
    --------
    >>> round(fugard_potts_power(29, 0.1, instances=2), 4)
    0.8011
    """
    from scipy import stats

    _check_share("prevalence", prevalence)
    _check_count("instances", instances)
    _check_count("n_documents", n_documents)
    if instances == 1:
        return -math.expm1(n_documents * math.log1p(-prevalence))
    return float(stats.binom.sf(instances - 1, n_documents, prevalence))


def _check_share(name: str, value: float) -> None:
    check_between(value, 0, 1, what=name, advice="give a share, 0 and 1 excluded")


def _check_count(name: str, value: int) -> None:
    check_count(value, what=name, least=1)
