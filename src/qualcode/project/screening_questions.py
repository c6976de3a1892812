"""What can be asked of the searches of a review: records, criteria, what was decided, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.model.review.criteria import Criteria
    from qualcode.model.review.records import Record
    from qualcode.model.review.screening import Search
    from qualcode.model.state import State
    from qualcode.stats.synthesis.covered_area import CoveredArea
    from qualcode.stats.synthesis.flow import Flow
    from qualcode.stats.synthesis.screening import ScreeningResult
    from qualcode.stats.synthesis.votes import Votes
    from qualcode.suggest.record_order import RecordOrder

__all__ = ["ScreeningQuestions"]


class ScreeningQuestions:
    """What can be asked of records and of what was decided on them."""

    @property
    def state(self) -> State:
        """The content that is asked."""
        raise NotImplementedError

    @property
    def question(self) -> str:
        """What the review asks."""
        return self.state.review.screening.question

    @property
    def criteria(self) -> Criteria:
        """What the review takes in."""
        return self.state.review.screening.criteria

    @property
    def searches(self) -> Mapping[str, Search]:
        """The imports of records, by id."""
        return self.state.review.screening.searches

    @property
    def records(self) -> Mapping[str, Record]:
        """What the searches found, by id, in the order imported.

        Records are outside every count of documents: they are none until somebody adds one, by
        `Project.add_document` with `Record.text` or the full text.
        """
        return self.state.review.screening.records

    def screening(self, *, coders: str | Iterable[str] | None = None) -> ScreeningResult:
        """Return what was decided on each record, stage by stage, and what waits.

        Parameters
        ----------
        coders : str or iterable of str, optional
            Whose decisions; when not given a consensus's where there is one, and everybody's elsewhere.

        Raises
        ------
        NotFoundError
            When there is no such coder.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.Project.new("Partnerships", coder="ana")
        >>> review = project.review(criteria={"exclude": ["no partnership"]})
        >>> ids = review.add_records([qc.Record(title="Working together"), qc.Record(title="Soil")])
        >>> review.screen(ids[0], "include")
        >>> review.screen(ids[1], "exclude", reason="no partnership")
        >>> review.screening().counts()["title-abstract"]
        {'records': 2, 'exclude': 1, 'include': 1}
        """
        from qualcode.stats.synthesis.screening import screening

        return screening(self.state, coders=coders)

    def order(self) -> RecordOrder:
        """Return the records that nobody has decided on, those first that are most like what was let through.

        It decides nothing. `RecordOrder.stopping` of what it gives says whether enough was screened.

        Raises
        ------
        SuggestionError
            Before one record at least is let through and one excluded.
        MissingExtraError
            When scikit-learn is not installed (extra ``suggest``).

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> titles = ["Trust in partnerships", "Soil acidity", "Partnerships and health", "Soil and rain"]
        >>> ids = review.add_records([qc.Record(title=each) for each in titles])
        >>> review.screen(ids[0], "include")
        >>> review.screen(ids[1], "exclude")
        >>> [each.record.title for each in review.order()]
        ['Partnerships and health', 'Soil and rain']
        """
        from qualcode.suggest.record_order import record_order

        return record_order(self.state)

    def prisma(self, *, more: Mapping[str, int] | None = None, studies: int | None = None) -> Flow:
        """Return the flow of records through the review as PRISMA 2020 has it; ``.plot()`` draws it.

        Parameters
        ----------
        more : mapping of str to int, optional
            Boxes that the log does not know, by the names in `qualcode.stats.synthesis.BOXES`, such as
            ``previous_studies`` or ``excluded_automatic``.
        studies : int, optional
            How many studies the included reports are about.

        Raises
        ------
        FlowError
            When what is given does not reconcile with what was found and decided.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> ids = review.add_records([qc.Record(title=each) for each in "abc"], source="Medline")
        >>> for id in ids:
        ...     review.screen(id, "exclude")
        >>> flow = review.prisma()
        >>> flow["database_results"], flow["records_excluded"], flow["new_reports"]
        (3, 3, 0)
        """
        from qualcode.stats.synthesis.flow import review_flow

        return review_flow(self.state, more=more, studies=studies)

    def votes(
        self,
        effects: pd.DataFrame | None = None,
        *,
        directions: Mapping[str, str] | None = None,
        confidence: float = 0.95,
    ) -> Votes:
        """Count votes by direction; see `vote_count`.

        Parameters
        ----------
        effects : pandas.DataFrame, optional
            Columns ``source``, ``outcome`` and ``direction``; when not given, what was extracted by the
            template ``impacts``.
        directions : mapping of str to str, optional
            What words of the column mean.
        confidence : float, default 0.95
            Of the intervals.

        Raises
        ------
        StatisticsError
            When a column is missing, a direction is not known, or is said by significance.
        NotFoundError
            When nothing was extracted by that template and no effects are given.
        """
        from qualcode.stats.synthesis.votes import vote_count

        if effects is None:
            from qualcode.stats.synthesis.extraction import extraction

            effects = extraction(self.state, "impacts").to_frame()
        return vote_count(effects, directions=directions, confidence=confidence)

    def overlap(self, studies: pd.DataFrame | Mapping[str, Iterable[str]]) -> CoveredArea:
        """Return how far reviews rest on the same primary studies; see `covered_area`.

        Parameters
        ----------
        studies : pandas.DataFrame or mapping of str to iterable
            A row for each study and a column for each review, or for each review its studies.
        """
        from qualcode.stats.synthesis.covered_area import covered_area

        return covered_area(studies)
