"""What meets what, as a network: backbone, centralities, communities and how stable they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.results import CountedOf
from qualcode.stats.arguments import check_resamples
from qualcode.stats.coefficients import Coefficient, CoefficientLike, coefficient_or_count
from qualcode.stats.pairs.network_measures import (
    Communities,
    backbone,
    centralities,
    check_alpha,
    check_resolution,
    communities,
    community_stability,
    disparity,
    network,
)
from qualcode.stats.pairs.pair_counts import PairCounts
from qualcode.stats.uncertainty.resampling import RandomState

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PairNetwork", "pair_graph", "pair_network"]

Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class PairNetwork(CountedOf):
    """The network of the codes, themes or domains of a co-occurrence.

    Parameters
    ----------
    of : PairCounts
        What met.
    coefficient : Coefficient or None
        What weighs an edge; None for the count.
    min_count : int
        Pairs that meet less often have no edge.
    alpha : float
        Below which disparity an edge is in the backbone.
    graph : networkx.Graph
        All edges, with ``count``, ``weight`` and ``p``, their disparity.
    communities : Communities
        Of all edges, with their stability over bootstrap samples of the documents.
    n_resamples : int
        How many samples there were.
    """

    _says = "Codes of the network, the most central first"
    _figure = "qualcode.report.plot.pairs:network"

    of: PairCounts
    coefficient: Coefficient | None
    min_count: int
    alpha: float
    graph: Any = attrs.field(repr=False)
    communities: Communities = attrs.field(repr=False)
    n_resamples: int

    @property
    def measure(self) -> str:
        """What weighs an edge: ``"count"``, or the name of the coefficient."""
        return "count" if self.coefficient is None else self.coefficient.name

    @property
    def backbone(self) -> Any:
        """The graph with the edges only that the weights of their ends do not explain."""
        return backbone(self.graph, alpha=self.alpha)

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each node, the most central first.

        Columns: id, name, count, degree, strength, betweenness, closeness, pagerank, community,
        stability (how often the node stays with the others of its community), reason (why there is
        no stability).
        """
        found = centralities(self.graph)
        found["community"] = self.communities.community
        found["stability"] = self.communities.stability
        found["reason"] = self.communities.stability_reason
        for at, name in enumerate(("name", "count")):
            found.insert(at, name, [self.graph.nodes[node][name] for node in found.index])
        found = found.rename_axis("id").reset_index()
        return found.sort_values(["pagerank", "id"], ascending=[False, True], ignore_index=True)

    def edges(self) -> pd.DataFrame:
        """Return a frame with a row for each edge, those that stand out most first.

        Columns: a, b (ids), count, weight, p (disparity), backbone (whether it is part of that).
        """
        import pandas as pd

        rows = [
            (one, other, edge["count"], edge["weight"], edge["p"], edge["p"] < self.alpha)
            for one, other, edge in self.graph.edges(data=True)
        ]
        frame = pd.DataFrame(rows, columns=["a", "b", "count", "weight", "p", "backbone"])
        return frame.sort_values(
            ["p", "weight", "a", "b"], ascending=[True, False, True, True], ignore_index=True
        )


def pair_graph(met: PairCounts, *, measure: CoefficientLike = "count", min_count: int = 1) -> Any:
    """Return the networkx graph of a co-occurrence.

    Parameters
    ----------
    met : PairCounts
        What met.
    measure : str or Coefficient, default "count"
        What weighs an edge: ``"count"`` or a coefficient. A pair whose weight is undefined or not
        above 0 has no edge.
    min_count : int, default 1
        Pairs that meet less often have no edge.

    Raises
    ------
    StatisticsError
        Where it matters which of two codes is inside the other.
    """
    if met.directed:
        raise StatisticsError(
            f"meeting={met.meeting!r} says which code lies inside which, and an edge has no direction: "
            "make a network of meeting='overlap', with min_overlap=1.0 for one inside the other"
        )
    known = coefficient_or_count(measure)
    ids = [node.id for node in met.nodes]
    weight = None
    if known is not None:
        own = np.diagonal(met.counts)
        weight = known(met.counts, own[:, None], own[None, :], met.n_units)
    graph = network(met.counts, ids, weight=weight, min_count=min_count)
    graph.graph.update(
        unit=met.unit,
        meeting=met.meeting,
        same_coder=met.same_coder,
        measure=known.name if known else "count",
    )
    for node in met.nodes:
        graph.nodes[node.id].update(name=node.name, level=node.level)
    return graph


@question("network")
def pair_network(
    met: PairCounts,
    measure: CoefficientLike = "count",
    *,
    min_count: int = 1,
    alpha: float = 0.05,
    resolution: float = 1.0,
    n_resamples: int = 200,
    random_state: RandomState = None,
) -> PairNetwork:
    """Return the network of a co-occurrence: its backbone, centralities and communities.

    Parameters
    ----------
    met : PairCounts
        On units or overlaps.
    measure : str or Coefficient, default "count"
        What weighs an edge, as for `pair_graph`; not an odds ratio, which can be infinite.
    min_count : int, default 1
        Pairs that meet less often have no edge.
    alpha : float, default 0.05
        Edges whose disparity is below it are the backbone; see `disparity`.
    resolution : float, default 1
        Above 1 for smaller communities, below for larger.
    n_resamples : int, default 200
        In how many bootstrap samples of documents (or cases, where these are the units) the
        communities are sought again; 0 for none.
    random_state : int or numpy.random.Generator
        The seed of communities and samples.

    References
    ----------
    Disparity: Serrano, Boguñá & Vespignani 2009, doi:10.1073/pnas.0808904106. Communities: Blondel et
    al. 2008, doi:10.1088/1742-5468/2008/10/P10008.
    """
    known = coefficient_or_count(measure)
    check_alpha(alpha)
    check_resolution(resolution)
    n_resamples = check_resamples(n_resamples, least=0)
    if known is not None and known.name == "odds_ratio":
        raise StatisticsError(
            "an odds ratio can be infinite, so it weighs no edge: use phi, lift or a count"
        )
    graph = pair_graph(met, measure=measure, min_count=min_count)
    for (one, other), p in disparity(graph).items():
        graph.edges[one, other]["p"] = p
    counts, units = met.by_cluster() if n_resamples else (np.empty(0), np.empty(0))
    if len(counts) < 2:
        # One document has no sample that differs from it.
        found = communities(graph, resolution=resolution, random_state=random_state)
    else:
        found = community_stability(
            counts, list(graph), measure=measure, units=units, min_count=min_count,
            n_resamples=n_resamples, resolution=resolution, random_state=random_state,
        )  # fmt: skip
    return PairNetwork(met, known, min_count, alpha, graph, found, len(found.agreement))
