"""Networks of codes: what goes into them and what comes back."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.errors import StatisticsError
from qualcode.stats.pairs.network_measures import (
    _adjusted_rand,
    backbone,
    centralities,
    communities,
    community_stability,
    disparity,
    network,
)

PARTITIONS = st.integers(2, 9).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2)
)


def two_blocks(n_documents: int, rng: np.random.Generator) -> np.ndarray:
    """Two groups of four codes; a document strengthens pairs within a group."""
    counts = np.zeros((n_documents, 8, 8), dtype=int)
    for document in counts:
        for first, second in ((0, 4), (4, 8)):
            document[first:second, first:second] = rng.integers(1, 4)
        document[3, 4] = document[4, 3] = rng.integers(0, 2)
    return counts


def test_a_network_has_the_counts() -> None:
    counts = np.array([[4, 2, 0], [2, 3, 1], [0, 1, 2]])
    graph = network(counts, ["trust", "roles", "time"])
    assert dict(graph.nodes(data="count")) == {"trust": 4, "roles": 3, "time": 2}
    assert sorted(graph.edges(data="weight")) == [("roles", "time", 1.0), ("trust", "roles", 2.0)]
    assert network(counts, "abc", min_count=2).number_of_edges() == 1


def test_weights_that_are_undefined_or_not_positive_make_no_edge() -> None:
    counts = np.array([[4, 2, 1], [2, 3, 1], [1, 1, 2]])
    weight = np.array([[1, np.nan, -0.5], [np.nan, 1, 0.25], [-0.5, 0.25, 1]])
    graph = network(counts, "abc", weight=weight)
    assert list(graph.edges(data=True)) == [("b", "c", {"count": 1, "weight": 0.25})]


@given(st.integers(3, 8), st.integers(0, 2**32))
def test_disparity_is_a_probability_that_falls_with_weight(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = np.triu(rng.integers(0, 9, (n, n)), 1)
    graph = network(counts + counts.T, range(n))
    found = disparity(graph)
    assert all(0 <= p <= 1 for p in found.values())
    assert backbone(graph, alpha=1.0).number_of_edges() <= graph.number_of_edges()
    kept = [set(backbone(graph, alpha=alpha).edges) for alpha in (0.05, 0.2, 0.6)]
    assert kept[0] <= kept[1] <= kept[2]


def test_centralities_are_networkxs() -> None:
    graph = networkx.les_miserables_graph()
    found = centralities(graph)
    assert found.loc["Valjean", "degree"] == 36
    assert found.loc["Valjean", "strength"] == 158
    assert found["betweenness"].idxmax() == "Valjean"
    assert "length" not in graph.edges["Valjean", "Javert"]
    assert found["pagerank"].sum() == pytest.approx(1)


def test_communities_are_numbered_from_the_largest() -> None:
    graph = networkx.disjoint_union(networkx.complete_graph(3), networkx.complete_graph(5))
    found = communities(graph, random_state=1)
    assert found.groups == ((3, 4, 5, 6, 7), (0, 1, 2))
    assert found.community.tolist() == [1, 1, 1, 0, 0, 0, 0, 0]
    assert found.reason is None
    assert np.isnan(found.stability).all()


def test_the_seed_settles_communities() -> None:
    graph = networkx.les_miserables_graph()
    one, two = communities(graph, random_state=3), communities(graph, random_state=3)
    assert np.array_equal(one.community, two.community)
    assert one.modularity == pytest.approx(0.56, abs=0.02)


def test_stable_communities_are_reported_as_such() -> None:
    counts = two_blocks(12, np.random.default_rng(1))
    found = community_stability(counts, "abcdefgh", n_resamples=40, random_state=2)
    assert found.groups == (("a", "b", "c", "d"), ("e", "f", "g", "h"))
    assert found.agreement.mean() > 0.95
    assert found.stability.min() > 0.95
    assert np.array_equal(found.together, found.together.T)
    assert found.together.diagonal().tolist() == [1.0] * 8
    frame = found.to_frame()
    assert frame.columns.tolist() == ["node", "community", "stability", "reason"]
    assert set(frame["reason"]) == {""}


def test_communities_by_chance_are_unstable() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(0.3, (10, 10, 10))
    counts = counts + counts.transpose(0, 2, 1)
    found = community_stability(counts, range(10), n_resamples=40, random_state=2)
    assert found.agreement.mean() < 0.6


def test_no_edges_no_communities() -> None:
    found = communities(network(np.eye(3, dtype=int), "abc"))
    assert found.reason == "the network has no edges"
    assert np.isnan(found.modularity)
    assert found.groups == (("a",), ("b",), ("c",))
    assert communities(network(np.zeros((0, 0)), "")).groups == ()
    assert centralities(network(np.zeros((0, 0)), "")).empty


@pytest.mark.parametrize("n_codes", [0, 3])
def test_samples_of_no_edges_agree_about_nothing(n_codes: int) -> None:
    counts = np.zeros((4, n_codes, n_codes), dtype=int)
    counts[:, range(n_codes), range(n_codes)] = 2
    found = community_stability(counts, "abc"[:n_codes], n_resamples=5, random_state=1)
    assert found.reason == "the network has no edges"
    assert found.agreement.size == found.together.size == 0
    assert found.to_frame()["reason"].tolist() == ["the network has no edges"] * n_codes


def test_a_code_without_stability_has_a_reason() -> None:
    one = np.array([[3, 2, 0], [2, 3, 0], [0, 0, 2]])
    found = community_stability(np.stack([one] * 3), "abc", n_resamples=5, random_state=1)
    assert found.stability_reason.tolist() == ["", "", "it is alone in its community"]
    assert (np.isnan(found.stability) == (found.stability_reason != "")).all()
    unsampled = communities(network(one, "abc"), random_state=1)
    assert set(unsampled.stability_reason) == {"no bootstrap samples were drawn"}


def test_an_edge_that_has_its_disparity_can_be_in_the_backbone() -> None:
    graph = network([[0, 8, 1], [8, 0, 1], [1, 1, 0]], "abc")
    for (one, two), p in disparity(graph).items():
        graph.edges[one, two]["p"] = p
    assert [round(p, 3) for _, _, p in backbone(graph, alpha=0.2).edges(data="p")] == [0.111]


@given(PARTITIONS)
def test_the_adjusted_rand_index_equals_scikit_learns(both: tuple[list[int], list[int]]) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="the extra 'suggest' is not installed")
    one, two = (np.array(each) for each in both)
    assert _adjusted_rand(one, two) == pytest.approx(metrics.adjusted_rand_score(one, two))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(StatisticsError, match="a row and a column for each"):
        network(np.eye(3), "ab")
    with pytest.raises(StatisticsError, match="same label"):
        network(np.eye(2), "aa")
    with pytest.raises(StatisticsError, match="no direction"):
        network([[1, 2], [0, 1]], "ab")
    with pytest.raises(StatisticsError, match="alpha"):
        backbone(networkx.Graph(), alpha=0)
    with pytest.raises(StatisticsError, match="documents × codes × codes"):
        community_stability(np.eye(3), "abc")
