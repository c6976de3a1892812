"""What a page's script reads: documents, segments and assignments as columns, so that it counts by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
import numpy as np

from qualcode.model.codebooks.hierarchy import lay_over
from qualcode.model.codebooks.themes import Rollup
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import segment_target
from qualcode.model.counted import counting_table
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.model.texts.offsets import starts_in
from qualcode.model.texts.places import Places
from qualcode.report.page.choosing import unit_name, value_label
from qualcode.report.page.voices import voices_of
from qualcode.stats.counting.coded import Coded
from qualcode.stats.counting.grouping import variable_groups
from qualcode.stats.counting.policies import POLICIES, Policy
from qualcode.stats.counting.units import Unit, code_units

__all__ = ["Shown", "as_script", "record", "shown_texts"]

GAP = "\n[…]\n"
"""Stands between coded passages where the rest of a text is not in the page."""


@attrs.frozen
class Shown:
    """What a page has of a document's text, and where segments start in it.

    Parameters
    ----------
    text : str
        All of it, or the coded passages alone.
    start, length : list of int
        Of each segment, in UTF-16 units, as JavaScript counts.
    whole : bool
        Whether it is all of the text.
    """

    text: str
    start: list[int]
    length: list[int]
    whole: bool


def as_script(value: object) -> str:
    """Return JSON that can stand within a script element: nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def shown_texts(state: State, *, limit: int) -> list[Shown]:
    """Return what the page has of each document's text.

    Parameters
    ----------
    state : State
        With the assignments of everybody.
    limit : int
        How many code points of whole texts in all; of later documents there are only the coded passages.
    """
    rows = state.assignments
    first = _first_rows(rows)
    inside = rows.document[first]
    shown = []
    written = 0
    for at, document in enumerate(state.documents.values()):
        there = first[slice(*np.searchsorted(inside, [at, at + 1]))]
        start, end = rows.start[there].tolist(), rows.end[there].tolist()
        written += len(document)
        shown.append(_shown(document, start, end, whole=written <= limit))
    return shown


def _first_rows(rows: Assignments) -> np.ndarray[Any, np.dtype[np.intp]]:
    return np.unique(rows.segment, return_index=True)[1]


def _shown(document: Document, start: list[int], end: list[int], *, whole: bool) -> Shown:
    text = document.text
    if not whole:
        text, start, end = _passages(text, start, end)
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * len(text):
        units = starts_in(text, "utf-16")
        start, end = units[start].tolist(), units[end].tolist()
    length = [last - one for one, last in zip(start, end, strict=True)]
    return Shown(text, start, length, whole)


def _passages(text: str, start: list[int], end: list[int]) -> tuple[str, list[int], list[int]]:
    """Return the coded passages of a text, and where segments, sorted by start, lie in that."""
    kept: list[str] = []
    moved: list[int] = []
    length = 0  # of what is kept
    upto = -1  # in the text
    for one, last in zip(start, end, strict=True):
        if one > upto:
            if kept:
                kept.append(GAP)
                length += len(GAP)
            upto = one
        moved.append(length - (upto - one))
        if last > upto:
            kept.append(text[upto:last])
            length += last - upto
            upto = last
    return "".join(kept), moved, [at + e - s for at, s, e in zip(moved, start, end, strict=True)]


def record(
    state: State,
    rollups: Iterable[Rollup],
    shown: list[Shown],
    *,
    count: Policy,
    unit: Unit,
    variables: Iterable[str],
    colours: Mapping[str, int],
) -> dict[str, Any]:
    """Return what the page's script reads, as plain values.

    Parameters
    ----------
    state : State
        What is reported, by who counts there.
    rollups : iterable of Rollup
        Along which the page counts.
    shown : list of Shown
        What the page has of each document's text.
    count : Policy
        What the bars count.
    unit : str, regular expression or callable
        On what units codes meet.
    variables : iterable of str
        By which the page filters and compares.
    colours : mapping of str to int
        The number of the colour of each code.
    """
    every = state.uncounted
    rows = every.assignments
    first = _first_rows(rows)
    n_documents = len(state.documents)
    places = Places.of_columns(rows.document[first], rows.start[first], rows.end[first])
    voices = voices_of(state.documents.values(), places)
    cases = {id: at for at, id in enumerate(state.cases)}
    return {
        "count": count.name if count == POLICIES.get(count.name) else None,
        "documents": {
            "id": list(state.documents),
            "name": [each.name for each in state.documents.values()],
            "length": [each.heard_length for each in state.documents.values()],
            "cases": [[cases[id] for id in each.cases] for each in state.documents.values()],
            "whole": [int(each.whole) for each in shown],
        },
        "cases": [each.name for each in state.cases.values()],
        "codes": _codes(state, colours),
        "coders": [
            {"id": id, "name": each.name, "kind": each.kind} for id, each in state.coders.items()
        ],
        "named": state.names_coders,
        "segments": {
            "documents": np.bincount(rows.document[first], minlength=n_documents).tolist(),
            "start": [at for each in shown for at in each.start],
            "length": [at for each in shown for at in each.length],
            "span": np.column_stack([rows.start[first], rows.end[first]]).ravel().tolist()
            if any(each.length for each in shown)
            else [],
            "voices": voices.segment,
            "notes": _notes(every, rows, first),
        },
        "assignments": _rows(every, state, rows),
        "units": _units(every, unit, rows),
        "voices": voices.plain(),
        "variables": [_variable(state, name) for name in variables],
        "rollups": [_rollup(state, each) for each in rollups],
    }


