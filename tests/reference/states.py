"""Rollups and co-occurrence of a whole project, from its raw log, with Python sets.

Nothing here uses how the library reads assignments, follows merges and splits, lays a rollup over a
codebook or finds what shares text with what. Segmenters only are its own: where text is cut is not
what is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from tests.reference import counting
from tests.reference.counting import Matrix

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.hierarchy import Node
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.texts.segmenters import segment
from qualcode.stats.counting.units import Unit

Key = tuple[str, str]  # level and id of a node


class Row(NamedTuple):
    document: str
    start: int
    end: int
    code: str
    coder: str


def logged(state: State) -> list[Row]:
    """Play the log from its beginning; what stands in the end, as it was assigned."""
    events = state.events
    standing: dict[Row, None] = {}
    for at in range(len(events)):
        row = Row(
            events.documents[events.document[at]],
            int(events.start[at]),
            int(events.end[at]),
            events.codes[events.code[at]],
            events.coders[events.coder[at]],
        )
        standing.pop(row, None)
        if not events.retracted[at]:
            standing[row] = None
    return list(standing)


def follow(codebook: Codebook, row: Row) -> str:
    """Return the code that stands for a row's code now."""
    code = codebook.codes[row.code]
    if code.status == "merged":
        assert code.merged_into is not None
        return follow(codebook, row._replace(code=code.merged_into))
    if code.status == "split":
        place = (row.document, row.start, row.end, row.coder)
        part = codebook.decisions.get(row.code, {}).get(place)
        if part is not None:
            return follow(codebook, row._replace(code=part))
    return row.code


def read(state: State) -> set[Row]:
    """Return what is assigned, as the codebook has it."""
    rows = (row._replace(code=follow(state.codebook, row)) for row in logged(state))
    return {row for row in rows if row.document in state.documents}


# Nodes


def _lines_of_descent(codebook: Codebook) -> dict[str, set[str]]:
    """Return for each code itself and all above it."""
    lines: dict[str, set[str]] = {}
    for code in codebook.codes:
        line, at = set(), code
        while at:
            line.add(at)
            at = codebook.codes[at].parent or ""
        lines[code] = line
    return lines


def nodes(rollup: Rollup, codebook: Codebook) -> dict[Key, set[str]]:
    """Return for each node of a written-out rollup the codes that count for it."""
    lines = _lines_of_descent(codebook)
    counted = {id for id, code in codebook.codes.items() if code.status != "merged"}

    def standing(code: str) -> str:
        onward = codebook.codes[code].merged_into
        return standing(onward) if onward else code

    themes: dict[str, set[str]] = {}
    for theme in rollup.themes:
        below = {code for code in codebook.codes if lines[code] & set(theme.subtrees)}
        themes[theme.id] = {standing(code) for code in {*theme.codes, *below}}
    placed = set().union(*themes.values())
    themes[UNASSIGNED] = counted - placed
    domains: dict[str, set[str]] = {}
    for domain in rollup.domains:
        domains[domain.id] = set().union(*(themes[theme] for theme in domain.themes))
    if rollup.domains:
        used = {theme for domain in rollup.domains for theme in domain.themes}
        domains[UNASSIGNED] = set().union(*(themes[theme] for theme in themes.keys() - used))
    return {
        **{("domain", id): codes for id, codes in domains.items()},
        **{("theme", id): codes for id, codes in themes.items()},
        **{("code", id): {id} for id in counted},
    }


def roots(codebook: Codebook) -> dict[Key, set[str]]:
    """Return for each domain along the code tree, a root, the codes that count for it.

    A root that only groups others is no theme in its own domain; what it carries from a time when it
    could be assigned is in the row for what rolls up to nothing.
    """
    lines = _lines_of_descent(codebook)
    found: dict[Key, set[str]] = {}
    for root, code in codebook.codes.items():
        if code.parent is None and code.status != "merged":
            below = {id for id in codebook.codes if root in lines[id]} - {root}
            found["domain", root] = below if below and not code.codable else below | {root}
    return found


# Counting


def _numbered(values: Iterable[object]) -> dict[object, int]:
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _membership(held: list[set[str]], codes: list[str]) -> np.ndarray:
    return np.array([[code in each for each in held] for code in codes], dtype=np.bool_).reshape(
        len(codes), len(held)
    )


def rollup_counts(
    state: State, held: dict[Key, set[str]], count: str, counting_rows: set[Row]
) -> dict[Key, int]:
    """Return the count of each node by a policy, over the rows that count."""
    rows = sorted(counting_rows)
    codes = list(state.codebook.codes)
    membership = _membership(list(held.values()), codes)
    number = _numbered(codes)
    documents = _numbered(state.documents)
    if count == "characters":
        spans = [(documents[row.document], row.start, row.end, number[row.code]) for row in rows]
        found = counting.covered_lengths(spans, membership)
        return dict(zip(held, found.tolist(), strict=True))
    things: list[tuple[object, int]] = []
    for row in rows:
        of_policy: dict[str, list[object]] = {
            "assignments": [row],
            "segments": [row[:3]],
            "documents": [row.document],
            "cases": [*state.documents[row.document].cases],
            "coders": [row.coder],
        }
        things += [(thing, number[row.code]) for thing in of_policy[count]]
    units = _numbered(thing for thing, _ in things)
    pairs = [(units[thing], code) for thing, code in things]
    return dict(zip(held, counting.node_counts(pairs, membership).tolist(), strict=True))


