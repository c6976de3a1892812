"""Putting changes into an order in which each of them fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from qualcode.errors import ChangeError, QualcodeError
from qualcode.model.codebooks.changes import (
    Add,
    Change,
    Describe,
    Move,
    Rename,
    Restore,
)
from qualcode.model.codebooks.codebook import Codebook
from qualcode.model.codebooks.codes import Code
from qualcode.model.ids import fold

__all__ = ["Path"]


class Path:
    """The changes that lead from a codebook to another, each applied when it fits.

    Parameters
    ----------
    codebook : Codebook
        Where it begins; then where it has led so far.
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.changes: list[Change] = []

    def take(self, changes: Iterable[Change]) -> None:
        """Apply changes, in their order as far as it goes.

        A name is free only once another code has lost it, a code can be retired only once those below
        it have left, and merged only when nothing is to be done with it any more. Where codes
        exchange their names, one of them has another name for a while.

        Raises
        ------
        ChangeError
            When there is no way to make them all.
        """
        waiting = list(changes)
        aside: set[str] = set()
        while waiting:
            left = self._pass(waiting)
            if len(left) == len(waiting) and not self._put_aside(left, aside):
                change = left[0]
                try:
                    change.apply(self.codebook)
                except QualcodeError as error:
                    raise ChangeError(f"no changes lead to the other codebook: {error}") from error
            waiting = left

    def _pass(self, waiting: list[Change]) -> list[Change]:
        """Make what changes can be made, and return the others."""
        needs = Counter(need for change in waiting for need in change.needs)
        left = []
        for change in waiting:
            own = Counter(change.needs)
            needed = any(needs[end] > own[end] for end in change.ends)
            if needed or not self._make(change):
                left.append(change)
            else:
                needs -= own
        return left

    def _make(self, change: Change) -> bool:
        try:
            self.codebook = change.apply(self.codebook)
        except QualcodeError:
            return False
        self.changes.append(change)
        return True

    def _put_aside(self, blocked: list[Change], aside: set[str]) -> bool:
        """Change for a while what keeps all others from being made; tell whether there was anything."""
        for change in blocked:
            if isinstance(change, Describe) and "" not in aside:
                # Codes have the old values of an attribute, and are about to have the new ones.
                aside.add("")
                if self._make(attrs.evolve(change, attributes={})):
                    return True
            other = self._namesake(change)
            if other is not None and other.id not in aside:
                aside.add(other.id)
                if self._make(Rename(other.id, f"{other.id} (for now)")):
                    if not any(isinstance(c, Rename) and c.code == other.id for c in blocked):
                        blocked.append(Rename(other.id, other.name))
                    return True
        return False

    def _namesake(self, change: Change) -> Code | None:
        """Return the code that has the name and the parent that another is to have."""
        wanted = self._wanted(change)
        if wanted is None:
            return None
        place = wanted.parent, fold(wanted.name)
        for code in self.codebook:
            if code.id != wanted.id and (code.parent, fold(code.name)) == place:
                return code
        return None

    def _wanted(self, change: Change) -> Code | None:
        if isinstance(change, Add):
            return change.code
        if not isinstance(change, Rename | Move | Restore):
            return None
        code = self.codebook.codes.get(change.code)
        if code is not None and isinstance(change, Rename):
            return attrs.evolve(code, name=change.name)
        if code is not None and isinstance(change, Move):
            return attrs.evolve(code, parent=change.parent)
        return code
