"""Agresti (1990), Categorical data analysis, pp. 231–237: penicillin in rabbits, five dose levels.

Immediate against delayed injection, cured against died; the exact conditional test given the dose
has p = .040, one-sided .020.
"""

from __future__ import annotations

import pytest
from tests.published.table import Published, check

from qualcode.stats.pairs.exact_tests import stratified_hypergeometric
from qualcode.stats.pairs.nulls import within_document_null

PAPER = "Agresti (1990)"
WHERE = "pp. 231–237, penicillin"

# At each level: immediate and cured, immediate, cured, rabbits.
LEVELS = [(0, 6, 0, 11), (3, 6, 3, 12), (6, 6, 8, 12), (5, 6, 11, 12), (2, 2, 7, 7)]

PUBLISHED = [
    Published(
        PAPER,
        WHERE,
        "exact conditional test, two-sided p",
        0.040,
        5e-4,
        lambda: stratified_hypergeometric(*zip(*LEVELS, strict=True)).p_two_sided,
    ),
    Published(
        PAPER,
        WHERE,
        "exact conditional test, one-sided p",
        0.020,
        5e-4,
        lambda: stratified_hypergeometric(*zip(*LEVELS, strict=True)).p_greater,
    ),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=str)
def test_published_value(entry: Published) -> None:
    check(entry)


def test_exact_conditional_test_as_r_prints_it() -> None:
    found = stratified_hypergeometric(*zip(*LEVELS, strict=True))
    assert found.observed == 16
    assert found.p_two_sided == pytest.approx(0.03994, abs=5e-6)
    assert found.p_greater == pytest.approx(0.01997, abs=5e-6)


def test_randomisation_within_levels_tends_to_it() -> None:
    unit, code, document = [], [], []
    for level, (both, n_a, n_b, n) in enumerate(LEVELS):
        first = len(document)
        document += [level] * n
        unit += [first + at for at in range(n_a)]
        code += [0] * n_a
        unit += [first + at for at in range(n_a - both, n_a - both + n_b)]
        code += [1] * n_b
    found = within_document_null(
        unit, code, 2, document=document, n_resamples=40_000, random_state=1990
    )
    exact = stratified_hypergeometric(*zip(*LEVELS, strict=True))
    error = float(found.monte_carlo_error(exact.p_greater))
    assert found.observed[0, 1] == 16
    assert found.p_greater[0, 1] == pytest.approx(exact.p_greater, abs=4 * error)
    assert found.expected[0, 1] == pytest.approx(exact.expected)
    assert found.sd[0, 1] == pytest.approx(exact.sd)
