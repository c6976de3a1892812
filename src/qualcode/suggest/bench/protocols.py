"""What a suggester is: protocols that the shared stacker, its stand-ins and plugins satisfy.

Nothing has to be inherited. An object with `fit` and `suggest` is a suggester; one whose scores can be
asked for as well (`ScoringSuggester`) can be evaluated, can promise a precision, and can say what to
code next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from qualcode.suggest.bench.coded_texts import CodedTexts
    from qualcode.suggest.bench.shortlists import Shortlists

__all__ = ["ScoringSuggester", "Suggester"]

Floats = NDArray[np.float64]


@runtime_checkable
class Suggester(Protocol):
    """Whatever can learn from coded texts and suggest codes for others.

    Examples
    --------
    >>> class Nothing:
    ...     def fit(self, data):
    ...         return self
    ...
    ...     def suggest(self, texts, documents=None, rules=None, **options): ...
    >>> isinstance(Nothing(), Suggester)
    True
    """

    def fit(self, data: CodedTexts, /) -> Any:
        """Learn from coded texts, and return itself.

        Parameters
        ----------
        data : CodedTexts
            Segments, the documents they are from, decisions, and what the codebook says.
        """
        ...

    def suggest(
        self,
        texts: Sequence[str],
        documents: Sequence[object] | None = None,
        rules: Any = None,
        /,
        *,
        top: int = 3,
        precision: float | None = None,
        recall: float | None = None,
        explain: bool = True,
    ) -> Shortlists:
        """Return what to show to a coder for some segments.

        Parameters
        ----------
        texts : sequence of str
            The segments; those of a document next to each other, in its order.
        documents : sequence, optional
            The document of each.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns, segments × codes.
        top, precision, recall, explain
            See `qualcode.suggest.bench.shortlists.shortlists`.
        """
        ...


@runtime_checkable
class ScoringSuggester(Suggester, Protocol):
    """A suggester whose scores can be asked for. A score of 0 means that nothing speaks for the code."""

    if TYPE_CHECKING:  # it is there only once something was fitted, and asking before is no fault
        fitted_: Any

    def score_blocks(
        self, rows: Iterable[tuple[str, object]], rules: Any = None
    ) -> Iterator[tuple[int, Floats]]:
        """Yield the place of the first segment of each block, and the block's scores, in bounded memory.

        Parameters
        ----------
        rows : iterable of (text, document)
            The segments; those of a document next to each other, in its order.
        rules : CSR matrix of bool, optional
            Hits of the codes' own patterns.
        """
        ...

    def score_codes(
        self, texts: Sequence[str], documents: Sequence[object] | None = None, rules: Any = None, /
    ) -> Floats:
        """Return the scores of segments, segments × codes: to rank by, not probabilities.

        Parameters
        ----------
        texts : sequence of str
            The segments.
        documents : sequence, optional
            The document of each.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns.
        """
        ...
