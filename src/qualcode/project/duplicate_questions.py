"""What can be asked of the records of a review about duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualcode.model.state import State
    from qualcode.stats.synthesis.duplicates import Duplicates

__all__ = ["DuplicateQuestions"]


class DuplicateQuestions:
    """What can be asked about records that are one publication."""

    @property
    def state(self) -> State:
        """The content that is asked."""
        raise NotImplementedError

    def duplicates(self) -> Duplicates:
        """Return which records are one publication, and which pairs a person should look at.

        Groups are what the log says: what the rule tied at an import, and what people confirmed or keep
        apart. What else the rule would tie, or finds near, is to be confirmed.

        Raises
        ------
        MissingExtraError
            When what compares texts is not installed (extra ``references``).

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.Project.new("Partnerships", coder="ana").review()
        >>> one, other = review.add_records(
        ...     [qc.Record(title="Trust among partners", pages="12", number=1),
        ...      qc.Record(title="Trust among partners", pages="30", number=2)])
        >>> review.duplicates()
        <0 of 2 records are duplicates; 2 publications, 1 pair to be confirmed>
        >>> review.confirm_duplicates(one, other)
        >>> review.duplicates()
        <1 of 2 records is a duplicate; 1 publication, 0 pairs to be confirmed>
        """
        from qualcode.stats.synthesis.duplicates import find_duplicates

        held = self.state.review
        return find_duplicates(
            held.screening.records, same=held.ties.same, apart=held.ties.apart, by_rule=False
        )
