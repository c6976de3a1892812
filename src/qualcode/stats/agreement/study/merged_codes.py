"""What if two codes were one: which merge would raise agreement, and by how much."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from qualcode.stats.agreement.diagnostics import alpha_without_each_cluster
from qualcode.stats.agreement.distances import Distance
from qualcode.stats.agreement.study.coding_table import Flags, set_ratings
from qualcode.stats.agreement.study.study_ratings import StudyRatings
from qualcode.stats.uncertainty.intervals import jackknife_interval

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["what_if"]


def what_if(
    study: StudyRatings, top: int, distance: str | Distance, confidence: float
) -> pd.DataFrame:
    """Return what merging the pairs that coders exchange most often would change."""
    import pandas as pd

    ids = [node.id for node in study.nodes]

    def alpha(present: Flags) -> tuple[float, Any]:
        ratings = set_ratings(present, study.rated, ids)
        return alpha_without_each_cluster(ratings, study.clusters, distance=distance)

    before, before_without = alpha(study.present)
    rows = []
    for first, second, confused in _confusions(study)[:top]:
        merged = study.present.copy()
        merged[:, :, first] |= merged[:, :, second]
        merged[:, :, second] = False
        after, after_without = alpha(merged)
        interval = jackknife_interval(
            after_without - before_without, after - before, confidence=confidence
        )
        rows.append(
            {
                "a": ids[first],
                "b": ids[second],
                "confused": confused,
                "value": after,
                "gain": after - before,
                "low": interval.low,
                "high": interval.high,
                "reason": interval.reason,
            }
        )
    columns = ["a", "b", "confused", "value", "gain", "low", "high", "reason"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["gain", "confused"], ascending=False, ignore_index=True)


def _confusions(study: StudyRatings) -> list[tuple[int, int, int]]:
    """Return pairs of nodes, and on how many units coders gave one for the other, most first."""
    present, rated = study.present, study.rated
    n = len(study.nodes)
    counts = np.zeros((n, n), dtype=np.int64)
    for one, other in combinations(range(len(study.coders)), 2):
        both = rated[one] & rated[other]
        only_one = (present[one] & ~present[other])[both].astype(np.int64)
        only_other = (present[other] & ~present[one])[both].astype(np.int64)
        counts += only_one.T @ only_other
    counts += counts.T
    pairs = [
        (first, second, int(counts[first, second]))
        for first, second in combinations(range(n), 2)
        if counts[first, second]
    ]
    return sorted(pairs, key=lambda pair: -pair[2])
