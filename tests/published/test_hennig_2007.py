"""Hennig (2007), doi:10.1016/j.csda.2006.11.025: cluster-wise stability.

The definition, line by line: of each sample, the things that were drawn are put into as many clusters; a
cluster is found again as well as its part in the sample is like the cluster there that is most like it, by
Jaccard's coefficient; its stability is the mean over the samples, and it is dissolved where that is a half
or less.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

import qualcode as qc
from qualcode.stats import bootstrap_weights


@pytest.mark.parametrize("of", ["document", "code"])
def test_stability_is_as_it_is_defined(of: str) -> None:
    view = qc.load_project("partnership-interviews")
    similar = view.similarity(of, unit="document" if of == "code" else None)
    found = similar.clusters(3, n_resamples=15, random_state=4)
    recovered: list[list[float]] = [[] for _ in found.groups]
    weights = bootstrap_weights(len(view.documents), 15, 4)
    for drawn in weights.tolist():
        if of == "document":
            kept = [id for id, n in zip(view.documents, drawn, strict=True) if n]
            apart = similar.matrix().loc[kept, kept].to_numpy()
        else:
            evidence = view.evidence(level="code").to_frame(presence=True)
            there = np.repeat(evidence[list(similar.ids)].to_numpy(), drawn, axis=0).astype(int)
            used = there.any(axis=0)
            kept = [id for id, use in zip(similar.ids, used, strict=True) if use]
            there = there[:, used]
            both, own = there.T @ there, there.sum(axis=0)
            apart = both / (own[:, None] + own[None] - both)
        tree = linkage(squareform(1 - apart, checks=False), "average")
        label = fcluster(tree, 3, "maxclust")
        others = [{id for id, at in zip(kept, label, strict=True) if at == k} for k in (1, 2, 3)]
        for at, members in enumerate(found.groups):
            left = {*members} & {*kept}
            if left:
                recovered[at].append(max(len(left & other) / len(left | other) for other in others))
    assert found.stability == pytest.approx([np.mean(each) for each in recovered])
    assert found.dissolved == pytest.approx([np.mean(np.array(each) <= 0.5) for each in recovered])
