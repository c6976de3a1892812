"""Maps: what is alike lies near each other, and how far each point would move on other documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from qualcode._extras import require
from qualcode.errors import StatisticsError
from qualcode.model.asking import question
from qualcode.model.results import CountedOf
from qualcode.stats.arguments import check_count, check_one_of, check_resamples, numbers
from qualcode.stats.shape.likenesses import Likenesses, check_several, why_no_samples
from qualcode.stats.uncertainty.resampling import RandomState, seed_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Scaling", "SimilarityMap", "classical_scaling", "similarity_map", "smacof", "stress"]

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Scaling: TypeAlias = Literal["smacof", "classical"]
"""How a map is made of distances."""


@attrs.frozen(eq=False)
class SimilarityMap(CountedOf):
    """Things on a map: the more alike, the nearer.

    Parameters
    ----------
    of : Likenesses
        How alike the things are.
    scaling : {"smacof", "classical"}
        How the map was made.
    points : array of float, things × dimensions
        Where each is. The axes have no meaning of their own: a map can be turned and mirrored.
    stress : float
        How much the distances on the map differ from those there are: Kruskal's stress-1, 0 if not at all.
    explained : float
        The share of the positive eigenvalues of classical scaling that the dimensions hold.
    spread : array of float, things × dimensions × dimensions
        How far each point would move: the mean squares and products of its moves over samples, every map
        being turned onto this one (Procrustes).
    congruence : array of float
        Of each sample's map with this one: 1 less Procrustes' m², 1 where they are the same.
    reason : str or None
        Why that is not known.
    n_resamples : int
        How many samples there were.
    seed : int or None
        Their seed.
    """

    _figure = "qualcode.report.plot.shape:similarity_map"

    of: Likenesses
    scaling: Scaling
    points: Floats = attrs.field(repr=False)
    stress: float
    explained: float
    spread: Floats = attrs.field(repr=False)
    congruence: Floats = attrs.field(repr=False)
    reason: str | None
    n_resamples: int
    seed: int | None = None

    @property
    def _print_title(self) -> str:
        return (
            f"{len(self.of.ids)} {self.of.noun}s on a map of {self.points.shape[1]} dimensions, by "
            f"{self.of.measure} (stress {self.stress:.2f})"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each thing.

        Columns: id, name, axis_1, axis_2, …, spread (the root of the mean squared move over samples),
        reason (why there is none).
        """
        import pandas as pd

        total = np.trace(self.spread, axis1=1, axis2=2)
        return pd.DataFrame(
            {
                "id": self.of.ids,
                "name": self.of.names,
                **{f"axis_{at + 1}": column for at, column in enumerate(self.points.T)},
                "spread": np.sqrt(total),
                "reason": self.reason or "",
            }
        )


@question("map")
def similarity_map(
    likenesses: Likenesses,
    *,
    scaling: Scaling = "smacof",
    n_dimensions: int = 2,
    n_resamples: int = 200,
    random_state: RandomState = None,
) -> SimilarityMap:
    """Put what is alike near each other on a map, and look how far each point would move.

    Parameters
    ----------
    likenesses : Likenesses
        What `similarity` returns.
    scaling : {"smacof", "classical"}, default "smacof"
        The least stress, sought from the classical map on; or classical scaling alone.
    n_dimensions : int, default 2
        Of the map.
    n_resamples : int, default 200
        On how many bootstrap samples of whole documents (cases, speakers) the map is made again; 0 for none.
    random_state : int or numpy.random.Generator
        Their seed.

    Raises
    ------
    StatisticsError
        For no more things than dimensions.

    References
    ----------
    Classical scaling: Torgerson 1952, doi:10.1007/BF02288916. SMACOF: de Leeuw 1977; Borg & Groenen 2005,
    doi:10.1007/0-387-28981-X, chapter 8. Stress: Kruskal 1964, doi:10.1007/BF02289565. Procrustes: Gower
    1975, doi:10.1007/BF02291478.
    """
    check_one_of(scaling, ("smacof", "classical"), what="scaling")
    n_dimensions = check_count(n_dimensions, what="n_dimensions", least=2, most=10)
    n_resamples = check_resamples(n_resamples, least=0)
    check_several(
        likenesses, least=n_dimensions + 2, what=f"a map with n_dimensions={n_dimensions}"
    )
    apart = likenesses.distances
    classical, explained = classical_scaling(apart, n_dimensions)
    points = classical if scaling == "classical" else smacof(apart, classical)
    spread, congruence = _moves(likenesses, points, scaling, n_resamples, random_state)
    reason = None if len(congruence) else why_no_samples(likenesses, n_resamples)
    return SimilarityMap(
        likenesses, scaling, points, stress(apart, points), explained, spread, congruence, reason,
        len(congruence), seed_of(random_state) if len(congruence) else None,
    )  # fmt: skip


