"""Epistemic networks: laws, the slow twin, groups that chance sets apart, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.reference import epistemic as slow
from tests.reference.coded import coded_project

import qualcode as qc
from qualcode.errors import StatisticsError
from qualcode.stats import EpistemicSpace, epistemic_networks, epistemic_space
from qualcode.stats.epistemic.space import space_of

CODES = ["a", "b", "c", "d"]


def talk(rng: np.random.Generator, n: int, people: int = 8) -> pd.DataFrame:
    """Lines of people in two towns, who talk in the conversations of their town."""
    frame = pd.DataFrame((rng.random((n, 4)) < 0.5).astype(int), columns=CODES)
    who = rng.integers(0, people, n)
    return frame.assign(
        who=who, town=np.where(who % 2, "north", "south"), day=rng.integers(0, 3, n)
    )


def asked(frame: pd.DataFrame, **options: Any) -> EpistemicSpace:
    given = {"by": "town", "random_state": 1, "n_resamples": 50, **options}
    return epistemic_space(frame, codes=CODES, network="who", conversation=["town", "day"], **given)


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.integers(0, 6), min_size=6, max_size=6), min_size=4, max_size=9),
    st.booleans(),
)
def test_the_space_is_the_plain_one(rows: list[list[int]], means: bool) -> None:
    counts = np.array(rows)
    assume(counts.any(axis=1).all())
    group = ["x", "y"] * (len(rows) // 2) + ["x"] * (len(rows) % 2)
    scaled = slow.weights(counts)
    first = scaled[1::2].mean(axis=0) - scaled[0::2].mean(axis=0)
    assume(np.sqrt(first @ first) > 1e-6)
    found = space_of(
        counts, CODES, range(len(rows)), group, rotation="means" if means else "svd", n_axes=2,
        n_resamples=5, random_state=1,
    )  # fmt: skip
    assert found.weights == pytest.approx(scaled)
    wanted = slow.points(scaled, first if means else None)
    total = ((scaled - scaled.mean(axis=0)) ** 2).sum()
    shares = (wanted**2).sum(axis=0) / total
    names = len(found.axes.names)
    assert found.axes.variance == pytest.approx(shares[:names], abs=1e-8)
    if means:
        assert found.axes.points[:, 0] == pytest.approx(wanted[:, 0])
    assert found.axes.loadings.T @ found.axes.loadings == pytest.approx(np.eye(names), abs=1e-8)
    part = slow.half_ends(scaled, 4)
    middles = found.placement.centroids
    assert part @ np.nan_to_num(found.placement.codes) == pytest.approx(middles, abs=1e-8)
    # At the least squares the errors are at right angles to all that could be changed.
    assert part.T @ (found.axes.points - middles) == pytest.approx(np.zeros((4, names)), abs=1e-8)
    for at in range(names):
        if not np.isnan(found.placement.spearman[at]):
            one, other = found.axes.points[:, at], middles[:, at]
            fit = slow.rank_fit(one.round(9), other.round(9))
            assert found.placement.spearman[at] == pytest.approx(fit, abs=0.02)


def test_groups_that_do_not_vary_have_no_test() -> None:
    counts = np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]])
    found = space_of(counts, ["a", "b", "c"], list("pqrs"), list("xxyy"), n_resamples=9)
    assert found.contrast is not None
    assert np.isnan(found.contrast.p).all()
    assert found.contrast.distance_p == pytest.approx(1 / 3), "all six ways, two as far apart"


def test_neither_the_order_of_conversations_nor_of_codes_matters() -> None:
    frame = talk(np.random.default_rng(1), 200)
    found = asked(frame)
    turned = asked(frame.sort_values("day", ascending=False, kind="stable"))
    assert np.array_equal(found.counts, turned.counts)
    assert found.tests_frame().equals(turned.tests_frame())
    mixed = epistemic_space(
        frame, codes=CODES[::-1], network="who", conversation=["town", "day"], by="town",
        n_resamples=50, random_state=1,
    )  # fmt: skip
    assert mixed.contrast is not None
    assert found.contrast is not None
    assert mixed.contrast.distance == pytest.approx(found.contrast.distance)
    assert mixed.axes.points[:, 0] == pytest.approx(found.axes.points[:, 0])
    assert mixed.placement.codes[::-1, 0] == pytest.approx(found.placement.codes[:, 0])


def test_the_other_group_as_reference_turns_the_first_axis_round() -> None:
    frame = talk(np.random.default_rng(2), 200)
    one, other = asked(frame).contrast, asked(frame, contrast=("south", "north")).contrast
    assert one is not None
    assert other is not None
    assert (one.reference, other.reference) == ("north", "south")
    assert one.t[0] == pytest.approx(other.t[0])
    assert one.difference[0] > 0
    assert other.difference[0] > 0
    assert one.distance_p == pytest.approx(other.distance_p, abs=0.2)


def test_what_is_said_together_needs_no_window() -> None:
    frame = pd.DataFrame(
        {"a": [1, 0, 0, 1], "b": [0, 1, 0, 0], "c": [0, 0, 1, 1], "who": [1, 1, 2, 2], "day": 1}
    )
    found = epistemic_space(
        frame, codes=["a", "b", "c"], network="who", conversation="day", window="conversation"
    )
    assert found.counts.tolist() == [[1, 0, 0], [0, 1, 0]]


def test_a_project_and_its_lines_have_the_same_space() -> None:
    lines = {
        "p": ["a", "b", "ab", "c"],
        "q": ["c", "b", "d", "a"],
        "r": ["ad", "", "c", "b"],
        "s": ["d", "d", "b", "ac"],
    }
    towns = {id: {"town": "north" if id in "pq" else "south"} for id in lines}
    project = coded_project(lines, variables=towns)
    found = project.epistemic_networks(unit="line", by="town", window=2, random_state=1)
    rows = [
        {**{code: int(code in line) for code in CODES}, "id": id, "town": towns[id]["town"]}
        for id, each in lines.items()
        for line in each
    ]
    plain = epistemic_space(
        pd.DataFrame(rows), codes=CODES, network="id", conversation="id", by="town", window=2,
        random_state=1,
    )  # fmt: skip
    assert found.space.tests_frame().equals(plain.tests_frame())
    assert found.to_frame()["MR1"].equals(plain.to_frame()["MR1"])
    stanzas = project.stanzas(unit="line", by="document", window=2)
    pairs = np.triu_indices(4, k=1)
    assert np.array_equal(found.space.counts, stanzas.counts[:, pairs[0], pairs[1]])
    assert found.recipe is not None
    assert found.recipe.run(project) == found
    assert found.counted == stanzas.counted
    nobody = project.epistemic_networks(unit="line", coders=list(project.coders))
    assert nobody.counted.named == tuple(project.coders)
    whole = project.epistemic_networks(unit="line", window="conversation")
    assert whole.space.counts.tolist()[0] == [1, 1, 0, 1, 0, 0]


def test_networks_that_share_documents_are_regrouped_together() -> None:
    lines = {f"d{at}": [*["ab", "bc", "ac", "abc", "cd"][at % 5 :], "ad"] for at in range(6)}
    people = {id: [f"p{at // 2}"] for at, id in enumerate(lines)}
    sites = {f"p{at}": {"site": "x" if at else "y"} for at in range(3)}
    project = coded_project(lines, cases=people, case_variables=sites)
    alone = project.epistemic_networks(unit="line", by="site", random_state=1).space.contrast
    assert alone is not None
    assert alone.regrouped == "network"
    together = project.epistemic_networks(
        unit="line", by="site", cluster="case", random_state=1
    ).space.contrast
    assert together is not None
    assert (together.regrouped, together.n_resamples, together.exact) == ("cluster", 3, True)
    cases = project.epistemic_networks(network="case", unit="line", by="site").space
    assert cases.networks == ("p0", "p1", "p2")


def test_networks_of_one_document_are_regrouped_within_it() -> None:
    rng = np.random.default_rng(3)
    counts = rng.integers(0, 5, (12, 6)) + 1
    found = space_of(
        counts, CODES, range(12), ["x", "y"] * 6, cluster=np.arange(12) // 2, n_resamples=200,
        random_state=1,
    ).contrast  # fmt: skip
    assert found is not None
    assert found.regrouped == "within clusters"
    # Each of six pairs either way round, by hand.
    scaled = slow.weights(counts)
    sign = np.array([[1 if case >> at & 1 else -1 for at in range(6)] for case in range(64)])
    far = np.linalg.norm(sign @ (scaled[1::2] - scaled[::2]) / 6, axis=1)
    assert found.distance_p == pytest.approx(np.mean(far >= found.distance - 1e-9), abs=0.1)


def test_an_axis_that_was_sought_between_groups_finds_what_is_not_there() -> None:
    """Without any difference Welch's test along MR1 rejects nearly always, regrouping does as it says."""
    rng = np.random.default_rng(5)
    along, regrouped = [], []
    for _ in range(60):
        counts = rng.integers(0, 4, (12, 66))
        found = space_of(
            counts, [f"c{at}" for at in range(12)], range(12), ["x"] * 6 + ["y"] * 6,
            n_resamples=99, random_state=1,
        ).contrast  # fmt: skip
        assert found is not None
        along.append(found.p[0] < 0.05)
        regrouped.append(found.distance_p <= 0.05)
    assert np.mean(along) > 0.9
    assert np.mean(regrouped) < 0.15


