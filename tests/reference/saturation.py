"""Accumulation of codes, the obvious way: every order of the documents."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Set
from fractions import Fraction
from itertools import permutations


def curve(documents: Sequence[Set[Hashable]]) -> list[int]:
    """Codes found after each document."""
    seen: set[Hashable] = set()
    found = []
    for codes in documents:
        seen |= codes
        found.append(len(seen))
    return found


def mean_curve(documents: Sequence[Set[Hashable]]) -> list[Fraction]:
    """The mean over all orders."""
    curves = [curve(order) for order in permutations(documents)]
    return [Fraction(sum(step), len(curves)) for step in zip(*curves, strict=True)]


def new_in_runs(new: Sequence[int], base: int, run: int) -> list[int]:
    """New codes in each run of documents after the base."""
    return [sum(new[last - run : last]) for last in range(base + run, len(new) + 1)]
