"""Faces of packages: their public names, each imported from its home when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["face"]


def face(
    package: str,
    homes: Mapping[str, str],
    *,
    modules: Mapping[str, str] | None = None,
    before: Callable[[str], None] | None = None,
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package that shows names without importing them.

    Parameters
    ----------
    package
        Dotted name of the package.
    homes
        For each name the module, relative to the package, that defines it.
    modules
        For each name the module, relative to the package, that it stands for.
    before
        Called with a name before its home is imported, to say what is missing for it.
    """
    places = dict(modules or {})

    def get(name: str) -> Any:
        if name not in homes and name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if before is not None:
            before(name)
        if name in places:
            value: Any = import_module(f"{package}.{places[name]}")
        else:
            value = getattr(import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)  # the next look-up is a plain one
        return value

    shown = sorted({*homes, *places})
    return get, lambda: list(shown)
