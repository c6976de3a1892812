"""Who counts, document by document, with sets: slow, obvious, and what the table is compared with."""

from __future__ import annotations

from collections.abc import Iterable

from tests.reference import states
from tests.reference.states import Row

from qualcode.model.state import State


def finishers(state: State, document: str, kind: str) -> set[str]:
    """Return the coders of a kind who have read a document to the end."""
    return {
        id
        for id, coder in state.coders.items()
        if coder.kind == kind and document in state.finished.get(id, ())
    }


def who_counts(state: State, document: str, named: Iterable[str] | None, persons: bool) -> set[str]:
    """Return the coders whose assignments count in one document."""
    if named is not None:
        return set(named)
    settled = finishers(state, document, "consensus")
    if settled and not persons:
        return settled
    return {id for id, coder in state.coders.items() if coder.kind == "person"}


def counting(
    state: State, named: Iterable[str] | None = None, *, persons: bool = False
) -> set[Row]:
    """Return the assignments that count."""
    return {
        row
        for row in states.read(state)
        if row.coder in who_counts(state, row.document, named, persons)
    }
