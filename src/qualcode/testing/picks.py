"""Choices made from numbers, so that what is built step by step shrinks like a list of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import attrs
from hypothesis import strategies as st

__all__ = ["Picks", "Step", "numbers", "steps"]

T = TypeVar("T")


class Picks:
    """Numbers that choose, one after the other; zeros choose what comes first.

    A step knows what there is to choose from only when its turn comes, so it cannot draw from a
    strategy made beforehand. Numbers it can: and a list of steps made of numbers shrinks by leaving
    steps out and by choosing what comes earlier.

    Parameters
    ----------
    numbers : sequence of int
        Once they are used up, zeros follow.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = iter(numbers)

    def below(self, limit: int) -> int:
        """Return a number from 0 up to, not including, `limit`."""
        return next(self._numbers, 0) % limit

    def one(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def some(self, items: Sequence[T], *, least: int = 1, most: int = 3) -> tuple[T, ...]:
        """Return a few different items, in their own order."""
        left = list(items)
        wanted = min(len(left), least + self.below(most - least + 1))
        chosen = [left.pop(self.below(len(left))) for _ in range(wanted)]
        return tuple(item for item in items if item in chosen)

    def chance(self) -> bool:
        """Return false, or sometimes true."""
        return self.below(4) == 3


@attrs.frozen
class Step:
    """Something to do, and the numbers that choose to what.

    Parameters
    ----------
    kind : str
        What to do.
    numbers : bytes
        For `Picks`.
    """

    kind: str
    numbers: bytes

    @property
    def picks(self) -> Picks:
        """The choices, from the first number on."""
        return Picks(self.numbers)


def numbers(size: int = 8) -> st.SearchStrategy[bytes]:
    """Return a strategy for the numbers of one step; bytes are the quickest way to draw several."""
    return st.binary(min_size=size, max_size=size)


def steps(kinds: Sequence[str], *, max_size: int, size: int = 8) -> st.SearchStrategy[list[Step]]:
    """Return a strategy for lists of steps; a kind that is listed twice is drawn twice as often."""
    step = st.builds(Step, st.sampled_from(kinds), numbers(size))
    # Of as many turns as there can be some are rests, and in the end all that do not matter: lists of
    # any length would most often be too short for anything to build on something else.
    turns = st.lists(st.one_of(st.none(), step, step, step), min_size=max_size, max_size=max_size)
    return turns.map(lambda taken: [step for step in taken if step is not None])
