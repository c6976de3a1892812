"""The quarantine: passages whose place in a corrected text is not certain, until a person places them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, overload

import attrs
import numpy as np

from qualcode.errors import NotFoundError, did_you_mean
from qualcode.model.checks import looked_up
from qualcode.model.fold.coding_rows import as_written, seals_of
from qualcode.model.fold.corrected import GIVEN_UP, Corrected
from qualcode.model.fold.fold import Fold
from qualcode.model.log.log import Log
from qualcode.model.log.rows import Events
from qualcode.model.readable import Readable
from qualcode.model.texts.corrections import Candidate, Placement
from qualcode.model.texts.spans import Span

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Quarantine", "Quarantined", "quarantine", "reworded"]

Passage = tuple[str, str, Span]
"""Document, version and span."""


@attrs.frozen
class Quarantined:
    """A passage whose place in the corrected text is not certain, with all that hangs on it.

    Parameters
    ----------
    document, version : str
        Id of the document, and the checksum of the text that the passage is of.
    placement : Placement
        What became of it.
    assignments : tuple of (str, str)
        Code and coder of each assignment of it.
    memos : tuple of str
        Ids of the memos on it.
    verdicts : int
        How many verdicts on suggestions were about it.
    """

    document: str
    version: str
    placement: Placement = attrs.field(repr=False)
    assignments: tuple[tuple[str, str], ...] = ()
    memos: tuple[str, ...] = ()
    verdicts: int = 0

    @property
    def id(self) -> str:
        """What it is called: document, old place and the start of the version's checksum."""
        span = self.span
        return f"{self.document}:{span.start}-{span.end}@{self.version[:8]}"

    @property
    def span(self) -> Span:
        """Where it was: code points, half-open."""
        return self.placement.old

    @property
    def quote(self) -> str:
        """Its words."""
        return self.placement.quote

    @property
    def context(self) -> tuple[str, str]:
        """What stood before and after it."""
        return self.placement.context()

    @property
    def reason(self) -> str:
        """Why its place is not certain."""
        return self.placement.reason

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Where it might be in the text in force, best first."""
        return self.placement.candidates

    def __str__(self) -> str:
        told = [f"{code} by {coder}" for code, coder in self.assignments]
        told += [f"{len(self.memos)} memos"] if self.memos else []
        told += [f"{self.verdicts} verdicts"] if self.verdicts else []
        return f"{self.id} “{self.quote}”: {self.reason} ({', '.join(told)})"


@attrs.frozen
class Quarantine(Readable, Sequence[Quarantined]):
    """The passages that wait to be placed, in the order of their documents and places.

    Parameters
    ----------
    items : tuple of Quarantined
        The passages.
    """

    items: tuple[Quarantined, ...] = ()

    @overload
    def __getitem__(self, index: int | str) -> Quarantined: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Quarantined]: ...
    def __getitem__(self, index: int | str | slice) -> Quarantined | Sequence[Quarantined]:
        if not isinstance(index, str):
            return self.items[index]
        for each in self.items:
            if each.id == index:
                return each
        known = [each.id for each in self.items]
        raise NotFoundError(
            f"nothing in the quarantine is called {looked_up(index)}.{did_you_mean(index, known)}"
        )

    def __iter__(self) -> Iterator[Quarantined]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        return "\n".join(map(str, self.items)) or "nothing is in the quarantine"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each passage.

        Columns: id, document, start, end (code points in the old text, half-open), quote, reason, codes,
        coders, memos, verdicts, and of the best candidate candidate (its words in the text in force) and
        score.
        """
        import pandas as pd

        rows = []
        for each in self.items:
            best = next(iter(each.candidates), None)
            text = each.placement.new_text
            rows.append(
                (
                    each.id, each.document, each.span.start, each.span.end, each.quote, each.reason,
                    ", ".join(sorted({code for code, _ in each.assignments})),
                    ", ".join(sorted({coder for _, coder in each.assignments})),
                    len(each.memos), each.verdicts,
                    None if best is None else text[best.span.start : best.span.end],
                    None if best is None else best.score,
                )
            )  # fmt: skip
        columns = [
            "id", "document", "start", "end", "quote", "reason", "codes", "coders", "memos", "verdicts",
            "candidate", "score",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def quarantine(log: Log, made: Fold) -> Quarantine:
    """Return what waits to be placed as of a log.

    Parameters
    ----------
    log : Log
        The log.
    made : Fold
        Its fold.
    """
    if made.corrected is None:
        return Quarantine()
    found: dict[Passage, tuple[list[tuple[str, str]], list[str], list[int]]] = {}
    for passage, code, coder in _lost_coding(log, made):
        found.setdefault(passage, ([], [], []))[0].append((code, coder))
    for lost in made.lost:
        _, memos, verdicts = found.setdefault(
            (lost.document, lost.version, lost.span), ([], [], [])
        )
        if not lost.memo:
            verdicts.append(1)
        elif lost.memo in made.memos:
            memos.append(lost.memo)
    items = []
    placements = _placements(made.corrected, found)
    for (document, version, span), (coded, memos, verdicts) in found.items():
        placement = placements[document, version, span]
        if placement.reason != GIVEN_UP and (coded or memos or verdicts):
            items.append(
                Quarantined(
                    document, version, placement, tuple(sorted(coded)), tuple(memos), len(verdicts)
                )
            )
    place = {id: at for at, id in enumerate(made.documents)}
    items.sort(
        key=lambda each: (place.get(each.document, -1), each.span.start, each.span.end, each.id)
    )
    return Quarantine(tuple(items))


def _placements(corrected: Corrected, passages: Iterable[Passage]) -> dict[Passage, Placement]:
    """Return what became of passages, each text being gone through once for each version."""
    spans: dict[tuple[str, str], list[Span]] = {}
    for document, version, span in passages:
        spans.setdefault((document, version), []).append(span)
    return {
        (document, version, span): placement
        for (document, version), own in spans.items()
        for span, placement in zip(own, corrected.where(document, own, version), strict=True)
    }


def _lost_coding(log: Log, made: Fold) -> Iterator[tuple[Passage, str, str]]:
    """Yield each assignment that stands and whose place is not certain."""
    assert made.corrected is not None
    placed = made.corrected.placed(as_written(log, made), seals_of(log))
    for version in sorted(set(placed.versions)):
        own = np.array([each == version for each in placed.versions], dtype=np.bool_)
        rows: Events = placed.lost.take(own).standing()
        for at in range(len(rows)):
            span = Span(int(rows.start[at]), int(rows.end[at]))
            document = rows.documents[rows.document[at]]
            yield (document, version, span), rows.codes[rows.code[at]], rows.coders[rows.coder[at]]


def reworded(log: Log, made: Fold) -> dict[tuple[str, int, int], str]:
    """Return the words as they were of coded passages that a correction changed within.

    By document, start and end in the text in force.
    """
    if made.corrected is None:
        return {}
    return made.corrected.placed(as_written(log, made), seals_of(log)).reworded
