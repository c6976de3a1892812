"""Who is counted: a consensus alone where it has finished a document, elsewhere persons.

A machine counts when it is named, and whoever is named counts whatever their kind. The rule is one
table of documents × coders, and one look-up in it for each assignment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt

from qualcode.model.coding.assignments import Assignments
from qualcode.model.coding.memos import Coder, CoderKind

__all__ = [
    "Counted",
    "Counting",
    "LeftOut",
    "Marks",
    "Who",
    "count_who",
    "counting_table",
    "marked",
    "only_counting",
    "only_marks",
]

Flags: TypeAlias = npt.NDArray[np.bool_]
Marks: TypeAlias = Mapping[str, frozenset[str]]
"""For each coder by id, the ids of the documents that they read to the end."""
Who: TypeAlias = Literal["everybody", "rule", "persons"]
"""Whose assignments count: everybody's, by the rule, or persons' whatever a consensus finished."""


@attrs.frozen
class LeftOut:
    """A coder some of whose assignments do not count.

    Parameters
    ----------
    coder : str
        The coder's id.
    why : {"machine", "not finished", "replaced", "no person"}
        A machine that was not named; a consensus that has not finished the documents; a person whose
        documents a consensus finished; a consensus where only persons count.
    documents : int
        In how many documents.
    """

    coder: str
    why: Literal["machine", "not finished", "replaced", "no person"]
    documents: int

    def __str__(self) -> str:
        if self.why == "not finished":
            return f"{self.coder} (not finished in {_documents(self.documents)})"
        return f"{self.coder} ({self.why})"


@attrs.frozen
class Counted:
    """Who was counted, and in how many documents.

    Parameters
    ----------
    how : {"rule", "persons", "named", "everybody"}
        By the rule; persons alone; the coders who were named; or everybody, as `State.assignments` is
        before anybody asks who counts.
    persons, consensus, named : tuple of str
        Ids of those who counted: as persons, as a consensus, as named.
    by_persons, by_consensus, by_named, by_nobody : int
        In how many documents each of them counted, and in how many nobody did.
    left_out : tuple of LeftOut
        Whose assignments did not count, and why.
    where : tuple of str
        The queries that of these assignments only those counted for which they held.
    across : int
        How many assignments were left out because their segments reach from the words of those whose
        words count into those of others.

    Examples
    --------
    >>> print(Counted("rule", persons=("ana", "ben"), by_persons=12, by_nobody=1))
    Counted: persons ana and ben in 12 documents; nobody in 1
    """

    how: Literal["rule", "persons", "named", "everybody"]
    persons: tuple[str, ...] = ()
    consensus: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    by_persons: int = 0
    by_consensus: int = 0
    by_named: int = 0
    by_nobody: int = 0
    left_out: tuple[LeftOut, ...] = ()
    where: tuple[str, ...] = ()
    across: int = 0

    @property
    def coders(self) -> tuple[str, ...]:
        """Ids of all who counted."""
        return (*self.persons, *self.consensus, *self.named)

    @property
    def not_counted(self) -> tuple[LeftOut, ...]:
        """Who was left out other than for a consensus that counts in their place."""
        return tuple(each for each in self.left_out if each.why != "replaced")

    @property
    def parts(self) -> tuple[str, ...]:
        """Who counted where, in words: one part for persons, a consensus, those named, and nobody."""
        kind = "person" if len(self.persons) == 1 else "persons"
        whole = "all coders" if self.how == "everybody" else "as named,"
        parts = [
            (self.by_persons, f"{kind} {_listed(self.persons) or '(no code)'} in {{}}"),
            (self.by_consensus, f"{self._the_consensus} alone in {{}} that it finished"),
            (self.by_named, f"{whole} {_listed(self.named)} in {{}}"),
        ]
        told = [text.format(_documents(number)) for number, text in parts if number]
        if not told:
            return ("nobody",)
        return (*told, *([f"nobody in {self.by_nobody:,}"] if self.by_nobody else []))

    @property
    def _the_consensus(self) -> str:
        # Most projects call that coder what it is.
        if self.consensus in ((), ("consensus",)):
            return "the consensus"
        return f"the consensus {_listed(self.consensus)}"

    @property
    def reaching(self) -> str:
        """How many assignments reach into words that do not count, in words."""
        noun = "assignment reaches" if self.across == 1 else "assignments reach"
        return f"{self.across:,} {noun} into words of others, left out"

    def __str__(self) -> str:
        out = ", ".join(map(str, self.not_counted))
        return "; ".join(
            [
                f"Counted: {'; '.join(self.parts)}",
                *([f"left out: {out}"] if out else []),
                *(f"only what fits {query}" for query in self.where),
                *([self.reaching] if self.across else []),
            ]
        )


class Counting(Protocol):
    """What is known of those whose coding is to be counted; a `State` is one."""

    @property
    def documents(self) -> Mapping[str, Any]:
        """The documents by id."""

    @property
    def coders(self) -> Mapping[str, Coder]:
        """The coders by id."""

    @property
    def finished(self) -> Marks:
        """Who read which documents to the end."""

    @property
    def who(self) -> Who:
        """Whose assignments count."""

    @property
    def names_coders(self) -> bool:
        """Whether the coders were named who count."""


def counting_table(state: Counting, documents: Sequence[str], coders: Sequence[str]) -> Flags:
    """Return documents × coders: whether what the coder assigned in the document counts."""
    table = np.ones((len(documents), len(coders)), dtype=np.bool_)
    if state.who == "everybody" or state.names_coders:
        return table
    table &= _of_kind(state, coders, "person")
    if state.who == "rule":
        settled = _settled(state, documents, coders)
        closed = _any(settled, 1)
        table[closed] = settled[closed]
    return table


def only_counting(state: Counting, rows: Assignments) -> Assignments:
    """Return the assignments that count; the same ones, not copied, where all do."""
    table = counting_table(state, tuple(state.documents), rows.coders)
    if table.all():
        return rows
    counting = table[rows.document, rows.coder]
    return rows if counting.all() else rows.take(counting)


def count_who(state: Counting, rows: Assignments) -> Counted:
    """Return who is counted in a state, of all of its assignments."""
    documents, coders = tuple(state.documents), rows.coders
    assigned = np.zeros((len(documents), len(coders)), dtype=np.bool_)
    assigned[rows.document, rows.coder] = True
    table = counting_table(state, documents, coders)
    # Who read a document to the end and found nothing in it has counted there too.
    read = table & (assigned | marked(state.finished, documents, coders))
    anybody = _any(read, 1)
    if state.who == "everybody" or state.names_coders:
        return Counted(
            "named" if state.names_coders else "everybody",
            named=_ordered(state, [id for id in coders if id in state.coders]),
            by_named=_number(anybody),
            by_nobody=_number(~anybody),
        )
    closed = np.zeros(len(documents), dtype=np.bool_)
    if state.who == "rule":
        closed = _any(_settled(state, documents, coders), 1)
    by_persons = anybody & ~closed
    chosen = [id for id, there in zip(coders, _any(read, 0).tolist(), strict=True) if there]
    return Counted(
        state.who,
        persons=_ordered(state, [id for id in chosen if _kind(state, id) == "person"]),
        consensus=_ordered(state, [id for id in chosen if _kind(state, id) == "consensus"]),
        by_persons=_number(by_persons),
        by_consensus=_number(closed),
        by_nobody=_number(~by_persons & ~closed),
        left_out=_left_out(state, coders, (assigned & ~table).sum(axis=0).tolist()),
    )


def only_marks(
    finished: Marks, *, coders: Iterable[str] | None = None, documents: Iterable[str] | None = None
) -> Marks:
    """Return the finished marks of some coders, and on some documents, only."""
    there = None if documents is None else frozenset(documents)
    wanted = finished if coders is None else {id: finished[id] for id in coders if id in finished}
    kept = {id: each if there is None else each & there for id, each in wanted.items()}
    return {id: each for id, each in kept.items() if each}


def _left_out(
    state: Counting, coders: Sequence[str], documents: Sequence[int]
) -> tuple[LeftOut, ...]:
    why: dict[CoderKind, Literal["machine", "not finished", "replaced", "no person"]] = {
        "machine": "machine",
        "person": "replaced",
        "consensus": "not finished" if state.who == "rule" else "no person",
    }
    number = dict(zip(coders, documents, strict=True))
    return tuple(
        LeftOut(id, why[_kind(state, id)], number[id])
        for id in _ordered(state, coders)
        if number[id]
    )


def _settled(state: Counting, documents: Sequence[str], coders: Sequence[str]) -> Flags:
    """Return documents × coders: whether the coder is a consensus that has finished the document."""
    table = marked(state.finished, documents, coders)
    return table & _of_kind(state, coders, "consensus")


def marked(finished: Marks, documents: Sequence[str], coders: Sequence[str]) -> Flags:
    """Return documents × coders: whether the coder read the document to the end."""
    table = np.zeros((len(documents), len(coders)), dtype=np.bool_)
    for column, coder in enumerate(coders):
        if marks := finished.get(coder):
            table[:, column] = [id in marks for id in documents]
    return table


def _of_kind(state: Counting, coders: Sequence[str], kind: CoderKind) -> Flags:
    return np.array([_kind(state, coder) == kind for coder in coders], dtype=np.bool_)


def _kind(state: Counting, coder: str) -> CoderKind:
    known = state.coders.get(coder)
    return "person" if known is None else known.kind


def _ordered(state: Counting, coders: Iterable[str]) -> tuple[str, ...]:
    """Return coders in the order in which the project has them."""
    wanted = set(coders)
    return (*(id for id in state.coders if id in wanted), *sorted(wanted - set(state.coders)))


def _any(flags: Flags, axis: int) -> Flags:
    found: Flags = np.any(flags, axis=axis)
    return found


def _number(flags: Flags) -> int:
    return int(np.count_nonzero(flags))


def _documents(number: int) -> str:
    return f"{number:,} document{'' if number == 1 else 's'}"


def _listed(ids: Sequence[str]) -> str:
    return " and ".join([", ".join(ids[:-1]), ids[-1]]) if len(ids) > 1 else "".join(ids)