def test_codes_that_are_too_many_to_place_say_so() -> None:
    rng = np.random.default_rng(4)
    found = space_of(
        rng.integers(0, 9, (4, 66)), [f"c{at}" for at in range(12)], "pqrs", [None] * 4
    )
    assert found.placement.reason is not None
    assert "more than one way" in found.placement.reason
    assert np.isnan(found.placement.pearson).all()
    assert found.placement.centroids == pytest.approx(found.axes.points)


def test_who_connects_nothing_has_no_point() -> None:
    counts = np.array([[1, 0, 2], [0, 0, 0], [2, 1, 0], [0, 1, 1]])
    found = space_of(counts, ["a", "b", "c"], list("pqrs"), list("xxyy"), n_resamples=9)
    assert np.isnan(found.axes.points[1]).all()
    assert [place.n for place in found.places] == [1, 2]
    assert found.n_connected == 3
    assert found.contrast is not None
    assert np.isnan(found.contrast.p).all()
    assert found.contrast.distance_p <= 1
    graph = found.to_graph("y")
    assert graph.edges["a", "b"]["count"] == 2
    with pytest.raises(StatisticsError, match="no group 'z'"):
        found.to_graph("z")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"network": "sity"}, "no document has a variable 'sity'"),
        ({"by": "site", "contrast": ("north", "nowhere")}, "no group 'nowhere'"),
        ({"contrast": ("north", "south")}, "give by="),
        ({"by": "site", "contrast": ("north",)}, "name two groups"),
        ({"rotation": "means"}, "name them by contrast"),
        ({"rotation": "varimax"}, "rotation"),
        ({"window": 0}, "window"),
        ({"window": "turn"}, "window"),
        ({"unit": "document"}, "follow each other"),
        ({"n_axes": 0}, "n_axes"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], said: str) -> None:
    interviews = qc.load_project("partnership-interviews")
    with pytest.raises(StatisticsError, match=said):
        interviews.epistemic_networks(**options)


