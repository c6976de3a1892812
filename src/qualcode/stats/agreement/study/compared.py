"""How far coders agree who are compared on the same units: altogether, code by code, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import attrs
import numpy as np

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_number, check_text
from qualcode.stats.agreement.agreement_intervals import IntervalOptions, MeasureOptions
from qualcode.stats.agreement.diagnostics import (
    CodeDiagnostics,
    code_diagnostics,
    leave_one_coder_out,
)
from qualcode.stats.agreement.estimating import result_row
from qualcode.stats.agreement.measure_registry import MeasureLike, measure_of_ratings
from qualcode.stats.agreement.pairwise import PairwiseAgreement, pairwise_agreement
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.coding_table import SETS
from qualcode.stats.agreement.study.compared_ratings import ComparedRatings
from qualcode.stats.agreement.study.measuring import ALPHA, measured, measured_with

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["THRESHOLDS", "Compared"]

THRESHOLDS = (0.667, 0.8)
"""Krippendorff's: the least α for tentative conclusions, and the least for firm ones."""

_OF_TWO = ("positive_agreement", "negative_agreement", "prevalence_index", "bias_index", "pabak")


class Compared(ComparedRatings):
    """What can be asked wherever coders are compared, in a project or in a table of assignments."""

    __slots__ = ()

    @question()
    def agreement(
        self, measure: MeasureLike = ALPHA, *, of: str = SETS, **options: Unpack[MeasureOptions]
    ) -> AgreementResult:
        """Return the coders' agreement by one measure, with an interval by document.

        Parameters
        ----------
        measure : str or Measure, default "krippendorff_alpha"
            Its name in `qualcode.stats.agreement.MEASURES`, or a measure of your own; one that takes
            ratings of units.
        of : str, default "sets"
            What is compared, as for `ratings`. Sets of codes are compared by Krippendorff's α with
            the MASI distance unless ``distance`` says otherwise, and by other measures as equal or not.
        **options
            What the measure takes, such as ``weights`` or ``interval``; without ``interval`` it is the
            delete-one-document jackknife.
        """
        return measured(self, measure, of, options)

    def probability_below(
        self,
        *thresholds: float,
        measure: MeasureLike = ALPHA,
        of: str = SETS,
        **options: Unpack[MeasureOptions],
    ) -> dict[float, float]:
        """Return how probable it is that agreement lies below each threshold, by a bootstrap.

        Parameters
        ----------
        *thresholds : float
            Krippendorff's .667 and .8 when none is given.
        measure, of
            As for `agreement`.
        **options
            What the measure takes, above all ``random_state`` and ``n_resamples``; documents are
            drawn.

        Raises
        ------
        StatisticsError
            When the measure is undefined, or the documents show no spread.
        """
        thresholds = tuple(
            check_number(each, what="threshold", error=StatisticsError) for each in thresholds
        )
        options = {"interval": "bootstrap", **options}
        result = self.agreement(measure, of=of, **options)
        return {each: result.probability_below(each) for each in thresholds or THRESHOLDS}

    def per_code(
        self, measure: MeasureLike = ALPHA, **options: Unpack[MeasureOptions]
    ) -> pd.DataFrame:
        """Return a frame with a row for each code: whether coders agree that it is on the unit.

        Columns: id, name, units (how many each coder put it on), value, low, high, observed, reason
        (why the value, or else its interval, is undefined); for two coders also positive_agreement,
        negative_agreement, prevalence_index, bias_index and pabak.
        """
        import pandas as pd

        rows = []
        for at, node in enumerate(self.nodes):
            units = self.units_with(at)
            result = self.agreement(measure, of=node.id, **options)
            row = {"id": node.id, "name": node.name, "units": units, **result_row(result)}
            if len(self.coders) == 2:
                found = self.diagnostics(node.id)
                row |= {name: getattr(found, name) for name in _OF_TWO}
            rows.append(row)
        return pd.DataFrame(rows)

    @question()
    def diagnostics(self, code: str) -> CodeDiagnostics:
        """Return two coders' agreement on one code, theme or domain, taken apart.

        Raises
        ------
        StatisticsError
            When there are not two coders.
        """
        check_text(code, what="code", error=StatisticsError)
        ratings = self.of_every_unit(self.present[:, :, self.number(code)])
        return attrs.evolve(code_diagnostics(ratings), code=code, study=self.summary(code))

    @question()
    def by_pair(
        self, measure: MeasureLike = ALPHA, *, of: str = SETS, **options: Unpack[MeasureOptions]
    ) -> PairwiseAgreement:
        """Return the agreement of each pair of coders.

        Parameters
        ----------
        measure, of, **options
            As for `agreement`.

        Examples
        --------
        >>> import qualcode as qc
        >>> study = qc.load_project("partnership-interviews").study(unit="sentence")
        >>> study.by_pair().matrix.round(2)
             ana   ben
        ana  NaN  0.48
        ben  0.48  NaN
        """
        self.check_of(of)
        found = pairwise_agreement(
            self.ratings_of(of),
            measure,
            coders=self.coders,
            **measured_with(self, measure, of, options),
        )
        return attrs.evolve(found, study=self.summary(of))

    @question()
    def where_and_what(self, **options: Unpack[IntervalOptions]) -> dict[str, AgreementResult]:
        """Split the disagreement into where and what.

        Parameters
        ----------
        **options
            An interval, as the measures take it.

        Returns
        -------
        dict
            ``"where"``: α on whether a unit is coded at all. ``"what"``: α (MASI) on the sets of
            codes, over the units that two coders or more coded with something. ``"both"``: α (MASI)
            on everything.
        """
        coded = np.asarray(self.present.any(axis=2))
        alpha = measure_of_ratings(ALPHA).function
        sets = self.sets_of(coded)
        shared: Any = {"clusters": self.clusters_of(SETS), **options}
        where = alpha(self.yes_or_no(coded), **shared)
        what = alpha(sets, distance="masi", **shared)
        return {
            "where": attrs.evolve(where, study=self.summary(SETS, part="where")),
            "what": attrs.evolve(what, study=self.summary(SETS, part="what")),
            "both": self.agreement(**options),
        }

    def leave_one_coder_out(
        self, measure: MeasureLike = ALPHA, *, of: str = SETS, **options: Unpack[MeasureOptions]
    ) -> pd.DataFrame:
        """Return a frame with the measure without each coder in turn, and what it gains."""
        measure_of_ratings(measure)
        self.check_of(of)
        asked = measured_with(self, measure, of, options)
        left = leave_one_coder_out(self.ratings_of(of), measure, **asked)
        return left.to_frame().assign(coder=list(self.coders))