def classical_scaling(distances: ArrayLike, n_dimensions: int = 2) -> tuple[Floats, float]:
    """Return a map by classical scaling, and the share of the positive eigenvalues that it holds.

    Parameters
    ----------
    distances : array of float, things × things
        How far apart each pair is.
    n_dimensions : int, default 2
        Of the map.

    References
    ----------
    Torgerson 1952, doi:10.1007/BF02288916: the first eigenvectors of −½ J D² J, times the roots of their
    eigenvalues, J taking the mean of each row and column away.

    Examples
    --------
    >>> points, explained = classical_scaling([[0, 3, 4], [3, 0, 5], [4, 5, 0]])
    >>> round(float(np.linalg.norm(points[1] - points[2])), 6), round(explained, 6)
    (5.0, 1.0)
    """
    from scipy.linalg import eigh

    apart = _square(distances)
    n_dimensions = check_count(n_dimensions, what="n_dimensions", least=1)
    squares = apart**2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, vectors = eigh(-centred / 2)
    # The largest first; an eigenvector can point either way, and goes where most of it is.
    values, vectors = values[::-1], vectors[:, ::-1]
    heaviest = np.abs(vectors).argmax(axis=0)
    vectors = vectors * np.where(vectors[heaviest, np.arange(len(apart))] < 0, -1.0, 1.0)
    positive = np.maximum(values, 0.0)
    points = np.zeros((len(apart), n_dimensions))
    kept = min(n_dimensions, len(apart))
    points[:, :kept] = vectors[:, :kept] * np.sqrt(positive[:kept])
    total = float(positive.sum())
    return points, float(positive[:n_dimensions].sum() / total) if total else float("nan")


def smacof(distances: ArrayLike, start: ArrayLike, *, tolerance: float = 1e-6) -> Floats:
    """Return a map whose distances differ least from those given, sought from another map on.

    Parameters
    ----------
    distances : array of float, things × things
        How far apart each pair is.
    start : array of float, things × dimensions
        The map to begin with, such as a classical one: so nothing is left to chance.
    tolerance : float, default 1e-6
        The search ends where a step lessens the stress by no more than this share of the squared distances.

    Examples
    --------
    >>> apart = np.array([[0, 3, 4], [3, 0, 5], [4, 5, 0.0]])
    >>> found = smacof(apart, [[0, 0], [1, 0], [0, 1]])
    >>> round(stress(apart, found), 3)
    0.0
    """
    manifold: Any = require("sklearn.manifold", extra="stats")
    begin = numbers(start, what="start", ndim=2)
    found, _ = manifold.smacof(
        _square(distances), metric=True, n_components=begin.shape[1], init=begin, n_init=1,
        max_iter=300, eps=tolerance, normalized_stress=False,
    )  # fmt: skip
    points: Floats = found - found.mean(axis=0)
    return points


def stress(distances: ArrayLike, points: ArrayLike) -> float:
    """Return how much the distances on a map differ from those there are: Kruskal's stress-1.

    Parameters
    ----------
    distances : array of float, things × things
        How far apart each pair is.
    points : array of float, things × dimensions
        Where each is on the map.

    References
    ----------
    Kruskal 1964, doi:10.1007/BF02289565: √(Σ (d − δ)² / Σ d²), d on the map, δ those there are.

    Examples
    --------
    >>> stress([[0, 1], [1, 0]], [[0.0], [2.0]])
    0.5
    """
    from scipy.spatial.distance import pdist, squareform

    there = squareform(_square(distances), checks=False)
    shown = pdist(numbers(points, what="points", ndim=2))
    total = float((shown**2).sum())
    return float(np.sqrt(((shown - there) ** 2).sum() / total)) if total else float("nan")


def _square(distances: ArrayLike) -> Floats:
    apart = numbers(distances, what="distances", ndim=2)
    if apart.shape[0] != apart.shape[1] or not np.allclose(apart, apart.T):
        raise StatisticsError(f"distances of shape {apart.shape}: give a symmetric square")
    return apart


def _moves(
    likenesses: Likenesses,
    points: Floats,
    scaling: Scaling,
    n_resamples: int,
    random_state: RandomState,
) -> tuple[Floats, Floats]:
    """Return how far each point moves over samples, and how alike their maps are to this one."""
    from scipy.linalg import orthogonal_procrustes
    from scipy.spatial import procrustes

    n, dimensions = points.shape
    products, number = np.zeros((n, dimensions, dimensions)), np.zeros(n)
    congruence = []
    drawn = likenesses.samples(n_resamples, random_state) if n_resamples else ()
    for there, apart in drawn:
        if len(there) <= dimensions:
            continue
        found = classical_scaling(apart, dimensions)[0]
        if scaling == "smacof":
            # Points move by far more from sample to sample than the last steps of a search move them.
            found = smacof(apart, found, tolerance=1e-4)
        own = points[there]
        if not found.any() or not np.ptp(own, axis=0).any():
            continue  # all in one place, which no turn brings onto a map
        turn, _ = orthogonal_procrustes(found - found.mean(axis=0), own - own.mean(axis=0))
        move = (found - found.mean(axis=0)) @ turn + own.mean(axis=0) - own
        products[there] += move[:, :, None] * move[:, None, :]
        number[there] += 1
        congruence.append(1.0 - float(procrustes(own, found)[2]))
    with np.errstate(invalid="ignore", divide="ignore"):
        return products / number[:, None, None], np.array(congruence)
