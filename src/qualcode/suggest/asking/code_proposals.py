"""What a codebook lacks: uncoded segments that belong together, as a proposal to add a code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs
import numpy as np

from qualcode.errors import SuggestionError
from qualcode.model.codebooks.codes import Code
from qualcode.model.recipe import Answer
from qualcode.model.texts.segments import Segment, Segments
from qualcode.stats.uncertainty.resampling import RandomState
from qualcode.suggest.asking.suggester import NO_LIKENESS

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.suggest.asking.suggester import ProjectSuggester

__all__ = ["CodeProposal", "CodeProposals", "propose_codes"]


@attrs.frozen
class CodeProposal:
    """Uncoded segments that resemble each other and no code. What to call them is the analyst's to say.

    Parameters
    ----------
    segments : Segments
        All of them.
    quotes : tuple of Segment
        Those that resemble the others most, of different documents where there are.
    words : tuple of str
        Words that set them apart, the weightiest first.
    n_documents : int
        In how many documents they are.
    cohesion : float
        How much they resemble each other, on average.
    importance : float
        Segments × documents × cohesion: what proposals are ordered by.
    nearest : Code
        The existing code that they are closest to, which may only need a wider definition.
    closeness : float
        How close.
    """

    segments: Segments = attrs.field(repr=False)
    quotes: tuple[Segment, ...] = attrs.field(repr=False)
    words: tuple[str, ...]
    n_documents: int
    cohesion: float
    importance: float = attrs.field(repr=False)
    nearest: Code = attrs.field(repr=lambda code: repr(code.id))
    closeness: float

    def __str__(self) -> str:
        quotes = "\n".join(f"  “{each.quote}” ({each.document.id})" for each in self.quotes)
        return (
            f"{len(self.segments)} segments of {self.n_documents} documents: {', '.join(self.words)} "
            f"(closest code: {self.nearest.name})\n{quotes}"
        )


@attrs.frozen(eq=False, repr=False)
class CodeProposals(Sequence[CodeProposal], Answer):
    """Proposals to add a code, the most important first.

    Parameters
    ----------
    items : tuple of CodeProposal
        The proposals.
    reason : str or None
        Why there is none.
    """

    items: tuple[CodeProposal, ...]
    reason: str | None = None

    @overload
    def __getitem__(self, index: int) -> CodeProposal: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[CodeProposal, ...]: ...
    def __getitem__(self, index: int | slice) -> CodeProposal | tuple[CodeProposal, ...]:
        return self.items[index]

    def __iter__(self) -> Iterator[CodeProposal]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<{len(self)} proposals of codes{f': {self.reason}' if self.reason else ''}>"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each proposal.

        Columns: segments, documents, cohesion, importance, words, nearest, closeness, quote, document.
        """
        import pandas as pd

        columns = (
            "segments", "documents", "cohesion", "importance", "words", "nearest", "closeness", "quote",
            "document",
        )  # fmt: skip
        return pd.DataFrame(
            [
                (
                    len(each.segments),
                    each.n_documents,
                    each.cohesion,
                    each.importance,
                    ", ".join(each.words),
                    each.nearest.id,
                    each.closeness,
                    each.quotes[0].quote,
                    each.quotes[0].document.id,
                )
                for each in self
            ],
            columns=list(columns),
        )


def propose_codes(
    suggester: ProjectSuggester,
    *,
    min_words: int,
    min_segments: int,
    min_documents: int,
    most: int,
    random_state: RandomState,
) -> CodeProposals:
    """Return what the codebook lacks; see `ProjectSuggester.propose_codes`."""
    from qualcode.suggest.codebook.gaps import find_gaps
    from qualcode.suggest.stacker.fitted import FittedStack

    fitted = getattr(suggester.model, "fitted_", None)
    if not isinstance(fitted, FittedStack):
        raise SuggestionError(NO_LIKENESS.format(suggester.name))
    material = suggester.material()
    data = material.data
    close = fitted.calibration(suggester.model.score_codes(data.texts, data.documents, data.rules))
    # What was learned from is judged by scores that owe nothing to its own document.
    close[fitted.trust.rows] = fitted.calibration(fitted.trust.score)
    found = find_gaps(
        data, fitted.space, np.asarray(close), min_words=min_words, min_segments=min_segments,
        min_documents=min_documents, most=most, random_state=random_state,
    )  # fmt: skip
    codes = {code.id: code for code in material.codes}
    return CodeProposals(
        tuple(
            CodeProposal(
                segments=Segments(tuple(material.segments[row] for row in gap.rows)),
                quotes=tuple(material.segments[quote.row] for quote in gap.quotes),
                words=tuple(word.text for word in gap.words),
                n_documents=gap.n_documents,
                cohesion=gap.cohesion,
                importance=gap.importance,
                nearest=codes[gap.code],
                closeness=gap.closeness,
            )
            for gap in found
        ),
        found.reason,
    )
