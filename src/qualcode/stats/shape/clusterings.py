"""Clusters: what is alike, put together step by step, and how stable each cluster is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.checks import check_flag
from qualcode.model.results import CountedOf
from qualcode.stats.arguments import check_count, check_one_of, check_resamples, numbers
from qualcode.stats.shape.likenesses import Likenesses, check_several, why_no_samples
from qualcode.stats.uncertainty.resampling import RandomState, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Clustering", "Linkage", "agglomerative_coefficient", "clustering", "linked"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Linkage: TypeAlias = Literal["average", "complete", "single"]
"""How far two clusters are apart: as their members on average, as the farthest, or as the nearest."""

STABLE, DISSOLVED = 0.75, 0.5
"""From which mean Jaccard coefficient a cluster is called stable, and up to which one it is dissolved."""
_MOST = 10
"""Of more clusters than this, nobody finds the best number by looking."""


@attrs.frozen(eq=False)
class Clustering(CountedOf):
    """Clusters of what is alike, and how stable they are.

    Parameters
    ----------
    of : Likenesses
        How alike the things are.
    linkage : {"average", "complete", "single"}
        How far two clusters are apart.
    tree : array of float, (things − 1) × 4
        The steps by which they were put together, as SciPy has them.
    cluster : array of int64
        The cluster of each, from 0 in the order of the tree's leaves.
    order : array of int64
        The things in the order of the leaves, neighbours as alike as can be.
    silhouette : array of float
        How much nearer each is to its own cluster than to the next one, from −1 to 1; 0 for one that is
        alone.
    cophenetic : float
        The correlation of the distances there are with those of the tree.
    chosen_by : dict of int to float
        The mean silhouettes of all numbers of clusters that were tried, where none was given.
    stability : array of float
        For each cluster the mean, over bootstrap samples, of the Jaccard coefficient with the cluster
        there that is most like it; NaN where `reason` says why.
    dissolved : array of float
        In what share of the samples that is .5 or less.
    reason : str or None
        Why stability is not known.
    n_resamples : int
        How many samples there were.
    seed : int or None
        Their seed.
    """

    _figure = "qualcode.report.plot.shape:dendrogram"

    of: Likenesses
    linkage: Linkage
    tree: Floats = attrs.field(repr=False)
    cluster: Longs = attrs.field(repr=False)
    order: Longs = attrs.field(repr=False)
    silhouette: Floats = attrs.field(repr=False)
    cophenetic: float
    chosen_by: dict[int, float] = attrs.field(repr=False)
    stability: Floats = attrs.field(repr=False)
    dissolved: Floats = attrs.field(repr=False)
    reason: str | None
    n_resamples: int
    seed: int | None = None

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return len(self.stability)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The ids of each cluster, in the order of the leaves."""
        return tuple(
            tuple(self.of.ids[at] for at in self.order.tolist() if self.cluster[at] == number)
            for number in range(self.n_clusters)
        )

    @property
    def _print_title(self) -> str:
        how = f"{self.linkage} linkage of {self.of.measure}"
        return f"{len(self.of.ids)} {self.of.noun}s in {self.n_clusters} clusters ({how})"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each thing, in the order of the leaves.

        Columns: id, name, cluster (from 1), silhouette, stability (of the cluster), dissolved, reason.
        """
        import pandas as pd

        own = self.cluster[self.order]
        return pd.DataFrame(
            {
                "id": [self.of.ids[at] for at in self.order.tolist()],
                "name": [self.of.names[at] for at in self.order.tolist()],
                "cluster": own + 1,
                "silhouette": self.silhouette[self.order],
                "stability": self.stability[own],
                "dissolved": self.dissolved[own],
                "reason": self.reason or "",
            }
        )

    def clusters_frame(self) -> pd.DataFrame:
        """Return a row for each cluster.

        Columns: cluster (from 1), size, members (ids), silhouette (their mean), stability, dissolved.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "cluster": range(1, self.n_clusters + 1),
                "size": [len(members) for members in self.groups],
                "members": [", ".join(members) for members in self.groups],
                "silhouette": [
                    float(self.silhouette[self.cluster == number].mean())
                    for number in range(self.n_clusters)
                ],
                "stability": self.stability,
                "dissolved": self.dissolved,
            }
        )


