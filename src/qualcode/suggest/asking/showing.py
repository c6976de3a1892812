"""From a suggester's shortlists for rows of text to what people are shown: real places, real quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.suggestions import (
    Explanation,
    Fingerprint,
    NearRow,
    NearSegment,
    PatternMatch,
    Suggestion,
    Term,
    Verdict,
)
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segments import Segment
from qualcode.model.values import ByValue
from qualcode.suggest.asking.shown_suggestions import Abstained, Suggestions

if TYPE_CHECKING:
    from qualcode.suggest.bench.shortlists import Shortlists
    from qualcode.suggest.finding.rules import Rules

__all__ = ["Hidden", "Learned", "Showing", "batches", "place_of", "with_neighbours"]

Place = tuple[str, int, int]
Flags = npt.NDArray[np.bool_]
LEARNED_FROM = (
    "ranks only: the decision about this segment was learned, so its own score proves nothing"
)


@attrs.frozen(eq=False)
class Learned(ByValue):
    """What a fit came from, as far as suggestions need it.

    Parameters
    ----------
    codes : tuple of Code
        The codes that it can suggest.
    rules : Rules
        Their keywords and patterns.
    places : mapping of int to (str, int, int)
        Document, start and end of each coded segment, by its place in the data.
    documents : frozenset of str
        Ids of the documents in which decisions were learned.
    fingerprint : Fingerprint
        Of model, codebook and data.
    """

    codes: tuple[Code, ...] = attrs.field(repr=False)
    rules: Rules = attrs.field(repr=False)
    places: dict[int, Place] = attrs.field(repr=False)
    documents: frozenset[str] = attrs.field(repr=False)
    fingerprint: Fingerprint


@attrs.frozen(eq=False)
class Showing(ByValue):
    """Whose suggestions are shown, and in which project: rows of text become places, and ids codes.

    Parameters
    ----------
    learned : Learned
        What was learned.
    source : State
        The project that it was learned from, where its quotes are.
    state : State
        The project that is suggested for.
    name : str
        The suggester's.
    hidden : Hidden
        What is decided already.
    """

    learned: Learned
    source: State = attrs.field(repr=False)
    state: State = attrs.field(repr=False)
    name: str
    hidden: Hidden = attrs.field(repr=False)

    def suggestions(
        self, found: Shortlists, rows: Sequence[Segment], asked: Flags, limit: int
    ) -> Suggestions:
        """Return what to show of shortlists, at most so many codes for each segment.

        Parameters
        ----------
        found : Shortlists
            What a suggester would show.
        rows : sequence of Segment
            What it was asked about.
        asked : array of bool
            Which of them are shown; others were read along.
        limit : int
            How many codes.
        """
        decided = {*self.learned.places.values()}
        # As the texts are now: what is shown does not change when the project does.
        documents = dict(self.source.documents)
        items: list[Suggestion] = []
        silent = {row: reason for row, reason in found.silent.items() if asked[row]}
        shown: dict[int, int] = {}
        for at, (row, id) in enumerate(zip(found.rows, found.codes, strict=True)):
            if not asked[row]:
                continue
            segment, rank = rows[row], shown.get(row, 0) + 1
            if rank > limit or self.hidden.hides(segment, id):
                silent.setdefault(row, "all that would be suggested is decided already")
                continue
            shown[row] = rank
            reason = LEARNED_FROM if place_of(segment) in decided else found.reason
            why = partial(
                _explanation, self.learned, documents, segment, id, found.explanations[at]
            )
            items.append(
                Suggestion(
                    segment=segment,
                    code=self.state.codebook.codes.get(id) or self.source.codebook.codes[id],
                    rank=rank,
                    score=found.scores[at],
                    probability=found.probabilities[at] if reason is None else None,
                    status=found.statuses[id],
                    explanation=Explanation[NearSegment].later(why),
                    reason=reason,
                    suggester=self.name,
                    fingerprint=self.learned.fingerprint,
                )
            )
        return Suggestions(
            tuple(items),
            tuple(
                Abstained(rows[row], reason)
                for row, reason in sorted(silent.items())
                if row not in shown
            ),
            found.cut,
            found.reason,
        )


def _explanation(
    learned: Learned,
    documents: Mapping[str, Document],
    segment: Segment,
    code: str,
    why: Explanation[NearRow] | None,
) -> Explanation[NearSegment]:
    """Return what speaks for a code on a segment, with real places and quotes."""
    begin = segment.start
    matches = tuple(
        PatternMatch(begin + each.start, begin + each.end, each.text, each.pattern)
        for each in (learned.rules.matches(segment.quote) if learned.rules else ())
        if each.code == code
    )
    if why is None:
        return Explanation(matches)
    return Explanation(
        matches,
        tuple(
            Term(begin + each.start, begin + each.end, each.text, each.weight) for each in why.terms
        ),
        tuple(_near(learned, documents, each.row, each.similarity) for each in why.nearest),
        why.phrase,
        why.why,
    )


def _near(
    learned: Learned, documents: Mapping[str, Document], row: int, similarity: float
) -> NearSegment:
    document, start, end = learned.places[row]
    return NearSegment(document, start, end, documents[document].text[start:end], similarity)


class Hidden:
    """Which suggestions would only repeat what was decided: the code is there, or has a verdict."""

    def __init__(
        self,
        assigned: Assignments,
        codes: Sequence[Code],
        rows: Sequence[Segment],
        verdicts: Iterable[Verdict] = (),
    ) -> None:
        self._pairs: set[tuple[Place, str]] = set()
        asked = {place_of(segment) for segment in rows}
        ids = {code.id for code in codes}
        self._hide_assigned(assigned, rows, ids)
        for verdict in verdicts:
            place = (verdict.document, verdict.start, verdict.end)
            if place in asked:
                self._pairs.add((place, verdict.code))
        counts = Counter(place for place, code in self._pairs if code in ids)
        self.most = max(counts.values(), default=0)

    def _hide_assigned(self, assigned: Assignments, rows: Sequence[Segment], ids: set[str]) -> None:
        of_document: dict[str, list[int]] = {}
        for row, segment in enumerate(rows):
            of_document.setdefault(segment.document.id, []).append(row)
        for at, document in enumerate(assigned.documents):
            own = np.array(of_document.get(document, ()), np.int64)
            first, last = np.searchsorted(assigned.document, [at, at + 1])
            if not own.size or first == last:
                continue
            start = np.array([rows[row].start for row in own.tolist()])
            end = np.array([rows[row].end for row in own.tolist()])
            for place in range(first, last):
                code = assigned.codes[assigned.code[place]]
                meets = (start < assigned.end[place]) & (assigned.start[place] < end)
                if code in ids and meets.any():
                    self._pairs.update((place_of(rows[row]), code) for row in own[meets].tolist())

    def hides(self, segment: Segment, code: str) -> bool:
        """Whether the code is decided about on the segment."""
        return (place_of(segment), code) in self._pairs


def place_of(segment: Segment) -> Place:
    """Return a segment's document, start and end."""
    return segment.document.id, segment.start, segment.end


def with_neighbours(rows: Sequence[Segment], asked: Flags) -> tuple[Sequence[Segment], Flags]:
    """Return the rows of every document that is asked about: a segment is read with its neighbours."""
    wanted = {rows[at].document.id for at in np.flatnonzero(asked).tolist()}
    kept = [at for at, each in enumerate(rows) if each.document.id in wanted]
    return [rows[at] for at in kept], asked[kept]


def batches(rows: Sequence[Segment], size: int) -> Iterator[slice]:
    """Yield stretches of whole documents, of so many segments or a little more."""
    start = 0
    for at in range(1, len(rows) + 1):
        ends = at == len(rows) or rows[at].document.id != rows[at - 1].document.id
        if ends and (at - start >= size or at == len(rows)):
            yield slice(start, at)
            start = at
