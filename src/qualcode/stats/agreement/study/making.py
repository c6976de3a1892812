"""Making a study: who covered what, which units there are, and which codes are on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_named, check_texts, looked_up
from qualcode.model.codebooks.hierarchy import LEVELS, lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.assignments import Assignments
from qualcode.model.state import State
from qualcode.model.texts.segments import Segment
from qualcode.stats.agreement.study.coding_table import CoverageFrom, Flags, Table, Uncoded
from qualcode.stats.agreement.study.levels import NothingComparedError, named_nodes, nodes_at
from qualcode.stats.agreement.study.rating_patterns import stretches
from qualcode.stats.agreement.study.study import Study
from qualcode.stats.arguments import check_one_of, check_unit, check_whole_texts
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.units import Unit, code_units
from qualcode.stats.kernels import unit_incidence

__all__ = ["agreement_study"]

Longs = npt.NDArray[np.int64]


@question("study")
def agreement_study(
    state: State,
    *,
    unit: Unit,
    coders: Iterable[str] | str | None = None,
    level: str = "code",
    rollup: str | Rollup | None = None,
    codes: Iterable[str] | str | None = None,
    coverage: Mapping[str, Iterable[str] | str] | None = None,
    uncoded: Uncoded = "decision",
) -> Study:
    """Say what is compared, for measuring agreement.

    Parameters
    ----------
    state : State
        The project's content.
    unit : str, regular expression or callable
        ``"segment"`` (spans as coded: coders meet only where theirs are identical), ``"sentence"``,
        ``"paragraph"``, ``"turn"``, ``"line"``, ``"document"``, ``"character"``, or a segmenter. There
        is no default, because agreement depends on it.
    coders : iterable of str, optional
        Ids; all persons who assigned or finished anything, or whose coverage is stated, when not
        given. Coders of the kinds ``"machine"`` and ``"consensus"`` must be named.
    level : {"code", "theme", "domain"}, default "code"
        What is compared.
    rollup : str or Rollup, optional
        For themes and domains.
    codes : iterable of str, optional
        Ids of the nodes of that level to compare; all that were used when not given.
    coverage : mapping of str to iterable of str, optional
        Which documents each coder read. Of a coder who is not named here, those that they marked as
        finished or, where they marked none, those in which they assigned anything by themselves, and
        not from a suggestion; so a coder who
        read a document and found nothing in it has to have finished it, or to be named here.
    uncoded : {"decision", "missing"}, default "decision"
        Whether a unit that a coder left uncoded, in a document that they covered, is a decision that
        no code applies, or not known.

    Raises
    ------
    StatisticsError
        When fewer than two coders remain, no document was covered by two, or nothing was used that
        could be compared.
    NotFoundError
        For a coder, document or code that does not exist.
    """
    check_one_of(uncoded, ("decision", "missing"), what="uncoded")
    check_one_of(level, LEVELS, what="level")
    unit = check_unit(unit, also=("character",))
    if coders is not None:
        coders = check_named(coders, what="coders", error=StatisticsError)
    stated = _stated(state, coverage)
    state = state.uncounted
    compared = _compared(state, coders, stated)
    covered, coverage_from = _coverage(state, compared, stated)
    documents = _shared_documents(state, covered)
    read = np.array([[each in covered[coder] for each in documents] for coder in compared])
    narrowed = attrs.evolve(state, documents=state.documents.only(documents))
    rows = _rows(narrowed, state.assignments, compared, read)
    used = tuple(rows.codes[number] for number in np.unique(rows.code).tolist())
    along = state.find_rollup(rollup)
    hierarchy = lay_over(along, state.codebook)
    if codes is None:
        nodes = nodes_at(hierarchy, level, used)
    else:
        nodes = named_nodes(hierarchy, level, codes)
        held = frozenset().union(*(node.codes for node in nodes))
        used = tuple(code for code in used if code in held)
    given, clusters, segments, placed = _lay_out(narrowed, rows, compared, used, unit)
    return Study(
        state=state,
        table=Table(compared, documents, used, given, read, clusters, segments, rows, placed),
        nodes=nodes,
        unit=_unit_name(unit),
        uncoded=uncoded,
        rollup=along,
        chosen=codes is not None,
        coverage={id: stated[id] for id in compared if id in stated} if stated else None,
        coverage_from=coverage_from,
        named=coders is not None or state.names_coders,
    )


def _compared(
    state: State, given: Iterable[str] | str | None, stated: Iterable[str]
) -> tuple[str, ...]:
    coders = given
    if coders is None:
        rows = state.assignments
        active = {
            *stated,
            *state.finished,
            *(rows.coders[number] for number in np.unique(rows.coder).tolist()),
        }
        coders = [
            id
            for id, each in state.coders.items()
            if id in active and (each.kind == "person" or state.names_coders)
        ]
    chosen = tuple(dict.fromkeys(state.coder_ids(coders)))
    if len(chosen) < 2:
        kind = NothingComparedError if given is None else StatisticsError
        raise kind(
            f"agreement needs two coders or more; there is {', '.join(chosen) or 'none'}"
            f"{_left_out(state, chosen)}"
        )
    return chosen


def _left_out(state: State, chosen: tuple[str, ...]) -> str:
    """Return who is no person and not compared, to be named for being so."""
    others = [
        f"{id} ({coder.kind})"
        for id, coder in state.coders.items()
        if coder.kind != "person" and id not in chosen
    ]
    return f"; {', '.join(others)} must be named in coders=… to be compared" if others else ""


def _stated(
    state: State, coverage: Mapping[str, Iterable[str] | str] | None
) -> dict[str, tuple[str, ...]]:
    """Return the coverage that was stated, checked, in the order of the documents."""
    stated = {}
    given = check_mapping(coverage, what="coverage", error=StatisticsError)
    for coder in given:
        if not isinstance(coder, str) or coder not in state.coders:
            raise NotFoundError(
                f"coverage: no coder has the id {looked_up(coder)}.{did_you_mean(coder, state.coders)}"
            )
        read = check_texts(given[coder], what=f"coverage[{coder!r}]", error=StatisticsError)
        ids = {state.documents[each].id for each in read}
        stated[coder] = tuple(id for id in state.documents if id in ids)
    return stated


def _coverage(
    state: State, coders: Iterable[str], stated: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, CoverageFrom]]:
    """Return the documents that each coder covered, and how that is known."""
    covered: dict[str, tuple[str, ...]] = {}
    known: dict[str, CoverageFrom] = {}
    touched = _touched(state)
    for coder in coders:
        if coder in stated:
            covered[coder], known[coder] = stated[coder], "stated"
        elif marks := state.finished.get(coder):
            covered[coder] = tuple(id for id in state.documents if id in marks)
            known[coder] = "finished"
        else:
            covered[coder], known[coder] = touched.get(coder, ()), "assigned"
    return covered, known


def _touched(state: State) -> dict[str, tuple[str, ...]]:
    """Return by coder the documents in which they assigned anything other than from a suggestion.

    Who accepted a suggestion has not read the document for it.
    """
    rows = state.restricted(origin=["hand", "import"]).assignments
    ids = tuple(state.documents)
    places = np.unique(rows.coder.astype(np.int64) * max(1, len(ids)) + rows.document)
    found: dict[str, list[str]] = {}
    for place in places.tolist():
        coder, document = divmod(place, len(ids))
        found.setdefault(rows.coders[coder], []).append(ids[document])
    return {coder: tuple(documents) for coder, documents in found.items()}


def _shared_documents(state: State, covered: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    shared = tuple(
        id
        for id, document in state.documents.items()
        if document.text and sum(id in documents for documents in covered.values()) > 1
    )
    if not shared:
        counts = ", ".join(f"{coder} {len(documents)}" for coder, documents in covered.items())
        raise NothingComparedError(
            f"no document was covered by two of the coders (they covered: {counts})"
        )
    return shared


def _rows(state: State, rows: Assignments, coders: tuple[str, ...], read: Flags) -> Assignments:
    """Return what the coders assigned in documents they covered, counting into these documents."""
    document = {id: at for at, id in enumerate(state.documents)}
    coder = {id: at for at, id in enumerate(coders)}
    where = np.array([document.get(id, -1) for id in rows.documents], dtype=np.int64)
    who = np.array([coder.get(id, -1) for id in rows.coders], dtype=np.int64)
    where, who = where[rows.document], who[rows.coder]
    kept = rows.take((where >= 0) & (who >= 0) & read[who, where])
    return Assignments.read(kept.rows, state.documents, state.codebook)


def _unit_name(unit: Unit) -> str:
    if isinstance(unit, str):
        return unit
    return str(getattr(unit, "pattern", None) or getattr(unit, "__name__", repr(unit)))


def _lay_out(
    state: State, rows: Assignments, coders: tuple[str, ...], codes: tuple[str, ...], unit: Unit
) -> tuple[Flags, Longs, Sequence[Segment], tuple[Longs, Longs] | None]:
    """Return what is given on each unit, its document's number, the units, and which rows are on them."""
    if unit == "case":
        raise StatisticsError("coders code documents, not cases: compare within documents or less")
    who = np.array([coders.index(id) if id in coders else -1 for id in rows.coders], dtype=np.int64)
    what = np.array([codes.index(id) if id in codes else -1 for id in rows.codes], dtype=np.int64)
    who, what = who[rows.coder], what[rows.code]
    if unit == "character":
        return *_by_character(state, rows, who, what, (len(coders), len(codes))), None
    coded = Coded.of(state, rows)
    coding = code_units(coded, unit)
    given = np.zeros((len(coders), coding.n_units, len(codes)), dtype=np.bool_)
    compared = what[coding.row] >= 0
    row = coding.row[compared]
    given[who[row], coding.unit[compared], what[row]] = True
    return given, coding.document, coding.segments(coded), (coding.row, coding.unit)