def _units(state: State, unit: Unit) -> list[tuple[Document, int, int]]:
    found = segment(state.documents.values(), unit=unit)
    return [(unit.document, unit.start, unit.end) for unit in found]


def _neighbours(
    units: list[tuple[Document, int, int]],
    carried: list[tuple[object, Row]],
    held: list[set[str]],
    gap: int,
) -> Matrix:
    """Count units with so many others of their document between them, as `meetings` counts segments."""
    in_text = [
        unit
        for document in dict.fromkeys(document.id for document, _, _ in units)
        for unit in sorted(
            (at for at, each in enumerate(units) if each[0].id == document),
            key=lambda at: units[at][1:],
        )
    ]
    # A number for each unit, with room between documents that no gap reaches across.
    number: dict[int, int] = {}
    last = ""
    for unit in in_text:
        document = units[unit][0].id
        step = 1 if document == last else gap + 2
        number[unit] = max(number.values(), default=0) + step
        last = document
    texts = _numbered((units[unit][0].id, reader) for (unit, reader), _ in carried)  # type: ignore[misc]
    counts = np.zeros((len(held), len(held)), dtype=np.int64)
    for text in texts:
        there = [
            {
                number[unit]
                for (unit, reader), row in carried  # type: ignore[misc]
                if (units[unit][0].id, reader) == text and row.code in codes
            }
            for codes in held
        ]
        for a, one in enumerate(there):
            for b, other in enumerate(there):
                meeting = {i for i in one for j in other if abs(i - j) <= gap + 1}
                met = {j for i in one for j in other if abs(i - j) <= gap + 1}
                counts[a, b] += len(one) if a == b else min(len(meeting), len(met))
    return counts


def cooccurrence(
    state: State,
    nodes: list[Node],
    counting_rows: set[Row],
    *,
    unit: Unit = "segment",
    meeting: str | None = None,
    gap: int | None = None,
    min_overlap: int | float | None = None,
    same_coder: bool = False,
) -> tuple[Matrix, int]:
    """Return the units that carry both of two nodes, and how many there are, over the rows that count."""
    rows = sorted(counting_rows)
    held = [set(node.codes) for node in nodes]
    readers = {row.coder for row in rows}

    def by(row: Row) -> str:
        return row.coder if same_coder else ""

    if meeting is not None:
        texts = _numbered((row.document, by(row)) for row in rows)
        spans = [
            (texts[row.document, by(row)], row.start, row.end, node)
            for row in rows
            for node, codes in enumerate(held)
            if row.code in codes
        ]
        how = (
            {"inside": True} if meeting == "contained" else {"gap": gap, "min_overlap": min_overlap}
        )
        near, _ = counting.meetings(spans, len(nodes), **how)
        return near, len({(*row[:3], by(row)) for row in rows})

    carried: list[tuple[object, Row]] = []
    if unit == "segment":
        carried = [((*row[:3], by(row)), row) for row in rows]
        n_units = len({unit for unit, _ in carried})
    elif unit == "document":
        carried = [((row.document, by(row)), row) for row in rows]
        n_units = len(state.documents)
    elif unit == "case":
        carried = [
            ((case, by(row)), row) for row in rows for case in state.documents[row.document].cases
        ]
        n_units = len(state.cases)
    else:
        units = _units(state, unit)
        place = _numbered(state.documents)
        incidence = counting.unit_incidence(
            [(place[document.id], start, end) for document, start, end in units],
            [(place[row.document], row.start, row.end) for row in rows],
        )
        carried = [((unit, by(rows[at])), rows[at]) for unit, at in incidence]
        n_units = len(units)
        if gap is not None:
            return _neighbours(units, carried, held, gap), n_units * (
                len(readers) if same_coder else 1
            )
    if same_coder and unit != "segment":
        n_units *= len(readers)
    unit_numbers = _numbered(unit for unit, _ in carried)
    codes = list(state.codebook.codes)
    number = _numbered(codes)
    pairs = [(unit_numbers[unit], number[row.code]) for unit, row in carried]
    return counting.node_pair_counts(pairs, _membership(held, codes)), n_units


def place(where: Any) -> dict[str, Any]:
    """Return the arguments that say where codes meet: on a unit, or how spans meet."""
    return {"meeting": where} if where in ("overlap", "contained") else {"unit": where}
