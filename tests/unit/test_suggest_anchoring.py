"""What was accepted after being shown beside what was coded blind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qualcode.errors import StatisticsError
from qualcode.stats.uncertainty.intervals import jackknife_interval
from qualcode.suggest.judging.anchoring import Contrast, Pairs, measure_anchoring


def pairs(*groups: tuple[float, str, str], coders: list[str] | None = None) -> Pairs:
    """Read groups of a probability, decisions such as "110" and the document of each."""
    probability, yes, documents = [], [], []
    for claimed, decisions, own in groups:
        probability += [claimed] * len(decisions)
        yes += [int(decision) for decision in decisions]
        documents += list(own)
    return Pairs(probability, yes, documents, coders)


SHOWN = pairs((0.25, "1000", "aabb"), (0.75, "11110111", "aabbccdd"))
BLIND = pairs((0.25, "10000000", "eeffgghh"), (0.75, "1010", "eeff"))


def test_difference_is_weighted_as_the_shown_pairs_are_spread() -> None:
    found = measure_anchoring(SHOWN, BLIND, bins=2)
    overall, (low, high) = found.overall, found.bins
    assert (overall.shown.n, overall.shown.value) == (12, 8 / 12)
    assert (overall.blind.n, overall.blind.value) == (12, 3 / 12)
    assert (low.label, high.label) == ("0–0.5", "0.5–1")
    assert low.difference == pytest.approx(1 / 4 - 1 / 8)
    assert high.difference == pytest.approx(7 / 8 - 2 / 4)
    assert overall.expected == pytest.approx((4 * 1 / 8 + 8 * 2 / 4) / 12)
    assert overall.difference == pytest.approx((4 * (1 / 4 - 1 / 8) + 8 * (7 / 8 - 2 / 4)) / 12)
    assert overall.covered == 1.0
    # Not standardised, the difference would be another: the shown pairs are the likelier ones.
    assert overall.difference < overall.shown.value - overall.blind.value


def difference(shown: Pairs, blind: Pairs, *, without: str) -> float:
    """Return the standardised difference of two bins, pair by pair."""
    table: dict[tuple[int, bool], list[bool]] = {}
    for kind, some in ((True, shown), (False, blind)):
        for claimed, yes, document in zip(some.probability, some.yes, some.documents, strict=True):
            if document != without:
                table.setdefault((int(claimed >= 0.5), kind), []).append(bool(yes))
    total = sum(len(table[number, True]) for number in (0, 1))
    return sum(
        len(table[number, True])
        / total
        * float(np.mean(table[number, True]) - np.mean(table[number, False]))
        for number in (0, 1)
    )


def test_interval_is_the_jackknife_over_documents() -> None:
    overall = measure_anchoring(SHOWN, BLIND, bins=2, confidence=0.9).overall
    values = [difference(SHOWN, BLIND, without=document) for document in "abcdefgh"]
    expected = jackknife_interval(values, difference(SHOWN, BLIND, without=""), confidence=0.9)
    assert (overall.low, overall.high) == pytest.approx((expected.low, expected.high))


def simulated(seed: int, pull: float, n_documents: int = 24) -> tuple[Pairs, Pairs]:
    """Blind pairs are less likely than shown ones, documents differ, and half of them are in both."""
    rng = np.random.default_rng(seed)
    found = []
    for first, n, shape, shift in ((0, 8, (3, 2), pull), (n_documents // 2, 10, (2, 3), 0.0)):
        document = np.repeat(np.arange(first, first + n_documents), n)
        claimed = rng.beta(*shape, document.size)
        chance = np.clip(claimed + rng.normal(0, 0.05, 3 * n_documents)[document] + shift, 0, 1)
        found.append(Pairs(claimed, rng.random(claimed.size) < chance, document.tolist()))
    return found[0], found[1]


def test_without_anchoring_the_interval_covers_nothing() -> None:
    covered, plain = [], []
    for seed in range(60):
        shown, blind = simulated(seed, 0.0)
        overall = measure_anchoring(shown, blind).overall
        assert overall.low is not None
        assert overall.high is not None
        covered.append(overall.low <= 0 <= overall.high)
        plain.append(shown.yes.mean() - blind.yes.mean())
    assert np.mean(covered) >= 0.9
    assert np.mean(plain) > 0.1  # not standardised, every one of them would look anchored


def test_strong_anchoring_is_detected() -> None:
    for seed in range(10):
        overall = measure_anchoring(*simulated(seed, 0.3)).overall
        assert overall.low is not None
        assert overall.low > 0
        assert overall.difference == pytest.approx(0.25, abs=0.15)


def test_the_order_of_pairs_decides_nothing() -> None:
    shown, blind = simulated(3, 0.1)
    rng = np.random.default_rng(0)

    def shuffled(some: Pairs) -> Pairs:
        order = rng.permutation(len(some))
        names = [f"document {some.documents[i]}" for i in order]
        return Pairs(some.probability[order], some.yes[order], names)

    one, other = (
        found.to_frame()
        for found in (
            measure_anchoring(shown, blind),
            measure_anchoring(shuffled(shown), shuffled(blind)),
        )
    )
    numbers = one.select_dtypes("number").columns
    np.testing.assert_allclose(one[numbers], other[numbers], atol=1e-12)


def test_bins_without_counterpart_are_left_out_and_told() -> None:
    shown = pairs((0.25, "1000", "aabb"), (0.95, "11", "ab"))
    blind = pairs((0.25, "1010", "ccdd"), (0.95, "11", "cc"))
    found = measure_anchoring(shown, blind)
    assert found.overall.covered == pytest.approx(4 / 6)
    assert found.overall.difference == pytest.approx(1 / 4 - 2 / 4)
    assert found.bins[9].difference is None
    assert found.bins[9].reason == "no bin has shown and blind pairs from 2 documents each"
    assert found.bins[5].reason == "no such pair was shown"
    assert "about 67% of the shown pairs" in str(found)


def test_a_probability_on_an_edge_belongs_to_the_bin_above() -> None:
    found = measure_anchoring(
        pairs((0.5, "11", "ab"), (1.0, "1", "a"), (0.0, "0", "a")), BLIND, bins=2
    )
    assert [each.shown.n for each in found.bins] == [1, 3]


def test_reliance_on_unlikely_and_likely_suggestions() -> None:
    found = measure_anchoring(SHOWN, BLIND)
    assert (found.unlikely.label, found.likely.label) == ("below 0.3", "0.7 and more")
    assert (found.unlikely.shown.n, found.unlikely.shown.value) == (4, 0.25)
    assert found.unlikely.difference == pytest.approx(1 / 4 - 1 / 8)
    assert found.likely.shown.value == pytest.approx(7 / 8)
    moved = measure_anchoring(SHOWN, BLIND, low=0.2, high=0.8)
    assert (moved.unlikely.shown.n, moved.likely.shown.n) == (0, 0)


def test_each_coder_is_compared_with_their_own_blind_pairs() -> None:
    shown = pairs((0.25, "1100", "abab"), coders=["ana", "ben", "ana", "cem"])
    blind = pairs((0.25, "100011", "cdcdcd"), coders=["ana", "ana", "ben", "ben", "ben", "ana"])
    ana, ben, cem = measure_anchoring(shown, blind).coders
    assert [each.label for each in (ana, ben, cem)] == ["ana", "ben", "cem"]
    assert (ana.shown.n, ana.blind.n) == (2, 3)
    assert (ben.shown.n, ben.blind.n) == (1, 3)
    assert cem.reason == "no such pair was coded blind"
    assert measure_anchoring(SHOWN, BLIND).coders == ()
    everybody = measure_anchoring(shown, pairs((0.25, "1000", "cdcd"))).coders
    assert [each.blind.n for each in everybody] == [4, 4, 4]


def test_nothing_shown_or_nothing_blind_is_said() -> None:
    nothing = Pairs([], [], [])
    unseen = measure_anchoring(nothing, BLIND)
    assert unseen.overall.reason == "no such pair was shown"
    assert unseen.overall.shown.value is None
    assert str(unseen) == "No suggestion was shown, so nothing can be said about anchoring."
    seen = measure_anchoring(SHOWN, nothing)
    assert seen.overall.difference is None
    assert "No pair was coded blind" in str(seen)
    assert len(measure_anchoring(nothing, nothing).to_frame()) == 13


def test_where_all_agree_there_is_a_number_and_no_interval() -> None:
    alike = measure_anchoring(pairs((0.9, "1111", "aabb")), pairs((0.9, "1111", "ccdd"))).overall
    assert alike.difference == 0
    assert (alike.low, alike.high) == (None, None)
    assert "no spread" in str(alike.reason)
    assert "no spread" in str(alike.shown.reason)


def test_reading_in_plain_words() -> None:
    text = str(measure_anchoring(*simulated(1, 0.3)))
    assert text.startswith("192 suggestions were shown, and ")
    assert "points more often accepted when shown (95% interval" in text
    assert "more than chance" in text
    assert "unlikely suggestions (below 0.3)" in text
    assert text.endswith("only if nothing else differs between the pairs.")
    assert "which may be chance" in str(measure_anchoring(*simulated(2, 0.0)))


def test_frame_has_a_row_for_each_comparison() -> None:
    frame = measure_anchoring(SHOWN, BLIND, bins=[0, 0.5, 1]).to_frame()
    assert frame["of"].tolist() == ["all", "probability", "probability", "reliance", "reliance"]
    assert frame["shown"].tolist() == [12, 4, 8, 4, 8]
    assert frame["accepted"].tolist() == pytest.approx([8 / 12, 1 / 4, 7 / 8, 1 / 4, 7 / 8])


def test_no_contrast_claims_more_than_can_be() -> None:
    for contrast in measure_anchoring(*simulated(4, 0.2, n_documents=4)).bins:
        assert isinstance(contrast, Contrast)
        if contrast.low is not None and contrast.high is not None:
            assert -1 <= contrast.low <= contrast.high <= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 1.2], [1, 0], ["a", "b"]), "probability of pair 1 is 1.2"),
        (([0.5, np.nan], [1, 0], ["a", "b"]), "probability of pair 1 is nan"),
        (([0.5], [1, 0], ["a"]), "yes has the shape"),
        (([0.5], [1], ["a", "b"]), "documents has the shape"),
        (([0.5], [1], ["a"], ["x", "y"]), "coders has the shape"),
        (([0.5], [0.3], ["a"]), "neither yes nor no"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        Pairs(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bins": 0}, "at least one bin"),
        ({"bins": [0, 0.5]}, "rising edges from 0 to 1"),
        ({"bins": [0, 0.7, 0.5, 1]}, "rising edges"),
        ({"low": 0.8, "high": 0.2}, "0 < low ≤ high < 1"),
        ({"confidence": 2}, "confidence"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: Any, message: str) -> None:
    with pytest.raises(StatisticsError, match=message):
        measure_anchoring(SHOWN, BLIND, **options)
