"""What waits to be done in a project, each item with the call that settles it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import attrs
import numpy as np

from qualcode.model.codebooks.codes import Code
from qualcode.model.coding.assignments import Assignments
from qualcode.model.readable import Readable, many
from qualcode.model.said import Said
from qualcode.model.state import State

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Task", "Worklist", "stale_assignments", "worklist_of"]

_SENSE = ("definition", "include", "exclude")
"""The fields of a code after whose change what was coded before has to be looked at."""

_PRINTED = 5
"""Tasks of a kind that are printed: a new codebook alone makes a task of each of its codes."""


@attrs.frozen
class Task:
    """One thing to do.

    Parameters
    ----------
    kind : str
        ``"conflict"``, ``"quarantine"``, ``"undecided"``, ``"stale"``, ``"owed"``, ``"not coded"``,
        ``"empty"``,
        ``"no definition"``, ``"no example"``, ``"never used"``, ``"used once"`` or ``"edits"``.
    about : str
        What it is about, such as ``"code:trust"`` or ``"document:a"``.
    told : str
        What there is to do, in words.
    call : str
        The call that settles it; ``…`` stands for what has to be decided.
    coder : str
        Whose task it is, where it is somebody's.
    count : int
        How many things it is about, such as assignments.
    """

    kind: str
    about: str
    told: str
    call: str
    coder: str = ""
    count: int = 1

    def __str__(self) -> str:
        return f"{self.told}: {self.call}"


class Worklist(Readable, tuple[Task, ...]):
    """Tasks by kind, the most pressing first: a tuple that can be looked at as a table."""

    __slots__ = ()

    @property
    def caption(self) -> str:
        """How many tasks there are."""
        return many(len(self), "task")

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks there are of each kind."""
        return dict(Counter(each.kind for each in self))

    def of(self, *kinds: str) -> Worklist:
        """Return the tasks of some kinds."""
        return Worklist(each for each in self if each.kind in kinds)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each task: kind, about, coder, count, told, call."""
        import pandas as pd

        columns = ["kind", "about", "coder", "count", "told", "call"]
        rows = [
            (each.kind, each.about, each.coder, each.count, each.told, each.call) for each in self
        ]
        return pd.DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        lines = []
        for kind, count in self.counts.items():
            lines.append(f"{kind}: {many(count, 'task')}")
            for each in self.of(kind)[:_PRINTED]:
                lines += [f"  {each.told}", f"    {each.call}"]
            if count > _PRINTED:
                lines.append(f"  … {count - _PRINTED:,} more: of({kind!r}).to_frame() has all")
        return "\n".join(lines) or "nothing waits to be done"


def worklist_of(state: State) -> Worklist:
    """Return what waits to be done in a project."""
    return Worklist(task for find in _FINDERS for task in find(state))


# What others cannot go on without


def _conflicts(state: State) -> Iterator[Task]:
    for each in state.conflicts:
        call = f"project.resolve({each.id!r}, take=…, reason=…)"
        if not each.events:
            call = f"project.rename({each.target!r}, …)"
        yield Task("conflict", each.target, str(each), call)


def _quarantined(state: State) -> Iterator[Task]:
    for each in state.quarantine:
        told = Said("to-place", quote=each.quote, document=each.document)
        yield Task(
            "quarantine", f"document:{each.document}", told, f"project.place({each.id!r}, …)"
        )


def _undecided(state: State) -> Iterator[Task]:
    rows = state.uncounted.unresolved
    numbers, counts = np.unique(rows.code, return_counts=True)
    for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
        id = rows.codes[number]
        parts = ", ".join(f"{part!r}: …" for part in state.codebook.codes[id].parts)
        told = Said("undecided", n=count, code=id)
        yield Task("undecided", f"code:{id}", told, f"cb.decide({id!r}, {{{parts}}})", count=count)


# What was coded under another definition


def stale_assignments(state: State) -> Assignments:
    """Return the assignments made by coders who had not seen the code as it is defined now."""
    rows = state.uncounted.assignments
    changed = _redefined(state)
    if not changed or not len(rows):
        return rows.take(np.zeros(len(rows), dtype=np.bool_))
    newest = np.array([changed.get(id, 0) for id in rows.codes], dtype=np.int64)
    eras = state.log.eras()
    return rows.take(eras[rows.rows.block] < newest[rows.code])


def _redefined(state: State) -> dict[str, int]:
    """Return for each code whose sense was changed the number of the newest such revision."""
    log, found = state.log, dict[str, int]()
    off = log.switches.off
    for number, at in enumerate(log.revisions, start=1):
        event = log.timeline.events[at]
        said = {**event.fields, **event.words}
        if event.kind == "redefine" and event.id not in off and not said.keys().isdisjoint(_SENSE):
            id = event.target.partition(":")[2]
            standing = state.codebook.codes.get(id)
            if standing is not None:
                found[state.codebook.resolve(id)] = number
    return found


def _stale(state: State) -> Iterator[Task]:
    rows = stale_assignments(state)
    changed = _redefined(state)
    pairs, counts = np.unique(np.stack([rows.code, rows.coder]), axis=1, return_counts=True)
    for (code, coder), count in zip(pairs.T.tolist(), counts.tolist(), strict=True):
        id, who = rows.codes[code], rows.coders[coder]
        told = Said("stale", n=count, code=id, coder=who, revision=changed[id])
        call = f"project.confirm(project.stale({id!r}, coder={who!r})), or retract and recode"
        yield Task("stale", f"code:{id}", told, call, who, count)


# Documents


def _owed(state: State) -> Iterator[Task]:
    if not state.finished:
        return  # nobody marks what they have read
    rows = state.uncounted.assignments
    begun = np.unique(np.stack([rows.coder, rows.document]), axis=1).T.tolist()
    ids = tuple(state.documents)
    for coder, document in begun:
        who, id = rows.coders[coder], ids[document]
        known = state.coders.get(who)
        if known is not None and known.kind == "machine":
            continue
        if id not in state.finished.get(who, ()):
            told = Said("owed", coder=who, document=id)
            yield Task(
                "owed", f"document:{id}", told, f"project.finish({id!r}, coder={who!r})", who
            )


def _uncoded(state: State) -> Iterator[Task]:
    rows = state.uncounted.assignments
    coded = set(rows.document.tolist())
    read = frozenset().union(*state.finished.values())
    for number, (id, document) in enumerate(state.documents.items()):
        if number in coded or id in read:
            continue
        if not document.text.strip():
            told = Said("empty", document=id)
            call = f"project.correct({id!r}, …) or project.finish({id!r}, coder=…)"
            yield Task("empty", f"document:{id}", told, call)
        else:
            told = Said("not-coded", document=id)
            call = f"project.assign(({id!r}, …), …) or project.finish({id!r}, coder=…)"
            yield Task("not coded", f"document:{id}", told, call)


# Codes


def _live(state: State) -> list[Code]:
    return [code for code in state.codebook if code.is_live and code.codable]


def _undefined(state: State) -> Iterator[Task]:
    for code in _live(state):
        if not code.definition:
            told, call = (
                Said("no-definition", code=code.id),
                f"cb.redefine({code.id!r}, definition=…)",
            )
            yield Task("no definition", f"code:{code.id}", told, call)


def _unexampled(state: State) -> Iterator[Task]:
    for code in _live(state):
        if not code.examples:
            told = Said("no-example", code=code.id)
            yield Task(
                "no example", f"code:{code.id}", told, f"cb.redefine({code.id!r}, examples=[…])"
            )


def _hardly_used(state: State) -> Iterator[Task]:
    rows = state.uncounted.assignments
    pairs = np.unique(np.stack([rows.code.astype(np.int64), rows.segment]), axis=1)
    uses = np.bincount(pairs[0], minlength=len(rows.codes))
    used = dict(zip(rows.codes, uses.tolist(), strict=True))
    for kind, count in (("never used", 0), ("used once", 1)):
        for code in _live(state):
            if used[code.id] == count:
                call = f"cb.retire({code.id!r}), cb.merge({code.id!r}, into=…), or code on"
                told = Said(kind.replace(" ", "-"), code=code.id)
                yield Task(kind, f"code:{code.id}", told, call)


_FINDERS: tuple[Callable[[State], Iterator[Task]], ...] = (
    _conflicts,
    _quarantined,
    _undecided,
    _stale,
    _owed,
    _uncoded,
    _undefined,
    _unexampled,
    _hardly_used,
)
