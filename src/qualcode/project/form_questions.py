"""What can be asked of the forms of a review: appraisals, extractions, and what ratings change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qualcode.errors import StatisticsError
from qualcode.model.coding.queries import where

if TYPE_CHECKING:
    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.coding.queries import Query
    from qualcode.model.review.instruments import Instrument
    from qualcode.model.review.templates import Template
    from qualcode.model.state import State
    from qualcode.stats.synthesis.appraisal import Appraisal, By
    from qualcode.stats.synthesis.extraction import Extraction
    from qualcode.stats.synthesis.rating_sensitivity import RatingSensitivity

__all__ = ["FormQuestions"]


class FormQuestions:
    """What can be asked of instruments and templates that were filled in."""

    @property
    def state(self) -> State:
        """The content that is asked."""
        raise NotImplementedError

    def appraisal(
        self,
        instrument: str | Instrument | None = None,
        *,
        coders: str | Iterable[str] | None = None,
    ) -> Appraisal:
        """Return how sources were appraised: answers, and the ratings recorded and computed.

        Parameters
        ----------
        instrument : str or Instrument, optional
            Id of the instrument; the only one that is used when not given. One whose rule is a function is
            given itself.
        coders : str or iterable of str, optional
            Whose answers; when not given a consensus's where there is one, and everybody's elsewhere.

        Raises
        ------
        NotFoundError
            When the project does not use it, or there is no such coder.
        """
        from qualcode.stats.synthesis.appraisal import appraisal

        return appraisal(self.state, instrument, coders=coders)

    def extraction(
        self, template: str | Template | None = None, *, coders: str | Iterable[str] | None = None
    ) -> Extraction:
        """Return what was extracted from sources, with quotes, disagreements and what is missing.

        Parameters
        ----------
        template : str or Template, optional
            Id of the template; the only one that is used when not given.
        coders : str or iterable of str, optional
            Whose values; when not given a consensus's where there is one, and everybody's elsewhere.

        Raises
        ------
        NotFoundError
            When the project does not use it, or there is no such coder.
        """
        from qualcode.stats.synthesis.extraction import extraction

        return extraction(self.state, template, coders=coders)

    def rated(
        self,
        instrument: str | Instrument | None = None,
        *,
        at_least: str,
        by: By = "computed",
        coder: str | None = None,
    ) -> Query:
        """Return a query for what lies in sources of a rating or better, for ``where=`` of any question.

        Sources without such a rating are not in it.

        Parameters
        ----------
        instrument : str or Instrument, optional
            As for `appraisal`.
        at_least : str
            The rating.
        by : {"computed", "recorded"}, default "computed"
            Which rating: the one that the rule gives, or the one that was recorded.
        coder : str, optional
            Whose appraisal; a consensus's, or what all agree on, when not given.

        Raises
        ------
        StatisticsError
            When no source is rated so.

        Examples
        --------
        >>> import qualcode as qc
        >>> project = qc.load_project("collaboration-reviews")
        >>> review = project.review()
        >>> review.appraise("26", "amstar2", recorded="high", coder="ana")
        >>> review.appraise("28", "amstar2", recorded="low", coder="ana")
        >>> better = review.rated("amstar2", at_least="moderate", by="recorded")
        >>> print(better)
        document("26")
        """
        from qualcode.stats.synthesis.filled import documents_of

        found = self.appraisal(instrument, coders=coder)
        documents = documents_of(self.state, found.rated(at_least, by))
        if not documents:
            held = found.ratings(by)
            told = ", ".join(f"{id} {rating}" for id, rating in list(held.items())[:5])
            raise StatisticsError(
                f"no source has a {by} rating by {found.instrument.name} of at least {at_least!r}: "
                f"{f'there are {told}' if held else f'none has a {by} rating'}"
            )
        return where(document=documents)

    def sensitivity(
        self,
        rollup: str | Rollup | None = None,
        *,
        instrument: str | Instrument | None = None,
        by: By = "computed",
        coder: str | None = None,
        weights: Mapping[str, float] | None = None,
        level: str = "theme",
        of: str = "document",
        directions: str | Mapping[str, str] | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> RatingSensitivity:
        """Return what ratings change: each finding with all sources, without some, and with the best alone.

        Parameters
        ----------
        rollup, level, of, directions, coders, where
            As for `ReviewQuestions.findings`.
        instrument, by, coder
            Which ratings, as for `rated`.
        weights : mapping, optional
            How much a source of each rating counts, such as ``{"high": 1, "low": 0.5}``; adds counts that are
            weighed so.

        Raises
        ------
        StatisticsError
            When no source behind the findings is rated.

        Examples
        --------
        >>> import qualcode as qc
        >>> review = qc.load_project("collaboration-reviews").review()
        >>> for source, rating in (("24", "high"), ("28", "low"), ("23", "moderate")):
        ...     review.appraise(source, "amstar2", recorded=rating, coder="ana")
        >>> changed = review.sensitivity("factors", by="recorded")
        >>> [each.id for each in changed.subsets]
        ['all', 'only high', 'without low', 'without moderate', 'without high']
        """
        from qualcode.stats.synthesis.rating_sensitivity import rating_sensitivity

        return rating_sensitivity(
            self.state, rollup, instrument=instrument, by=by, coder=coder, weights=weights, level=level,
            of=of, directions=directions, coders=coders, where=where,
        )  # fmt: skip