def _by_character(
    state: State, rows: Assignments, who: Longs, what: Longs, size: tuple[int, int]
) -> tuple[Flags, Longs, Sequence[Segment]]:
    check_whole_texts(state.documents.values())
    n_coders, n_codes = size
    coded = Coded.of(state, rows)
    document, start, end = stretches(coded)
    stretch, row = unit_incidence(document, start, end, coded.document, coded.start, coded.end)
    row, stretch = row[what[row] >= 0], stretch[what[row] >= 0]
    given = np.zeros((n_coders, len(document), n_codes), dtype=np.bool_)
    given[who[row], stretch, what[row]] = True
    lengths = end - start
    of_document = np.bincount(document, lengths, len(coded.documents)).astype(np.int64)
    characters = _Characters(state, np.cumsum(of_document) - of_document)
    return np.repeat(given, lengths, axis=1), np.repeat(document, lengths), characters


class _Characters(Sequence[Segment]):
    """Each code point of the documents as a segment, made when looked at."""

    def __init__(self, state: State, offset: Longs) -> None:
        self._documents = list(state.documents.values())
        self._offset = offset

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Characters) and self._documents == other._documents

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return sum(len(document) for document in self._documents)

    def __getitem__(self, index: int) -> Segment:  # type: ignore[override]
        at = int(np.searchsorted(self._offset, index, side="right")) - 1
        start = index - int(self._offset[at])
        return Segment.whole(self._documents[at]).part(start, start + 1)
