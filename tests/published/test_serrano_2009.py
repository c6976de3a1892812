"""Serrano et al. (2009), Extracting the multiscale backbone of complex weighted networks.

Equation 2: α_ij = 1 − (k − 1) ∫₀^{p_ij} (1 − x)^{k−2} dx, with p_ij the share of the node's strength.
"""

from __future__ import annotations

import networkx
import numpy as np
import pytest
from scipy.integrate import quad

from qualcode.stats.pairs.network_measures import backbone, disparity


def alpha(share: float, degree: int) -> float:
    return 1 - (degree - 1) * quad(lambda x: (1 - x) ** (degree - 2), 0, share)[0]


def test_equation_2() -> None:
    graph = networkx.les_miserables_graph()
    found = disparity(graph)
    assert len(found) == graph.number_of_edges()
    for (one, two), p in found.items():
        ends = [
            alpha(graph.edges[one, two]["weight"] / graph.degree(end, weight="weight"), k)
            for end in (one, two)
            if (k := graph.degree(end)) > 1
        ]
        assert p == pytest.approx(min(ends, default=1.0), abs=1e-9)


def test_a_star_of_equal_weights_has_no_backbone() -> None:
    # Every share is 1/k, as under the null hypothesis: (1 − 1/k)^(k − 1), about 1/e.
    star = networkx.star_graph(20)
    networkx.set_edge_attributes(star, 1.0, "weight")
    assert list(disparity(star).values()) == pytest.approx([(1 - 1 / 20) ** 19] * 20)
    assert backbone(star).number_of_edges() == 0


def test_one_heavy_edge_is_kept() -> None:
    star = networkx.star_graph(10)
    networkx.set_edge_attributes(star, 1.0, "weight")
    star.edges[0, 1]["weight"] = 10.0
    kept = backbone(star)
    assert list(kept.edges) == [(0, 1)]
    assert kept.edges[0, 1]["p"] == pytest.approx((1 - 10 / 19) ** 9)
    assert set(kept.nodes) == set(star.nodes)
    assert np.isclose(star.edges[0, 2]["weight"], 1.0)
