"""Where agreement and disagreement come from: by code, by coder, by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import is_missing, looked_up, shown
from qualcode.model.recipe import Answer, told
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.alpha_kernels import alpha_kernel, unit_disagreement
from qualcode.stats.agreement.distances import Distance, weighting_name
from qualcode.stats.agreement.estimating import number
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.agreement.paired_kernels import table_estimates
from qualcode.stats.agreement.ratings import FloatArray, Ratings, RatingsLike
from qualcode.stats.agreement.result import AgreementResult, OfStudy, StudySummary
from qualcode.stats.agreement.unit_sums import Groups, divide
from qualcode.stats.arguments import check_count, check_labels

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CodeDiagnostics",
    "Disagreements",
    "LeaveOneOut",
    "UnitDisagreement",
    "code_diagnostics",
    "disagreements",
    "leave_one_coder_out",
]


@attrs.frozen
class CodeDiagnostics(OfStudy):
    """Two coders on one code, taken apart.

    Parameters
    ----------
    code : hashable
        The code.
    both, only_first, only_second, neither : int
        Units by who gave the code.
    observed : float or None
        Share of units on which the coders agree.
    positive_agreement, negative_agreement : float or None
        The chance that the other coder gives (withholds) the code where one did.
    prevalence_index : float or None
        How far the code is from being given to half of the units: 0 to 1. A high one lowers κ.
    bias_index : float or None
        How far the coders differ in how often they give the code: 0 to 1.
    kappa, kappa_max : float or None
        Cohen's κ, and the highest it could be with these coders' shares.
    pabak : float or None
        κ as it would be without prevalence and bias: 2 · observed - 1.
    reasons : dict
        Why each number that is None is undefined.
    study : StudySummary or None
        What was compared, where the ratings are those of a study.
    """

    _says = "Agreement of two coders on one code, taken apart"
    _figure = "qualcode.report.plot.two_coders:diagnostics"

    code: Hashable
    both: int
    only_first: int
    only_second: int
    neither: int
    observed: float | None
    positive_agreement: float | None
    negative_agreement: float | None
    prevalence_index: float | None
    bias_index: float | None
    kappa: float | None
    kappa_max: float | None
    pabak: float | None
    reasons: dict[str, str] = attrs.field(factory=dict)
    study: StudySummary | None = attrs.field(default=None, repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return the diagnostics as a frame of one row."""
        import pandas as pd

        row = told(self)
        del row["reasons"], row["study"]
        return pd.DataFrame([row])


@question()
def code_diagnostics(ratings: RatingsLike, code: Hashable = True) -> CodeDiagnostics:
    """Return positive and negative agreement, prevalence, bias and PABAK for one code.

    Parameters
    ----------
    ratings : array-like of shape (2, units)
        Any hashable labels; None or NaN where a coder gave none. For set-valued ratings
        (frozensets), a unit has the code if it is in the set.
    code : hashable, default True
        The code to look at; True also stands for 1.

    Raises
    ------
    StatisticsError
        When there are not two coders, or no coder gave the code.

    References
    ----------
    Cicchetti and Feinstein (1990), doi:10.1016/0895-4356(90)90159-M (positive and negative
    agreement); Byrt, Bishop and Carlin (1993), doi:10.1016/0895-4356(93)90018-V (indices, PABAK).

    Examples
    --------
    >>> found = code_diagnostics([[1, 1, 1, 0, 0], [1, 1, 0, 0, 0]])
    >>> found.positive_agreement, found.negative_agreement, round(found.pabak, 2)
    (0.8, 0.8, 0.6)
    """
    (code,) = check_labels([code], what="code")
    if is_missing(code):
        raise StatisticsError(f"code must be a label that coders gave, not {shown(code)}")
    read = Ratings.read(ratings)
    if len(read.codes) != 2:
        raise StatisticsError(f"code_diagnostics compares two coders, not {len(read.codes)}")
    has = [_has(label, code) for label in read.categories]
    if read.n_categories and not any(has):
        raise StatisticsError(
            f"no coder gave the code {looked_up(code)}; the labels are {list(read.categories)[:8]!r}."
            + did_you_mean(code, map(str, read.categories))
        )
    first, second = read.codes[:, (read.codes >= 0).all(axis=0)]
    given = np.array(has, dtype=bool)
    cells = np.bincount(2 * given[first] + given[second], minlength=4) if first.size else [0] * 4
    neither, only_second, only_first, both = (int(cell) for cell in cells)
    table = np.array([[both, only_first], [only_second, neither]], dtype=float)
    return _diagnose(code, table)


