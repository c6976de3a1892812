"""Placements within documents, and their crossings: by NumPy, and by numba where it is installed."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import pairs

from qualcode.stats.kernels.compiling import available
from qualcode.stats.pairs import compiled, placements
from qualcode.stats.pairs.nulls import _incidence, within_document_null
from qualcode.stats.pairs.placements import (
    LANE,
    Incidence,
    _digits,
    _Documents,
    _place,
    _spots,
    _tally,
    _tally_for,
)


@pytest.fixture(params=["NumPy", "numba"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Take one path whatever the size of the table."""
    if request.param == "numba":
        pytest.importorskip("numba", reason="needs numba (extra `fast`)")
    monkeypatch.setattr(
        placements, "_WORTH_COMPILING", 0 if request.param == "numba" else sys.maxsize
    )
    name: str = request.param
    return name


def coded(seed: int, n_units: int = 120, n_codes: int = 6) -> tuple[Any, Any, Any]:
    """Return unit, code and document: codes on few and on most units of documents of all sizes."""
    rng = np.random.default_rng(seed)
    document = np.sort(rng.integers(0, 7, n_units))
    share = rng.choice([0.02, 0.1, 0.4, 0.8], (7, n_codes))
    unit, code = np.nonzero(rng.random((n_units, n_codes)) < share[document])
    return unit, code, document


def drawn(incidence: Incidence, code: int, n_placements: int, seed: int) -> Any:
    """Return which units a code is on in each placement: placements × units."""
    spot, rows = _spots(incidence), incidence.code == code
    order = _Documents.of(incidence, spot).shuffled(n_placements, np.random.default_rng(seed))
    place = _place(incidence.unit[rows], order[spot[rows]])
    held = np.zeros((n_placements, incidence.n_units), dtype=np.int64)
    np.add.at(held, (np.arange(n_placements), place), 1)
    return held


@st.composite
def lookups(draw: st.DrawFn) -> tuple[Any, Any, Any, int]:
    """A table of bits with its empty last line, placements of a code, actual counts, lanes."""
    n_units, n_lanes = draw(st.integers(1, 80)), draw(st.integers(1, 2))
    n_blocks, n_carriers = draw(st.integers(1, 3)), draw(st.integers(1, n_units))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    table = rng.integers(0, 2**64, (n_units + 1, 4 * n_lanes * n_blocks), dtype=np.uint64)
    table &= rng.integers(0, 2**64, table.shape, dtype=np.uint64)
    table[-1] = 0
    place = np.array([rng.permutation(n_units)[:n_carriers] for _ in range(n_lanes * LANE)]).T
    n_others = draw(st.integers(1, 8 * n_blocks))
    actual = np.minimum(rng.poisson(n_carriers / 4, n_others), n_carriers)
    return table, place.astype(np.int32), actual, n_lanes


def counted(table: Any, place: Any, actual: Any, n_lanes: int) -> tuple[Any, Any]:
    """Count crossings one by one: those above, and those below, the actual count of each other."""
    bits = np.unpackbits(table.view(np.uint8), axis=1, bitorder="little").astype(np.int64)
    bits = bits[:, : actual.size * n_lanes * LANE].reshape(len(table), actual.size, -1)
    sums = np.array([bits[units].sum(axis=0) for units in place.T])
    return (
        (sums > actual[:, None]).sum(axis=(0, 2)),
        (sums < actual[:, None]).sum(axis=(0, 2)),
    )


def tallied(tally: Any, table: Any, place: Any, actual: Any, n_lanes: int) -> list[Any]:
    target = _digits(actual, n_lanes, len(place))
    return [
        lanes.reshape(-1, n_lanes).sum(axis=1)[: actual.size]
        for lanes in tally(table, place, target)
    ]


@settings(max_examples=50)
@given(lookups())
def test_a_tally_equals_counting_one_by_one(lookup: tuple[Any, Any, Any, int]) -> None:
    assert all(map(np.array_equal, tallied(_tally, *lookup), counted(*lookup)))


@settings(max_examples=50, deadline=None)
@given(lookups())
def test_the_compiled_tally_is_the_same(lookup: tuple[Any, Any, Any, int]) -> None:
    pytest.importorskip("numba", reason="needs numba (extra `fast`)")
    table, place, actual, n_lanes = lookup
    target = _digits(actual, n_lanes, len(place))
    for one, other in zip(
        compiled.tally(table, place, target), _tally(table, place, target), strict=True
    ):
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()


def test_what_is_compiled_is_the_same_uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_kernel", lambda: compiled._tally)
    rng = np.random.default_rng(8)
    table = rng.integers(0, 2**64, (41, 4), dtype=np.uint64)
    table[-1] = 0
    place = np.array([rng.permutation(40)[:31] for _ in range(LANE)]).T
    lookup = table, place, rng.integers(10, 22, 8), 1
    assert all(map(np.array_equal, tallied(compiled.tally, *lookup), counted(*lookup)))


