"""Corrections the slow and obvious way: words that know where they came from, all readings of a change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

Reading = tuple[int, int, int, int]
"""From, to in the old text, from, to in the new."""


@attrs.frozen
class Piece:
    """A word with what follows it, and its number in the old text (None for a new one)."""

    text: str
    origin: int | None = None


def offsets(pieces: Sequence[Piece]) -> list[int]:
    """Return where each piece begins, and where the last ends."""
    at = [0]
    for piece in pieces:
        at.append(at[-1] + len(piece.text))
    return at


def homes(pieces: Sequence[Piece]) -> dict[int, tuple[int, int]]:
    """Return for each piece of the old text that is still there from where to where it is."""
    at = offsets(pieces)
    return {
        piece.origin: (at[n], at[n + 1])
        for n, piece in enumerate(pieces)
        if piece.origin is not None
    }


def runs(pieces: Sequence[Piece]) -> Iterator[list[int]]:
    """Yield the numbers of old pieces that are still one after another, as long as that goes."""
    run: list[int] = []
    for piece in pieces:
        if run and piece.origin != run[-1] + 1:
            yield run
            run = []
        if piece.origin is not None:
            run.append(piece.origin)
    if run:
        yield run


def readings(old: str, new: str) -> list[Reading]:
    """Return every way to make one text of the other by one insertion or one deletion."""
    if len(old) > len(new):
        size = len(old) - len(new)
        return [
            (at, at + size, at, at)
            for at in range(len(new) + 1)
            if old[:at] + old[at + size :] == new
        ]
    return [(b, b, a, c) for a, c, b, _ in readings(new, old)] if len(old) < len(new) else []


def fate(start: int, end: int, reading: Reading) -> int | str:
    """Return where a span begins that a change leaves whole, or what the change does to it."""
    old_from, old_to, new_from, new_to = reading
    if end <= old_from:
        return start
    if start >= old_to:
        return start + (new_to - new_from) - (old_to - old_from)
    return "deleted" if old_from <= start and end <= old_to else "changed"
