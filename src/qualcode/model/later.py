"""Values that are made when they are first looked at, and are from then on like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import attrs

__all__ = ["Later"]


class Later:
    """Lets a class of frozen attributes have values that are made only when one is looked at.

    Such a value is an instance of the class, equal to one that was made at once; it can be pickled and
    copied, which makes it. What makes it has to give the same whenever it is called.

    Examples
    --------
    >>> @attrs.frozen
    ... class Point(Later):
    ...     x: int
    >>> later = Point.later(lambda: Point(2))
    >>> later.is_made, later == Point(2), later.is_made
    (False, True, True)
    """

    __slots__ = ("_make",)

    @classmethod
    def later(cls, make: Callable[[], Self]) -> Self:
        """Return a value to be made when it is looked at.

        Parameters
        ----------
        make : callable
            Returns the value.
        """
        value = cls.__new__(cls)
        object.__setattr__(value, "_make", make)
        return value

    @property
    def is_made(self) -> bool:
        """Whether the value was looked at, or made at once."""
        return getattr(self, "_make", None) is None

    def looked_at(self) -> Self:
        """Return the value itself, made."""
        for each in attrs.fields(type(self))[:1]:  # type: ignore[arg-type]
            getattr(self, each.name)
        return self

    if not TYPE_CHECKING:  # only what is not there yet is asked for here

        def __getattr__(self, name: str) -> Any:
            if name == "_make":
                return None
            names = [each.name for each in attrs.fields(type(self))]
            if name not in names or self._make is None:
                raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")
            made = self._make()
            for each in names:
                object.__setattr__(self, each, getattr(made, each))
            object.__setattr__(self, "_make", None)
            return getattr(self, name)

    def __getstate__(self) -> dict[str, Any]:
        names = [each.name for each in attrs.fields(type(self))]  # type: ignore[arg-type]
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
