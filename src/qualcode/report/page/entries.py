"""The codes of a page with their quotes, and its documents, as a reader without scripts has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code, Link
from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import Memo
from qualcode.model.state import State
from qualcode.model.texts.documents import Document
from qualcode.report.handing.collecting import Quote
from qualcode.report.page.quotes import Examples

__all__ = ["CodeEntry", "DocumentEntry", "codes_of", "documents_of", "memos_by_target"]


@attrs.frozen
class CodeEntry:
    """A code with what it means, its numbers, some of its quotes, and its links to others."""

    code: Code
    depth: int
    segments: int
    documents: int
    quotes: tuple[Quote, ...]
    memos: tuple[Memo, ...]
    links: tuple[Link, ...]


@attrs.frozen
class DocumentEntry:
    """A document with the number of its segments, and who coded how many of them."""

    document: Document
    segments: int
    coders: tuple[tuple[str, int], ...]
    memos: tuple[Memo, ...]


def memos_by_target(state: State) -> Mapping[str, tuple[Memo, ...]]:
    """Return the memos on each thing that has any."""
    found: dict[str, tuple[Memo, ...]] = {}
    for memo in state.memos:
        found[memo.target] = (*found.get(memo.target, ()), memo)
    return found


def _in_order(codebook: Codebook) -> list[tuple[Code, int]]:
    """Return all codes as the tree has them, with their depth."""
    found: list[tuple[Code, int]] = []

    def add(parent: str | None, depth: int) -> None:
        for code in codebook.children(parent, all=True):
            found.append((code, depth))
            add(code.id, depth + 1)

    add(None, 0)
    return found


def codes_of(state: State, *, examples: Examples, quotes: int) -> tuple[CodeEntry, ...]:
    """Return the codes in the order of the tree; of those out of use, the ones that something carries.

    Parameters
    ----------
    state : State
        What is reported.
    examples : Examples
        Where quotes are chosen.
    quotes : int
        How many stand for each code.
    """
    memos = memos_by_target(state)
    rows = state.assignments
    segments, documents = _distinct(rows, rows.segment), _distinct(rows, rows.document)
    links: dict[str, list[Link]] = {}
    for link in state.codebook.links:
        links.setdefault(link.source, []).append(link)
    return tuple(
        CodeEntry(
            code,
            depth,
            segments[code.id],
            documents[code.id],
            examples.of([code.id], quotes),
            memos.get(f"code:{code.id}", ()),
            tuple(links.get(code.id, ())),
        )
        for code, depth in _in_order(state.codebook)
        if code.is_live or segments[code.id]
    )


def _distinct(rows: Assignments, column: npt.NDArray[np.signedinteger[Any]]) -> dict[str, int]:
    """Return for each code, also one out of use, how many distinct values a column has in its rows."""
    pairs = np.unique(np.column_stack([rows.code, column]), axis=0)
    counts = np.bincount(pairs[:, 0], minlength=len(rows.codes)).tolist()
    return dict(zip(rows.codes, counts, strict=True))


def documents_of(state: State) -> tuple[DocumentEntry, ...]:
    """Return the documents, each with who coded how much in it."""
    memos = memos_by_target(state)
    rows = state.uncounted.assignments
    counted = state.assignments
    segments = np.bincount(
        counted.document[np.unique(counted.segment, return_index=True)[1]],
        minlength=len(state.documents),
    )
    table = np.zeros((len(state.documents), len(rows.coders)), dtype=np.int64)
    np.add.at(table, (rows.document, rows.coder), 1)
    return tuple(
        DocumentEntry(
            document,
            int(segments[at]),
            tuple(
                (rows.coders[who], int(table[at, who]))
                for who in np.flatnonzero(table[at]).tolist()
            ),
            memos.get(f"document:{document.id}", ()),
        )
        for at, document in enumerate(state.documents.values())
    )
