"""What is alike, near and said, of a large project: seconds of each question, beside a plain way.

A document has a hundred lines of two words, and ten codes to a line on average. "Plain" is scikit-learn's
CountVectorizer for words, and SciPy's sparse XᵀX with its linkage for clusters of codes. One run of each, in
one process; who speaks is found before.

    python benchmarks/shape.py [ROWS] [CODES]
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import Any

import attrs
import common
import numpy as np
from cooccurrence import project_state

from qualcode.model.state import State
from qualcode.stats import (
    correspondence,
    portraits,
    proximity,
    similarity,
    word_frequencies,
)  # fmt: skip


def study(rows: int, n_codes: int) -> State:
    """Return a project whose lines are words, of a vocabulary of 5,000 with very different frequencies."""
    data = common.assignments(rows)
    data["code"] = data["code"] % n_codes
    state = project_state(data, n_codes)
    rng = np.random.default_rng(1)
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = np.unique(["".join(each) for each in rng.choice(letters, (5000, 4))])
    weight = 1 / np.arange(1, len(words) + 1)
    documents = []
    for each in state.documents.values():
        drawn = rng.choice(words, (100, 2), p=weight / weight.sum())
        text = "\n".join(f"{one} {other}" for one, other in drawn) + "\n"
        documents.append(attrs.evolve(each, text=text))
    return attrs.evolve(state, documents=state.documents.with_items(documents, replace=True))


def seconds(function: Callable[[], Any]) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def counted(state: State) -> None:
    """Count words by scikit-learn."""
    from sklearn.feature_extraction.text import CountVectorizer

    texts = [each.text for each in state.documents.values()]
    CountVectorizer(token_pattern=r"\w+").fit_transform(texts)


def clustered(state: State, n_codes: int) -> None:
    """Cluster codes by the segments that they share, by SciPy."""
    from scipy import sparse
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    rows = state.counting().assignments
    ones = np.ones(len(rows), dtype=np.int64)
    table = sparse.csr_matrix((ones, (rows.segment, rows.code)), shape=(rows.n_segments, n_codes))
    table.data[:] = 1
    both = (table.T @ table).toarray()
    own = np.diagonal(both)
    apart = 1 - both / (own[:, None] + own[None, :] - both)
    linkage(squareform(apart, checks=False), "average")


def main() -> None:
    """Print a row for each question."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    n_codes = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    state = study(rows, n_codes)
    line = re.compile(r"[^\n]+\n")
    print(f"{rows:,} assignments of {n_codes} codes in {len(state.documents):,} documents\n")
    print("| question | seconds | plain |\n|---|---|---|")
    asked: dict[str, tuple[Callable[[], Any], Callable[[], Any] | None]] = {
        "words": (lambda: word_frequencies(state), lambda: counted(state)),
        "words by code, and keyness": (
            lambda: (found := word_frequencies(state, by="code")).keyness(found.groups[0]), None,
        ),
        "clusters of codes, no samples": (
            lambda: similarity(state, "code").clusters(5, n_resamples=0),
            lambda: clustered(state, n_codes),
        ),
        "clusters of codes, 200 samples": (
            lambda: similarity(state, "code").clusters(5, random_state=1), None,
        ),
        "clusters of documents, no samples": (
            lambda: similarity(state, "document", measure="cosine").clusters(5, n_resamples=0), None,
        ),
        "correspondence, 200 samples": (
            lambda: correspondence(state, "document", random_state=1), None,
        ),
        "proximity, no randomisations": (
            lambda: proximity(state, line, n_resamples=0), None,
        ),
        "proximity, 100 randomisations": (
            lambda: proximity(state, line, n_resamples=100, random_state=1), None,
        ),
        "portraits": (lambda: portraits(state), None),
    }  # fmt: skip
    seconds(lambda: clustered(state, n_codes))  # imports
    seconds(lambda: counted(state))
    for each in state.documents.values():
        _ = each.speakers
    for name, (own, plain) in asked.items():
        beside = "" if plain is None else f"{seconds(plain):.2f}"
        print(f"| {name} | {seconds(own):.2f} | {beside} |", flush=True)


if __name__ == "__main__":
    main()
