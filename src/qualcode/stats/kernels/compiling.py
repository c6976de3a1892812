"""Compiling loops by numba (extra ``fast``), where it is there; what is compiled is kept for next time."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeVar

from qualcode._extras import require

__all__ = ["available", "compiled"]

F = TypeVar("F", bound=Callable[..., Any])


def available() -> bool:
    """Whether numba is installed, and works with the other packages that are."""
    try:
        importlib.import_module("numba")
    except ImportError:
        return False
    return True


def compiled(function: F, *helpers: Callable[..., Any]) -> F:
    """Compile a function, or read what has been compiled before.

    Parameters
    ----------
    function : callable
        A loop over arrays; it lets other threads run.
    *helpers : callable
        What it calls.
    """
    numba = require("numba", extra="fast")
    for each in helpers:
        numba.extending.register_jitable(each)
    try:
        kernel: F = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        # There is nowhere to keep what is compiled.
        kernel = numba.njit(nogil=True)(function)
    return kernel
