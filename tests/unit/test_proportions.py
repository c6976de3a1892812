"""Shares of units, documents and cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from qualcode.errors import StatisticsError
from qualcode.stats.groups.proportions import proportions, proportions_by


@st.composite
def corpora(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    units = draw(st.lists(st.integers(0, 6), min_size=1, max_size=6))
    carrying = [[draw(st.integers(0, n)) for _ in range(2)] for n in units]
    return np.array(carrying), np.array(units)


@given(corpora())
def test_shares_and_intervals_stay_within_0_and_1(corpus: tuple[np.ndarray, np.ndarray]) -> None:
    carrying, units = corpus
    found = proportions(carrying, units)
    if not units.sum():
        assert np.isnan(found.value).all()
        assert set(found.bounds.reason) == {"there are no units"}
        return
    assert found.value == pytest.approx(carrying.sum(axis=0) / units.sum())
    defined = found.bounds.reason == ""
    assert np.array_equal(np.isfinite(found.bounds.low), defined)
    low, high = found.bounds.low[defined], found.bounds.high[defined]
    assert np.all((low >= 0) & (low <= found.value[defined]) & (found.value[defined] <= high))
    assert np.all(high <= 1)


def test_the_interval_that_fits_is_the_default() -> None:
    each_one = np.array([[1, 1], [0, 1], [1, 1], [0, 1]])
    alone = proportions(each_one, [1, 1, 1, 1])
    assert alone.bounds.method == "wilson"
    assert np.isfinite(alone.bounds.low).all(), "also where all documents agree"
    assert proportions(each_one, [1, 1, 1, 2]).bounds.method == "jackknife"
    by = proportions_by(each_one, [1, 1, 1, 2], ["a", "a", "b", "b"])
    assert {found.bounds.method for found in by.values()} == {"jackknife"}, "one for all groups"


def test_the_share_of_documents_has_students_interval() -> None:
    carrying = np.array([1, 0, 1, 1, 0, 0, 0, 1, 0, 0])[:, None]
    found = proportions(carrying, np.ones(10), interval="jackknife")
    # Student's on the logit scale: the delete-one shares are 3/9 and 4/9, and 4 and 6 of them.
    moved = special.logit(np.where(carrying[:, 0] == 1, 3 / 9, 4 / 9))
    reach = stats.t.ppf(0.975, 9) * np.sqrt(9 / 10 * ((moved - moved.mean()) ** 2).sum())
    bounds = special.expit(special.logit(0.4) + np.array([-reach, reach]))
    assert (found.bounds.low[0], found.bounds.high[0]) == pytest.approx(tuple(bounds))


def test_documents_that_agree_show_no_spread() -> None:
    found = proportions([[2, 0], [3, 0]], [2, 3])
    assert found.value.tolist() == [1, 0]
    assert np.isnan(found.bounds.low).all()
    assert all("no spread" in why for why in found.bounds.reason)
    wilson = proportions(np.ones((20, 1)), np.ones(20), interval="wilson")
    padded = proportions(
        np.append(np.ones((20, 1)), np.zeros((5, 1)), axis=0),
        np.append(np.ones(20), np.zeros(5)),
        interval="wilson",
    )
    assert padded.bounds.low == wilson.bounds.low, "documents without units tell nothing"
    nothing = proportions([[0], [0]], [0, 0], interval="wilson")
    assert nothing.bounds.reason.tolist() == ["there are no units"]
    assert wilson.bounds.high[0] == pytest.approx(1)
    assert wilson.bounds.low[0] == pytest.approx(0.8389, abs=5e-5)


def test_the_bootstrap_is_seeded() -> None:
    rng = np.random.default_rng(1)
    units = rng.integers(5, 15, 12)
    carrying = rng.binomial(units[:, None], 0.3, (12, 4))
    one = proportions(carrying, units, interval="bootstrap", random_state=5)
    two = proportions(carrying, units, interval="bootstrap", random_state=5)
    assert np.array_equal(one.bounds.low, two.bounds.low)
    jack = proportions(carrying, units)
    assert one.bounds.standard_error == pytest.approx(jack.bounds.standard_error, rel=0.35)


def test_groups_partition_the_whole() -> None:
    rng = np.random.default_rng(2)
    units = rng.integers(5, 15, 12)
    carrying = rng.binomial(units[:, None], 0.3, (12, 4))
    by_sector = proportions_by(carrying, units, ["health", "school", "health"] * 4)
    assert list(by_sector) == ["health", "school"]
    total = sum(found.count for found in by_sector.values())
    assert np.array_equal(total, carrying.sum(axis=0))
    alone = proportions(carrying[1::3], units[1::3])
    assert np.array_equal(by_sector["school"].bounds.low, alone.bounds.low, equal_nan=True)


def test_time_is_reported_in_its_order_gaps_included() -> None:
    waves = ["first", "third", "first", "third"]
    found = proportions_by(
        [[1], [2], [3], [1]], [4, 4, 4, 4], waves, order=["first", "second", "third"]
    )
    assert list(found) == ["first", "second", "third"]
    assert found["second"].bounds.reason[0] == "there are no units"
    assert found["first"].bounds.n_clusters == 2


def test_one_document_has_a_share_but_no_interval() -> None:
    found = proportions([[3]], [4])
    assert found.value[0] == 0.75
    assert found.bounds.reason[0].startswith("fewer than two clusters")


def test_frames() -> None:
    frame = proportions([[3, 0], [1, 2]], [5, 5]).to_frame(labels=["trust", "roles"])
    assert frame["share"].tolist() == [0.4, 0.2]
    assert [note[:19] for note in frame["note"]] == ["2 documents are few", ""]
    assert frame.columns.tolist() == [
        "label", "count", "total", "share", "low", "high", "standard_error", "n_clusters", "reason",
        "note",
    ]  # fmt: skip


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(StatisticsError, match="document 1 has 5 units with code 0 among 4 units"):
        proportions([[1], [5]], [4, 4])
    with pytest.raises(StatisticsError, match="documents × codes"):
        proportions([1, 2], [4, 4])
    with pytest.raises(StatisticsError, match="a document must be one unit, and one here has 4"):
        proportions([[1], [2]], [4, 4], interval="wilson")
    with pytest.raises(StatisticsError, match="1 groups for 2 documents"):
        proportions_by([[1], [2]], [4, 4], ["a"])
    with pytest.raises(StatisticsError, match="order leaves out b"):
        proportions_by([[1], [2]], [4, 4], ["a", "b"], order=["a"])
    with pytest.raises(StatisticsError, match="1 labels for 2 codes"):
        proportions([[1, 1]], [4]).to_frame(labels=["trust"])
    with pytest.raises(StatisticsError, match="'jackknife', 'bootstrap'"):
        proportions([[1], [2]], [4, 4], interval="wald")  # type: ignore[arg-type]
