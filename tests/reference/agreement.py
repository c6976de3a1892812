"""Agreement between coders, computed the slow and obvious way, straight from the definitions.

Ratings are lists of one list for each coder, None where there is no rating. Loops go over units,
coders and pairs as the papers write them; None stands for undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import combinations, permutations
from typing import Any

Ratings = Sequence[Sequence[Any]]
Distance = Callable[[Any, Any], float]
Weight = Callable[[Any, Any], float]


def columns(ratings: Ratings) -> list[list[Any]]:
    """Return the ratings of each unit, without the missing ones."""
    return [[value for value in unit if value is not None] for unit in zip(*ratings, strict=True)]


def labels(ratings: Ratings) -> list[Any]:
    return sorted({value for unit in columns(ratings) for value in unit})


def same(a: Hashable, b: Hashable) -> float:
    return float(a == b)


def corrected(observed: float | None, expected: float | None) -> float | None:
    if observed is None or expected is None or abs(1 - expected) < 1e-12:
        return None
    return (observed - expected) / (1 - expected)


# ------------------------------------------------------------------------------- pooled coders


def observed_agreement(ratings: Ratings, weight: Weight = same) -> float | None:
    units = [unit for unit in columns(ratings) if len(unit) > 1]
    if not units:
        return None
    shares = []
    for unit in units:
        pairs = list(permutations(unit, 2))
        shares.append(sum(weight(a, b) for a, b in pairs) / len(pairs))
    return sum(shares) / len(shares)


def pooled_shares(ratings: Ratings) -> dict[Any, float]:
    units = [unit for unit in columns(ratings) if unit]
    return {
        label: sum(unit.count(label) / len(unit) for unit in units) / len(units)
        for label in labels(ratings)
    }


def fleiss(ratings: Ratings, weight: Weight = same) -> float | None:
    shares = pooled_shares(ratings)
    expected = sum(weight(a, b) * p * q for a, p in shares.items() for b, q in shares.items())
    return corrected(observed_agreement(ratings, weight), expected)


def brennan_prediger(ratings: Ratings, weight: Weight = same) -> float | None:
    found = labels(ratings)
    if len(found) < 2:
        return None
    expected = sum(weight(a, b) for a in found for b in found) / len(found) ** 2
    return corrected(observed_agreement(ratings, weight), expected)


def gwet(ratings: Ratings, weight: Weight = same) -> float | None:
    shares = pooled_shares(ratings)
    q = len(shares)
    if q < 2:
        return None
    total = sum(weight(a, b) for a in shares for b in shares)
    expected = total * sum(p * (1 - p) for p in shares.values()) / (q * (q - 1))
    return corrected(observed_agreement(ratings, weight), expected)


# ----------------------------------------------------------------------------- coders kept apart


def cohen(first: Sequence[Any], second: Sequence[Any], weight: Weight = same) -> float | None:
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if not pairs:
        return None
    observed = sum(weight(a, b) for a, b in pairs) / len(pairs)
    expected = sum(weight(a, b) for a, _ in pairs for _, b in pairs) / len(pairs) ** 2
    return corrected(observed, expected)


def light(ratings: Ratings) -> float | None:
    values = []
    for first, second in combinations(ratings, 2):
        if any(a is not None and b is not None for a, b in zip(first, second, strict=True)):
            values.append(cohen(first, second))
    if not values or None in values:
        return None
    return sum(value for value in values if value is not None) / len(values)


def conger(ratings: Ratings, weight: Weight = same) -> float | None:
    given = [[value for value in coder if value is not None] for coder in ratings]
    given = [coder for coder in given if coder]
    pairs = list(combinations(given, 2))
    if not pairs:
        return None
    expected = 0.0
    for first, second in pairs:
        expected += sum(weight(a, b) for a in first for b in second) / (len(first) * len(second))
    return corrected(observed_agreement(ratings, weight), expected / len(pairs))


# ------------------------------------------------------------------------------ Krippendorff's α


def alpha(ratings: Ratings, distance: Distance) -> float | None:
    units = [unit for unit in columns(ratings) if len(unit) > 1]
    values = [value for unit in units for value in unit]
    n = len(values)
    if not n:
        return None
    observed = sum(
        sum(distance(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units
    )
    expected = sum(distance(a, b) for a, b in permutations(values, 2))
    if expected <= 1e-12:
        return None
    return 1 - (n - 1) * observed / expected


def nominal_distance(a: Hashable, b: Hashable) -> float:
    return float(a != b)


def interval_distance(a: float, b: float) -> float:
    return (a - b) ** 2


def ratio_distance(a: float, b: float) -> float:
    return ((a - b) / (a + b)) ** 2 if a + b else 0.0


def ordinal_distance(ratings: Ratings) -> Distance:
    values = [value for unit in columns(ratings) if len(unit) > 1 for value in unit]

    def distance(a: Any, b: Any) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(low <= value <= high for value in values)
        return (between - (values.count(a) + values.count(b)) / 2) ** 2

    return distance


def quadratic_weight(ratings: Ratings) -> Weight:
    found = labels(ratings)
    reach = max(found) - min(found)
    return lambda a, b: 1 - ((a - b) / reach) ** 2 if reach else 1.0


# --------------------------------------------------------------------------------- resampling


def jackknife_error(
    measure: Callable[[Ratings], float | None], ratings: Ratings, clusters: Sequence[Any]
) -> float | None:
    """Return the delete-one standard error, with the measure computed anew each time."""
    shared = {
        cluster for cluster, unit in zip(clusters, columns(ratings), strict=True) if len(unit) > 1
    }
    values = []
    for left_out in shared:
        kept = [unit for unit, cluster in enumerate(clusters) if cluster != left_out]
        values.append(measure([[coder[unit] for unit in kept] for coder in ratings]))
    if len(values) < 2 or None in values:
        return None
    g, mean = len(values), sum(v for v in values if v is not None) / len(values)
    return float(((g - 1) / g * sum((v - mean) ** 2 for v in values if v is not None)) ** 0.5)


# ----------------------------------------------------------------------------- free segmentation


def unitizing(
    continua: Sequence[Sequence[Sequence[tuple[int, int, Any]]]], lengths: Sequence[int]
) -> dict[str, float | None]:
    """Return uα, |uα and cuα of continua with the same coders, place by place."""
    u_pairs: dict[tuple[Any, Any], float] = {}
    squares: dict[Any, float] = {}
    coded_squares: dict[Any, float] = {}
    for coders, length in zip(continua, lengths, strict=True):
        m = len(coders)
        given = [[None] * length for _ in coders]
        for row, segments in zip(given, coders, strict=True):
            for start, end, label in segments:
                row[start:end] = [label] * (end - start)
        for place in range(length):
            for one, other in permutations(range(m), 2):
                key = given[one][place], given[other][place]
                u_pairs[key] = u_pairs.get(key, 0) + 1 / (m - 1)
        for coder, segments in enumerate(coders):
            squares[None] = squares.get(None, 0) + given[coder].count(None)
            for start, end, label in segments:
                squares[label] = squares.get(label, 0) + (end - start) ** 2
                shared = sum(
                    given[other][place] is not None
                    for other in range(m)
                    if other != coder
                    for place in range(start, end)
                ) / (m - 1)
                coded_squares[label] = coded_squares.get(label, 0) + shared**2
    coded_pairs = {key: size for key, size in u_pairs.items() if None not in key}
    binary_pairs: dict[tuple[Any, Any], float] = {}
    for (a, b), size in u_pairs.items():
        key = a is not None, b is not None
        binary_pairs[key] = binary_pairs.get(key, 0) + size
    binary_squares = {
        False: squares.get(None, 0),
        True: sum(size for label, size in squares.items() if label is not None),
    }
    return {
        "u": _unitizing_alpha(u_pairs, squares),
        "|u": _unitizing_alpha(binary_pairs, binary_squares),
        "cu": _unitizing_alpha(coded_pairs, coded_squares),
    }


def _unitizing_alpha(
    pairs: dict[tuple[Any, Any], float], squares: dict[Any, float]
) -> float | None:
    total = sum(pairs.values())
    free = total**2 - sum(squares.values())
    if not total or not free:
        return None
    observed = sum(size for (a, b), size in pairs.items() if a == b)
    expected = 0.0
    for label in {label for pair in pairs for label in pair}:
        margin = sum(size for (a, _), size in pairs.items() if a == label)
        expected += total * (margin**2 - squares.get(label, 0)) / free
    return corrected(observed / total, expected / total)
