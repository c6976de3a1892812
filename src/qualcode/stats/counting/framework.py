"""The framework matrix: cases by themes, with what people wrote in each cell and what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import check_mapping, check_texts, looked_up, plain_scalar
from qualcode.model.codebooks.hierarchy import Hierarchy, Node, lay_over
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.coding.summaries import CellKey, Place, Summary
from qualcode.model.readable import many
from qualcode.model.results import CountedResult
from qualcode.model.state import State
from qualcode.model.texts.documents import Case, Value
from qualcode.model.texts.segments import Segment
from qualcode.model.texts.spans import Span
from qualcode.stats.counting.variable_values import in_order, own_values

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Framework", "FrameworkCell", "cell_key", "framework", "places_by_cell", "values_of"]

_NOTHING: frozenset[Place] = frozenset()


@attrs.frozen
class FrameworkCell:
    """One cell of a framework matrix.

    Parameters
    ----------
    case : Case
        The case.
    node : Node
        The theme, domain or code.
    summary : Summary or None
        What was written of it; None where nothing was.
    segments : tuple of Segment
        The segments in the case's documents that are coded so, in order.
    coded : frozenset of tuple of (str, int, int)
        All places that are coded so, whatever is shown: what a summary written now rests on.
    added, gone, reworded : tuple of tuple of (str, int, int)
        Since the summary was written: segments that are coded so now and were not, that are coded so no
        longer or whose place is not certain, and in which a correction changed words. By document, start
        and end: code points in the text in force, half-open.
    """

    case: Case
    node: Node
    summary: Summary | None
    segments: tuple[Segment, ...] = attrs.field(repr=False)
    coded: frozenset[Place] = attrs.field(default=_NOTHING, repr=False)
    added: tuple[Place, ...] = attrs.field(default=(), repr=False)
    gone: tuple[Place, ...] = attrs.field(default=(), repr=False)
    reworded: tuple[Place, ...] = attrs.field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The summary's text; empty where nothing was written."""
        return "" if self.summary is None else self.summary.text

    @property
    def is_stale(self) -> bool:
        """Whether what the summary was written from has changed since."""
        return bool(self.added or self.gone or self.reworded)

    @property
    def why(self) -> str:
        """What has changed since, in words; empty where nothing has."""
        parts = [
            f"{many(len(found), 'segment')} {told}"
            for found, told in (
                (self.added, "added"), (self.gone, "gone"), (self.reworded, "reworded"),
            )
            if found
        ]  # fmt: skip
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.text


