"""Pairs of codes, the obvious way: from sets of units, and by listing every arrangement."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence, Set
from fractions import Fraction
from itertools import combinations, product


def cells(first: Set[int], second: Set[int], n: int) -> tuple[int, int, int, int]:
    """Units with both, the first only, the second only, neither."""
    both = len(first & second)
    return both, len(first) - both, len(second) - both, n - len(first | second)


def coefficients(first: Set[int], second: Set[int], n: int) -> dict[str, float | None]:
    """Every coefficient from its textbook formula; None where it divides 0 by 0."""
    a, b, c, d = cells(first, second, n)

    def over(above: float, below: float) -> float | None:
        if below == 0:
            return None if above == 0 else math.copysign(math.inf, above)
        return above / below

    def bits(value: float | None) -> float | None:
        if value is None:
            return None
        return math.log2(value) if value else -math.inf

    lift = over(a * n, (a + b) * (a + c))
    pmi = bits(lift)
    spread = math.sqrt((a + b) * (c + d)) * math.sqrt((a + c) * (b + d))
    expected = [
        (a + b) * (a + c), (a + b) * (b + d), (c + d) * (a + c), (c + d) * (b + d)
    ]  # fmt: skip
    varies = all(expected)
    npmi = None if pmi is None or a == n else -1.0 if a == 0 else pmi / -math.log2(a / n)
    g = sum(o * math.log(o * n / e) for o, e in zip((a, b, c, d), expected, strict=True) if o)
    x = sum((o - e / n) ** 2 / (e / n) for o, e in zip((a, b, c, d), expected, strict=True) if e)
    return {
        "jaccard": over(a, a + b + c),
        "dice": over(2 * a, 2 * a + b + c),
        "ochiai": over(a, math.sqrt((a + b) * (a + c))),
        "inclusion": over(a, min(a + b, a + c)),
        "equivalence": over(a * a, (a + b) * (a + c)),
        "lift": lift,
        "pmi": pmi,
        "npmi": npmi,
        "phi": over(a * d - b * c, spread),
        "yule_q": over(a * d - b * c, a * d + b * c),
        "odds_ratio": over(a * d, b * c),
        "g_squared": 2 * g if varies else None,
        "x_squared": x if varies else None,
    }


def count_chances(documents: Sequence[tuple[int, int, int]]) -> dict[int, Fraction]:
    """The chance of each count of units with both codes, placing each code afresh.

    `documents` holds (units with the first code, with the second, units) of each; every placement
    is listed.
    """
    total: Counter[int] = Counter({0: 1})
    for n_a, n_b, n in documents:
        here = Counter(
            len(set(first) & set(second))
            for first, second in product(combinations(range(n), n_a), combinations(range(n), n_b))
        )
        total = Counter(
            {
                one + two: sum(
                    total[i] * here[j] for i in total for j in here if i + j == one + two
                )
                for one in total
                for two in here
            }
        )
    every = sum(total.values())
    return {count: Fraction(ways, every) for count, ways in total.items()}
