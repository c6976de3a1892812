"""Offsets of other programs: counted in UTF-16 units or in bytes of UTF-8, and made code points."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

__all__ = ["UNITS", "code_points", "starts_in"]

UNITS = ("code point", "utf-16", "utf-8")
"""What offsets are counted in: what is here, what JavaScript, Java and Windows count, and bytes."""

_LARGEST = 1 << 62

Longs = npt.NDArray[np.int64]


def starts_in(text: str, unit: str) -> Longs:
    """Return where each code point of a text starts in a unit, and behind them where the text ends.

    Examples
    --------
    >>> starts_in("a🤝b", "utf-16").tolist(), starts_in("é!", "utf-8").tolist()
    ([0, 1, 3, 4], [0, 2, 3])
    """
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    width = np.ones(len(points), dtype=np.int64)
    if unit == "utf-16":
        width += points > 0xFFFF
    elif unit == "utf-8":
        width += (points > 0x7F).astype(np.int64) + (points > 0x7FF) + (points > 0xFFFF)
    return np.concatenate([[0], np.cumsum(width)])


def code_points(text: str, offsets: Iterable[int], unit: str) -> list[int]:
    """Return offsets in a unit as code points; -1 for one that lies in no place between two of them.

    Parameters
    ----------
    text : str
        What they are offsets in.
    offsets : iterable of int
        In the unit, from 0.
    unit : {"code point", "utf-16", "utf-8"}
        What they count.

    Examples
    --------
    >>> code_points("a🤝b", [0, 3, 4, 2, 9], "utf-16")
    [0, 2, 3, -1, -1]
    """
    if unit == "code point":
        return [each if 0 <= each <= len(text) else -1 for each in offsets]
    starts = starts_in(text, unit)
    # What no number of the machine can be is in no text.
    wanted = np.array([each if abs(each) < _LARGEST else -1 for each in offsets], dtype=np.int64)
    at = np.searchsorted(starts, wanted)
    there = starts[np.minimum(at, len(starts) - 1)] == wanted
    found: list[int] = np.where(there, at, -1).tolist()
    return found
