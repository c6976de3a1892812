"""How far the coders of a study agree: altogether, code by code, pair by pair, and document by document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Unpack

import attrs

from qualcode.model.asking import question
from qualcode.stats.agreement.agreement_intervals import MeasureOptions
from qualcode.stats.agreement.measure_registry import MeasureLike
from qualcode.stats.agreement.result import AgreementResult
from qualcode.stats.agreement.study.agreement_course import AgreementCourse, agreement_course
from qualcode.stats.agreement.study.agreement_difference import (
    AgreementDifference,
    agreement_difference,
)
from qualcode.stats.agreement.study.coding_table import SETS
from qualcode.stats.agreement.study.measuring import ALPHA
from qualcode.stats.agreement.study.negotiation import Negotiation, negotiation
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.agreement.study.study_scores import (
    Absent,
    agreement_on_order,
    agreement_on_weights,
)

__all__ = ["StudyAgreement"]


@attrs.frozen(eq=False, repr=False)
class StudyAgreement(StudyRatings):
    """A study, and how far its coders agree.

    Its fields are those of `StudyRatings`.
    """

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
