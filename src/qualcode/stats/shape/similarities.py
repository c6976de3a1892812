"""Similarity: which codes meet alike, and which documents, cases or speakers say the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np

from qualcode.errors import NotFoundError, StatisticsError, did_you_mean
from qualcode.model.asking import question
from qualcode.model.checks import looked_up
from qualcode.model.codebooks.themes import UNASSIGNED, Rollup
from qualcode.model.coding.queries import Query
from qualcode.model.state import State
from qualcode.stats.arguments import check_one_of
from qualcode.stats.coefficients import COEFFICIENTS, Coefficient, CoefficientLike
from qualcode.stats.counting.meeting import Meeting
from qualcode.stats.counting.rollup import evidence
from qualcode.stats.counting.units import Unit
from qualcode.stats.pairs.cooccurrence import cooccur
from qualcode.stats.shape.likenesses import (
    PROFILE_MEASURES,
    ByMeeting,
    ByProfile,
    Likenesses,
    SimilarityOf,
    defined,
)

if TYPE_CHECKING:
    import pandas as pd

    from qualcode.stats.shape.clusterings import Clustering, Linkage
    from qualcode.stats.shape.maps import Scaling, SimilarityMap
    from qualcode.stats.uncertainty.resampling import RandomState

__all__ = ["Measure", "Similarity", "similarity"]

Measure: TypeAlias = CoefficientLike
"""A coefficient, or ``"cosine"``, ``"correlation"`` or ``"bray_curtis"`` of counts."""


@attrs.frozen(eq=False)
class Similarity(Likenesses):
    """How alike codes, documents, cases or speakers are, and what can be made of it.

    Its fields are those of `Likenesses`.
    """

    _figure = "qualcode.report.plot.shape:similarity"

    @property
    def _print_title(self) -> str:
        return (
            f"How alike {len(self.ids)} {self.noun}s are, by {self.measure}: the most alike first"
        )

    def matrix(self) -> pd.DataFrame:
        """Return a square frame: how alike each pair is."""
        import pandas as pd

        return pd.DataFrame(self.values, index=self.ids, columns=self.ids)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each pair, the most alike first.

        Columns: a, b (ids), similarity, distance (1 less that).
        """
        import pandas as pd

        first, second = np.triu_indices(len(self.ids), k=1)
        ids = np.array(self.ids, dtype=object)
        frame = pd.DataFrame(
            {
                "a": ids[first],
                "b": ids[second],
                "similarity": self.values[first, second],
                "distance": self.distances[first, second],
            }
        )
        return frame.sort_values(
            ["similarity", "a", "b"], ascending=[False, True, True], ignore_index=True
        )

    def clusters(
        self,
        n_clusters: int | None = None,
        *,
        linkage: Linkage = "average",
        n_resamples: int = 200,
        random_state: RandomState = None,
    ) -> Clustering:
        """Put what is alike into clusters, step by step, and look how stable each is.

        Parameters
        ----------
        n_clusters : int, optional
            How many; as many as part best by their mean silhouette when not given.
        linkage : {"average", "complete", "single"}, default "average"
            How far two clusters are apart: as their members on average, as the farthest, or as the nearest.
        n_resamples : int, default 200
            In how many bootstrap samples of documents clusters are sought again; 0 for none.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.
        """
        from qualcode.stats.shape.clusterings import clustering

        return clustering(
            self, n_clusters, linkage=linkage, n_resamples=n_resamples, random_state=random_state
        )

    def map(
        self,
        *,
        scaling: Scaling = "smacof",
        n_dimensions: int = 2,
        n_resamples: int = 200,
        random_state: RandomState = None,
    ) -> SimilarityMap:
        """Put what is alike near each other on a map, and look how far each point would move.

        Parameters
        ----------
        scaling : {"smacof", "classical"}, default "smacof"
            How: so that distances on the map differ least from those there are (its stress); or by the first
            axes of classical scaling.
        n_dimensions : int, default 2
            Of the map.
        n_resamples : int, default 200
            On how many bootstrap samples of documents the map is made again; 0 for none.
        random_state : int or numpy.random.Generator
            Their seed; drawn, and kept with the result, when not given.
        """
        from qualcode.stats.shape.maps import similarity_map

        return similarity_map(
            self, scaling=scaling, n_dimensions=n_dimensions, n_resamples=n_resamples,
            random_state=random_state,
        )  # fmt: skip


