"""Changing a codebook: a block of changes that takes effect as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from qualcode.errors import ChangeError, did_you_mean
from qualcode.model import changes
from qualcode.model.assignments import Assignment, Assignments
from qualcode.model.changes import Change
from qualcode.model.codebook import Codebook, Place
from qualcode.model.codes import Code, Link, texts
from qualcode.model.history import History
from qualcode.model.queries import Query
from qualcode.model.rollups import Rollup
from qualcode.model.segments import Segment

__all__ = ["Chooser", "Revising"]

Chooser = Query | Callable[[Assignment], bool] | Iterable[Segment | Assignment] | None
"""Which assignments go to a part: a query, a function, or the segments themselves."""


class Revising:
    """The codebook being changed inside ``with project.revise(…) as cb:``.

    Each method is one revision. If anything goes wrong in the block, none of them is made.

    Parameters
    ----------
    history : History
        What the changes are appended to.
    read : callable
        Returns the project's assignments read through a codebook.
    coder, reason, time : str
        Of every revision in the block.
    """

    def __init__(
        self,
        history: History,
        read: Callable[[Codebook], Assignments],
        *,
        coder: str,
        reason: str,
        time: str,
    ) -> None:
        self.history = history
        self._read = read
        self._coder = coder
        self._reason = reason
        self._time = time

    @property
    def codebook(self) -> Codebook:
        """The codebook as the changes so far have made it."""
        return self.history.codebook

    def apply(self, change: Change) -> None:
        """Make any change given as a value (see `qualcode.model.changes`)."""
        self.history = self.history.append(
            change, coder=self._coder, time=self._time, reason=self._reason
        )

    def _id(self, code: str) -> str:
        """Return the id of a code given by id or name; a code out of use is the change's to refuse."""
        return self.codebook[code].id

    def add(self, id: str, *, name: str = "", parent: str | None = None, **fields: Any) -> None:
        """Add a code.

        Parameters
        ----------
        id : str
            Readable, unique for ever.
        name : str
            A label; the id when not given.
        parent : str, optional
            Id or name of the code it stands under.
        **fields
            ``definition``, ``include``, ``exclude``, ``examples``, ``counterexamples``, ``keywords``,
            ``patterns``, ``colour``, ``codable``, ``attributes``, ``memos``: as for `qualcode.Code`.

        Raises
        ------
        DuplicateError
            When the id was ever used.
        """
        known = {field.name for field in attrs.fields(Code)}
        for field in fields:
            if field not in known:
                raise ChangeError(f"a code has no field {field!r}.{did_you_mean(field, known)}")
        above = None if parent is None else self._id(parent)
        self.apply(changes.Add(Code(id, name, parent=above, **fields)))

    def rename(self, code: str, name: str) -> None:
        """Give a code another name; its id, and all that was coded with it, stay."""
        self.apply(changes.Rename(self._id(code), name))

    def redefine(self, code: str, **fields: Any) -> None:
        """Change what a code means.

        Parameters
        ----------
        code : str
            Id or name.
        **fields
            ``definition``, ``include``, ``exclude``, ``examples``, ``counterexamples``, ``keywords``,
            ``patterns``, ``codable``, ``attributes``, ``memos``: as for `qualcode.Code`.
        """
        self.apply(changes.Redefine(self._id(code), fields))

    def recolour(self, code: str, colour: str | None) -> None:
        """Give a code another colour, ``#rrggbb``, or none."""
        self.apply(changes.Recolour(self._id(code), colour))

    def move(self, code: str, parent: str | None) -> None:
        """Put a code, with all below it, under another, or at the root."""
        self.apply(changes.Move(self._id(code), None if parent is None else self._id(parent)))

    def reorder(self, codes: Iterable[str]) -> None:
        """Put the live codes, all of them, in another order."""
        self.apply(changes.Reorder(tuple(self._id(code) for code in codes)))

    def merge(self, sources: str | Iterable[str], into: str) -> None:
        """Let one code stand for others from now on; revert it to have them back."""
        self.apply(
            changes.Merge(tuple(self._id(source) for source in texts(sources)), self._id(into))
        )

    def split(self, code: str, parts: Mapping[str, Chooser] | Mapping[Code, Chooser]) -> None:
        """Divide a code among parts.

        Parameters
        ----------
        code : str
            Id or name of the code to split.
        parts : mapping
            For each part, which assignments it gets. A part is the id of a code; one that does not
            exist yet is added beside the split code, and a `Code` brings its own definition. Which
            ones: a query (``qc.where(text="budget")``), a function that takes an `Assignment`, the
            segments or assignments themselves, or None for a part that gets nothing yet.

        Notes
        -----
        An assignment that no part claims, or several do, stays undecided: it is still counted for the
        split code and listed in `Project.unresolved` until `decide` gives it to a part.
        """
        source = self.codebook[code]
        ids = []
        for part in parts:
            if isinstance(part, Code):
                self.apply(changes.Add(attrs.evolve(part, parent=part.parent or source.parent)))
            elif part not in self.codebook:
                self.apply(changes.Add(Code(part, parent=source.parent)))
            ids.append(part.id if isinstance(part, Code) else self._id(part))
        decisions = self._decisions(source.id, dict(zip(ids, parts.values(), strict=True)))
        self.apply(changes.Split(source.id, tuple(ids), decisions))

    def decide(self, code: str, parts: Mapping[str, Chooser]) -> None:
        """Give undecided assignments of a split code to its parts; as for `split`."""
        source = self._id(code)
        chosen = {self._id(part): chooser for part, chooser in parts.items()}
        self.apply(changes.Decide(source, self._decisions(source, chosen)))

    def _decisions(self, code: str, parts: Mapping[str, Chooser]) -> dict[Place, str]:
        rows = self._read(self.codebook)
        number = rows.codes.index(code)
        claims: dict[Place, list[str]] = {}
        for part, chooser in parts.items():
            for place in _chosen(rows, number, chooser):
                claims.setdefault(place, []).append(part)
        return {place: claimed[0] for place, claimed in claims.items() if len(claimed) == 1}

    def retire(self, code: str) -> None:
        """Take a code out of use; what was coded with it stays and is counted."""
        self.apply(changes.Retire(self._id(code)))

    def restore(self, code: str) -> None:
        """Bring a retired code back into use."""
        self.apply(changes.Restore(self._id(code)))

    def revert(self, revision: int | str) -> None:
        """Undo an earlier revision, keeping all later work.

        Parameters
        ----------
        revision : int or str
            Number, or the start of the id.

        Raises
        ------
        ChangeError
            When a later revision builds on it, or an assignment carries a code that would be gone.
        """
        target = self.history[revision]
        before = self.history
        self.apply(changes.Revert(target.id))
        gone = set(before.codebook.codes) - set(self.codebook.codes)
        # What was retracted counts too: the log keeps it, and has to be read.
        used = gone & set(self._read(before.codebook).rows.codes)
        if used:
            self.history = before
            raise ChangeError(
                f"cannot revert revision {before.number(target.id)} ({target.change}): assignments carry "
                f"{', '.join(sorted(used))}, or carried it once, and it would be gone; retire it instead"
            )

    def link(self, source: str, type: str, target: str, *, note: str = "") -> None:
        """Link two codes by a typed, directed relation, such as ``"supports"``."""
        self.apply(changes.LinkCodes(Link(self._id(source), type, self._id(target), note)))

    def unlink(self, source: str, type: str, target: str) -> None:
        """Remove a link between two codes."""
        self.apply(changes.UnlinkCodes(Link(self._id(source), type, self._id(target))))

    def set_rollup(self, rollup: Rollup) -> None:
        """Define a rollup, or define it anew."""
        self.apply(changes.SetRollup(rollup))

    def drop_rollup(self, rollup: str) -> None:
        """Remove a rollup."""
        self.apply(changes.DropRollup(rollup))

    def describe(self, *, name: str | None = None, description: str | None = None) -> None:
        """Change the codebook's own name or description."""
        now = self.codebook
        self.apply(
            changes.Describe(
                now.name if name is None else name,
                now.description if description is None else description,
                now.attributes,
            )
        )


def _chosen(rows: Assignments, code: int, chooser: Chooser) -> list[Place]:
    """Return the places of a code's assignments that a chooser claims."""
    if chooser is None:
        return []
    own = rows.take(rows.code == code)
    if isinstance(chooser, Query):
        # Asked of all assignments, so that a criterion on other codes of the segment sees them.
        claimed = rows.take(chooser.mask(rows) & (rows.code == code))
        return [each.place for each in claimed]
    if callable(chooser):
        return [each.place for each in own if chooser(each)]
    wanted = {
        item.place if isinstance(item, Assignment) else (item.document.id, item.start, item.end)
        for item in chooser
    }
    return [each.place for each in own if wanted & {each.place, each.place[:3]}]
