"""How an interval was made, in words, in references, and as options of the call."""

from __future__ import annotations

from qualcode.model.readable import many
from qualcode.report.describing.references import (
    DAVISON_HINKLEY_1997,
    EFRON_STEIN_1981,
    WILSON_1927,
)
from qualcode.report.describing.wording import drawn_by
from qualcode.stats.uncertainty.intervals import Bounds, Interval

__all__ = [
    "interval_method",
    "interval_references",
    "interval_software",
    "seeded",
]

_REFERENCES = {
    "jackknife": (EFRON_STEIN_1981,),
    "bootstrap": (DAVISON_HINKLEY_1997,),
    "unit-bootstrap": (DAVISON_HINKLEY_1997,),
    "wilson": (WILSON_1927,),
}


def seeded(seed: int | None) -> str:
    """Return what a seed was, in words."""
    return "seed not recorded" if seed is None else f"seed {seed}"


_SCALES = {"logit": "the logit", "fisher": "Fisher's z", "log": "a logarithmic"}


def interval_method(interval: Interval | Bounds, cluster: str, *, seed: int | None = None) -> str:
    """Return how an interval was made, in words.

    Parameters
    ----------
    interval : Interval or Bounds
        One interval, or many made alike.
    cluster : str
        What was left out or drawn as a whole, such as ``"document"``.
    seed : int, optional
        The seed where the interval does not hold it.

    Examples
    --------
    >>> interval_method(Interval(0.4, 0.6, 0.95, 0.05, "jackknife", 9), "document")
    "delete-one jackknife over 9 documents, Student's t with 8 degrees of freedom"
    >>> drawn = Interval(0.4, 0.6, 0.95, 0.05, "bootstrap", 9, n_resamples=1000, seed=1)
    >>> interval_method(drawn, "document")
    'percentiles of 1,000 bootstrap samples of 9 whole documents, seed 1'
    """
    clusters = many(interval.n_clusters, cluster)
    if interval.method == "jackknife" and interval.scale != "identity":
        return (
            f"delete-one jackknife over {clusters}, Student's t on {_SCALES[interval.scale]} scale"
        )
    if interval.method == "jackknife":
        return (
            f"delete-one jackknife over {clusters}, Student's t with "
            f"{many(interval.n_clusters - 1, 'degree')} of freedom"
        )
    if interval.method == "wilson":
        return f"Wilson's score interval, {clusters} taken as independent"
    if interval.method in ("analytic", "irrcac"):
        return f"published standard error, {many(interval.n_clusters, 'unit')} taken as independent"
    drawn = many(interval.n_resamples or 0, "bootstrap sample")
    seed_was = seeded(interval.seed if seed is None else seed)
    if interval.method == "unit-bootstrap":
        return f"percentiles of {drawn} of single units, taken as independent, {seed_was}"
    whole = many(interval.n_clusters, f"whole {cluster}")
    return f"percentiles of {drawn} of {whole}, {seed_was}"


def interval_references(method: str) -> tuple[str, ...]:
    """Return the publications to cite for a method; a published standard error has its own."""
    return _REFERENCES.get(method, ())


def interval_software(interval: Interval | Bounds | None) -> tuple[str, ...]:
    """Return what else an interval needed, if there is one: NumPy, if anything was drawn for it."""
    return () if interval is None else drawn_by(interval.n_resamples)
