"""What can be asked of a review: findings with their directions, links between factors, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qualcode.project.duplicate_questions import DuplicateQuestions
from qualcode.project.form_questions import FormQuestions
from qualcode.project.screening_questions import ScreeningQuestions

if TYPE_CHECKING:
    from qualcode.model.codebooks.themes import Rollup
    from qualcode.model.coding.queries import Query
    from qualcode.model.state import State
    from qualcode.project.questions import Questions
    from qualcode.stats.synthesis.evidence_table import EvidenceTable
    from qualcode.stats.synthesis.factor_links import FactorLinks
    from qualcode.stats.synthesis.findings import Findings
    from qualcode.stats.synthesis.narrative import Narrative

__all__ = ["ReviewQuestions"]


class ReviewQuestions(FormQuestions, ScreeningQuestions, DuplicateQuestions):
    """The review that a project is about, as it can be asked; of a past state as it was then.

    Parameters
    ----------
    view : View or Project
        What is asked.
    """

    def __init__(self, view: Questions) -> None:
        self._view = view

    @property
    def state(self) -> State:
        """The content that is asked."""
        return self._view.state

    def findings(
        self,
        rollup: str | Rollup | None = None,
        *,
        level: str = "theme",
        of: str = "document",
        directions: str | Mapping[str, str] | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Findings:
        """Return for each theme the sources behind it, and which way each of them points.

        Parameters
        ----------
        rollup : str or Rollup, optional
            Id of a rollup of the codebook; its first when not given.
        level : {"domain", "theme", "code"}, default "theme"
            What each finding is about.
        of : {"document", "case"}, default "document"
            What a source is.
        directions : str or mapping, optional
            How a coding carries a direction: the name of an attribute of codes, ``"direction"`` when not
            given; or which codes say ``"supports"``, ``"constrains"`` or ``"mixed"`` of all that is on their
            segments.
        coders, where
            Whose assignments count, and which, as for `Project.rollup`.

        Examples
        --------
        >>> import qualcode as qc
        >>> found = qc.load_project("collaboration-reviews").review().findings("factors")
        >>> [each.name for each in found.contradictions][:2]
        ['Vision and aims', 'Impetus from policy']
        """
        from qualcode.stats.synthesis.findings import findings

        return findings(
            self.state,
            rollup,
            level=level,
            of=of,
            directions=directions,
            coders=coders,
            where=where,
        )

    def evidence_table(
        self,
        rollup: str | Rollup | None = None,
        *,
        ratings: Mapping[str, object] | None = None,
        quotes: int = 3,
        level: str = "theme",
        of: str = "document",
        directions: str | Mapping[str, str] | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> EvidenceTable:
        """Return for each finding what stands behind it: sources by direction, their ratings, and quotes.

        Parameters
        ----------
        rollup, level, of, directions, coders, where
            As for `findings`.
        ratings : mapping, optional
            For sources, by id, how they were rated.
        quotes : int, default 3
            How many quotes of each finding are shown: one from each source first.
        """
        found = self.findings(
            rollup, level=level, of=of, directions=directions, coders=coders, where=where
        )
        return found.evidence_table(ratings, quotes=quotes)

    def narrative(
        self,
        rollup: str | Rollup | None = None,
        *,
        quotes: int = 3,
        level: str = "theme",
        of: str = "document",
        directions: str | Mapping[str, str] | None = None,
        coders: str | Iterable[str] | None = None,
        where: Query | str | None = None,
    ) -> Narrative:
        """Return the skeleton of a narrative synthesis, to be written on by a person.

        Parameters
        ----------
        rollup, level, of, directions, coders, where
            As for `findings`.
        quotes : int, default 3
            How many quotes of each finding stand in it.
        """
        return self.evidence_table(
            rollup,
            quotes=quotes,
            level=level,
            of=of,
            directions=directions,
            coders=coders,
            where=where,
        ).narrative()

    def diagram(
        self,
        rollup: str | Rollup | None = None,
        *,
        level: str = "code",
        types: str | Iterable[str] | None = None,
    ) -> FactorLinks:
        """Return the links between factors, with the sources behind each; ``.plot()`` draws them.

        Parameters
        ----------
        rollup : str or Rollup, optional
            By whose domains and themes the factors are arranged; the codebook's first when not given.
        level : {"domain", "theme", "code"}, default "code"
            What the factors are: links between codes of two themes make one arrow for each type.
        types : str or iterable of str, optional
            Only links of these types.

        Examples
        --------
        >>> import qualcode as qc
        >>> shown = qc.load_project("collaboration-reviews").review().diagram("factors")
        >>> shown.types
        ('supports', 'affects', 'constrains')
        """
        from qualcode.stats.synthesis.factor_links import factor_links

        return factor_links(self.state, rollup, level=level, types=types)