@question("clusters")
def clustering(
    likenesses: Likenesses,
    n_clusters: int | None = None,
    *,
    linkage: Linkage = "average",
    n_resamples: int = 200,
    random_state: RandomState = None,
) -> Clustering:
    """Put what is alike into clusters, step by step, and look how stable each is.

    Parameters
    ----------
    likenesses : Likenesses
        What `similarity` returns.
    n_clusters : int, optional
        How many; as many as part best by their mean silhouette, of 2 to 10, when not given.
    linkage : {"average", "complete", "single"}, default "average"
        How far two clusters are apart.
    n_resamples : int, default 200
        In how many bootstrap samples of whole documents (cases, speakers) clusters are sought again; 0 for
        none. Where documents themselves are in clusters, a sample holds those that were drawn.
    random_state : int or numpy.random.Generator
        Their seed.

    Raises
    ------
    StatisticsError
        For fewer than three things, or more clusters than things.

    References
    ----------
    Stability: Hennig 2007, doi:10.1016/j.csda.2006.11.025. Silhouettes: Rousseeuw 1987,
    doi:10.1016/0377-0427(87)90125-7. Cophenetic correlation: Sokal & Rohlf 1962, doi:10.2307/1217208.
    """
    from scipy.cluster.hierarchy import cophenet, leaves_list
    from scipy.spatial.distance import squareform

    n_resamples = check_resamples(n_resamples, least=0)
    check_several(likenesses, least=3, what="a clustering")
    n = len(likenesses.ids)
    if n_clusters is not None:
        n_clusters = check_count(n_clusters, what="n_clusters", least=2, most=n)
    apart = likenesses.distances
    condensed = squareform(apart, checks=False)
    tree = linked(apart, linkage, ordered=True)
    order = leaves_list(tree).astype(np.int64)
    tried: dict[int, float] = {}
    if n_clusters is None:
        tried = {
            number: float(_silhouettes(apart, _cut(tree, number)).mean())
            for number in range(2, min(n - 1, _MOST) + 1)
        }
        n_clusters = max(tried, key=lambda number: (tried[number], -number))
    cluster = _in_order(_cut(tree, n_clusters), order)
    stability, dissolved, drawn = _stability(
        likenesses, cluster, linkage, n_resamples, random_state
    )
    joined, flat = cophenet(tree), np.ptp(condensed) == 0
    return Clustering(
        likenesses, linkage, tree, cluster, order, _silhouettes(apart, cluster),
        float("nan") if flat else float(np.corrcoef(joined, condensed)[0, 1]),
        tried, stability, dissolved, None if drawn else why_no_samples(likenesses, n_resamples), drawn,
        seed_of(random_state) if drawn else None,
    )  # fmt: skip


def linked(distances: ArrayLike, linkage: Linkage = "average", *, ordered: bool = False) -> Floats:
    """Return the steps by which a clustering puts things together, by SciPy.

    Parameters
    ----------
    distances : array of float, things × things
        How far apart each pair is.
    linkage : {"average", "complete", "single"}, default "average"
        How far two clusters are apart.
    ordered : bool, default False
        Whether branches are turned so that neighbouring leaves are as alike as can be, which takes longer.

    References
    ----------
    Order of the leaves: Bar-Joseph, Gifford & Jaakkola 2001, doi:10.1093/bioinformatics/17.suppl_1.S22.

    Examples
    --------
    >>> linked([[0, 1, 4], [1, 0, 5], [4, 5, 0]])[:, 2].tolist()
    [1.0, 4.5]
    """
    from scipy.cluster.hierarchy import linkage as scipy_linkage
    from scipy.spatial.distance import squareform

    check_one_of(linkage, ("average", "complete", "single"), what="linkage")
    check_flag(ordered, what="ordered", error=StatisticsError)
    apart = numbers(distances, what="distances", ndim=2)
    if apart.shape[0] != apart.shape[1] or len(apart) < 2 or not np.allclose(apart, apart.T):
        raise StatisticsError(
            f"distances of shape {apart.shape}: give a symmetric square of two things or more"
        )
    found: Floats = scipy_linkage(
        squareform(apart, checks=False), linkage, optimal_ordering=ordered
    )
    return found


