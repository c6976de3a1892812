"""Making very many values at once, without a search for garbage among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_garbage_collected"]


@contextmanager
def no_garbage_collected() -> Iterator[None]:
    """Let nothing look for circles of garbage while many values are made, which all stay.

    Looking for garbage among so many objects takes as long as making them.

    Examples
    --------
    >>> import gc
    >>> with no_garbage_collected():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