def _codes(state: State, colours: Mapping[str, int]) -> dict[str, Any]:
    book = state.codebook
    return {
        "id": list(book.codes),
        "name": [each.name for each in book.codes.values()],
        "colour": [colours[id] for id in book.codes],
        "definition": [each.definition for each in book.codes.values()],
    }


def _rows(every: State, state: State, rows: Assignments) -> dict[str, Any]:
    documents = tuple(every.documents)
    order = {id: at for at, id in enumerate(state.coders)}
    coder = np.array([order.get(id, 0) for id in rows.coders], dtype=np.int64)
    persons = every.counting(persons=True)

    def flags(of: State) -> str:
        table = counting_table(of, documents, rows.coders)
        return "".join(map(str, table[rows.document, rows.coder].astype(int).tolist()))

    return {
        "segments": np.bincount(rows.segment).tolist(),
        "code": rows.code.tolist(),
        "coder": coder[rows.coder].tolist(),
        "rule": flags(state),
        "persons": flags(persons),
        "weight": {
            str(at): float(rows.rows.weight[at])
            for at in np.flatnonzero(~np.isnan(rows.rows.weight)).tolist()
        },
    }


def _notes(
    state: State, rows: Assignments, first: np.ndarray[Any, np.dtype[np.intp]]
) -> dict[str, list[str]]:
    """Return what was noted on segments and on their coding, by the number of the segment."""
    found: dict[int, list[str]] = {}
    for at, note in rows.rows.memos.items():
        found.setdefault(int(rows.segment[at]), []).append(note)
    on_segment: dict[str, list[str]] = {}
    for memo in state.memos:
        if memo.target.startswith("segment:"):
            on_segment.setdefault(memo.target, []).append(memo.text)
    if on_segment:
        for number, at in enumerate(first.tolist()):
            found.setdefault(number, []).extend(
                on_segment.get(segment_target(rows.segment_at(at)), ())
            )
    return {str(at): list(dict.fromkeys(found[at])) for at in sorted(found) if found[at]}


def _units(every: State, unit: Unit, rows: Assignments) -> dict[str, Any]:
    """Return in which units each segment lies, where its document, case or itself does not say it."""
    told: dict[str, Any] = {"name": unit_name(unit), "of": None}
    if unit in ("segment", "document", "case"):
        return told
    coding = code_units(Coded.of(every, rows), unit)
    of: list[list[int]] = [[] for _ in range(rows.n_segments)]
    pairs = np.unique(np.column_stack([rows.segment[coding.row], coding.unit]), axis=0)
    for segment, at in pairs.tolist():
        of[segment].append(at)
    documents = np.bincount(coding.document, minlength=len(every.documents))
    return {**told, "of": of, "documents": documents.tolist()}


def _variable(state: State, name: str) -> dict[str, Any]:
    groups = variable_groups(state, name)
    of: list[list[int]] = [[] for _ in state.documents]
    for at, mask in enumerate(groups.values()):
        for document in np.flatnonzero(mask).tolist():
            of[document].append(at)
    return {"name": name, "values": [value_label(value) for value in groups], "of": of}


def _rollup(state: State, rollup: Rollup) -> dict[str, Any]:
    hierarchy = lay_over(rollup, state.codebook)
    number = {id: at for at, id in enumerate(hierarchy.codes)}
    return {
        "id": rollup.id,
        "top": hierarchy.top,
        "nodes": [
            {
                "level": node.level,
                "id": node.id,
                "name": node.name,
                "codes": sorted(number[id] for id in node.codes),
                "children": list(node.children),
            }
            for node in hierarchy.nodes
            if node.level != "code"
        ],
    }
