"""The one frozen mapping: a dict that cannot change, and travels between processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

__all__ = ["Frozen"]

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A mapping that cannot be changed; it pickles, compares and is looked up as a dict is.

    Examples
    --------
    >>> site = Frozen({"site": "north"})
    >>> site["site"], site == {"site": "north"}
    ('north', True)
    >>> site["site"] = "south"
    Traceback (most recent call last):
        ...
    TypeError: this mapping does not change: make another with {**mapping, ...}
    """

    __slots__ = ()

    def _refuse(self, *args: object, **named: object) -> NoReturn:
        raise TypeError("this mapping does not change: make another with {**mapping, ...}")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __copy__(self) -> Frozen[K, V]:
        return self

    def __deepcopy__(self, memo: object) -> Frozen[K, V]:
        # Frozen all the way down, so a copy could not be told from it.
        return self

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Mapping[K, V]]]:
        return type(self), (dict(self),)