def _has(label: Hashable, code: Hashable) -> bool:
    return code in label if isinstance(label, frozenset) else label == code


def _diagnose(code: Hashable, table: np.ndarray[Any, np.dtype[np.float64]]) -> CodeDiagnostics:
    (both, only_first), (only_second, neither) = table.tolist()
    n = table.sum()
    estimates = table_estimates(table, np.eye(2))
    rows, columns = divide(table.sum(axis=1), n), divide(table.sum(axis=0), n)
    highest = divide(np.minimum(rows, columns).sum() - estimates.expected, 1 - estimates.expected)
    apart = only_first + only_second
    observed = divide(np.array(both + neither), n)
    found = {
        "observed": number(observed),
        "positive_agreement": number(divide(np.array(2 * both), 2 * both + apart)),
        "negative_agreement": number(divide(np.array(2 * neither), 2 * neither + apart)),
        "prevalence_index": number(divide(np.array(abs(both - neither)), n)),
        "bias_index": number(divide(np.array(abs(only_first - only_second)), n)),
        "kappa": number(estimates.value),
        "kappa_max": number(highest),
        "pabak": number(2 * observed - 1),
    }
    why = {
        "positive_agreement": "no coder gave the code",
        "negative_agreement": "both coders gave the code to every unit",
    }
    empty = None if n else "no unit was rated by both coders"
    reasons = {
        name: empty or why.get(name, "without variation, agreement cannot be told from chance")
        for name, value in found.items()
        if value is None
    }
    return CodeDiagnostics(
        code,
        int(both),
        int(only_first),
        int(only_second),
        int(neither),
        **found,  # type: ignore[arg-type]
        reasons=reasons,
        study=None,
    )


