"""Null models against every arrangement, and what must hold whatever the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import pairs

from qualcode.errors import StatisticsError
from qualcode.stats.pairs import placements
from qualcode.stats.pairs.exact_tests import stratified_hypergeometric
from qualcode.stats.pairs.nulls import (
    _incidence,
    _trade,
    density_null,
    fixed_margin_null,
    rotation_null,
    within_document_null,
)
from qualcode.stats.pairs.placements import _add_bits, crossings

Table = tuple[list[int], list[int], list[int]]


@st.composite
def tables(draw: st.DrawFn, n_codes: int = 3) -> Table:
    """Rows (unit, code) with repetitions, and the document of each unit, in any order."""
    document = draw(st.lists(st.integers(0, 2), min_size=1, max_size=12))
    cell = st.tuples(st.integers(0, len(document) - 1), st.integers(0, n_codes - 1))
    rows = draw(st.lists(cell, max_size=24))
    return [unit for unit, _ in rows], [code for _, code in rows], document


def by_document(table: Table, code: int) -> list[set[int]]:
    units, codes, document = table
    carrying = {unit for unit, each in zip(units, codes, strict=True) if each == code}
    return [{unit for unit in carrying if document[unit] == one} for one in sorted(set(document))]


@settings(max_examples=40)
@given(tables())
def test_within_documents_equals_listing_every_arrangement(table: Table) -> None:
    units, codes, document = table
    found = within_document_null(
        units, codes, 3, document=document, n_resamples=4000, random_state=7
    )
    sizes = [document.count(one) for one in sorted(set(document))]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        first, second = by_document(table, a), by_document(table, b)
        here = [(len(x), len(y), n) for x, y, n in zip(first, second, sizes, strict=True)]
        exact = stratified_hypergeometric(
            [len(x & y) for x, y in zip(first, second, strict=True)],
            *zip(*here, strict=True),
        )
        assert found.observed[a, b] == exact.observed
        assert found.expected[a, b] == pytest.approx(exact.expected)
        assert found.sd[a, b] == pytest.approx(exact.sd, abs=1e-9)
        if exact.reason is not None:
            assert np.isnan(found.p_two_sided[a, b])
            assert found.reason[a, b] == exact.reason
            continue
        for p, estimate in (
            (exact.p_greater, found.p_greater[a, b]),
            (exact.p_less, found.p_less[a, b]),
        ):
            error = float(found.monte_carlo_error(p))
            assert estimate == pytest.approx(p, abs=4.5 * error + 1 / found.n_resamples)


def test_the_oracle_lists_arrangements() -> None:
    chances = pairs.count_chances([(2, 2, 4)])
    assert {count: float(chance) for count, chance in chances.items()} == pytest.approx(
        {0: 1 / 6, 1: 4 / 6, 2: 1 / 6}
    )


def mixed_table(seed: int) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    document = rng.integers(0, 6, 150)
    held = rng.random((150, 5)) < np.array([0.1, 0.3, 0.6, 0.9, 0.02])
    unit, code = np.nonzero(held)
    return unit, code, document


def test_crossed_placements_err_as_separate_permutations_would() -> None:
    unit, code, document = mixed_table(1)
    runs = [
        within_document_null(unit, code, 5, document=document, random_state=seed)
        for seed in range(150)
    ]
    first, second = np.triu_indices(5, 1)
    estimates = np.array([run.p_greater[first, second] for run in runs])
    p = estimates.mean(axis=0)
    open_to_chance = (p > 0.02) & (p < 0.98)
    error = np.sqrt(p * (1 - p) / runs[0].n_resamples)
    ratio = estimates.std(axis=0)[open_to_chance] / error[open_to_chance]
    # A standard deviation over 150 runs is itself known to about 6 %.
    assert open_to_chance.sum() >= 6
    assert np.all((ratio > 0.75) & (ratio < 1.25))
    assert ratio.mean() == pytest.approx(1, abs=0.1)


def test_p_values_are_valid_where_the_null_hypothesis_holds() -> None:
    rng = np.random.default_rng(11)
    document = np.repeat(np.arange(4), 10)
    rejected = []
    for _ in range(300):
        held = np.zeros((40, 2), dtype=np.bool_)
        for code in range(2):
            for one in range(4):
                held[10 * one + rng.choice(10, 4, replace=False), code] = True
        unit, code = np.nonzero(held)
        found = within_document_null(
            unit, code, 2, document=document, n_resamples=100, random_state=rng
        )
        rejected.append(found.p_greater[0, 1] <= 0.1)
    # At most one in ten, give or take what 300 trials leave open.
    assert np.mean(rejected) < 0.1 + 3 * np.sqrt(0.09 / 300)


@pytest.mark.parametrize("n_codes", [1, 2, 9, 70])
@pytest.mark.parametrize("n_resamples", [1, 1023, 1024])
def test_groups_and_tables_of_codes_are_all_crossed(n_codes: int, n_resamples: int) -> None:
    rng = np.random.default_rng(n_codes)
    held = rng.random((60, n_codes)) < 0.3
    unit, code = np.nonzero(held)
    document = np.arange(60) // 20
    found = within_document_null(
        unit, code, n_codes, document=document, n_resamples=n_resamples, random_state=2
    )
    assert n_resamples <= found.n_resamples
    assert found.n_resamples + 1 in (32**2, 64**2)
    assert np.array_equal(found.observed, held.T.astype(int) @ held.astype(int))
    off = ~np.eye(n_codes, dtype=np.bool_)
    total = found.p_greater + found.p_less
    assert np.all((total[off] > 1) | np.isnan(total[off])), "both count the actual table"
    assert np.allclose(found.p_greater, found.p_greater.T, equal_nan=True)
    if n_codes == 70:
        rank = found.p_greater[np.triu_indices(n_codes, 1)]
        assert np.mean(rank <= 0.5) == pytest.approx(0.45, abs=0.1)


@pytest.mark.parametrize("words", [1, 200, 5000])
def test_how_much_is_added_at_once_changes_nothing(
    words: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(20)
    unit, code = np.nonzero(rng.random((80, 20)) < 0.2)
    document = np.arange(80) // 20
    whole = within_document_null(unit, code, 20, document=document, random_state=1)
    monkeypatch.setattr(placements, "_WORDS", words)
    parts = within_document_null(unit, code, 20, document=document, random_state=1)
    assert np.array_equal(whole.p_greater, parts.p_greater, equal_nan=True)
    assert np.array_equal(whole.p_less, parts.p_less, equal_nan=True)


@given(st.integers(1, 40), st.integers(1, 3), st.integers(0, 2**32))
def test_bits_add_up(n_rows: int, n_words: int, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, 2**63, (n_rows, n_words), dtype=np.uint64)
    bits = np.unpackbits(rows.view(np.uint8), axis=1, bitorder="little")
    digits = _add_bits(rows.copy())
    found = sum(
        np.unpackbits(digit.view(np.uint8), bitorder="little").astype(np.int64) << at
        for at, digit in enumerate(digits)
    )
    assert np.array_equal(found, bits.sum(axis=0))


def test_the_same_seed_gives_the_same_result() -> None:
    unit, code, document = mixed_table(2)
    for null in (
        lambda seed: within_document_null(unit, code, 5, document=document, random_state=seed),
        lambda seed: fixed_margin_null(unit, code, 5, n_resamples=20, random_state=seed),
    ):
        one, two, other = null(3), null(3), null(4)
        assert np.array_equal(one.p_greater, two.p_greater, equal_nan=True)
        assert not np.array_equal(one.p_greater, other.p_greater, equal_nan=True)


@given(tables(n_codes=4), st.integers(0, 2**32))
def test_a_trade_keeps_every_total(table: Table, seed: int) -> None:
    units, codes, document = table
    incidence, documents = _incidence(units, codes, 4, document)
    held = np.zeros((4, len(document)), dtype=np.bool_)
    held[incidence.code, incidence.unit] = True
    start = held.copy()
    _trade(held, documents, np.random.default_rng(seed))
    assert np.array_equal(held.sum(axis=0), start.sum(axis=0))
    for one in np.unique(documents):
        inside = documents == one
        assert np.array_equal(held[:, inside].sum(axis=1), start[:, inside].sum(axis=1))


def test_fixed_margins_notice_what_codes_per_unit_explain() -> None:
    # Half of the units carry all codes, half none: pairs meet because of the units.
    unit, code = np.nonzero(np.repeat([[1, 1, 1], [0, 0, 0]], 10, axis=0))
    found = fixed_margin_null(unit, code, 3, n_units=20, n_resamples=50, random_state=1)
    assert set(found.reason[np.triu_indices(3, 1)]) == {
        "no other count is possible with these margins"
    }
    within = within_document_null(unit, code, 3, document=np.zeros(20, int), random_state=1)
    assert np.all(within.p_greater[np.triu_indices(3, 1)] < 0.01)
    assert np.all(within.z[np.triu_indices(3, 1)] > 3)


def test_progress_is_reported() -> None:
    unit, code, _ = mixed_table(5)
    steps: list[tuple[int, int]] = []
    fixed_margin_null(
        unit, code, 5, n_resamples=3, random_state=1, progress=lambda *at: steps.append(at)
    )
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_frames_have_a_row_for_each_pair_and_adjust_over_those_tested() -> None:
    unit, code, document = mixed_table(6)
    found = within_document_null(unit, code, 6, document=document, random_state=1)
    frame = found.to_frame(labels=list("abcdef"))
    assert len(frame) == 15
    assert frame.loc[frame["b"] == "f", "reason"].str.contains("no other count").all()
    assert frame.loc[frame["b"] == "f", ["p", "q", "mc_error", "z"]].isna().all(axis=None)
    tested = frame[frame["reason"] == ""]
    assert (tested["q"] >= tested["p"]).all()
    with pytest.raises(StatisticsError, match="2 labels for 6 codes"):
        found.to_frame(labels=["a", "b"])


def test_nothing_to_count_is_untested_not_wrong() -> None:
    for null in (
        within_document_null([], [], 2, document=[]),
        within_document_null([], [], 2, document=[0, 0, 1]),
        fixed_margin_null([], [], 2, n_resamples=2),
    ):
        assert np.array_equal(null.observed, np.zeros((2, 2)))
        assert np.isnan(null.p_greater).all()
        assert (null.reason != "").all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: within_document_null([0], [0, 1], 2, document=[0]), "rows"),
        (lambda: within_document_null([3], [0], 2, document=[0]), "'unit' holds 3"),
        (lambda: within_document_null([0], [5], 2, document=[0]), "'code' holds 5"),
        (lambda: within_document_null([0], [0], 1, document=[0], n_resamples=0), "at least 1"),
        (lambda: fixed_margin_null([0], [0], 1, n_trades=0), "at least 1"),
        (lambda: fixed_margin_null([7], [0], 1, n_units=3), "'unit' holds 7"),
        (lambda: within_document_null([0], [0], 1, document=[0], random_state="x"), "a seed"),
    ],
)
def test_bad_arguments_are_refused(call: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        call()


def test_crossings_count_the_actual_table() -> None:
    incidence, _ = _incidence([0, 1, 2, 3, 3], [0, 0, 1, 1, 0], 2, [0] * 8)
    counts = np.array([[3, 1], [1, 2]])
    at_least, at_most = crossings(incidence, counts, 32, np.random.default_rng(1))
    assert at_least[0, 0] == at_most[1, 1] == 1024
    assert at_least[0, 1] + at_most[0, 1] > 1024
    assert at_least[0, 1] == at_least[1, 0]


# ------------------------------------------------------------------------------------- rotations


@settings(max_examples=40)
@given(tables())
def test_rotation_equals_listing_every_rotation(table: Table) -> None:
    units, codes, document = table
    found = rotation_null(units, codes, 3, document=document, random_state=1)
    assert found.n_resamples == 1023
    for a, b in ((0, 1), (0, 2), (1, 2)):
        sums = np.zeros(1)
        for one in sorted(set(document)):
            here = [unit for unit, each in enumerate(document) if each == one]
            first, second = (
                np.array([unit in set(map(int, held)) for unit in here])
                for held in (
                    [unit for unit, each in zip(units, codes, strict=True) if each == code]
                    for code in (a, b)
                )
            )
            turned = [np.sum(first & np.roll(second, shift)) for shift in range(len(here))]
            sums = np.add.outer(sums, turned).ravel()
        assert found.expected[a, b] == pytest.approx(sums.mean())
        if sums.min() == sums.max():
            assert found.reason[a, b]
            continue
        assert found.sd[a, b] == pytest.approx(sums.std())
        share = np.mean(sums >= found.observed[a, b])
        error = np.sqrt(share * (1 - share) / 1023)
        assert found.p_greater[a, b] == pytest.approx(share, abs=5 * error + 0.04)


def coding(kind: str, rng: np.random.Generator) -> tuple[Any, Any]:
    """Code 15 documents of 60 units with ten codes that have nothing to do with each other."""
    share = np.full((15, 60), 0.12)
    if kind == "dense parts":
        begins = rng.integers(0, 60, (15, 1))
        share = np.where((np.arange(60) - begins) % 60 < 20, 0.30, 0.03)
    held = rng.random((15, 60, 10)) < share[..., None]
    if kind == "stretches":
        starts = rng.random((15, 60, 10)) < 0.018
        held = np.zeros_like(starts)
        for step in range(8):
            held[:, step:] |= starts[:, : 60 - step]
    unit, code = np.nonzero(held.reshape(900, 10))
    return unit, code


@pytest.mark.parametrize(
    ("kind", "alarms"),
    [("even", (0.02, 0.08)), ("stretches", (0.02, 0.09)), ("dense parts", (0.0, 0.08))],
)
def test_false_alarms_where_density_varies(kind: str, alarms: tuple[float, float]) -> None:
    """Of pairs that have nothing to do with each other one in twenty may have p below .05."""
    rng = np.random.default_rng(20261130)
    document = np.repeat(np.arange(15), 60)
    below = {"density": 0, "within": 0}
    pairs_of = np.triu_indices(10, 1)
    for _ in range(10):
        rows = coding(kind, rng)
        for name, null in (("density", density_null), ("within", within_document_null)):
            found = null(*rows, 10, document=document, n_resamples=150, random_state=rng)
            below[name] += int(np.sum(found.p_two_sided[pairs_of] <= 0.05))
    assert alarms[0] <= below["density"] / 450 <= alarms[1]
    if kind != "even":
        assert below["within"] / 450 > 0.25, "which is why it is no longer the default"


def test_density_says_which_nulls_it_took() -> None:
    rng = np.random.default_rng(5)
    document = np.repeat(np.arange(15), 60)
    even = density_null(*coding("even", rng), 10, document=document, random_state=1)
    assert (even.n_trades, even.seed) == (None, 1)
    dense = density_null(
        *coding("dense parts", rng), 10, document=document, n_resamples=50, random_state=1
    )
    assert dense.n_trades == 10
    assert dense.n_resamples == 50


def test_density_does_not_tell_dense_parts_from_what_two_codes_have_in_common() -> None:
    rng = np.random.default_rng(5)
    document = np.repeat(np.arange(15), 60)
    unit, code = coding("dense parts", rng)
    two = density_null(unit[code < 2], code[code < 2], 2, document=document, random_state=1)
    assert np.isnan(two.p_two_sided[0, 1])
    assert "cannot be told from codes that go together" in two.reason[0, 1]
    assert np.isfinite(
        density_null(unit, code, 10, document=document, n_resamples=50, random_state=1).z[0, 1]
    )


def test_rotation_needs_randomisations() -> None:
    with pytest.raises(StatisticsError, match="n_resamples must be at least 1, not 0"):
        rotation_null([0], [0], 1, document=[0], n_resamples=0)
