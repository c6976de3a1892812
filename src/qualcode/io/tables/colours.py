"""Colours as programs write them in tables and databases."""

from __future__ import annotations

import re

__all__ = ["cell_colour"]

_HEX = re.compile(r"#?([0-9a-f]{6})(?:[0-9a-f]{2})?\Z", re.IGNORECASE)
_RGB = re.compile(r"(?:rgb)?\(?\s*(\d{1,3})[,;\s]+(\d{1,3})[,;\s]+(\d{1,3})\s*\)?\Z", re.IGNORECASE)


def cell_colour(cell: str) -> str | None:
    """Return a colour as ``#rrggbb``, from what programs write; None where it is none.

    Examples
    --------
    >>> cell_colour("#FF0080"), cell_colour("rgb(255, 0, 128)"), cell_colour("red")
    ('#FF0080', '#ff0080', None)
    """
    text = cell.strip()
    if found := _HEX.match(text):
        return f"#{found[1]}"
    if found := _RGB.match(text):
        parts = [int(each) for each in found.groups()]
        return "#" + "".join(f"{each:02x}" for each in parts) if max(parts) < 256 else None
    return None
