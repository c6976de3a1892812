"""What a suggester shows: suggestions by segment, and the segments for which it keeps silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import attrs

from qualcode.errors import SuggestionError
from qualcode.io.tables.review_table import write_review_table
from qualcode.model.asking import question
from qualcode.model.checks import check_number
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import texts
from qualcode.model.coding.suggestions import Suggestion
from qualcode.model.recipe import Answer
from qualcode.model.texts.segments import Segment

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.suggest.bench.trust import Cut

__all__ = ["COLUMNS", "Abstained", "Suggestions"]

COLUMNS = (
    "document", "start", "end", "speaker", "quote", "code", "name", "rank", "probability", "score",
    "status", "matched", "words", "phrase", "nearest", "suggester", "fingerprint",
)  # fmt: skip


@attrs.frozen
class Abstained:
    """A segment for which nothing is suggested.

    Parameters
    ----------
    segment : Segment
        The segment.
    reason : str
        Why.
    """

    segment: Segment
    reason: str


@attrs.frozen(eq=False, repr=False)
class Suggestions(Sequence[Suggestion], Answer):
    """Suggestions by segment, then by rank. Nothing is assigned by them.

    Parameters
    ----------
    items : tuple of Suggestion
        The suggestions.
    abstained : tuple of Abstained
        The segments without any, each with the reason.
    promise : Cut or None
        The promise of precision or recall, if one was asked for: what was wanted, what was attained on
        documents left out, the bound that it rests on, or the reason why it cannot be made.
    reason : str or None
        Why there are ranks and no probabilities.
    """

    _says = "Suggestions, which are no assignments until somebody accepts them"
    _instead = (
        "it is a list to go through; qc.evaluate_suggester(…).plot() draws how good a suggester is"
    )

    items: tuple[Suggestion, ...]
    abstained: tuple[Abstained, ...] = ()
    promise: Cut | None = None
    reason: str | None = None

    @overload
    def __getitem__(self, index: int) -> Suggestion: ...
    @overload
    def __getitem__(self, index: slice) -> Suggestions: ...
    def __getitem__(self, index: int | slice) -> Suggestion | Suggestions:
        if isinstance(index, slice):
            return attrs.evolve(self, items=self.items[index], recipe=None)
        return self.items[index]

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        segments = len({(each.segment.document.id, each.segment.span) for each in self})
        silent = f", none for {len(self.abstained)} more" if self.abstained else ""
        why = f"; {self.reason}" if self.reason else ""
        return f"<{len(self)} suggestions for {segments} segments{silent}{why}>"

    @question()
    def where(
        self,
        *,
        code: str | Iterable[str] | None = None,
        document: str | Iterable[str] | None = None,
        rank: int | None = None,
        probability: float | None = None,
        status: str | None = None,
        test: Callable[[Suggestion], bool] | None = None,
    ) -> Suggestions:
        """Return the suggestions that meet every condition.

        Parameters
        ----------
        code, document : str or iterable of str, optional
            Ids; for a code also its name.
        rank : int, optional
            This rank or better.
        probability : float, optional
            At least this probability; suggestions without one are left out.
        status : str, optional
            cold, learning or usable.
        test : callable, optional
            Anything else: takes a `Suggestion`, returns true or false.
        """
        codes = None if code is None else set(texts(code))
        documents = None if document is None else set(texts(document))

        def kept(each: Suggestion) -> bool:
            return (
                (codes is None or each.code.id in codes or each.code.name in codes)
                and (documents is None or each.segment.document.id in documents)
                and (rank is None or each.rank <= rank)
                and (probability is None or (each.probability or 0) >= probability)
                and (status is None or each.status == status)
                and (test is None or test(each))
            )

        return attrs.evolve(self, items=tuple(each for each in self if kept(each)))

    def best_first(self, n: int | None = None, *, floor: float | None = None) -> Suggestions:
        """Return the suggestions with the surest first, those of a segment together.

        Parameters
        ----------
        n : int, optional
            For so many segments at the most.
        floor : float, optional
            The least probability, such as 0.2; suggestions without one are left out.

        Raises
        ------
        SuggestionError
            When there are only ranks, which have no floor.
        """
        if n is not None and (type(n) is not int or n < 1):
            raise SuggestionError(f"n is {n!r}: give a whole number of segments, 1 or more")
        kept: Sequence[Suggestion] = self.items
        if floor is not None:
            check_number(floor, what="floor", error=SuggestionError, least=0, most=1)
            if self.items and all(each.probability is None for each in self):
                raise SuggestionError(
                    f"floor={floor} cannot be kept, as there are no probabilities: "
                    f"{self.reason or self.items[0].reason}"
                )
            kept = [each for each in self if (each.probability or 0.0) >= floor]
        of_segment: dict[tuple[str, int, int], list[Suggestion]] = {}
        for each in kept:
            place = (each.segment.document.id, each.segment.start, each.segment.end)
            of_segment.setdefault(place, []).append(each)
        ordered = sorted(of_segment.values(), key=lambda found: -max(_sure(each) for each in found))
        return attrs.evolve(
            self,
            items=tuple(
                each for found in ordered[:n] for each in sorted(found, key=lambda e: -_sure(e))
            ),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each suggestion.

        Columns: document, start, end (code points, half-open), speaker, quote, code, name, rank,
        probability, score, status; matched, words, phrase and nearest from the explanation; suggester and
        fingerprint.
        """
        import pandas as pd

        return pd.DataFrame([_row(each) for each in self], columns=list(COLUMNS))

    def write(
        self, path: str | Path, *, codebook: Codebook | None = None, replace: bool = False
    ) -> int:
        """Write a review table, and return how many suggestions it has; see `Project.apply_review`.

        Parameters
        ----------
        path : str or Path
            A file that ends with ``.csv`` or ``.xlsx``; for the latter, openpyxl is needed (extra ``xlsx``).
        codebook : Codebook, optional
            For XLSX: what can be chosen as the new code, such as ``project.codebook``.
        replace : bool, default False
            Whether a file that is there may be overwritten, with the verdicts in it.

        Raises
        ------
        SuggestionError
            When the file is there already or cannot be written.
        """
        return write_review_table(self, path, codebook=codebook, replace=replace)


def _sure(each: Suggestion) -> float:
    return each.score if each.probability is None else each.probability


def _row(each: Suggestion) -> tuple[Any, ...]:
    why, segment = each.explanation, each.segment
    return (
        segment.document.id,
        segment.start,
        segment.end,
        segment.speaker,
        segment.quote,
        each.code.id,
        each.code.name,
        each.rank,
        each.probability,
        each.score,
        each.status,
        "; ".join(dict.fromkeys(match.text for match in why.matches)),
        "; ".join(term.text for term in why.terms),
        why.phrase.text if why.phrase else "",
        why.nearest[0].quote if why.nearest else "",
        each.suggester,
        str(each.fingerprint),
    )
