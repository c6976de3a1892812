"""Sequences, the obvious way: one line after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set


def transitions(
    codes: Sequence[int], documents: Sequence[int], lag: int
) -> dict[tuple[int, int], int]:
    found: Counter[tuple[int, int]] = Counter()
    for at in range(len(codes) - lag):
        if documents[at] == documents[at + lag]:
            found[codes[at], codes[at + lag]] += 1
    return dict(found)


def stanzas(
    lines: Sequence[Set[int]], documents: Sequence[int], groups: Sequence[int], window: int
) -> dict[tuple[int, int, int], int]:
    """Lines of each group for which w_a w_b − h_a h_b > 0, w and h being sums over lines."""
    found: Counter[tuple[int, int, int]] = Counter()
    codes = sorted(set().union(*lines)) if lines else []
    for at in range(len(lines)):
        before = [
            lines[back]
            for back in range(max(0, at - window + 1), at)
            if documents[back] == documents[at]
        ]
        h = Counter(code for line in before for code in line)
        w = h + Counter(lines[at])
        for a in codes:
            for b in codes:
                # Beside itself a code counts on its own lines.
                if a in lines[at] if a == b else w[a] * w[b] - h[a] * h[b] > 0:
                    found[groups[at], a, b] += 1
    return dict(found)