def test_tables_that_are_none_are_refused() -> None:
    frame = talk(np.random.default_rng(1), 40)
    with pytest.raises(StatisticsError, match="no column 'e'"):
        epistemic_space(frame, codes=["a", "b", "e"], network="who", conversation="day")
    with pytest.raises(StatisticsError, match="1 or 0"):
        epistemic_space(frame, codes=["a", "b", "who"], network="who", conversation="day")
    with pytest.raises(StatisticsError, match="three columns"):
        epistemic_space(frame, codes=["a", "b"], network="who", conversation="day")
    with pytest.raises(StatisticsError, match="several groups"):
        epistemic_space(frame, codes=CODES, network="day", conversation="day", by="town")
    with pytest.raises(StatisticsError, match="has no value"):
        epistemic_space(frame.assign(day=None), codes=CODES, network="who", conversation="day")
    with pytest.raises(StatisticsError, match="pass a frame"):
        epistemic_space([1], codes=CODES, network="who", conversation="day")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="networks connect any codes"):
        epistemic_space(frame.assign(a=0, b=0, c=0), codes=CODES, network="who", conversation="day")
    few = coded_project({"x": ["a", "b"]})
    with pytest.raises(StatisticsError, match="three at least"):
        epistemic_networks(few.state, unit="line")
