"""Parts of what is in memory, to be counted in threads: whole documents, and enough of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from qualcode.stats.counting.coded import Coded

__all__ = ["in_threads", "parts_of"]

J = TypeVar("J")
R = TypeVar("R")

_PART = 1 << 18
"""Rows of a part at the least: to count fewer takes no longer than to share them out."""
_ROWS = 16
"""Rows of a document at the least, on the average: parts are united by the ids of their documents."""
_EACH = 4
"""Parts for each processor at the most, so that none waits long for the last."""


def parts_of(coded: Coded, least: int = 1) -> tuple[Coded, ...]:
    """Return parts of whole documents, some for each processor; all as one where that would be too little.

    Parameters
    ----------
    coded : Coded
        What is coded in all documents.
    least : int
        How many rows a part is to have, such as there are numbers in what is counted of it.
    """
    number = min(_EACH * _threads(), len(coded) // max(_PART, least))
    if number < 2 or len(coded) < _ROWS * len(coded.documents):
        return (coded,)
    rows = np.arange(1, number) * (len(coded) // number)
    before = np.unique(coded.document[rows])
    return coded.cut(before[before > 0].tolist())


def in_threads(function: Callable[[J], R], jobs: Sequence[J]) -> Iterator[R]:
    """Map in as many threads as there are processors."""
    if len(jobs) == 1:
        yield function(jobs[0])
        return
    with ThreadPoolExecutor(max_workers=_threads()) as pool:
        yield from pool.map(function, jobs)


def _threads() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
