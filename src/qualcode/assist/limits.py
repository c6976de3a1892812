"""How much an assistant may ask for at once, and how often it may propose."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

import attrs

from qualcode.errors import SuggestionError

__all__ = ["Limits", "Rate", "page"]

T = TypeVar("T")


@attrs.frozen
class Limits:
    """What an assistant may ask for.

    Parameters
    ----------
    characters : int
        Code points of a text that are read at once.
    rows : int
        Rows of a list at once.
    words : int
        Code points of what it says: a reason, a definition, a memo, a quote.
    proposals : int
        Proposals in a minute.
    waiting : int
        Proposals of its own that nobody decided about yet.
    """

    characters: int = 20_000
    rows: int = 200
    words: int = 4_000
    proposals: int = 60
    waiting: int = 1_000

    def check_words(self, **said: str) -> None:
        """Refuse what is too long.

        Raises
        ------
        SuggestionError
            When it is.
        """
        for name, text in said.items():
            if len(text) > self.words:
                raise SuggestionError(
                    f"{name} has {len(text):,} characters, and {self.words:,} are taken at the most: be brief"
                )


class Rate:
    """Counts what is done in the last minute.

    Parameters
    ----------
    most : int
        How often something may be done in a minute.
    clock : callable
        Returns seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._times: deque[float] = deque()

    def count(self) -> None:
        """Count one, or refuse it.

        Raises
        ------
        SuggestionError
            When there were so many already.
        """
        now = self._clock()
        while self._times and now - self._times[0] >= 60:
            self._times.popleft()
        if len(self._times) >= self._most:
            wait = 60 - (now - self._times[0])
            raise SuggestionError(
                f"{self._most} proposals were made within a minute, and no more are taken: wait "
                f"{wait:.0f} seconds"
            )
        self._times.append(now)


def page(items: Sequence[T], start: int, most: int) -> tuple[list[T], int | None]:
    """Return a part of a list, and where the next one starts; None behind the last.

    Raises
    ------
    SuggestionError
        When it starts nowhere.
    """
    if start < 0:
        raise SuggestionError(f"start is {start}: count from 0")
    end = start + most
    return list(items[start:end]), end if end < len(items) else None
