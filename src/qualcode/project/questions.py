"""The statistics of a project: one question a method, answered by `qualcode.stats`.

The statistics are imported when they are asked for: most scripts ask for few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from qualcode.project.counting_questions import CountingQuestions
from qualcode.project.group_questions import GroupQuestions
from qualcode.project.shape_questions import ShapeQuestions

if TYPE_CHECKING:
    from datetime import date

    from qualcode.model.codebooks.themes import Rollup
    from qualcode.stats.agreement.study import Study
    from qualcode.stats.counting.units import Unit
    from qualcode.stats.saturation import MeaningSaturation, Saturation
    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["Questions"]


class Questions(CountingQuestions, ShapeQuestions, GroupQuestions):
    """What can be asked of anything that has a state: every project and every view.

    Who counts is one rule for all questions. Where a coder of the kind ``"consensus"`` has finished a
    document it alone counts there; elsewhere persons do, and machines nowhere. With ``coders=``
    exactly those count who are named, whatever their kind. Agreement and ``count="coders"`` are of
    persons everywhere. Every result says who was counted, as ``result.counted``.

    Every question can be asked of what fits a query: of ``project.restricted(where=query)``.
    """

    def saturation(
        self,
        *,
        order: Iterable[str] | None = None,
        new_at: Literal["use", "creation"] = "use",
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        coders: str | Iterable[str] | None = None,
        base: int = 4,
        run: int = 2,
        threshold: float = 0.05,
        n_orders: int = 1000,
        confidence: float = 0.95,
        random_state: RandomState = None,
    ) -> Saturation:
        """Return how much of what there is to find has been found.

        Parameters
        ----------
        order : iterable of str, optional
            Ids of documents in the order to take them; that of coding when not given.
        new_at : {"use", "creation"}, default "use"
            Whether a code is new in the first document it was put on, or in the one that was being
            coded when the codebook got it.
        level, rollup
            As for `cooccurrence`.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        base : int, default 4
            How many documents come first, whose codes new ones are set against.
        run : int, default 2
            How many documents are looked at together for new codes.
        threshold : float, default 0.05
            The share of new codes below which saturation is reached.
        n_orders : int, default 1000
            How many random orders of the documents to draw.
        confidence : float, default 0.95
            The share of these orders within the band.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.
        """
        from qualcode.stats.saturation import saturation

        return saturation(
            self.state, order=order, new_at=new_at, level=level, rollup=rollup, coders=coders, base=base,
            run=run, threshold=threshold, n_orders=n_orders, confidence=confidence,
            random_state=random_state,
        )  # fmt: skip

    def meaning_saturation(
        self,
        *,
        by: str | None = None,
        level: Literal["theme", "domain"] = "theme",
        rollup: str | Rollup | None = None,
        share: float = 0.9,
        coders: str | Iterable[str] | None = None,
    ) -> MeaningSaturation:
        """Return when all codes had been met, and when each theme had shown all its sides.

        Parameters
        ----------
        by : str, optional
            A variable of documents or cases: each of its values has a saturation of its own.
        level : {"theme", "domain"}, default "theme"
            What has sides: the codes below it.
        rollup : str or Rollup, optional
            Along which themes and domains are.
        share : float, default 0.9
            Which share of the codes that a group meets in all has to have been met for code saturation.
        coders : str or iterable of str, optional
            Ids of the coders who count; by the rule when not given.
        """
        from qualcode.stats.saturation import meaning_saturation

        return meaning_saturation(
            self.state, by=by, level=level, rollup=rollup, share=share, coders=coders
        )

    def study(
        self,
        *,
        unit: Unit,
        coders: str | Iterable[str] | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        codes: Iterable[str] | None = None,
        coverage: Mapping[str, Iterable[str]] | None = None,
        uncoded: Literal["decision", "missing"] = "decision",
    ) -> Study:
        """Say what is compared, for measuring how far coders agree.

        Parameters
        ----------
        unit : str, regular expression or callable
            ``"segment"``, ``"sentence"``, ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``,
            ``"character"``, or any segmenter. There is no default: agreement depends on it.
        coders : str or iterable of str, optional
            Ids; all persons who assigned or finished anything when not given. Coders of the kinds
            ``"machine"`` and ``"consensus"`` must be named.
        level : {"code", "theme", "domain"}, default "code"
            What is compared.
        rollup : str or Rollup, optional
            For themes and domains.
        codes : iterable of str, optional
            Only these nodes of that level.
        coverage : mapping of str to iterable of str, optional
            Which documents each coder read. Of those not named here, the documents that they finished
            or, where they finished none, those they assigned anything in; see `Study.coverage_from`.
        uncoded : {"decision", "missing"}, default "decision"
            What a unit means that a coder left uncoded in a document that they covered.
        """
        from qualcode.stats.agreement.study import agreement_study

        return agreement_study(
            self.state, unit=unit, coders=coders, level=level, rollup=rollup, codes=codes,
            coverage=coverage, uncoded=uncoded,
        )  # fmt: skip

    def recoding(
        self,
        coder: str,
        moment: int | str | None = None,
        *,
        unit: Unit,
        revision: int | str | None = None,
        time: str | date | None = None,
        documents: str | Iterable[str] | None = None,
        level: Literal["code", "theme", "domain"] = "code",
        rollup: str | Rollup | None = None,
        codes: Iterable[str] | None = None,
        uncoded: Literal["decision", "missing"] = "decision",
    ) -> Study:
        """Compare one coder with themselves: what they had coded by a moment, and what they coded anew since.

        Parameters
        ----------
        coder : str
            Id of the coder.
        moment, revision, time
            The earlier moment, as for `View.at`; the later one is that of this project.
        unit, level, rollup, codes, uncoded
            As for `study`.
        documents : str or iterable of str, optional
            Which to compare. When not given, those coded anew: nothing that the coder had put there by then
            still stands.

        Examples
        --------
        >>> import qualcode as qc
        >>> book = qc.Codebook("study", codes=[qc.Code("trust"), qc.Code("money")])
        >>> project = qc.Project.new("Study", codebook=book, coder="ana")
        >>> document = project.add_document("We trust them. One budget. They trust us.", id="a")
        >>> sentences = project.segments(unit="sentence")
        >>> for each in sentences:
        ...     assignment = project.assign(each, "trust")
        >>> with project.revise() as cb:
        ...     code = cb.add("hope")
        >>> for each, code in zip(sentences, ("trust", "money", "trust")):
        ...     project.retract(each, "trust")
        ...     assignment = project.assign(each, code)
        >>> study = project.recoding("ana", revision=1, unit="sentence", documents="a")
        >>> study.coders, round(study.agreement("percent_agreement").value, 2)
        (('ana (earlier)', 'ana (later)'), 0.67)
        """
        from qualcode.stats.agreement.study.recoding import recoding

        return recoding(
            self.state, coder, moment, unit=unit, revision=revision, time=time, documents=documents,
            level=level, rollup=rollup, codes=codes, uncoded=uncoded,
        )  # fmt: skip