@pytest.mark.parametrize("n_carriers", [*range(1, 34), 63, 64, 127, 128, 1023, 1024])
def test_sums_of_every_length_are_compiled(n_carriers: int) -> None:
    pytest.importorskip("numba", reason="needs numba (extra `fast`)")
    # Full lines reach the greatest sum there is, and half of them every carry.
    table = np.full((n_carriers + 1, 4), 2**64 - 1, dtype=np.uint64)
    table[-1] = 0
    table[: n_carriers // 2, 2:] = 0
    place = np.tile(np.arange(n_carriers, dtype=np.int32)[:, None], (1, LANE))
    for actual in (0, n_carriers - n_carriers // 2, n_carriers - 1, n_carriers):
        lookup = table, place, np.full(8, actual), 1
        assert all(map(np.array_equal, tallied(compiled.tally, *lookup), counted(*lookup)))


@pytest.mark.parametrize("n_resamples", [1000, 1024])
def test_both_paths_give_the_same_bytes(n_resamples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba", reason="needs numba (extra `fast`)")
    unit, code, document = coded(3, n_units=300, n_codes=30)
    results = []
    for worth in (0, sys.maxsize):
        monkeypatch.setattr(placements, "_WORTH_COMPILING", worth)
        found = within_document_null(
            unit, code, 30, document=document, n_resamples=n_resamples, random_state=5
        )
        results.append([found.p_greater, found.p_less, found.p_two_sided, found.expected, found.sd])
    for one, other in zip(*results, strict=True):
        assert one.tobytes() == other.tobytes()


def test_numba_is_asked_for_only_where_there_is_much_to_add(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(placements, "available", lambda: True)
    assert _tally_for(1) is _tally
    assert _tally_for(sys.maxsize) is compiled.tally


def test_without_numba_numpy_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not available()
    assert _tally_for(sys.maxsize) is _tally


# Documents are shuffled step by step, or as a whole.
both_ways = pytest.mark.parametrize("steps", [placements._STEPS, 0])


@both_ways
def test_placements_are_uniform_and_keep_documents(
    steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placements, "_STEPS", steps)
    # Three of five units in one document, one of four in the next, all of two in the last.
    document = [0] * 5 + [1] * 4 + [2] * 2 + [3]
    unit = [0, 1, 2, 5, 9, 10]
    incidence, _ = _incidence(unit, [0] * 6, 1, document)
    held = drawn(incidence, 0, 4000, seed=4)
    assert np.flatnonzero(held[0]).tolist() == unit
    assert held.max() == 1
    assert np.all(held[:, :5].sum(axis=1) == 3)
    assert np.all(held[:, 5:9].sum(axis=1) == 1)
    assert held[:, 9:11].all()
    assert not held[:, 11].any()
    assert held[1:, :5].mean(axis=0) == pytest.approx([3 / 5] * 5, abs=0.03)
    assert held[1:, 5:9].mean(axis=0) == pytest.approx([1 / 4] * 4, abs=0.03)
    codes = held[1:, :5] @ (1 << np.arange(5))
    sets, counts = np.unique(codes, return_counts=True)
    assert len(sets) == 10
    assert counts / 3999 == pytest.approx([0.1] * 10, abs=0.02)


@both_ways
@pytest.mark.parametrize("seed", range(5))
def test_every_placement_keeps_how_often_a_code_is_in_each_document(
    seed: int, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placements, "_STEPS", steps)
    unit, code, document = coded(seed)
    incidence, documents = _incidence(unit, code, 6, document)
    for one in range(6):
        held = drawn(incidence, one, 64, seed)
        assert held.max(initial=0) <= 1
        in_documents = held @ (documents[:, None] == np.arange(7))
        assert np.all(in_documents == in_documents[0])
        assert np.array_equal(
            in_documents[0], np.bincount(document[unit[code == one]], minlength=7)
        )


@pytest.mark.parametrize("seed", range(3))
def test_counts_of_crossings_have_the_hypergeometric_mean_and_spread(seed: int, path: str) -> None:
    unit, code, document = coded(seed)
    found = within_document_null(unit, code, 6, document=document, random_state=seed)
    incidence, documents = _incidence(unit, code, 6, document)
    size = np.bincount(documents, minlength=7)
    own = [np.bincount(document[unit[code == one]], minlength=7) for one in range(6)]
    held = [drawn(incidence, one, 256, 10 * seed + one) for one in range(6)]
    for a, b in zip(*np.triu_indices(6, 1), strict=True):
        there = size > 0
        mean = float((own[a] * own[b] / np.maximum(size, 1))[there].sum())
        assert found.expected[a, b] == pytest.approx(mean)
        counts = held[a][1:] @ held[b][1:].T
        # Crossings are independent of each other, two by two, so their mean errs by sd / √n.
        error = found.sd[a, b] / np.sqrt(counts.size)
        assert counts.mean() == pytest.approx(mean, abs=5 * error + 1e-9)
        assert counts.std() == pytest.approx(found.sd[a, b], rel=0.1, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_p_values_come_close_to_those_of_every_arrangement(data: st.DataObject) -> None:
    for worth in (0, sys.maxsize):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(placements, "_WORTH_COMPILING", worth)
            check_against_every_arrangement(data)


def check_against_every_arrangement(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3))
    document = [at for at, size in enumerate(sizes) for _ in range(size)]
    held = np.array(
        data.draw(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=len(document),
                           max_size=len(document)))
    )  # fmt: skip
    unit, code = np.nonzero(held)
    found = within_document_null(
        unit, code, 2, document=document, n_resamples=4000, random_state=11
    )
    margins = []
    for at, size in enumerate(sizes):
        n_a, n_b = held[np.array(document) == at].sum(axis=0).tolist()
        margins.append((n_a, n_b, size))
    chances = pairs.count_chances(margins)
    observed = int((held[:, 0] & held[:, 1]).sum())
    if len(chances) == 1:
        assert np.isnan(found.p_greater[0, 1])
        return
    greater = float(sum((p for n, p in chances.items() if n >= observed), Fraction()))
    less = float(sum((p for n, p in chances.items() if n <= observed), Fraction()))
    for p, estimate in ((greater, found.p_greater[0, 1]), (less, found.p_less[0, 1])):
        error = float(found.monte_carlo_error(p))
        assert estimate == pytest.approx(p, abs=4.5 * error + 1 / found.n_resamples)
