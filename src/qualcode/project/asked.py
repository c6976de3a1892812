"""What the questions to a project have in common: a state that they are asked of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualcode.model.state import State

__all__ = ["Asked"]


class Asked(ABC):
    """Anything that has a state, of which questions can be asked."""

    @property
    @abstractmethod
    def state(self) -> State:
        """The content, as the statistics take it."""
