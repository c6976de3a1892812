"""What a project offers a suggester: its units of text, the decisions about them, the codebook's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import SuggestionError
from qualcode.model.codebooks.codes import Code, texts
from qualcode.model.counted import Counted, only_marks
from qualcode.model.state import State
from qualcode.model.texts.segmenters import SEGMENTERS
from qualcode.model.texts.segments import Segment
from qualcode.model.values import ByValue
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.units import Unit, code_units
from qualcode.suggest.bench.coded_texts import CodedTexts, CodeText, group_numbers
from qualcode.suggest.finding.rules import Rules
from qualcode.suggest.finding.searching import find

__all__ = [
    "CompleteFrom",
    "Material",
    "candidates",
    "code_text",
    "codebook_digest",
    "digest",
    "gather",
    "spoken_by",
    "through",
]

# So many units without a code at the end of a document are no sign that coding broke off.
_NO_BREAK = 5
# From so many units with a code on, the gaps between them tell how densely a document is coded.
_TELLING = 3

CompleteFrom: TypeAlias = Literal["stated", "finished", "assigned"]
"""How it is known which documents were coded from beginning to end."""


@attrs.frozen(eq=False)
class Material(ByValue):
    """Units of a project, in the order of its documents, and what was decided about them.

    Parameters
    ----------
    segments : sequence of Segment
        The units.
    data : CodedTexts
        Their texts, decisions and rule hits; the columns are `codes`.
    codes : tuple of Code
        The codes that can be suggested.
    rules : Rules
        Their keywords and patterns.
    time : array of float
        When each unit was first given a code, in microseconds since 1970; NaN where it has none.
    counted : Counted
        Whose decisions these are.
    complete_from : {"stated", "finished", "assigned"}
        How it is known which documents were coded from beginning to end: it was stated; coders marked
        what they finished; or, where nobody marked anything, it is taken from where they assigned.
    """

    segments: Sequence[Segment] = attrs.field(repr=False)
    data: CodedTexts = attrs.field(repr=False)
    codes: tuple[Code, ...] = attrs.field(repr=False)
    rules: Rules = attrs.field(repr=False)
    time: NDArray[np.float64] = attrs.field(repr=False)
    counted: Counted
    complete_from: CompleteFrom

    @property
    def learned(self) -> frozenset[str]:
        """Ids of the documents in which anything was decided."""
        return frozenset(
            document
            for document, coded in zip(self.data.documents, self.data.coded.tolist(), strict=True)
            if coded
        )

    @property
    def data_digest(self) -> str:
        """What the decisions are, in twelve digits."""
        coded = np.flatnonzero(self.data.coded)
        assigned = self.data.assigned[coded]
        parts = [self.data.codebook[code].id for code in assigned.indices.tolist()]
        bounds = assigned.indptr.tolist()
        return digest(
            f"{self.segments[row].document.id}:{self.segments[row].start}-{self.segments[row].end} "
            f"{' '.join(sorted(parts[bounds[at] : bounds[at + 1]]))}"
            for at, row in enumerate(coded.tolist())
        )

    @property
    def codebook_digest(self) -> str:
        """What the codebook says, in twelve digits."""
        return codebook_digest(self.codes)


def codebook_digest(codes: Iterable[Code]) -> str:
    """Return what a suggester takes from codes, in twelve digits."""
    return digest(f"{code_text(code)!r} {code.keywords!r} {code.patterns!r}" for code in codes)


def digest(parts: Iterable[str]) -> str:
    """Return the first twelve digits of the SHA-256 digest of some texts."""
    made = sha256()
    for part in parts:
        made.update(part.encode("utf-8", "surrogatepass") + b"\n")
    return made.hexdigest()[:12]


def code_text(code: Code) -> CodeText:
    """Return what the codebook says of a code, as a suggester reads it."""
    return CodeText(
        code.id,
        code.name,
        code.definition,
        code.include,
        code.exclude,
        code.examples,
        code.counterexamples,
    )


def candidates(state: State, codes: Iterable[str] | None = None) -> tuple[Code, ...]:
    """Return the codes that can be suggested: those that can be assigned.

    Parameters
    ----------
    state : State
        The project's content.
    codes : iterable of str, optional
        Ids or names of codes, if not all are wanted.

    Raises
    ------
    SuggestionError
        When there is none.
    """
    if codes is not None:
        wanted = {state.codebook.assignable(code).id for code in codes}
    found = tuple(
        code
        for code in state.codebook.codes.values()
        if code.is_live and code.codable and (codes is None or code.id in wanted)
    )
    if not found:
        raise SuggestionError("the codebook has no code that can be assigned, so none to suggest")
    return found


def gather(
    state: State,
    unit: Unit,
    *,
    coders: str | Iterable[str] | None = None,
    codes: Iterable[str] | None = None,
    complete: Iterable[str] | None = None,
    without_speakers: str | Iterable[str] | None = None,
    language: str = "en",
    pipeline: object = None,
) -> Material:
    """Return what a suggester can learn from.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable
        ``"sentence"``, ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``, any segmenter; or
        ``"segment"``: the stretches that people marked, and nothing else. A unit has the codes of every
        assignment that shares a code point with it.
    coders : str or iterable of str, optional
        Whose decisions count; by the rule of `State.counting` when not given. A unit has a code when any
        of them gave it.
    codes : iterable of str, optional
        Only these codes.
    complete : iterable of str, optional
        Documents coded from beginning to end, in which a unit without a code is a decision that none
        applies. When not given: those that these coders marked as finished or, where they marked none,
        all in which they assigned anything that was not a suggestion, less those whose coding breaks off
        or begins late: where far more units follow the last code, or precede the first, than are without
        one in between.
    without_speakers : str or iterable of str, optional
        Speakers whose words are neither learned nor suggested for, such as the interviewer.
    language, pipeline
        For the codes' patterns: a language for a blank spaCy pipeline, or a pipeline.

    Raises
    ------
    SuggestionError
        When there is no text, no code to suggest, or the unit is no stretch of text.
    """
    from scipy import sparse

    chosen = candidates(state, codes)
    narrowed = state.counting(coders)
    if unit == "case":
        raise SuggestionError("a case is no stretch of text: suggest for documents, or for less")
    # As a segmenter, which passes over documents without text.
    coding = code_units(Coded.of(narrowed), SEGMENTERS["document"] if unit == "document" else unit)
    every = tuple(each for each in coding.labels if isinstance(each, Segment))
    segments, number_of = _kept(every, without_speakers)
    unit_of = number_of[coding.unit]
    if not segments:
        raise SuggestionError(
            "there is nothing to learn from: no text"
            if unit != "segment"
            else "there is nothing to learn from: nobody has marked a segment yet"
        )
    texts = [each.quote for each in segments]
    documents = [each.document.id for each in segments]
    rows = narrowed.assignments
    column = {code.id: at for at, code in enumerate(chosen)}
    number = np.array([column.get(id, -1) for id in rows.codes], dtype=np.int64)
    carried = number[rows.code[coding.row]] if len(rows) else np.zeros(0, dtype=np.int64)
    known = (carried >= 0) & (unit_of >= 0)
    assigned = sparse.coo_matrix(
        (np.ones(int(known.sum()), bool), (unit_of[known], carried[known])),
        shape=(len(segments), len(chosen)),
    ).tocsr()
    coded_through, complete_from = through(narrowed, complete)
    if complete_from == "assigned":
        coded_through -= _half_coded(documents, np.diff(assigned.indptr) > 0)
    complete_rows = np.array([id in coded_through for id in documents], dtype=np.bool_)
    rules = Rules.of(chosen, language=language, pipeline=pipeline)
    data = CodedTexts(
        texts,
        documents,
        assigned,
        [code_text(code) for code in chosen],
        complete_rows,
        rules.hits(texts) if rules else None,
        complete_rows,
    )
    time = np.full(len(segments), np.inf)
    np.minimum.at(time, unit_of[known], rows.rows.when[coding.row[known]].astype(np.float64))
    time[np.isinf(time)] = np.nan
    return Material(segments, data, chosen, rules, time, narrowed.counted, complete_from)


def _half_coded(documents: Sequence[str], has_code: NDArray[np.bool_]) -> frozenset[str]:
    """Return the documents whose coding breaks off long before their end, or begins long after the start."""
    numbers = group_numbers(documents)
    found = set()
    order = np.argsort(numbers, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
        coded = np.flatnonzero(has_code[rows])
        if not coded.size:
            continue
        longest_gap = int(np.diff(np.r_[-1, coded]).max()) - 1
        after = rows.size - 1 - int(coded[-1])
        broke_off = after > max(_NO_BREAK, 2 * longest_gap, rows.size // 10)
        if coded.size >= _TELLING:
            # People warm up before there is anything to code, so more is asked for of either end alone.
            within = int(np.diff(coded).max()) - 1
            edge = max(int(coded[0]), after)
            broke_off |= edge > max(_NO_BREAK, 3 * within, rows.size // 4)
        if broke_off:
            found.add(documents[rows[0]])
    return frozenset(found)


def spoken_by(segments: Iterable[Segment], speakers: str | Iterable[str]) -> set[int]:
    """Return the `id` of each segment in which only some speakers speak."""
    return {id(segment) for segment, _ in find(segments, speaker=speakers)}


def _kept(
    segments: Sequence[Segment], without: str | Iterable[str] | None
) -> tuple[tuple[Segment, ...], NDArray[np.int64]]:
    """Return the segments less those of some speakers, and the new number of each, -1 for none."""
    if without is None:
        return tuple(segments), np.arange(len(segments))
    gone = spoken_by(segments, without)
    kept = np.array([id(each) not in gone for each in segments], np.bool_)
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    return tuple(each for each in segments if id(each) not in gone), number


def through(
    state: State, complete: str | Iterable[str] | None = None
) -> tuple[frozenset[str], CompleteFrom]:
    """Return the ids of the documents coded from beginning to end, and how that is known.

    Parameters
    ----------
    state : State
        What is learned from, with the assignments that count.
    complete : str or iterable of str, optional
        The ids, where they are stated.
    """
    if complete is not None:
        return frozenset(state.documents[id].id for id in texts(complete)), "stated"
    learned = {
        id for id, coder in state.coders.items() if state.names_coders or coder.kind != "machine"
    }
    marks = only_marks(state.finished, coders=learned, documents=state.documents)
    if marks:
        return frozenset().union(*marks.values()), "finished"
    rows = state.restricted(origin=["hand", "import"]).assignments
    ids = tuple(state.documents)
    return frozenset(ids[at] for at in np.unique(rows.document).tolist()), "assigned"
