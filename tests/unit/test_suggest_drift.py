"""Whether a code's early and late uses differ in their text."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from qualcode.errors import StatisticsError
from qualcode.stats.pairs.exact_tests import false_discovery
from qualcode.suggest import CodedTexts, CodeText
from qualcode.suggest.bench.texts import TextSpace
from qualcode.suggest.codebook.drift import Drift, find_drift

BUS = "we waited for the bus again and the bus was late number{}"
TEA = "she made tea and the tea was warm and kind number{}"
CODE = [CodeText("care", "Care"), CodeText("other", "Other")]


def made(
    early: str = BUS,
    late: str = TEA,
    *,
    other: tuple[str, str] = ("nothing new here number{}", "nothing new here number{}"),
    n_documents: int = 10,
) -> tuple[CodedTexts, TextSpace, Any]:
    """Documents of two segments with the code and one with another; the late half reads differently."""
    texts, documents, assigned = [], [], []
    for number in range(n_documents):
        is_late = number >= n_documents / 2
        for own, codes in ((0, [1, 0]), (1, [1, 0]), (2, [0, 1])):
            pattern = other[is_late] if own == 2 else (late if is_late else early)
            texts.append(pattern.format(3 * number + own))
            documents.append(f"d{number}")
            assigned.append(codes)
    data = CodedTexts(texts, documents, assigned, CODE)
    space, _ = TextSpace.fit(texts, ["Care", "Other"])
    return data, space, np.repeat(np.arange(n_documents), 3)


def slow_distance(data: CodedTexts, space: TextSpace, early: set[str], late: set[str]) -> float:
    """Return the cosine distance of the mean rows, by way of the rows themselves."""
    encoded = space.encode(data.texts)
    rows = np.hstack([encoded.terms.toarray(), encoded.topics])
    has = data.assigned.toarray()[:, 0]
    means = [
        rows[has & np.isin(data.documents, sorted(some))].mean(axis=0) for some in (early, late)
    ]
    return float(1 - means[0] @ means[1] / np.prod([np.linalg.norm(mean) for mean in means]))


def test_a_code_used_for_something_else_drifts() -> None:
    data, space, time = made()
    care, other = found = find_drift(data, space, time)
    assert (care.n_uses, care.n_documents, care.n_early, care.n_late) == (20, 10, 10, 10)
    early = {f"d{i}" for i in range(5)}
    late = {f"d{i}" for i in range(5, 10)}
    assert care.distance == pytest.approx(slow_distance(data, space, early, late))
    assert care.p is not None
    assert care.q is not None
    # Two of the 252 ways to halve ten documents are as far apart.
    assert care.p == pytest.approx(2 / 252, abs=4 * np.sqrt(2 / 252 / 1000) + 1e-3)
    assert care.expected is not None
    assert care.expected < care.distance
    assert care.background is not None
    assert care.background < care.distance / 2
    assert {"bus", "waited", "late"} & {word.text for word in care.went}
    assert "tea" in {word.text for word in care.came}
    assert other.reason is None
    assert found.to_frame()["code"].tolist() == ["care", "other"]
    p = [code.p for code in found]
    np.testing.assert_allclose([code.q for code in found], false_discovery(p))


def test_p_is_that_of_all_orders() -> None:
    rng = np.random.default_rng(5)
    words = ["tea", "bus", "warm", "late", "staff", "form", "bed", "key"]
    texts = [" ".join(rng.choice(words, 5)) for _ in range(12)]
    documents = [f"d{number}" for number in (0, 1, 1, 1, 2, 3, 3, 4, 4, 4, 5, 5)]
    data = CodedTexts(texts, documents, np.ones((12, 1)), CODE[:1])
    space, _ = TextSpace.fit(texts, ["Care"])
    time = np.array([int(name[1]) for name in documents])
    (found,) = find_drift(data, space, time, min_documents=6, n_resamples=4000)
    names = sorted(set(documents))
    sizes = {name: documents.count(name) for name in names}

    def halves(order: tuple[str, ...]) -> tuple[set[str], set[str]]:
        missed = [abs(2 * sum(sizes[name] for name in order[:k]) - 12) for k in range(1, 6)]
        cut = 1 + int(np.argmin(missed))
        return set(order[:cut]), set(order[cut:])

    observed = slow_distance(data, space, *halves(tuple(names)))
    assert found.distance == pytest.approx(observed)
    every = [slow_distance(data, space, *halves(order)) for order in permutations(names)]
    exact = np.mean(np.array(every) >= observed - 1e-12)
    assert found.p is not None
    assert found.p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000) + 1e-3)
    assert found.expected == pytest.approx(np.mean(every), abs=0.01)


def test_no_drift_is_found_as_often_as_promised() -> None:
    """Documents differ, and segments of one document are alike, but their order means nothing."""
    rng = np.random.default_rng(0)
    words = np.array([f"word{i}" for i in range(60)])
    low = []
    for _ in range(60):
        texts, documents = [], []
        for number in range(12):
            own = rng.dirichlet(np.full(60, 0.2))
            n = int(rng.integers(1, 5))
            texts += [" ".join(rng.choice(words, 8, p=own)) for _ in range(n)]
            documents += [f"d{number}"] * n
        data = CodedTexts(texts, documents, np.ones((len(texts), 1)), CODE[:1])
        space, _ = TextSpace.fit(texts, ["Care"])
        time = np.array([int(name[1:]) for name in documents])
        (code,) = find_drift(data, space, time, n_resamples=99)
        assert code.p is not None
        low.append(code.p <= 0.1)
    # The binomial's 99.5 % bound for 60 tests at 10 %.
    assert sum(low) <= 13


def test_documents_that_change_show_in_the_background() -> None:
    data, space, time = made(other=(BUS, TEA))
    care = find_drift(data, space, time)[0]
    assert care.background is not None
    assert care.distance is not None
    assert care.background > 0.8 * care.distance


def same(one: Drift, other: Drift) -> bool:
    def told(found: Drift) -> list[Any]:
        return [(c.code, c.n_early, c.p, c.q, c.came, c.went, c.reason) for c in found]

    return told(one) == told(other)


def test_only_what_is_before_what_counts() -> None:
    data, space, time = made()
    found = find_drift(data, space, time)
    assert same(found, find_drift(data, space, np.exp(time / 2.0)))
    dates = np.datetime64("2026-03-01") + time.astype("timedelta64[D]")
    assert same(found, find_drift(data, space, dates))
    for_each_code = np.where(data.assigned.toarray(), time[:, None], np.nan)
    assert same(found, find_drift(data, space, for_each_code))
    backwards = find_drift(data, space, -time)
    assert (backwards[0].came, backwards[0].went) == (found[0].went, found[0].came)
    assert backwards[0].distance == pytest.approx(found[0].distance)


def test_the_order_of_rows_decides_nothing() -> None:
    data, space, time = made()
    order = np.random.default_rng(2).permutation(len(data.texts))
    assert same(find_drift(data, space, time), find_drift(data.rows(order), space, time[order]))


def test_the_same_seed_gives_the_same() -> None:
    data, space, time = made(late=BUS)
    one, other = (find_drift(data, space, time, random_state=seed) for seed in (1, 1))
    assert one.codes == other.codes
    assert one.seed == 1
    assert one.codes != find_drift(data, space, time, random_state=2).codes


def test_documents_of_one_time_stay_together() -> None:
    data, space, time = made()
    waves = (time >= 3).astype(int)
    care = find_drift(data, space, waves)[0]
    assert (care.n_early, care.n_late) == (6, 14)
    at_once = find_drift(data, space, np.zeros(30))[0]
    assert at_once.p is None
    assert at_once.reason == "all documents with the code were coded at the same time"


def test_codes_used_too_little_say_so() -> None:
    data, space, time = made(n_documents=6)
    care, other = found = find_drift(data, space, time)
    assert care.reason == "12 segments in 6 documents have the code, and 10 in 8 are needed"
    assert (other.n_uses, other.p, other.q, other.distance) == (6, None, None, None)
    frame = found.to_frame()
    assert frame["p"].isna().all()
    assert frame["reason"].notna().all()


def test_segments_nobody_decided_about_do_not_count() -> None:
    data, space, time = made()
    undecided = CodedTexts(
        [*data.texts, "tea and bus and tea"],
        [*data.documents, "d0"],
        np.vstack([data.assigned.toarray(), [0, 0]]),
        CODE,
        [True] * 30 + [False],
    )
    later = np.r_[time.astype(float), np.nan]
    assert same(find_drift(data, space, time), find_drift(undecided, space, later))


def test_shares_over_time() -> None:
    data, space, time = made()
    assigned = data.assigned.toarray()
    assigned[time >= 5, 0] = False
    assigned[time >= 5, 1] = True
    falling = CodedTexts(data.texts, data.documents, assigned, CODE)
    frame = find_drift(falling, space, time, periods=2).shares_frame()
    table = frame.pivot(index="period", columns="code", values="share")
    assert table["care"].tolist() == [pytest.approx(2 / 3), 0.0]
    assert table["other"].tolist() == [pytest.approx(1 / 3), 1.0]
    assert frame["n_clusters"].tolist() == [5] * 4
    assert frame["total"].tolist() == [15.0] * 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time": np.arange(7)}, r"shape \(7,\)"),
        ({"time": np.array(["a"] * 30)}, "has the type"),
        ({"time": np.r_[np.nan, np.arange(29)]}, "time is missing for 'care' on segment 0"),
        ({"min_documents": 1}, "min_documents=1"),
        ({"n_resamples": 0}, "n_resamples=0"),
        ({"periods": 1}, "periods=1"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    data, space, time = made()
    with pytest.raises(StatisticsError, match=message):
        find_drift(**({"data": data, "space": space, "time": time} | change))


def test_nothing_coded_is_refused() -> None:
    data, space, time = made()
    nothing = data.hide(np.ones(30, bool))
    with pytest.raises(StatisticsError, match="no segment is coded"):
        find_drift(nothing, space, time)
