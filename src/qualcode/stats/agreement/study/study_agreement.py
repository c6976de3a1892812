"""How far the coders of a study agree: altogether, code by code, pair by pair, and document by document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack

import attrs

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_number, check_text
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.diagnostics import CodeDiagnostics, code_diagnostics
from qualcode.stats.agreement.estimating import result_row
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.pairwise import PairwiseAgreement, pairwise_agreement
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.agreement_course import AgreementCourse, agreement_course
from qualcode.stats.agreement.study.agreement_difference import (
    AgreementDifference,
    agreement_difference,
)
from qualcode.stats.agreement.study.coding_table import SETS
from qualcode.stats.agreement.study.measuring import ALPHA, measured, measured_with
from qualcode.stats.agreement.study.negotiation import Negotiation, negotiation
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.agreement.study.study_scores import (
    Absent,
    agreement_on_order,
    agreement_on_weights,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["THRESHOLDS", "StudyAgreement"]

THRESHOLDS = (0.667, 0.8)
"""Krippendorff's: the least α for tentative conclusions, and the least for firm ones."""

_OF_TWO = ("positive_agreement", "negative_agreement", "prevalence_index", "bias_index", "pabak")


@attrs.frozen(eq=False, repr=False)
class StudyAgreement(StudyRatings):
    """A study, and how far its coders agree.

    Its fields are those of `StudyRatings`.
    """

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
            units = tuple(self.present[:, :, at].sum(axis=1).tolist())
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
        ratings = self.yes_or_no(self.present[:, :, self.number(code)])
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
    def by_document(
        self,
        measure: MeasureLike = ALPHA,
        *,
        of: str = SETS,
        order: Literal["time", "document"] = "time",
        **options: Unpack[MeasureOptions],
    ) -> AgreementCourse:
        """Return the agreement in each document, and how it went on as the documents were coded.

        Parameters
        ----------
        measure, of, **options
            As for `agreement`; there are no intervals within a document.
        order : {"time", "document"}, default "time"
            Documents by when the compared coders last coded in them, or as the project has them.

        Examples
        --------
        >>> import qualcode as qc
        >>> study = qc.load_project("partnership-interviews").study(unit="sentence")
        >>> course = study.by_document()
        >>> course.documents[:3], course.values[:3].round(2)
        (('int-01', 'int-02', 'int-03'), array([0.4 , 0.48, 0.47]))
        """
        return agreement_course(self, measure, of, order, options)

    @question()
    def difference(
        self,
        other: StudyAgreement,
        measure: MeasureLike = ALPHA,
        *,
        of: str = SETS,
        **options: Unpack[MeasureOptions],
    ) -> AgreementDifference:
        """Return by how much coders agree more here than in another study, with an interval by document.

        The other may be of other coders or codes, of another state of the project, or of other documents:
        documents that are in both studies are left out of both, or drawn for both, at once.

        Parameters
        ----------
        other : Study
            What is subtracted: that before a training, or without a code.
        measure, of, **options
            As for `agreement`; ``interval`` is ``"jackknife"``, the default, or ``"bootstrap"``.

        Raises
        ------
        StatisticsError
            When `of` names what the other study does not compare.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("partnership-interviews")
        >>> all_codes = project.study(unit="sentence")
        >>> few = project.study(unit="sentence", codes=["trust", "communication"])
        >>> found = few.difference(all_codes)
        >>> round(found.value, 2), found.shared
        (0.05, 9)
        """
        return agreement_difference(self, other, measure, of, options)

    @question()
    def intensity(
        self,
        of: str,
        measure: MeasureLike = ALPHA,
        *,
        absent: Absent = "missing",
        **options: Unpack[MeasureOptions],
    ) -> AgreementResult:
        """Return how far coders agree on the weights that they gave to one code.

        A coder's rating of a unit is the greatest weight that they gave to the code there.

        Parameters
        ----------
        of : str
            Id of a code, theme or domain.
        measure : str or Measure, default "krippendorff_alpha"
            With the distance ``"interval"`` unless ``distance`` says otherwise;
            ``"intraclass_correlation"``, ``"lin_concordance"``, or ``"cohen_kappa"`` with
            ``weights="quadratic"`` suit weights as well.
        absent : {"missing", "zero"}, default "missing"
            What a unit counts as on which a coder did not put the code. ``"missing"`` compares how strong
            it is where both see it, ``"zero"`` also whether.
        **options
            As for `agreement`.

        Raises
        ------
        StatisticsError
            When nobody gave the code a weight.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust")])
        >>> project = qc.Project.new("Study", codebook=book)
        >>> document = project.add_document("One here. Two here. Three here.", id="a")
        >>> for coder, weights in (("ana", (1, 2, 3)), ("ben", (1, 3, 3))):
        ...     for sentence, weight in zip(project.segments(unit="sentence"), weights):
        ...         assignment = project.assign(sentence, "trust", coder=coder, weight=weight)
        >>> study = project.study(unit="sentence")
        >>> round(study.intensity("trust").value, 3)
        0.828
        >>> round(study.intensity("trust", "lin_concordance").value, 3)
        0.8
        """
        return agreement_on_weights(self, of, measure, absent, options)

    @question()
    def ordinal(
        self,
        codes: Sequence[str],
        measure: MeasureLike = ALPHA,
        **options: Unpack[MeasureOptions],
    ) -> AgreementResult:
        """Return how far coders agree on codes that are steps of one scale, near misses counting in part.

        A coder's rating of a unit is the highest of the codes that they put there; without any, it is
        missing.

        Parameters
        ----------
        codes : sequence of str
            Ids of the codes, from the lowest to the highest.
        measure : str or Measure, default "krippendorff_alpha"
            With the distance ``"ordinal"`` unless ``distance`` says otherwise; or a κ with ``weights``.
        **options
            As for `agreement`.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("low"), qc.Code("middle"), qc.Code("high")])
        >>> project = qc.Project.new("Study", codebook=book)
        >>> document = project.add_document("One. Two. Three. Four.", id="a")
        >>> given = {"ana": ("low", "middle", "high", "high"), "ben": ("low", "high", "high", "high")}
        >>> for coder, codes in given.items():
        ...     for sentence, code in zip(project.segments(unit="sentence"), codes):
        ...         assignment = project.assign(sentence, code, coder=coder)
        >>> study = project.study(unit="sentence")
        >>> steps = ["low", "middle", "high"]
        >>> round(study.ordinal(steps).value, 3), round(study.agreement(of="sets").value, 3)
        (0.75, 0.588)
        """
        return agreement_on_order(self, codes, measure, options)

    @question()
    def negotiated(
        self,
        consensus: str = "consensus",
        measure: MeasureLike = ALPHA,
        **options: Unpack[MeasureOptions],
    ) -> Negotiation:
        """Return how far coders agreed before they talked, and after what they settled, from the log.

        Each decision of a consensus keeps what every coder had there; so what they changed in their own
        coding afterwards is not taken for agreement before. The units must be those that were settled: the
        study's `unit` is the one that `Project.disagreements` was asked for.

        Parameters
        ----------
        consensus : str, default "consensus"
            The coder in whose name was settled.
        measure, **options
            As for `agreement`, for the agreement before.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.new(
        ...     "Study", codebook=qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
        ... )
        >>> document = project.add_document("We trust them. One budget.", id="a")
        >>> for coder, code in (("ana", "trust"), ("ben", "money")):
        ...     assignment = project.assign(("a", 0, 14), code, coder=coder)
        ...     assignment = project.assign(("a", 15, 26), "money", coder=coder)
        >>> decision = project.adjudicate(("a", 0, 14), "trust", by="ana")
        >>> found = project.study(unit="segment", coders=["ana", "ben"]).negotiated()
        >>> found.before, found.after, found.upheld
        (0.5, 1.0, {'ana': 1, 'ben': 0})
        """
        return negotiation(self, consensus, measure, options)
