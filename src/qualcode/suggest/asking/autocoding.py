"""Suggesting a code wherever a search finds something, or the code's own keywords and patterns do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.errors import DocumentError, SuggestionError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag, check_texts
from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.queries import Query
from qualcode.model.coding.suggestions import (
    Explanation,
    Fingerprint,
    PatternMatch,
    Status,
    Suggestion,
)
from qualcode.model.state import State
from qualcode.model.texts.segmenters import cut
from qualcode.model.texts.segments import Segment, Segments
from qualcode.stats.counting.found import find as passages
from qualcode.suggest.asking.material import codebook_digest, digest
from qualcode.suggest.asking.showing import Hidden
from qualcode.suggest.asking.shown_suggestions import Suggestions
from qualcode.suggest.bench.coded_texts import status_of
from qualcode.suggest.finding.rules import RuleMatch, Rules
from qualcode.suggest.finding.searching import find

if TYPE_CHECKING:
    from qualcode.stats.counting.units import Unit

__all__ = ["FOUND", "autocode"]

NOTHING = "nothing was found that has not the code, or a verdict, already"
FOUND = "ranks only: a search finds words, and nobody has counted how often it is right"


@question()
def autocode(
    state: State,
    code: str,
    *,
    text: str | Iterable[str] | None = None,
    regex: str | re.Pattern[str] | None = None,
    pattern: Sequence[Mapping[str, Any]] | None = None,
    speaker: str | None = None,
    query: Query | str | None = None,
    unit: Unit = "sentence",
    documents: str | Iterable[str] | None = None,
    again: bool = False,
    language: str = "en",
    pipeline: Any = None,
) -> Suggestions:
    """Return the segments that a search finds, as suggestions of a code; see `View.autocode`.

    Parameters
    ----------
    state : State
        The project's content.
    code, text, regex, pattern, speaker, query, unit, documents, again, language, pipeline
        See `View.autocode`.
    """
    check_flag(again, what="again", error=SuggestionError)
    wanted = state.codebook.assignable(code)
    rows = (
        cut(state.documents, unit, only=documents)
        if query is None
        else _found(state, query, documents)
    )
    conditions: dict[str, Any] = {
        "text": text, "regex": regex, "pattern": pattern, "speaker": speaker
    }  # fmt: skip
    given = {name: value for name, value in conditions.items() if value is not None}
    spacy = {"language": language, "pipeline": pipeline}
    found: Iterable[tuple[Segment, tuple[RuleMatch, ...]]]
    if given:
        found = find(rows, **given, **spacy)
    elif query is not None:
        found = ((segment, ()) for segment in rows)
    else:
        found = _by_own_rules(wanted, rows, **spacy)
    if query is not None:
        given["query"] = str(query)
    source = Fingerprint(
        digest(f"{name} {getattr(value, 'pattern', value)!r}" for name, value in given.items()),
        codebook_digest([wanted]),
        digest(document.checksum for document in state.documents.values()),
    )
    status = _status(state, wanted)
    hidden = Hidden(state.assignments, [wanted], rows, () if again else state.verdicts)
    items = tuple(
        Suggestion(
            segment=segment,
            code=wanted,
            rank=1,
            score=1.0,
            probability=None,
            status=status,
            explanation=Explanation(_in_document(segment, matches)),
            reason=FOUND,
            suggester="search" if given else "rules",
            fingerprint=source,
        )
        for segment, matches in found
        if not hidden.hides(segment, wanted.id)
    )
    return Suggestions(items, reason=FOUND if items else NOTHING)


def _found(state: State, query: Query | str, documents: str | Iterable[str] | None) -> Segments:
    """Return what a query found, in some of the documents."""
    found = passages(state, query)
    if documents is None:
        return Segments(found.items)
    ids = check_texts(documents, what="documents", error=DocumentError)
    wanted = {state.documents[id].id for id in ids}
    return Segments(tuple(each for each in found if each.document.id in wanted))


def _by_own_rules(
    code: Code, rows: Iterable[Segment], *, language: str, pipeline: Any
) -> Iterator[tuple[Segment, tuple[RuleMatch, ...]]]:
    if not code.keywords and not code.patterns:
        raise SuggestionError(
            f"code {code.id!r} has neither keywords nor patterns: give text, regex, pattern or speaker to "
            "search for, or add keywords to the code (cb.redefine)"
        )
    rules = Rules.of([code], language=language, pipeline=pipeline)
    return ((each, matches) for each in rows if (matches := rules.matches(each.quote)))


def _in_document(segment: Segment, matches: Iterable[RuleMatch]) -> tuple[PatternMatch, ...]:
    return tuple(
        PatternMatch(segment.start + each.start, segment.start + each.end, each.text, each.pattern)
        for each in matches
    )


def _status(state: State, code: Code) -> Status:
    rows = state.counting().assignments
    having = rows.code == list(rows.codes).index(code.id) if code.id in rows.codes else None
    if having is None:
        return status_of(0, 0)
    segments = np.unique(rows.segment[having])
    return status_of(segments.size, np.unique(rows.document[having]).size)
