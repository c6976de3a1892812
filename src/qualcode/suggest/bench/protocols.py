"""What a suggester is: protocols that the shared stacker, its stand-ins and plugins satisfy.

Nothing has to be inherited. An object with `fit` and `suggest` is a suggester; one whose scores can be
asked for as well (`ScoringSuggester`) can be evaluated, can promise a precision, and can say what to
code next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from qualcode.model.coding.suggestions import Status
    from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText
    from qualcode.suggest.bench.evidence import Explanation
    from qualcode.suggest.bench.proposals import Proposals
    from qualcode.suggest.bench.trust import Trust

__all__ = ["Scored", "ScoringSuggester", "Suggester"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@runtime_checkable
class Suggester(Protocol):
    """Whatever can learn from coded texts and propose codes for others.

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
        evidence: bool = True,
    ) -> Proposals:
        """Return what to show to a coder for some segments.

        Parameters
        ----------
        texts : sequence of str
            The segments; those of a document next to each other, in its order.
        documents : sequence, optional
            The document of each.
        rules : array or sparse matrix of bool, optional
            Hits of the codes' own patterns, segments × codes.
        top, precision, recall, evidence
            See `qualcode.suggest.bench.proposals.propose`.
        """
        ...


@runtime_checkable
class Scored(Protocol):
    """What a scoring suggester has learned, as far as proposals are made from it."""

    @property
    def codebook(self) -> tuple[CodeText, ...]:
        """The codes, a column of the scores each."""
        ...

    @property
    def statuses(self) -> tuple[Status, ...]:
        """How much is known of each code: cold, learning or usable."""
        ...

    @property
    def trust(self) -> Trust:
        """Scores of segments of documents left out, beside what was decided about them."""
        ...

    @property
    def calibration(self) -> Callable[[Floats], Floats]:
        """What turns scores into probabilities."""
        ...

    def known(self, texts: Sequence[str]) -> Bools:
        """Return which texts have anything in them that was learned.

        Parameters
        ----------
        texts : sequence of str
            Segments.
        """
        ...

    def explain(self, text: str, codes: Sequence[int]) -> Sequence[Explanation | None]:
        """Return why each of some codes is proposed for a segment; None where that cannot be told.

        Where an attribute `explains_later` is true, this is asked when somebody looks, which may be long
        after something else was fitted: what is told must not change then.

        Parameters
        ----------
        text : str
            The segment's text.
        codes : sequence of int
            Places in the codebook.
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
