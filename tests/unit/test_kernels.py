"""The counting kernels against sets of units, and the laws of counting."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import counting

from qualcode.errors import StatisticsError
from qualcode.stats import kernels
from qualcode.stats.kernels import meetings, sweeping
from qualcode.stats.kernels.blocks import expand_ranges, in_order
from qualcode.stats.kernels.pairs import distinct_rows

N_CODES = st.sampled_from([1, 3, 6, 40])
BLOCKS = st.integers(1, 12)
HOW: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"gap": st.integers(0, 4)}),
    st.fixed_dictionaries({"min_overlap": st.integers(1, 5)}),
    st.fixed_dictionaries({"min_overlap": st.sampled_from([0.1, 0.25, 0.5, 0.7, 1.0])}),
    st.just({"inside": True}),
)
DTYPES = st.sampled_from([np.int32, np.int64])


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[int, int]], int]:
    """Rows (unit, code) in any order and with repetitions, and the number of codes."""
    n_codes = draw(N_CODES)
    row = st.tuples(st.integers(-2, 5), st.integers(0, n_codes - 1))
    return draw(st.lists(row, max_size=30)), n_codes


@st.composite
def memberships(draw: st.DrawFn, n_codes: int) -> np.ndarray[Any, Any]:
    """Codes × nodes: empty nodes, nodes of one code, overlapping nodes."""
    nodes = draw(st.lists(st.sets(st.integers(0, n_codes - 1), max_size=5), max_size=5))
    matrix = np.zeros((n_codes, len(nodes)), dtype=np.bool_)
    for node, codes in enumerate(nodes):
        matrix[list(codes), node] = True
    return matrix


@st.composite
def segment_tables(draw: st.DrawFn, n_codes: int = 4) -> list[tuple[int, int, int, int]]:
    """Rows (document, start, end, code) in any order and with repetitions."""
    row = st.tuples(
        st.integers(-1, 2), st.integers(0, 12), st.integers(1, 8), st.integers(0, n_codes - 1)
    )
    rows = draw(st.lists(row, max_size=16))
    return [(document, start, start + length, code) for document, start, length, code in rows]


def columns(rows: list[Any], width: int, dtype: Any = np.int64) -> Any:
    return list(np.array(rows, dtype=dtype).reshape(-1, width).T.copy())


def parts_by_first(rows: list[Any], data: st.DataObject) -> list[list[Any]]:
    """Deal the rows out over two partitions without splitting a unit or document."""
    keys = sorted({row[0] for row in rows})
    chosen = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    return [
        [row for row in rows if row[0] in chosen],
        [row for row in rows if row[0] not in chosen],
    ]


# ------------------------------------------------------------------------------------------ blocks


@given(st.lists(st.integers(0, 6), max_size=40).map(sorted), BLOCKS)
def test_blocks_cover_every_row_and_split_no_key(keys: list[int], block: int) -> None:
    key = np.array(keys, dtype=np.int32)
    parts = list(kernels.key_blocks(key, block))
    assert [k for part in parts for k in keys[part]] == keys
    assert all(keys[part] for part in parts)
    assert all(not set(keys[a]) & set(keys[b]) for a, b in itertools.pairwise(parts))
    assert all(len(keys[part]) <= block or len(set(keys[part])) == 1 for part in parts)


def test_a_block_holds_at_least_one_row() -> None:
    with pytest.raises(StatisticsError, match="at least 1"):
        list(kernels.key_blocks(np.array([1]), 0))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 5)), max_size=8))
def test_expand_ranges_lists_every_member(ranges: list[tuple[int, int]]) -> None:
    low, length = columns(ranges, 2)
    owner, member = expand_ranges(low, low + length)
    wanted = [(i, m) for i, (a, n) in enumerate(ranges) for m in range(a, a + n)]
    assert list(zip(owner.tolist(), member.tolist(), strict=True)) == wanted


def test_sorted_columns_are_not_copied() -> None:
    key = np.array([1, 1, 2], dtype=np.int32)
    assert in_order(key)[0] is key


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=12),
    st.sampled_from([1, 1000]),
)
def test_distinct_rows(rows: list[tuple[int, int]], factor: int) -> None:
    # A large factor spreads the codes so thin that marking cells would not pay.
    rows = sorted(((unit, code * factor) for unit, code in rows), key=lambda row: row[0])
    starts, codes = distinct_rows(*columns(rows, 2), 10 * factor)
    units = sorted({unit for unit, _ in rows})
    owner = np.repeat(units, np.diff(starts, append=codes.size))
    assert list(zip(owner.tolist(), codes.tolist(), strict=True)) == sorted(set(rows))


# -------------------------------------------------------------------------------- pairs of codes


@given(tables(), BLOCKS, DTYPES)
def test_pair_counts_equal_intersections_of_sets(table: Any, block: int, dtype: Any) -> None:
    rows, n_codes = table
    wanted = counting.pair_counts(rows, n_codes)
    got = kernels.pair_counts(*columns(rows, 2, dtype), n_codes, block=block)
    assert got.dtype == np.int64
    assert got.tolist() == wanted.tolist()
    in_unit_order = sorted(rows, key=lambda row: row[0])
    assert kernels.pair_counts(*columns(in_unit_order, 2, dtype), n_codes).tolist() == got.tolist()


@given(tables(), st.data())
def test_laws_of_pair_counts(table: Any, data: st.DataObject) -> None:
    rows, n_codes = table
    counts = kernels.pair_counts(*columns(rows, 2), n_codes)
    own = counts.diagonal()
    assert (counts == counts.T).all()
    assert (counts <= np.minimum.outer(own, own)).all()
    assert own.tolist() == [len(units) for units in counting.units_of_codes(rows, n_codes)]
    again = data.draw(st.permutations(rows + rows[: len(rows) // 2]))
    assert (kernels.pair_counts(*columns(again, 2), n_codes) == counts).all()
    parts = parts_by_first(rows, data)
    assert (sum(kernels.pair_counts(*columns(p, 2), n_codes) for p in parts) == counts).all()
    renamed = np.random.default_rng(len(rows)).permutation(n_codes)
    other = kernels.pair_counts(*columns([(u, renamed[c]) for u, c in rows], 2), n_codes)
    assert (other[np.ix_(renamed, renamed)] == counts).all()


@given(tables(), st.integers(2, 60))
def test_copies_of_the_units_multiply_the_counts(table: Any, copies: int) -> None:
    # Many units with most of few codes are multiplied as a matrix instead of listing their pairs.
    rows, n_codes = table
    many = [(unit + 10 * copy, code) for copy in range(copies) for unit, code in rows]
    wanted = copies * counting.pair_counts(rows, n_codes)
    assert (kernels.pair_counts(*columns(many, 2), n_codes) == wanted).all()


@pytest.mark.parametrize("block", [25, 2500, 100_000])
def test_units_of_few_and_of_hundreds_of_codes_together(block: int) -> None:
    rng = np.random.default_rng(0)
    n_codes, sizes = 200, [1, 2, 3, 3, 20, 150, 190, 199, 200, 1, 24, 26] * 6
    rows = [
        (unit, int(code))
        for unit, size in enumerate(sizes)
        for code in rng.choice(n_codes, size, replace=False)
    ]
    wanted = counting.pair_counts(rows, n_codes)
    assert (kernels.pair_counts(*columns(rows, 2), n_codes, block=block) == wanted).all()


def test_more_units_of_a_size_than_are_listed_at_once() -> None:
    rng = np.random.default_rng(0)
    n_codes, size, units = 100, 10, 4000
    codes = np.array([rng.choice(n_codes, size, replace=False) for _ in range(units)])
    incidence = np.zeros((units, n_codes), dtype=np.int64)
    np.put_along_axis(incidence, codes, 1, axis=1)
    counts = kernels.pair_counts(np.repeat(np.arange(units), size), codes.ravel(), n_codes)
    assert (counts == incidence.T @ incidence).all()


# ------------------------------------------------------------------------------------------- nodes


@given(tables(), st.data(), BLOCKS, DTYPES)
def test_nodes_equal_unions_of_sets(
    table: Any, data: st.DataObject, block: int, dtype: Any
) -> None:
    rows, n_codes = table
    membership = data.draw(memberships(n_codes))
    args = (*columns(rows, 2, dtype), membership)
    counts = kernels.node_counts(*args, block=block)
    assert counts.dtype == np.int64
    assert counts.tolist() == counting.node_counts(rows, membership).tolist()
    pairs = kernels.node_pair_counts(*args, block=block)
    assert pairs.tolist() == counting.node_pair_counts(rows, membership).tolist()
    assert (pairs.diagonal() == counts).all()


@given(tables(), st.data(), BLOCKS)
def test_crosstab_equals_sets_and_sums_to_node_counts(
    table: Any, data: st.DataObject, block: int
) -> None:
    rows, n_codes = table
    membership = data.draw(memberships(n_codes))
    group_of = {u: data.draw(st.integers(0, 2)) for u in sorted({u for u, _ in rows})}
    group = np.array([group_of[u] for u, _ in rows], dtype=np.int64)
    counts = kernels.crosstab(*columns(rows, 2), membership, group, 3, block=block)
    assert counts.tolist() == counting.crosstab(rows, membership, group_of, 3).tolist()
    total = kernels.node_counts(*columns(rows, 2), membership)
    assert counts.sum(axis=1).tolist() == total.tolist()


@given(tables(), st.data())
def test_laws_of_rollup(table: Any, data: st.DataObject) -> None:
    rows, n_codes = table
    args = columns(rows, 2)
    themes = data.draw(memberships(n_codes))
    domain = themes.any(axis=1, keepdims=True)
    everything = np.ones((n_codes, 1), dtype=np.bool_)
    codes = np.eye(n_codes, dtype=np.bool_)
    counts = kernels.node_counts(*args, np.hstack([codes, themes, domain, everything]))
    of_code, rest = counts[:n_codes], counts[n_codes:]
    of_theme, of_domain, of_all = rest[:-2], rest[-2], rest[-1]
    # A node lies between its largest child and the sum of its children.
    for node in range(themes.shape[1]):
        children = of_code[themes[:, node]]
        assert children.max(initial=0) <= of_theme[node] <= children.sum()
    assert of_theme.max(initial=0) <= of_domain <= of_theme.sum()
    # What is below is never more; the root has all units.
    assert of_domain <= of_all == len({unit for unit, _ in rows})
    # Codes are the diagonal of their co-occurrence.
    assert (of_code == kernels.pair_counts(*args, n_codes).diagonal()).all()
    # Rows in another order and repeated rows change nothing; partitions add up.
    again = data.draw(st.permutations(rows + rows[: len(rows) // 2]))
    assert (kernels.node_counts(*columns(again, 2), themes) == of_theme).all()
    parts = parts_by_first(rows, data)
    assert (sum(kernels.node_counts(*columns(p, 2), themes) for p in parts) == of_theme).all()
    pairs = kernels.node_pair_counts(*args, themes)
    assert (sum(kernels.node_pair_counts(*columns(p, 2), themes) for p in parts) == pairs).all()
    assert (pairs <= np.minimum.outer(of_theme, of_theme)).all()


@given(tables())
def test_a_merged_code_counts_the_union(table: Any) -> None:
    rows, n_codes = table
    merged = kernels.pair_counts(*columns([(u, max(c, 1)) for u, c in rows], 2), n_codes + 1)
    both = np.zeros((n_codes + 1, 1), dtype=np.bool_)
    both[:2] = True
    assert merged[1, 1] == kernels.node_counts(*columns(rows, 2), both)[0]


@given(tables(), st.data())
def test_disjoint_children_sum_to_their_node(table: Any, data: st.DataObject) -> None:
    rows, n_codes = table
    one_code_each = list(dict(rows).items())
    membership = data.draw(memberships(n_codes))
    args = columns(one_code_each, 2)
    of_code = kernels.pair_counts(*args, n_codes).diagonal()
    assert (kernels.node_counts(*args, membership) == of_code @ membership).all()


@given(tables(), st.data())
def test_more_nodes_than_a_word_has_bits(table: Any, data: st.DataObject) -> None:
    rows, n_codes = table
    membership = data.draw(memberships(n_codes))
    args = columns(rows, 2)
    counts = kernels.node_counts(*args, membership)
    pairs = kernels.node_pair_counts(*args, membership)
    many = np.tile(membership, 40)
    assert (kernels.node_counts(*args, many, block=3) == np.tile(counts, 40)).all()
    assert (kernels.node_pair_counts(*args, many, block=3) == np.tile(pairs, (40, 40))).all()


# ------------------------------------------------------------------------------------------- spans


@given(segment_tables(), st.data(), BLOCKS, DTYPES)
def test_covered_lengths_equal_sets_of_code_points(
    rows: Any, data: st.DataObject, block: int, dtype: Any
) -> None:
    membership = data.draw(memberships(4))
    wanted = counting.covered_lengths(rows, membership)
    got = kernels.covered_lengths(*columns(rows, 4, dtype), membership, block=block)
    assert got.dtype == np.int64
    assert got.tolist() == wanted.tolist()
    again = data.draw(st.permutations(rows + rows[: len(rows) // 2]))
    assert (kernels.covered_lengths(*columns(again, 4), membership) == got).all()
    parts = parts_by_first(rows, data)
    assert (sum(kernels.covered_lengths(*columns(p, 4), membership) for p in parts) == got).all()


@given(segment_tables(), HOW, BLOCKS, DTYPES)
def test_meetings_equal_sets_of_segments(rows: Any, how: Any, block: int, dtype: Any) -> None:
    near, directed = counting.meetings(rows, 4, **how)
    args, meets = columns(rows, 4, dtype), kernels.Meets(**how)
    got = kernels.near_pair_counts(*args, 4, meets=meets, block=block)
    assert got.dtype == np.int64
    assert got.tolist() == near.tolist()
    found = kernels.meeting_counts(*args, 4, meets=meets, block=block)
    assert found.tolist() == directed.tolist()
    in_store_order = columns(sorted(rows), 4, dtype)
    assert (kernels.near_pair_counts(*in_store_order, 4, meets=meets) == got).all()


@given(segment_tables(), HOW, st.data())
def test_laws_of_meetings(rows: Any, how: Any, data: st.DataObject) -> None:
    args, meets = columns(rows, 4), kernels.Meets(**how)
    near = kernels.near_pair_counts(*args, 4, meets=meets)
    own = near.diagonal()
    directed = kernels.meeting_counts(*args, 4, meets=meets)
    assert meets.inside or (near == near.T).all()
    assert (near <= np.minimum.outer(own, own)).all()
    assert own.tolist() == [len({s for s in rows if s[3] == code}) for code in range(4)]
    assert (near <= directed).all()
    assert (directed <= own[:, None]).all()
    again = data.draw(st.permutations(rows + rows[: len(rows) // 2]))
    assert (kernels.near_pair_counts(*columns(again, 4), 4, meets=meets) == near).all()
    parts = [columns(part, 4) for part in parts_by_first(rows, data)]
    assert (sum(kernels.near_pair_counts(*p, 4, meets=meets) for p in parts) == near).all()
    assert (sum(kernels.meeting_counts(*p, 4, meets=meets) for p in parts) == directed).all()


@given(segment_tables())
def test_what_asks_for_more_counts_no_more(rows: Any) -> None:
    args = columns(rows, 4)
    steps: list[list[dict[str, Any]]] = [
        [{"inside": True}, {"min_overlap": 1.0}, {"min_overlap": 0.4}, {}, {"gap": 0}, {"gap": 3}],
        [{"min_overlap": 9}, {"min_overlap": 3}, {"min_overlap": 1}, {"gap": 0}],
    ]
    for chain in steps:
        counts = [kernels.near_pair_counts(*args, 4, meets=kernels.Meets(**how)) for how in chain]
        for narrower, wider in itertools.pairwise(counts):
            assert (narrower <= wider).all()
    least, any_ = (
        kernels.near_pair_counts(*args, 4, meets=kernels.Meets(**how))
        for how in ({"min_overlap": 1}, {})
    )
    assert (least == any_).all()


def test_a_gap_counts_the_code_points_between() -> None:
    touching, apart = [0, 0], [3, 5]
    for start, gap, met in [(2, None, 1), (3, None, 0), (3, 0, 1), (5, 1, 0), (5, 2, 1)]:
        counts = kernels.near_pair_counts(
            touching, [0, start], [3, start + 1], [0, 1], 2, meets=kernels.Meets(gap=gap)
        )
        assert counts[0, 1] == met, (start, gap)
    # Documents lie apart, however wide the gap.
    wide = kernels.Meets(gap=1000)
    assert kernels.near_pair_counts([0, 1], [0, 0], apart, [0, 1], 2, meets=wide)[0, 1] == 0


@pytest.mark.parametrize(
    ("share", "shared", "met"),
    [(1 / 3, 10, 1), (1 / 3, 9, 0), (0.1, 3, 1), (0.1, 2, 0), (0.7, 21, 1), (1.0, 29, 0)],
)
def test_a_share_is_of_the_shorter_segment(share: float, shared: int, met: int) -> None:
    """Of 30 code points, a third is 10 and 0.1 is 3, whatever binary fractions make of them."""
    start, end = [0, 90 - shared], [90, 120 - shared]
    meets = kernels.Meets(min_overlap=share)
    counts = kernels.near_pair_counts([0, 0], start, end, [0, 1], 2, meets=meets)
    assert counts[0, 1] == met


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"gap": -1}, "gap of -1"),
        ({"gap": 1.5}, "gap of 1.5"),
        ({"min_overlap": 0}, r"min_overlap=0 \(int\): give a number"),
        ({"min_overlap": 1.5}, "written with a decimal point, above 0 and up to 1.0"),
        ({"min_overlap": True}, "min_overlap=True"),
        ({"gap": 0, "min_overlap": 3}, "only one of these"),
        ({"inside": True, "min_overlap": 3}, "only one of these"),
    ],
)
def test_what_says_nothing_is_refused(how: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        kernels.Meets(**how)


def test_more_meetings_than_are_listed_at_once() -> None:
    n = 1200  # one document in which every segment meets every other
    start, code = np.arange(n), np.arange(n) % 3
    counts = kernels.near_pair_counts(np.zeros(n, dtype=int), start, start + n, code, 3)
    assert (counts == n // 3).all()


# ------------------------------------------------------------------------------------------- units


@given(segment_tables(), segment_tables(), BLOCKS, DTYPES, DTYPES)
def test_unit_incidence_equals_comparing_all(
    units: Any, rows: Any, block: int, unit_dtype: Any, dtype: Any
) -> None:
    units, rows = sorted(unit[:3] for unit in units), [row[:3] for row in rows]
    args = (*columns(units, 3, unit_dtype), *columns(rows, 3, dtype))
    unit, row = kernels.unit_incidence(*args, block=block)
    pairs = list(zip(unit.tolist(), row.tolist(), strict=True))
    assert set(pairs) == counting.unit_incidence(units, rows)
    assert len(set(pairs)) == len(pairs)
    assert [units[u][0] for u, _ in pairs] == sorted(units[u][0] for u, _ in pairs)
    assert unit.dtype == row.dtype == np.int64
    assert pairs == sorted(pairs)


@given(segment_tables(), st.integers(1, 5))
def test_units_that_tile_a_document_share_out_each_span(rows: Any, length: int) -> None:
    cuts = range(0, 25, length)
    tiles = columns([(d, a, a + length) for d in range(-1, 3) for a in cuts], 3)
    _, start, end, _ = spans = columns(rows, 4)
    unit, row = kernels.unit_incidence(*tiles, *spans[:3])
    shared = np.minimum(tiles[2][unit], end[row]) - np.maximum(tiles[1][unit], start[row])
    assert (shared > 0).all()
    assert np.bincount(row, weights=shared, minlength=start.size).tolist() == (end - start).tolist()


# ------------------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kernels.pair_counts([0, 1], [0], 2), r"'code' has shape \(1,\)"),
        (lambda: kernels.pair_counts([0.5], [0], 2), "'unit' holds float64"),
        (lambda: kernels.pair_counts([0], [2], 2), "holds 2, but its 2 entries"),
        (lambda: kernels.pair_counts([0], [-1], 2), "holds -1, but"),
        (lambda: kernels.node_counts([0], [0], [[1]]), "membership has shape"),
        (lambda: kernels.node_counts([0], [1], [[True]]), "holds 1, but"),
        (lambda: kernels.node_pair_counts([0], [1], [[True]]), "holds 1, but"),
        (
            lambda: kernels.crosstab([7, 7], [0, 0], [[True]], [0, 1], 2),
            "unit 7 lies in group 0 and in group 1",
        ),
        (lambda: kernels.crosstab([7], [0], [[True]], [2], 2), "'group' holds 2"),
        (lambda: kernels.covered_lengths([3], [5], [5], [0], [[True]]), "span 5–5 of document 3"),
        (lambda: kernels.near_pair_counts([3], [-1], [5], [0], 1), "span -1–5 of document 3"),
        (lambda: kernels.unit_incidence([0, 0], [5, 0], [9, 5], [0], [0], [1]), "unit 1"),
        (lambda: kernels.unit_incidence([0], [5], [5], [0], [0], [1]), "span 5–5"),
    ],
)
def test_what_is_refused(call: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        call()


def test_no_rows_and_unsigned_columns() -> None:
    assert kernels.pair_counts([], [], 2).tolist() == [[0, 0], [0, 0]]
    assert kernels.node_counts([], [], np.zeros((2, 0), dtype=np.bool_)).tolist() == []
    assert kernels.node_pair_counts([0], [1], np.zeros((2, 0), dtype=np.bool_)).tolist() == []
    unsigned = np.array([0, 0], dtype=np.uint64), np.array([0, 1], dtype=np.uint8)
    assert kernels.pair_counts(*unsigned, 2).tolist() == [[1, 1], [1, 1]]


# Presence


@given(tables(), st.data(), BLOCKS)
def test_presence_unites_and_counts_things(table: Any, data: st.DataObject, block: int) -> None:
    rows, n_codes = table
    rows = [(unit + 2, code) for unit, code in rows]
    membership = data.draw(memberships(n_codes))
    wanted = counting.node_counts(rows, membership).tolist()
    bits = kernels.code_presence(*presence_of(rows, n_codes), block=block)
    assert bits.shape == (8, (n_codes + 7) // 8)
    assert kernels.presence_counts(bits, membership).tolist() == wanted
    cut = data.draw(st.integers(0, len(rows)))
    parts = [
        kernels.code_presence(*presence_of(part, n_codes)) for part in (rows[:cut], rows[cut:])
    ]
    assert np.array_equal(parts[0] | parts[1], bits)


def presence_of(rows: list[tuple[int, int]], n_codes: int) -> tuple[Any, int, Any, int]:
    unit, code = columns(rows, 2)
    return unit, 8, code, n_codes


def test_presence_refuses_what_is_in_no_vocabulary() -> None:
    with pytest.raises(StatisticsError, match="column 'thing' holds 2"):
        kernels.code_presence([2], 2, [0], 1)
    with pytest.raises(StatisticsError, match="column 'code' holds 1"):
        kernels.code_presence([0], 2, [1], 1)


@pytest.mark.parametrize("meets", [kernels.Meets(), kernels.Meets(gap=0), kernels.Meets(gap=7)])
@pytest.mark.parametrize("n_codes", [3, 150])
def test_a_sweep_counts_what_listing_the_pairs_does(
    meets: kernels.Meets, n_codes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep is tried as Python, which the compiled one is made of."""
    monkeypatch.setattr(sweeping, "_kernel", lambda: sweeping._sweep)
    random = np.random.default_rng(n_codes)
    document = np.sort(random.integers(0, 6, 400))
    start = random.integers(0, 120, 400)
    columns = document, start, start + random.integers(1, 12, 400), random.integers(0, n_codes, 400)
    found = []
    for worth in (0, sys.maxsize):
        monkeypatch.setattr(meetings, "_WORTH_COMPILING", worth)
        monkeypatch.setattr(meetings, "available", lambda: True)
        found.append(kernels.near_pair_counts(*columns, n_codes, meets=meets).tolist())
    assert found[0] == found[1]


def test_the_compiled_sweep_is_the_same() -> None:
    pytest.importorskip("numba")
    columns = [np.array(each) for each in ([0, 0, 0, 1], [0, 2, 9, 0], [4, 9, 12, 3], [0, 1, 0, 1])]
    first = np.array([0, 3, 4])
    upper = np.zeros((2, 2), dtype=np.int64)
    sweeping._sweep(first, *columns[1:], 1, upper)
    assert sweeping.sweep(first, *columns[1:], 1, 2).tolist() == upper.tolist() == [[2, 1], [0, 2]]