@attrs.frozen(eq=False)
class Framework(CountedResult):
    """The framework matrix: cases by themes, domains or codes, each cell a summary that a person writes.

    Parameters
    ----------
    cases : tuple of Case
        The rows.
    nodes : tuple of Node
        The columns.
    variables : tuple of str
        Variables of the cases that are shown beside them.
    filled : mapping
        The cells by case and node; see `__getitem__`.
    elsewhere : tuple of Summary
        Summaries of these cases and this level for which the rollup has no theme any more.
    state : State
        What is shown.
    hierarchy : Hierarchy
        The rollup over the codebook.
    """

    _figure = ""
    _instead = "it is a sheet to read; write_framework writes it, and project.rollup(…).plot() draws counts"

    cases: tuple[Case, ...] = attrs.field(repr=False)
    nodes: tuple[Node, ...] = attrs.field(repr=False)
    variables: tuple[str, ...]
    filled: Mapping[tuple[str, str], FrameworkCell] = attrs.field(repr=False)
    elsewhere: tuple[Summary, ...] = attrs.field(repr=False)
    state: State = attrs.field(repr=False)
    hierarchy: Hierarchy = attrs.field(repr=False)

    def __getitem__(self, key: tuple[str, str]) -> FrameworkCell:
        """Return the cell of a case, by id, and of a theme, domain or code, by id or name.

        Raises
        ------
        NotFoundError
            When the matrix has no such case or node.
        """
        if not (isinstance(key, tuple) and len(key) == 2):
            raise NotFoundError(
                f"a cell is named by a case and a {self.level}, as matrix['case-1', 'trust'], not by "
                f"{looked_up(key)}"
            )
        case, node = key
        known = [each.id for each in self.cases]
        if case not in known:
            raise NotFoundError(
                f"the matrix has no case {looked_up(case)}.{did_you_mean(case, known)}"
            )
        found = self.hierarchy.node(node, self.level)
        if found not in self.nodes:
            raise NotFoundError(f"the matrix has no {self.level} {found.id!r}")
        return self.filled[case, found.id]

    def __iter__(self) -> Iterator[FrameworkCell]:
        return iter(self.filled.values())

    def __len__(self) -> int:
        return len(self.filled)

    @property
    def rollup(self) -> Rollup:
        """The rollup whose themes or domains are the columns."""
        return self.hierarchy.rollup

    @property
    def level(self) -> str:
        """What the columns are: ``"theme"``, ``"domain"`` or ``"code"``."""
        return self.nodes[0].level

    @property
    def stale(self) -> tuple[FrameworkCell, ...]:
        """The cells whose segments have changed since their summary was written."""
        return tuple(each for each in self if each.is_stale)

    @property
    def unwritten(self) -> tuple[FrameworkCell, ...]:
        """The cells with segments and no summary yet."""
        return tuple(each for each in self if each.summary is None and each.segments)

    @property
    def written(self) -> tuple[FrameworkCell, ...]:
        """The cells with a summary."""
        return tuple(each for each in self if each.summary is not None)

    @property
    def _print_title(self) -> str:
        what = f"{self.level}s" + ("" if self.level == "code" else f" of “{self.rollup.name}”")
        coded = sum(bool(each.segments) for each in self)
        lines = [
            f"Framework matrix: {many(len(self.cases), 'case')} × {len(self.nodes):,} {what}",
            f"{len(self.written):,} of {len(self):,} cells have a summary, {len(self.stale):,} of them "
            f"stale; {coded:,} cells have segments, {len(self.unwritten):,} of them no summary",
        ]
        if self.elsewhere:
            lines.append(
                f"{len(self.elsewhere):,} summaries are of what this rollup has no more: see elsewhere"
            )
        return "\n".join(lines)

    def _print_rows(self, most: int) -> tuple[pd.DataFrame, int]:
        return self.to_frame().head(most).reset_index(), len(self.cases)

    def to_frame(self) -> pd.DataFrame:
        """Return the sheet: a row for each case, by id, its name and variables, and a column for each node.

        The columns of nodes are called by their ids, ``theme.ID`` where a variable is called so; an empty
        cell is an empty text.
        """
        import pandas as pd

        columns: dict[str, list[Value | None]] = {"name": [each.name for each in self.cases]}
        for name in self.variables:
            head = f"variable.{name}" if name == "name" else name
            columns[head] = [variable_of(self.state, each, name) for each in self.cases]
        for node in self.nodes:
            head = f"{node.level}.{node.id}" if node.id in columns else node.id
            columns[head] = [self.filled[each.id, node.id].text for each in self.cases]
        index = pd.Index([each.id for each in self.cases], name="case")
        return pd.DataFrame(columns, index=index)

    def cells_frame(self) -> pd.DataFrame:
        """Return a row for each cell.

        Columns: case, level, node (id), name (of the node), summary, coder, time, segments, documents (how
        many are coded so), stale, why, id (of the event that wrote the summary).
        """
        import pandas as pd

        rows = []
        for each in self:
            made = each.summary
            rows.append(
                (
                    each.case.id, each.node.level, each.node.id, each.node.name, each.text,
                    "" if made is None else made.coder, "" if made is None else made.time,
                    len(each.segments), len({segment.document.id for segment in each.segments}),
                    each.is_stale, each.why, "" if made is None else made.id,
                )
            )  # fmt: skip
        columns = [
            "case", "level", "node", "name", "summary", "coder", "time", "segments", "documents", "stale",
            "why", "id",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def progress_frame(self) -> pd.DataFrame:
        """Return how far the writing has come, a row for each node and one for all.

        Columns: node (id; empty for all), name, cells, coded (cells with segments), written, stale, unwritten
        (with segments and no summary), share (of the coded cells that have a summary; None of no cell).
        """
        import pandas as pd

        rows = [
            (node.id, node.name, *_progress([self.filled[each.id, node.id] for each in self.cases]))
            for node in self.nodes
        ]
        rows.append(("", "(all)", *_progress(self)))
        columns = ["node", "name", "cells", "coded", "written", "stale", "unwritten", "share"]
        return pd.DataFrame(rows, columns=columns)


def _progress(cells: Iterable[FrameworkCell]) -> tuple[int, int, int, int, int, float | None]:
    listed = list(cells)
    coded = [each for each in listed if each.segments]
    unwritten = sum(each.summary is None for each in coded)
    return (
        len(listed), len(coded), sum(each.summary is not None for each in listed),
        sum(each.is_stale for each in listed), unwritten,
        (len(coded) - unwritten) / len(coded) if coded else None,
    )  # fmt: skip


def variable_of(state: State, case: Case, variable: str) -> Value | str | None:
    """Return a case's value of a variable; where it has none, the values of its documents, as a text.

    Parameters
    ----------
    state : State
        The project's content.
    case : Case
        The case.
    variable : str
        The name of the variable.
    """
    found = values_of(state, case, variable)
    if len(found) > 1:
        return ", ".join(map(str, in_order(state, found, variable)))
    return next(iter(found), None)


def values_of(state: State, case: Case, variable: str) -> list[Value]:
    """Return a case's values of a variable; where it has none, those of its documents, each once.

    Parameters
    ----------
    state : State
        The project's content.
    case : Case
        The case.
    variable : str
        The name of the variable.
    """
    held = own_values(case, variable)
    if held:
        return held
    theirs = (each for each in state.documents.values() if case.id in each.cases)
    return list(dict.fromkeys(value for each in theirs for value in own_values(each, variable)))


def cell_key(hierarchy: Hierarchy, case: str, node: Node) -> CellKey:
    """Return which cell a case and a node are: that of a code is one cell, whatever the rollup."""
    rollup = "" if node.level == "code" else hierarchy.rollup.id
    return case, node.level, node.id, rollup


def places_by_cell(
    state: State, hierarchy: Hierarchy, nodes: Iterable[Node]
) -> Mapping[tuple[str, str], frozenset[Place]]:
    """Return where each case has segments that are coded with each node, by the ids of both.

    Parameters
    ----------
    state : State
        What counts; see `State.counting`.
    hierarchy : Hierarchy
        The rollup.
    nodes : iterable of Node
        Some of its nodes, of one level.
    """
    holding: dict[str, list[str]] = {}
    for node in nodes:
        for code in node.codes:
            holding.setdefault(code, []).append(node.id)
    rows = state.assignments
    documents = list(state.documents.values())
    found: defaultdict[tuple[str, str], set[Place]] = defaultdict(set)
    columns = (rows.document, rows.start, rows.end, rows.code)
    wanted = np.isin(rows.code, [at for at, id in enumerate(rows.codes) if id in holding])
    for at, start, end, code in zip(*(column[wanted].tolist() for column in columns), strict=True):
        document = documents[at]
        for case in document.cases:
            for node_id in holding[rows.codes[code]]:
                found[case, node_id].add((document.id, start, end))
    return {key: frozenset(places) for key, places in found.items()}


@question()
def framework(
    state: State,
    rollup: str | Rollup | None = None,
    *,
    level: str = "theme",
    cases: str | Iterable[str] | None = None,
    variables: Mapping[str, Value | Iterable[Value]] | None = None,
    show: str | Iterable[str] = (),
    sort: str | Iterable[str] = (),
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> Framework:
    """Return the framework matrix of some cases.

    Parameters
    ----------
    state : State
        The project's content.
    rollup : str or Rollup, optional
        As for `roll_up`.
    level : {"domain", "theme", "code"}, default "theme"
        What the columns are.
    cases : str or iterable of str, optional
        Ids of the cases that are the rows; all when not given.
    variables : mapping, optional
        Only cases with these values of variables, as ``{"site": "north"}``; a case that has none itself has
        those of its documents.
    show : str or iterable of str
        Variables that are shown beside the cases.
    sort : str or iterable of str
        Variables to sort the cases by, which are shown too; cases without a value come last.
    coders : str or iterable of str, optional
        Ids of the coders whose segments are shown; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments are shown; all when not given. What is stale does not depend on either.

    Raises
    ------
    StatisticsError
        When there is no case.
    """
    chosen = _chosen(state, cases, variables)
    by = check_texts(sort, what="sort", error=StatisticsError) if sort else ()
    beside = check_texts(show, what="show", error=StatisticsError) if show else ()
    for name in (*by, *beside):
        _check_variable(state, name)
    hierarchy = lay_over(state.find_rollup(rollup), state.codebook)
    nodes = tuple(each for each in hierarchy.level(level) if each.id != UNASSIGNED)
    if not nodes:
        raise StatisticsError(
            f"the rollup {hierarchy.rollup.id!r} has no {level}s to be columns: add some, or choose another "
            "rollup= or level="
        )
    shown = state.counting(coders, where=where)
    cells = _Cells(state, shown, hierarchy, nodes)
    rows = tuple(_sorted(state, chosen, by))
    return Framework(
        rows,
        nodes,
        tuple(dict.fromkeys((*by, *beside))),
        {(case.id, node.id): cells.cell(case, node) for case in rows for node in nodes},
        cells.elsewhere(rows),
        shown,
        hierarchy,
    )


class _Cells:
    """Makes the cells of a matrix."""

    def __init__(
        self, state: State, shown: State, hierarchy: Hierarchy, nodes: tuple[Node, ...]
    ) -> None:
        self._shown, self._hierarchy, self._nodes = shown, hierarchy, nodes
        self._places = places_by_cell(shown, hierarchy, nodes)
        self._held = {each.key: each for each in state.summaries}
        whole = state.unrestricted.counting()
        if whole is not shown:
            self._now = places_by_cell(whole, lay_over(hierarchy.rollup, whole.codebook), nodes)
        else:
            self._now = self._places

    def cell(self, case: Case, node: Node) -> FrameworkCell:
        summary = self._held.get(cell_key(self._hierarchy, case.id, node))
        documents = self._shown.documents
        segments = tuple(
            Segment(documents[id], Span(start, end))
            for id, start, end in sorted(
                self._places.get((case.id, node.id), ()),
                key=lambda place: (self._order[place[0]], *place[1:]),
            )
        )
        now = self._now.get((case.id, node.id), _NOTHING)
        if summary is None:
            return FrameworkCell(case, node, None, segments, now)
        had = {each.place for each in summary.anchors if each.place is not None}
        # One without a certain place may stand for none, or for another that is coded now.
        lost = {
            (each.document, each.start, each.end) for each in summary.anchors if each.place is None
        }
        reworded = {
            each.place
            for each in summary.anchors
            if each.outcome == "changed" and each.place in now
        }
        return FrameworkCell(
            case, node, summary, segments, now, tuple(sorted(now - had)),
            tuple(sorted((had - now) | lost)),
            tuple(sorted(each for each in reworded if each is not None)),
        )  # fmt: skip

    @cached_property
    def _order(self) -> dict[str, int]:
        return {id: at for at, id in enumerate(self._shown.documents)}

    def elsewhere(self, cases: Iterable[Case]) -> tuple[Summary, ...]:
        """Return the summaries of these cases and this level that no column holds."""
        rows = {each.id for each in cases}
        held = {each.id for each in self._nodes}
        level = self._nodes[0].level
        rollup = "" if level == "code" else self._hierarchy.rollup.id
        return tuple(
            each
            for each in self._held.values()
            if each.case in rows and (each.level, each.rollup) == (level, rollup)
            and each.node not in held
        )  # fmt: skip


def _chosen(
    state: State, cases: object, variables: Mapping[str, Value | Iterable[Value]] | None
) -> list[Case]:
    """Return the cases that are named and have the values that are asked for.

    Raises
    ------
    StatisticsError
        When there is none.
    """
    if not state.cases:
        raise StatisticsError(
            "a framework matrix has a row for each case, and the project has no cases: add some with "
            "add_case(id, documents=…), or say with add_document(…, cases=…) whom a document is about"
        )
    wanted = None if cases is None else check_texts(cases, what="cases", error=StatisticsError)
    found = [state.cases[id] for id in (state.cases if wanted is None else wanted)]
    asked = {} if variables is None else check_mapping(
        variables, what="variables", error=StatisticsError
    )  # fmt: skip
    for name, given in asked.items():
        _check_variable(state, name)
        one = plain_scalar(given)
        several = isinstance(one, Iterable) and not isinstance(one, str)
        values = {plain_scalar(each) for each in one} if several else {one}
        found = [each for each in found if values & set(values_of(state, each, name))]
    if not found:
        raise StatisticsError(f"no case has {asked!r}" if asked else "cases names no case")
    return list(dict.fromkeys(found))


def _check_variable(state: State, name: object) -> None:
    held = [
        *(each.variables for each in state.cases.values()),
        *(each.variables for each in state.documents.values()),
    ]
    known = dict.fromkeys(each for variables in held for each in variables)
    if name not in known:
        raise NotFoundError(
            f"no case and no document has the variable {looked_up(name)}.{did_you_mean(name, known)}"
        )


def _sorted(state: State, cases: list[Case], by: Iterable[str]) -> list[Case]:
    """Return cases in the order of their values of variables; others keep the order they have."""
    found = list(cases)
    for name in reversed(tuple(by)):
        values = {each.id: variable_of(state, each, name) for each in found}
        known = {value for value in values.values() if value is not None}
        place = {value: at for at, value in enumerate(in_order(state, known, name))}
        last = len(place)
        at = {id: last if value is None else place[value] for id, value in values.items()}
        found.sort(key=lambda each: at[each.id])
    return found
