"""Transitions and moving windows against one line after another."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import sequences

from qualcode.errors import StatisticsError
from qualcode.stats.order import sequences as module
from qualcode.stats.order.sequences import lag_sequential, stanza_counts, transition_counts

N_CODES = 4


@st.composite
def events(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    lengths = draw(st.lists(st.integers(0, 6), max_size=4))
    document = [number for number, length in enumerate(lengths) for _ in range(length)]
    codes = draw(
        st.lists(st.integers(0, N_CODES - 1), min_size=len(document), max_size=len(document))
    )
    return codes, document


@given(events(), st.integers(1, 4))
def test_transitions(table: tuple[list[int], list[int]], lag: int) -> None:
    codes, document = table
    found = transition_counts(codes, N_CODES, document=document, lag=lag)
    expected = np.zeros((N_CODES, N_CODES), dtype=int)
    for (given_, then), count in sequences.transitions(codes, document, lag).items():
        expected[given_, then] = count
    assert np.array_equal(found, expected)


@given(events(), st.integers(1, 4))
def test_documents_add_up(table: tuple[list[int], list[int]], lag: int) -> None:
    codes, document = np.array(table[0], dtype=int), np.array(table[1], dtype=int)
    whole = transition_counts(codes, N_CODES, document=document, lag=lag)
    parts = [transition_counts(codes[document == one], N_CODES, lag=lag) for one in set(table[1])]
    assert np.array_equal(whole, sum(parts, np.zeros((N_CODES, N_CODES), dtype=int)))


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_laws_of_the_analysis(rows: list[list[int]]) -> None:
    found = lag_sequential(rows)
    back = lag_sequential(np.array(rows).T)
    defined = found.reason == ""
    assert np.array_equal(np.isnan(found.z), ~defined)
    assert np.array_equal(np.isnan(found.yule_q), ~defined)
    assert np.allclose(found.z, back.z.T, equal_nan=True)
    assert found.lr_chi2 == pytest.approx(back.lr_chi2)
    assert found.expected.sum() == pytest.approx(found.counts.sum())
    q = found.yule_q[defined]
    assert np.all((q >= -1) & (q <= 1))
    assert np.all(np.sign(q) == np.sign(np.where(np.abs(found.z) < 1e-9, 0, found.z)[defined]))
    assert np.isnan(found.p) == (found.df == 0) == (found.p_reason is not None)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ([[0, 0], [0, 0]], "there are no transitions"),
        ([[5, 0], [0, 0]], "all transitions start from one code"),
        ([[5, 2], [0, 0]], "all transitions start from one code"),
        ([[5, 0], [2, 0]], "all transitions lead to one code"),
    ],
)
def test_no_p_has_a_reason(counts: list[list[int]], reason: str) -> None:
    found = lag_sequential(counts)
    assert np.isnan(found.p)
    assert reason in str(found.p_reason)


def test_a_table_of_one_code_has_no_degree_of_freedom() -> None:
    found = lag_sequential([[5, 0], [0, 0]])
    assert found.df == 0
    assert np.isnan(found.p)
    assert found.reason[0, 0] == "every transition starts from this code"
    assert found.reason[1, 1] == "nothing follows this code"


def test_frames_have_a_row_for_each_ordered_pair() -> None:
    frame = lag_sequential([[10, 2], [3, 9]]).to_frame(labels=["ask", "answer"])
    assert frame[["given", "then"]].to_numpy().tolist()[1] == ["ask", "answer"]
    assert len(frame) == 4


@st.composite
def discussions(draw: st.DrawFn) -> tuple[list[set[int]], list[int], list[int]]:
    codes, document = draw(events())
    lines = [
        draw(st.sets(st.integers(0, N_CODES - 1), max_size=3)) | ({code} if code else set())
        for code in codes
    ]
    group = draw(st.lists(st.integers(0, 1), min_size=len(lines), max_size=len(lines)))
    return lines, document, group


@given(discussions(), st.integers(1, 5), st.sampled_from([1, 1 << 22]))
def test_moving_windows(
    discussion: tuple[list[set[int]], list[int], list[int]], window: int, cells: int
) -> None:
    lines, document, group = discussion
    rows = [(at, code) for at, codes in enumerate(lines) for code in codes]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CELLS", cells)
        found = stanza_counts(
            [at for at, _ in rows],
            [code for _, code in rows],
            N_CODES,
            document=document,
            window=window,
            group=group,
            n_groups=2,
        )
    expected = np.zeros((2, N_CODES, N_CODES), dtype=int)
    for (whose, a, b), count in sequences.stanzas(lines, document, group, window).items():
        expected[whose, a, b] = count
    assert np.array_equal(found, expected)


@given(discussions())
def test_a_longer_window_never_connects_less(
    discussion: tuple[list[set[int]], list[int], list[int]],
) -> None:
    lines, document, _ = discussion
    rows = [(at, code) for at, codes in enumerate(lines) for code in codes]
    unit, code = [at for at, _ in rows], [code for _, code in rows]
    counts = [
        stanza_counts(unit, code, N_CODES, document=document, window=window)
        for window in (1, 2, 4, 100)
    ]
    assert all(np.all(one <= two) for one, two in pairwise(counts))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(StatisticsError, match="lag must be at least 1"):
        transition_counts([0, 1], 2, lag=0)
    with pytest.raises(StatisticsError, match="do not stand together"):
        transition_counts([0, 1, 0], 2, document=[1, 2, 1])
    with pytest.raises(StatisticsError, match="'code' holds 2"):
        transition_counts([0, 2], 2)
    with pytest.raises(StatisticsError, match="square"):
        lag_sequential([[1, 2, 3]])
    with pytest.raises(StatisticsError, match="none below 0"):
        lag_sequential([[1, -2], [0, 1]])
    with pytest.raises(StatisticsError, match="counts must be numbers"):
        lag_sequential([["a"]])
    with pytest.raises(StatisticsError, match="window must be at least 1"):
        stanza_counts([0], [0], 1, document=[0], window=0)
    with pytest.raises(StatisticsError, match="1 groups for 2 lines"):
        stanza_counts([0], [0], 1, document=[0, 0], group=[0])
    with pytest.raises(StatisticsError, match="2 labels for 1 codes"):
        lag_sequential([[3]]).to_frame(labels=["a", "b"])
