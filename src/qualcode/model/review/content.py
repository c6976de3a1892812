"""What the reviewers of a project decided, as of one moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

import attrs

from qualcode.model.review.cerqual import Judgement
from qualcode.model.review.entries import Entry
from qualcode.model.review.screening import ScreeningContent
from qualcode.model.review.ties import Ties

__all__ = ["LinkKey", "ReviewContent"]

LinkKey: TypeAlias = tuple[str, str, str]
"""A link: from which code, of which type, to which code."""


@attrs.frozen(eq=False)
class ReviewContent:
    """What the reviewers of a project decided, as of one moment.

    Parameters
    ----------
    judgements : tuple of Judgement
        What was judged of findings, in the order of the log.
    link_sources : mapping
        For each link the sources behind it, as targets have them: a document by its id, a case as
        ``"case:ID"``. The codes are those that were named when it was said.
    forms : mapping
        The instruments and templates that are used, as mappings, by ``"instrument:ID"`` or ``"template:ID"``.
    entries : tuple of Entry
        What was filled into them, in the order of the log.
    screening : ScreeningContent
        What was searched for, and what was decided on the records.
    ties : Ties
        Which records are one publication, and which are kept apart.
    """

    judgements: tuple[Judgement, ...] = ()
    link_sources: Mapping[LinkKey, tuple[str, ...]] = attrs.field(factory=dict)
    forms: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    entries: tuple[Entry, ...] = ()
    screening: ScreeningContent = attrs.field(factory=ScreeningContent)
    ties: Ties = attrs.field(factory=Ties)

    def __eq__(self, other: object) -> bool:
        """Tell whether both hold the same, whatever was written down first."""
        if not isinstance(other, ReviewContent):
            return NotImplemented
        return (
            set(self.judgements) == set(other.judgements)
            and _sets(self.link_sources) == _sets(other.link_sources)
            and self.forms == other.forms
            and self.screening == other.screening
            and self.ties == other.ties
            and {each.key: each for each in self.entries}
            == {each.key: each for each in other.entries}
        )

    __hash__ = None  # type: ignore[assignment]

    def of_coders(self, coders: Collection[str]) -> ReviewContent:
        """Return it with what some coders judged and filled in only."""
        kept = tuple(each for each in self.judgements if each.coder in coders)
        entries = tuple(each for each in self.entries if each.coder in coders)
        return attrs.evolve(
            self, judgements=kept, entries=entries, screening=self.screening.of_coders(coders)
        )

    def of_sources(self, documents: Collection[str], cases: Collection[str]) -> ReviewContent:
        """Return it with the sources that are among some documents and cases only."""
        kept = {}
        for link, sources in self.link_sources.items():
            found = tuple(
                each
                for each in sources
                if (each[5:] in cases if each.startswith("case:") else each in documents)
            )
            if found:
                kept[link] = found
        there = {f"document:{id}" for id in documents} | {f"case:{id}" for id in cases}
        entries = tuple(
            attrs.evolve(
                each, anchors=tuple(one for one in each.anchors if one.document in documents)
            )
            for each in self.entries
            if each.source in there
        )
        return attrs.evolve(self, link_sources=kept, entries=entries)


def _sets(sources: Mapping[LinkKey, tuple[str, ...]]) -> dict[LinkKey, frozenset[str]]:
    return {link: frozenset(ids) for link, ids in sources.items()}