@question("similarity", first=("of",))
def similarity(
    state: State,
    of: SimilarityOf = "code",
    *,
    measure: Measure = "jaccard",
    unit: Unit | None = None,
    meeting: Meeting | None = None,
    gap: int | None = None,
    min_overlap: int | float | None = None,
    same_coder: bool = False,
    level: str = "code",
    rollup: str | Rollup | None = None,
    coders: str | Iterable[str] | None = None,
    where: Query | str | None = None,
) -> Similarity:
    """Return how alike codes are by where they meet, or documents, cases or speakers by what they say.

    Parameters
    ----------
    state : State
        The project's content.
    of : {"code", "document", "case", "speaker", "role"}, default "code"
        What is compared with what.
    measure : str or Coefficient, default "jaccard"
        A coefficient of `qualcode.stats.coefficients` that is at most 1: of the units that carry two
        codes, or of the codes that two documents have. Or, of counts of segments, ``"cosine"``,
        ``"correlation"`` or ``"bray_curtis"``; of codes these compare counts by document, or by case where
        `unit` is ``"case"``.
    unit, meeting, gap, min_overlap, same_coder
        Of codes: where they meet, as for `qualcode.stats.cooccur`.
    level : {"code", "theme", "domain"}, default "code"
        Which nodes are compared, or what is counted in what is compared.
    rollup : str or Rollup, optional
        For themes and domains.
    coders : str or iterable of str, optional
        Ids of the coders who count; by the rule of `State.counting` when not given.
    where : Query or str, optional
        Which of their assignments count; all when not given.

    Raises
    ------
    StatisticsError
        For a measure that has no greatest value and so gives no distances.
    """
    check_one_of(of, ("code", "document", "case", "speaker", "role"), what="of")
    coefficient = _coefficient(measure)
    place: dict[str, Any] = {
        "unit": unit, "meeting": meeting, "gap": gap, "min_overlap": min_overlap,
    }  # fmt: skip
    counted: dict[str, Any] = {
        "level": level, "rollup": rollup, "coders": coders, "where": where,
    }  # fmt: skip
    if of == "code" and coefficient is not None:
        met = cooccur(state, same_coder=same_coder, **place, **counted)
        if met.directed:
            raise StatisticsError(
                f"meeting={meeting!r} says which code lies inside which, and likeness has no direction: "
                "ask with meeting='overlap', with min_overlap=1.0 for one inside the other"
            )
        names = tuple(node.name for node in met.nodes)
        ids = tuple(node.id for node in met.nodes)
        source: ByMeeting | ByProfile = ByMeeting(met, coefficient)
        counting, found, on = met.state, met.rollup, (met.unit, met.meeting)
    else:
        _check_no_places(of, measure, place, same_coder=same_coder)
        of_rows = "case" if of == "code" and unit == "case" else of
        matrix = evidence(state, of="document" if of_rows == "code" else of_rows, **counted)
        used = [
            at
            for at, node in enumerate(matrix.nodes)
            if node.id != UNASSIGNED and matrix.counts[:, at].any()
        ]
        counts, nodes = matrix.counts[:, used], [matrix.nodes[at] for at in used]
        if of == "code":
            ids, names = tuple(node.id for node in nodes), tuple(node.name for node in nodes)
            source = ByProfile(counts.T, None, str(measure), "columns")
        else:
            ids, names = matrix.rows, _names(matrix.state, of, matrix.rows)
            source = ByProfile(counts, coefficient, _name(measure), "things")
        counting, found = matrix.state, matrix.rollup
        on = ((matrix.of if of == "code" else None), None)
    values = source.values()
    kept = defined(values)
    left_out = tuple(id for at, id in enumerate(ids) if at not in set(kept.tolist()))
    return Similarity(
        counting, of, level, tuple(ids[at] for at in kept.tolist()),
        tuple(names[at] for at in kept.tolist()), values[np.ix_(kept, kept)], _name(measure), *on, found,
        left_out, source, kept,
    )  # fmt: skip


def _coefficient(measure: object) -> Coefficient | None:
    """Return the coefficient of presence that a measure is; None for one of counts."""
    if isinstance(measure, str) and measure in PROFILE_MEASURES:
        return None
    known = {name: each for name, each in COEFFICIENTS.items() if each.high == 1}
    found = measure if isinstance(measure, Coefficient) else None
    if isinstance(measure, str):
        found = COEFFICIENTS.get(measure)
    if found is None:
        every = (*known, *PROFILE_MEASURES)
        raise NotFoundError(
            f"measure: {looked_up(measure)} is no measure of similarity; there are {', '.join(every)}."
            f"{did_you_mean(measure, every)}"
        )
    if found.high != 1:
        raise StatisticsError(
            f"measure={found.name!r} has no greatest value of 1, so it does not say how far apart two things "
            f"are: use {', '.join(known)}"
        )
    return found


def _name(measure: Measure) -> str:
    return measure if isinstance(measure, str) else measure.name


def _check_no_places(of: str, measure: Measure, place: dict[str, Any], *, same_coder: bool) -> None:
    """Refuse arguments on where codes meet, where profiles are compared."""
    profiles = of == "code" and place["unit"] in ("document", "case")
    given = [name for name, value in place.items() if value is not None]
    given = [name for name in given if not (name == "unit" and profiles)]
    if given or same_coder:
        name = given[0] if given else "same_coder"
        what = (
            f"{_name(measure)!r} compares counts of segments by unit='document' or 'case'"
            if of == "code"
            else f"of={of!r} compares what each {of} carries"
        )
        raise StatisticsError(f"{name} says where codes meet, and {what}: leave it out")


def _names(state: State, of: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    if of == "document":
        return tuple(state.documents[id].name for id in ids)
    if of == "case":
        return tuple(state.cases[id].name or id for id in ids)
    return ids
