"""What results have in common: they know who was counted, as well as what was asked."""

from __future__ import annotations

from typing import Any

from qualcode.model.counted import Counted
from qualcode.model.recipe import Answer
from qualcode.model.state import State

__all__ = ["CountedOf", "CountedResult"]


class CountedResult(Answer):
    """What every result has that holds the state it was computed from."""

    __slots__ = ()
    state: State

    @property
    def counted(self) -> Counted:
        """Who was counted, and in how many documents."""
        return self.state.counted


class CountedOf(Answer):
    """What every result has that was computed from another one."""

    __slots__ = ()
    of: Any

    @property
    def counted(self) -> Counted:
        """Who was counted, and in how many documents."""
        counted: Counted = self.of.counted
        return counted