def agglomerative_coefficient(tree: ArrayLike) -> float:
    """Return how clearly a tree parts things: near 1 where most join late what they are not like.

    It grows with the number of things, so it does not compare studies of different sizes.

    Parameters
    ----------
    tree : array of float
        What `linked` returns.

    References
    ----------
    Kaufman & Rousseeuw 1990, doi:10.1002/9780470316801, chapter 5: the mean of 1 − mᵢ, mᵢ being the height at
    which a thing first joins another, as a share of that of the last step.

    Examples
    --------
    >>> round(agglomerative_coefficient(linked([[0, 1, 4], [1, 0, 5], [4, 5, 0]])), 3)
    0.519
    """
    steps = numbers(tree, what="tree", ndim=2)
    n = len(steps) + 1
    if n < 2 or steps.shape[1] != 4:
        raise StatisticsError(
            f"tree of shape {steps.shape}: give what linked() returns, four to a step"
        )
    first = [
        height for one, other, height, _ in steps.tolist() for each in (one, other) if each < n
    ]
    return float(1 - np.mean(first) / steps[-1, 2])


def _cut(tree: Floats, n_clusters: int) -> Longs:
    """Return the cluster of each thing, where the last steps are undone."""
    n = len(tree) + 1
    # From the last step that is kept down: what it joined is of its cluster. SciPy's cut_tree goes through
    # all cuts, which takes a hundred times as long.
    of = np.arange(2 * n - 1)
    for step in range(n - n_clusters - 1, -1, -1):
        one, other = tree[step, :2].astype(np.int64)
        of[one] = of[other] = of[n + step]
    return np.unique(of[:n], return_inverse=True)[1].astype(np.int64)


def _in_order(cluster: Longs, order: Longs) -> Longs:
    """Return the same clusters, numbered as they come along the leaves."""
    number = {old: new for new, old in enumerate(dict.fromkeys(cluster[order].tolist()))}
    return np.array([number[each] for each in cluster.tolist()], dtype=np.int64)


def _silhouettes(apart: Floats, cluster: Longs) -> Floats:
    if not 2 <= len(np.unique(cluster)) < len(cluster):
        return np.zeros(len(cluster))
    metrics: Any = require("sklearn.metrics", extra="stats")
    found: Floats = metrics.silhouette_samples(apart, cluster, metric="precomputed")
    return found


def _stability(
    likenesses: Likenesses,
    cluster: Longs,
    linkage: Linkage,
    n_resamples: int,
    random_state: RandomState,
) -> tuple[Floats, Floats, int]:
    """Return how like each cluster is to those of samples, how often it dissolves, and how many they are."""
    n_clusters = int(cluster.max()) + 1
    nothing = np.full(n_clusters, np.nan)
    if not n_resamples:
        return nothing, nothing, 0
    found = [
        _recovered(cluster[there], _cut(linked(apart, linkage), n_clusters), n_clusters)
        for there, apart in likenesses.samples(n_resamples, random_state)
        # A sample of fewer things than clusters has no such clustering.
        if len(there) >= n_clusters
    ]
    if not found:
        return nothing, nothing, 0
    recovered = np.array(found)
    known = ~np.isnan(recovered)
    number = known.sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.where(known, recovered, 0.0).sum(axis=0) / number
        low = (known & (np.where(known, recovered, 1.0) <= DISSOLVED)).sum(axis=0) / number
    return mean, low, len(found)


def _recovered(before: Longs, after: Longs, n_clusters: int) -> Floats:
    """Return Jaccard's coefficient of each cluster with the one most like it; NaN where none is left."""
    was = before[None, :] == np.arange(n_clusters)[:, None]
    now = after[None, :] == np.arange(n_clusters)[:, None]
    both = was.astype(np.int64) @ now.T.astype(np.int64)
    either = was.sum(axis=1)[:, None] + now.sum(axis=1)[None, :] - both
    best: Floats = (both / np.maximum(either, 1)).max(axis=1)
    return np.where(was.any(axis=1), best, np.nan)
