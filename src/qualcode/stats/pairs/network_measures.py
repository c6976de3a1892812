"""Codes as a network: graphs for networkx, their backbone, centralities and communities."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_number, shown
from qualcode.model.recipe import Answer
from qualcode.stats.arguments import check_count, check_labels, check_resamples, numbers
from qualcode.stats.coefficients import CoefficientLike, coefficient_or_count
from qualcode.stats.uncertainty.resampling import (
    RandomState,
    as_generator,
    bootstrap_weights,
    seed_of,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Communities",
    "backbone",
    "centralities",
    "communities",
    "community_stability",
    "disparity",
    "network",
]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]


@attrs.frozen(eq=False)
class Communities(Answer):
    """Communities of codes, and how far other samples of documents agree with them.

    Parameters
    ----------
    nodes : tuple
        The codes.
    community : array of int64
        The community of each, numbered from the largest.
    modularity : float
        How much heavier edges within communities are than chance would have it; NaN without edges.
    together : array of float, nodes × nodes
        The share of bootstrap samples in which two codes are in one community; empty unless asked
        for.
    agreement : array of float
        The adjusted Rand index between these communities and those of each bootstrap sample.
    reason : str or None
        Why there are no communities.
    resolution : float
        As it was asked for.
    seed : int or None
        The seed, where one was given.
    """

    _says = "Codes by community"
    _instead = "project.cooccurrence(…).network().plot() shows the communities of codes"

    nodes: tuple[Hashable, ...]
    community: Longs
    modularity: float
    together: Floats
    agreement: Floats
    reason: str | None = None
    resolution: float = 1.0
    seed: int | None = None

    @property
    def groups(self) -> tuple[tuple[Hashable, ...], ...]:
        """The codes of each community, largest first."""
        count = int(self.community.max(initial=-1)) + 1
        return tuple(
            tuple(node for node, of in zip(self.nodes, self.community, strict=True) if of == number)
            for number in range(count)
        )

    @property
    def stability(self) -> Floats:
        """How often, on average, each code stays with the others of its community.

        NaN for a code that is alone in its community, and without bootstrap samples.
        """
        same = self.community[:, None] == self.community
        np.fill_diagonal(same, False)
        fellows = same.sum(axis=1)
        stays = np.full(len(self.nodes), np.nan)
        if self.together.size:
            kept = (self.together * same).sum(axis=1)
            np.divide(kept, fellows, out=stays, where=fellows > 0)
        return stays

    @property
    def stability_reason(self) -> NDArray[np.object_]:
        """Why a code has no stability; empty where it has one."""
        size = np.bincount(self.community)[self.community]
        reason = np.full(len(self.nodes), "", dtype=object)
        reason[size == 1] = "it is alone in its community"
        if not self.together.size:
            reason[:] = self.reason or "no bootstrap samples were drawn"
        return reason

    def to_frame(self) -> pd.DataFrame:
        """Return a frame with a row for each code."""
        import pandas as pd

        return pd.DataFrame(
            {
                "node": self.nodes,
                "community": self.community,
                "stability": self.stability,
                "reason": self.stability_reason,
            }
        )


def network(
    counts: ArrayLike,
    labels: Sequence[Hashable],
    *,
    weight: ArrayLike | None = None,
    min_count: int = 1,
) -> Any:
    """Make a networkx graph of a matrix of pair counts.

    Parameters
    ----------
    counts : array of int, n_codes × n_codes
        Symmetric; the diagonal holds each code's own count.
    labels : sequence
        The nodes' names, all different.
    weight : array of float, n_codes × n_codes, optional
        A coefficient to weight edges with; the counts otherwise. A pair whose weight is undefined
        or not above 0 has no edge.
    min_count : int, default 1
        Pairs that meet less often have no edge.

    Returns
    -------
    networkx.Graph
        Nodes have ``count``, edges ``count`` and ``weight``.

    Examples
    --------
    >>> graph = network([[4, 2, 0], [2, 3, 1], [0, 1, 2]], ["trust", "roles", "time"])
    >>> graph.nodes["trust"]["count"], graph.edges["trust", "roles"]["weight"]
    (4, 2.0)
    """
    networkx = require("networkx", extra="stats")
    table = numbers(counts, what="counts", keep=True)
    strength = numbers(table if weight is None else weight, what="weight")
    min_count = check_count(min_count, what="min_count")
    labels = check_labels(labels, what="labels")
    n_codes = len(labels)
    if table.shape != (n_codes, n_codes) or strength.shape != table.shape:
        raise StatisticsError(
            f"counts of shape {table.shape} and weights of shape {strength.shape} for "
            f"{n_codes} labels: both need a row and a column for each"
        )
    if len(set(labels)) != n_codes:
        raise StatisticsError("two nodes have the same label: give each code its own")
    if not np.array_equal(table, table.T):
        raise StatisticsError("the counts are not symmetric: a network of codes has no direction")
    graph = networkx.Graph()
    for label, own in zip(labels, table.diagonal().tolist(), strict=True):
        graph.add_node(label, count=own)
    with_edge = np.triu((table >= min_count) & (table > 0) & (strength > 0), 1)
    for one, two in np.argwhere(with_edge).tolist():
        graph.add_edge(
            labels[one], labels[two], count=int(table[one, two]), weight=float(strength[one, two])
        )
    return graph


def check_alpha(alpha: object) -> None:
    """Check the disparity below which edges are the backbone."""
    if not 0 < check_number(alpha, what="alpha", error=StatisticsError) <= 1:
        raise StatisticsError(f"alpha={shown(alpha)}: give a probability above 0")


def check_resolution(resolution: object) -> None:
    """Check how small communities are to be."""
    if not check_number(resolution, what="resolution", error=StatisticsError) > 0:
        raise StatisticsError(f"resolution={shown(resolution)}: give a number above 0, such as 1")


def _check_graph(graph: Any) -> None:
    networkx = require("networkx", extra="stats")
    if not isinstance(graph, networkx.Graph) or graph.is_directed():
        raise StatisticsError(
            f"graph must be an undirected networkx Graph, not {shown(graph)}: make one with network"
        )


def disparity(graph: Any) -> dict[tuple[Hashable, Hashable], float]:
    """Return, for each edge, how unlikely its weight is if nodes spread their strength at random.

    Parameters
    ----------
    graph : networkx.Graph
        With ``weight`` on its edges.

    Returns
    -------
    dict
        For each edge the smaller of its two ends' probabilities: an edge matters if it matters to
        either. An end without another edge has nothing to compare with, and says 1.

    References
    ----------
    Serrano, Boguñá & Vespignani 2009, doi:10.1073/pnas.0808904106, eq. 2: (1 − w/s)^(k − 1).

    Examples
    --------
    >>> graph = network([[0, 8, 1], [8, 0, 1], [1, 1, 0]], "abc")
    >>> {edge: round(p, 3) for edge, p in disparity(graph).items()}
    {('a', 'b'): 0.111, ('a', 'c'): 0.5, ('b', 'c'): 0.5}
    """
    _check_graph(graph)
    strength = dict(graph.degree(weight="weight"))
    degree = dict(graph.degree())
    found = {}
    for one, two, weight in graph.edges(data="weight"):
        ends = [
            (1 - weight / strength[end]) ** (degree[end] - 1) if degree[end] > 1 else 1.0
            for end in (one, two)
        ]
        found[one, two] = float(max(0.0, min(ends)))
    return found


def backbone(graph: Any, *, alpha: float = 0.05) -> Any:
    """Return the graph with all nodes and the edges whose disparity is below `alpha`.

    Parameters
    ----------
    graph : networkx.Graph
        With ``weight`` on its edges.
    alpha : float, default 0.05
        The probability below which an edge is kept; kept edges have it as ``p``.

    Examples
    --------
    >>> graph = network([[0, 8, 1], [8, 0, 1], [1, 1, 0]], "abc")
    >>> list(backbone(graph, alpha=0.2).edges)
    [('a', 'b')]
    """
    _check_graph(graph)
    check_alpha(alpha)
    kept = graph.__class__()
    kept.add_nodes_from(graph.nodes(data=True))
    for (one, two), p in disparity(graph).items():
        if p < alpha:
            # An edge that has its disparity already, as in a pair network, keeps one of them.
            kept.add_edge(one, two, **{**graph.edges[one, two], "p": p})
    return kept


def centralities(graph: Any) -> pd.DataFrame:
    """Return how central each node is, by several measures.

    Parameters
    ----------
    graph : networkx.Graph
        With ``weight`` on its edges; for paths, a heavier edge is a shorter one (1/weight).

    Returns
    -------
    pandas.DataFrame
        A row for each node: ``degree`` (edges), ``strength`` (their weights), ``betweenness`` (the
        share of shortest paths through it), ``closeness`` (to those it can reach, scaled by how
        many they are), ``pagerank`` (weight received from nodes that have much).

    References
    ----------
    Opsahl, Agneessens & Skvoretz 2010, doi:10.1016/j.socnet.2010.03.006, on weights and paths.

    Examples
    --------
    >>> graph = network([[0, 2, 0], [2, 0, 1], [0, 1, 0]], "abc")
    >>> centralities(graph)[["degree", "strength", "betweenness"]]
       degree  strength  betweenness
    a       1       2.0          0.0
    b       2       3.0          1.0
    c       1       1.0          0.0
    """
    networkx = require("networkx", extra="stats")
    import pandas as pd

    _check_graph(graph)
    lengths = graph.copy()
    for _, _, edge in lengths.edges(data=True):
        edge["length"] = 1 / edge["weight"]
    measures = {
        "degree": dict(graph.degree()),
        "strength": {node: float(sum_) for node, sum_ in graph.degree(weight="weight")},
        "betweenness": networkx.betweenness_centrality(lengths, weight="length"),
        "closeness": networkx.closeness_centrality(lengths, distance="length"),
        "pagerank": networkx.pagerank(graph, weight="weight") if len(graph) else {},
    }
    nodes = list(graph)
    return pd.DataFrame(
        {name: [each[node] for node in nodes] for name, each in measures.items()}, index=nodes
    )


@question()
def communities(
    graph: Any, *, resolution: float = 1.0, random_state: RandomState = None
) -> Communities:
    """Find communities of codes that meet among themselves (Louvain).

    Parameters
    ----------
    graph : networkx.Graph
        With ``weight`` on its edges.
    resolution : float, default 1
        Above 1 for smaller communities, below for larger.
    random_state : int or numpy.random.Generator
        The seed: the algorithm visits nodes in random order, and other seeds may differ.

    References
    ----------
    Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008.

    Examples
    --------
    >>> import networkx
    >>> found = communities(networkx.barbell_graph(4, 0), random_state=1)
    >>> found.groups, round(found.modularity, 3)
    (((0, 1, 2, 3), (4, 5, 6, 7)), 0.423)
    """
    networkx = require("networkx", extra="stats")
    _check_graph(graph)
    check_resolution(resolution)
    nodes = tuple(graph)
    none = np.empty((0, 0)), np.empty(0)
    if not graph.number_of_edges():
        alone = np.arange(len(nodes))
        why = "the network has no edges"
        return Communities(nodes, alone, float("nan"), *none, why, resolution)
    drawn = int(as_generator(random_state).integers(2**31))
    parts = networkx.community.louvain_communities(
        graph, weight="weight", resolution=resolution, seed=drawn
    )
    modularity = networkx.community.modularity(graph, parts, weight="weight", resolution=resolution)
    return Communities(
        nodes, _numbered(nodes, parts), float(modularity), *none,
        resolution=resolution, seed=seed_of(random_state),
    )  # fmt: skip


@question()
def community_stability(
    counts: ArrayLike,
    labels: Sequence[Hashable],
    *,
    measure: CoefficientLike = "count",
    units: ArrayLike | None = None,
    min_count: int = 1,
    n_resamples: int = 200,
    resolution: float = 1.0,
    random_state: RandomState = None,
) -> Communities:
    """Find communities, and again in bootstrap samples of the documents.

    Parameters
    ----------
    counts : array of int, n_documents × n_codes × n_codes
        The pair counts of each document.
    labels : sequence
        The codes.
    measure : str or Coefficient, default "count"
        What weighs an edge: ``"count"``, or a coefficient of `qualcode.stats.pairs.association`, computed
        on the sums of each sample.
    units : array of int, one for each document, optional
        The units of each document; needed for a coefficient.
    min_count : int, default 1
        As for `network`.
    n_resamples : int, default 200
        How many bootstrap samples of documents.
    resolution : float, default 1
        As for `communities`.
    random_state : int or numpy.random.Generator
        The seed.

    References
    ----------
    Adjusted Rand index: Hubert & Arabie 1985, doi:10.1007/BF01908075.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.zeros((4, 4), dtype=int)
    >>> one[:2, :2] = one[2:, 2:] = 3
    >>> found = community_stability(np.stack([one] * 5), "abcd", n_resamples=10, random_state=0)
    >>> found.groups, float(found.agreement.min()), found.stability.tolist()
    ((('a', 'b'), ('c', 'd')), 1.0, [1.0, 1.0, 1.0, 1.0])
    """
    known = coefficient_or_count(measure)
    n_resamples = check_resamples(n_resamples)
    check_resolution(resolution)
    labels = check_labels(labels, what="labels")
    each = numbers(counts, what="counts", keep=True)
    if each.ndim != 3 or not len(each):
        raise StatisticsError(
            f"counts of shape {each.shape}: give documents × codes × codes, one document at least"
        )
    of_document = numbers(np.zeros(0) if units is None else units, what="units", keep=True)
    if known is not None and of_document.shape != (len(each),):
        raise StatisticsError(f"measure={known.name!r} needs the number of units of each document")

    def graph(weights: Longs) -> Any:
        table = np.tensordot(weights, each, axes=1)
        strength = None
        if known is not None:
            own = table.diagonal()
            strength = known(table, own[:, None], own[None, :], weights @ of_document)
        return network(table, labels, weight=strength, min_count=min_count)

    rng = as_generator(random_state)
    everything = graph(np.ones(len(each), dtype=np.int64))
    whole = communities(everything, resolution=resolution, random_state=rng)
    if whole.reason is not None:
        # Where nothing meets, samples would agree that nothing does.
        return attrs.evolve(whole, seed=seed_of(random_state))
    n_codes = len(labels)
    together = np.zeros((n_codes, n_codes))
    agreement = np.empty(n_resamples)
    for at, weights in enumerate(bootstrap_weights(len(each), n_resamples, rng)):
        sample = graph(weights)
        other = communities(sample, resolution=resolution, random_state=rng).community
        together += other[:, None] == other
        agreement[at] = _adjusted_rand(whole.community, other)
    return attrs.evolve(
        whole,
        together=together / n_resamples,
        agreement=agreement,
        seed=seed_of(random_state),
    )


def _numbered(nodes: tuple[Hashable, ...], parts: Iterable[set[Hashable]]) -> Longs:
    """Return each node's community, the largest first, then by first node."""
    at: Mapping[Hashable, int] = {node: number for number, node in enumerate(nodes)}
    ordered = sorted((sorted(at[node] for node in part) for part in parts), key=_by_size)
    community = np.empty(len(nodes), dtype=np.int64)
    for number, members in enumerate(ordered):
        community[members] = number
    return community


def _by_size(members: list[int]) -> tuple[int, int]:
    return -len(members), members[0]


def _adjusted_rand(one: Longs, two: Longs) -> float:
    """Return the agreement of two partitions, 1 if they are the same and about 0 by chance."""
    cells = np.bincount(one * (int(two.max()) + 1) + two)
    pairs, of_one, of_two, every = (
        float((each * (each - 1) // 2).sum())
        for each in (cells, np.bincount(one), np.bincount(two), np.array([one.size]))
    )
    by_chance = of_one * of_two / every if every else 0.0
    most = (of_one + of_two) / 2
    # Both all apart, or both all together: the same partition, and nothing to correct for.
    return 1.0 if most == by_chance else (pairs - by_chance) / (most - by_chance)
