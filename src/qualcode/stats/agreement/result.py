"""The result of a measure of agreement: a value with what it rests on, or the reason for none."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.checks import check_number
from qualcode.model.counted import Counted
from qualcode.model.recipe import Answer
from qualcode.model.unsettled import Unsettled
from qualcode.stats.agreement.measure_registry import MEASURES, Measure
from qualcode.stats.agreement.ratings import FloatArray
from qualcode.stats.uncertainty.intervals import Interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AgreementResult", "CodeAgreement", "OfStudy", "StudySummary"]


@attrs.frozen
class CodeAgreement:
    """A measure for one code against all others.

    `specific` is the chance that another coder gives the code where one coder did, `share` its
    share of the ratings; `reason` says why `value` is None.
    """

    code: Hashable
    value: float | None
    observed: float | None
    expected: float | None
    specific: float | None
    share: float | None
    reason: str | None


@attrs.frozen
class StudySummary:
    """What an agreement was computed on: the study in words, without its data.

    Parameters
    ----------
    project : str
        The project's name, or what a table of assignments is called.
    revision : str or None
        Number and short id of the codebook's revision; None for a table.
    coders : tuple of str
        Who was compared.
    level : {"code", "theme", "domain"}
        What was compared.
    rollup : str or None
        The rollup of the themes or domains.
    nodes : tuple of str
        Ids of the codes, themes or domains compared.
    chosen : bool
        Whether they were named, and not all that anybody used.
    unit : str
        What a unit was.
    documents, units : int
        Documents that two of the coders covered, and the units in them.
    coverage : mapping of str to tuple of str, or None
        The documents each coder covered, where that was stated.
    coverage_from : mapping of str to {"stated", "finished", "assigned"}
        How it is known of each coder what they covered.
    counted : Counted
        Who was compared, in how many documents, and who was left out.
    uncoded : {"decision", "missing", "zero"}
        What a unit meant that a coder left uncoded in a document that they covered.
    of : str
        What was compared of a unit: ``"sets"`` of codes, each code ``"pooled"``, or one code; or codes
        in their order.
    part : {"where", "what", "weight", "order"} or None
        Which half of the disagreement, where it was split; or that weights, or codes in an order, were
        compared.
    accepted_alike : int
        How many of the codes two coders accepted from the same suggestion: there they agree with what they
        were shown.
    unsettled : Unsettled
        What of the project was not settled.
    again : str or None
        Who was compared with themselves, and at which moments, where it was one coder twice.
    names : mapping of str to str
        What people call each of the nodes.
    codebook : str or None
        The name of the codebook through which a table was read; None for a project.
    """

    project: str
    revision: str | None
    coders: tuple[str, ...]
    level: str
    rollup: str | None
    nodes: tuple[str, ...]
    chosen: bool
    unit: str
    documents: int
    units: int
    coverage: Mapping[str, tuple[str, ...]] | None = attrs.field(hash=False)
    coverage_from: Mapping[str, str] = attrs.field(hash=False)
    counted: Counted
    uncoded: str
    of: str
    part: Literal["where", "what", "weight", "order"] | None = None
    accepted_alike: int = 0
    unsettled: Unsettled = attrs.field(factory=Unsettled)
    again: str | None = None
    names: Mapping[str, str] = attrs.field(factory=dict, hash=False, repr=False)
    codebook: str | None = None

    def name_of(self, node: str) -> str:
        """Return what people call a code, theme or domain: its id, where nothing else is known."""
        return self.names.get(node, node)


class OfStudy(Answer):
    """What every result has that can be of a study, or else of ratings that were given as such."""

    __slots__ = ()
    study: StudySummary | None

    @property
    def counted(self) -> Counted | None:
        """Who was compared, and in how many documents; None where ratings were given as such."""
        return None if self.study is None else self.study.counted

    @property
    def remark(self) -> str | None:
        """What has to be said beside the value: that coders accepted the same suggestions; or None."""
        n = 0 if self.study is None else self.study.accepted_alike
        if not n:
            return None
        return (
            f"{n} of the codes were accepted by two coders from one suggestion: there they agree with what "
            "they were shown; restricted(origin=['hand', 'import']) leaves out what was suggested"
        )


@attrs.frozen
class AgreementResult(OfStudy):
    """Agreement between coders by one measure.

    Parameters
    ----------
    measure : str
        The name of the measure, as in `MEASURES`.
    value : float or None
        The measure; None where it is undefined, for the `reason` given.
    observed, expected : float or None
        Agreement observed, and expected by chance (None for measures that correct for none), both
        from 0 to 1; a chance-corrected value is (observed - expected) / (1 - expected).
    n_units, n_coders, n_categories : int
        Units rated by two coders or more, coders who rated any unit, and categories.
    reference : str
        The paper that defines the measure.
    se : float or None
        Standard error, by the method of the interval.
    interval : qualcode.stats.Interval or None
        With `low`, `high`, `confidence`, `method` and `n_clusters`; None where none was asked
        for, or where there is a reason against one. Its ends are within the measure's range.
    z : float or None
        Value over its standard error when there is chance agreement only, where published.
    reason, interval_reason : str or None
        Why there is no value; why there is no interval although one was asked for.
    codes : tuple of CodeAgreement
        The measure for each code; `per_code` shows them as a frame.
    replicates : array or None
        The values of the bootstrap.
    weighting : str or None
        How two different labels compare: the distance of Krippendorff's α, or the weights of another
        measure; None where only equal labels agree.
    study : StudySummary or None
        What was compared, where the ratings are those of a study.
    own : Measure or None
        The measure, where it is one of your own and not in `MEASURES`.
    """

    _figure = "qualcode.report.plot.estimates:estimate"

    measure: str
    value: float | None
    observed: float | None
    expected: float | None
    n_units: int
    n_coders: int
    n_categories: int
    reference: str
    se: float | None = None
    interval: Interval | None = None
    z: float | None = None
    reason: str | None = None
    interval_reason: str | None = None
    codes: tuple[CodeAgreement, ...] = attrs.field(default=(), repr=False)
    replicates: FloatArray | None = attrs.field(
        default=None, repr=False, eq=attrs.cmp_using(eq=np.array_equal)
    )
    weighting: str | None = None
    study: StudySummary | None = attrs.field(default=None, repr=False)
    own: Measure | None = attrs.field(default=None, repr=False)

    @property
    def defined(self) -> Measure:
        """The measure, with its title, formula and reference."""
        return MEASURES[self.measure.partition(".")[0]] if self.own is None else self.own

    @property
    def _print_title(self) -> str:
        if self.value is None:
            return f"{self.defined.title}: undefined, {self.reason}"
        told = f"{self.defined.title}: {self.value:.3f}"
        if self.interval is not None and self.interval.reason is None:
            low, high = self.interval.low, self.interval.high
            told += f" ({self.interval.confidence:.0%} interval {low:.3f} to {high:.3f})"
        return told.replace("-", "−") if self.value < 0 else told

    def __float__(self) -> float:
        if self.value is None:
            raise StatisticsError(f"{self.measure} is undefined: {self.reason}")
        return self.value

    @property
    def per_code(self) -> pd.DataFrame:
        """One row for each code: the measure for that code against all others.

        Empty for interval and ratio scales, whose values are not codes. For set-valued ratings
        the codes are the members of the sets.
        """
        import pandas as pd

        columns = [field.name for field in attrs.fields(CodeAgreement)]
        rows = [attrs.astuple(code, recurse=False) for code in self.codes]
        return pd.DataFrame(rows, columns=columns)

    def probability_below(self, threshold: float) -> float:
        """Return the share of bootstrap replicates below a threshold, such as .667 or .800.

        Parameters
        ----------
        threshold : float
            The least agreement to be content with.

        Raises
        ------
        StatisticsError
            When the result has no bootstrap, or it is undefined.
        """
        threshold = check_number(threshold, what="threshold", error=StatisticsError)
        if self.replicates is None:
            reason = self.reason or self.interval_reason
            if reason:
                raise StatisticsError(
                    f"the probability of {self.measure} below {threshold} is undefined: {reason}"
                )
            raise StatisticsError(
                f"the probability of {self.measure} below {threshold} needs a bootstrap: "
                "ask for interval='bootstrap' with clusters=…"
            )
        return float((self.replicates < threshold).mean())

    def to_frame(self) -> pd.DataFrame:
        """Return the result as a frame of one row.

        Its last columns are note, what to bear in mind of the interval, and remark.
        """
        import pandas as pd

        left_out = {"interval", "codes", "replicates", "study", "own", "recipe"}
        row = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(AgreementResult)
            if field.name not in left_out
        }
        for name in ("low", "high", "confidence", "method", "n_clusters"):
            row[name] = getattr(self.interval, name, None)
        row |= {"note": getattr(self.interval, "note", None), "remark": self.remark}
        return pd.DataFrame([row])
