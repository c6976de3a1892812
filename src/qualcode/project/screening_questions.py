"""What can be asked of the searches of a review: records, criteria, what was decided, and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualcode.model.review.criteria import Criteria
    from qualcode.model.review.records import Record
    from qualcode.model.review.screening import Search
    from qualcode.model.state import State
    from qualcode.stats.synthesis.screening import ScreeningResult

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