@attrs.frozen(eq=False)
class LeaveOneOut(Answer):
    """A measure with all coders, and without each of them.

    A value that rises without a coder points to one who codes unlike the others.
    """

    _says = "Agreement without each coder"
    _figure = "qualcode.report.plot.estimates:estimate"

    everyone: AgreementResult
    without: tuple[AgreementResult, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each coder left out: the value without them, and what it gains."""
        import pandas as pd

        full = self.everyone.value
        rows = [
            {
                "coder": coder,
                "value": result.value,
                "change": None if result.value is None or full is None else result.value - full,
                "reason": result.reason,
            }
            for coder, result in enumerate(self.without)
        ]
        return pd.DataFrame(rows, columns=["coder", "value", "change", "reason"])


@question()
def leave_one_coder_out(
    ratings: RatingsLike,
    measure: MeasureLike = "krippendorff_alpha",
    *,
    categories: Sequence[Hashable] | None = None,
    **options: Unpack[MeasureOptions],
) -> LeaveOneOut:
    """Return a measure without each coder in turn.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        As the measure takes them.
    measure : str or Measure, default "krippendorff_alpha"
        Its name in `MEASURES`, or a measure of your own.
    categories : sequence, optional
        The labels that could have been given. They stay the same whoever is left out.
    **options
        What the measure takes, such as ``distance`` or ``clusters``.

    Examples
    --------
    >>> coders = [["a", "b", "b", "a"], ["a", "b", "b", "a"], ["b", "b", "a", "a"]]
    >>> leave_one_coder_out(coders).to_frame()["value"].round(2).tolist()
    [0.12, 0.12, 1.0]
    """
    function = measure_of_ratings(measure).function
    read = Ratings.read(ratings, categories=categories)
    return LeaveOneOut(
        function(read, **options),
        tuple(function(read.without_coder(coder), **options) for coder in range(len(read.codes))),
    )


def alpha_without_each_cluster(
    ratings: Ratings, clusters: npt.ArrayLike, *, distance: str | Distance = "nominal"
) -> tuple[float, FloatArray]:
    """Return α, and α without each cluster in turn, for jackknives of what is made of several.

    Clusters in which no unit was rated twice are left out; NaN where α is undefined.
    """
    kernel = alpha_kernel(ratings, distance)
    sums = kernel.sums(Groups.read(clusters, ratings))
    sums = sums[kernel.paired(sums) > 0]
    total = sums.sum(axis=0)
    return float(kernel.estimates(total).value), kernel.estimates(total - sums).value


@attrs.frozen
class UnitDisagreement:
    """How much a unit adds to the disagreement: its share of it, and who said what how often."""

    unit: Hashable
    share: float
    n_ratings: int
    labels: dict[Hashable, int]


@attrs.frozen(eq=False)
class Disagreements(Answer):
    """Units by what they add to the observed disagreement, the most first.

    `n_units` is how many units were rated twice, `n_disagreeing` how many of them have any
    disagreement; `units` may be fewer. `weighting` says by which distance.
    """

    _says = "Units that coders disagree on, the most disputed first"
    _instead = "project.study(…).plot() draws how far coders agree on each code"

    units: tuple[UnitDisagreement, ...]
    n_units: int
    n_disagreeing: int
    weighting: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each unit, the most disputed first."""
        import pandas as pd

        names = [field.name for field in attrs.fields(UnitDisagreement)]
        return pd.DataFrame(
            [attrs.asdict(unit, recurse=False) for unit in self.units], columns=names
        )


@question()
def disagreements(
    ratings: RatingsLike,
    *,
    distance: str | Distance = "nominal",
    categories: Sequence[Hashable] | None = None,
    units: Sequence[Hashable] | None = None,
    top: int | None = 20,
) -> Disagreements:
    """Return the units behind the disagreement, ranked by what they add to it.

    Parameters
    ----------
    ratings : array-like of shape (coders, units)
        As `krippendorff_alpha` takes them.
    distance : str or callable, default "nominal"
        How far two labels are apart, as in `krippendorff_alpha`.
    categories : sequence, optional
        The labels in order.
    units : sequence, optional
        Names of the units; by default those of a frame's rows, or else their positions.
    top : int or None, default 20
        How many units to return at the most; None for all that have any disagreement.

    Examples
    --------
    >>> found = disagreements([["a", "b", "b"], ["a", "b", "a"], ["a", "b", "c"]])
    >>> found.units[0].unit, found.units[0].share
    (2, 1.0)
    """
    if top is not None:
        top = check_count(top, what="top")
    if units is not None:
        units = check_labels(units, what="units")
    read = Ratings.read(ratings, categories=categories)
    if units is not None and len(units) != read.n_units:
        raise StatisticsError(f"there are {len(units)} names for {read.n_units} units")
    if units is None and read.units is not None:
        units = read.units.tolist()
    apart = unit_disagreement(alpha_kernel(read, distance))
    shares = divide(apart, apart.sum())
    disputed = np.flatnonzero(apart > 0)
    ranked = disputed[np.argsort(-apart[disputed], kind="stable")][:top]
    rows = []
    for unit in ranked.tolist():
        codes = [code for code in read.codes[:, unit].tolist() if code >= 0]
        labels = Counter(read.categories[code] for code in codes)
        name = unit if units is None else units[unit]
        rows.append(UnitDisagreement(name, float(shares[unit]), len(codes), dict(labels)))
    n_units = int(((read.codes >= 0).sum(axis=0) > 1).sum())
    return Disagreements(tuple(rows), n_units, int(disputed.size), str(weighting_name(distance)))
